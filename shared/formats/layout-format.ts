// The parser of every format that is a layout string: bytes to columns, with several layouts tried in a fixed order
// where detection left more than one open. A line that fits none is a reject that says where it left the first.
import type { AddressBook } from "../record/address";
import type { ColumnBatch } from "../record/batch";
import { isBlank, latin1, lineEnd, withoutCr } from "../record/bytes";
import { TIME_MEANS, type TimeMeans } from "../record/columns";
import { TimeReader } from "../time/reader";
import type { Cursor, ParseOptions, Parser, Span } from "./format";
import { compileLayout, type Dialect, type Layout } from "./layout";
import { LayoutLine } from "./layout-parser";
import { LONGEST_LINE, latin1Bytes } from "./lines";
import { readSyslog } from "./syslog";
import { unwrapLine } from "./wrapper";

interface Slots {
  readonly line: number;
  readonly offset: number;
  readonly length: number;
  readonly time: number;
  readonly precision: number;
  readonly slack: number;
  readonly means: number;
  readonly duration: number;
  readonly src: number;
  readonly srcPort: number;
  readonly dst: number;
  readonly dstPort: number;
  readonly protocol: number;
}

class LayoutParser implements Parser {
  private readonly layouts: LayoutLine[];
  private readonly means: number;
  private slots: Slots | null = null;
  private batch: ColumnBatch | null = null;
  /** The layout that fitted last: the next line most likely has it too. */
  private likely = 0;

  constructor(
    layouts: readonly Layout[],
    options: ParseOptions,
    means: TimeMeans,
    private readonly protocol: number | null,
    private readonly isHeader: (b: Uint8Array, from: number, to: number) => boolean,
  ) {
    const times = new TimeReader(options);
    this.layouts = layouts.map((layout) => new LayoutLine(layout, times));
    this.means = TIME_MEANS[means];
  }

  parse(block: Uint8Array, start: number, end: number, out: ColumnBatch, cursor: Cursor): number {
    if (this.batch !== out) {
      this.batch = out;
      this.slots = slotsOf(out);
    }
    let at = start;
    while (at < end && !out.full) {
      const lf = lineEnd(block, at, end);
      const stop = withoutCr(block, at, lf);
      this.line(block, at, stop, out, cursor);
      cursor.line++;
      at = lf < end ? lf + 1 : end;
    }
    return at;
  }

  finish(): void {}

  private line(b: Uint8Array, from: number, to: number, out: ColumnBatch, cursor: Cursor): void {
    const offset = cursor.base + from;
    const mark = offset === 0 && b[from] === 0xef && b[from + 1] === 0xbb && b[from + 2] === 0xbf ? 3 : 0;
    if (to - from <= LONGEST_LINE) {
      const fit = this.fit(b, from + mark, to, cursor.line) ?? this.inside(b, from + mark, to, cursor.line);
      if (fit) {
        this.write(fit, cursor.line, offset, to - from, out);
        return;
      }
    }
    if (isBlank(b, from, to)) out.blank();
    else if (this.isHeader(b, from, to)) out.header();
    else if (to - from > LONGEST_LINE)
      out.reject(cursor.line, offset, to - from, `the line is longer than ${LONGEST_LINE} bytes`);
    else out.reject(cursor.line, offset, to - from, this.reason(b, from + mark, to, cursor.line));
  }

  /**
   * The layout that the line fits in whole, tried in order from the likely one; null where none. One that finds an
   * address goes before one that finds a name: "example.org 192.0.2.1 - - [" begins with a virtual host.
   */
  private fit(b: Uint8Array, from: number, to: number, line: number): LayoutLine | null {
    const likely = this.layouts[this.likely]!;
    let named: LayoutLine | null = null;
    if (likely.read(b, from, to, line)) {
      if (!likely.sourceText) return likely;
      named = likely;
    }
    for (let i = 0; i < this.layouts.length; i++) {
      if (i === this.likely) continue;
      const layout = this.layouts[i]!;
      if (!layout.read(b, from, to, line)) continue;
      if (!layout.sourceText) {
        this.likely = i;
        return layout;
      }
      named = named ?? layout;
    }
    named?.read(b, from, to, line);
    return named;
  }

  /** A line of this layout inside a syslog or JSON line, as relays and clouds deliver them. */
  private inside(b: Uint8Array, from: number, to: number, line: number): LayoutLine | null {
    const first = b[from];
    // "{", "<", a month's letter or a year's digit.
    if (
      !(
        first === 123 ||
        first === 60 ||
        (first !== undefined && ((first >= 65 && first <= 83) || first === 50))
      )
    )
      return null;
    const message = unwrapLine(latin1(b, from, to), readSyslog);
    const text = message.head?.message ?? message.wrapped?.message;
    if (!text) return null;
    const bytes = latin1Bytes(text);
    return this.fit(bytes, 0, bytes.length, line);
  }

  private reason(b: Uint8Array, from: number, to: number, line: number): string {
    // Of several layouts the one that fitted last is the file's.
    const best = this.layouts[this.likely]!;
    best.read(b, from, to, line);
    const where = best.failedAt - from;
    return `does not fit the layout: ${best.failedStep ? `${best.failedStep} is expected` : "other text stands"} at byte ${where}`;
  }

  private write(l: LayoutLine, line: number, offset: number, length: number, out: ColumnBatch): void {
    const s = this.slots!;
    out.i64(s.line, line);
    out.i64(s.offset, offset);
    out.i32(s.length, length);
    if (l.hasTime) {
      out.i64(s.time, l.timeUs);
      out.i64(s.precision, l.precisionUs);
      out.i64(s.slack, l.slackUs);
    }
    out.i32(s.means, this.means);
    if (l.durationUs >= 0) out.i64(s.duration, l.durationUs);
    const addresses: AddressBook = out.addresses;
    if (l.source >= 0) out.i64(s.src, l.source);
    else if (l.sourceV6) out.i64(s.src, addresses.idOfGroups(l.sourceV6));
    if (l.port > 0) {
      out.i32(s.srcPort, l.port);
      out.counts.withPort++;
    }
    if (l.local >= 0) out.i64(s.dst, l.local);
    else if (l.localV6) out.i64(s.dst, addresses.idOfGroups(l.localV6));
    if (l.localPort >= 0) out.i32(s.dstPort, l.localPort);
    if (l.protocol >= 0) out.i32(s.protocol, l.protocol);
    else if (this.protocol !== null) out.i32(s.protocol, this.protocol);
    out.endRow(1);
  }

  explain(record: Uint8Array): { fields: Record<string, string | number | null>; spans: Span[] } {
    for (const layout of this.layouts) {
      if (layout.read(record, 0, record.length, 1) && !layout.sourceText) return layout.explain(record);
    }
    const named = this.fit(record, 0, record.length, 1);
    if (named) return named.explain(record);
    const inner = unwrapLine(latin1(record, 0, record.length), readSyslog);
    const text = inner.head?.message ?? inner.wrapped?.message;
    if (text) {
      const bytes = latin1Bytes(text);
      const fit = this.fit(bytes, 0, bytes.length, 1);
      // Positions inside an unwrapped text are none of the evidence's.
      if (fit) return { fields: fit.explain(bytes).fields, spans: [] };
    }
    return { fields: {}, spans: [] };
  }
}

function slotsOf(out: ColumnBatch): Slots {
  return {
    line: out.slot("line"),
    offset: out.slot("offset"),
    length: out.slot("length"),
    time: out.slot("time_us"),
    precision: out.slot("precision_us"),
    slack: out.slot("slack_us"),
    means: out.slot("time_means"),
    duration: out.slot("duration_us"),
    src: out.slot("src_addr"),
    srcPort: out.slot("src_port"),
    dst: out.slot("dst_addr"),
    dstPort: out.slot("dst_port"),
    protocol: out.slot("protocol"),
  };
}

export interface LayoutParserOptions {
  readonly layouts: readonly string[];
  readonly dialect: Dialect;
  readonly means: TimeMeans;
  readonly protocol: number | null;
  readonly isHeader?: (b: Uint8Array, from: number, to: number) => boolean;
}

/** A parser over layout strings. Throws "usage" where one cannot be compiled. */
export const layoutParser = (how: LayoutParserOptions, options: ParseOptions): Parser =>
  new LayoutParser(
    how.layouts.map((text) => compileLayout(text, how.dialect)),
    options,
    how.means,
    how.protocol,
    how.isHeader ?? (() => false),
  );

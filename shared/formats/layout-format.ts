// The parser of every format that is a layout string: bytes to columns, with several layouts tried in a fixed order
// where detection left more than one open. A line that fits none is a reject that says where it left the first.
import type { ColumnBatch, Utf8Lane } from "../record/batch";
import { isBlank, latin1, lineEnd, withoutCr } from "../record/bytes";
import { type ColumnName, TIME_MEANS, type TimeMeans } from "../record/columns";
import { type Lane, laneOf, put32, put64 } from "../record/lanes";
import { TimeReader } from "../time/reader";
import { arrayLine, bundled } from "./bundle";
import type { Cursor, ParseOptions, Parser, Span } from "./format";
import { compileLayout, type Dialect, type Layout } from "./layout";
import { explainLine } from "./layout-explain";
import { FieldsWriter } from "./layout-fields";
import { LayoutLine } from "./layout-parser";
import { contentEnd, recordText } from "./line-text";
import { LONGEST_LINE, latin1Bytes } from "./lines";
import { type HeldObject, isObjectText, mayBegin, ObjectLines, onOneLine } from "./object-lines";
import { readSyslog } from "./syslog";
import { unwrapLine } from "./wrapper";

const NAMES = {
  line: "line",
  offset: "offset",
  length: "length",
  time: "time_us",
  precision: "precision_us",
  slack: "slack_us",
  means: "time_means",
  duration: "duration_us",
  src: "src_addr",
  srcPort: "src_port",
  dst: "dst_addr",
  dstPort: "dst_port",
  protocol: "protocol",
} as const satisfies Record<string, ColumnName>;

type Slots = Readonly<Record<keyof typeof NAMES, Lane>>;

const slotsOf = (out: ColumnBatch): Slots => {
  const lanes: Partial<Record<keyof typeof NAMES, Lane>> = {};
  for (const key of Object.keys(NAMES) as (keyof typeof NAMES)[]) lanes[key] = laneOf(out, NAMES[key]);
  return lanes as Slots;
};

interface Place {
  readonly line: number;
  readonly offset: number;
  readonly length: number;
  /** Each physical line, with its offset and length. */
  readonly parts: HeldObject["parts"];
  read: number;
  refused: number;
}

class LayoutParser implements Parser {
  private readonly layouts: LayoutLine[];
  private readonly means: number;
  private slots: Slots | null = null;
  private batch: ColumnBatch | null = null;
  /** Where `fields` are stored: their lane, its validity, and a writer a layout. */
  private fields: { readonly lane: Utf8Lane; readonly valid: Uint8Array } | null = null;
  private readonly writers: ReadonlyMap<LayoutLine, FieldsWriter> | null;
  /** The bytes that the line at hand was read from: the block, or what a wrapper held. */
  private bytes: Uint8Array = new Uint8Array(0);
  /** The layout that fitted last: the next line most likely has it too. */
  private likely = 0;
  /** Entries of a line that holds many, as far as they found no room in the batch. */
  private rest: { readonly entries: readonly string[]; next: number; readonly at: Place } | null = null;
  /** Lines of an object that has not come to its end. */
  private readonly objects = new ObjectLines();

  constructor(
    layouts: readonly Layout[],
    options: ParseOptions,
    means: TimeMeans,
    private readonly protocol: number | null,
    private readonly isHeader: (b: Uint8Array, from: number, to: number) => boolean,
    tried: boolean,
  ) {
    const times = new TimeReader(options);
    this.layouts = layouts.map((layout) => new LayoutLine(layout, times, tried));
    this.means = TIME_MEANS[means];
    this.writers = options.storeFields
      ? new Map(this.layouts.map((layout) => [layout, new FieldsWriter(layout)]))
      : null;
  }

  parse(block: Uint8Array, start: number, end: number, out: ColumnBatch, cursor: Cursor): number {
    if (this.batch !== out) {
      this.batch = out;
      this.slots = slotsOf(out);
      const slot = out.slot("fields");
      this.fields = this.writers && { lane: out.utf8(slot), valid: out.columns[slot]!.valid };
    }
    this.entries(out);
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

  finish(out: ColumnBatch): void {
    this.entries(out);
    if (this.rest !== null || out.rows >= out.capacity) return;
    const left = this.objects.finish();
    if (left) this.ended(left, out);
  }

  /** True where the line is part of an object over several lines, or stands around such objects. */
  private held(b: Uint8Array, from: number, to: number, out: ColumnBatch, cursor: Cursor): boolean {
    const raw = latin1(b, from, to);
    const text = raw.slice(0, contentEnd(raw, 0, raw.length));
    const fed = this.objects.feed(text, cursor.line, cursor.base + from, to - from);
    if (fed === "other") return false;
    if (fed === "held") return true;
    if ("frame" in fed) {
      for (let i = 0; i < fed.frame.length; i++) out.header();
      return true;
    }
    this.ended(fed, out);
    return "done" in fed && fed.again === true ? this.held(b, from, to, out, cursor) : true;
  }

  private ended(
    end: { readonly done: HeldObject } | { readonly broken: HeldObject },
    out: ColumnBatch,
  ): void {
    const object = "done" in end ? end.done : end.broken;
    const { line, parts } = object;
    const text = "done" in end ? onOneLine(object.text) : null;
    if (text === null) {
      parts.forEach((p, i) => {
        out.reject(line + i, p.offset, p.length, "its JSON object does not end, or is none");
      });
      return;
    }
    const last = parts[parts.length - 1]!;
    const { offset } = parts[0]!;
    this.rest = {
      entries: bundled(text) ?? [text],
      next: 0,
      at: { line, offset, length: last.offset + last.length - offset, parts, read: 0, refused: 0 },
    };
    this.entries(out);
  }

  private line(b: Uint8Array, from: number, to: number, out: ColumnBatch, cursor: Cursor): void {
    if (
      (this.objects.open || mayBegin(b[from] ?? 10, to - from)) &&
      to - from <= LONGEST_LINE &&
      this.held(b, from, to, out, cursor)
    )
      return;
    const offset = cursor.base + from;
    const mark = offset === 0 && b[from] === 0xef && b[from + 1] === 0xbb && b[from + 2] === 0xbf ? 3 : 0;
    if (to - from <= LONGEST_LINE) {
      this.bytes = b;
      let stop = to;
      let fit = this.reading(b, from + mark, to, cursor.line);
      if (!fit) {
        while (stop > from && (b[stop - 1] === 32 || b[stop - 1] === 9)) stop--;
        if (stop < to) fit = this.reading(b, from + mark, stop, cursor.line);
      }
      if (fit) {
        this.write(fit, cursor.line, offset, to - from, out);
        return;
      }
    }
    const entries =
      (b[from] === 123 || b[from] === 91) && to - from <= LONGEST_LINE
        ? entriesOf(latin1(b, from, to))
        : null;
    if (entries !== null) {
      this.rest = {
        entries,
        next: 0,
        at: {
          line: cursor.line,
          offset,
          length: to - from,
          parts: [{ offset, length: to - from }],
          read: 0,
          refused: 0,
        },
      };
      this.entries(out);
    } else if (isBlank(b, from, to)) out.blank();
    else if (this.isHeader(b, from, to)) out.header();
    else if (to - from > LONGEST_LINE)
      out.reject(cursor.line, offset, to - from, `the line is longer than ${LONGEST_LINE} bytes`);
    else out.reject(cursor.line, offset, to - from, this.reason(b, from + mark, to, cursor.line));
  }

  /** Writes the entries that are left, as many as there is room for. The line is the first record's; the others add none. */
  private entries(out: ColumnBatch): void {
    const { rest } = this;
    if (rest === null) return;
    const { at } = rest;
    while (rest.next < rest.entries.length && out.rows < out.capacity) {
      const bytes = latin1Bytes(rest.entries[rest.next++]!);
      this.bytes = bytes;
      const fit = this.reading(bytes, 0, bytes.length, at.line);
      if (!fit) {
        at.refused++;
        continue;
      }
      // Which entry of the line it is cannot be told from the line again.
      if (!this.fields) out.set("fields", JSON.stringify(explainLine(fit, this.bytes).fields));
      this.write(fit, at.line, at.offset, at.length, out, at.read === 0 ? at.parts.length : 0);
      at.read++;
    }
    if (rest.next < rest.entries.length) return;
    this.rest = null;
    const told = `${at.refused} of its ${rest.entries.length} entries do not fit the layout`;
    if (at.read === 0)
      at.parts.forEach((p, i) => {
        out.reject(at.line + i, p.offset, p.length, told);
      });
    else if (at.refused > 0) out.partial(at.line, at.offset, at.length, told);
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

  /** The layout that the line itself fits, or what stands inside it; an address goes before a name in both. */
  private reading(b: Uint8Array, from: number, to: number, line: number): LayoutLine | null {
    const direct = this.fit(b, from, to, line);
    if (direct && !direct.sourceText) return direct;
    const inner = this.inside(b, from, to, line);
    if (inner && (!direct || !inner.sourceText)) return inner;
    this.bytes = b;
    return direct && this.fit(b, from, to, line);
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
    return text ? this.fitText(text, line) : null;
  }

  /** A message, with the host and program before it that some collectors leave there. */
  private fitText(text: string, line: number): LayoutLine | null {
    const rest = text.replace(/^(?:\S+ )?[a-z][\w.-]*(?:\[\d+\])?: /, "");
    for (const message of rest === text ? [text] : [text, rest]) {
      this.bytes = latin1Bytes(message);
      const fit = this.fit(this.bytes, 0, this.bytes.length, line);
      if (fit && (!fit.sourceText || message === rest)) return fit;
    }
    return null;
  }

  private reason(b: Uint8Array, from: number, to: number, line: number): string {
    // Of several layouts the one that fitted last is the file's.
    const best = this.layouts[this.likely]!;
    best.read(b, from, to, line);
    const where = best.failedAt - from;
    return `does not fit the layout: ${best.failedStep ? `${best.failedStep} is expected` : "other text stands"} at byte ${where}`;
  }

  /** Writes into the lanes themselves: a call a cell is what costs most here. */
  private write(
    l: LayoutLine,
    line: number,
    offset: number,
    length: number,
    out: ColumnBatch,
    lines = 1,
  ): void {
    const s = this.slots!;
    const row = out.rows;
    put64(s.line, row, line);
    put64(s.offset, row, offset);
    put32(s.length, row, length);
    if (l.hasTime) {
      put64(s.time, row, l.timeUs);
      put64(s.precision, row, l.precisionUs);
      put64(s.slack, row, l.slackUs);
    }
    put32(s.means, row, this.means);
    if (l.durationUs >= 0) put64(s.duration, row, l.durationUs);
    if (l.source >= 0) put64(s.src, row, l.source);
    else if (l.sourceV6) put64(s.src, row, out.addresses.idOfGroups(l.sourceV6));
    if (l.port > 0) {
      put32(s.srcPort, row, l.port);
      out.counts.withPort++;
    }
    if (l.local >= 0) put64(s.dst, row, l.local);
    else if (l.localV6) put64(s.dst, row, out.addresses.idOfGroups(l.localV6));
    if (l.localPort >= 0) put32(s.dstPort, row, l.localPort);
    if (l.protocol >= 0) put32(s.protocol, row, l.protocol);
    else if (this.protocol !== null) put32(s.protocol, row, this.protocol);
    if (this.fields) {
      const { lane, valid } = this.fields;
      this.writers!.get(l)!.write(this.bytes, Math.min(length, this.bytes.length), lane);
      lane.ends[row] = lane.used;
      valid[row] = 1;
    }
    out.endRow(lines);
  }

  private object(record: Uint8Array): LayoutLine | null {
    const text = recordText(record);
    const line = isObjectText(text) ? onOneLine(text) : arrayLine(text);
    if (line === null || line === text) return null;
    const bytes = latin1Bytes(line);
    return this.reading(bytes, 0, bytes.length, 1);
  }

  explain(record: Uint8Array): { fields: Record<string, string | number | null>; spans: Span[] } {
    this.likely = 0;
    this.bytes = record;
    const fit = this.reading(record, 0, record.length, 1) ?? this.object(record);
    if (!fit) return { fields: {}, spans: [] };
    const { fields, spans } = explainLine(fit, this.bytes);
    // Positions inside an unwrapped text are none of the evidence's.
    return { fields, spans: this.bytes === record ? spans : [] };
  }
}

/** Entries of a list on one line, or the one of a line of an array; null where the line is neither. */
function entriesOf(text: string): string[] | null {
  const line = arrayLine(text);
  return bundled(line) ?? (line === text ? null : [line]);
}

export interface LayoutParserOptions {
  readonly layouts: readonly string[];
  readonly dialect: Dialect;
  readonly means: TimeMeans;
  readonly protocol: number | null;
  readonly isHeader?: (b: Uint8Array, from: number, to: number) => boolean;
  /** The layouts are tried on each line, since none was named. */
  readonly tried?: boolean;
}

/** A parser over layout strings. Throws "usage" where one cannot be compiled. */
export const layoutParser = (how: LayoutParserOptions, options: ParseOptions): Parser =>
  new LayoutParser(
    how.layouts.map((text) => compileLayout(text, how.dialect)),
    options,
    how.means,
    how.protocol,
    how.isHeader ?? (() => false),
    how.tried ?? false,
  );

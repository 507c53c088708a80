// Lines by a regular expression: each stretch of lines is matched at once outside (LineMatcher), then written line by
// line in order. A group's text is read as a table's cell of the same key is, so that what is no port or no address is a
// reject here too. A line that the expression does not fit in whole is a reject.
import { ProductError } from "../../../errors";
import type { ColumnBatch } from "../../../record/batch";
import { isBlank, latin1, lineEnd, withoutCr } from "../../../record/bytes";
import { NAT_EVENT } from "../../../record/columns";
import type { Cursor, ParseOptions, Parser } from "../../format";
import { fieldsJson, LONGEST_LINE, readable } from "../../lines";
import { Cells, CODE, NONE } from "../csv/cells";
import type { MapKey } from "../csv/columns";
import { TimeCell } from "../csv/time-cell";
import { RowWriter } from "../csv/writer";
import { type GroupKey, isCell, type LinePattern } from "./pattern";
import { readTime } from "./times";

const encoder = new TextEncoder();

/** A time in the layout's format, or in one of those that are told without help. */
class PatternTime extends TimeCell {
  constructor(
    options: Pick<ParseOptions, "zone" | "year">,
    private readonly pattern: LinePattern,
  ) {
    super({ zone: options.zone, year: options.year });
  }

  override read(b: Uint8Array, from: number, to: number, line: number): boolean {
    const stamp = readTime(this.pattern, latin1(b, from, to));
    const moment = stamp && this.reader.resolve(stamp, line);
    if (!moment) return false;
    this.us = moment.us;
    this.precisionUs = moment.precisionUs;
    this.slackUs = moment.slackUs;
    return true;
  }
}

/** The text of a line as the expression gets it: without blanks at its end, in Unicode. */
export const lineText = (line: string): string => readable(line.replace(/[ \t]+$/, ""));

/** Lines matched and not yet written, in the order of the file. */
interface Stretch {
  /** Offset of each line in the evidence, and its row in `columns`; -1 where it was not asked about. */
  readonly offsets: readonly number[];
  readonly rows: readonly number[];
  readonly columns: readonly (readonly string[])[];
}

const EVENTS: Partial<Record<GroupKey, number>> = {
  eventStart: NAT_EVENT.start,
  eventRelease: NAT_EVENT.release,
  eventInterim: NAT_EVENT.interim,
};
const UNIT: Partial<Record<GroupKey, number>> = { durationSeconds: 1_000_000, durationMs: 1_000 };

export class PatternParser implements Parser {
  private stretch: Stretch | null = null;
  /** Number in the stretch of the line that comes next. */
  private next = 0;
  private readonly cells: Cells;
  private readonly codes: Uint8Array;
  private writer: RowWriter | null = null;

  constructor(
    private readonly pattern: LinePattern,
    private readonly options: ParseOptions,
  ) {
    this.cells = new Cells(options, () => new PatternTime(options, pattern));
    const keys = pattern.groups.map((g) => g.key);
    const codes = keys.flatMap((key) => (key !== null && isCell(key) ? [CODE[key]] : []));
    if (keys.some((key) => key !== null && key in EVENTS)) codes.push(CODE.event);
    // An end and a duration make a start.
    if (keys.some((key) => key !== null && key in UNIT) && !keys.includes("event")) codes.push(CODE.start);
    this.codes = Uint8Array.from(codes);
  }

  async prepare(block: Uint8Array, start: number, end: number, base: number): Promise<void> {
    const { matcher } = this.options;
    if (!matcher)
      throw new ProductError("internal", "A regular expression has nobody to run it.", "Report this.");
    const texts: string[] = [];
    const offsets: number[] = [];
    const rows: number[] = [];
    for (let at = start; at < end; ) {
      const lf = lineEnd(block, at, end);
      const stop = withoutCr(block, at, lf);
      offsets.push(base + at);
      if (stop - at > LONGEST_LINE || isBlank(block, at, stop)) rows.push(-1);
      else {
        rows.push(texts.length);
        texts.push(lineText(latin1(block, at, stop)));
      }
      at = lf < end ? lf + 1 : end;
    }
    const columns = texts.length > 0 ? await matcher.match(this.pattern, texts) : [];
    this.stretch = { offsets, rows, columns };
    this.next = 0;
  }

  parse(block: Uint8Array, start: number, end: number, out: ColumnBatch, cursor: Cursor): number {
    if (this.writer?.out !== out) this.writer = new RowWriter(out, this.cells, this.codes);
    let at = start;
    while (at < end && !out.full) {
      const lf = lineEnd(block, at, end);
      const stop = withoutCr(block, at, lf);
      this.line(at, stop, lf >= end, out, cursor);
      cursor.line++;
      at = lf < end ? lf + 1 : end;
    }
    return at;
  }

  finish(): void {}

  private line(from: number, to: number, cut: boolean, out: ColumnBatch, cursor: Cursor): void {
    const offset = cursor.base + from;
    const stretch = this.stretch;
    const row = stretch?.offsets[this.next] === offset ? stretch.rows[this.next]! : undefined;
    this.next++;
    if (row === undefined)
      throw new ProductError("internal", `The line at byte ${offset} was not matched.`, "Report this.");
    if (row < 0) {
      if (to - from > LONGEST_LINE)
        out.reject(cursor.line, offset, to - from, `the line is longer than ${LONGEST_LINE} bytes`);
      else out.blank();
      return;
    }
    const columns = stretch!.columns;
    if (columns[0]![row] === "") {
      out.reject(cursor.line, offset, to - from, "does not fit the layout's regular expression");
      return;
    }
    const { cells } = this;
    cells.fault = "";
    cells.line = cursor.line;
    cells.value.fill(NONE);
    this.take(columns, row, out);
    if (cells.fault === "" && this.writer!.write(out, cursor.line, offset, to - from, 1)) {
      if (cut && out.role !== "server")
        out.partial(
          cursor.line,
          offset,
          to - from,
          "the file ends here without a line break: the line may be cut short",
        );
      return;
    }
    out.abandonRow();
    out.reject(cursor.line, offset, to - from, cells.fault);
  }

  /** The groups of one line into the cells, and what tables have no cell for into its columns. */
  private take(columns: readonly (readonly string[])[], row: number, out: ColumnBatch): void {
    const { cells } = this;
    const { groups } = this.pattern;
    const seen = new Map<GroupKey, string>();
    let fields: Record<string, string> | null = null;
    for (let i = 0; i < groups.length; i++) {
      const text = columns[i + 1]![row]!;
      if (text === "") continue;
      const { key, field } = groups[i]!;
      if (key === null) {
        fields ??= {};
        fields[field] = text;
        continue;
      }
      const before = seen.get(key);
      if (before !== undefined && before !== text) {
        cells.fault ||= `two groups give ${key}, "${before.slice(0, 40)}" and "${text.slice(0, 40)}"`;
        return;
      }
      seen.set(key, text);
      if (isCell(key)) this.cell(key, text, out);
      else this.more(key, text, out);
      if (cells.fault !== "") return;
    }
    for (const key of ["durationSeconds", "durationMs"] as const) {
      const text = seen.get(key);
      if (text !== undefined) this.duration(text, UNIT[key]!, out);
    }
    if (fields !== null) out.set("fields", fieldsJson(fields));
  }

  private cell(key: MapKey, text: string, out: ColumnBatch): void {
    const bytes = encoder.encode(text);
    this.cells.read(CODE[key], bytes, 0, bytes.length, out, false);
  }

  private more(key: GroupKey, text: string, out: ColumnBatch): void {
    const { cells } = this;
    const event = EVENTS[key];
    if (event !== undefined) {
      if (cells.value[CODE.event] !== NONE && cells.value[CODE.event] !== event)
        cells.fault = "it is a start and a release at once";
      cells.value[CODE.event] = event;
    } else if (key === "device" || key === "realm") {
      if (text !== "-") out.set(key, out.role === "server" ? null : out.dictionary.id(text));
    } else if (key === "conn" || key === "sequence") {
      const value = /^(?:\d{1,16}|0x[0-9a-fA-F]{1,13})$/.test(text) ? Number(text) : Number.NaN;
      if (!Number.isSafeInteger(value)) cells.fault = `"${text.slice(0, 60)}" is no ${key}`;
      else out.set(key, value);
    }
  }

  /** A duration: the record's own, and the start of a mapping whose end it has. */
  private duration(text: string, unit: number, out: ColumnBatch): void {
    const { cells } = this;
    const m = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(text);
    if (!m) {
      cells.fault = `"${text.slice(0, 60)}" is no duration`;
      return;
    }
    const us = Math.round(Number(text) * unit);
    const precisionUs = Math.max(1, unit / 10 ** (m[2]?.length ?? 0));
    out.set("duration_us", us);
    if (out.role === "server" || cells.value[CODE.start] !== NONE) return;
    const ended =
      cells.value[CODE.end] !== NONE ? cells.end : cells.value[CODE.time] !== NONE ? cells.time : null;
    const release = cells.value[CODE.event] === NONE || cells.value[CODE.event] === NAT_EVENT.release;
    if (ended === null || !release) return;
    cells.start.us = ended.us - us;
    cells.start.precisionUs = ended.precisionUs + precisionUs;
    cells.start.slackUs = ended.slackUs;
    cells.value[CODE.start] = cells.start.us;
    if (cells.value[CODE.end] === NONE) {
      cells.end.us = ended.us;
      cells.end.precisionUs = ended.precisionUs;
      cells.end.slackUs = ended.slackUs;
      cells.value[CODE.end] = ended.us;
    }
  }
}

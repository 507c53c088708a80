// The byte parser of a mapped CSV: one pass over each row, numbers and addresses read where they stand, repeating texts
// through a dictionary. A row whose cells do not fit the header is a reject and never shifted into place, because a
// shifted column would name somebody else. Source: RFC 4180 (quotes, line breaks inside them).
import { ProductError } from "../../../errors";
import type { ColumnBatch } from "../../../record/batch";
import {
  CR,
  displayText,
  findByte,
  isBlank,
  LF,
  latin1,
  lineEnd,
  parseAddress,
  parsePort,
  parseUint,
  QUOTE,
  SPACE,
  withoutCr,
} from "../../../record/bytes";
import { NAT_EVENT, TIME_MEANS } from "../../../record/columns";
import type { Cursor, ParseOptions, Parser, Span } from "../../format";
import { protocolOf } from "../../nat/support/text";
import { ByteDictionary } from "./byte-dictionary";
import { type Columns, cellsOf, chooseColumns, headerOfLayout, layoutOf, type MapKey } from "./columns";
import { eventOf } from "./events";
import { TimeCell } from "./time-cell";

/** A quoted cell with line breaks may take this many bytes; a stray quote costs no more than its own line. */
const LONGEST_ROW = 65_536;

/** A cell's meaning by its column's position; 0 = not mapped. */
const CODE: Readonly<Record<MapKey, number>> = {
  time: 1,
  start: 2,
  from: 2,
  end: 3,
  to: 3,
  srcIp: 4,
  srcPort: 5,
  dstIp: 6,
  dstPort: 7,
  protocol: 8,
  publicIp: 9,
  portLow: 10,
  portHigh: 11,
  portStep: 12,
  insideIp: 13,
  insidePort: 14,
  subscriber: 15,
  event: 16,
};
const NAMES: readonly string[] = [
  "",
  "time",
  "start",
  "end",
  "srcIp",
  "srcPort",
  "dstIp",
  "dstPort",
  "protocol",
  "publicIp",
  "portLow",
  "portHigh",
  "portStep",
  "insideIp",
  "insidePort",
  "subscriber",
  "event",
];
const NONE = -1;

interface Slots {
  readonly [name: string]: number;
}

export class CsvParser implements Parser {
  private columns: Columns | null = null;
  private codes = new Uint8Array(0);
  private header: Uint8Array | null = null;
  private slots: Slots | null = null;
  private nat = false;
  /** Bytes of a row that the block cut, and their offset in the evidence. */
  private held: Uint8Array | null = null;
  private heldOffset = 0;
  private readonly time: TimeCell;
  private readonly start: TimeCell;
  private readonly end: TimeCell;
  private readonly texts = new ByteDictionary();
  private idOf: (text: string) => number = () => 0;
  /** The row at hand: value of each code (NONE where empty), and where each cell stands. */
  private readonly value = new Float64Array(17);
  private fault = "";
  private line = 1;
  /** Set by `row`: where the row's content ends, and where the next row begins (NONE: it does not end in the block). */
  private rowEnd = 0;

  constructor(private readonly options: ParseOptions) {
    this.time = new TimeCell(options);
    this.start = new TimeCell(options);
    this.end = new TimeCell(options);
    const known = headerOfLayout(options.layout);
    if (known !== null) this.choose(known);
  }

  parse(block: Uint8Array, start: number, end: number, out: ColumnBatch, cursor: Cursor): number {
    if (this.held === null) return this.rows(block, start, end, out, cursor, false);
    // A row was cut by the block's end inside a quoted cell: it is read again with what follows it.
    const held = this.held;
    const joined = new Uint8Array(held.length + end - start);
    joined.set(held);
    joined.set(block.subarray(start, end), held.length);
    this.held = null;
    const base = cursor.base;
    cursor.base = base + start - held.length;
    const reached = this.rows(joined, 0, joined.length, out, cursor, false);
    cursor.base = base;
    if (reached >= held.length || this.held !== null) return start + Math.max(0, reached - held.length);
    this.held = joined.slice(reached, held.length);
    this.heldOffset = base + start - held.length + reached;
    return start;
  }

  finish(out: ColumnBatch, cursor: Cursor): void {
    if (this.held === null) return;
    const held = this.held;
    const end = cursor.base;
    cursor.base = this.heldOffset;
    const reached = this.rows(held, 0, held.length, out, cursor, true);
    this.held = reached < held.length ? held.slice(reached) : null;
    this.heldOffset += reached;
    cursor.base = end;
  }
  explain(record: Uint8Array): { fields: Record<string, string | number | null>; spans: Span[] } {
    const columns = this.columns;
    if (columns === null) return { fields: {}, spans: [] };
    const text = displayText(record, 0, record.length);
    const cells = cellsOf(text, columns.delimiter);
    const mapped = new Set(columns.at.values());
    const fields: Record<string, string> = {};
    cells.forEach((cell, i) => {
      if (!mapped.has(i) && cell !== "") fields[columns.names?.[i] ?? String(i + 1)] = cell;
    });
    return { fields, spans: this.spans(record) };
  }

  /** Rows of b[start, end); `final` where nothing follows. Returns how far it came. */
  private rows(
    b: Uint8Array,
    start: number,
    end: number,
    out: ColumnBatch,
    cursor: Cursor,
    final: boolean,
  ): number {
    let at = start;
    while (at < end && !out.full) {
      if (this.slots === null) this.prepare(out);
      if (this.header === null) {
        at = this.first(b, at, end, out, cursor);
        continue;
      }
      const offset = cursor.base + at;
      this.fault = "";
      this.line = cursor.line;
      const lines = this.row(b, at, end, out);
      if (lines === NONE) {
        // The quoted cell does not end in this block.
        if (!final && end - at < LONGEST_ROW) {
          this.held = b.slice(at, end);
          this.heldOffset = offset;
          return end;
        }
        const lf = lineEnd(b, at, end);
        out.abandonRow();
        out.reject(
          cursor.line,
          offset,
          withoutCr(b, at, lf) - at,
          `a quoted cell does not end within ${LONGEST_ROW} bytes or the file`,
        );
        cursor.line++;
        at = lf < end ? lf + 1 : end;
        continue;
      }
      const stop = withoutCr(b, at, this.rowEnd);
      if (this.fault !== "" || !this.write(out, cursor.line, offset, stop - at, lines)) {
        out.abandonRow();
        this.refuse(b, at, stop, out, cursor, offset);
      }
      cursor.line += lines;
      at = this.rowEnd < end ? this.rowEnd + 1 : end;
    }
    return at;
  }

  /** A row that is no record: blank, the header once more (files put together), or a reject a line. */
  private refuse(
    b: Uint8Array,
    at: number,
    stop: number,
    out: ColumnBatch,
    cursor: Cursor,
    offset: number,
  ): void {
    if (isBlank(b, at, stop)) {
      out.blank();
      return;
    }
    const header = this.header!;
    if (header.length > 0 && stop - at === header.length && header.every((c, i) => b[at + i] === c)) {
      out.header();
      return;
    }
    let line = cursor.line;
    for (let from = at; from <= stop; line++) {
      const lf = lineEnd(b, from, stop);
      out.reject(line, offset + from - at, withoutCr(b, from, lf) - from, this.fault);
      if (lf >= stop) break;
      from = lf + 1;
    }
  }

  /** The first line: the header, or (columns mapped by number) the first row. */
  private first(b: Uint8Array, at: number, end: number, out: ColumnBatch, cursor: Cursor): number {
    const lf = lineEnd(b, at, end);
    const stop = withoutCr(b, at, lf);
    const next = lf < end ? lf + 1 : end;
    if (isBlank(b, at, stop)) {
      out.blank();
      cursor.line++;
      return next;
    }
    const text = latin1(b, at, stop);
    const known = headerOfLayout(this.options.layout);
    if (known === null || layoutOf(text) !== this.options.layout) this.choose(text);
    if (this.columns!.names === null) {
      this.header = new Uint8Array(0);
      return at;
    }
    this.header = b.slice(at, stop);
    out.header();
    cursor.line++;
    return next;
  }

  private choose(firstLine: string): void {
    const { columns, problem } = chooseColumns(firstLine, this.options.map);
    if (columns === null)
      throw new ProductError(
        "input",
        problem ?? "The first line has no columns.",
        "Give --map key=column,...",
        {
          line: 1,
        },
      );
    this.columns = columns;
    this.codes = new Uint8Array(columns.count);
    for (const [key, i] of columns.at) this.codes[i] = CODE[key];
  }

  private prepare(out: ColumnBatch): void {
    this.idOf = (text) => out.dictionary.id(text);
    this.nat = out.role === "nat" || out.role === "subscriber";
    const names = out.columns.map((c) => c.column.name);
    this.slots = Object.fromEntries(names.map((name, i) => [name, i]));
  }

  /**
   * Reads one row from `at`: cells into `value`, `fault` where one is wrong. Returns its physical lines, NONE where a
   * quoted cell does not end before `end`.
   */
  private row(b: Uint8Array, at: number, end: number, out: ColumnBatch): number {
    const { delimiter, count } = this.columns!;
    const codes = this.codes;
    this.value.fill(NONE);
    let lines = 1;
    let i = at;
    let column = 0;
    for (;;) {
      const code = column < count ? codes[column]! : 0;
      if (b[i] === QUOTE && i < end) {
        const close = closingQuote(b, i + 1, end);
        if (close < 0) return NONE;
        for (let k = i + 1; k < close; k++) if (b[k] === LF) lines++;
        if (code !== 0) this.cell(code, b, i + 1, close, out, true);
        i = close + 1;
        while (i < end && b[i] !== delimiter && b[i] !== LF) {
          if (b[i] !== 13 && b[i] !== 32 && this.fault === "")
            this.fault = `column ${column + 1} goes on after its closing quote`;
          i++;
        }
      } else {
        const from = i;
        let c = b[i];
        while (i < end && c !== delimiter && c !== LF) c = b[++i];
        if (code !== 0) this.cell(code, b, from, i, out, false);
      }
      column++;
      if (i >= end || b[i] === LF) break;
      i++;
    }
    this.rowEnd = i;
    if (column !== count && this.fault === "")
      this.fault = `it has ${column} column${column === 1 ? "" : "s"}, the header ${count}`;
    return lines;
  }

  private cell(
    code: number,
    b: Uint8Array,
    from: number,
    to: number,
    out: ColumnBatch,
    quoted: boolean,
  ): void {
    let a = from;
    let z = to;
    while (a < z && (b[a] === SPACE || b[a] === 9)) a++;
    while (z > a && (b[z - 1] === SPACE || b[z - 1] === 9 || b[z - 1] === CR)) z--;
    if (a === z || (z - a === 1 && b[a] === 45)) return;
    let v: number;
    switch (code) {
      case 1:
      case 2:
      case 3: {
        const cell = code === 1 ? this.time : code === 2 ? this.start : this.end;
        v = cell.read(b, a, z, this.line) ? cell.us : Number.NaN;
        break;
      }
      case 4:
      case 6:
      case 9:
      case 13:
        v = parseAddress(b, a, z, out.addresses);
        break;
      case 8: {
        v = parseUint(b, a, z);
        if (v < 0 || v > 255) v = v < 0 ? (protocolOf(latin1(b, a, z)) ?? NONE) : NONE;
        break;
      }
      case 12:
        v = parsePort(b, a, z) || NONE;
        break;
      case 15:
        v =
          quoted && findByte(b, QUOTE, a, z) < z
            ? out.dictionary.id(displayText(b, a, z).replaceAll('""', '"'))
            : this.texts.id(b, a, z, this.idOf);
        break;
      case 16:
        v = eventOf(b, a, z);
        break;
      default:
        v = parsePort(b, a, z);
    }
    if ((v === NONE || Number.isNaN(v)) && this.fault === "")
      this.fault = `"${latin1(b, a, Math.min(z, a + 60))}" is no ${NAMES[code]}`;
    this.value[code] = v;
  }

  /** False (and `fault` says why) where the cells make no record together. */
  private write(out: ColumnBatch, line: number, offset: number, length: number, lines: number): boolean {
    if (this.nat) this.natRow(out);
    else this.serverRow(out);
    if (this.fault !== "") return false;
    const s = this.slots!;
    out.i64(s.line!, line);
    out.i64(s.offset!, offset);
    out.i32(s.length!, length);
    out.endRow(lines);
    return true;
  }

  private put(out: ColumnBatch, name: string, code: number): void {
    const v = this.value[code]!;
    if (v === NONE) return;
    const slot = this.slots![name]!;
    if (out.columns[slot]!.column.kind === "i64") out.i64(slot, v);
    else out.i32(slot, v);
  }

  private timed(out: ColumnBatch, cell: TimeCell, means: number): void {
    const s = this.slots!;
    out.i64(s.time_us!, cell.us);
    out.i64(s.precision_us!, cell.precisionUs);
    if (cell.slackUs !== 0) out.i64(s.slack_us!, cell.slackUs);
    out.i32(s.time_means!, means);
  }

  private serverRow(out: ColumnBatch): void {
    const v = this.value;
    const time = v[1]! !== NONE;
    const start = v[2]! !== NONE;
    const end = v[3]! !== NONE;
    if (v[4] === NONE) {
      this.fault = "it names no source address";
      return;
    }
    if (!time && !start && !end) {
      this.fault = "it has no time";
      return;
    }
    if (time) this.timed(out, this.time, TIME_MEANS.connect);
    else if (start) this.timed(out, this.start, TIME_MEANS.start);
    else this.timed(out, this.end, TIME_MEANS.end);
    if (start && end) {
      if (v[3]! < v[2]!) {
        this.fault = "it ends before it begins";
        return;
      }
      out.i64(this.slots!.duration_us!, v[3]! - v[2]!);
    }
    this.common(out);
    if (v[5] !== NONE) out.counts.withPort++;
  }

  private common(out: ColumnBatch): void {
    this.put(out, "src_addr", 4);
    this.put(out, "src_port", 5);
    this.put(out, "dst_addr", 6);
    this.put(out, "dst_port", 7);
    this.put(out, "protocol", 8);
  }

  private natRow(out: ColumnBatch): void {
    const v = this.value;
    const s = this.slots!;
    if (v[9] === NONE && v[13] === NONE) {
      this.fault = "it names neither a public nor an inside address";
      return;
    }
    if (v[10]! !== NONE && v[11]! !== NONE && v[11]! < v[10]!) {
      this.fault = `the port block ends (${v[11]}) before it begins (${v[10]})`;
      return;
    }
    if (v[10] === NONE && v[11] !== NONE) {
      this.fault = "it has a last port and no first";
      return;
    }
    if (v[2]! !== NONE && v[3]! !== NONE && v[3]! < v[2]!) {
      this.fault = "it ends before it begins";
      return;
    }
    const given = this.columns!.at.has("event");
    if (given && v[16] === NONE) {
      this.fault = "it has no event";
      return;
    }
    const intervals = this.codes.includes(2) || this.codes.includes(3);
    const event = given ? v[16]! : intervals ? NAT_EVENT.mapping : NAT_EVENT.start;
    out.i32(s.event!, event);
    const time = v[1]! !== NONE;
    const start = v[2]! !== NONE;
    const end = v[3]! !== NONE;
    const means =
      event === NAT_EVENT.release
        ? TIME_MEANS.end
        : event === NAT_EVENT.interim
          ? TIME_MEANS.written
          : TIME_MEANS.start;
    if (time) this.timed(out, this.time, event === NAT_EVENT.mapping ? TIME_MEANS.written : means);
    else if (event === NAT_EVENT.release && end) this.timed(out, this.end, TIME_MEANS.end);
    else if (start) this.timed(out, this.start, TIME_MEANS.start);
    else if (end) this.timed(out, this.end, TIME_MEANS.end);
    if (start) {
      out.i64(s.start_us!, v[2]!);
      out.i64(s.start_precision_us!, this.start.precisionUs + this.start.slackUs);
    }
    if (end && event !== NAT_EVENT.start) {
      out.i64(s.end_us!, v[3]!);
      out.i64(s.end_precision_us!, this.end.precisionUs + this.end.slackUs);
    }
    this.common(out);
    this.put(out, "pub_addr", 9);
    this.put(out, "in_addr", 13);
    this.put(out, "in_port", 14);
    this.put(out, "subscriber", 15);
    if (v[10] !== NONE) {
      out.i32(s.port_low!, v[10]!);
      out.i32(s.port_high!, v[11] === NONE ? v[10]! : v[11]!);
      out.i32(s.port_step!, v[12] === NONE ? 1 : v[12]!);
    }
  }

  /** Where the mapped cells stand in one row's bytes. */
  private spans(record: Uint8Array): Span[] {
    const kinds: Partial<Record<number, Span["kind"]>> = {
      1: "time",
      2: "time",
      3: "time",
      4: "srcIp",
      5: "srcPort",
      6: "dstIp",
      7: "dstPort",
      8: "protocol",
      9: "publicIp",
      10: "port",
      11: "port",
      13: "insideIp",
      15: "subscriber",
    };
    const { delimiter } = this.columns!;
    const out: Span[] = [];
    let i = 0;
    for (let column = 0; i <= record.length; column++) {
      const quoted = record[i] === QUOTE;
      const from = quoted ? i + 1 : i;
      let to = quoted ? closingQuote(record, from, record.length) : from;
      if (to < 0) break;
      if (!quoted) while (to < record.length && record[to] !== delimiter) to++;
      const kind = kinds[this.codes[column] ?? 0];
      if (kind && to > from) out.push({ from, to, kind });
      i = to;
      while (i < record.length && record[i] !== delimiter) i++;
      i++;
    }
    return out;
  }
}

/** Position of the quote that closes the cell begun before `from`; -1 where there is none in reach. */
function closingQuote(b: Uint8Array, from: number, end: number): number {
  const limit = Math.min(end, from + LONGEST_ROW);
  for (let i = from; i < limit; i++) {
    if (b[i] !== QUOTE) continue;
    if (b[i + 1] === QUOTE && i + 1 < limit) i++;
    else return i;
  }
  return -1;
}

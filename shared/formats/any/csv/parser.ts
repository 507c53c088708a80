// The byte parser of a mapped CSV: one pass over each row, numbers and addresses read where they stand, repeating texts
// through a dictionary. A row whose cells do not fit the header is a reject and never shifted into place, because a
// shifted column would name somebody else. Source: RFC 4180 (quotes, line breaks inside them).
import { ProductError } from "../../../errors";
import type { ColumnBatch } from "../../../record/batch";
import { displayText, isBlank, LF, latin1, lineEnd, QUOTE, withoutCr } from "../../../record/bytes";
import type { Cursor, ParseOptions, Parser, Span } from "../../format";
import { Cells, CODE, NONE } from "./cells";
import { type Columns, cellsOf, chooseColumns, headerOfLayout, layoutOf } from "./columns";
import { NOT_QUICK } from "./quick";
import { RowWriter } from "./writer";

/** A quoted cell with line breaks may take this many bytes; a stray quote costs no more than its own line. */
const LONGEST_ROW = 65_536;

export class CsvParser implements Parser {
  private columns: Columns | null = null;
  /** The meaning of each column, and the meanings that any column has. */
  private codes = new Uint8Array(0);
  private mapped = new Uint8Array(0);
  private header: Uint8Array | null = null;
  private writer: RowWriter | null = null;
  /** Bytes of a row that the block cut, and their offset in the evidence. */
  private held: Uint8Array | null = null;
  private heldOffset = 0;
  private readonly cells: Cells;
  /** Set by `row`: where the row's content ends, and where the next row begins (NONE: it does not end in the block). */
  private rowEnd = 0;

  constructor(private readonly options: ParseOptions) {
    this.cells = new Cells(options);
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
      if (this.header === null) {
        at = this.first(b, at, end, out, cursor);
        continue;
      }
      const { cells } = this;
      if (this.writer?.out !== out) this.writer = new RowWriter(out, cells, this.codes);
      const offset = cursor.base + at;
      cells.fault = "";
      cells.line = cursor.line;
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
      if (cells.fault !== "" || !this.writer.write(out, cursor.line, offset, stop - at, lines)) {
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
      out.reject(line, offset + from - at, withoutCr(b, from, lf) - from, this.cells.fault);
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
    if (known === null || layoutOf(text) !== layoutOf(known)) this.choose(text);
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
    this.mapped = this.codes.filter((code) => code !== 0);
  }

  /**
   * Reads one row from `at`: cells into `value`, `fault` where one is wrong. Returns its physical lines, NONE where a
   * quoted cell does not end before `end`.
   */
  private row(b: Uint8Array, at: number, end: number, out: ColumnBatch): number {
    const { delimiter, count } = this.columns!;
    const codes = this.codes;
    const { cells, mapped } = this;
    for (let k = 0; k < mapped.length; k++) cells.value[mapped[k]!] = NONE;
    let lines = 1;
    let i = at;
    let column = 0;
    for (;;) {
      const code = column < count ? codes[column]! : 0;
      const quick = code === 0 ? NOT_QUICK : cells.quick(code, b, i, end, delimiter);
      if (quick !== NOT_QUICK) i = quick;
      else if (b[i] === QUOTE && i < end) {
        const close = closingQuote(b, i + 1, end);
        if (close < 0) return NONE;
        for (let k = i + 1; k < close; k++) if (b[k] === LF) lines++;
        if (code !== 0) cells.read(code, b, i + 1, close, out, true);
        i = close + 1;
        while (i < end && b[i] !== delimiter && b[i] !== LF) {
          if (b[i] !== 13 && b[i] !== 32 && this.cells.fault === "")
            this.cells.fault = `column ${column + 1} goes on after its closing quote`;
          i++;
        }
      } else {
        const from = i;
        let c = b[i];
        while (i < end && c !== delimiter && c !== LF) c = b[++i];
        if (code !== 0) cells.read(code, b, from, i, out, false);
      }
      column++;
      if (i >= end || b[i] === LF) break;
      i++;
    }
    this.rowEnd = i;
    if (column !== count && this.cells.fault === "")
      this.cells.fault = `it has ${column} column${column === 1 ? "" : "s"}, the header ${count}`;
    return lines;
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

// ColumnBatch: the one thing a parser writes to. It holds a bounded number of rows as columns, the rejects of the
// same stretch, and the conservation counters, so that no line can leave a parser without being accounted for
// (rule of evidence 1). The importer hands it to a worker's parser, ships the buffers, and appends them to DuckDB.
import type { AddressBook } from "./address";
import { type Column, type ColumnName, columnsOf, type Role } from "./columns";

/** Rows a batch holds; measured best for the append path (a multiple of DuckDB's 2,048-row vectors). */
export const BATCH_ROWS = 65_536;

/** One column's cells. i64 is two Uint32 lanes (low, high; two's complement): no BigInt in the hot path. */
export interface ColumnData {
  readonly column: Column;
  /** i32: Int32Array; u8: Uint8Array; i64: Uint32Array of 2 * capacity; text: null. */
  readonly data: Int32Array | Uint8Array | Uint32Array | null;
  /** text only; index by row. */
  readonly text: (string | null)[] | null;
  /** text only, once a parser asked for it (`utf8`): all cells of the column as bytes, instead of `text`. */
  utf8: Utf8Lane | null;
  /** 1 where the cell is set. Cells not set in a row are NULL. */
  readonly valid: Uint8Array;
}

/**
 * A text column as UTF-8 bytes one after another, for parsers that copy from the evidence: a JavaScript string a row
 * costs more than all else in such a row. The parser answers for its bytes being UTF-8; the appender checks it again.
 */
export class Utf8Lane {
  bytes = new Uint8Array(1 << 20);
  used = 0;
  /** Where each row's text ends. */
  readonly ends: Uint32Array;

  constructor(capacity: number) {
    this.ends = new Uint32Array(capacity);
  }

  /** Makes room for `n` more bytes; `bytes` may be another array afterwards. */
  reserve(n: number): void {
    if (this.used + n <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.used + n));
    larger.set(this.bytes.subarray(0, this.used));
    this.bytes = larger;
  }
}

export interface RejectRow {
  readonly line: number;
  readonly offset: number;
  readonly length: number;
  /** A sentence fragment that says what is wrong and, where it can, at which byte: "port 70000 is above 65535". */
  readonly reason: string;
}

/** Lines accounted for since the batch was last cleared. */
export interface Counts {
  /** Physical lines that belong to at least one record, continuations included. */
  recordLines: number;
  rejects: number;
  blanks: number;
  headers: number;
  /** Records' lines of which only a part parsed (each is in recordLines, never in rejects). */
  partial: number;
  /** Records with a client source port. */
  withPort: number;
  /** Binary formats: data records lost by sequence numbers; data sets whose template never came. */
  lost: number;
  noTemplate: number;
}

export const zeroCounts = (): Counts => ({
  recordLines: 0,
  rejects: 0,
  blanks: 0,
  headers: 0,
  partial: 0,
  withPort: 0,
  lost: 0,
  noTemplate: 0,
});

/**
 * Writing order for a record: set cells with `i64`/`i32`/`u8`/`text` by column slot (see `slot`), then `endRow()`.
 * A parser that finds half-way that the line is no record calls `abandonRow()` and `reject(...)`.
 */
export class ColumnBatch {
  readonly columns: readonly ColumnData[];
  private readonly slots: ReadonlyMap<ColumnName, number>;
  rows = 0;
  readonly rejects: RejectRow[] = [];
  readonly partials: RejectRow[] = [];
  counts: Counts = zeroCounts();

  constructor(
    readonly role: Role,
    /** Gives address ids; the same book over a whole import. */
    readonly addresses: AddressBook,
    /** Gives ids of repeating texts (subscriber, realm, device); the same over a whole import. */
    readonly dictionary: TextDictionary,
    readonly capacity: number = BATCH_ROWS,
  ) {
    this.columns = columnsOf(role).map((column) => ({
      column,
      data:
        column.kind === "i32"
          ? new Int32Array(capacity)
          : column.kind === "u8"
            ? new Uint8Array(capacity)
            : column.kind === "i64"
              ? new Uint32Array(2 * capacity)
              : null,
      text: column.kind === "text" ? new Array<string | null>(capacity).fill(null) : null,
      utf8: null,
      valid: new Uint8Array(capacity),
    }));
    this.slots = new Map(this.columns.map((c, i) => [c.column.name as ColumnName, i]));
  }

  /** Index of a column, to be looked up once per parser. -1 where this role has no such column. */
  slot(name: ColumnName): number {
    return this.slots.get(name) ?? -1;
  }

  /** A parser stops and returns its position while this is true. Rejects count too, so that they stay bounded. */
  get full(): boolean {
    return (
      this.rows >= this.capacity ||
      this.rejects.length >= this.capacity ||
      this.partials.length >= this.capacity
    );
  }

  /** value: an integer within 2^53. */
  i64(slot: number, value: number): void {
    const c = this.columns[slot]!;
    const lanes = c.data as Uint32Array;
    const at = this.rows * 2;
    const high = Math.floor(value / 4_294_967_296);
    lanes[at] = value - high * 4_294_967_296;
    lanes[at + 1] = high;
    c.valid[this.rows] = 1;
  }

  /** i32 and u8 columns. */
  i32(slot: number, value: number): void {
    const c = this.columns[slot]!;
    (c.data as Int32Array | Uint8Array)[this.rows] = value;
    c.valid[this.rows] = 1;
  }

  text(slot: number, value: string): void {
    const c = this.columns[slot]!;
    c.text![this.rows] = value;
    c.valid[this.rows] = 1;
  }

  /** The lane of a text column; from then on its cells are written there (bytes, `ends` of the row, `valid`). */
  utf8(slot: number): Utf8Lane {
    const c = this.columns[slot]!;
    c.utf8 ??= new Utf8Lane(this.capacity);
    return c.utf8;
  }

  /** Any numeric column, null allowed: the slow adapter's way. */
  set(name: ColumnName, value: number | string | null | undefined): void {
    if (value === null || value === undefined) return;
    const slot = this.slot(name);
    if (slot < 0) return;
    const kind = this.columns[slot]!.column.kind;
    if (kind === "text") this.text(slot, String(value));
    else if (kind === "i64") this.i64(slot, Number(value));
    else this.i32(slot, Number(value));
  }

  /** Finishes the current row. `physicalLines` is how many lines it took (0 for a second record of the same line). */
  endRow(physicalLines = 1): void {
    this.rows++;
    this.counts.recordLines += physicalLines;
  }

  /** Forgets the cells written since the last endRow. */
  abandonRow(): void {
    for (const c of this.columns) c.valid[this.rows] = 0;
  }

  reject(line: number, offset: number, length: number, reason: string): void {
    this.rejects.push({ line, offset, length, reason });
    this.counts.rejects++;
  }

  /** A line that gave a record, but of which a part did not parse: listed, and counted beside recordLines. */
  partial(line: number, offset: number, length: number, reason: string): void {
    this.partials.push({ line, offset, length, reason });
    this.counts.partial++;
  }

  blank(): void {
    this.counts.blanks++;
  }

  header(): void {
    this.counts.headers++;
  }

  clear(): void {
    for (const c of this.columns) {
      c.valid.fill(0, 0, Math.min(this.rows + 1, this.capacity));
      if (c.utf8) c.utf8.used = 0;
      if (c.text) c.text.fill(null, 0, Math.min(this.rows + 1, this.capacity));
    }
    this.rows = 0;
    this.rejects.length = 0;
    this.partials.length = 0;
    this.counts = zeroCounts();
  }
}

/**
 * Ids for repeating texts, from 1 in order of first appearance. Rows added since `drain` was last called are shipped
 * with the next batch and stored in the side table text_value(id, text).
 */
export class TextDictionary {
  private readonly ids = new Map<string, number>();
  private fresh: { id: number; text: string }[] = [];

  constructor(
    known: readonly { id: number; text: string }[] = [],
    private next = 1,
  ) {
    for (const { id, text } of known) {
      this.ids.set(text, id);
      if (id >= this.next) this.next = id + 1;
    }
  }

  id(text: string): number {
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    const id = this.next++;
    const own = ownText(text);
    this.ids.set(own, id);
    this.fresh.push({ id, text: own });
    return id;
  }

  drain(): { id: number; text: string }[] {
    const out = this.fresh;
    this.fresh = [];
    return out;
  }
}

/** A copy: a text that was cut from a larger one would keep all of it in memory for as long as the import lasts. */
function ownText(text: string): string {
  // Engines copy what is shorter (V8: 13 characters) when they cut it.
  if (text.length < 13) return text;
  const codes = new Array<number>(Math.min(text.length, 4096));
  let out = "";
  for (let at = 0; at < text.length; at += 4096) {
    const n = Math.min(4096, text.length - at);
    codes.length = n;
    for (let i = 0; i < n; i++) codes[i] = text.charCodeAt(at + i);
    out += String.fromCharCode.apply(null, codes);
  }
  return out;
}

// How a parsed batch travels from the thread that parses to the thread that owns the database: the used columns copied
// into one buffer, which is transferred, appended from and sent back. Columns that hold nothing, or one value, travel as
// a word.
import type { AddressRow } from "../../../shared/record/address";
import type { ColumnBatch, ColumnData, Counts, RejectRow } from "../../../shared/record/batch";
import { WIDTH } from "../database/appender";
import type { BatchColumn } from "./record-table";

export type ShippedColumn =
  | { readonly kind: "null" }
  /** One value in every row. */
  | { readonly kind: "same"; readonly width: 1 | 4 | 8; readonly value: number }
  /** `value` in the first row, one more in each that follows. */
  | { readonly kind: "rise"; readonly value: number }
  /** Another column (its index) plus `add`, in every row. */
  | { readonly kind: "as"; readonly of: number; readonly width: 4 | 8; readonly add: number }
  | { readonly kind: "cells"; readonly width: 1 | 4 | 8; readonly offset: number; readonly validity: number }
  | { readonly kind: "utf8"; readonly offset: number; readonly ends: number; readonly validity: number };

/** `rows` texts in UTF-8 one after another, from `offset` in the shipment's buffer; `ends` is the offset of their ends. */
interface ShippedTexts {
  readonly firstId: number;
  readonly rows: number;
  readonly offset: number;
  readonly ends: number;
}

/** Offsets are into `buffer`; validity -1 = all valid. */
export interface Shipment {
  /** Index of the file in the job. */
  readonly file: number;
  readonly rows: number;
  readonly buffer: ArrayBuffer;
  readonly columns: readonly ShippedColumn[];
  readonly rejects: readonly RejectRow[];
  readonly partials: readonly RejectRow[];
  readonly counts: Counts;
  readonly addresses: readonly AddressRow[];
  /** Dictionary texts that are new, with consecutive ids. */
  readonly texts: ShippedTexts | null;
  /** Bytes of the file read so far. */
  readonly position: number;
  readonly line: number;
}

const align = (n: number): number => (n + 7) & ~7;

/** Takes the batch's content (the batch is cleared). `spare` is a buffer to use again where it is large enough. */
export function pack(
  batch: ColumnBatch,
  at: { file: number; position: number; line: number },
  spare: ArrayBuffer | undefined,
): Shipment {
  const rows = batch.rows;
  const filled = batch.columns.map((c) => filledOf(c.valid, rows));
  const texts = batch.columns.map((c, i) =>
    c.text && filled[i] !== "none" ? encoded(c, c.text, rows) : null,
  );
  let size = 0;
  batch.columns.forEach((c, i) => {
    const text = texts[i];
    if (text) size += align(text.bytes.length) + align(4 * rows) + align((rows + 7) >> 3);
    else if (c.data && filled[i] !== "none") size += align(rows * widthOf(c)) + align((rows + 7) >> 3);
  });
  // As bytes: objects and strings by the hundred thousand cost more to send than the columns.
  const fresh = batch.dictionary.drain();
  const freshText =
    fresh.length > 0
      ? encode(
          fresh.map((row) => row.text),
          fresh.length,
        )
      : null;
  if (freshText) size += align(freshText.bytes.length) + align(4 * fresh.length);
  // With room to spare: shipments differ a little in size, and each fresh buffer is paid page by page by the kernel.
  const buffer = spare && spare.byteLength >= size ? spare : new ArrayBuffer(size + (size >> 3));
  let end = 0;
  const place = (bytes: number): number => {
    const offset = end;
    end += align(bytes);
    return offset;
  };
  const columns = batch.columns.map((c, i): ShippedColumn => {
    if (filled[i] === "none") return { kind: "null" };
    const validityOf = () => (filled[i] === "all" ? -1 : placeValidity(c, rows, buffer, place));
    const text = texts[i];
    if (text) {
      return { kind: "utf8", ...placeTexts(text, buffer, place), validity: validityOf() };
    }
    const width = widthOf(c);
    if (filled[i] === "all") {
      // Before "same": of one row both would be true, and what a column is may not change with the batch's size.
      const derived = derivedFrom(batch, i, filled, rows);
      if (derived !== null) return derived;
    }
    const same = filled[i] === "all" ? sameValue(c, rows) : null;
    if (same !== null) return { kind: "same", width, value: same };
    const offset = place(rows * width);
    const data = c.data!;
    new Uint8Array(buffer, offset, rows * width).set(
      new Uint8Array(data.buffer, data.byteOffset, rows * width),
    );
    return { kind: "cells", width, offset, validity: validityOf() };
  });
  const shipment: Shipment = {
    ...at,
    rows,
    buffer,
    columns,
    rejects: [...batch.rejects],
    partials: [...batch.partials],
    counts: batch.counts,
    addresses: batch.addresses.drain(),
    texts: freshText && {
      firstId: fresh[0]!.id,
      rows: fresh.length,
      ...placeTexts(freshText, buffer, place),
    },
  };
  batch.clear();
  return shipment;
}

/** The columns as the appender takes them; the `file` column is filled here. */
export function unpack(shipment: Shipment, fileSlot: number): BatchColumn[] {
  const { buffer, rows } = shipment;
  return shipment.columns.map((c, i): BatchColumn => {
    if (i === fileSlot) return { kind: "same", width: 4, value: shipment.file };
    if (c.kind !== "utf8" && c.kind !== "cells") return c;
    const validity = { validity: c.validity < 0 ? null : buffer, validityOffset: Math.max(0, c.validity) };
    if (c.kind === "utf8") {
      return {
        kind: "utf8",
        buffer,
        offset: c.offset,
        ends: new Uint32Array(buffer, c.ends, rows),
        ...validity,
      };
    }
    return { kind: "cells", width: c.width, buffer, offset: c.offset, ...validity };
  });
}

const widthOf = (c: ColumnData): 1 | 4 | 8 => WIDTH[c.column.kind as "i64" | "i32" | "u8"];

type Filled = "none" | "all" | "some";

/** Which of the rows have the cell; four at a time, since every column of every batch is asked. */
function filledOf(valid: Uint8Array, rows: number): Filled {
  const words = new Uint32Array(valid.buffer, valid.byteOffset, rows >> 2);
  const first = words.length > 0 ? words[0]! : valid[0]! * 0x01010101;
  if (first !== 0 && first !== 0x01010101) return "some";
  for (let i = 1; i < words.length; i++) if (words[i] !== first) return "some";
  for (let i = words.length * 4; i < rows; i++) if (valid[i]! * 0x01010101 !== first) return "some";
  return first === 0 ? "none" : "all";
}

/** Columns that follow from another one in most files. */
const LIKELY: Readonly<Record<string, string>> = { start_us: "time_us", port_high: "port_low" };

/** How a column that every row has follows from the row's number or another column; null where it does not. */
function derivedFrom(
  batch: ColumnBatch,
  i: number,
  filled: readonly Filled[],
  rows: number,
): Extract<ShippedColumn, { kind: "rise" | "as" }> | null {
  const { column, data } = batch.columns[i]!;
  if (column.name === "line") {
    const first = valueAt(data!, 0);
    // Within one high lane, as all but one of 65,536 batches are.
    if (data![1] !== data![2 * rows - 1]) return null;
    const low = data![0]!;
    for (let r = 1; r < rows; r++) if (data![2 * r] !== low + r) return null;
    return { kind: "rise", value: first };
  }
  const name = LIKELY[column.name];
  if (name === undefined) return null;
  const of = batch.columns.findIndex((c) => c.column.name === name);
  if (of < 0 || filled[of] !== "all") return null;
  const base = batch.columns[of]!.data!;
  if (column.kind === "i64") {
    for (let r = 0; r < 2 * rows; r++) if (data![r] !== base[r]) return null;
    return { kind: "as", of, width: 8, add: 0 };
  }
  const add = data![0]! - base[0]!;
  for (let r = 1; r < rows; r++) if (data![r]! - base[r]! !== add) return null;
  return { kind: "as", of, width: 4, add };
}

/** A 64-bit cell as a number; its high lane is two's complement. */
const valueAt = (lanes: ArrayLike<number>, row: number): number =>
  (lanes[2 * row + 1]! | 0) * 4_294_967_296 + lanes[2 * row]!;

/** The value that every row has; null where they differ. */
function sameValue(c: ColumnData, rows: number): number | null {
  const data = c.data!;
  if (c.column.kind !== "i64") {
    const first = data[0]!;
    for (let i = 1; i < rows; i++) if (data[i] !== first) return null;
    return first;
  }
  const low = data[0]!;
  const high = data[1]!;
  for (let i = 2; i < 2 * rows; i += 2) if (data[i] !== low || data[i + 1] !== high) return null;
  return valueAt(data, 0);
}

function placeTexts(
  text: { readonly bytes: Uint8Array; readonly ends: Uint32Array },
  buffer: ArrayBuffer,
  place: (n: number) => number,
): { offset: number; ends: number } {
  const offset = place(text.bytes.length);
  new Uint8Array(buffer, offset, text.bytes.length).set(text.bytes);
  const ends = place(4 * text.ends.length);
  new Uint32Array(buffer, ends, text.ends.length).set(text.ends);
  return { offset, ends };
}

function placeValidity(
  c: ColumnData,
  rows: number,
  buffer: ArrayBuffer,
  place: (n: number) => number,
): number {
  const bytes = (rows + 7) >> 3;
  const offset = place(bytes);
  const out = new Uint8Array(buffer, offset, bytes);
  const v = c.valid;
  const whole = rows >> 3;
  for (let b = 0; b < whole; b++) {
    const i = b << 3;
    out[b] =
      v[i]! |
      (v[i + 1]! << 1) |
      (v[i + 2]! << 2) |
      (v[i + 3]! << 3) |
      (v[i + 4]! << 4) |
      (v[i + 5]! << 5) |
      (v[i + 6]! << 6) |
      (v[i + 7]! << 7);
  }
  if (rows & 7) {
    let last = 0;
    for (let i = whole << 3; i < rows; i++) last |= v[i]! << (i & 7);
    out[whole] = last;
  }
  return offset;
}

function encoded(
  c: ColumnData,
  text: readonly (string | null)[],
  rows: number,
): { bytes: Uint8Array; ends: Uint32Array } {
  if (c.utf8 === null) return encode(text, rows);
  const ends = c.utf8.ends.slice(0, rows);
  for (let i = 0; i < rows; i++) if (c.valid[i] === 0) ends[i] = i === 0 ? 0 : ends[i - 1]!;
  return { bytes: c.utf8.bytes.subarray(0, c.utf8.used), ends };
}

let scratch = Buffer.allocUnsafeSlow(1 << 20);

/** UTF-8 of the first `rows` strings, one after another; the bytes are valid until the next call. Lone surrogates become U+FFFD. */
function encode(values: readonly (string | null)[], rows: number): { bytes: Uint8Array; ends: Uint32Array } {
  const ends = new Uint32Array(rows);
  let at = 0;
  for (let i = 0; i < rows; i++) {
    const value = values[i];
    if (value) {
      if (at + value.length * 3 > scratch.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(scratch.length * 2, at + value.length * 3));
        scratch.copy(larger, 0, 0, at);
        scratch = larger;
      }
      at += scratch.write(value, at, "utf8");
    }
    ends[i] = at;
  }
  return { bytes: Uint8Array.prototype.slice.call(scratch, 0, at), ends };
}

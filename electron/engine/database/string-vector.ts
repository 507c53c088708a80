// A stretch of UTF-8 texts into a VARCHAR vector with one call instead of one a row (which costs more than all else that
// is done to the row): the bytes are handed over as one string, and the vector's 16-byte cells are then written to point
// into it. That depends on how DuckDB lays out a string (string_t: length, then up to 12 bytes in place, or 4 bytes of
// prefix and a pointer), so it is only done after a check against what DuckDB itself writes; else row by row.
import { isUtf8 } from "node:buffer";
import duckdb from "@duckdb/node-bindings";
import { ProductError } from "../../../shared/errors";

/** DuckDB's vector size. */
export const VECTOR = 2048;
const CELL = 16;
const INLINE = 12;

const cells = new ArrayBuffer(VECTOR * CELL);
const words = new Uint32Array(cells);
const octets = new Uint8Array(cells);

/**
 * Fills rows 0 to n - 1 (n <= VECTOR) with texts that lie one after another in `bytes`: row i is
 * [ends[from + i - 1], ends[from + i]). Throws "internal" for what is not UTF-8, which DuckDB would store as an empty text.
 */
export function assignTexts(
  vector: duckdb.Vector,
  bytes: Uint8Array,
  ends: Uint32Array,
  from: number,
  n: number,
): void {
  const start = from === 0 ? 0 : ends[from - 1]!;
  const last = ends[from + n - 1]!;
  if (!isUtf8(bytes.subarray(start, last)) || cutsCharacter(bytes, ends, from, n, start, last))
    throw new ProductError("internal", "Text to store is not UTF-8.", "Report this.");
  known ??= layoutIsKnown();
  if (known) byPointer(vector, bytes, ends, from, n, start, last);
  else oneByOne(vector, bytes, ends, from, n, start);
}

/** Whether a row begins inside a character of the row before. */
function cutsCharacter(
  b: Uint8Array,
  ends: Uint32Array,
  from: number,
  n: number,
  start: number,
  last: number,
): boolean {
  let at = start;
  for (let i = 0; i < n; i++) {
    if (at < last && (b[at]! & 0xc0) === 0x80) return true;
    at = ends[from + i]!;
  }
  return false;
}

function oneByOne(
  vector: duckdb.Vector,
  bytes: Uint8Array,
  ends: Uint32Array,
  from: number,
  n: number,
  start: number,
): void {
  let at = start;
  for (let i = 0; i < n; i++) {
    const end = ends[from + i]!;
    if (end > at) duckdb.vector_assign_string_element_len(vector, i, bytes.subarray(at, end));
    else duckdb.vector_assign_string_element(vector, i, "");
    at = end;
  }
}

function byPointer(
  vector: duckdb.Vector,
  b: Uint8Array,
  ends: Uint32Array,
  from: number,
  n: number,
  start: number,
  last: number,
): void {
  let low = 0;
  let high = 0;
  if (last - start > INLINE) {
    // The vector keeps the string alive even after the cell that named it is written over.
    duckdb.vector_assign_string_element_len(vector, 0, b.subarray(start, last));
    const cell = duckdb.vector_get_data(vector, CELL);
    const view = new DataView(cell.buffer, cell.byteOffset, CELL);
    low = view.getUint32(8, true);
    high = view.getUint32(12, true);
  }
  let at = start;
  for (let i = 0; i < n; i++) {
    const end = ends[from + i]!;
    const length = end - at;
    const w = i * 4;
    words[w] = length;
    if (length > INLINE) {
      words[w + 1] = b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24);
      const address = low + (at - start);
      words[w + 2] = address;
      words[w + 3] = high + (address > 0xffffffff ? 1 : 0);
    } else {
      words[w + 1] = words[w + 2] = words[w + 3] = 0;
      const place = i * CELL + 4;
      for (let k = 0; k < length; k++) octets[place + k] = b[at + k]!;
    }
    at = end;
  }
  duckdb.copy_data_to_vector(vector, 0, cells, 0, n * CELL);
}

let known: boolean | null = null;

/** Compares our cells with DuckDB's own for texts of every kind of length. */
function layoutIsKnown(): boolean {
  const texts = [
    "",
    "a",
    "twelve bytes",
    "thirteen byte",
    "a text that is much longer than a cell",
    "ä€😀".repeat(9),
  ];
  const parts = texts.map((text) => Buffer.from(text));
  const ends = new Uint32Array(parts.length);
  let n = 0;
  parts.forEach((part, i) => {
    n += part.length;
    ends[i] = n;
  });
  const vectorOf = () => {
    const chunk = duckdb.create_data_chunk([duckdb.create_logical_type(duckdb.Type.VARCHAR)]);
    duckdb.data_chunk_set_size(chunk, texts.length);
    return { chunk, vector: duckdb.data_chunk_get_vector(chunk, 0) };
  };
  const [ours, theirs] = [vectorOf(), vectorOf()];
  oneByOne(theirs.vector, Buffer.concat(parts), ends, 0, texts.length, 0);
  const wanted = Buffer.from(duckdb.vector_get_data(theirs.vector, texts.length * CELL));
  // DuckDB's own cells first: a pointer is followed only where it stands where ours would.
  const expected = (cell: Buffer, text: Buffer): boolean =>
    cell.readUInt32LE(0) === text.length &&
    (text.length <= INLINE
      ? cell.subarray(4).equals(Buffer.concat([text, Buffer.alloc(INLINE - text.length)]))
      : cell.subarray(4, 8).equals(text.subarray(0, 4)) &&
        Buffer.from(
          duckdb.get_data_from_pointer(cell.buffer as ArrayBuffer, cell.byteOffset + 8, text.length),
        ).equals(text));
  const fits = (cells: Buffer): boolean =>
    parts.every((part, i) => expected(cells.subarray(i * CELL, (i + 1) * CELL), part));
  if (!fits(wanted)) return false;
  byPointer(ours.vector, Buffer.concat(parts), ends, 0, texts.length, 0, n);
  return fits(Buffer.from(duckdb.vector_get_data(ours.vector, texts.length * CELL)));
}

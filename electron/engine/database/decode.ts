// DuckDB result chunks to numbers and strings. Only what the Database interface lets cross is decoded: an integer beyond
// 2^53 or a type that the two engines return differently (HUGEINT of sum(), DECIMAL, TIMESTAMP, DOUBLE) is an error
// here, so that no result is rounded in silence.
import duckdb from "@duckdb/node-bindings";
import { ProductError } from "../../../shared/errors";

export type DecodedColumn = Float64Array | (string | null)[];

type Reader = (vector: duckdb.Vector, rows: number) => DecodedColumn;

const integers =
  (width: number, read: (view: DataView, at: number) => number): Reader =>
  (vector, rows) => {
    const view = viewOf(duckdb.vector_get_data(vector, rows * width));
    const out = new Float64Array(rows);
    for (let i = 0; i < rows; i++) out[i] = read(view, i * width);
    return maskNull(out, vector, rows);
  };

const viewOf = (b: Uint8Array): DataView => new DataView(b.buffer, b.byteOffset, b.byteLength);

function maskNull(out: Float64Array, vector: duckdb.Vector, rows: number): Float64Array {
  const validity = duckdb.vector_get_validity(vector, Math.ceil(rows / 64) * 8) as Uint8Array | null;
  if (validity !== null) {
    for (let i = 0; i < rows; i++) if ((validity[i >> 3]! & (1 << (i & 7))) === 0) out[i] = Number.NaN;
  }
  return out;
}

/** BIGINT (signed) or UBIGINT. NULL cells hold arbitrary bytes, so the range is checked on valid ones only. */
const wide =
  (signed: boolean): Reader =>
  (vector, rows) => {
    const data = duckdb.vector_get_data(vector, rows * 8);
    const view = viewOf(data);
    const out = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      const high = signed ? view.getInt32(i * 8 + 4, true) : view.getUint32(i * 8 + 4, true);
      out[i] = high * 4_294_967_296 + view.getUint32(i * 8, true);
    }
    maskNull(out, vector, rows);
    for (let i = 0; i < rows; i++) {
      const value = out[i]!;
      if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) {
        throw new ProductError(
          "internal",
          `A query returned an integer beyond 2^53 (about ${value}).`,
          "Cast it to VARCHAR in the query.",
        );
      }
    }
    return out;
  };

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** string_t: length, then either up to 12 bytes in place or a 4-byte prefix and a pointer. */
const strings: Reader = (vector, rows) => {
  const data = duckdb.vector_get_data(vector, rows * 16);
  const view = viewOf(data);
  const validity = duckdb.vector_get_validity(vector, Math.ceil(rows / 64) * 8) as Uint8Array | null;
  const out = new Array<string | null>(rows);
  for (let i = 0; i < rows; i++) {
    if (validity !== null && (validity[i >> 3]! & (1 << (i & 7))) === 0) {
      out[i] = null;
      continue;
    }
    const length = view.getUint32(i * 16, true);
    const bytes =
      length <= 12
        ? data.subarray(i * 16 + 4, i * 16 + 4 + length)
        : duckdb.get_data_from_pointer(data.buffer as ArrayBuffer, data.byteOffset + i * 16 + 8, length);
    out[i] = utf8.decode(bytes);
  }
  return out;
};

const READERS: Partial<Record<duckdb.Type, Reader>> = {
  [duckdb.Type.BOOLEAN]: integers(1, (v, at) => v.getUint8(at)),
  [duckdb.Type.TINYINT]: integers(1, (v, at) => v.getInt8(at)),
  [duckdb.Type.UTINYINT]: integers(1, (v, at) => v.getUint8(at)),
  [duckdb.Type.SMALLINT]: integers(2, (v, at) => v.getInt16(at, true)),
  [duckdb.Type.USMALLINT]: integers(2, (v, at) => v.getUint16(at, true)),
  [duckdb.Type.INTEGER]: integers(4, (v, at) => v.getInt32(at, true)),
  [duckdb.Type.UINTEGER]: integers(4, (v, at) => v.getUint32(at, true)),
  [duckdb.Type.BIGINT]: wide(true),
  [duckdb.Type.UBIGINT]: wide(false),
  [duckdb.Type.VARCHAR]: strings,
  // The type of a bare NULL.
  [duckdb.Type.SQLNULL]: (_vector, rows) => new Array<string | null>(rows).fill(null),
};

/** Names and readers of a result's columns. Throws "internal" for a type that may not cross the interface. */
export function resultShape(result: duckdb.Result): { names: string[]; readers: Reader[] } {
  const names: string[] = [];
  const readers: Reader[] = [];
  for (let i = 0; i < duckdb.column_count(result); i++) {
    const type = duckdb.column_type(result, i);
    const name = duckdb.column_name(result, i);
    const reader = READERS[type];
    if (!reader) {
      throw new ProductError(
        "internal",
        `Column ${name} of a query has the type ${duckdb.Type[type]}, which may not leave the database.`,
        "Cast it to BIGINT or VARCHAR in the query (a sum of integers is HUGEINT).",
      );
    }
    names.push(name);
    readers.push(reader);
  }
  return { names, readers };
}

export function decodeChunk(chunk: duckdb.DataChunk, readers: readonly Reader[]): DecodedColumn[] {
  const rows = duckdb.data_chunk_get_size(chunk);
  return readers.map((read, i) => read(duckdb.data_chunk_get_vector(chunk, i), rows));
}

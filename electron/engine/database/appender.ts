// Columns into a table, 2,048 rows at a time, below node-api's row interface: one memory copy a column and vector.
// A column that is NULL (or one value) throughout costs one constant vector. Rows keep their order.
//
// Two traps of the binding are closed here: it stores an empty string for invalid UTF-8 without an error (so bytes are
// checked, and strings come from JavaScript, which encodes them well-formed), and it refuses a SharedArrayBuffer.
import duckdb from "@duckdb/node-bindings";
import type { Database } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import type { ColumnKind } from "../../../shared/record/columns";
import { type NativeDatabase, nativeOf, statementError } from "./native";
import { assignTexts, VECTOR } from "./string-vector";

/** One column of a stretch of rows. */
export type AppendColumn =
  /** NULL in every row. */
  | { readonly kind: "null" }
  /** One value in every row: BIGINT (width 8), INTEGER (4) or UTINYINT (1). */
  | { readonly kind: "constant"; readonly width: 1 | 4 | 8; readonly value: number }
  /** Cells as DuckDB holds them: BIGINT 8 bytes, INTEGER 4, UTINYINT and BOOLEAN 1, little-endian. */
  | {
      readonly kind: "cells";
      readonly width: 1 | 4 | 8;
      readonly buffer: ArrayBuffer;
      readonly offset: number;
      /** One bit a row, set where valid, rows from bit 0 of byte 0; null = all valid. */
      readonly validity: ArrayBuffer | null;
      readonly validityOffset: number;
    }
  /** UTF-8 of all rows one after another in `buffer` from `offset`; `ends` are ends relative to it. A NULL row is empty and not valid. */
  | {
      readonly kind: "utf8";
      readonly buffer: ArrayBuffer;
      readonly offset: number;
      readonly ends: Uint32Array;
      readonly validity: ArrayBuffer | null;
      readonly validityOffset: number;
    }
  | { readonly kind: "strings"; readonly values: readonly (string | null)[] };

/** Appends to one table. Made by `openAppender`; `close` flushes. Between open and close other connections do not see the rows. */
export class TableAppender {
  private readonly chunk: duckdb.DataChunk;
  /** A chunk's vectors stay where they are over resets; asking for them again costs more than filling them. */
  private readonly vectors: readonly duckdb.Vector[];
  private readonly nulls: duckdb.Value = duckdb.create_null_value();
  private ended = false;
  rows = 0;

  constructor(
    private readonly appender: duckdb.Appender,
    private readonly end: (sound: boolean) => Promise<void>,
    private readonly table: string,
  ) {
    const types: duckdb.LogicalType[] = [];
    for (let i = 0; i < duckdb.appender_column_count(appender); i++)
      types.push(duckdb.appender_column_type(appender, i));
    this.chunk = duckdb.create_data_chunk(types);
    const { chunk } = this;
    this.vectors = types.map((_, i) => duckdb.data_chunk_get_vector(chunk, i));
  }

  append(columns: readonly AppendColumn[], rows: number): void {
    const width = this.vectors.length;
    if (columns.length !== width) {
      throw new ProductError(
        "internal",
        `${this.table} has ${width} columns and was given ${columns.length}.`,
        "Report this.",
      );
    }
    for (let from = 0; from < rows; from += VECTOR) {
      const n = Math.min(VECTOR, rows - from);
      duckdb.data_chunk_reset(this.chunk);
      duckdb.data_chunk_set_size(this.chunk, n);
      for (let c = 0; c < width; c++) this.fill(this.vectors[c]!, columns[c]!, from, n);
      try {
        duckdb.append_data_chunk(this.appender, this.chunk);
      } catch (error) {
        throw statementError(error, `appending to ${this.table}`);
      }
    }
    this.rows += rows;
  }

  private fill(vector: duckdb.Vector, column: AppendColumn, from: number, n: number): void {
    switch (column.kind) {
      case "null":
        duckdb.vector_reference_value(vector, this.nulls);
        return;
      case "constant":
        duckdb.vector_reference_value(vector, boxed(column.width, column.value));
        return;
      case "cells":
        duckdb.copy_data_to_vector(
          vector,
          0,
          column.buffer,
          column.offset + from * column.width,
          n * column.width,
        );
        copyValidity(vector, column.validity, column.validityOffset, from, n);
        return;
      case "utf8":
        assignTexts(vector, new Uint8Array(column.buffer, column.offset), column.ends, from, n);
        copyValidity(vector, column.validity, column.validityOffset, from, n);
        return;
      case "strings":
        assignStrings(vector, column.values, from, n);
    }
  }

  /** Flushes and ends. Throws where the rows could not be stored. */
  async close(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    let sound = false;
    try {
      try {
        duckdb.appender_close_sync(this.appender);
        sound = true;
      } finally {
        await this.end(sound);
      }
    } catch (error) {
      throw statementError(error, `appending to ${this.table}`);
    }
  }

  /** Ends without keeping what was appended; nothing where it has ended already. */
  async abandon(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    try {
      duckdb.appender_clear(this.appender);
      duckdb.appender_close_sync(this.appender);
    } catch {
      // The rows were not wanted.
    }
    await this.end(false).catch(() => {});
  }
}

function boxed(width: 1 | 4 | 8, value: number): duckdb.Value {
  if (width === 8) return duckdb.create_int64(BigInt(value));
  return width === 4 ? duckdb.create_int32(value) : duckdb.create_uint8(value);
}

function copyValidity(
  vector: duckdb.Vector,
  validity: ArrayBuffer | null,
  at: number,
  from: number,
  n: number,
): void {
  if (validity === null) return;
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, validity, at + (from >> 3), (n + 7) >> 3);
}

function assignStrings(
  vector: duckdb.Vector,
  values: readonly (string | null)[],
  from: number,
  n: number,
): void {
  let validity: Uint8Array | null = null;
  for (let i = 0; i < n; i++) {
    const value = values[from + i] ?? null;
    if (value === null) {
      validity ??= new Uint8Array(VECTOR / 8).fill(255);
      validity[i >> 3]! &= ~(1 << (i & 7));
    } else duckdb.vector_assign_string_element(vector, i, value);
  }
  if (validity !== null) copyValidity(vector, validity.buffer as ArrayBuffer, 0, 0, n);
}

/**
 * An appender on `table` ("name" or "scratch.name"). Outside a transaction it has one of its own, committed by `close`
 * and rolled back by `abandon`.
 */
export async function openAppender(db: Database | NativeDatabase, table: string): Promise<TableAppender> {
  const lease = await nativeOf(db).lease();
  const [catalog, name] = table.startsWith("scratch.") ? ["scratch", table.slice(8)] : [null, table];
  try {
    if (!lease.inTransaction) await duckdb.query(lease.connection, "BEGIN");
    const appender = duckdb.appender_create_ext(
      lease.connection,
      catalog,
      catalog === null ? null : "main",
      name,
    );
    const end = async (sound: boolean) => {
      if (lease.inTransaction) return;
      let done = false;
      try {
        await duckdb.query(lease.connection, sound ? "COMMIT" : "ROLLBACK");
        done = true;
      } finally {
        lease.release(done);
      }
    };
    return new TableAppender(appender, end, table);
  } catch (error) {
    lease.release(false);
    throw error;
  }
}

/** A column of plain values, for what is computed rather than imported. */
export type ColumnInput =
  /** Integers within 2^53; NaN is NULL. */
  | { readonly kind: "i64"; readonly values: Float64Array }
  /** Int32Array has no NULL; in a Float64Array NaN is NULL. */
  | { readonly kind: "i32" | "u8"; readonly values: Int32Array | Uint8Array | Float64Array }
  | { readonly kind: "text"; readonly values: readonly (string | null)[] };

/** Appends `rows` rows of typed columns, in the table's column order, in one go. */
export async function appendColumns(
  db: Database | NativeDatabase,
  table: string,
  columns: readonly ColumnInput[],
  rows: number,
): Promise<void> {
  const cells = columns.map((column) => toCells(column, rows));
  const appender = await openAppender(db, table);
  try {
    appender.append(cells, rows);
  } catch (error) {
    await appender.abandon();
    throw error;
  }
  await appender.close();
}

export const WIDTH: Readonly<Record<Exclude<ColumnKind, "text">, 1 | 4 | 8>> = { i64: 8, i32: 4, u8: 1 };

export function toCells(column: ColumnInput, rows: number): AppendColumn {
  if (column.kind === "text") return { kind: "strings", values: column.values };
  const width = WIDTH[column.kind];
  const buffer = new ArrayBuffer(rows * width);
  let validity: Uint8Array | null = null;
  const values = column.values;
  const out =
    width === 8 ? new Uint32Array(buffer) : width === 4 ? new Int32Array(buffer) : new Uint8Array(buffer);
  for (let i = 0; i < rows; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) {
      validity ??= new Uint8Array((rows + 7) >> 3).fill(255);
      validity[i >> 3]! &= ~(1 << (i & 7));
    } else if (width === 8) {
      const high = Math.floor(value / 4_294_967_296);
      out[2 * i] = value - high * 4_294_967_296;
      out[2 * i + 1] = high;
    } else out[i] = value;
  }
  return {
    kind: "cells",
    width,
    buffer,
    offset: 0,
    validity: (validity?.buffer as ArrayBuffer) ?? null,
    validityOffset: 0,
  };
}

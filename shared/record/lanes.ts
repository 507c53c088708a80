// A column's own arrays, for parsers' hot paths: writing a cell without looking the column up again.
import type { ColumnBatch } from "./batch";
import type { ColumnName } from "./columns";

export interface Lane {
  /** i64: two lanes a row (low, high; two's complement), else one. */
  readonly data: Uint32Array | Int32Array | Uint8Array;
  readonly valid: Uint8Array;
}

/** The lanes of a numeric column, to be looked up once a batch. The role must have the column. */
export function laneOf(out: ColumnBatch, name: ColumnName): Lane {
  const column = out.columns[out.slot(name)]!;
  return { data: column.data!, valid: column.valid };
}

/** A 64-bit cell (ColumnBatch.i64); value: an integer within 2^53. */
export function put64(lane: Lane, row: number, value: number): void {
  const high = Math.floor(value / 4_294_967_296);
  lane.data[row * 2] = value - high * 4_294_967_296;
  lane.data[row * 2 + 1] = high;
  lane.valid[row] = 1;
}

/** A 32-bit or 8-bit cell. */
export function put32(lane: Lane, row: number, value: number): void {
  lane.data[row] = value;
  lane.valid[row] = 1;
}

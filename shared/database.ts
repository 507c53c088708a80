// One small interface over both engines (native DuckDB under the workbench, duckdb-wasm in the exhibit's viewer), so
// that one query language and one contract suite serve both. Only BIGINT-sized integers, text and NULL cross it:
// HUGEINT, DECIMAL and TIMESTAMP come back differently from the two engines.

export type SqlValue = number | string | null;
export type SqlRow = Record<string, SqlValue>;

export interface Database {
  /** All rows of a statement. Integers are numbers (an integer beyond 2^53 is an error). `?` binds by position. */
  query(sql: string, params?: readonly SqlValue[], signal?: AbortSignal): Promise<SqlRow[]>;
  /** A statement without rows. */
  run(sql: string, params?: readonly SqlValue[], signal?: AbortSignal): Promise<void>;
  /** Rows in chunks (at most 2,048 each), for results that must not be held whole. */
  stream(sql: string, params?: readonly SqlValue[], signal?: AbortSignal): AsyncIterable<SqlRow[]>;
  /**
   * Chunks as columns, for hot paths: BIGINT, INTEGER and smaller as Float64Array with NaN for NULL, VARCHAR as (string|null)[].
   */
  columns(
    sql: string,
    params?: readonly SqlValue[],
    signal?: AbortSignal,
  ): AsyncIterable<{ rows: number; columns: (Float64Array | (string | null)[])[] }>;
  /** BEGIN, fn, COMMIT; ROLLBACK where fn throws. Not nested. */
  transaction<T>(fn: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

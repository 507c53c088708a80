// The table that an import's records go to. Most columns of most files hold one value from the first row to the last
// (no destination, precision a second, protocol TCP): such a column is not stored but stands in the view record_N as a
// constant, where filters on it fold away. It becomes a stored one at the first batch that differs. Measured on an
// access log of 1M lines: 20 columns that are NULL throughout cost DuckDB as much as 20 used ones, 1.5 us a row. In the
// same way a column is not stored that follows from the row's number (lines of a file without rejects) or from another
// column (a mapping's start that is its record's time, the last port of blocks of one size).
//
// The view has every column of the role, and the table's rowid under its own name: range conditions on it reach the
// table (10 million rows: 12 ms through the view, 21 ms without it, the same plan).
import type { Database } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import { type Column, columnsOf, type Role } from "../../../shared/record/columns";
import { SQL_TYPE } from "../catalogue";
import { type AppendColumn, openAppender, type TableAppender, toCells } from "../database/appender";
import type { NativeDatabase } from "../database/native";

/** What a batch brings for one column; `cells` of a kind that the appender takes. */
export type BatchColumn =
  | AppendColumn
  | { readonly kind: "same"; readonly width: 1 | 4 | 8; readonly value: number }
  /** BIGINT: `value` in the first row, one more in each that follows. */
  | { readonly kind: "rise"; readonly value: number }
  /** Another column of the batch (its index) plus `add`, in every row. */
  | { readonly kind: "as"; readonly of: number; readonly width: 4 | 8; readonly add: number };

/** What a column that is not stored is in every row: `value` (null = NULL), or a base plus `value`. */
interface Derived {
  /** "rowid", another column's name, or "" for none. */
  readonly base: string;
  readonly value: number | null;
}
type State = { readonly stored: true } | ({ readonly stored: false } & Derived);
const STORED: State = { stored: true };

export interface RecordTables {
  /** The view with all columns. */
  readonly record: string;
  /** The stored columns. */
  readonly rows: string;
  /** The others: (name, base, value), NULL values left out. */
  readonly constant: string;
}

export class RecordTable {
  private readonly columns: readonly Column[];
  private states: State[] | null = null;
  /** Stored columns in the table's physical order. */
  private order: number[] = [];
  private appender: TableAppender | null = null;
  private rows = 0;

  constructor(
    private readonly db: NativeDatabase,
    private readonly tables: RecordTables,
    role: Role,
    /** Columns known to change later, stored from the start. */
    private readonly always: readonly string[],
  ) {
    this.columns = columnsOf(role);
  }

  async append(batch: readonly BatchColumn[], rows: number): Promise<void> {
    if (rows === 0) return;
    if (this.states === null) await this.create(batch);
    else {
      const late = this.columns.flatMap((_, i) => (this.fits(batch[i]!, i) ? [] : [i]));
      if (late.length > 0) await this.widen(late);
    }
    this.appender ??= await openAppender(this.db, this.tables.rows);
    this.appender.append(
      this.order.map((i) => cellsOf(batch, i, rows)),
      rows,
    );
    this.rows += rows;
  }

  /** Flushes, and makes the view over what was stored. */
  async close(): Promise<void> {
    if (this.states === null) await this.create([]);
    await this.appender?.close();
    this.appender = null;
    const derived = new Map<string, Derived>();
    this.states!.forEach((state, i) => {
      if (!state.stored && state.value !== null) derived.set(this.columns[i]!.name, state);
    });
    await this.db.run(
      `CREATE TABLE "${this.tables.constant}"(name VARCHAR NOT NULL, base VARCHAR NOT NULL, value BIGINT NOT NULL)`,
    );
    for (const [name, { base, value }] of derived)
      await this.db.run(`INSERT INTO "${this.tables.constant}" VALUES (?, ?, ?)`, [name, base, value]);
    const names = this.order.map((i) => this.columns[i]!.name);
    await this.db.run(viewSql(this.tables.record, this.tables.rows, this.columns, names, derived));
  }

  async abandon(): Promise<void> {
    await this.appender?.abandon();
    this.appender = null;
  }

  private async create(batch: readonly BatchColumn[]): Promise<void> {
    const states = this.columns.map(({ name }, i): State => {
      const column = batch[i];
      return (this.always.includes(name) ? null : this.derive(column)) ?? STORED;
    });
    // A table has at least one column.
    if (!states.some((state) => state.stored)) states[this.slot("line")] = STORED;
    this.states = states;
    this.order = this.columns.flatMap((_, i) => (this.states![i]!.stored ? [i] : []));
    const list = this.order.map((i) => `"${this.columns[i]!.name}" ${SQL_TYPE[this.columns[i]!.kind]}`);
    await this.db.run(`CREATE TABLE "${this.tables.rows}"(${list.join(", ")})`);
  }

  private slot(name: string): number {
    return this.columns.findIndex((c) => c.name === name);
  }

  /** How a batch's column need not be stored; null where it must. */
  private derive(column: BatchColumn | undefined): State | null {
    switch (column?.kind) {
      case undefined:
      case "null":
        return { stored: false, base: "", value: null };
      case "same":
        return { stored: false, base: "", value: column.value };
      case "rise":
        return { stored: false, base: "rowid", value: column.value - this.rows };
      case "as":
        return { stored: false, base: this.columns[column.of]!.name, value: column.add };
      default:
        return null;
    }
  }

  private fits(column: BatchColumn, i: number): boolean {
    const state = this.states![i]!;
    if (state.stored) return true;
    const now = this.derive(column);
    return now !== null && !now.stored && now.base === state.base && now.value === state.value;
  }

  /** Stores columns that were not stored so far: what is there gets the values that it had. */
  private async widen(late: readonly number[]): Promise<void> {
    await this.appender?.close();
    this.appender = null;
    const computed = late.filter((i) => (this.states![i] as Derived).base !== "");
    if (computed.length > 0) await this.compute(computed);
    for (const i of late) {
      if (computed.includes(i)) continue;
      const { name, kind } = this.columns[i]!;
      const { value } = this.states![i] as Derived;
      const table = `ALTER TABLE "${this.tables.rows}"`;
      await this.db.run(
        `${table} ADD COLUMN "${name}" ${SQL_TYPE[kind]}${value === null ? "" : ` DEFAULT ${value}`}`,
      );
      if (value !== null) await this.db.run(`${table} ALTER COLUMN "${name}" DROP DEFAULT`);
      this.order.push(i);
    }
    for (const i of late) this.states![i] = { stored: true };
  }

  /** Writes the table anew with more columns: an UPDATE would hold all of its rows' old values in memory. */
  private async compute(more: readonly number[]): Promise<void> {
    const { rows } = this.tables;
    const derived = new Map<string, Derived>();
    this.states!.forEach((state, i) => {
      if (!state.stored) derived.set(this.columns[i]!.name, state);
    });
    const list = [...this.order, ...more].map((i) => selected(this.columns[i]!, derived));
    await this.db.run(
      `CREATE TABLE "${rows}_wider" AS SELECT ${list.join(", ")} FROM "${rows}" ORDER BY rowid`,
    );
    await this.db.run(`DROP TABLE "${rows}"`);
    await this.db.run(`ALTER TABLE "${rows}_wider" RENAME TO "${rows}"`);
    this.order.push(...more);
  }
}

/** A batch's column as the appender takes it. */
function cellsOf(batch: readonly BatchColumn[], i: number, rows: number): AppendColumn {
  const column = batch[i]!;
  if (column.kind === "same") return { kind: "constant", width: column.width, value: column.value };
  if (column.kind === "rise")
    return toCells(
      { kind: "i64", values: Float64Array.from({ length: rows }, (_, r) => column.value + r) },
      rows,
    );
  if (column.kind !== "as") return column;
  const of = cellsOf(batch, column.of, rows);
  if (column.add === 0) return of;
  if (of.kind === "constant") return { ...of, value: of.value + column.add };
  if (of.kind !== "cells" || of.width !== 4)
    throw new ProductError(
      "internal",
      "A column is said to follow from one of another kind.",
      "Report this.",
    );
  const base = new Int32Array(of.buffer, of.offset, rows);
  return toCells({ kind: "i32", values: base.map((value) => value + column.add) }, rows);
}

/** A column in a SELECT from the table of stored ones. */
function selected(column: Column, derived: ReadonlyMap<string, Derived>): string {
  const { name, kind } = column;
  const how = derived.get(name);
  if (how === undefined) return `"${name}"`;
  return `CAST(${valueSql(how, derived)} AS ${SQL_TYPE[kind]}) AS "${name}"`;
}

function valueSql({ base, value }: Derived, derived: ReadonlyMap<string, Derived>): string {
  if (base === "" || value === null) return String(value ?? "NULL");
  const of = derived.get(base);
  const text = base === "rowid" ? "rowid" : of === undefined ? `"${base}"` : `(${valueSql(of, derived)})`;
  return value === 0 ? text : `${text} + (${value})`;
}

function viewSql(
  view: string,
  rows: string,
  columns: readonly Column[],
  storedNames: readonly string[],
  derived: ReadonlyMap<string, Derived>,
): string {
  const all = new Map<string, Derived>(
    columns
      .filter(({ name }) => !storedNames.includes(name))
      .map(({ name }) => [name, derived.get(name) ?? { base: "", value: null }]),
  );
  const list = columns.map((column) => selected(column, all));
  return `CREATE VIEW "${view}" AS SELECT rowid AS rowid, ${list.join(", ")} FROM "${rows}"`;
}

/** Publishes staged records as record_N; inside the act's transaction. */
export async function publishRecords(
  db: Database,
  staged: RecordTables,
  seq: number,
  role: Role,
): Promise<void> {
  const derived = new Map(
    (await db.query(`SELECT name, base, value FROM "${staged.constant}" ORDER BY name`)).map((row) => [
      String(row.name),
      { base: String(row.base), value: Number(row.value) },
    ]),
  );
  const names = (
    await db.query(
      "SELECT column_name AS name FROM duckdb_columns() WHERE database_name = current_database() AND table_name = ? ORDER BY column_index",
      [staged.rows],
    )
  ).map((row) => String(row.name));
  const rows = `record_rows_${seq}`;
  await db.run(`DROP VIEW "${staged.record}"`);
  await db.run(`DROP TABLE "${staged.constant}"`);
  await db.run(`ALTER TABLE "${staged.rows}" RENAME TO "${rows}"`);
  await db.run(viewSql(`record_${seq}`, rows, columnsOf(role), names, derived));
}

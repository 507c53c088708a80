// The table that an import's records go to. Most columns of most files hold one value from the first row to the last
// (no destination, precision a second, protocol TCP): such a column is not stored but stands in the view record_N as a
// constant, where filters on it fold away. It becomes a stored one at the first batch that differs. Measured on an
// access log of 1M lines: 20 columns that are NULL throughout cost DuckDB as much as 20 used ones, 1.5 us a row.
//
// The view has every column of the role, and the table's rowid under its own name: range conditions on it reach the
// table (10 million rows: 12 ms through the view, 21 ms without it, the same plan).
import type { Database } from "../../../shared/database";
import { type Column, columnsOf, type Role } from "../../../shared/record/columns";
import { SQL_TYPE } from "../catalogue";
import { type AppendColumn, openAppender, type TableAppender } from "../database/appender";
import type { NativeDatabase } from "../database/native";

/** What a batch brings for one column; `cells` of a kind that the appender takes. */
export type BatchColumn =
  | AppendColumn
  | { readonly kind: "same"; readonly width: 1 | 4 | 8; readonly value: number };

type State = { readonly stored: true } | { readonly stored: false; readonly value: number | null };

export interface RecordTables {
  /** The view with all columns. */
  readonly record: string;
  /** The stored columns. */
  readonly rows: string;
  /** The others: (name, value), NULL values left out. */
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
      this.order.map((i) => stored(batch[i]!)),
      rows,
    );
    this.rows += rows;
  }

  /** Flushes, and makes the view over what was stored. */
  async close(): Promise<void> {
    if (this.states === null) await this.create([]);
    await this.appender?.close();
    this.appender = null;
    const constants = new Map<string, number>();
    this.states!.forEach((state, i) => {
      if (!state.stored && state.value !== null) constants.set(this.columns[i]!.name, state.value);
    });
    await this.db.run(`CREATE TABLE "${this.tables.constant}"(name VARCHAR NOT NULL, value BIGINT NOT NULL)`);
    for (const [name, value] of constants)
      await this.db.run(`INSERT INTO "${this.tables.constant}" VALUES (?, ?)`, [name, value]);
    const names = this.order.map((i) => this.columns[i]!.name);
    await this.db.run(viewSql(this.tables.record, this.tables.rows, this.columns, names, constants));
  }

  async abandon(): Promise<void> {
    await this.appender?.abandon();
    this.appender = null;
  }

  private async create(batch: readonly BatchColumn[]): Promise<void> {
    this.states = this.columns.map(({ name }, i): State => {
      const column = batch[i];
      // A table has at least one column.
      if (name === "line" || this.always.includes(name)) return { stored: true };
      if (column === undefined || column.kind === "null") return { stored: false, value: null };
      return column.kind === "same" ? { stored: false, value: column.value } : { stored: true };
    });
    this.order = this.columns.flatMap((_, i) => (this.states![i]!.stored ? [i] : []));
    const list = this.order.map((i) => `"${this.columns[i]!.name}" ${SQL_TYPE[this.columns[i]!.kind]}`);
    await this.db.run(`CREATE TABLE "${this.tables.rows}"(${list.join(", ")})`);
  }

  private fits(column: BatchColumn, i: number): boolean {
    const state = this.states![i]!;
    if (state.stored) return true;
    return column.kind === "same"
      ? column.value === state.value
      : column.kind === "null" && state.value === null;
  }

  /** Stores columns that were constant so far: what is there gets the constant. */
  private async widen(late: readonly number[]): Promise<void> {
    await this.appender?.close();
    this.appender = null;
    for (const i of late) {
      const { name, kind } = this.columns[i]!;
      const { value } = this.states![i] as { value: number | null };
      const table = `ALTER TABLE "${this.tables.rows}"`;
      await this.db.run(
        `${table} ADD COLUMN "${name}" ${SQL_TYPE[kind]}${value === null ? "" : ` DEFAULT ${value}`}`,
      );
      if (value !== null) await this.db.run(`${table} ALTER COLUMN "${name}" DROP DEFAULT`);
      this.states![i] = { stored: true };
      this.order.push(i);
    }
  }
}

const stored = (column: BatchColumn): AppendColumn =>
  column.kind === "same" ? { kind: "constant", width: column.width, value: column.value } : column;

function viewSql(
  view: string,
  rows: string,
  columns: readonly Column[],
  storedNames: readonly string[],
  constants: ReadonlyMap<string, number>,
): string {
  const list = columns.map(({ name, kind }) =>
    storedNames.includes(name)
      ? `"${name}"`
      : `CAST(${constants.get(name) ?? "NULL"} AS ${SQL_TYPE[kind]}) AS "${name}"`,
  );
  return `CREATE VIEW "${view}" AS SELECT rowid AS rowid, ${list.join(", ")} FROM "${rows}"`;
}

/** Publishes staged records as record_N; inside the act's transaction. */
export async function publishRecords(
  db: Database,
  staged: RecordTables,
  seq: number,
  role: Role,
): Promise<void> {
  const constants = new Map(
    (await db.query(`SELECT name, value FROM "${staged.constant}" ORDER BY name`)).map((row) => [
      String(row.name),
      Number(row.value),
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
  await db.run(viewSql(`record_${seq}`, rows, columnsOf(role), names, constants));
}

// Rows into Parquet files, a stretch at a time: a table in memory takes a stretch, is written into one file a folder, and
// is emptied. So memory does not grow with the case, and one thread and fixed names make the same rows the same bytes.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Database, SqlValue } from "../../../shared/database";
import { appendColumns, type ColumnInput } from "../database/appender";
import type { DatasetTable } from "./tables";

/** Rows that are held at once, and that a file has at most: Parquet's readers work best on files of tens of megabytes. */
const STRETCH = 1_000_000;
const BATCH = 16_384;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export class ParquetTable {
  rows = 0;
  private held = 0;
  private written = 0;
  private cells: SqlValue[][];

  private constructor(
    private readonly db: Database,
    private readonly folder: string,
    readonly table: DatasetTable,
  ) {
    this.cells = table.columns.map(() => []);
  }

  static async open(db: Database, folder: string, table: DatasetTable): Promise<ParquetTable> {
    const types = table.columns.map(([name, kind]) => `"${name}" ${kind === "i64" ? "BIGINT" : "VARCHAR"}`);
    mkdirSync(join(folder, table.name));
    await db.run(`CREATE TABLE "${table.name}"(${types.join(", ")})`);
    return new ParquetTable(db, folder, table);
  }

  /** Rows as the case's database gives them: whole numbers with NaN for NULL, and texts. */
  async addColumns(columns: readonly (Float64Array | (string | null)[])[], rows: number): Promise<void> {
    const inputs = this.table.columns.map(([, kind], i): ColumnInput => {
      const values = columns[i]!;
      if (kind === "text")
        return { kind, values: Array.isArray(values) ? values : new Array<null>(rows).fill(null) };
      return { kind, values: Array.isArray(values) ? new Float64Array(rows).fill(Number.NaN) : values };
    });
    await appendColumns(this.db, this.table.name, inputs, rows);
    this.rows += rows;
    this.held += rows;
    if (this.held >= STRETCH) await this.flush();
  }

  async add(row: readonly SqlValue[]): Promise<void> {
    for (const [c, cells] of this.cells.entries()) cells.push(row[c]!);
    if (this.cells[0]!.length >= BATCH) await this.addHeld();
  }

  private async addHeld(): Promise<void> {
    const rows = this.cells[0]!.length;
    if (rows === 0) return;
    const columns = this.table.columns.map(([, kind], c) =>
      kind === "text"
        ? this.cells[c]!.map((value) => (value === null ? null : String(value)))
        : Float64Array.from(this.cells[c]!, (value) => (value === null ? Number.NaN : Number(value))),
    );
    this.cells = this.table.columns.map(() => []);
    await this.addColumns(columns, rows);
  }

  private async flush(): Promise<void> {
    const { name, folders } = this.table;
    const place = quoted(join(this.folder, name));
    const number = String(this.written++).padStart(6, "0");
    if (folders.length > 0)
      await this.db.run(
        `COPY "${name}" TO ${place} (FORMAT parquet, PARTITION_BY (${folders.join(", ")}), OVERWRITE_OR_IGNORE, FILENAME_PATTERN 'part-${number}-{i}')`,
      );
    else
      await this.db.run(
        `COPY "${name}" TO ${quoted(join(this.folder, name, `part-${number}-0.parquet`))} (FORMAT parquet)`,
      );
    await this.db.run(`DELETE FROM "${name}"`);
    this.held = 0;
  }

  /** Writes what is held. A table without rows is an empty folder. */
  async end(): Promise<void> {
    await this.addHeld();
    if (this.held > 0) await this.flush();
  }
}

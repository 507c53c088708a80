import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dropStaging, prepareDatabase } from "../../../electron/engine/case/database-state";
import { toCells } from "../../../electron/engine/database/appender";
import { type NativeDatabase, openNative } from "../../../electron/engine/database/native";
import { stagingTables } from "../../../electron/engine/import/import-files";
import { type BatchColumn, publishRecords, RecordTable } from "../../../electron/engine/import/record-table";
import { columnsOf } from "../../../shared/record/columns";

const tables = stagingTables("staging_1");

/** A batch of `rows` rows of a server's records: a number is one value throughout, an array its cells (NaN is NULL). */
function batch(
  rows: number,
  cells: { readonly [name: string]: number | readonly (number | string | null)[] },
): BatchColumn[] {
  return columnsOf("server").map(({ name, kind }): BatchColumn => {
    const given = cells[name];
    if (given === undefined) return { kind: "null" };
    if (typeof given === "number")
      return { kind: "same", width: kind === "i64" ? 8 : kind === "u8" ? 1 : 4, value: given };
    if (kind === "text") return { kind: "strings", values: given as (string | null)[] };
    return toCells({ kind, values: Float64Array.from(given as number[]) }, rows);
  });
}

describe("the table of an import's records", () => {
  let db: NativeDatabase;
  beforeEach(async () => {
    db = await openNative(":memory:");
    await prepareDatabase(db);
  });
  afterEach(() => db.close());

  const stored = async (table: string): Promise<unknown[]> =>
    (
      await db.query(
        "SELECT column_name AS name FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index",
        [table],
      )
    ).map((row) => row.name);

  it("stores what varies, and shows every column of the role with its value", async () => {
    const out = new RecordTable(db, tables, "server", []);
    const cells = {
      file: 0,
      line: [1, 2, 3],
      time_us: [-5, 7, 9],
      precision_us: -3_000_000_000,
      time_means: 1,
    };
    await out.append(batch(3, cells), 3);
    await out.close();
    expect(await stored(tables.rows)).toEqual(["line", "time_us"]);
    const rows = await db.query(`SELECT rowid, * FROM ${tables.record} ORDER BY rowid`);
    expect(
      rows.map((r) => [r.rowid, r.file, r.line, r.time_us, r.precision_us, r.time_means, r.dst_port]),
    ).toEqual([
      [0, 0, 1, -5, -3_000_000_000, 1, null],
      [1, 0, 2, 7, -3_000_000_000, 1, null],
      [2, 0, 3, 9, -3_000_000_000, 1, null],
    ]);
    const types = await db.query(
      "SELECT column_name AS name, data_type AS type FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index",
      [tables.record],
    );
    const wanted = { i64: "BIGINT", i32: "INTEGER", u8: "UTINYINT", text: "VARCHAR" };
    expect(types.slice(1)).toEqual(columnsOf("server").map((c) => ({ name: c.name, type: wanted[c.kind] })));
  });

  const nat = (cells: Record<string, BatchColumn>): BatchColumn[] =>
    columnsOf("nat").map(({ name }) => cells[name] ?? { kind: "null" });
  const natSlot = (name: string) => columnsOf("nat").findIndex((c) => c.name === name);
  const cells = (kind: "i64" | "i32", values: readonly number[]): BatchColumn =>
    toCells({ kind, values: Float64Array.from(values) }, values.length);

  it("does not store what follows from the row's number or from another column, until it does not", async () => {
    const out = new RecordTable(db, tables, "nat", []);
    const rows = (first: number, times: readonly number[], lows: readonly number[]) => ({
      line: { kind: "rise", value: first } as const,
      time_us: cells("i64", times),
      start_us: { kind: "as", of: natSlot("time_us"), width: 8, add: 0 } as const,
      port_low: cells("i32", lows),
      port_high: { kind: "as", of: natSlot("port_low"), width: 4, add: 511 } as const,
    });
    await out.append(nat(rows(2, [10, 20], [1024, 1536])), 2);
    await out.append(nat(rows(4, [30], [2048])), 1);
    // A reject between lines 4 and 6, and blocks of another size.
    const other = rows(6, [40, 50], [1024, 4096]);
    await out.append(nat({ ...other, port_high: { ...other.port_high, add: 63 } }), 2);
    await out.append(nat({ ...rows(8, [60], [9]), start_us: cells("i64", [-7]) }), 1);
    await out.append(nat({ ...rows(9, [70], [10]), port_low: { kind: "same", width: 4, value: 10 } }), 1);
    await out.close();
    const seen = await db.query(
      `SELECT rowid AS row, line, time_us, start_us, port_low, port_high FROM ${tables.record} ORDER BY rowid`,
    );
    expect(seen.map((r) => Object.values(r))).toEqual([
      [0, 2, 10, 10, 1024, 1535],
      [1, 3, 20, 20, 1536, 2047],
      [2, 4, 30, 30, 2048, 2559],
      [3, 6, 40, 40, 1024, 1087],
      [4, 7, 50, 50, 4096, 4159],
      [5, 8, 60, -7, 9, 520],
      [6, 9, 70, 70, 10, 521],
    ]);
    await publishRecords(db, tables, 4, "nat");
    expect(await db.query("SELECT line, start_us, port_high FROM record_4 WHERE rowid = 6")).toEqual([
      { line: 9, start_us: 70, port_high: 521 },
    ]);
  });

  it("publishes columns that follow from others", async () => {
    const out = new RecordTable(db, tables, "nat", []);
    await out.append(
      nat({
        line: { kind: "rise", value: 1 },
        time_us: { kind: "same", width: 8, value: 5 },
        start_us: { kind: "as", of: natSlot("time_us"), width: 8, add: 0 },
        port_low: cells("i32", [1024, 2048]),
        port_high: { kind: "as", of: natSlot("port_low"), width: 4, add: 0 },
      }),
      2,
    );
    await out.close();
    expect(await stored(tables.rows)).toEqual(["port_low"]);
    await publishRecords(db, tables, 4, "nat");
    const seen = await db.query(
      "SELECT rowid AS row, line, start_us, port_high FROM record_4 ORDER BY rowid",
    );
    expect(seen.map((r) => Object.values(r))).toEqual([
      [0, 1, 5, 1024],
      [1, 2, 5, 2048],
    ]);
  });

  it("keeps the rows before a column's first other value as they were", async () => {
    const out = new RecordTable(db, tables, "server", []);
    await out.append(batch(2, { line: [1, 2], precision_us: 1_000_000, src_port: 80 }), 2);
    await out.append(
      batch(2, { line: [3, 4], precision_us: 1_000, src_port: 80, dst_port: [Number.NaN, 443] }),
      2,
    );
    await out.append(batch(1, { line: [5], src_port: [Number.NaN], fields: ['{"a":1}'] }), 1);
    await out.append(batch(1, { line: [6], precision_us: 1_000_000, src_port: 80 }), 1);
    await out.close();
    const rows = await db.query(`SELECT * FROM ${tables.record} ORDER BY rowid`);
    expect(rows.map((r) => [r.rowid, r.line, r.precision_us, r.src_port, r.dst_port, r.fields])).toEqual([
      [0, 1, 1_000_000, 80, null, null],
      [1, 2, 1_000_000, 80, null, null],
      [2, 3, 1_000, 80, null, null],
      [3, 4, 1_000, 80, 443, null],
      [4, 5, null, null, null, '{"a":1}'],
      [5, 6, 1_000_000, 80, null, null],
    ]);
  });

  it("is published under the act's number with the same rows", async () => {
    const out = new RecordTable(db, tables, "server", ["file"]);
    await out.append(batch(2, { file: 0, line: [1, 2], protocol: 17 }), 2);
    await out.append(batch(1, { file: 1, line: [1], protocol: 17, src_addr: [4_294_967_296] }), 1);
    await out.close();
    const before = await db.query(`SELECT rowid, * FROM ${tables.record} ORDER BY rowid`);
    await db.transaction(() => publishRecords(db, tables, 7, "server"));
    expect(await db.query("SELECT rowid, * FROM record_7 ORDER BY rowid")).toEqual(before);
    expect(before.map((r) => [r.file, r.protocol, r.src_addr])).toEqual([
      [0, 17, null],
      [0, 17, null],
      [1, 17, 4_294_967_296],
    ]);
    expect(await db.query("SELECT r.line FROM record_7 r WHERE r.rowid >= 1 AND r.rowid < 2")).toEqual([
      { line: 2 },
    ]);
    expect(await dropStaging(db)).toBe(0);
  });

  it("is an empty table with every column where nothing was parsed, and leaves with the staging", async () => {
    const out = new RecordTable(db, tables, "nat", []);
    await out.close();
    expect(await db.query(`SELECT count(*) AS n, count(subscriber) AS s FROM ${tables.record}`)).toEqual([
      { n: 0, s: 0 },
    ]);
    expect(await dropStaging(db)).toBe(2);
    expect(
      await db.query("SELECT view_name FROM duckdb_views() WHERE starts_with(view_name, 'staging')"),
    ).toEqual([]);
  });
});

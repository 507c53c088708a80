// The query pack on a real ClickHouse, in-process (chdb, 546 MB unpacked, installed on demand): the answers of the case on
// a small world, and those of DuckDB over ten million mappings.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openNative } from "../../../electron/engine/database/native";
import { csvLine } from "../../../shared/custody/csv";
import { COMPLETENESS } from "../../../shared/request/sql/completeness";
import { CANDIDATES, MAPPING_VIEW, REPLY } from "../../../shared/request/sql/pack";
import { printQuery } from "../../../shared/request/sql/print";
import { attribute } from "../attribution/support";
import { operatorRows, operatorStore, packedWorld } from "./pack-world";

const VERSION = "3.4.0";
const cache = resolve(import.meta.dirname, "../../../node_modules/.cache/chdb");
const MAPPINGS = Math.round(10_000_000 * Number(process.env.PORTWITNESS_LONG ?? 1));
const EVENTS = 20_000;

interface Session {
  query(sql: string, format?: string): string;
  cleanup(): void;
}

let open: () => Session;
const folders: string[] = [];
const temporary = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "portwitness-clickhouse-"));
  folders.push(folder);
  return folder;
};

beforeAll(() => {
  if (!existsSync(join(cache, "node_modules/chdb"))) {
    mkdirSync(cache, { recursive: true });
    execFileSync("npm", ["install", "--no-save", "--prefix", cache, `chdb@${VERSION}`], { stdio: "inherit" });
  }
  const chdb = createRequire(join(cache, "index.js"))("chdb") as { Session: new (path?: string) => Session };
  open = () => new chdb.Session(join(temporary(), "store"));
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const statements = (sql: string): string[] =>
  sql
    .split(/;\s*\n/)
    .map((s) => s.trim())
    .filter((s) => s !== "");

const lines = (csv: string): string[] => csv.split("\n").filter((line) => line !== "");
const columns = MAPPING_VIEW.map(
  ({ name, kind }) => `${name} ${kind === "int" ? "Nullable(Int64)" : "Nullable(String)"}`,
).join(", ");

describe("ClickHouse", () => {
  it("finds the candidates that the case finds, and writes the reply and the figures that DuckDB writes", async () => {
    const folder = temporary();
    const world = await packedWorld(folder, 11, 3_000, 400, "clickhouse");
    const rows = await operatorRows(world);
    const store = await operatorStore(folder, rows);
    const session = open();
    try {
      const load = readFileSync(join(folder, "sql", "1-load.sql"), "utf8").replaceAll(
        /file\('([^']+)'/g,
        (_, name: string) => `file('${join(folder, "sql", name)}'`,
      );
      for (const statement of statements(load)) session.query(statement);
      const csv = join(folder, "mapping.csv");
      writeFileSync(csv, rows.map((row) => csvLine(row)).join(""));
      session.query(`CREATE TABLE portwitness_mapping (${columns}) ENGINE = Memory`);
      session.query(`INSERT INTO portwitness_mapping SELECT * FROM file('${csv}', 'CSV', '${columns}')`);

      const sql = readFileSync(join(folder, "sql", "3-candidates.sql"), "utf8");
      const answer = lines(session.query(sql, "JSONEachRow")).map(
        (line) => JSON.parse(line) as { event_id: number | string; mapping_id: number | string },
      );
      const result = await attribute(world);
      const asked = new Set(result.rows.filter((r) => r.verdict !== "no-port").map((r) => r.row));
      const expected = result.rows.flatMap((r) => r.candidates.map((c) => `${r.row} ${c.natLine}`)).sort();
      expect(expected.length).toBeGreaterThan(300);
      expect(
        answer
          .filter((a) => asked.has(Number(a.event_id)))
          .map((a) => `${a.event_id} ${a.mapping_id}`)
          .sort(),
      ).toEqual(expected);

      const values = (row: Record<string, unknown>) =>
        Object.values(row)
          .map((v) => (v === null ? "" : String(v)))
          .join(",");
      for (const query of [REPLY, COMPLETENESS]) {
        const theirs = lines(session.query(printQuery(query, "clickhouse"), "JSONEachRow")).map((line) =>
          values(JSON.parse(line) as Record<string, unknown>),
        );
        const same = (await store.query(printQuery(query, "duckdb"))).map(values);
        expect(theirs.length).toBeGreaterThan(100);
        expect(theirs.sort()).toEqual(same.sort());
      }
    } finally {
      session.cleanup();
      await store.close();
      await world.db.close();
    }
  });

  it(`gives DuckDB's answers over ${MAPPINGS} mappings`, async () => {
    // Plain arithmetic over a row number, the same in both stores.
    const mapping = (n: string, divide: (a: string, by: number) => string, castText: (a: string) => string) =>
      [
        `${n} AS mapping_id`,
        `${castText(`(${n} * 7919) % 2000`)} AS public_ip`,
        `CASE WHEN ${n} % 3 = 0 THEN 17 ELSE 6 END AS protocol`,
        `1024 + ((${n} * 104729) % 1000) * 64 AS port_low`,
        `1024 + ((${n} * 104729) % 1000) * 64 + CASE WHEN ${n} % 50 = 0 THEN 511 ELSE 63 END AS port_high`,
        `1 AS port_step`,
        `${divide(n, 500)} * 1000 AS possible_from_us`,
        `${divide(n, 500)} * 1000 + 10 AS certain_from_us`,
        `${divide(n, 500)} * 1000 + 600000 AS certain_to_us`,
        `${divide(n, 500)} * 1000 + 600010 AS possible_to_us`,
        `${castText(`${n} % 1000`)} AS subscriber`,
      ].join(", ");
    const event = (n: string, castText: (a: string) => string) =>
      [
        `${n} AS event_id`,
        `${castText(`(${n} * 13) % 2000`)} AS public_ip`,
        `1024 + (${n} * 7907) % 64000 AS port`,
        `6 AS protocol`,
        `(${n} * 997) % ${Math.max(1, Math.floor(MAPPINGS / 500)) * 1000} AS from_us`,
        `(${n} * 997) % ${Math.max(1, Math.floor(MAPPINGS / 500)) * 1000} + 5000 AS to_us`,
      ].join(", ");
    const nulls = (int: string, text: string) =>
      `, CAST(NULL AS ${text}) AS node, CAST(NULL AS ${text}) AS inside_ip, CAST(NULL AS ${text}) AS start_text, CAST(NULL AS ${text}) AS end_text, CAST(NULL AS ${text}) AS dst_ip, CAST(NULL AS ${int}) AS dst_port`;
    const total = (sql: string) =>
      `SELECT count(*) AS n, sum(event_id * 31 + mapping_id) AS s FROM (${sql.replace(/\nORDER BY[^\n]*\n$/, "")}) answers`;

    const session = open();
    const store = await openNative(":memory:", { memoryLimitMb: 3_000 });
    try {
      const ch = (a: string) => `toString(${a})`;
      const chNumber = "toInt64(number)";
      session.query(
        `CREATE TABLE portwitness_mapping ENGINE = MergeTree ORDER BY tuple() AS SELECT ${mapping(chNumber, (a, by) => `intDiv(${a}, ${by})`, ch)}${nulls("Nullable(Int64)", "Nullable(String)")} FROM numbers(${MAPPINGS})`,
      );
      session.query(
        `CREATE TABLE portwitness_event ENGINE = Memory AS SELECT 'r' AS request_id, 'q' AS question_id, ${event(chNumber, ch)}, CAST(NULL AS Nullable(String)) AS dst_ip, CAST(NULL AS Nullable(Int64)) AS dst_port FROM numbers(${EVENTS})`,
      );
      const began = performance.now();
      const theirs = lines(session.query(total(printQuery(CANDIDATES, "clickhouse")), "CSV"))[0];
      const took = performance.now() - began;

      const duck = (a: string) => `CAST(${a} AS VARCHAR)`;
      await store.run(
        `CREATE TABLE portwitness_mapping AS SELECT ${mapping("range", (a, by) => `(${a} // ${by})`, duck)}${nulls("BIGINT", "VARCHAR")} FROM range(${MAPPINGS})`,
      );
      await store.run(
        `CREATE TABLE portwitness_event AS SELECT 'r' AS request_id, 'q' AS question_id, ${event("range", duck)}, NULL::VARCHAR AS dst_ip, NULL::BIGINT AS dst_port FROM range(${EVENTS})`,
      );
      const [row] = await store.query(
        `SELECT n::VARCHAR || ',' || s::VARCHAR AS answer, n::BIGINT AS n FROM (${total(printQuery(CANDIDATES, "duckdb"))})`,
      );
      console.log(
        `${row!.n} candidates of ${EVENTS} events in ${MAPPINGS} mappings; ClickHouse ${Math.round(took)} ms`,
      );
      expect(Number(row!.n)).toBeGreaterThan(EVENTS / 20);
      expect(theirs?.replaceAll('"', "")).toBe(row!.answer);
    } finally {
      session.cleanup();
      await store.close();
    }
  });
});

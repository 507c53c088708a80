// The question that travels: the pack's own SQL over its own Parquet gives the candidates that the case finds, and the
// text for stores that cannot be run here is at least theirs by grammar.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SparkSQL, TrinoSQL } from "dt-sql-parser";
import { afterAll, describe, expect, it } from "vitest";
import { parseCsv } from "../../../shared/custody/csv";
import { COMPLETENESS } from "../../../shared/request/sql/completeness";
import { CANDIDATES, EVENT_COLUMNS, REPLY } from "../../../shared/request/sql/pack";
import { printQuery } from "../../../shared/request/sql/print";
import { attribute } from "../attribution/support";
import { operatorRows, operatorStore, packedWorld } from "./pack-world";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
const temporary = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "portwitness-pack-"));
  folders.push(folder);
  return folder;
};

describe("a query pack", () => {
  it.each([1, 2, 3])("finds for every event the candidates that the case finds (world %i)", async (seed) => {
    const folder = temporary();
    const world = await packedWorld(folder, seed, 3_000, 400, "duckdb");
    const store = await operatorStore(folder, await operatorRows(world));
    try {
      const { rows } = await attribute(world);
      const expected = rows.flatMap((r) => r.candidates.map((c) => `${r.row} ${c.natLine}`)).sort();
      expect(expected.length).toBeGreaterThan(300);
      const sql = readFileSync(join(folder, "sql", "3-candidates.sql"), "utf8");
      const found = await store.query(sql);
      // The case lists no candidates of an event that it can ask nothing about.
      const asked = new Set(rows.filter((r) => r.verdict !== "no-port").map((r) => r.row));
      const pairs = found
        .filter((r) => asked.has(Number(r.event_id)))
        .map((r) => `${r.event_id} ${r.mapping_id}`)
        .sort();
      expect(pairs).toEqual(expected);
      // An event that one party covers for certain is covered in the store too, unless several holds do it together.
      const covering = new Set(found.filter((r) => r.certainly_covers === 1).map((r) => Number(r.event_id)));
      const unique = rows.filter((r) => r.verdict === "unique" && r.candidates.length === 1);
      expect(unique.length).toBeGreaterThan(5);
      expect(unique.filter((r) => !covering.has(r.row))).toEqual([]);
    } finally {
      await store.close();
      await world.db.close();
    }
  });

  it("carries the same events as CSV and as Parquet", async () => {
    const folder = temporary();
    const world = await packedWorld(folder, 4, 50, 60, "spark");
    const store = await operatorStore(folder, []);
    try {
      const [head, ...lines] = parseCsv(readFileSync(join(folder, "sql", "portwitness_event.csv"), "utf8"));
      expect(head).toEqual(EVENT_COLUMNS.map((c) => c.name));
      const rows = await store.query("SELECT * FROM portwitness_event ORDER BY event_id, from_us");
      const texts = rows.map((r) =>
        EVENT_COLUMNS.map((c) => (r[c.name] === null ? null : String(r[c.name]))),
      );
      expect(texts).toEqual([...lines].sort((a, b) => Number(a[2]) - Number(b[2])));
      expect(rows.length).toBeGreaterThan(50);
    } finally {
      await store.close();
      await world.db.close();
    }
  });

  it("answers every question once or more, and says no-record where there is nothing", async () => {
    const folder = temporary();
    const world = await packedWorld(folder, 5, 200, 300, "duckdb");
    const store = await operatorStore(folder, await operatorRows(world));
    try {
      const reply = await store.query(readFileSync(join(folder, "sql", "4-reply.sql"), "utf8"));
      const asked = await store.query(
        "SELECT DISTINCT question_id FROM portwitness_event ORDER BY question_id",
      );
      expect(new Set(reply.map((r) => r.question_id))).toEqual(new Set(asked.map((r) => r.question_id)));
      const outcomes = new Map<unknown, Set<unknown>>();
      for (const r of reply)
        outcomes.set(r.question_id, (outcomes.get(r.question_id) ?? new Set()).add(r.outcome));
      expect([...outcomes.values()].every((o) => o.size === 1)).toBe(true);
      expect(new Set([...outcomes.values()].flatMap((o) => [...o]))).toEqual(
        new Set(["record", "no-record"]),
      );
      const silent = reply.filter((r) => r.outcome === "no-record");
      expect(silent.every((r) => r.mapping_id === null && r.subscriber === null)).toBe(true);
    } finally {
      await store.close();
      await world.db.close();
    }
  });

  it("counts over the whole log what an extract cannot show", async () => {
    const folder = temporary();
    const world = await packedWorld(folder, 6, 2_000, 300, "duckdb");
    const store = await operatorStore(folder, await operatorRows(world));
    try {
      const figures = await store.query(readFileSync(join(folder, "sql", "5-completeness.sql"), "utf8"));
      const witnesses = figures.filter((r) => r.figure === "witness");
      const { rows } = await attribute(world);
      const withPort = rows.filter((r) => r.srcPort !== null);
      expect(witnesses).toHaveLength(withPort.length);
      expect(witnesses.map((r) => Number(r.n)).sort()).toEqual(
        withPort.map((r) => r.candidates.length).sort(),
      );
      expect(witnesses.filter((r) => Number(r.subscribers) > 1).length).toBeGreaterThan(5);
      const releases = figures.filter((r) => r.figure === "release").reduce((n, r) => n + Number(r.n), 0);
      const [unpaired] = await world.db.query(
        `SELECT count(*) AS n FROM "mapping_2" WHERE start_min_us IS NULL AND end_max_us IS NOT NULL`,
      );
      expect(releases).toBe(Number(unpaired!.n));
      expect(releases).toBeGreaterThan(20);
      const addresses = figures.filter((r) => r.figure === "address");
      expect(addresses.map((r) => r.public_ip)).toHaveLength(3);
    } finally {
      await store.close();
      await world.db.close();
    }
  });

  // Neither engine can be had here; their published grammars can.
  it.each([
    ["spark", new SparkSQL()],
    ["trino", new TrinoSQL()],
  ] as const)("is %s by that store's grammar", (dialect, parser) => {
    for (const query of [CANDIDATES, REPLY, COMPLETENESS])
      expect(parser.validate(`${printQuery(query, dialect)};`)).toEqual([]);
    expect(parser.validate("SELECT a FROM (SELECT 1;").length).toBeGreaterThan(0);
  });
});

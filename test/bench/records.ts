// page.50m and filter.10m: what a reader of a large source waits for, through the operations that the window calls. The
// case is a real one; its one source is a small access log whose records are then multiplied inside DuckDB, each still
// pointing at a line of the evidence, so that a page reads bytes and parses them as it always does.
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nativeOf } from "../../electron/engine/database/native";
import { Engine } from "../../electron/engine/engine";
import { type BenchCase, scaled } from "./bench-case";
import { ACCESS_LAYOUT } from "./data";

const LINES = 10_000;
const SOURCE = "web";

const two = (n: number): string => String(n).padStart(2, "0");
/** All lines of one length, so that offsets follow from the row number. */
function fixedLine(i: number): string {
  const clock = `${two(Math.floor(i / 3600) % 24)}:${two(Math.floor(i / 60) % 60)}:${two(i % 60)}`;
  return `198.51.100.${100 + (i % 100)}:${10_000 + ((i * 7919) % 50_000)} - - [24/Nov/2026:${clock} +0000] "GET /p/${10_000 + i} HTTP/1.1" 200 ${10_000 + i} "-" "Mozilla/5.0"\n`;
}

const folderOf = (folder: string, rows: number): string => join(folder, `records-${rows}`);

async function prepare(folder: string, rows: number): Promise<void> {
  const own = folderOf(folder, rows);
  if (existsSync(join(own, "ready"))) return;
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own, { recursive: true });
  process.env.PORTWITNESS_HOME = join(own, "home");
  const path = join(own, "bench.case");
  const log = join(own, "access.log");
  writeFileSync(log, Array.from({ length: LINES }, (_, i) => fixedLine(i)).join(""));
  const engine = new Engine();
  await engine.run("case.new", { case: path, title: "Benchmark", examiner: "Benchmark" });
  const add = { case: path, files: [log], as: SOURCE, format: "apache.access", layout: ACCESS_LAYOUT };
  const { act } = await engine.run("evidence.add", add, { examiner: "Benchmark" });
  const db = nativeOf((await engine.cases.get(path)).db);
  const length = fixedLine(0).length;
  // The multipliers are primes, so that address and port do not follow the time.
  const values: Readonly<Record<string, string>> = {
    line: `i % ${LINES} + 1`,
    offset: `(i % ${LINES}) * ${length}`,
    length: `(${length - 1})::INTEGER`,
    time_us: `1795000000000000 + (i // 100) * 1000000`,
    src_addr: `3325256704 + (i * 104729) % 25600`,
    src_port: `(1024 + (i * 15485863) % 64512)::INTEGER`,
  };
  const table = `record_rows_${act}`;
  const stored = await db.query(
    "SELECT column_name AS name FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index",
    [table],
  );
  const list = stored.map(({ name }) => {
    const value = values[String(name)];
    if (value === undefined)
      throw new Error(`the benchmark has no value for the stored column ${String(name)}`);
    return `${value} AS "${String(name)}"`;
  });
  await db.run(`CREATE OR REPLACE TABLE "${table}" AS SELECT ${list.join(", ")} FROM range(${rows}) r(i)`);
  await db.run("UPDATE source SET rows = ? WHERE n = ?", [rows, act]);
  await db.run("CHECKPOINT");
  await engine.close();
  writeFileSync(join(own, "ready"), "");
}

async function withCase<T>(
  folder: string,
  rows: number,
  fn: (engine: Engine, path: string) => Promise<T>,
): Promise<T> {
  const own = folderOf(folder, rows);
  process.env.PORTWITNESS_HOME = join(own, "home");
  const engine = new Engine();
  try {
    return await fn(engine, join(own, "bench.case"));
  } finally {
    await engine.close();
  }
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

/** Median time of a page of 100 records at places all over the source. */
const page = (folder: string, rows: number): Promise<number> =>
  withCase(folder, rows, async (engine, path) => {
    const { view } = await engine.run("records.open", { case: path, source: SOURCE, filter: "", sort: [] });
    const times: number[] = [];
    for (let i = 0; i < 21; i++) {
      const from = Math.floor(((i * 0.618) % 1) * (rows - 100));
      const before = performance.now();
      const reply = await engine.run("records.page", { case: path, view, from, to: from + 100 });
      times.push(performance.now() - before);
      if (reply.rows.length !== 100 || reply.rows[0]!.row !== from) throw new Error(`no page at ${from}`);
    }
    return median(times);
  });

/** Median time until a filtered view is open, each time another port and address range. */
const filter = (folder: string, rows: number): Promise<number> =>
  withCase(folder, rows, async (engine, path) => {
    await engine.run("records.open", { case: path, source: SOURCE, filter: "", sort: [] });
    const times: number[] = [];
    for (let i = 0; i < 9; i++) {
      const text = `srcIp in 198.51.${100 + i * 7}.0/24 and srcPort >= ${30_000 + i} and srcPort < ${31_000 + i}`;
      const before = performance.now();
      const opened = await engine.run("records.open", { case: path, source: SOURCE, filter: text, sort: [] });
      times.push(performance.now() - before);
      if (opened.rows === 0) throw new Error(`nothing fits ${text}`);
    }
    return median(times);
  });

const PAGED = scaled(50_000_000);
const FILTERED = scaled(10_000_000);

export const recordsBenches: readonly BenchCase[] = [
  {
    name: "page.50m",
    unit: "ms",
    peer: null,
    prepare: (folder) => prepare(folder, PAGED),
    ours: (folder) => page(folder, PAGED),
  },
  {
    name: "filter.10m",
    unit: "ms",
    peer: null,
    prepare: (folder) => prepare(folder, FILTERED),
    ours: (folder) => filter(folder, FILTERED),
  },
];

// import.*: from a file on disk to a table on disk. Ours hashes, keeps every line's provenance and accounts for every
// line; DuckDB's own reader, the peer, does none of these.
import { execFileSync, spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { basename, join } from "node:path";
import { CATALOGUE_SQL } from "../../electron/engine/catalogue";
import { openNative } from "../../electron/engine/database/native";
import { importFiles } from "../../electron/engine/import/import-files";
import type { Job } from "../../electron/engine/import/job";
import { type BenchCase, cpuSeconds, scaled, wallSeconds } from "./bench-case";
import { ACCESS_LAYOUT, accessLog, NAT_MAP, natTable } from "./data";

const ACCESS_ROWS = scaled(1_000_000);
/** 1 GB, so that starting a worker and compiling its loops (as long as 300,000 lines take) do not stand for the reading. */
const LONG_ROWS = scaled(4_000_000);
const NAT_ROWS = scaled(2_000_000);
/** 2.2 GB. */
const LARGE_ROWS = scaled(10_000_000);

/** Imports a file as the product does, up to the checkpoint. */
export async function importOnce(
  run: string,
  path: string,
  /** What it must give; null: at least one. */
  rows: number | null,
  rest: Omit<Job, "files" | "addresses" | "texts">,
): Promise<void> {
  const db = await openNative(join(run, "case.duckdb"));
  for (const sql of CATALOGUE_SQL) await db.run(sql);
  const job: Job = {
    ...rest,
    files: [{ path, name: basename(path), hashes: ["sha256"] }],
    addresses: [],
    texts: [],
  };
  const io = { signal: new AbortController().signal, progress: () => {} };
  const [file] = await importFiles(db, "staging_1", job, [statSync(path).size], io);
  await db.run("CHECKPOINT");
  await db.close();
  if (rows === null ? file!.records === 0 : file!.records !== rows)
    throw new Error(`${file!.records} records of ${rows}: ${JSON.stringify(file!.counts)}`);
}

/** Runs SQL in a plain DuckDB on disk, as its users would. */
async function duckdb(run: string, sql: string, rows: number): Promise<void> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(join(run, "peer.duckdb"));
  const connection = await instance.connect();
  await connection.run(sql);
  await connection.run("CHECKPOINT");
  const [count] = (
    await connection.runAndReadAll("SELECT count(*) FROM t WHERE time_us IS NOT NULL")
  ).getRows();
  connection.closeSync();
  instance.closeSync();
  if (Number(count![0]) !== rows) throw new Error(`the peer read ${count![0]} rows of ${rows}`);
}

const accessJob = { format: "apache.access", role: "server", options: { layout: ACCESS_LAYOUT } } as const;

const LINE = `'^(\\S+):(\\d+) \\S+ \\S+ \\[([^\\]]+)\\] "([^"]*)" (\\d+) (\\S+) "([^"]*)" "([^"]*)"'`;
const accessSql = (path: string, strings: boolean): string => `
  CREATE TABLE t AS SELECT epoch_us(strptime(m.time, '%d/%b/%Y:%H:%M:%S %z')) AS time_us, m.ip AS ip, m.port::INTEGER AS port,
    m.status::INTEGER AS status${strings ? ", m.request AS request, m.agent AS agent" : ""}
  FROM (SELECT regexp_extract(line, ${LINE}, ['ip', 'port', 'time', 'request', 'status', 'size', 'referer', 'agent']) AS m
    FROM read_csv('${path}', columns = {'line': 'VARCHAR'}, delim = '\\x01', quote = '', escape = '', header = false, auto_detect = false))`;

const access = (path: (folder: string) => string): Pick<BenchCase, "prepare"> => ({
  prepare: async (folder) => {
    path(folder);
  },
});
const accessPath = (folder: string) => accessLog(folder, ACCESS_ROWS);
const longPath = (folder: string) => accessLog(folder, LONG_ROWS);

export const importBenches: readonly BenchCase[] = [
  {
    name: "import.access",
    unit: "s",
    peer: "DuckDB read_csv + regexp_extract",
    ...access(longPath),
    ours: (folder, run) => cpuSeconds(() => importOnce(run, longPath(folder), LONG_ROWS, accessJob)),
    theirs: (folder, run) => cpuSeconds(() => duckdb(run, accessSql(longPath(folder), false), LONG_ROWS)),
  },
  {
    name: "import.access.stored",
    unit: "s",
    peer: "DuckDB read_csv + regexp_extract, request and agent stored",
    ...access(accessPath),
    ours: (folder, run) =>
      cpuSeconds(() =>
        importOnce(run, accessPath(folder), ACCESS_ROWS, {
          ...accessJob,
          options: { ...accessJob.options, storeFields: true },
        }),
      ),
    theirs: (folder, run) => cpuSeconds(() => duckdb(run, accessSql(accessPath(folder), true), ACCESS_ROWS)),
  },
  {
    name: "import.natCsv",
    unit: "s",
    peer: "DuckDB read_csv, typed",
    prepare: async (folder) => {
      natTable(folder, NAT_ROWS);
    },
    ours: (folder, run) =>
      cpuSeconds(() =>
        importOnce(run, natTable(folder, NAT_ROWS), NAT_ROWS, {
          format: "csv",
          role: "nat",
          options: { map: NAT_MAP },
        }),
      ),
    theirs: (folder, run) =>
      cpuSeconds(() =>
        duckdb(
          run,
          `CREATE TABLE t AS SELECT epoch_us(start) AS time_us, epoch_us("end") AS end_us, public, low, high, inside, subscriber
           FROM read_csv('${natTable(folder, NAT_ROWS)}', header = true, auto_detect = false, delim = ',', quote = '"', columns = {
             'start': 'TIMESTAMP', 'end': 'TIMESTAMP', 'public': 'VARCHAR', 'low': 'INTEGER', 'high': 'INTEGER',
             'inside': 'VARCHAR', 'subscriber': 'VARCHAR'})`,
          NAT_ROWS,
        ),
      ),
  },
  {
    name: "import.access.wall",
    unit: "s",
    peer: "lnav, indexing only",
    ...access(accessPath),
    ours: (folder, run) => wallSeconds(() => importOnce(run, accessPath(folder), ACCESS_ROWS, accessJob)),
    theirs: async (folder) => {
      if (spawnSync("lnav", ["-V"]).status !== 0) return null;
      const path = accessPath(folder);
      return wallSeconds(async () => {
        execFileSync("lnav", ["-n", "-N", "-c", ";SELECT count(*) FROM all_logs", path], { stdio: "ignore" });
      });
    },
  },
  {
    name: "memory.import",
    unit: "MB",
    peer: null,
    prepare: async (folder) => {
      accessLog(folder, LARGE_ROWS);
    },
    // The most resident memory that the process ever had, database and worker thread included.
    ours: async (folder, run) => {
      await importOnce(run, accessLog(folder, LARGE_ROWS), LARGE_ROWS, accessJob);
      return process.resourceUsage().maxRSS / 1024;
    },
  },
];

// The case's tables as a Hive-partitioned Parquet data set, for the lab's own cluster (DESIGN section 6): a folder that
// appears whole or not at all, then the act with the hash of its list of files. It holds everything that the sources say,
// names included: it is no exhibit, and its README says so.
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Reply } from "../../../shared/contract/contract";
import { csvLine } from "../../../shared/custody/csv";
import type { Database } from "../../../shared/database";
import { runId } from "../attribution/results";
import type { ActIo } from "../case/act";
import { hashFile, partialOf, sha256Hex, sweepPartials, syncFolder } from "../case/files";
import { mustBeNewFolder } from "../case/new-folder";
import type { OpenCase } from "../case/open-case";
import { allSources, type SourceRow, sourceByName } from "../catalogue";
import { cancelled, openNative } from "../database/native";
import { latestRuns, type Run, resultsOf } from "../exhibit/runs";
import { resultCells } from "../exhibit/written-columns";
import { ParquetTable } from "./parquet";
import {
  CALIBRATION,
  CANDIDATE,
  type DatasetTable,
  EVIDENCE,
  RESULT,
  type Reading,
  readingsOf,
} from "./tables";

export interface DatasetOptions {
  readonly out: string;
  /** Names; null for all. */
  readonly sources: readonly string[] | null;
}

export type WrittenDataset = Reply<"dataset.write">;

/** Rows that are asked of the case at once: few enough to be sorted in memory. */
const READ = 250_000;

export async function writeDataset(
  openCase: OpenCase,
  options: DatasetOptions,
  examiner: string | null,
  io: ActIo,
): Promise<WrittenDataset> {
  const out = resolve(options.out);
  mustBeNewFolder(openCase, out);
  const { db } = openCase;
  const sources =
    options.sources === null
      ? await allSources(db)
      : await Promise.all(options.sources.map((name) => sourceByName(db, name)));
  const runs = await latestRuns(db, Number.MAX_SAFE_INTEGER);
  const partial = partialOf(out);
  sweepPartials(out);
  try {
    mkdirSync(partial);
    const rows = await writeTables(openCase, partial, sources, runs, io);
    writeFileSync(join(partial, "README.txt"), readme(sources));
    const files = await listed(partial, io.signal);
    const list =
      csvLine(["file", "bytes", "sha256"]) + files.map((f) => csvLine([f.name, f.bytes, f.sha256])).join("");
    writeFileSync(join(partial, "files.csv"), list);
    renameSync(partial, out);
    syncFolder(dirname(out));
    const tables = [...rows].map(([name, count]) => {
      const own = files.filter((file) => file.name.startsWith(`${name}/`));
      return { name, rows: count, files: own.length, bytes: own.reduce((sum, file) => sum + file.bytes, 0) };
    });
    const written: WrittenDataset = { path: out, tables, sha256: sha256Hex(list) };
    await record(openCase, sources, written, examiner);
    return written;
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw io.signal.aborted ? cancelled() : error;
  }
}

async function record(
  openCase: OpenCase,
  sources: readonly SourceRow[],
  written: WrittenDataset,
  examiner: string | null,
): Promise<void> {
  const names = sources.map((source) => source.name);
  const parameters = { out: await openCase.hideText(written.path) };
  const outputs = { tables: written.tables, sha256: written.sha256 };
  try {
    await openCase.record(
      "dataset.write",
      { inputs: { sources: names }, parameters, outputs, result: "done" },
      examiner,
    );
  } catch (error) {
    // What the ledger does not know must not go out.
    rmSync(written.path, { recursive: true, force: true });
    throw error;
  }
}

/** Rows of each table that was written. */
async function writeTables(
  openCase: OpenCase,
  folder: string,
  sources: readonly SourceRow[],
  runs: readonly Run[],
  io: ActIo,
): Promise<Map<string, number>> {
  const { db } = openCase;
  const open = new Map<string, ParquetTable>();
  const target = await openNative(":memory:", { allowedPaths: [folder], threads: 1, memoryLimitMb: 512 });
  const into = async (table: DatasetTable): Promise<ParquetTable> => {
    let known = open.get(table.name);
    if (known === undefined) {
      known = await ParquetTable.open(target, folder, table);
      open.set(table.name, known);
    }
    return known;
  };
  try {
    const readings: { reading: Reading; rows: number }[] = [];
    for (const reading of sources.flatMap(readingsOf))
      readings.push({ reading, rows: await countOf(db, reading.from) });
    const total = readings.reduce((sum, { rows }) => sum + rows, 0);
    let done = 0;
    for (const { reading, rows } of readings) {
      const table = await into(reading.table);
      for (let from = 0; from < rows; from += READ) {
        for await (const batch of db.columns(reading.sql, [from, Math.min(rows, from + READ)], io.signal)) {
          await table.addColumns(batch.columns, batch.rows);
          done += batch.rows;
        }
        io.progress({ doing: "Writing Parquet", done, total, unit: "rows" });
      }
    }
    for (const run of runs)
      await writeRun(openCase, run, await into(RESULT), await into(CANDIDATE), io.signal);
    await writeRows(await into(CALIBRATION), db, CALIBRATIONS);
    await writeRows(await into(EVIDENCE), db, FILES);
    for (const table of open.values()) await table.end();
    return new Map([...open].map(([name, table]) => [name, table.rows]));
  } finally {
    await target.close();
  }
}

const countOf = async (db: Database, table: string): Promise<number> =>
  Number((await db.query(`SELECT count(*)::BIGINT AS n FROM "${table}"`))[0]!.n);

const CALIBRATIONS = `SELECT 'c' || c.seq, s.name, a.name, c.state, c.body FROM calibration c JOIN source s ON s.n = c.source
  LEFT JOIN source a ON a.n = c.against ORDER BY c.seq`;
const FILES = `SELECT s.name, f.file, s.role, s.format, s.zone, f.member, f.sha256, f.member_sha256, f.size, f.lines, f.records,
  f.rejects FROM source_file f JOIN source s ON s.n = f.n ORDER BY f.n, f.file`;

async function writeRows(table: ParquetTable, db: Database, sql: string): Promise<void> {
  for await (const batch of db.columns(sql)) await table.addColumns(batch.columns, batch.rows);
}

async function writeRun(
  openCase: OpenCase,
  run: Run,
  results: ParquetTable,
  candidates: ParquetTable,
  signal: AbortSignal,
): Promise<void> {
  const id = runId(run.seq);
  for await (const rows of resultsOf(openCase, run, signal)) {
    for (const row of rows) await results.add([...resultCells(run, row), id]);
  }
  const sql = `SELECT c."row" AS "row", s.name AS source, c.mapping FROM "${run.candidates}" c JOIN source s ON s.n = c.source
    WHERE c.place = 0 ORDER BY c.rowid`;
  for await (const rows of openCase.db.stream(sql, [], signal))
    for (const row of rows) await candidates.add([run.events, row.row!, row.source!, row.mapping!, id]);
}

async function listed(
  folder: string,
  signal: AbortSignal,
): Promise<{ name: string; bytes: number; sha256: string }[]> {
  const names = (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
  const out: { name: string; bytes: number; sha256: string }[] = [];
  for (const name of names)
    out.push({ name: name.replaceAll("\\", "/"), ...(await hashFile(join(folder, name), signal)) });
  return out;
}

const readme = (
  sources: readonly SourceRow[],
): string => `Tables of a Portwitness case as Parquet, in folders NAME=VALUE as Hive, Spark, Trino, ClickHouse and DuckDB read them.
Sources: ${sources.map((source) => source.name).join(", ")}

record       one row a record: what a log's line says, unchanged. source, row and line lead back to the evidence
mapping      one row a NAT binding or subscriber's lease: who, which ports, and between when it possibly and certainly held
result       the latest attribution of each pair of logs: verdict, rule, and the party where one is named
candidate    which mappings could have been behind which event
calibration  every calibration tried, its segments and figures as JSON
evidence     the files that the records came from, each with its SHA-256

Times are whole microseconds since 1970-01-01 UTC as recorded, never corrected: corrected = recorded - offset, by the
segment of an accepted calibration that holds the record's line. date is the day of the recorded time in UTC; mappings
stand under the day of their start. A time of which neither zone nor offset is known is the wall clock's, read as UTC.
fields is empty where the case leaves a record's own fields in the evidence (portwitness add --store-fields keeps them).

In DuckDB:  SELECT * FROM read_parquet('record/**/*.parquet', hive_partitioning = true) WHERE date = '2026-03-01';
In Spark:   spark.read.parquet("record")

This is the lab's working copy. It names every party that the sources name, and nobody has sealed it: what leaves the lab is
an exhibit (portwitness export). files.csv lists every file with its SHA-256; the case's ledger holds that of files.csv.
`;

// records.duckdb: the selected events and the mappings that meet them, and nothing else (rule of evidence 12), in a form
// that the viewer and anyone with DuckDB can query. Storage version v1.0.0, one thread and no bit packing: the same rows
// give the same bytes. Parties under a pseudonym lose what would identify them: inside endpoint, realm, device and destination.
import { join } from "node:path";
import type { Database, SqlRow, SqlValue } from "../../../shared/database";
import { timeMeansName } from "../../../shared/record/columns";
import { appendColumns, type ColumnInput } from "../database/appender";
import { openNative } from "../database/native";
import { recordsWithPorts } from "../records/ports";
import type { ExhibitContext, ExhibitPart } from "./context";
import { exportedMarks } from "./marks";
import { addressText, type PartyName } from "./parties";
import { type Run, resultsOf, rowCondition } from "./runs";
import {
  CANDIDATE_COLUMNS,
  MAPPING_COLUMNS,
  RESULT_COLUMNS,
  resultCells,
  type WrittenColumns,
} from "./written-columns";

const EVENT: WrittenColumns = [
  ["source", "text"],
  ["row", "i64"],
  ["line", "i64"],
  ["offset", "i64"],
  ["length", "i64"],
  ["time_us", "i64"],
  ["precision_us", "i64"],
  ["slack_us", "i64"],
  ["time_means", "text"],
  ["other_time_us", "i64"],
  ["src_ip", "text"],
  ["src_port", "i64"],
  ["dst_ip", "text"],
  ["dst_port", "i64"],
  ["protocol", "i64"],
  ["fields", "text"],
];

const RESULT: WrittenColumns = [["run", "i64"], ...RESULT_COLUMNS];
const CANDIDATE: WrittenColumns = [["run", "i64"], ...CANDIDATE_COLUMNS];
const MAPPING: WrittenColumns = [["nat_source", "text"], ...MAPPING_COLUMNS, ["named", "i64"]];

/** What analysts set on the exported events. */
const MARK: WrittenColumns = [
  ["source", "text"],
  ["row", "i64"],
  ["kind", "text"],
  ["text", "text"],
  ["ref", "text"],
  ["act", "i64"],
];

const META: WrittenColumns = [
  ["key", "text"],
  ["value", "text"],
];

export const recordsPart: ExhibitPart = {
  name: "records.duckdb",
  async build(context) {
    const file = join(context.data, "records.duckdb");
    const out = await openNative(file, { storageVersion: "v1.0.0", threads: 1, reproducible: true });
    try {
      await writeMeta(context, out);
      await writeEvents(context, out);
      await writeResults(context, out);
      await writeCandidates(context, out);
      await writeMappings(context, out);
      await writeMarks(context, out);
      await out.run("CHECKPOINT");
    } finally {
      await out.close();
    }
  },
};

async function writeMeta(context: ExhibitContext, out: Database): Promise<void> {
  const rows = [
    ["title", context.live.title],
    ["date", context.date],
    ["ledger", context.ledgerOrigin],
    ["acts", String(context.entries.length)],
    ["parties", context.authority === null ? "pseudonyms" : "identified"],
  ];
  const table = new Table(out, "meta", META);
  await table.create();
  for (const row of rows) await table.add(row);
  await table.end();
}

async function writeEvents(context: ExhibitContext, out: Database): Promise<void> {
  const { db } = context.live;
  const ipv6 = await ipv6Texts(db);
  const table = new Table(out, "event", EVENT);
  await table.create();
  for (const [n, runs] of bySource(context.runs)) {
    const chosen = runs
      .map((run) => `SELECT "row" AS r FROM "attribution_${run.seq}" WHERE ${rowCondition(run, '"row"')}`)
      .join(" UNION ");
    const sql = `SELECT r.rowid AS "row", r.* FROM ${recordsWithPorts({ n, port_join: runs[0]!.portJoin })} JOIN (${chosen}) c ON c.r = r.rowid ORDER BY r.rowid`;
    for await (const rows of db.stream(sql, [], context.io.signal)) {
      for (const row of rows) {
        await table.add([
          runs[0]!.events,
          row.row!,
          row.line!,
          row.offset!,
          row.length!,
          row.time_us!,
          row.precision_us!,
          row.slack_us!,
          timeMeansName(row.time_means as number | null),
          row.other_time_us!,
          addressText(row.src_addr as number | null, ipv6),
          row.src_port!,
          addressText(row.dst_addr as number | null, ipv6),
          row.dst_port!,
          row.protocol!,
          row.fields!,
        ]);
      }
    }
  }
  await table.end();
}

async function writeResults(context: ExhibitContext, out: Database): Promise<void> {
  const table = new Table(out, "result", RESULT);
  await table.create();
  for (const run of context.runs) {
    for await (const rows of resultsOf(context.live, run, context.io.signal)) {
      for (const row of rows) await table.add([run.seq, ...resultCells(run, row)]);
    }
  }
  await table.end();
}

async function writeCandidates(context: ExhibitContext, out: Database): Promise<void> {
  const table = new Table(out, "candidate", CANDIDATE);
  await table.create();
  for (const run of context.runs) {
    const sql = `SELECT c."row" AS "row", s.name AS source, c.mapping FROM "${run.candidates}" c JOIN source s ON s.n = c.source
      WHERE c.place = 0 AND ${rowCondition(run, 'c."row"')} ORDER BY c.rowid`;
    for await (const rows of context.live.db.stream(sql, [], context.io.signal)) {
      for (const row of rows) await table.add([run.seq, run.events, row.row!, row.source!, row.mapping!]);
    }
  }
  await table.end();
}

async function writeMarks(context: ExhibitContext, out: Database): Promise<void> {
  const table = new Table(out, "mark", MARK);
  await table.create();
  for (const { source, row, kind, text, ref, act } of await exportedMarks(context.live, context.runs))
    await table.add([source, row, kind, text, ref, act]);
  await table.end();
}

async function writeMappings(context: ExhibitContext, out: Database): Promise<void> {
  const { db } = context.live;
  const ipv6 = await ipv6Texts(db);
  const table = new Table(out, "mapping", MAPPING);
  await table.create();
  const chosen = context.runs
    .map(
      (run) =>
        `SELECT source, mapping FROM "${run.candidates}" WHERE place = 0 AND ${rowCondition(run, '"row"')}`,
    )
    .join(" UNION ");
  const sources =
    chosen === ""
      ? []
      : await db.query(
          `SELECT DISTINCT s.n, s.name FROM (${chosen}) c JOIN source s ON s.n = c.source ORDER BY s.n`,
        );
  for (const { n, name } of sources) {
    const sql = `SELECT m.*, s.text AS subscriber_text, r.text AS realm_text, d.text AS device_text FROM "mapping_${n}" m
      JOIN (SELECT DISTINCT mapping FROM (${chosen}) WHERE source = ${n}) c ON c.mapping = m.id
      LEFT JOIN text_value s ON s.id = m.subscriber LEFT JOIN text_value r ON r.id = m.realm
      LEFT JOIN text_value d ON d.id = m.device ORDER BY m.id`;
    for await (const rows of db.stream(sql, [], context.io.signal)) {
      for (const row of rows) await table.add(mappingCells(context, String(name), row, ipv6));
    }
  }
  context.facts.mappings = table.rows;
  await table.end();
}

function mappingCells(
  context: ExhibitContext,
  source: string,
  m: SqlRow,
  ipv6: ReadonlyMap<number, string>,
): SqlValue[] {
  const party: PartyName = {
    subscriber: m.subscriber_text as string | null,
    insideIp: addressText(m.in_addr as number | null, ipv6),
    realm: m.realm_text as string | null,
  };
  const named = context.parties.isNamed(party);
  const shown = context.parties.show(party);
  const only = (value: SqlValue): SqlValue => (named ? value : null);
  return [
    source,
    m.id!,
    addressText(m.pub_addr as number | null, ipv6),
    m.protocol!,
    m.port_low!,
    m.port_high!,
    m.port_step!,
    m.start_us!,
    m.end_us!,
    m.start_min_us!,
    m.start_max_us!,
    m.end_min_us!,
    m.end_max_us!,
    m.first_line!,
    m.first_offset!,
    m.end_line!,
    m.last_named_us!,
    shown.subscriber,
    shown.insideIp,
    only(m.in_port!),
    only(m.realm_text!),
    only(m.device_text!),
    only(addressText(m.dst_addr as number | null, ipv6)),
    only(m.dst_port!),
    named ? 1 : 0,
  ];
}

function bySource(runs: readonly Run[]): [number, Run[]][] {
  const out = new Map<number, Run[]>();
  for (const run of runs) out.set(run.eventsN, [...(out.get(run.eventsN) ?? []), run]);
  return [...out].sort(([a], [b]) => a - b);
}

async function ipv6Texts(db: Database): Promise<Map<number, string>> {
  const rows = await db.query("SELECT id, text FROM address ORDER BY id");
  return new Map(rows.map((row) => [Number(row.id), String(row.text)]));
}

const BATCH = 32_768;

/** Rows into one table, in batches, in the order given. */
class Table {
  rows = 0;
  private cells: SqlValue[][];

  constructor(
    private readonly db: Database,
    private readonly name: string,
    private readonly columns: WrittenColumns,
  ) {
    this.cells = columns.map(() => []);
  }

  async create(): Promise<void> {
    const list = this.columns.map(([name, kind]) => `"${name}" ${kind === "i64" ? "BIGINT" : "VARCHAR"}`);
    await this.db.run(`CREATE TABLE "${this.name}"(${list.join(", ")})`);
  }

  async add(row: readonly SqlValue[]): Promise<void> {
    for (let c = 0; c < this.columns.length; c++) this.cells[c]!.push(row[c]!);
    this.rows++;
    if (this.cells[0]!.length >= BATCH) await this.end();
  }

  async end(): Promise<void> {
    const rows = this.cells[0]!.length;
    if (rows === 0) return;
    const columns = this.columns.map(([, kind], c): ColumnInput => {
      const values = this.cells[c]!;
      return kind === "text"
        ? { kind, values: values as (string | null)[] }
        : {
            kind,
            values: Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value))),
          };
    });
    this.cells = this.columns.map(() => []);
    await appendColumns(this.db, this.name, columns, rows);
  }
}

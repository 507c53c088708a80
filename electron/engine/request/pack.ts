// The query pack of a request: events and witnesses as CSV and Parquet, and the SQL that finds their candidates in the
// operator's own store. The question travels, not the data (DESIGN section 6); no more than it needs travels with it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Cell, csvLine } from "../../../shared/custody/csv";
import { type Question, questionId } from "../../../shared/request/questions";
import { COMPLETENESS } from "../../../shared/request/sql/completeness";
import {
  CANDIDATES,
  EVENT_COLUMNS,
  MAPPING_VIEW,
  type PackColumn,
  REPLY,
  WITNESS_COLUMNS,
} from "../../../shared/request/sql/pack";
import { type Dialect, printQuery } from "../../../shared/request/sql/print";
import { appendColumns, type ColumnInput } from "../database/appender";
import { openNative } from "../database/native";
import type { AskedEvent, Gathered } from "./events";

/** Enough to bring the bound of the unmatched share below the limit in one stretch; more tell the operator more than it needs. */
const MOST_WITNESSES = 10_000;

export async function writePack(
  folder: string,
  dialect: Dialect,
  requestId: string,
  gathered: Gathered,
  questions: readonly Question[],
  others: readonly AskedEvent[],
): Promise<void> {
  const out = join(folder, "sql");
  mkdirSync(out);
  const put = (name: string, text: string) => writeFileSync(join(out, name), text);
  const events = eventRows(requestId, gathered.events, questions);
  const witnesses = witnessRows(requestId, others);
  await writeTable(out, "portwitness_event", EVENT_COLUMNS, events);
  await writeTable(out, "portwitness_witness", WITNESS_COLUMNS, witnesses);
  put("1-load.sql", LOAD[dialect]);
  put("2-mapping-view.sql", viewSql());
  put("3-candidates.sql", `${HEAD.candidates}${printQuery(CANDIDATES, dialect)}`);
  put("4-reply.sql", `${HEAD.reply}${printQuery(REPLY, dialect)}`);
  put("5-completeness.sql", `${HEAD.completeness}${printQuery(COMPLETENESS, dialect)}`);
  put("README.txt", readme(dialect, requestId, gathered, events.length, witnesses.length));
}

const windowOf = (e: AskedEvent) => (e.operator ?? e.utc)!;

function eventRows(
  requestId: string,
  events: readonly AskedEvent[],
  questions: readonly Question[],
): Cell[][] {
  const key = (q: AskedEvent | Question) =>
    JSON.stringify([q.addr, q.port, q.protocol, q.dstIp, q.dstPort, q.operator === null]);
  const byEndpoint = new Map<string, { id: string; from: number; to: number }[]>();
  questions.forEach((q, i) => {
    const { fromUs, toUs } = (q.operator ?? q.utc)!;
    const list = byEndpoint.get(key(q)) ?? [];
    list.push({ id: questionId(i), from: fromUs, to: toUs });
    byEndpoint.set(key(q), list);
  });
  return events.map((e) => {
    const { fromUs, toUs } = windowOf(e);
    const question = byEndpoint.get(key(e))?.find((q) => q.from <= fromUs && q.to >= toUs);
    return [
      requestId,
      question?.id ?? null,
      e.row,
      e.publicIp,
      e.port,
      e.protocol,
      e.dstIp,
      e.dstPort,
      fromUs,
      toUs,
    ];
  });
}

/** Spread evenly over the log; numbered anew, so that they say nothing of its size. */
function witnessRows(requestId: string, others: readonly AskedEvent[]): Cell[][] {
  const usable = others.filter((e) => e.port !== null);
  const n = Math.min(MOST_WITNESSES, usable.length);
  return Array.from({ length: n }, (_, i) => {
    const e = usable[Math.floor((i * usable.length) / n)]!;
    const { fromUs, toUs } = windowOf(e);
    return [requestId, i + 1, e.publicIp, e.port, e.protocol, fromUs, toUs];
  });
}

async function writeTable(
  folder: string,
  name: string,
  columns: readonly PackColumn[],
  rows: readonly Cell[][],
): Promise<void> {
  const lines = rows.map((row) => csvLine(row)).join("");
  writeFileSync(join(folder, `${name}.csv`), csvLine(columns.map((c) => c.name)) + lines);
  const db = await openNative(":memory:", { allowedPaths: [folder], threads: 1 });
  try {
    const types = columns.map((c) => `${c.name} ${c.kind === "int" ? "BIGINT" : "VARCHAR"}`);
    await db.run(`CREATE TABLE ${name}(${types.join(", ")})`);
    const cells = columns.map(
      (c, i): ColumnInput =>
        c.kind === "int"
          ? {
              kind: "i64",
              values: Float64Array.from(rows, (r) => (r[i] === null ? Number.NaN : Number(r[i]))),
            }
          : { kind: "text", values: rows.map((r) => (r[i] === null ? null : String(r[i]))) },
    );
    if (rows.length > 0) await appendColumns(db, name, cells, rows.length);
    const file = join(folder, `${name}.parquet`).replaceAll("'", "''");
    await db.run(`COPY ${name} TO '${file}' (FORMAT parquet)`);
  } finally {
    await db.close();
  }
}

const TABLES = [
  ["portwitness_event", EVENT_COLUMNS],
  ["portwitness_witness", WITNESS_COLUMNS],
] as const;

const ddl = (columns: readonly PackColumn[], int: string, text: string): string =>
  columns.map((c) => `${c.name} ${c.kind === "int" ? int : text}`).join(", ");

/** Parquet's place is the operator's to fill in: FOLDER. */
const LOAD: Readonly<Record<Dialect, string>> = {
  clickhouse: TABLES.map(
    ([name, columns]) =>
      `CREATE TABLE ${name} (${ddl(columns, "Nullable(Int64)", "Nullable(String)")}) ENGINE = Memory;
INSERT INTO ${name} SELECT * FROM file('${name}.parquet', 'Parquet');
`,
  ).join(""),
  spark: TABLES.map(
    ([name]) =>
      `CREATE OR REPLACE TEMPORARY VIEW ${name} USING parquet OPTIONS (path 'FOLDER/${name}.parquet');\n`,
  ).join(""),
  trino: TABLES.map(
    ([name, columns]) =>
      `CREATE TABLE ${name} (${ddl(columns, "BIGINT", "VARCHAR")}) WITH (format = 'PARQUET', external_location = 'FOLDER/${name}/');\n`,
  ).join(""),
  duckdb: TABLES.map(
    ([name]) => `CREATE TABLE ${name} AS SELECT * FROM read_parquet('FOLDER/${name}.parquet');\n`,
  ).join(""),
};

const HEAD = {
  candidates:
    "-- Every mapping that possibly held an event's endpoint during its interval, with both holds.\n",
  reply: "-- The reply: a line for each holder of a question, and no-record where there is none.\n",
  completeness:
    "-- Over the whole log, what an extract cannot show: of each other connection of the server how many mappings meet it, and\n-- how many half an hour away, where only chance is; of each node that holds their addresses how many starts and ends it\n-- wrote in each minute (its silences), and how many mappings ended without a start.\n",
};

function viewSql(): string {
  const lines = MAPPING_VIEW.map(
    ({ name, kind, means }, i) =>
      `  CAST(l.${name} AS ${kind === "int" ? "BIGINT" : "VARCHAR(255)"}) AS ${name}${i < MAPPING_VIEW.length - 1 ? "," : ""} -- ${means}`,
  );
  return `-- To be adapted: this view names your own records as the queries know them. One row is one mapping, over its whole time:
-- where your log has a record for the start and one for the end, join them first, and keep those without an end.
-- With start and end written in whole seconds, possible_from_us = start, certain_from_us = start + 1 s,
-- certain_to_us = end, possible_to_us = end + 1 s. Leave no record out: a search that skips open mappings is not complete.
CREATE VIEW portwitness_mapping AS
SELECT
${lines.join("\n")}
FROM your_nat_log l;
`;
}

function readme(
  dialect: Dialect,
  requestId: string,
  gathered: Gathered,
  events: number,
  witnesses: number,
): string {
  const own = gathered.events.some((e) => e.operator !== null);
  return `Query pack of request ${requestId} for ${dialect}.

${events} events (portwitness_event) and ${witnesses} other connections of the same server (portwitness_witness), each as CSV and
as Parquet. The witnesses are not asked about: their share without a mapping shows how complete the log is. Intervals are
[from_us, to_us), microseconds since 1970 UTC, ${own ? "in your own recorded clock: do not correct them" : "in UTC: where your devices' clock differs, correct the view's times and say so"}.

How to run
  1-load.sql          loads both tables (put the folder's place for FOLDER)
  2-mapping-view.sql  to be adapted: your records as the view portwitness_mapping
  3-candidates.sql    every candidate with both holds, for your own check
  4-reply.sql         the reply; write its result as CSV, column names first
  5-completeness.sql  figures over the whole log; write its result as CSV, column names first, and send it beside the reply

The reply's columns: request_id, question_id, outcome (record or no-record), then those of the view. "no-record" may stand
only where the records of that time still exist: where they were deleted, write retention-expired. Times in _us are
integers of microseconds; start_text and end_text carry the resolution that was recorded. The search goes by port blocks (64, 1024, or the whole address) and equality, so that its cost does not grow
with the width of an interval; the address and block are what to cluster or partition by.

To the lab: add the reply with
  --role nat --format csv --extent query --map "start=start_text,end=end_text,publicIp=public_ip,portLow=port_low,portHigh=port_high,portStep=port_step,protocol=protocol,insideIp=inside_ip,subscriber=subscriber"
Its request_id and question_id are read by "portwitness replies" like those of the template. Add the figures with
  --role reference --format portwitness.completeness
before events are attributed to the reply: where they show the whole log to be complete, a sole holder is unique, by the
operator's own figures. The view knows no sequence numbers: ask the operator whether its collectors lost any.
`;
}

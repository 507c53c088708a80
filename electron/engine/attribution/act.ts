// attribution.run as an act. A function of the case's published state (sources, calibrations in force, mappings) and of
// the parameters alone, so that a replay must come to the same rows: the outputs carry the SHA-256 of them as JSON Lines.
import { createHash } from "node:crypto";
import { Spans } from "../../../shared/attribution/spans";
import { type AttributionRow, VERDICTS } from "../../../shared/contract/attribution";
import type { Database } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import type { ActIo, ActKind, Json, Staged } from "../case/act";
import type { OpenCase } from "../case/open-case";
import { allSources } from "../catalogue";
import { appendColumns } from "../database/appender";
import { withFilter } from "../records/select";
import { checkActorField } from "./actor-values";
import { type ActorOutputs, actorTables, stageActors } from "./actors";
import { buildChain } from "./chain";
import { parseDestinations } from "./destination";
import { sortHolds } from "./endpoints";
import { finishTables, joinAndCompare, type WorkTables } from "./finish";
import { createEventTable, stageIntervals } from "./intervals";
import { judgeEndpoints, judgePortless } from "./judge";
import { withOperatorFigures } from "./operator-figures";
import { addressPools, bearsWitness, completenessReport, doubtfulOf, poolFindings } from "./pools";
import { createPairTable, createResultTable, ResultWriter } from "./result-table";
import { type Counts, type RunBody, readResults, runTables } from "./results";
import { checkFilter } from "./selection";
import { openSources, type Sources } from "./sources";

export type AttributionParameters = {
  readonly events: string;
  readonly nat: readonly string[];
  readonly subscribers: string | null;
  /** Reference to the filter's text (OpenCase.hideText); null where every event is asked. */
  readonly filter: Json;
  /** The field that names an event's actor; absent where none was asked. */
  readonly actor?: string;
  /** The server's own addresses, for records that name none; absent where none were stated. */
  readonly destination?: string;
};

export type AttributionOutputs = {
  readonly events: number;
  readonly counts: Counts;
  /** Ids of the calibrations in force, by NAT source in the order asked; only those that there are. */
  readonly calibrations: readonly string[];
  readonly completeness: readonly string[];
  /** SHA-256 of the results as JSON Lines in the contract's keys, in row order. */
  readonly sha256: string;
  readonly actors?: ActorOutputs;
};

const poolTable = (staging: string): string => `${staging}_pool`;

export const tablesOf = (staging: string): WorkTables => ({
  events: `${staging}_event`,
  raw: `${staging}_raw`,
  pairs: `${staging}_pair`,
  results: `${staging}_result`,
  candidates: `${staging}_candidate`,
});

/** `also`: the act of a previewed calibration that is taken for accepted, to see what it would change. */
export const runKindAsIf = (also?: number): ActKind<AttributionParameters> => ({
  action: "attribution.run",

  async stage(openCase, staging, parameters, io): Promise<Staged> {
    const { db } = openCase;
    const filter = filterText(openCase, parameters.filter);
    const chainTable = (log: number) => `${staging}_chain_${log}`;
    const sources = await openSources(
      db,
      parameters.events,
      parameters.nat,
      parameters.subscribers,
      chainTable,
      also,
    );
    await chainLeases(db, sources, io);
    const tables = tablesOf(staging);
    await db.run(createEventTable(tables.events));
    await db.run(createResultTable(tables.raw));
    await db.run(createPairTable(tables.pairs));

    const doing = (what: string, total: number | null) => (done: number) =>
      io.progress({ doing: what, done, total, unit: "rows" });
    const apart = filter !== "";
    const total = await withFilter(openCase, sources.events, filter, io.signal, (selection) =>
      stageIntervals(
        db,
        sources,
        tables.events,
        selection,
        parameters.destination === undefined ? [] : parseDestinations(parameters.destination),
        apart && sources.logs.some(bearsWitness),
        io.signal,
        doing("Placing events in the NAT's clock", sources.events.rows),
      ),
    );
    const pools = await addressPools(
      db,
      `SELECT DISTINCT addr FROM "${tables.events}"`,
      sources.logs,
      io.signal,
    );
    const holds = await sortHolds(db, staging, tables.events, sources.logs, io.signal);
    io.progress({ doing: "Weighing the records' completeness", done: 0, total: null, unit: "rows" });
    // Questioned events bear no witness: with a filter the others do, without one each event is left out of its own count.
    const shown = await poolFindings(
      db,
      sources,
      tables.events,
      pools,
      holds,
      apart ? "selected = 0" : "selected = 1",
      apart ? 0 : 1,
      io.signal,
    );
    const found = await withOperatorFigures(openCase, sources.logs, pools.pools, shown);
    // The NAT log's completeness says nothing of the leases': along a chain only certain holds prove.
    const complete = found.map((c) =>
      sources.subscribers === null ? (c?.completeness?.complete ?? Spans.NONE) : Spans.NONE,
    );
    const doubtful = found.map(doubtfulOf);
    const context = { sources, pools, holds, actors: parameters.actor !== undefined, complete, doubtful };
    const endpointWriter = new ResultWriter(db, tables.raw);
    await judgeEndpoints(
      db,
      tables.events,
      context,
      endpointWriter,
      io.signal,
      doing("Judging events", total),
    );
    await endpointWriter.flush();
    await joinAndCompare(db, tables, sources.logs, endpointWriter, io.signal);
    const portless = new ResultWriter(db, tables.raw, tables.pairs);
    await judgePortless(db, tables.events, context, portless, io.signal);
    await portless.flush();
    await finishTables(db, tables, sources.logs, io.signal);
    await storePools(db, staging, sources, pools.pools, complete, doubtful);
    const actors =
      parameters.actor === undefined
        ? undefined
        : await stageActors(
            openCase,
            sources,
            tables,
            actorTables(staging, ""),
            `${staging}_actor_of`,
            parameters.actor,
            io.signal,
          );
    await db.run(`DELETE FROM "${tables.events}" WHERE selected = 0`);
    for (const table of [tables.raw, tables.pairs, ...holds]) await db.run(`DROP TABLE "${table}"`);

    const { counts, sha256, rows } = await digest(db, sources, tables, io, total);
    if (rows !== total) {
      throw new ProductError(
        "internal",
        `${total} events were asked and ${rows} answered.`,
        "Nothing was published. Report this.",
      );
    }
    const outputs: AttributionOutputs = {
      events: total,
      counts,
      calibrations: calibrationIds(sources),
      completeness: await completenessReport(db, sources, pools, found),
      sha256,
      ...(actors === undefined ? {} : { actors }),
    };
    return { outputs, result: "done" };
  },

  async publish(openCase, staging, seq, parameters, outputs): Promise<void> {
    const { db } = openCase;
    const out = outputs as unknown as AttributionOutputs;
    const from = tablesOf(staging);
    const to = runTables(seq);
    await db.run(`ALTER TABLE "${from.results}" RENAME TO "${to.results}"`);
    await db.run(`ALTER TABLE "${from.candidates}" RENAME TO "${to.candidates}"`);
    await db.run(`ALTER TABLE "${from.events}" RENAME TO "${to.events}"`);
    await db.run(`ALTER TABLE "${poolTable(staging)}" RENAME TO "${to.pools}"`);
    if (out.actors !== undefined) {
      const own = actorTables(staging, "");
      for (const name of ["actors", "events", "parties"] as const)
        await db.run(`ALTER TABLE "${own[name]}" RENAME TO "${to.actors[name]}"`);
    }
    for (let k = 0; k < parameters.nat.length; k++) {
      const [chain] = await db.query("SELECT count(*) AS n FROM duckdb_tables() WHERE table_name = ?", [
        `${staging}_chain_${k}`,
      ]);
      if (Number(chain?.n) > 0)
        await db.run(`ALTER TABLE "${staging}_chain_${k}" RENAME TO "${to.chain(k)}"`);
    }
    const sources = await allSources(db);
    const numberOf = (name: string): number => sources.find((s) => s.name === name)?.n ?? -1;
    const body: RunBody = {
      events: parameters.events,
      eventsN: numberOf(parameters.events),
      nat: parameters.nat,
      natN: parameters.nat.map(numberOf),
      subscribers: parameters.subscribers,
      subscribersN: parameters.subscribers === null ? null : numberOf(parameters.subscribers),
      portJoin: sources.find((s) => s.name === parameters.events)?.port_join ?? null,
      filter: parameters.filter,
      total: out.events,
      counts: out.counts,
      calibrations: out.calibrations,
      completeness: out.completeness,
      sha256: out.sha256,
      ...(parameters.destination === undefined ? {} : { destination: parameters.destination }),
      ...(out.actors === undefined ? {} : { actors: out.actors }),
    };
    await db.run("INSERT INTO attribution VALUES (?, ?)", [seq, JSON.stringify(body)]);
  },
});

export const attributionRunKind = runKindAsIf();

async function chainLeases(db: Database, sources: Sources, io: ActIo): Promise<void> {
  const { subscribers, logs } = sources;
  if (subscribers === null) return;
  for (const [k, log] of logs.entries()) {
    const link = subscribers.calibrations[k];
    if (!link) continue;
    io.progress({
      doing: `Chaining ${log.source.name} with ${subscribers.source.name}`,
      done: k,
      total: logs.length,
      unit: "steps",
    });
    await buildChain(db, log.mapping, subscribers.mapping, link.full, log.holds, io.signal);
  }
}

function calibrationIds(sources: Sources): string[] {
  const links = [...sources.logs.map((l) => l.calibration), ...(sources.subscribers?.calibrations ?? [])];
  return [...new Set(links.flatMap((c) => (c ? [c.id] : [])))];
}

export function filterText(openCase: OpenCase, reference: Json): string {
  if (reference === null) return "";
  const text = openCase.revealText(reference);
  if (text !== null) return text;
  throw new ProductError(
    "input",
    "The filter of an attribution was withheld or erased, so its questioned events are not known.",
    "Put the case's texts back beside its ledger, and repeat.",
  );
}

/** Checks names, filter and actor before the act begins, so that wrong use leaves no trace. */
export async function checkRequest(
  openCase: OpenCase,
  parameters: AttributionParameters,
  filter: string,
): Promise<void> {
  const { db } = openCase;
  const sources = await openSources(db, parameters.events, parameters.nat, parameters.subscribers, () => "");
  checkFilter(filter, sources.events.role);
  if (parameters.destination !== undefined) parseDestinations(parameters.destination);
  if (parameters.actor !== undefined) await checkActorField(openCase, sources.events, parameters.actor);
}

/** An open end in a table of integers; times stay far within. */
const finite = (us: number): number =>
  Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, us));

async function storePools(
  db: Database,
  staging: string,
  sources: Sources,
  pools: readonly { log: number; device: number; range: number }[],
  complete: readonly Spans[],
  doubtful: readonly Spans[],
): Promise<void> {
  await db.run(
    `CREATE TABLE "${poolTable(staging)}"(source INTEGER NOT NULL, device INTEGER NOT NULL, "range" BIGINT NOT NULL, doubtful INTEGER NOT NULL, from_us BIGINT NOT NULL, to_us BIGINT NOT NULL)`,
  );
  const rows = pools.flatMap((p, i) =>
    [complete[i]!, doubtful[i]!].flatMap((spans, kind) =>
      spans
        .intervals()
        .map((s) => [sources.logs[p.log]!.source.n, p.device, p.range, kind, finite(s.from), finite(s.to)]),
    ),
  );
  const column = (c: number) => Float64Array.from(rows, (r) => r[c]!);
  const kinds = ["i32", "i32", "i64", "i32", "i64", "i64"] as const;
  await appendColumns(
    db,
    poolTable(staging),
    kinds.map((kind, c) => ({ kind, values: column(c) })),
    rows.length,
  );
}

/** The contract's keys, in its order: what the hash is over, and what `attribute --json` prints. */
export const canonicalRow = (r: AttributionRow): string =>
  JSON.stringify({
    line: r.line,
    offset: r.offset,
    verdict: r.verdict,
    rule: r.rule,
    subscriber: r.subscriber,
    insideIp: r.insideIp,
    candidates: r.candidates,
    nearest: r.nearest,
    sharedBy: r.sharedBy,
    intervalFromUs: r.intervalFromUs,
    intervalToUs: r.intervalToUs,
    flipUs: r.flipUs,
    ...(r.portFrom === undefined ? {} : { portFrom: r.portFrom }),
  });

async function digest(
  db: Database,
  sources: Sources,
  tables: WorkTables,
  io: ActIo,
  total: number,
): Promise<{ counts: Counts; sha256: string; rows: number }> {
  const counts = Object.fromEntries(VERDICTS.map((v) => [v, 0])) as Counts;
  const hash = createHash("sha256");
  let rows = 0;
  for await (const batch of readResults(
    db,
    {
      eventsN: sources.events.n,
      subscribersN: sources.subscribers?.source.n ?? null,
      portJoin: sources.events.port_join ?? null,
    },
    tables,
    { signal: io.signal },
  )) {
    for (const row of batch) {
      counts[row.verdict]++;
      hash.update(`${canonicalRow(row)}\n`);
    }
    rows += batch.length;
    io.progress({ doing: "Sealing the results", done: rows, total, unit: "rows" });
  }
  return { counts, sha256: hash.digest("hex"), rows };
}

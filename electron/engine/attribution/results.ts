// Results of a run as rows of the contract, read in row order from the act's tables. A page is a range of row numbers of
// the result table, never an OFFSET; a run narrowed to some verdicts is walked by a list of its positions.
import { type AttributionRow, VERDICTS, type Verdict } from "../../../shared/contract/attribution";
import type { Database } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import type { OpenCase } from "../case/open-case";
import { type ActorOutputs, type ActorTables, actorTables } from "./actors";
import { Names } from "./names";
import { type RunSources, type RunTables, readStretch } from "./read";

export type Counts = Record<Verdict, number>;

/** What the catalogue's table `attribution` keeps of a run, as JSON in `body`. */
export interface RunBody {
  readonly events: string;
  readonly eventsN: number;
  readonly nat: readonly string[];
  readonly natN: readonly number[];
  readonly subscribers: string | null;
  /** Source number of `subscribers`; absent in runs without. */
  readonly subscribersN?: number | null;
  /** The join that the events' missing ports came from; null or absent where there was none. */
  readonly portJoin?: number | null;
  /** Reference to the filter's text (openCase.hideText), null for none. */
  readonly filter: unknown;
  readonly total: number;
  readonly counts: Counts;
  readonly calibrations: readonly string[];
  readonly completeness: readonly string[];
  readonly sha256: string;
  /** The server's stated addresses; absent where none were. */
  readonly destination?: string;
  /** Absent where no actors were asked. */
  readonly actors?: ActorOutputs;
}

export const runTables = (
  seq: number,
): RunTables & { events: string; pools: string; actors: ActorTables; chain(log: number): string } => ({
  actors: actorTables("attribution", `_${seq}`),
  chain: (log) => `attribution_chain_${seq}_${log}`,
  results: `attribution_${seq}`,
  candidates: `attribution_candidate_${seq}`,
  events: `attribution_event_${seq}`,
  pools: `attribution_pool_${seq}`,
});

/** A run by its id ("a12"). Throws "usage" with the runs that there are. */
export async function runOf(db: Database, id: string): Promise<{ seq: number; body: RunBody }> {
  const runs = await db.query("SELECT seq, body FROM attribution ORDER BY seq");
  const found = runs.find((r) => runId(Number(r.seq)) === id);
  if (found) return { seq: Number(found.seq), body: JSON.parse(String(found.body)) as RunBody };
  const ids = runs.map((r) => runId(Number(r.seq))).join(", ");
  throw new ProductError(
    "usage",
    `The case has no attribution "${id}".`,
    ids
      ? `Its attributions are: ${ids}.`
      : "Run one first: portwitness attribute CASE --events NAME --nat NAME.",
  );
}

export const runId = (seq: number): string => `a${seq}`;

export interface ReadOptions {
  readonly verdicts?: readonly Verdict[];
  /** Row numbers of the event source. */
  readonly rows?: readonly number[];
  readonly signal?: AbortSignal;
}

/** Rows of a page, and of one read of a list of positions. */
const PAGE = 1_000;
/** Rows of one stretch where the whole run is read. */
const STRETCH = 4_096;

/** Rows of a run in row order, some thousands at a time. */
export async function* streamResults(
  openCase: OpenCase,
  runSeq: number,
  options: ReadOptions = {},
): AsyncGenerator<AttributionRow[]> {
  const { body } = await runOf(openCase.db, runId(runSeq));
  yield* readResults(openCase.db, body, runTables(runSeq), options);
}

export async function* readResults(
  db: Database,
  sources: RunSources,
  tables: RunTables,
  options: ReadOptions = {},
): AsyncGenerator<AttributionRow[]> {
  const names = new Names(db);
  const { signal } = options;
  if (options.verdicts || options.rows) {
    const conditions: string[] = [];
    if (options.verdicts) conditions.push(`verdict IN (${verdictCodes(options.verdicts)})`);
    if (options.rows)
      conditions.push(
        options.rows.length === 0 ? "FALSE" : `"row" IN (${options.rows.map(Number).join(", ")})`,
      );
    const positions: number[] = [];
    const sql = `SELECT rowid AS position FROM "${tables.results}" WHERE ${conditions.join(" AND ")} ORDER BY rowid`;
    for await (const { rows, columns } of db.columns(sql, [], signal)) {
      for (let i = 0; i < rows; i++) positions.push((columns[0] as Float64Array)[i]!);
    }
    for (let at = 0; at < positions.length; at += PAGE)
      yield await readStretch(db, sources, tables, names, { list: positions.slice(at, at + PAGE) }, signal);
    return;
  }
  const [total] = await db.query(`SELECT count(*) AS n FROM "${tables.results}"`);
  for (let from = 0; from < Number(total?.n ?? 0); from += STRETCH)
    yield await readStretch(db, sources, tables, names, { from, to: from + STRETCH }, signal);
}

const verdictCodes = (verdicts: readonly Verdict[]): string =>
  verdicts.length === 0 ? "255" : verdicts.map((v) => VERDICTS.indexOf(v)).join(", ");

/** Rows [from, to) of a run, narrowed to verdicts where given, and how many there are in all. */
export async function pageResults(
  db: Database,
  seq: number,
  body: RunBody,
  from: number,
  to: number,
  verdicts: readonly Verdict[] | undefined,
  signal?: AbortSignal,
): Promise<{ total: number; rows: AttributionRow[] }> {
  const tables = runTables(seq);
  const end = Math.min(to, from + PAGE);
  const names = new Names(db);
  if (!verdicts || verdicts.length === VERDICTS.length) {
    const rows = await readStretch(db, body, tables, names, { from, to: end }, signal);
    return { total: body.total, rows };
  }
  const total = verdicts.reduce((sum, v) => sum + body.counts[v], 0);
  // The n-th row of a verdict is found by counting one narrow column; the page itself is read by position.
  const positions = await db.query(
    `SELECT position FROM (SELECT rowid AS position, row_number() OVER (ORDER BY rowid) - 1 AS n FROM "${tables.results}"
       WHERE verdict IN (${verdictCodes(verdicts)})) WHERE n >= ? AND n < ? ORDER BY position`,
    [from, end],
    signal,
  );
  const list = positions.map((p) => Number(p.position));
  return { total, rows: await readStretch(db, body, tables, names, { list }, signal) };
}

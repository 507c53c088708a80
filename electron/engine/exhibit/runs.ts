// The results that an exhibit shows: of each pair of event source and NAT logs the latest run, narrowed to the selected
// events. They are read twice: first to learn who is an answer and who needs a pseudonym, then to be written.
import type { AttributionRow } from "../../../shared/contract/attribution";
import type { Database } from "../../../shared/database";
import { type RunBody, runTables, streamResults } from "../attribution/results";
import type { OpenCase } from "../case/open-case";
import { type PartyName, partyKey } from "./parties";

export interface Run {
  readonly seq: number;
  readonly events: string;
  /** Number of the event source. */
  readonly eventsN: number;
  readonly nat: readonly string[];
  readonly candidates: string;
  /** The join that the events' missing ports came from. */
  readonly portJoin: number | null;
  /** Selected rows of the event source, ascending; null for all of the run. */
  readonly rows: readonly number[] | null;
}

/** Runs up to act `covered`, in order of their acts. */
export async function latestRuns(db: Database, covered: number): Promise<Run[]> {
  const latest = new Map<string, Run>();
  for (const row of await db.query("SELECT seq, body FROM attribution WHERE seq <= ? ORDER BY seq", [
    covered,
  ])) {
    const body = JSON.parse(String(row.body)) as RunBody;
    const seq = Number(row.seq);
    const pair = JSON.stringify([body.eventsN, [...body.natN].sort((a, b) => a - b)]);
    const { events, eventsN, nat } = body;
    const portJoin = body.portJoin ?? null;
    const { candidates } = runTables(seq);
    latest.set(pair, { seq, events, eventsN, nat, candidates, portJoin, rows: null });
  }
  return [...latest.values()].sort((a, b) => a.seq - b.seq);
}

/** The run's rows in the order of the event source. */
export function resultsOf(
  openCase: OpenCase,
  run: Run,
  signal: AbortSignal,
): AsyncIterable<AttributionRow[]> {
  return streamResults(openCase, run.seq, { rows: run.rows ?? undefined, signal });
}

export interface Survey {
  readonly events: number;
  /** Keys of parties that a `unique` or `only` result names. */
  readonly answers: ReadonlySet<string>;
  /** Keys of all other parties that appear. */
  readonly others: ReadonlySet<string>;
}

export async function survey(openCase: OpenCase, runs: readonly Run[], signal: AbortSignal): Promise<Survey> {
  const answers = new Set<string>();
  const all = new Set<string>();
  let events = 0;
  for (const run of runs) {
    for await (const rows of resultsOf(openCase, run, signal)) {
      events += rows.length;
      for (const row of rows) {
        if (isAnswer(row)) answers.add(partyKey(row));
        for (const holder of [...row.candidates, ...row.nearest]) all.add(partyKey(holder));
      }
    }
  }
  return { events, answers, others: new Set([...all].filter((key) => !answers.has(key))) };
}

/** True where the result names a party: its subscriber and inside address are then filled. */
export const isAnswer = (row: AttributionRow): boolean =>
  (row.verdict === "unique" || row.verdict === "only") && named(row);

const named = (party: PartyName): boolean => party.subscriber !== null || party.insideIp !== null;

/** An SQL condition for a run's selected rows over a row-number column. */
export const rowCondition = (run: Run, column: string): string =>
  run.rows === null ? "TRUE" : run.rows.length === 0 ? "FALSE" : `${column} IN (${run.rows.join(", ")})`;

// What a calibration that was only shown would change: each latest attribution that rests on its source is computed anew
// as if it were accepted, and thrown away. So the analyst sees the consequences before the act, and the ledger shows that
// a preview was tried, whatever came of it.
import type { Verdict } from "../../../shared/contract/attribution";
import { ProductError } from "../../../shared/errors";
import type { ActIo, Json } from "../case/act";
import type { OpenCase } from "../case/open-case";
import { sourceByName } from "../catalogue";
import { type AttributionOutputs, runKindAsIf, tablesOf } from "./act";
import { type RunBody, runId, runTables } from "./results";

export interface Consequence {
  readonly id: string;
  readonly events: string;
  readonly nat: readonly string[];
  readonly total: number;
  readonly before: Readonly<Record<Verdict, number>>;
  readonly after: Readonly<Record<Verdict, number>>;
  /** Events whose verdict or named line would be another. */
  readonly changed: number;
}

let serial = 0;

/** Consequences of the latest preview of a source, or of a given one. Throws "usage" where there is none. */
export async function consequencesOf(
  openCase: OpenCase,
  sourceName: string,
  act: number | undefined,
  io: ActIo,
): Promise<{ act: number; runs: Consequence[] }> {
  const { db } = openCase;
  const source = await sourceByName(db, sourceName);
  const previews = await db.query(
    "SELECT seq, against FROM calibration WHERE source = ? AND state = 'preview' ORDER BY seq",
    [source.n],
  );
  const preview =
    act === undefined ? previews[previews.length - 1] : previews.find((row) => Number(row.seq) === act);
  if (preview === undefined) {
    throw new ProductError(
      "usage",
      `No calibration of "${sourceName}" was previewed${act === undefined ? "" : ` by act ${act}`}.`,
      "Preview one first: portwitness calibrate CASE NAME --against NAME2 --preview.",
    );
  }
  const touched = [source.n, ...(typeof preview.against === "number" ? [preview.against] : [])];
  const runs: Consequence[] = [];
  for (const { seq, body } of await latestRuns(openCase)) {
    const own = [body.eventsN, ...body.natN, body.subscribersN ?? -1];
    if (!touched.some((n) => own.includes(n))) continue;
    runs.push(await asIf(openCase, seq, body, Number(preview.seq), io));
  }
  return { act: Number(preview.seq), runs };
}

/** The latest run of each question: events, logs, subscribers and filter. */
async function latestRuns(openCase: OpenCase): Promise<{ seq: number; body: RunBody }[]> {
  const latest = new Map<string, { seq: number; body: RunBody }>();
  for (const row of await openCase.db.query("SELECT seq, body FROM attribution ORDER BY seq")) {
    const body = JSON.parse(String(row.body)) as RunBody;
    const filter = body.filter === null ? "" : openCase.revealText(body.filter as Json);
    // A question whose words were withheld cannot be asked again.
    if (filter === null) continue;
    const key = JSON.stringify([body.events, [...body.nat].sort(), body.subscribers, filter]);
    latest.set(key, { seq: Number(row.seq), body });
  }
  return [...latest.values()].sort((a, b) => a.seq - b.seq);
}

async function asIf(
  openCase: OpenCase,
  seq: number,
  body: RunBody,
  calibration: number,
  io: ActIo,
): Promise<Consequence> {
  const { db } = openCase;
  // Named as staging, so that what a killed program left is swept like an act's.
  const staging = `staging_as_if_${++serial}`;
  try {
    const { outputs } = await runKindAsIf(calibration).stage(
      openCase,
      staging,
      {
        events: body.events,
        nat: body.nat,
        subscribers: body.subscribers,
        filter: body.filter as Json,
        ...(body.destination === undefined ? {} : { destination: body.destination }),
      },
      io,
    );
    const [changed] = await db.query(
      `SELECT count(*) AS n FROM "${runTables(seq).results}" a JOIN "${tablesOf(staging).results}" b ON b."row" = a."row"
       WHERE a.verdict <> b.verdict OR a.subscriber IS DISTINCT FROM b.subscriber OR a.in_addr IS DISTINCT FROM b.in_addr
         OR a.realm IS DISTINCT FROM b.realm`,
      [],
      io.signal,
    );
    return {
      id: runId(seq),
      events: body.events,
      nat: body.nat,
      total: body.total,
      before: body.counts,
      after: (outputs as unknown as AttributionOutputs).counts,
      changed: Number(changed?.n ?? 0),
    };
  } finally {
    for (const { table_name } of await db.query(
      `SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()
         AND starts_with(table_name, '${staging}_') ORDER BY table_name`,
    ))
      await db.run(`DROP TABLE IF EXISTS "${String(table_name)}"`);
  }
}

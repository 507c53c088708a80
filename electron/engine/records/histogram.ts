// Counts over time for the scrubber, and where in the view each slice begins.
import type { Reply } from "../../../shared/contract/contract";
import type { Database } from "../../../shared/database";
import type { View } from "./views";

type Histogram = Reply<"records.histogram">;

export function histogram(view: View, buckets: number, signal: AbortSignal): Promise<Histogram> {
  const record = `"record_${view.source.n}"`;
  const from =
    view.table === null
      ? `(SELECT rowid AS position, time_us FROM ${record})`
      : `(SELECT v.rowid AS position, r.time_us FROM ${view.table} v JOIN ${record} r ON r.rowid = v.row)`;
  return countOverTime(view.openCase.db, from, view.rows, buckets, signal);
}

/** `from`: a table expression of (position, time_us). */
export async function countOverTime(
  db: Database,
  from: string,
  all: number,
  buckets: number,
  signal: AbortSignal,
): Promise<Histogram> {
  const [span] = await db.query(
    `SELECT min(time_us) AS low, max(time_us) AS high, count(*) - count(time_us) AS untimed FROM ${from}`,
    [],
    signal,
  );
  const untimed = Number(span!.untimed);
  if (span!.low === null || buckets === 0) {
    return { fromUs: null, toUs: null, counts: [], firstRow: [], untimed };
  }
  const low = Number(span!.low);
  const width = Math.max(1, Math.ceil((Number(span!.high) - low + 1) / buckets));
  const rows = await db.query(
    `SELECT (time_us - ?) // ? AS bucket, count(*) AS n, min(position) AS first FROM ${from} WHERE time_us IS NOT NULL
     GROUP BY bucket ORDER BY bucket`,
    [low, width],
    signal,
  );
  const counts = new Array<number>(buckets).fill(0);
  const firstRow = new Array<number>(buckets).fill(-1);
  for (const row of rows) {
    counts[Number(row.bucket)] = Number(row.n);
    firstRow[Number(row.bucket)] = Number(row.first);
  }
  // An empty slice begins where the next full one does.
  for (let i = buckets - 1, next = all; i >= 0; i--) {
    if (firstRow[i]! < 0) firstRow[i] = next;
    else next = firstRow[i]!;
  }
  return { fromUs: low, toUs: low + width * buckets, counts, firstRow, untimed };
}

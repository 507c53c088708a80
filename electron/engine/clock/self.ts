// Two clocks in one record: the source's own stamp and the collector's header. The collector is later by an unknown delay
// that is never negative (export batching), so every record gives a bound from one side: the envelope, never the mean.

import type { OpenCase } from "../case/open-case";
import type { SourceRow } from "../catalogue";

export interface SelfPoint {
  readonly timeUs: number;
  readonly lowUs: number;
  readonly highUs: number | null;
  readonly pointUs: number;
  readonly line: number;
}

/** Records held in memory; a sample by row hash beyond. */
const MAX_POINTS = 200_000;

/** Difference of both clocks per record, in order of the source's time: its offset is at least lowUs. */
export async function selfPoints(
  openCase: OpenCase,
  source: SourceRow,
  signal: AbortSignal,
): Promise<SelfPoint[]> {
  const rows = await openCase.db.query(
    `SELECT * FROM (SELECT rowid AS id, line, time_us, other_time_us, coalesce(precision_us, 1) AS p
       FROM "record_${source.n}" r WHERE time_us IS NOT NULL AND other_time_us IS NOT NULL
       ORDER BY ((rowid + 1) * 2654435761) % 4294967296, rowid LIMIT ${MAX_POINTS})
     ORDER BY time_us, id`,
    [],
    signal,
  );
  return rows.map((row) => {
    const t = Number(row.time_us);
    const difference = t - Number(row.other_time_us);
    return { timeUs: t, lowUs: difference, highUs: null, pointUs: difference, line: Number(row.line) };
  });
}

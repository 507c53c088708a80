// Two clocks in one record: the source's own stamp and the collector's header. The collector is later by an unknown delay
// that is never negative (export batching), so every record gives a bound from one side: the envelope, never the mean.

import { refused } from "../../../shared/clock/by-connections";
import type { Calibration } from "../../../shared/clock/calibration";
import { envelope, resolutionOf } from "../../../shared/clock/envelope";
import { calibrateByPairs } from "../../../shared/clock/pairs";
import type { OpenCase } from "../case/open-case";
import type { SourceRow } from "../catalogue";

export interface SelfPoint {
  readonly timeUs: number;
  readonly lowUs: number;
  readonly highUs: number | null;
  readonly pointUs: number;
  readonly line: number;
  readonly precisionUs: number;
  readonly otherPrecisionUs: number;
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
    const other = Number(row.other_time_us);
    const difference = t - other;
    const otherPrecisionUs = resolutionOf(other);
    return {
      timeUs: t,
      lowUs: difference - otherPrecisionUs,
      highUs: null,
      pointUs: difference,
      line: Number(row.line),
      precisionUs: Number(row.p),
      otherPrecisionUs,
    };
  });
}

/** The offset of a source's own stamp against its records' second clock. */
export async function calibrateBySelf(
  openCase: OpenCase,
  source: SourceRow,
  signal: AbortSignal,
): Promise<Calibration> {
  const points = await selfPoints(openCase, source, signal);
  if (points.length === 0) {
    const names = { source: source.name, against: null, lines: true, method: "self" } as const;
    return refused(names, "Its records carry no second clock.", 0, null);
  }
  const pairs = envelope(
    points.map((p) => ({
      timeUs: p.timeUs,
      differenceUs: p.pointUs,
      precisionUs: p.precisionUs,
      otherPrecisionUs: p.otherPrecisionUs,
    })),
  );
  const found = calibrateByPairs(pairs, source.name, "self");
  return {
    ...found,
    pairs: points.length,
    statement: `${found.statement} The source is the clock of the records' own stamp, the reference their second clock; the delay between them is never negative, so the offset is read from its envelope over ${points.length} records, never from its mean.`,
  };
}

// An operator's clock that was set back: its log passes the same stretch of time twice, and a mapping of the one passage
// lies where one of the other held the port. Neither a cover nor completeness proves anything there. Told from a log that
// was put together out of order, whose parts do not overlap, and from one that has no order, which shows nothing.
import type { Interval } from "./spans";

/** Records in the order of the log, or runs of a few of them, by the earliest and the latest time of each. */
export interface Written {
  readonly earliestUs: Float64Array;
  readonly latestUs: Float64Array;
}

export interface SetBack extends Interval {
  /** First run behind the leap. */
  readonly at: number;
}

/** Records of one moment come in any order, and late by a batch; a clock that was set stays back. */
const LEAST_US = 60_000_000;
const STAYS = 5;
/** More leaps than these, and the log is not in the order in which it was written. */
const MOST = 12;

/** The stretches of time that the log passes twice, each with the place where it goes back. */
export function setBacks({ earliestUs, latestUs }: Written): SetBack[] {
  const n = latestUs.length;
  const leaps: number[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i++) {
    const after = Math.min(n, i + STAYS);
    const stays = latestUs.subarray(i, after).every((t) => latest - t > LEAST_US);
    if (stays && after - i >= Math.min(STAYS, n - 1)) {
      leaps.push(i);
      latest = Number.NEGATIVE_INFINITY;
    }
    latest = Math.max(latest, latestUs[i]!);
  }
  if (leaps.length === 0 || leaps.length > MOST) return [];
  const bounds = [0, ...leaps, n];
  const passage = (k: number): Interval => ({
    from: earliestUs.subarray(bounds[k], bounds[k + 1]).reduce((a, b) => Math.min(a, b)),
    to: latestUs.subarray(bounds[k], bounds[k + 1]).reduce((a, b) => Math.max(a, b)),
  });
  const out: SetBack[] = [];
  for (let k = 1; k + 1 < bounds.length; k++) {
    const later = passage(k);
    for (let j = 0; j < k; j++) {
      const earlier = passage(j);
      const from = Math.max(earlier.from, later.from);
      const to = Math.min(earlier.to, later.to);
      if (to - from > LEAST_US) out.push({ at: bounds[k]!, from, to: to + 1 });
    }
  }
  return out;
}

/** In plain words, for a log or one device of it. */
export const setBackSentence = (name: string, found: number): string =>
  `${name}: its own time goes back, so that it passes ${found === 1 ? "a stretch of time" : `${found} stretches of time`} twice, as a clock does that was set back. Which records belong to an event there is not shown; no answer there is "unique".`;

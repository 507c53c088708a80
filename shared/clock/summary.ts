// From the region of lines that fit to the numbers of a segment: the offset at its middle, the skew, the half-width that
// holds at 95 % over the whole segment, and the guard that attribution uses.
import type { Connections } from "./connections";
import type { Region } from "./feasible";
import { type Lines, withLags } from "./lags";

/**
 * The least delay between a mapping's creation and the server's record of the connection is not observable: every offset
 * from connections contains it. It is assumed to be exponential with this mean (a path of tens of milliseconds) in the
 * 95 % statement, and the guard carries ten times it.
 */
export const LEAST_DELAY_US = 25_000;
/** No clock of a log is stated to better than this: the finest time such logs write. */
const FLOOR_US = 1_000;
/**
 * Delays of real servers are no exact exponentials, and the posterior is drawn from a few hundred points: lines lie this
 * much farther from the middle than it says. Fitted on one set of seeds, judged on another (docs/validation.md).
 */
const MODEL_FACTOR = 1.15;
/**
 * However many events there are, the level is stated no finer than this share of the coarser log's resolution: how a writer
 * cuts its times off is known only so well.
 */
const PRECISION_SHARE = 1 / 50;
/** Quantiles of an exponential of mean 1 at the middles of twenty equal shares. */
const DELAYS = Array.from({ length: 20 }, (_, k) => -Math.log(1 - (k + 0.5) / 20));
/** Middle of the interval that holds 95 % of the least delay, [0, 3 means]: the level is stated for it, so that it is the narrowest. */
const MIDDLE_DELAY_US = 1.5 * LEAST_DELAY_US;

export interface Summary {
  readonly levelUs: number;
  readonly slopeUs: number;
  readonly uncertaintyUs: number;
  readonly guardUs: number;
}

/** A summary with the posterior's standard deviations, by which two of them are compared. */
export interface Posterior extends Summary {
  readonly levelSigmaUs: number;
  readonly slopeSigmaUs: number;
}

/**
 * How far the level may be off because delays follow another law than the one assumed, us. Where stamps are coarse only
 * the sum of offset and mean delay shows, and which part is which is the law's word alone: a mean delay that is wrong by
 * its own size moves the level by so much as the two go together in the posterior. Where the level rests on the edges of
 * holds, or on stamps finer than the delays, they do not, and this is nearly nothing.
 */
function lawError(lines: Lines, level: number): number {
  let delay = 0;
  for (let k = 0; k < lines.delay.length; k++) delay += lines.weight[k]! * lines.delay[k]!;
  let together = 0;
  let variance = 0;
  for (let k = 0; k < lines.delay.length; k++) {
    const d = lines.delay[k]! - delay;
    together += lines.weight[k]! * d * (lines.level[k]! - level);
    variance += lines.weight[k]! * d * d;
  }
  return variance > 0 ? Math.min(1, Math.abs(together / variance)) * delay : 0;
}

const spreadOf = (values: Float64Array, weights: Float64Array, mean: number): number => {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += weights[k]! * (values[k]! - mean) ** 2;
  return Math.sqrt(sum);
};

/** Furthest that any line of the region lies from a line, at the segment's middle and ends, the least delay included. */
function furthest(r: Region, level: number, slope: number): number {
  const least = 10 * LEAST_DELAY_US;
  return Math.max(
    r.highest.left - (level - slope),
    r.highest.middle - level,
    r.highest.right - (level + slope),
    level - slope - (r.lowest.left - least),
    level - (r.lowest.middle - least),
    level + slope - (r.lowest.right - least),
  );
}

/** The line in the middle of the region, which attribution corrects by: its guard is the narrowest that holds. */
export function middleOf(r: Region): Summary {
  const left = (r.highest.left + r.lowest.left) / 2;
  const right = (r.highest.right + r.lowest.right) / 2;
  const levelUs = (left + right) / 2 - 5 * LEAST_DELAY_US;
  const slopeUs = (right - left) / 2;
  const guardUs = Math.ceil(Math.max(2 * FLOOR_US, furthest(r, levelUs, slopeUs)));
  return { levelUs, slopeUs, uncertaintyUs: guardUs, guardUs };
}

export interface PosteriorOptions {
  readonly from: number;
  readonly to: number;
  reference(i: number): number;
  readonly holdUs: number;
  /** Share of events inside some hold by chance. */
  readonly chance: number;
  /** Events that enter at most; fewer where only a comparison is wanted. */
  readonly most?: number;
}

export function summarise(c: Connections, r: Region, o: PosteriorOptions): Posterior {
  const lines = withLags(c, r, o.from, o.to, (i) => o.reference(i), o.holdUs, o.chance, o.most);
  const n = lines.level.length;
  let level = 0;
  let slope = 0;
  for (let k = 0; k < n; k++) {
    level += lines.weight[k]! * lines.level[k]!;
    slope += lines.weight[k]! * lines.slope[k]!;
  }
  const levelSigmaUs = spreadOf(lines.level, lines.weight, level);
  const slopeSigmaUs = spreadOf(lines.slope, lines.weight, slope);
  const law = lawError(lines, level);
  level -= MIDDLE_DELAY_US;
  const deviations: { d: number; w: number }[] = [];
  for (let k = 0; k < n; k++) {
    const w = lines.weight[k]!;
    if (w < 1e-7) continue;
    const tilt = MODEL_FACTOR * Math.abs(lines.slope[k]! - slope);
    const lift = MODEL_FACTOR * (lines.level[k]! - MIDDLE_DELAY_US - level);
    for (const delay of DELAYS) {
      const d = Math.abs(lift + MIDDLE_DELAY_US - delay * LEAST_DELAY_US) + tilt;
      deviations.push({ d, w: w / DELAYS.length });
    }
  }
  deviations.sort((p, q) => p.d - q.d);
  const total = deviations.reduce((sum, { w }) => sum + w, 0);
  let reached = 0;
  let uncertainty = 0;
  for (const { d, w } of deviations) {
    reached += w;
    uncertainty = d;
    if (reached >= 0.95 * total) break;
  }
  const grain = PRECISION_SHARE * Math.max(c.precisionUs, c.natPrecisionUs);
  // The law's error is no spread about the middle: it adds to the width.
  const width = Math.hypot(uncertainty, grain) + law;
  const uncertaintyUs = Math.ceil(Math.max(FLOOR_US, width));
  const guard = furthest(r, level, slope);
  return {
    levelUs: level,
    slopeUs: slope,
    levelSigmaUs,
    slopeSigmaUs,
    uncertaintyUs,
    guardUs: Math.ceil(Math.max(guard, 2 * uncertaintyUs)),
  };
}

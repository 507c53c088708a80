// From the region of lines that fit to the numbers of a segment: the offset at its middle, the skew, the half-width that
// holds at 95 % over the whole segment, and the guard that attribution uses.
import type { Connections } from "./connections";
import type { Region } from "./feasible";

/**
 * The least delay between a mapping's creation and the server's record of the connection is not observable: every offset
 * from connections contains it. It is assumed to be exponential with this mean (a path of tens of milliseconds) in the
 * 95 % statement, and the guard carries ten times it.
 */
export const LEAST_DELAY_US = 20_000;
/** How many of the nearest edges say how densely edges stand. */
const NEAREST = 8;
/** No clock of a log is stated to better than this: the finest time such logs write. */
const FLOOR_US = 1_000;

export interface Summary {
  readonly levelUs: number;
  readonly slopeUs: number;
  readonly uncertaintyUs: number;
  readonly guardUs: number;
}

/** Edges per us just beyond the best line: starts of holds above it, ends of holds below it. */
function edgeDensity(
  c: Connections,
  r: Region,
  from: number,
  to: number,
  reference: (i: number) => number,
  holdUs: number,
): { starts: number; ends: number } {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let i = from; i < to; i++) {
    const x = r.halfSpanUs > 0 ? (c.timeUs[i]! - r.middleUs) / r.halfSpanUs : 0;
    const line = reference(i) + r.best.level + r.best.slope * x;
    for (let j = c.first[i]!; j < c.first[i + 1]!; j++) {
      const above = c.hiUs[i]! - c.startUs[j]! - line;
      const below = line - (c.loUs[i]! - Math.min(c.endUs[j]!, c.startUs[j]! + holdUs));
      if (above > 0 && below > 0) {
        starts.push(above);
        ends.push(below);
      }
    }
  }
  return { starts: density(starts), ends: density(ends) };
}

function density(distances: number[]): number {
  if (distances.length < 3) return 0;
  const sorted = Float64Array.from(distances).sort();
  const m = Math.min(NEAREST, sorted.length);
  const span = sorted[m - 1]! - sorted[0]!;
  return span > 0 ? (m - 1) / span : m - 1;
}

/** Quantiles of an exponential of mean 1 at the middles of four equal shares. */
const DELAYS = [0.134, 0.47, 0.981, 2.079];

export function summarise(
  c: Connections,
  r: Region,
  from: number,
  to: number,
  reference: (i: number) => number,
  holdUs: number,
): Summary {
  const edges = edgeDensity(c, r, from, to, reference, holdUs);
  // Starts that crowd above the line say that the truth lies near its upper edge: connections come with their mapping.
  const tilt = edges.starts - edges.ends;
  let top = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < r.level.length; k++)
    if (r.weight[k]! > 0) top = Math.max(top, Math.log(r.weight[k]!) + tilt * r.level[k]!);
  const n = r.level.length;
  const weight = new Float64Array(n);
  let sum = 0;
  for (let k = 0; k < n; k++) {
    const w = r.weight[k]! > 0 ? Math.exp(Math.log(r.weight[k]!) + tilt * r.level[k]! - top) : 0;
    weight[k] = w;
    sum += w;
  }
  let level = 0;
  let slope = 0;
  for (let k = 0; k < n; k++) {
    level += (weight[k]! / sum) * (r.level[k]! - LEAST_DELAY_US);
    slope += (weight[k]! / sum) * r.slope[k]!;
  }
  const deviations: { d: number; w: number }[] = [];
  for (let k = 0; k < n; k++) {
    if (weight[k]! / sum < 1e-7) continue;
    for (const delay of DELAYS) {
      const d = Math.abs(r.level[k]! - delay * LEAST_DELAY_US - level) + Math.abs(r.slope[k]! - slope);
      deviations.push({ d, w: weight[k]! / sum / DELAYS.length });
    }
  }
  deviations.sort((p, q) => p.d - q.d);
  let reached = 0;
  let uncertainty = 0;
  for (const { d, w } of deviations) {
    reached += w;
    uncertainty = d;
    if (reached >= 0.95) break;
  }
  // Independent readings of a resolution p locate a clock no better than about p / n.
  const floor = Math.max(FLOOR_US, (c.precisionUs + c.natPrecisionUs) / Math.max(1, to - from));
  const uncertaintyUs = Math.ceil(Math.max(uncertainty, floor));
  const guard = Math.max(
    r.highest.left - (level - slope),
    r.highest.middle - level,
    r.highest.right - (level + slope),
    level - slope - (r.lowest.left - 10 * LEAST_DELAY_US),
    level - (r.lowest.middle - 10 * LEAST_DELAY_US),
    level + slope - (r.lowest.right - 10 * LEAST_DELAY_US),
  );
  return {
    levelUs: level,
    slopeUs: slope,
    uncertaintyUs,
    guardUs: Math.ceil(Math.max(guard, 2 * uncertaintyUs)),
  };
}

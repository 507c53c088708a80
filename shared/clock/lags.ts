// Where within the lines that fit the truth lies: connections that come with their mapping crowd at its start, and how they
// crowd tells the level far better than the bounds alone. The delay from a mapping's creation to the server's record is
// taken as a mixture: a share of events follows at once (two exponential stages, a way and the server's own work), the
// rest come at any time of the hold, and a few have nothing to do with the log. Line, share and delays are estimated
// together (./sampler.ts); both clocks' resolutions are carried exactly (a truncated second is a uniform).
import type { Connections } from "./connections";
import { findCrowd } from "./crowd";
import type { Region } from "./feasible";
import { samplePosterior } from "./sampler";

/** Bounds of the mean delay of an event that follows its mapping at once, us: the fastest path, the longest act worth the name. */
const LEAST_MEAN_US = 3_000;
const LONGEST_MEAN_US = 12_000_000;
/** The second stage is this share of the first at least: less is none. */
const LEAST_RATIO = 0.002;
/** Bounds of the logit of the share that follows at once: 0.1 % to 99.9 %. */
const SHARE_LOGIT = 7;
/** Events near a start enter up to this many: an evenly spread sample; more would not change a figure that is shown. */
const MOST_EVENTS = 1_200;
/** At least this share of events has nothing to do with its mapping, whatever the fit says: bears what no model foresees. */
const LEAST_STRAY = 0.003;
/** A resolution below this is none, us: the difference of four terms would drown in rounding. */
const FINEST_US = 50;
/** Delays beyond this many means do not occur. */
const DEEP_MEANS = 25;
/** Where the search for the mean delay begins, us. */
const FIRST_MEAN_US = 120_000;
/** Candidate mappings of one event that the region's lines can reach: more are never near the truth. */
const MOST_CANDIDATES = 4;
/** Densities are multiplied before a logarithm is taken; no event's is below its stray density, so few never underflow. */
const LOG_EVERY = 8;

export interface Lines {
  readonly level: Float64Array;
  readonly slope: Float64Array;
  /** Mean delay that goes with the line, both stages, us. */
  readonly delay: Float64Array;
  /** Sums to 1. */
  readonly weight: Float64Array;
}

/** Candidates near a start or an end of which the region's lines tell something, a few an event. */
interface Near {
  readonly n: number;
  readonly first: Int32Array;
  readonly x: Float64Array;
  /** Chance density per us that the event is elsewhere. */
  readonly stray: Float64Array;
  /** Per candidate: latest moment less the hold's start, earliest less its end, beside the reference line; its length. */
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly hold: Float64Array;
  readonly exact: Uint8Array;
  /** Events so deep inside one hold that they tell of the share alone. */
  readonly deep: number;
}

function nearEvents(
  c: Connections,
  r: Region,
  from: number,
  to: number,
  reference: (i: number) => number,
  holdUs: number,
  chance: number,
  most: number,
): Near {
  const x: number[] = [];
  const first: number[] = [0];
  const stray: number[] = [];
  const high: number[] = [];
  const low: number[] = [];
  const hold: number[] = [];
  const exact: number[] = [];
  let deep = 0;
  const blur = c.precisionUs + c.natPrecisionUs;
  // Beyond this an event is as likely at one line of the region as at another.
  const late = blur + DEEP_MEANS * Math.max(200_000, Math.min(2_000_000, widthOf(r)));
  const related = Math.max(0.01, Math.min(1 - LEAST_STRAY, (r.share - chance) / Math.max(1e-3, 1 - chance)));
  const odds = (1 - related) / related;
  for (let i = from; i < to; i++) {
    const xi = r.halfSpanUs > 0 ? (c.timeUs[i]! - r.middleUs) / r.halfSpanUs : 0;
    const ref = reference(i);
    const least =
      xi < 0 ? lerp(r.lowest.middle, r.lowest.left, -xi) : lerp(r.lowest.middle, r.lowest.right, xi);
    const greatest =
      xi < 0 ? lerp(r.highest.middle, r.highest.left, -xi) : lerp(r.highest.middle, r.highest.right, xi);
    let reached = 0;
    let rate = 0;
    let inside = false;
    const begin = high.length;
    for (let j = c.first[i]!; j < c.first[i + 1]!; j++) {
      rate++;
      const h = c.hiUs[i]! - c.startUs[j]! - ref;
      const l = c.loUs[i]! - Math.min(c.endUs[j]!, c.startUs[j]! + holdUs) - ref;
      if (l - blur > greatest || h + blur < least || reached >= MOST_CANDIDATES) continue;
      if (h - greatest > late && least - l > blur) inside = true;
      reached++;
      high.push(h);
      low.push(l);
      hold.push(Math.max(1, c.endUs[j]! - c.startUs[j]!));
      exact.push(c.exact[j]!);
    }
    if (reached === 0) continue;
    if (reached === 1 && inside) {
      deep += exact[begin]!;
      high.length = low.length = hold.length = exact.length = begin;
      continue;
    }
    x.push(xi);
    stray.push((odds * Math.max(1, rate)) / WINDOW_US);
    first.push(high.length);
  }
  const step = Math.max(1, x.length / most);
  const picked = step === 1 ? null : Array.from({ length: most }, (_, k) => Math.floor(k * step));
  const near = { n: x.length, first, x, stray, high, low, hold, exact };
  return { ...typed(picked === null ? near : thinned(near, picked)), deep: deep / step };
}

/** Half an hour either side, within which candidates are counted. */
const WINDOW_US = 3_720_000_000;

const lerp = (a: number, b: number, x: number): number => a + (b - a) * x;
const widthOf = (r: Region): number =>
  Math.max(r.highest.left - r.lowest.left, r.highest.right - r.lowest.right);

interface Listed {
  n: number;
  first: number[];
  x: number[];
  stray: number[];
  high: number[];
  low: number[];
  hold: number[];
  exact: number[];
}

function thinned(e: Listed, picked: readonly number[]): Listed {
  const out: Listed = {
    n: picked.length,
    first: [0],
    x: [],
    stray: [],
    high: [],
    low: [],
    hold: [],
    exact: [],
  };
  for (const i of picked) {
    out.x.push(e.x[i]!);
    out.stray.push(e.stray[i]!);
    for (let j = e.first[i]!; j < e.first[i + 1]!; j++) {
      out.high.push(e.high[j]!);
      out.low.push(e.low[j]!);
      out.hold.push(e.hold[j]!);
      out.exact.push(e.exact[j]!);
    }
    out.first.push(out.high.length);
  }
  return out;
}

const typed = (e: Listed): Omit<Near, "deep"> => ({
  n: e.n,
  first: Int32Array.from(e.first),
  x: Float64Array.from(e.x),
  stray: Float64Array.from(e.stray),
  high: Float64Array.from(e.high),
  low: Float64Array.from(e.low),
  hold: Float64Array.from(e.hold),
  exact: Uint8Array.from(e.exact),
});

/** Share of a flat density that remains at distance u of an edge blurred by both resolutions. */
function ramp(u: number, short: number, long: number): number {
  if (u <= 0) return 0;
  if (u >= short + long) return 1;
  if (u < short) return (u * u) / (2 * short * long);
  if (u < long) return (u - short / 2) / long;
  const rest = short + long - u;
  return 1 - (rest * rest) / (2 * short * long);
}

/**
 * Log-likelihood of the events at a line, a share and two mean delays m1 > m2. A delay's density, blurred by resolutions
 * p and q, is the second difference of u - (m1^2 (1 - e^(-u/m1)) - m2^2 (1 - e^(-u/m2))) / (m1 - m2).
 */
function logLikelihood(
  e: Near,
  level: number,
  slope: number,
  share: number,
  m1: number,
  m2: number,
  p: number,
  q: number,
): number {
  const short = Math.min(p, q);
  const long = Math.max(p, q);
  const both = p + q;
  const scale = 1 / (p * q);
  const k1 = (m1 * m1) / (m1 - m2);
  const k2 = (m2 * m2) / (m1 - m2);
  const far = both + DEEP_MEANS * (m1 + m2);
  const ramped = (u: number): number =>
    u <= 0 ? 0 : u - k1 * (1 - Math.exp(-u / m1)) + k2 * (1 - Math.exp(-u / m2));
  // Beyond p + q the four exponentials are one with a constant: (e^(p/m) - 1)(e^(q/m) - 1).
  const g1 = k1 * Math.expm1(p / m1) * Math.expm1(q / m1) * scale;
  const g2 = k2 * Math.expm1(p / m2) * Math.expm1(q / m2) * scale;
  const plain = Number.isFinite(g1) && Number.isFinite(g2);
  let sum = e.deep * Math.log(1 - share);
  let product = 1;
  for (let i = 0; i < e.n; i++) {
    const line = level + slope * e.x[i]!;
    let density = e.stray[i]!;
    for (let j = e.first[i]!; j < e.first[i + 1]!; j++) {
      const u = e.high[j]! - line;
      if (u <= 0) continue;
      const v = line - e.low[j]!;
      const flat = (ramp(u, short, long) * ramp(v, short, long)) / (e.hold[j]! + both);
      if (e.exact[j] === 0) {
        density += flat;
        continue;
      }
      density += (1 - share) * flat;
      if (u < far) {
        const lag =
          u >= both && plain
            ? g1 * Math.exp(-u / m1) - g2 * Math.exp(-u / m2)
            : (ramped(u) - ramped(u - p) - ramped(u - q) + ramped(u - both)) * scale;
        if (lag > 0) density += share * lag;
      }
    }
    product *= density;
    if (i % LOG_EVERY === LOG_EVERY - 1) {
      sum += Math.log(product);
      product = 1;
    }
  }
  return sum + Math.log(product);
}

/** The posterior of the lines of a region, with what the delays say. `chance`: share of events inside a hold by chance. */
export function withLags(
  c: Connections,
  r: Region,
  from: number,
  to: number,
  reference: (i: number) => number,
  holdUs: number,
  chance: number,
  most = MOST_EVENTS,
): Lines {
  const e = nearEvents(c, r, from, to, reference, holdUs, chance, most);
  const p = Math.max(FINEST_US, c.precisionUs);
  const q = Math.max(FINEST_US, c.natPrecisionUs);
  const [a0, a1] = [Math.min(...range(r.level)), Math.max(...range(r.level))];
  const [b0, b1] = [Math.min(...range(r.slope)), Math.max(...range(r.slope))];
  const crowd = findCrowd(starts(e), { level: [a0, a1], slope: [b0, b1] }, p + q);
  const pad = 1 + 0.02 * Math.max(a1 - a0, b1 - b0);
  // Each by its own width: over a short stretch the level's would be a skew that no clock has.
  const tilt = 1 + 0.02 * (b1 - b0);
  const sampled = samplePosterior({
    ...(crowd.clear
      ? {
          start: {
            mean: [crowd.level, crowd.slope, Math.log(FIRST_MEAN_US), Math.log(0.3), 0],
            spread: [crowd.spread, Math.min(crowd.spread, tilt + (b1 - b0) / 2), 1.2, 1, 2],
          },
        }
      : {}),
    low: [a0 - pad, b0 - tilt, Math.log(LEAST_MEAN_US), Math.log(LEAST_RATIO), -SHARE_LOGIT],
    high: [a1 + pad, b1 + tilt, Math.log(LONGEST_MEAN_US), Math.log(0.98), SHARE_LOGIT],
    logDensity: (t) => {
      const m1 = Math.exp(t[2]!);
      return logLikelihood(e, t[0]!, t[1]!, 1 / (1 + Math.exp(-t[4]!)), m1, m1 * Math.exp(t[3]!), p, q);
    },
  });
  const { n, points, weight } = sampled;
  const level = new Float64Array(n);
  const slope = new Float64Array(n);
  const delay = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    level[k] = points[5 * k]!;
    slope[k] = points[5 * k + 1]!;
    delay[k] = Math.exp(points[5 * k + 2]!) * (1 + Math.exp(points[5 * k + 3]!));
  }
  return { level, slope, delay, weight };
}

/** Every candidate's start that is a record of creation. */
function starts(e: Near): { x: number[]; high: number[] } {
  const x: number[] = [];
  const high: number[] = [];
  for (let i = 0; i < e.n; i++) {
    for (let j = e.first[i]!; j < e.first[i + 1]!; j++) {
      if (e.exact[j] === 0) continue;
      x.push(e.x[i]!);
      high.push(e.high[j]!);
    }
  }
  return { x, high };
}

/** Least and greatest of an array, as an array. */
function range(values: Float64Array): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return [low, high];
}

// Weighted draws from a posterior of a few dimensions inside a box, without randomness: population Monte Carlo over a
// low-discrepancy sequence. A broad cloud of points is weighed, tempered until enough points carry weight, and the next
// cloud is drawn around their mean; so a needle in a wide box is approached step by step and a skewed peak keeps its shape.
// Sources: Cappe, Guillin, Marin, Robert 2004 (population Monte Carlo); Owen and Zhou 2000 (mixtures that defend the
// tails); Roberts 2018 (additive recurrence in several dimensions).

export interface Target {
  /** Where a peak stands that a broad cloud would miss: the first cloud is drawn about it. */
  readonly start?: { readonly mean: readonly number[]; readonly spread: readonly number[] };
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Log-density up to a constant, at a point inside the box. */
  logDensity(point: Float64Array): number;
}

export interface Draws {
  readonly n: number;
  /** Point after point. */
  readonly points: Float64Array;
  /** Sums to 1. */
  readonly weight: Float64Array;
}

/** Points of a round on the way, and of the last one. */
const ROUND_POINTS = 160;
const LAST_POINTS = 640;
const MOST_ROUNDS = 30;
/** Effective points that a tempered round must keep. */
const LEAST_EFFECTIVE = 24;
/** Half of the points go this much wider than the estimated covariance, the rest twice as wide again: for the tails. */
const SPREADS = [1.15, 2.3];
/** The covariance's least extent in each dimension, as a share of the box. */
const LEAST_EXTENT = 1e-7;

/** Density-weighted points of a target; the peak must lie inside the box. */
export function samplePosterior(target: Target): Draws {
  const d = target.low.length;
  const sequence = new Sequence(d);
  const width = target.low.map((low, k) => target.high[k]! - low);
  let cloud = firstCloud(target, sequence, 2 * ROUND_POINTS);
  let steady = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const tempered = temper(cloud);
    steady = tempered.power === 1 ? steady + 1 : 0;
    const shape = shapeOf(cloud, tempered.weight, d, width);
    const last = steady >= 2 || round === MOST_ROUNDS - 1;
    cloud = gaussianCloud(target, sequence, shape, last ? LAST_POINTS : ROUND_POINTS);
    if (last) break;
  }
  return { n: cloud.n, points: cloud.points, weight: normalised(cloud, 1) };
}

interface Cloud {
  readonly n: number;
  readonly points: Float64Array;
  /** Log of target over proposal; -Infinity outside the box. */
  readonly logWeight: Float64Array;
}

function normalised(cloud: Cloud, power: number): Float64Array {
  let top = Number.NEGATIVE_INFINITY;
  for (const l of cloud.logWeight) if (l > top) top = l;
  const weight = new Float64Array(cloud.n);
  let sum = 0;
  for (let k = 0; k < cloud.n; k++) {
    const l = cloud.logWeight[k]!;
    weight[k] = l === Number.NEGATIVE_INFINITY ? 0 : Math.exp(power * (l - top));
    sum += weight[k]!;
  }
  for (let k = 0; k < cloud.n; k++) weight[k] = weight[k]! / sum;
  return weight;
}

/** Weights flattened just so far that LEAST_EFFECTIVE points count. */
function temper(cloud: Cloud): { weight: Float64Array; power: number } {
  const effective = (w: Float64Array): number => {
    let squares = 0;
    for (const x of w) squares += x * x;
    return 1 / squares;
  };
  const full = normalised(cloud, 1);
  if (effective(full) >= LEAST_EFFECTIVE) return { weight: full, power: 1 };
  let low = 0;
  let high = 1;
  for (let k = 0; k < 30; k++) {
    const power = (low + high) / 2;
    if (effective(normalised(cloud, power)) >= LEAST_EFFECTIVE) low = power;
    else high = power;
  }
  return { weight: normalised(cloud, low), power: low };
}

interface Shape {
  readonly mean: Float64Array;
  /** Lower triangle, row after row. */
  readonly root: Float64Array;
}

function shapeOf(cloud: Cloud, weight: Float64Array, d: number, width: readonly number[]): Shape {
  const mean = new Float64Array(d);
  for (let k = 0; k < cloud.n; k++)
    for (let a = 0; a < d; a++) mean[a]! += weight[k]! * cloud.points[k * d + a]!;
  const cov = new Float64Array(d * d);
  for (let k = 0; k < cloud.n; k++) {
    for (let a = 0; a < d; a++) {
      const da = cloud.points[k * d + a]! - mean[a]!;
      for (let b = 0; b <= a; b++) cov[a * d + b]! += weight[k]! * da * (cloud.points[k * d + b]! - mean[b]!);
    }
  }
  for (let a = 0; a < d; a++) cov[a * d + a]! = cov[a * d + a]! * 1.0001 + (LEAST_EXTENT * width[a]!) ** 2;
  return { mean, root: cholesky(cov, d) };
}

function cholesky(cov: Float64Array, d: number): Float64Array {
  const root = new Float64Array(d * d);
  for (let a = 0; a < d; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = cov[a * d + b]!;
      for (let k = 0; k < b; k++) sum -= root[a * d + k]! * root[b * d + k]!;
      if (a === b) root[a * d + a] = Math.sqrt(Math.max(sum, 1e-12 * cov[a * d + a]!));
      else root[a * d + b] = sum / root[b * d + b]!;
    }
  }
  return root;
}

/** About the start where there is one, else over the whole box. */
function firstCloud(target: Target, sequence: Sequence, n: number): Cloud {
  const { low, high, start } = target;
  const d = low.length;
  const points = new Float64Array(n * d);
  const logWeight = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const u = sequence.next();
    let inside = true;
    let square = 0;
    for (let a = 0; a < d; a++) {
      const z = start ? normalQuantile(u[a]!) : 0;
      const value = start ? start.mean[a]! + start.spread[a]! * z : low[a]! + u[a]! * (high[a]! - low[a]!);
      points[k * d + a] = value;
      square += z * z;
      if (value < low[a]! || value > high[a]!) inside = false;
    }
    logWeight[k] = inside
      ? target.logDensity(points.subarray(k * d, k * d + d)) + square / 2
      : Number.NEGATIVE_INFINITY;
  }
  return { n, points, logWeight };
}
/** Points around a mean at two spreads, weighed against the mixture of both. */
function gaussianCloud(target: Target, sequence: Sequence, shape: Shape, n: number): Cloud {
  const d = target.low.length;
  const points = new Float64Array(n * d);
  const logWeight = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const u = sequence.next();
    const spread = SPREADS[k % SPREADS.length]!;
    let square = 0;
    const z = u.map((x) => {
      const value = spread * normalQuantile(x);
      square += value * value;
      return value;
    });
    let inside = true;
    for (let a = 0; a < d; a++) {
      let value = shape.mean[a]!;
      for (let b = 0; b <= a; b++) value += shape.root[a * d + b]! * z[b]!;
      points[k * d + a] = value;
      if (value < target.low[a]! || value > target.high[a]!) inside = false;
    }
    if (!inside) {
      logWeight[k] = Number.NEGATIVE_INFINITY;
      continue;
    }
    let proposal = 0;
    for (const s of SPREADS) proposal += Math.exp(-square / (2 * s * s)) / s ** d;
    logWeight[k] = target.logDensity(points.subarray(k * d, k * d + d)) - Math.log(proposal);
  }
  return { n, points, logWeight };
}

/** Additive recurrence by powers of the root of x^(d+1) = x + 1: evenly spread in d dimensions. */
class Sequence {
  private readonly steps: Float64Array;
  private readonly at: Float64Array;

  constructor(d: number) {
    let g = 2;
    for (let k = 0; k < 60; k++) g = (1 + g) ** (1 / (d + 1));
    this.steps = Float64Array.from({ length: d }, (_, k) => g ** -(k + 1));
    this.at = new Float64Array(d).fill(0.5);
  }

  next(): Float64Array {
    for (let k = 0; k < this.at.length; k++) {
      const x = this.at[k]! + this.steps[k]!;
      this.at[k] = x >= 1 ? x - 1 : x;
    }
    return this.at.slice();
  }
}

/** Quantile of the normal distribution to 1e-9 (Acklam 2003). */
function normalQuantile(p: number): number {
  const x = Math.min(1 - 1e-12, Math.max(1e-12, p));
  if (x < 0.02425) return tail(Math.sqrt(-2 * Math.log(x)));
  if (x > 1 - 0.02425) return -tail(Math.sqrt(-2 * Math.log(1 - x)));
  const q = x - 0.5;
  const r = q * q;
  const numerator =
    ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
    2.506628277459239;
  const denominator =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1;
  return (numerator * q) / denominator;
}

const tail = (q: number): number =>
  (((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
    4.374664141464968) *
    q +
    2.938163982698783) /
  ((((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q +
    1);

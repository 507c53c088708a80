// Where within the lines that fit the truth lies: connections that come with their mapping crowd at its start, and how they
// crowd tells the level far better than the bounds alone. The delay from a mapping's creation to the server's record is
// taken as a mixture: a share of events follows at once (exponential, its mean unknown), the rest come at any time of the
// hold. Share and mean are marginalised, both clocks' resolutions are carried exactly (a truncated second is a uniform).
import type { Connections } from "./connections";
import type { Region } from "./feasible";

/** Means of the delay that are tried, us. */
const MEANS_US = [
  10_000, 20_000, 35_000, 60_000, 100_000, 150_000, 220_000, 330_000, 500_000, 750_000, 1_200_000, 2_000_000,
  4_000_000, 9_000_000,
];
/** A way to the server, then its own work: a second exponential delay, as a share of the first; 0 is none. */
const STAGES = [0, 0.25];
/** Shares of events that follow their mapping's creation at once. */
const SHARES = [0.003, 0.03, 0.15, 0.4, 0.75, 0.97];
/** Delay models this many nats below the best are dropped. */
const MODEL_NATS = 10;
/** Lines this many nats below the best carry no weight. */
const LINE_NATS = 14;
const SIZE = 24;
const ROUNDS = 10;
const MARGIN_CELLS = 3;
/** Events enter up to this many: their evenly spread sample settles the level to a few per cent of its width. */
const MOST_EVENTS = 2_500;
/** Chance per us that a contained event has nothing to do with its mapping: bears what no model foresees. */
const STRAY_PER_US = 0.003 / 60e6;
/** Densities multiplied a logarithm: STRAY_PER_US to this power is far above the least double. */
const LOG_EVERY = 16;
/** Delays longer than this many of the longest mean do not occur in any number. */
const DEEP_MEANS = 6;
/** Table of a delay's density: points per shortest scale. */
const STEPS = 64;

export interface Lines {
  readonly level: readonly number[];
  readonly slope: readonly number[];
  /** Sums to 1. */
  readonly weight: readonly number[];
  /** Posterior mean of the delay of events that follow at once: what its family leaves out errs by a share of this. */
  readonly lagUs: number;
}

interface Events {
  readonly n: number;
  /** Further events, of the same mean hold, so deep inside that no line tells anything by them but the share. */
  readonly deep: number;
  readonly x: Float64Array;
  /** Latest recorded moment less the hold's start, and earliest less its end, beside the reference line. */
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly hold: Float64Array;
  readonly exact: Uint8Array;
}

function contained(
  c: Connections,
  r: Region,
  from: number,
  to: number,
  reference: (i: number) => number,
  holdUs: number,
): Events {
  const x: number[] = [];
  const high: number[] = [];
  const low: number[] = [];
  const hold: number[] = [];
  const exact: number[] = [];
  const width = Math.max(r.highest.left - r.lowest.left, r.highest.right - r.lowest.right);
  const beyond = 2 * (c.precisionUs + c.natPrecisionUs) + width;
  const late = beyond + DEEP_MEANS * MEANS_US[MEANS_US.length - 1]!;
  let deep = 0;
  for (let i = from; i < to; i++) {
    const xi = r.halfSpanUs > 0 ? (c.timeUs[i]! - r.middleUs) / r.halfSpanUs : 0;
    const ref = reference(i);
    const line = r.best.level + r.best.slope * xi;
    for (let j = c.first[i]!; j < c.first[i + 1]!; j++) {
      const h = c.hiUs[i]! - c.startUs[j]! - ref;
      const l = c.loUs[i]! - Math.min(c.endUs[j]!, c.startUs[j]! + holdUs) - ref;
      if (!(l < line && h > line)) continue;
      if (h - line > late && line - l > beyond) {
        deep++;
        break;
      }
      x.push(xi);
      high.push(h);
      low.push(l);
      hold.push(Math.max(1, c.endUs[j]! - c.startUs[j]!));
      exact.push(c.exact[j]!);
      break;
    }
  }
  // An evenly spread sample where there are more than need be.
  const step = Math.max(1, x.length / MOST_EVENTS);
  const pick = (values: readonly number[]): number[] => {
    const out: number[] = [];
    for (let at = 0; at < values.length; at += step) out.push(values[Math.floor(at)]!);
    return out;
  };
  const sampled = pick(x);
  return {
    n: sampled.length,
    deep: deep / step,
    x: Float64Array.from(sampled),
    high: Float64Array.from(pick(high)),
    low: Float64Array.from(pick(low)),
    hold: Float64Array.from(pick(hold)),
    exact: Uint8Array.from(pick(exact)),
  };
}

interface Delay {
  readonly step: number;
  /** Density per us at k * step; beyond the table it decays with the mean. */
  readonly density: Float64Array;
  readonly mean: number;
  readonly stage: number;
}

/** Density of resolution + resolution + exponential delay, in two stages where `stage` is not 0. */
function delayDensity(mean: number, stage: number, p: number, q: number): Delay {
  const short = Math.max(1, Math.min(p, q));
  const long = Math.max(p, q, 1);
  const scale = Math.max(Math.min(mean, long), long / 8);
  const step = scale / STEPS;
  const size = Math.min(60_000, Math.ceil((p + q + 12 * mean) / step) + 2);
  const density = new Float64Array(size);
  const keep = Math.exp(-step / mean);
  const keepStage = stage > 0 ? Math.exp(-step / (stage * mean)) : 0;
  let y = 0;
  let z = 0;
  for (let k = 0; k < size; k++) {
    const u = (k + 0.5) * step;
    // Sum of two uniforms on [0, p) and [0, q): a trapezium.
    const trapezium =
      u < short
        ? u / (short * long)
        : u < long
          ? 1 / long
          : u < short + long
            ? (short + long - u) / (short * long)
            : 0;
    y = y * keep + trapezium * (1 - keep);
    z = z * keepStage + y * (1 - keepStage);
    density[k] = z;
  }
  return { step, density, mean, stage };
}

/** Distribution function of the sum of both resolutions: how much of a flat density remains at distance u of an edge. */
function ramp(u: number, p: number, q: number): number {
  if (u <= 0) return 0;
  const short = Math.max(1, Math.min(p, q));
  const long = Math.max(p, q, 1);
  if (u >= short + long) return 1;
  if (u < short) return (u * u) / (2 * short * long);
  if (u < long) return (u - short / 2) / long;
  const rest = short + long - u;
  return 1 - (rest * rest) / (2 * short * long);
}

interface Model {
  readonly share: number;
  readonly delay: Delay;
}

/** Log-likelihood of each model at one line. */
function likelihood(
  e: Events,
  models: readonly Model[],
  delays: readonly Delay[],
  level: number,
  slope: number,
  p: number,
  q: number,
  shift: number,
  out: Float64Array,
): void {
  for (let m = 0; m < models.length; m++) out[m] = e.deep * Math.log(1 - models[m]!.share);
  const dense = new Float64Array(delays.length);
  const index = Int32Array.from(models, (m) => delays.indexOf(m.delay));
  const shares = Float64Array.from(models, (m) => m.share);
  // Densities are multiplied before a logarithm is taken: none is below STRAY_PER_US, so that few enough never underflow.
  const product = new Float64Array(models.length).fill(1);
  const settle = (): void => {
    for (let m = 0; m < product.length; m++) {
      out[m]! += Math.log(product[m]!);
      product[m] = 1;
    }
  };
  for (let i = 0; i < e.n; i++) {
    if (i % LOG_EVERY === 0) settle();
    const line = level + slope * e.x[i]!;
    const u = e.high[i]! - line + shift;
    const v = line - e.low[i]! + shift;
    const flat = (ramp(u, p, q) * ramp(v, p, q)) / (e.hold[i]! + p + q);
    for (let d = 0; d < delays.length; d++) {
      const delay = delays[d]!;
      if (e.exact[i] === 0 || u <= 0) dense[d] = 0;
      else {
        const k = Math.floor(u / delay.step);
        dense[d] = k < delay.density.length ? delay.density[k]! : 0;
      }
    }
    if (e.exact[i] === 0) {
      for (let m = 0; m < product.length; m++) product[m]! *= flat + STRAY_PER_US;
      continue;
    }
    for (let m = 0; m < product.length; m++) {
      const share = shares[m]!;
      product[m]! *= share * dense[index[m]!]! + (1 - share) * flat + STRAY_PER_US;
    }
  }
  settle();
}

/** The posterior of the lines of a region, with what the delays say. */
export function withLags(
  c: Connections,
  r: Region,
  from: number,
  to: number,
  reference: (i: number) => number,
  holdUs: number,
): Lines {
  const e = contained(c, r, from, to, reference, holdUs);
  const p = Math.max(1, c.precisionUs);
  const q = Math.max(1, c.natPrecisionUs);
  let models: { share: number; mean: number; stage: number }[] = MEANS_US.flatMap((mean) =>
    STAGES.flatMap((stage) => SHARES.map((share) => ({ share, mean, stage }))),
  );
  let box = boxOf(r);
  let size = SIZE / 2;
  let result: Lines = { level: [r.best.level], slope: [r.best.slope], weight: [1], lagUs: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const cells: { a: number; b: number; w: number; logs: Float64Array }[] = [];
    let top = Number.NEGATIVE_INFINITY;
    const best = new Float64Array(models.length).fill(Number.NEGATIVE_INFINITY);
    const da = (box.a1 - box.a0) / size;
    const db = (box.b1 - box.b0) / size;
    // A cell stands for all of its lines: resolutions are blurred by its size, so that no sharp peak is stepped over.
    const blurred = Math.max(q, da + db);
    const delays: Delay[] = [];
    const tried = models.map((m): Model => {
      let delay = delays.find((d) => d.mean === m.mean && d.stage === m.stage);
      if (!delay) {
        delay = delayDensity(m.mean, m.stage, p, blurred);
        delays.push(delay);
      }
      return { share: m.share, delay };
    });
    for (let kb = 0; kb < size; kb++) {
      for (let ka = 0; ka < size; ka++) {
        const a = box.a0 + (ka + 0.5) * da;
        const b = box.b0 + (kb + 0.5) * db;
        const w = r.weightAt(a, b);
        if (w <= 0) continue;
        const logs = new Float64Array(models.length);
        likelihood(e, tried, delays, a, b, p, blurred, (blurred - q) / 2, logs);
        for (let m = 0; m < models.length; m++) {
          const l = logs[m]! + Math.log(w);
          if (l > best[m]!) best[m] = l;
          if (l > top) top = l;
        }
        cells.push({ a, b, w, logs });
      }
    }
    if (cells.length === 0) break;
    let lag = 0;
    const weighed = cells.map(({ a, b, w, logs }) => {
      let sum = 0;
      for (const [m, l] of logs.entries()) {
        const weight = Math.exp(l + Math.log(w) - top);
        sum += weight;
        lag += weight * models[m]!.mean * (1 + models[m]!.stage);
      }
      return { a, b, w: sum };
    });
    const total = weighed.reduce((sum, cell) => sum + cell.w, 0);
    result = {
      level: weighed.map((cell) => cell.a),
      slope: weighed.map((cell) => cell.b),
      weight: weighed.map((cell) => cell.w / total),
      lagUs: lag / total,
    };
    const kept = weighed.filter((cell) => cell.w > Math.exp(-LINE_NATS) * models.length);
    if (kept.length === 0) break;
    // The best line need not lie in the best cell while cells are coarse: its neighbours stay in the box.
    const next = {
      a0: Math.min(...kept.map((k) => k.a)) - MARGIN_CELLS * da,
      a1: Math.max(...kept.map((k) => k.a)) + MARGIN_CELLS * da,
      b0: Math.min(...kept.map((k) => k.b)) - MARGIN_CELLS * db,
      b1: Math.max(...kept.map((k) => k.b)) + MARGIN_CELLS * db,
    };
    const shrunk = Math.max((next.a1 - next.a0) / (box.a1 - box.a0), (next.b1 - next.b0) / (box.b1 - box.b0));
    models = models.filter((_, m) => best[m]! > top - MODEL_NATS);
    if (shrunk > 0.85 && size === SIZE && blurred === q) break;
    if (shrunk > 0.97 && size === SIZE) break;
    box = next;
    size = SIZE;
  }
  return result;
}

function boxOf(r: Region): { a0: number; a1: number; b0: number; b1: number } {
  let [a0, a1, b0, b1] = [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (let k = 0; k < r.level.length; k++) {
    if (r.weight[k]! < 1e-9) continue;
    a0 = Math.min(a0, r.level[k]!);
    a1 = Math.max(a1, r.level[k]!);
    b0 = Math.min(b0, r.slope[k]!);
    b1 = Math.max(b1, r.slope[k]!);
  }
  const pad = 1 + 0.02 * Math.max(a1 - a0, b1 - b0);
  return { a0: a0 - pad, a1: a1 + pad, b0: b0 - pad, b1: b1 + pad };
}

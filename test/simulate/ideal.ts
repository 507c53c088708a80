// The yardstick of the stated uncertainty: an estimator that is told what no real one can know. It knows which mapping each
// connection went through, when the clock stepped and how it drifted, how many connections come with their mapping, and the
// exact law of every delay and resolution; only the level, the slope and the path's least delay are unknown to it. Its 95 %
// half-width over a segment is what the data could give at best. Shares no code with the program's estimators.
import { type Built, LEAST_DELAY, MEAN_DELAY, REQUEST_DELAY, type WorldShape } from "./build";
import { STARTERS } from "./network";

const GRID = 21;
const ZOOMS = 9;
/** Likelihoods this far below the best do not count. */
const NEGLIGIBLE = 18;
/** 95 % of the least delay about the middle of its narrowest interval, at equal shares. */
const SHARES = 20;

interface Sample {
  readonly x: number;
  /** Seconds from the mapping's written start to the latest moment that the server's stamp allows, at the true offset. */
  readonly sinceStart: number;
  /** The same to its written end, from the earliest. */
  readonly beforeEnd: number;
  readonly hold: number;
  readonly startKnown: boolean;
  readonly endKnown: boolean;
}

/** Half-width in seconds of each stretch between the clock's steps; NaN where too few connections show it. */
export function idealHalfWidths(shape: WorldShape, built: Built, natPrecision: number): number[] {
  const { from, to } = shape.network;
  const bounds = [from, ...(shape.clock.steps ?? []).map((s) => from + s.at * (to - from)), to];
  const precision = (built.events[0]?.precisionUs ?? 1) / 1e6;
  const law = new DelayLaw(shape, precision, natPrecision);
  const starters = shape.network.kind === "sessions" ? 1 : STARTERS;
  return bounds.slice(1).map((end, k) => {
    const begin = bounds[k]!;
    const samples: Sample[] = [];
    for (const e of built.events) {
      if (e.binding < 0 || e.trueSeconds < begin || e.trueSeconds >= end) continue;
      const b = built.network.bindings[e.binding]!;
      const lost = built.lost[e.binding]!;
      const cut = (t: number): number =>
        Math.floor(built.natTime(t) / natPrecision) * natPrecision - (built.natTime(t) - t);
      const reading = e.us / 1e6 - (shape.rounds ? precision / 2 : 0) - e.offset;
      samples.push({
        x: (2 * (e.trueSeconds - begin)) / (end - begin) - 1,
        sinceStart: reading + precision - cut(b.from),
        beforeEnd: cut(b.to) + natPrecision - reading,
        hold: b.to - b.from,
        startKnown: !lost.start,
        endKnown: !lost.end,
      });
    }
    return samples.length < 3 ? Number.NaN : halfWidth(samples, starters, law, precision + natPrecision);
  });
}

/** Density of the time from a mapping's written start to the latest moment that a starter's stamp allows. */
class DelayLaw {
  /** Beyond this the density is nothing, seconds. */
  readonly longest: number;
  private readonly step: number;
  private readonly density: Float64Array;

  constructor(shape: WorldShape, p: number, q: number) {
    const means = [shape.delay?.mean ?? MEAN_DELAY];
    if (shape.stamps === "start") means.push(REQUEST_DELAY);
    if (shape.stamps === "end") means.push(2);
    this.longest = p + q + 14 * means.reduce((a, b) => a + b, 0);
    this.step = Math.max(this.longest / 40_000, Math.min(p, q, ...means) / 24);
    const size = Math.ceil(this.longest / this.step);
    let f: Float64Array = new Float64Array(size);
    f[0] = 1 / this.step;
    for (const width of [p, q]) f = box(f, Math.max(1, Math.round(width / this.step)));
    for (const mean of means) exponential(f, this.step / mean);
    this.density = f;
  }

  at(u: number): number {
    const k = Math.floor(u / this.step);
    return k >= 0 && k < this.density.length ? this.density[k]! : 0;
  }
}

function box(f: Float64Array, width: number): Float64Array {
  const out = new Float64Array(f.length);
  let sum = 0;
  for (let k = 0; k < f.length; k++) {
    sum += f[k]! - (k >= width ? f[k - width]! : 0);
    out[k] = sum / width;
  }
  return out;
}

function exponential(f: Float64Array, rate: number): void {
  const keep = Math.exp(-rate);
  let y = 0;
  for (let k = 0; k < f.length; k++) {
    y = y * keep + f[k]! * (1 - keep);
    f[k] = y;
  }
}

function halfWidth(samples: readonly Sample[], starters: number, law: DelayLaw, blur: number): number {
  const edge = (u: number): number => Math.min(1, Math.max(0, u / blur));
  let used = samples;
  const likelihood = (a: number, b: number): number => {
    let sum = 0;
    for (const s of used) {
      const off = a + b * s.x;
      const u = s.sinceStart - off;
      const flat =
        ((s.startKnown ? edge(u) : 1) * (s.endKnown ? edge(s.beforeEnd + off) : 1)) / (s.hold + blur);
      const density = s.startKnown ? starters * law.at(u) + (1 - starters) * flat : flat;
      sum += Math.log(density + 1e-9);
    }
    return sum;
  };
  let half = { a: 4 * blur + 4, b: 4 * blur + 4 };
  let centre = { a: 0, b: 0 };
  let cells: { a: number; b: number; w: number }[] = [];
  for (let zoom = 0; zoom < ZOOMS; zoom++) {
    const found: { a: number; b: number; l: number }[] = [];
    let top = Number.NEGATIVE_INFINITY;
    // Connections far from both ends of their mapping weigh the same at every line of the grid.
    const reach = half.a + half.b + Math.abs(centre.a) + Math.abs(centre.b);
    used = samples.filter(
      (s) =>
        (s.startKnown && s.sinceStart - reach < law.longest) || (s.endKnown && s.beforeEnd - reach < blur),
    );
    for (let i = 0; i < GRID; i++) {
      for (let j = 0; j < GRID; j++) {
        const a = centre.a + half.a * ((2 * i) / (GRID - 1) - 1);
        const b = centre.b + half.b * ((2 * j) / (GRID - 1) - 1);
        const l = likelihood(a, b);
        if (l > top) top = l;
        found.push({ a, b, l });
      }
    }
    const near = found.filter((c) => c.l > top - NEGLIGIBLE);
    cells = near.map((c) => ({ a: c.a, b: c.b, w: Math.exp(c.l - top) }));
    const span = (pick: (c: { a: number; b: number }) => number, step: number): [number, number] => {
      const values = near.map(pick);
      return [Math.min(...values) - step, Math.max(...values) + step];
    };
    const [a0, a1] = span((c) => c.a, (2 * half.a) / (GRID - 1));
    const [b0, b1] = span((c) => c.b, (2 * half.b) / (GRID - 1));
    const next = { a: (a1 - a0) / 2, b: (b1 - b0) / 2 };
    if (next.a > 0.8 * half.a && next.b > 0.8 * half.b) break;
    centre = { a: (a0 + a1) / 2, b: (b0 + b1) / 2 };
    half = next;
  }
  const total = cells.reduce((sum, c) => sum + c.w, 0);
  const mean = (pick: (c: { a: number; b: number; w: number }) => number): number =>
    cells.reduce((sum, c) => sum + c.w * pick(c), 0) / total;
  const level = mean((c) => c.a);
  const slope = mean((c) => c.b);
  const delays = leastDelays();
  const middle = (delays[0]! + delays[delays.length - 1]!) / 2;
  const spread = cells
    .flatMap((c) =>
      delays.map((d) => ({
        d: Math.abs(c.a - level - (d - middle)) + Math.abs(c.b - slope),
        w: c.w / (total * delays.length),
      })),
    )
    .sort((p, q) => p.d - q.d);
  let sum = 0;
  for (const { d, w } of spread) {
    sum += w;
    if (sum >= 0.95) return d;
  }
  return spread[spread.length - 1]!.d;
}

/** Seconds of the least delay at equal shares of its law. */
const leastDelays = (): number[] =>
  Array.from(
    { length: SHARES },
    (_, k) => LEAST_DELAY.median * Math.exp(LEAST_DELAY.sigma * probit((k + 0.5) / SHARES)),
  );

/** Quantile of the normal distribution, by bisection of a series of its integral. */
function probit(p: number): number {
  let low = -8;
  let high = 8;
  for (let k = 0; k < 60; k++) {
    const z = (low + high) / 2;
    if (normal(z) < p) low = z;
    else high = z;
  }
  return (low + high) / 2;
}

function normal(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 1; k < 200; k++) {
    term *= (z * z) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

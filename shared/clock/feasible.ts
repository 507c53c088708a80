// Which straight lines of offset over time fit the connections of one segment: Marzullo's intersection, carried to level
// and slope at once. No distribution of delays is assumed: an event must lie inside some mapping of its port, and every
// one that does not costs what chance says it costs. The whole region that may hold the truth is found by exclusion
// (bounds over boxes), so a narrow peak cannot be missed.
// Sources: Marzullo 1984 (intersection with faults); reference lines after Moon, Skelly, Towsley 1999.
import type { Connections } from "./connections";

/** Boxes are dropped once they lie this many nats below the best line: e^-11 is a sixth of the guard's 1 in 10,000. */
const REGION_NATS = 11;
/** A misfit costs no more than if this share of events failed for reasons that no model has (a clock read twice, a proxy). */
const LEAST_MISFIT_SHARE = 0.003;
const GRID = 32;
const FINE = 64;

export interface Region {
  /** Centre of the axis of time: deviations are level + slope * x with x in [-1, 1] over the segment. */
  readonly middleUs: number;
  readonly halfSpanUs: number;
  /** Posterior of level and end-to-end half difference, us beside the reference line, on a grid with weights that sum to 1. */
  readonly level: Float64Array;
  readonly slope: Float64Array;
  readonly weight: Float64Array;
  /** Widest deviations of any line not excluded, at the segment's middle and ends. */
  readonly lowest: { readonly left: number; readonly middle: number; readonly right: number };
  readonly highest: { readonly left: number; readonly middle: number; readonly right: number };
  readonly share: number;
  readonly cost: number;
  /** Weight, not normalised, of a line: 0 outside the region. */
  readonly weightAt: (level: number, slope: number) => number;
  readonly best: { readonly level: number; readonly slope: number; readonly hits: number };
}

export interface RegionOptions {
  readonly from: number;
  readonly to: number;
  /** Reference line, us, at event i. */
  reference(i: number): number;
  /** Half-widths of the first box, us. */
  readonly levelUs: number;
  readonly slopeUs: number;
  /** Share of events that are inside some mapping at an offset that has nothing to do with the truth. */
  readonly chance: number;
  /** Holds are cut to this long after their start where the vote rests on start lag; Infinity for containment. */
  readonly holdUs: number;
  /** No misfit costs more than this many nats. */
  readonly costLimit: number;
  /** Bounds of the slope's deviation that no clock exceeds, us at the segment's end. */
  readonly slopeFromUs: number;
  readonly slopeToUs: number;
}

interface Prepared {
  readonly x: Float64Array;
  readonly first: Int32Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Events left out because every line of the box serves them. */
  readonly base: number;
}

/** Allowed deviations of each event beside the reference, in rising order. */
function prepare(c: Connections, o: RegionOptions, middle: number, half: number, reach: number): Prepared {
  const n = o.to - o.from;
  const x = new Float64Array(n);
  const first = new Int32Array(n + 1);
  const low: number[] = [];
  const high: number[] = [];
  for (let k = 0; k < n; k++) {
    const i = o.from + k;
    x[k] = half > 0 ? (c.timeUs[i]! - middle) / half : 0;
    const ref = o.reference(i);
    first[k] = low.length;
    for (let j = c.first[i + 1]! - 1; j >= c.first[i]!; j--) {
      if (o.holdUs !== Number.POSITIVE_INFINITY && c.exact[j] === 0) continue;
      const l = c.loUs[i]! - Math.min(c.endUs[j]!, c.startUs[j]! + o.holdUs) - ref;
      const h = c.hiUs[i]! - c.startUs[j]! - ref;
      if (h <= -reach || l >= reach || h <= l) continue;
      const last = low.length - 1;
      // Touching or overlapping holds are one stretch: an event in it is inside, whichever it is.
      if (last >= first[k]! && l <= high[last]!) {
        if (h > high[last]!) high[last] = h;
        if (l < low[last]!) low[last] = l;
      } else {
        low.push(l);
        high.push(h);
      }
    }
  }
  first[n] = low.length;
  return { x, first, low: Float64Array.from(low), high: Float64Array.from(high), base: 0 };
}

/** Only the events that tell lines of the box apart; those that all of its lines serve are counted, the rest dropped. */
function prune(p: Prepared, box: Box): Prepared {
  const x: number[] = [];
  const first: number[] = [];
  const low: number[] = [];
  const high: number[] = [];
  let base = p.base;
  const tilt = Math.max(Math.abs(box.b0), Math.abs(box.b1));
  for (let i = 0; i < p.x.length; i++) {
    const lift = Math.abs(p.x[i]!) * tilt;
    const least = box.a0 - lift;
    const most = box.a1 + lift;
    const begin = low.length;
    let all = false;
    for (let j = p.first[i]!; j < p.first[i + 1]!; j++) {
      if (p.high[j]! <= least || p.low[j]! >= most) continue;
      if (p.low[j]! < least && p.high[j]! > most) all = true;
      low.push(p.low[j]!);
      high.push(p.high[j]!);
    }
    if (all) {
      base++;
      low.length = begin;
      high.length = begin;
    } else if (low.length > begin) {
      x.push(p.x[i]!);
      first.push(begin);
    }
  }
  first.push(low.length);
  return {
    x: Float64Array.from(x),
    first: Int32Array.from(first),
    low: Float64Array.from(low),
    high: Float64Array.from(high),
    base,
  };
}

interface Box {
  a0: number;
  a1: number;
  b0: number;
  b1: number;
}

/**
 * Hits of every cell of a grid over the box. `outer` counts an event for every cell that any line of the cell could serve
 * (an upper bound), else only at the cell's middle.
 */
function count(p: Prepared, box: Box, size: number, outer: boolean): Float64Array {
  const da = (box.a1 - box.a0) / size;
  const db = (box.b1 - box.b0) / size;
  const scale = 1 / da;
  const out = new Float64Array(size * size);
  const row = new Int32Array(size + 1);
  const n = p.x.length;
  for (let kb = 0; kb < size; kb++) {
    row.fill(0);
    const b = box.b0 + (kb + 0.5) * db;
    for (let i = 0; i < n; i++) {
      const shift = b * p.x[i]! + box.a0;
      const widen = outer ? (Math.abs(p.x[i]!) * db) / 2 : 0;
      let reached = -1;
      for (let j = p.first[i]!; j < p.first[i + 1]!; j++) {
        const l = (p.low[j]! - shift - widen) * scale;
        const h = (p.high[j]! - shift + widen) * scale;
        if (h <= 0 || l >= size) continue;
        // Cell k covers [k, k + 1) and has its middle at k + 0.5; a line must lie strictly between the bounds.
        let lo = outer ? Math.floor(l) : Math.floor(l - 0.5) + 1;
        let hi = outer ? Math.ceil(h) - 1 : Math.ceil(h - 0.5) - 1;
        if (lo <= reached) lo = reached + 1;
        if (lo < 0) lo = 0;
        if (hi > size - 1) hi = size - 1;
        if (hi < lo) continue;
        row[lo]!++;
        row[hi + 1]!--;
        reached = hi;
      }
    }
    let sum = p.base;
    for (let ka = 0; ka < size; ka++) {
      sum += row[ka]!;
      out[kb * size + ka] = sum;
    }
  }
  return out;
}

/** Nats that a misfit costs: how much likelier an event is inside at the truth than by chance. */
export function misfitCost(share: number, chance: number, n: number): number {
  const p = Math.min(share, 1 - Math.max(LEAST_MISFIT_SHARE, 0.5 / Math.max(1, n)));
  const q = Math.min(Math.max(chance, 0.001), 0.98);
  return Math.max(0, Math.log((p * (1 - q)) / ((1 - p) * q)));
}

/** The region of one segment; null where nothing tells one line from another, or where it runs out of the largest box. */
export function region(c: Connections, o: RegionOptions): Region | null {
  const n = o.to - o.from;
  if (n === 0) return null;
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (let i = o.from; i < o.to; i++) {
    from = Math.min(from, c.timeUs[i]!);
    to = Math.max(to, c.timeUs[i]!);
  }
  const middleUs = (from + to) / 2;
  const halfSpanUs = (to - from) / 2;
  for (let grow = 1; grow <= 64; grow *= 4) {
    const start: Box = {
      a0: -o.levelUs * grow,
      a1: o.levelUs * grow,
      b0: Math.max(o.slopeFromUs, -o.slopeUs * grow),
      b1: Math.min(o.slopeToUs, o.slopeUs * grow),
    };
    const p = prepare(c, o, middleUs, halfSpanUs, (o.levelUs + o.slopeUs) * grow);
    const found = narrow(p, start, n, o);
    if (found === null) return null;
    if (found === "edge") continue;
    return { middleUs, halfSpanUs, ...found };
  }
  return null;
}

type Found = Omit<Region, "middleUs" | "halfSpanUs">;

function narrow(all: Prepared, start: Box, n: number, o: RegionOptions): Found | "edge" | null {
  let p = all;
  let box = { ...start };
  let bestHits = 0;
  let cost = 0;
  for (let round = 0; round < 40; round++) {
    const middles = count(p, box, GRID, false);
    for (const hits of middles) if (hits > bestHits) bestHits = hits;
    cost = Math.min(o.costLimit, misfitCost(bestHits / n, o.chance, n));
    if (cost <= 0.02) return null;
    const allowed = bestHits - REGION_NATS / cost;
    const bounds = count(p, box, GRID, true);
    const da = (box.a1 - box.a0) / GRID;
    const db = (box.b1 - box.b0) / GRID;
    let a0 = GRID;
    let a1 = -1;
    let b0 = GRID;
    let b1 = -1;
    for (let kb = 0; kb < GRID; kb++) {
      for (let ka = 0; ka < GRID; ka++) {
        if (bounds[kb * GRID + ka]! < allowed) continue;
        if (ka < a0) a0 = ka;
        if (ka > a1) a1 = ka;
        if (kb < b0) b0 = kb;
        if (kb > b1) b1 = kb;
      }
    }
    if (a1 < a0) break;
    const next = {
      a0: box.a0 + a0 * da,
      a1: box.a0 + (a1 + 1) * da,
      b0: box.b0 + b0 * db,
      b1: box.b0 + (b1 + 1) * db,
    };
    const kept = Math.max((next.a1 - next.a0) / (box.a1 - box.a0), (next.b1 - next.b0) / (box.b1 - box.b0));
    box = next;
    p = prune(p, box);
    if (box.a1 - box.a0 < 4 && box.b1 - box.b0 < 4) break;
    if (kept > 0.93 && round > 2) break;
  }
  const edge = 1e-9 * (start.a1 - start.a0);
  if (box.a0 <= start.a0 + edge || box.a1 >= start.a1 - edge) return "edge";
  if (box.b0 <= start.b0 + edge && start.b0 > o.slopeFromUs) return "edge";
  if (box.b1 >= start.b1 - edge && start.b1 < o.slopeToUs) return "edge";
  return posterior(p, box, n, bestHits, cost);
}

function posterior(p: Prepared, box: Box, n: number, known: number, cost: number): Found {
  const middles = count(p, box, FINE, false);
  const bounds = count(p, box, FINE, true);
  const da = (box.a1 - box.a0) / FINE;
  const db = (box.b1 - box.b0) / FINE;
  let bestHits = known;
  for (const hits of middles) if (hits > bestHits) bestHits = hits;
  const level: number[] = [];
  const slope: number[] = [];
  const weight: number[] = [];
  const lowest = {
    left: Number.POSITIVE_INFINITY,
    middle: Number.POSITIVE_INFINITY,
    right: Number.POSITIVE_INFINITY,
  };
  const highest = {
    left: Number.NEGATIVE_INFINITY,
    middle: Number.NEGATIVE_INFINITY,
    right: Number.NEGATIVE_INFINITY,
  };
  const dense = new Float64Array(FINE * FINE);
  let best = { level: (box.a0 + box.a1) / 2, slope: (box.b0 + box.b1) / 2, hits: -1 };
  let sum = 0;
  for (let kb = 0; kb < FINE; kb++) {
    for (let ka = 0; ka < FINE; ka++) {
      const k = kb * FINE + ka;
      if ((bestHits - bounds[k]!) * cost > REGION_NATS) continue;
      const a = box.a0 + (ka + 0.5) * da;
      const b = box.b0 + (kb + 0.5) * db;
      const spread = (da + db) / 2;
      lowest.left = Math.min(lowest.left, a - b - spread);
      highest.left = Math.max(highest.left, a - b + spread);
      lowest.middle = Math.min(lowest.middle, a - da / 2);
      highest.middle = Math.max(highest.middle, a + da / 2);
      lowest.right = Math.min(lowest.right, a + b - spread);
      highest.right = Math.max(highest.right, a + b + spread);
      const hits = middles[k]!;
      if (hits > best.hits) best = { level: a, slope: b, hits };
      // Where no cell's middle reaches the best count, the cells' bounds still say where it lies.
      const w = Math.exp(-cost * (bestHits - Math.max(hits, (hits + bounds[k]!) / 2)));
      dense[k] = w;
      level.push(a);
      slope.push(b);
      weight.push(w);
      sum += w;
    }
  }
  return {
    level: Float64Array.from(level),
    slope: Float64Array.from(slope),
    weight: Float64Array.from(weight, (w) => w / sum),
    lowest,
    highest,
    share: bestHits / n,
    cost,
    best,
    weightAt: (a, b) => {
      const ka = Math.floor((a - box.a0) / da);
      const kb = Math.floor((b - box.b0) / db);
      return ka < 0 || kb < 0 || ka >= FINE || kb >= FINE ? 0 : dense[kb * FINE + ka]!;
    },
  };
}

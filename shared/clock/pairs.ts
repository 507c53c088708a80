// Calibration from pairs of one moment in two clocks, given by the analyst or taken from NTP statistics: Marzullo's
// intersection of the offsets that each pair allows, carried to level and slope. Pairs that scatter more than their
// stated precision are fitted as noise with Theil-Sen and Student's t, and refused where they do not agree at all.
import { ProductError } from "../errors";
import { readIso } from "../time/stamp";
import { validity } from "./by-connections";
import type { Calibration, CalibrationMethod, Segment } from "./calibration";
import type { Connections } from "./connections";
import { region } from "./feasible";
import { theilSen } from "./search";
import { pairStatement } from "./statement";
import { commonZoneFault } from "./zone-fault";

/** One moment: offset in [low, high] us at a recorded time. */
export type Pair = { readonly recordedUs: number; readonly lowUs: number; readonly highUs: number };

/** Robust scatter (1.4826 MAD) beyond which pairs do not describe one clock. */
const MAX_SCATTER_US = 5_000_000;
/** Share of pairs that must agree with the line. */
const LEAST_SHARE = 0.75;
const MAX_SKEW = 500e-6;
/** Pairs say nothing of skew between two of them when fewer stand on a side of a step. */
const LEAST_SIDE = 3;
const MAX_SEGMENTS = 12;
/** Given pairs may be used this far beyond, the guard growing: an analyst has few of them. */
const PAIR_REACH_US = 6 * 3_600_000_000;
/** Of pairs nothing is finer than a millisecond once two clocks and a human are in it. */
const FLOOR_US = 1_000;

/** What a source's own times need to be placed: a recorded time without an offset is in the source's zone. */
export interface PairZone {
  /** Microseconds since the epoch of a wall clock without an offset; null where the source has no zone. */
  resolve(wallUs: number): number | null;
}

/** Reads --pairs. Throws "input" with the line. `name` is the file's. */
export function parsePairs(
  csv: string,
  name: string,
  zone: PairZone,
  writes: "truncates" | "rounds",
): Pair[] {
  const pairs: Pair[] = [];
  const lines = csv.replace(/^\uFEFF/, "").split("\n");
  for (const [i, raw] of lines.entries()) {
    const line = raw.replace(/\r$/, "");
    if (line.trim() === "" || line.startsWith("#")) continue;
    const cells = line.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
    if (pairs.length === 0 && cells[0]?.toLowerCase() === "recorded") continue;
    const fail = (what: string, mend: string): never => {
      throw new ProductError("input", `${name}, line ${i + 1}: ${what}`, mend, { file: name, line: i + 1 });
    };
    const recorded = readIso(cells[0] ?? "");
    const reference = readIso(cells[1] ?? "");
    if (!recorded || recorded.end !== (cells[0] ?? "").length) {
      fail(
        `"${cells[0] ?? ""}" is no time.`,
        "Write recorded times as in 2026-11-24T05:34:12 or with an offset.",
      );
    }
    if (!reference || reference.end !== (cells[1] ?? "").length) {
      fail(
        `"${cells[1] ?? ""}" is no time.`,
        "Write reference times with their offset: 2026-11-24T05:33:34.580+00:00.",
      );
    }
    if (reference!.offsetUs === null) {
      fail("the reference time has no UTC offset.", "Add its offset: Z, or +hh:mm.");
    }
    const wall = recorded!.wallUs;
    const recordedUs = recorded!.offsetUs === null ? zone.resolve(wall) : wall - recorded!.offsetUs;
    if (recordedUs === null) {
      fail(
        "the recorded time has no UTC offset, and the source no zone.",
        "Add an offset to the recorded times.",
      );
    }
    const stated = cells[2] === undefined || cells[2] === "" ? 0 : Number(cells[2]);
    if (!Number.isSafeInteger(stated) || stated < 0) {
      fail(`"${cells[2]}" is no uncertainty.`, "Write whole microseconds, or leave the column empty.");
    }
    const referenceUs = reference!.wallUs - reference!.offsetUs!;
    const [p, q] = [recorded!.precisionUs, reference!.precisionUs];
    // recorded in [t, t + p) where its writer truncates, t -/+ p/2 where it rounds; a reference time is cut off likewise.
    const half = writes === "rounds" ? p / 2 : 0;
    pairs.push({
      recordedUs: recordedUs!,
      lowUs: Math.floor(recordedUs! - half - (referenceUs + q) - stated),
      highUs: Math.ceil(recordedUs! + p - half - referenceUs + stated),
    });
  }
  if (pairs.length === 0) {
    throw new ProductError(
      "input",
      `${name} holds no pair.`,
      "Write lines recorded,reference[,uncertaintyUs][,note].",
      { file: name },
    );
  }
  return pairs.sort((a, b) => a.recordedUs - b.recordedUs || a.lowUs - b.lowUs || a.highUs - b.highUs);
}

interface Fitted {
  readonly segment: Segment;
  readonly share: number;
}

export function calibrateByPairs(
  pairs: readonly Pair[],
  source: string,
  method: CalibrationMethod,
): Calibration {
  const base = { id: "preview", source, against: null, method, pairs: pairs.length, confidence: null };
  const fitted = fitSpan(pairs, MAX_SEGMENTS);
  if (fitted === null) {
    const reason = `Its ${pairs.length} pairs do not agree on one offset: they scatter by more than ${MAX_SCATTER_US / 1e6} s around any line, or too few of them lie near one.`;
    return {
      ...base,
      segments: [],
      zoneFaultUs: null,
      validFromUs: null,
      validToUs: null,
      statement: `No offset of ${source} is claimed. ${reason}`,
      reason,
    };
  }
  const segments = fitted.map((f) => f.segment);
  const bounds = validity(segments, PAIR_REACH_US);
  const calibration: Calibration = {
    ...base,
    segments,
    zoneFaultUs: commonZoneFault(segments),
    ...bounds,
    statement: "",
  };
  return { ...calibration, statement: pairStatement(calibration, leaveOneOut(pairs, fitted)) };
}

/** One line, or two spans each with theirs, where one line does not fit. */
function fitSpan(pairs: readonly Pair[], room: number): Fitted[] | null {
  const one = fitLine(pairs);
  if (one !== null && one.share >= 0.999) return [one];
  if (room > 1 && pairs.length >= 2 * LEAST_SIDE) {
    const at = bestSplit(pairs);
    const left = fitSpan(pairs.slice(0, at), room - 1);
    const right = left && fitSpan(pairs.slice(at), room - left.length);
    if (left && right) {
      const width = (f: readonly Fitted[]): number => Math.max(...f.map((x) => x.segment.guardUs));
      // A split must earn its numbers: it has to make the widest guard at most half as wide.
      if (one === null || width([...left, ...right]) < 0.5 * one.segment.guardUs) return [...left, ...right];
    }
  }
  return one === null ? null : [one];
}

const middle = (p: Pair): number => (p.lowUs + p.highUs) / 2;

/** Where two constant-slope sides leave the least absolute residue. */
function bestSplit(pairs: readonly Pair[]): number {
  const cost = (part: readonly Pair[]): number => residuals(part).reduce((sum, r) => sum + Math.abs(r), 0);
  let best = LEAST_SIDE;
  let least = Number.POSITIVE_INFINITY;
  const step = Math.max(1, Math.floor(pairs.length / 200));
  for (let at = LEAST_SIDE; at <= pairs.length - LEAST_SIDE; at += step) {
    const c = cost(pairs.slice(0, at)) + cost(pairs.slice(at));
    if (c < least) {
      least = c;
      best = at;
    }
  }
  return best;
}

/** At most this many pairs enter a Theil-Sen slope: 400 make 80,000 slopes. */
const SLOPE_PAIRS = 400;

function robustLine(pairs: readonly Pair[]): { slope: number; level: number; pivot: number } {
  const step = Math.max(1, Math.ceil(pairs.length / SLOPE_PAIRS));
  const used = pairs.filter((_, i) => i % step === 0);
  const pivot = (pairs[0]!.recordedUs + pairs[pairs.length - 1]!.recordedUs) / 2;
  const slope = Math.min(
    MAX_SKEW,
    Math.max(
      -MAX_SKEW,
      theilSen(
        used.map((p) => p.recordedUs),
        used.map(middle),
      ),
    ),
  );
  const levels = pairs.map((p) => middle(p) - slope * (p.recordedUs - pivot)).sort((a, b) => a - b);
  const m = levels.length >> 1;
  const level = levels.length % 2 === 1 ? levels[m]! : (levels[m - 1]! + levels[m]!) / 2;
  return { slope, level, pivot };
}

function residuals(pairs: readonly Pair[]): number[] {
  const line = robustLine(pairs);
  return pairs.map((p) => middle(p) - line.level - line.slope * (p.recordedUs - line.pivot));
}

function fitLine(pairs: readonly Pair[]): Fitted | null {
  const n = pairs.length;
  const line = robustLine(pairs);
  const fromUs = pairs[0]!.recordedUs;
  const toUs = pairs[n - 1]!.recordedUs;
  if (n === 1) {
    const half = (pairs[0]!.highUs - pairs[0]!.lowUs) / 2;
    return { share: 1, segment: segmentOf(fromUs, toUs, middle(pairs[0]!), 0, half, half) };
  }
  const exact = intersect(pairs, line);
  // As pairs grow in number, all of them agreeing within their precision is proof enough; few misfits are borne.
  if (exact !== null && exact.share >= (n < 5 ? 0.999 : 0.9)) return exact;
  if (n < 3) return null;
  return noisy(pairs, line);
}

function segmentOf(
  fromUs: number,
  toUs: number,
  offset: number,
  slope: number,
  unc: number,
  guard: number,
): Segment {
  const uncertaintyUs = Math.ceil(Math.max(FLOOR_US, unc));
  return {
    fromUs,
    toUs,
    fromLine: null,
    toLine: null,
    offsetUs: Math.round(offset),
    skewPpm: Math.round(slope * 1e12) / 1e6,
    uncertaintyUs,
    guardUs: Math.max(uncertaintyUs, Math.ceil(guard)),
  };
}

/** Marzullo: the lines inside the most pairs' intervals. */
function intersect(
  pairs: readonly Pair[],
  line: { slope: number; level: number; pivot: number },
): Fitted | null {
  const n = pairs.length;
  const c: Connections = {
    n,
    timeUs: Float64Array.from(pairs, (p) => p.recordedUs),
    loUs: Float64Array.from(pairs, (p) => p.lowUs),
    hiUs: Float64Array.from(pairs, (p) => p.highUs),
    line: Float64Array.from(pairs, (_, i) => i + 1),
    fold: new Uint8Array(n),
    channel: Int32Array.from(pairs, (_, i) => i),
    first: Int32Array.from({ length: n + 1 }, (_, i) => i),
    startUs: new Float64Array(n),
    endUs: new Float64Array(n),
    exact: new Uint8Array(n).fill(1),
    precisionUs: 1,
    natPrecisionUs: 1,
  };
  const half = (pairs[n - 1]!.recordedUs - pairs[0]!.recordedUs) / 2;
  const widest = Math.max(...pairs.map((p) => p.highUs - p.lowUs));
  const r = region(c, {
    from: 0,
    to: n,
    reference: (i) => line.level + line.slope * (pairs[i]!.recordedUs - line.pivot),
    levelUs: 2 * widest + 10_000,
    slopeUs: 2 * widest + 10_000,
    // A pair that has nothing to do with the clock agrees by chance only where its interval is wide.
    chance: 0.05,
    holdUs: Number.POSITIVE_INFINITY,
    costLimit: Number.POSITIVE_INFINITY,
    slopeFromUs: (-MAX_SKEW - line.slope) * half,
    slopeToUs: (MAX_SKEW - line.slope) * half,
  });
  if (r === null) return null;
  let level = 0;
  let slope = 0;
  for (let k = 0; k < r.level.length; k++) {
    level += r.weight[k]! * r.level[k]!;
    slope += r.weight[k]! * r.slope[k]!;
  }
  const deviations = Array.from(r.level, (a, k) => ({
    d: Math.abs(a - level) + Math.abs(r.slope[k]! - slope),
    w: r.weight[k]!,
  }));
  deviations.sort((p, q) => p.d - q.d);
  let sum = 0;
  let uncertainty = 0;
  for (const { d, w } of deviations) {
    sum += w;
    uncertainty = d;
    if (sum >= 0.95) break;
  }
  const guard = Math.max(
    r.highest.left - (level - slope),
    r.highest.right - (level + slope),
    level - slope - r.lowest.left,
    level + slope - r.lowest.right,
    r.highest.middle - level,
    level - r.lowest.middle,
  );
  return {
    share: r.share,
    segment: segmentOf(
      pairs[0]!.recordedUs,
      pairs[n - 1]!.recordedUs,
      line.level + level,
      line.slope + (half > 0 ? slope / half : 0),
      uncertainty,
      guard,
    ),
  };
}

/** Two-sided quantiles of Student's t, by degrees of freedom 1..10, then the normal's: 95 % and 99.99 %. */
const T95 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
const T9999 = [6366, 99.99, 28.0, 15.54, 11.18, 9.08, 7.88, 7.12, 6.59, 6.21];
const quantile = (table: readonly number[], freedom: number, normal: number): number =>
  table[freedom - 1] ?? normal * (1 + (table === T95 ? 1.4 : 5.9) / freedom);

/** Pairs that scatter more than their precision: a robust line with the scatter as its noise. */
function noisy(pairs: readonly Pair[], line: { slope: number; level: number; pivot: number }): Fitted | null {
  const n = pairs.length;
  const rest = pairs.map((p) => middle(p) - line.level - line.slope * (p.recordedUs - line.pivot));
  const sizes = rest.map(Math.abs).sort((a, b) => a - b);
  const scatter = 1.4826 * sizes[n >> 1]!;
  const precision = Math.max(...pairs.map((p) => (p.highUs - p.lowUs) / 2));
  if (scatter > Math.max(MAX_SCATTER_US, precision)) return null;
  const sigma = Math.max(scatter, precision / Math.sqrt(3));
  const share = rest.filter((r) => Math.abs(r) <= 4 * sigma).length / n;
  if (share < LEAST_SHARE) return null;
  // Spread of the times decides how well the slope is known; the ends of the span are where a line is known worst.
  const mean = pairs.reduce((sum, p) => sum + p.recordedUs, 0) / n;
  const spread = pairs.reduce((sum, p) => sum + (p.recordedUs - mean) ** 2, 0);
  const reach = Math.max(pairs[n - 1]!.recordedUs - mean, mean - pairs[0]!.recordedUs);
  // 1.25: a median's error against a mean's.
  const error = 1.25 * sigma * Math.sqrt(1 / n + (spread > 0 ? reach ** 2 / spread : 0));
  const freedom = Math.max(1, n - 2);
  const unc = quantile(T95, freedom, 1.96) * error;
  const guard = quantile(T9999, freedom, 3.89) * error;
  if (guard > 1_800_000_000) return null;
  return {
    share,
    segment: segmentOf(pairs[0]!.recordedUs, pairs[n - 1]!.recordedUs, line.level, line.slope, unc, guard),
  };
}

/** Median distance of each pair from the line through the others; null with fewer than three. */
function leaveOneOut(pairs: readonly Pair[], fitted: readonly Fitted[]): number | null {
  if (pairs.length < 3) return null;
  const out: number[] = [];
  const step = Math.max(1, Math.ceil(pairs.length / 100));
  for (const { segment } of fitted) {
    const own = pairs.filter((p) => p.recordedUs >= segment.fromUs && p.recordedUs <= segment.toUs);
    for (let i = 0; i < own.length && own.length >= 3; i += step) {
      const line = robustLine(own.filter((_, k) => k !== i));
      out.push(Math.abs(middle(own[i]!) - line.level - line.slope * (own[i]!.recordedUs - line.pivot)));
    }
  }
  out.sort((a, b) => a - b);
  return out.length === 0 ? null : Math.round(out[out.length >> 1]!);
}

// From the coarse path to straight segments and a judgement: is this a peak, or chance? Works on a sample of events whose
// candidates reach over the whole search; the fit that follows needs only what lies near the segments found here.
import type { Connections } from "./connections";
import { BINS, CONFIDENCE_NATS, findPath, MAX_SKEW_PPM, type Peak, type Slice, weigh } from "./vote";

/** A straight piece of the path, between changes of offset. */
export interface Stretch {
  /** Lines of the first and last sampled event in it. */
  readonly fromLine: number;
  readonly toLine: number;
  readonly fromUs: number;
  readonly toUs: number;
  /** offset = levelUs + slope * (recorded - pivotUs), slope dimensionless. */
  readonly pivotUs: number;
  readonly levelUs: number;
  readonly slope: number;
}

export interface Search {
  readonly peak: Peak | null;
  readonly stretches: readonly Stretch[];
  readonly accepted: boolean;
  /** Why not, in a sentence. */
  readonly reason: string | null;
  readonly events: number;
}

/** Below this many events in common with any mapping's port no search is tried. */
const LEAST_EVENTS = 8;
/** Price in nats of a slope: about a hundred can be told apart. */
const SLOPE_NATS = Math.log(100);

export const offsetOf = (s: Stretch, recordedUs: number): number =>
  s.levelUs + s.slope * (recordedUs - s.pivotUs);

/** The stretch in force at a line of the file. */
export function stretchAt(stretches: readonly Stretch[], line: number): number {
  let k = 0;
  while (k + 1 < stretches.length && line >= stretches[k + 1]!.fromLine) k++;
  return k;
}

export function searchOffset(c: Connections): Search {
  if (c.n < LEAST_EVENTS) {
    return {
      peak: null,
      stretches: [],
      accepted: false,
      events: c.n,
      reason: `Only ${c.n} events have an address and port that the NAT log's mappings hold within 26 hours; at least ${LEAST_EVENTS} are needed to tell a clock from chance.`,
    };
  }
  const slices = findPath(c);
  let stretches = straighten(c, slices);
  const path = (i: number): number => {
    const s = stretches[stretchAt(stretches, c.line[i]!)]!;
    return offsetOf(s, c.timeUs[i]!);
  };
  const choices = stretches.length * SLOPE_NATS + (stretches.length - 1) * Math.log(BINS * slices.length);
  const peak = weigh(c, path, choices);
  stretches = stretches.map((s) => ({ ...s, levelUs: s.levelUs + peak.shiftUs }));
  if (peak.confidence >= CONFIDENCE_NATS)
    return { peak, stretches, accepted: true, reason: null, events: c.n };
  return { peak, stretches, accepted: false, reason: refusal(peak, c.n), events: c.n };
}

const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;

function refusal(peak: Peak, n: number): string {
  const what =
    peak.evidence === "containment"
      ? "fall inside a mapping of their address and port"
      : "follow shortly after a mapping of their address and port began";
  const numbers = `At the best offset within +/-26 hours ${percent(peak.share)} of ${n} events ${what}, against ${percent(peak.chance)} at offsets near it`;
  if (peak.rival > 0.5 * peak.nats && peak.nats > 20) {
    return `${numbers}, but other offsets do nearly as well: the traffic is periodic, or the two logs have no connections in common. The logs cannot be told apart from unrelated ones.`;
  }
  return `${numbers}: no more than chance gives (${peak.confidence.toFixed(1)} nats, ${CONFIDENCE_NATS} are needed). The two logs show no connections in common.`;
}

function straighten(c: Connections, slices: readonly Slice[]): Stretch[] {
  const runs: Slice[][] = [];
  for (const slice of slices) {
    if (slice.jump || runs.length === 0) runs.push([]);
    runs[runs.length - 1]!.push(slice);
  }
  return runs.map((run) => {
    const first = run[0]!;
    const last = run[run.length - 1]!;
    const pivotUs = (first.timeUs + last.timeUs) / 2;
    const slope =
      run.length >= 3
        ? within(
            theilSen(
              run.map((s) => s.timeUs),
              run.map((s) => s.offsetUs),
            ),
          )
        : 0;
    const levels = run.map((s) => s.offsetUs - slope * (s.timeUs - pivotUs)).sort((a, b) => a - b);
    let fromUs = Number.POSITIVE_INFINITY;
    let toUs = Number.NEGATIVE_INFINITY;
    for (let i = first.from; i < last.to; i++) {
      fromUs = Math.min(fromUs, c.timeUs[i]!);
      toUs = Math.max(toUs, c.timeUs[i]!);
    }
    return {
      fromLine: c.line[first.from]!,
      toLine: c.line[last.to - 1]!,
      fromUs,
      toUs,
      pivotUs,
      levelUs: levels[levels.length >> 1]!,
      slope,
    };
  });
}

/** The path moves by whole seconds: over a short log its slope is no clock's. */
const within = (slope: number): number => Math.max(-MAX_SKEW_PPM / 1e6, Math.min(MAX_SKEW_PPM / 1e6, slope));

/** Median of the slopes of all pairs (Theil 1950, Sen 1968): bears a quarter of wild points. Slope only, never the level. */
export function theilSen(x: readonly number[], y: readonly number[]): number {
  const slopes: number[] = [];
  for (let i = 0; i < x.length; i++) {
    for (let j = i + 1; j < x.length; j++) {
      const dx = x[j]! - x[i]!;
      if (dx !== 0) slopes.push((y[j]! - y[i]!) / dx);
    }
  }
  if (slopes.length === 0) return 0;
  slopes.sort((a, b) => a - b);
  const m = slopes.length >> 1;
  return slopes.length % 2 === 1 ? slopes[m]! : (slopes[m - 1]! + slopes[m]!) / 2;
}

// What is drawn of a calibration's pairs. A pair is a point where both clocks stamped one moment; it is an interval where
// the records only say that an act lay within a mapping: then its two ends are drawn, since its middle means nothing.
import { offsetAt, type Segment } from "../../shared/clock/calibration";
import type { Reply } from "../../shared/contract/contract";

export type Points = Reply<"clock.residuals">["points"];

/** The segment that a recorded time lies in, else the nearest. */
export function segmentFor(segments: readonly Segment[], us: number): Segment | null {
  let best: Segment | null = null;
  let distance = Number.POSITIVE_INFINITY;
  for (const segment of segments) {
    const d = us < segment.fromUs ? segment.fromUs - us : us > segment.toUs ? us - segment.toUs : 0;
    if (d < distance) {
      best = segment;
      distance = d;
    }
  }
  return best;
}

export interface Shown {
  /** Seconds since the epoch, rising. */
  readonly xs: readonly number[];
  /** Seconds: the points, or the least offset that each interval allows. */
  readonly low: readonly (number | null)[];
  /** The greatest that it allows; null for a point. */
  readonly high: readonly (number | null)[];
  readonly used: readonly boolean[];
  readonly intervals: boolean;
}

export function shownOf(points: Points, segments: readonly Segment[], kind: "offset" | "residual"): Shown {
  const rows = [...points].sort((a, b) => a.timeUs - b.timeUs);
  const level = (us: number): number => {
    if (kind === "offset") return 0;
    const segment = segmentFor(segments, us);
    return segment ? offsetAt(segment, us) : 0;
  };
  const seconds = (value: number | null, us: number): number | null =>
    value === null ? null : (value - level(us)) / 1e6;
  const intervals = rows.some((row) => row.pointUs === null);
  return {
    xs: rows.map((row) => row.timeUs / 1e6),
    low: rows.map((row) => seconds(row.pointUs ?? row.lowUs, row.timeUs)),
    high: rows.map((row) => (row.pointUs === null ? seconds(row.highUs, row.timeUs) : null)),
    used: rows.map((row) => row.used),
    intervals,
  };
}

export function xBounds(shown: Shown, segments: readonly Segment[]): [number, number] {
  const ends = segments.flatMap((segment) => [segment.fromUs / 1e6, segment.toUs / 1e6]);
  const first = shown.xs[0];
  const last = shown.xs[shown.xs.length - 1];
  const all = [...ends, ...(first === undefined || last === undefined ? [] : [first, last])];
  if (!all.length) return [0, 1];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return low === high ? [low - 1, high + 1] : [low, high];
}

/** Share of the points that the view leaves out at either end: one stray pair must not flatten all the rest. */
const STRAY = 0.01;
/** Of intervals the ends nearest to the line decide; this share of them is shown, the rest lie outside the view. */
const NEAR = 0.05;

export function yBounds(
  shown: Shown,
  segments: readonly Segment[],
  kind: "offset" | "residual",
): [number, number] {
  const bands: number[] = [];
  let guard = 0;
  for (const segment of segments) {
    const half = segment.uncertaintyUs / 1e6;
    guard = Math.max(guard, segment.guardUs / 1e6);
    for (const us of [segment.fromUs, segment.toUs]) {
      const level = kind === "offset" ? offsetAt(segment, us) / 1e6 : 0;
      bands.push(level - half, level + half);
    }
  }
  const ends: number[] = [...bands];
  if (shown.intervals && bands.length) {
    const [low, high] = [Math.min(...bands), Math.max(...bands)];
    const apart = [...shown.low, ...shown.high]
      .filter((value): value is number => value !== null)
      .map((value) => Math.max(low - value, value - high, 0))
      .sort((a, b) => a - b);
    const reach = Math.max(apart[Math.floor(apart.length * NEAR)] ?? 0, guard * 1.5);
    ends.push(low - reach, high + reach);
  } else {
    const values = shown.low.filter((value): value is number => value !== null).sort((a, b) => a - b);
    const cut = Math.floor(values.length * STRAY);
    for (const value of [values[cut], values[values.length - 1 - cut]])
      if (value !== undefined) ends.push(value);
  }
  if (!ends.length) return [-1, 1];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const pad = Math.max((high - low) * 0.12, 1e-5);
  return [low - pad, high + pad];
}

// Whole quarter-hours in an offset are a wrong zone or summer-time rule, not a clock that drifted: zones are multiples of
// 15 minutes, and no oscillator lands on one by chance within two minutes.
import type { Segment } from "./calibration";

export const QUARTER_HOUR_US = 900_000_000;
/** What a clock that is otherwise kept may be off by beside the zone. */
const REMAINDER_US = 120_000_000;

/** The part of an offset that looks like a zone fault; 0 where none does. */
export function zoneFault(offsetUs: number): number {
  const quarters = Math.round(offsetUs / QUARTER_HOUR_US);
  if (quarters === 0) return 0;
  const remainder = Math.abs(offsetUs - quarters * QUARTER_HOUR_US);
  // Shorter than a half-hour no zone differs from its neighbour; offsets of a single quarter are taken for what they are.
  if (Math.abs(quarters) < 2) return 0;
  return remainder <= REMAINDER_US ? quarters * QUARTER_HOUR_US : 0;
}

/** The zone fault of the longest segment: what most of the file's lines show. */
export function commonZoneFault(segments: readonly Segment[]): number {
  let best: Segment | null = null;
  for (const s of segments) if (best === null || s.toUs - s.fromUs > best.toUs - best.fromUs) best = s;
  return best === null ? 0 : zoneFault(best.offsetUs);
}

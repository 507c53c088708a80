// One simulated world through the estimators alone, without text or database: thousands of segments are needed to judge a
// stated 95 %, and this is some ten times faster than the whole program.
import { calibrateByConnections } from "../../shared/clock/by-connections";
import { type Calibration, offsetAt, type Segment, type Unsettled } from "../../shared/clock/calibration";
import { guardAt, segmentsFor } from "../../shared/clock/correct";
import { foldOf } from "../../shared/clock/folds";
import { searchOffset } from "../../shared/clock/search";
import { isUnsettled } from "../../shared/clock/unsettled";
import { type Built, build, type WorldShape } from "../simulate/build";
import { idealHalfWidths } from "../simulate/ideal";
import { forFit, forSearch, natPrecision } from "./gather";

export interface SegmentOutcome {
  /** Greatest distance of the true offset from the stated line over the segment's own lines, us. */
  readonly worstUs: number;
  readonly uncertaintyUs: number;
  readonly guardUs: number;
}

export interface ClockOutcome {
  readonly seed: number;
  readonly refused: boolean;
  readonly segments: readonly SegmentOutcome[];
  /** Greatest distance in guards, per fit with a fold left out, over the lines it corrects: at most 1 where the guard holds. */
  readonly folds: readonly number[];
  /** 95 % half-widths of the ideal estimator; empty where not asked for. */
  readonly idealUs: readonly number[];
}

export function clockOutcome(shape: WorldShape, seed: number, ideal: boolean): ClockOutcome {
  const built = build(shape, seed);
  const precision = natPrecision(shape.natFormat);
  const search = searchOffset(forSearch(built, precision));
  const refused: ClockOutcome = { seed, refused: true, segments: [], folds: [], idealUs: [] };
  if (!search.accepted) return refused;
  const { calibration, folds } = calibrateByConnections(forFit(built, precision, search), search, {
    source: "server",
    against: "nat",
    lines: true,
    method: shape.network.kind === "blocks" ? "blocks" : "connections",
  });
  if (calibration.segments.length === 0) return refused;
  return {
    seed,
    refused: false,
    segments: calibration.segments.map((s) => segmentOutcome(s, calibration.unsettled, built, 0)),
    folds: (folds ?? []).map((fold, k) => worstInGuards(fold, built, (line) => foldOf(line) === k)),
    idealUs: ideal ? idealHalfWidths(shape, built, precision / 1e6).map((seconds) => seconds * 1e6) : [],
  };
}

/** How a segment's line stands to the truth; `header` lines stand before the first event's. */
export function segmentOutcome(
  s: Segment,
  unsettled: readonly Unsettled[] | undefined,
  built: Built,
  header: number,
): SegmentOutcome {
  let worstUs = 0;
  for (let i = (s.fromLine ?? 1) - 1 - header; i <= (s.toLine ?? 0) - 1 - header; i++) {
    const e = built.events[i];
    if (e && !isUnsettled(unsettled, i + 1 + header, e.us))
      worstUs = Math.max(worstUs, Math.abs(offsetAt(s, e.us) - e.offset * 1e6));
  }
  return { worstUs, uncertaintyUs: s.uncertaintyUs, guardUs: s.guardUs };
}

/** The worst of the lines asked for, each by the best of the segments that attribution would use for it; 0 without segments. */
function worstInGuards(c: Calibration, built: Built, asked: (line: number) => boolean): number {
  let worst = 0;
  for (const [i, e] of built.events.entries()) {
    if (!asked(i + 1) || c.segments.length === 0 || isUnsettled(c.unsettled, i + 1, e.us)) continue;
    const event = {
      timeUs: e.us,
      precisionUs: e.precisionUs,
      slackUs: 0,
      timeMeans: 1,
      durationUs: null,
      line: i + 1,
      writes: "truncates" as const,
    };
    const distances = segmentsFor(c, event).map(
      (k) => Math.abs(offsetAt(c.segments[k]!, e.us) - e.offset * 1e6) / guardAt(c.segments[k]!, e.us),
    );
    worst = Math.max(worst, Math.min(...distances));
  }
  return worst;
}

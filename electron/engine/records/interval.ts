// When a record's event took place, as an interval: in the source's own clock, or in the one that a calibration leads to.
// The records' pages, the common axis of several sources and attribution take it from the same functions, so that no
// screen shows another moment than the one that a verdict rests on.
import { correctedIntervals, type RecordedEvent, recordedInterval } from "../../../shared/clock/correct";
import { fitFor, type StoredCalibration } from "../../../shared/clock/folds";

export interface Interval {
  readonly fromUs: number;
  /** Exclusive. */
  readonly toUs: number;
}

/** Whose clock a record's place on an axis is told by. */
export type PlacedBy = "calibrated" | "reference" | "uncalibrated" | "outside" | "untimed";

/**
 * Over all segments that may apply; null where the calibration says nothing of this record. `foldLine` is its line, by
 * which the fit that did not see it is chosen; `event.line` is null where lines of several files would be confused.
 */
export function correctedInterval(
  stored: StoredCalibration,
  event: RecordedEvent,
  foldLine: number,
): Interval | null {
  const { status, pieces } = correctedIntervals(fitFor(stored, foldLine), event);
  if (status !== "ok" || pieces.length === 0) return null;
  let fromUs = pieces[0]!.fromUs;
  let toUs = pieces[0]!.toUs;
  for (const piece of pieces) {
    if (piece.fromUs < fromUs) fromUs = piece.fromUs;
    if (piece.toUs > toUs) toUs = piece.toUs;
  }
  return { fromUs, toUs };
}

/**
 * Where a record with a time stands on an axis: by its calibration where there is one that speaks for it, else by its own
 * clock, which is the axis's (`reference`), or is not compared with it.
 */
export function placedInterval(
  clock: StoredCalibration | "reference" | null,
  event: RecordedEvent,
  foldLine: number,
): Interval & { readonly by: PlacedBy } {
  if (clock === null) return { ...recordedInterval(event), by: "uncalibrated" };
  if (clock === "reference") return { ...recordedInterval(event), by: "reference" };
  const corrected = correctedInterval(clock, event, foldLine);
  return corrected === null
    ? { ...recordedInterval(event), by: "outside" }
    : { ...corrected, by: "calibrated" };
}

/** The middle of an interval, rounded down: by it records are ordered. */
export const middle = ({ fromUs, toUs }: Interval): number => Math.floor((fromUs + toUs) / 2);

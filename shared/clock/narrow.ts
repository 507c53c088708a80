// Moves one border of a calibration's segment inwards: where the analyst knows that a clock was set earlier or later than
// the records show, less is trusted than before. What lies between two borders may belong to either side, so that a moved
// border can only widen an event's interval, never name anybody anew; outwards it cannot be moved, since there no record
// shows the clock. The lines follow the times, since a line alone would decide for one side.
import { ProductError } from "../errors";
import { type Calibration, offsetAt, type Segment } from "./calibration";
import { moment } from "./statement";

export interface Narrowing {
  /** Index of the segment. */
  readonly segment: number;
  /** The new ends in the source's own clock; one of them is the old one, or both are moved. */
  readonly fromUs: number;
  readonly toUs: number;
  /** First line from which on, and last line up to which, every time of the segment's lines lies in it; null without lines. */
  readonly fromLine: number | null;
  readonly toLine: number | null;
}

/** Shorter than this nothing of the segment's fit is left to speak of. */
const LEAST_US = 1_000_000;

export function checkNarrowing(
  calibration: Calibration,
  at: Pick<Narrowing, "segment" | "fromUs" | "toUs">,
): Segment {
  const old = calibration.segments[at.segment];
  if (!old)
    throw new ProductError(
      "usage",
      `${calibration.id} has no segment ${at.segment + 1}.`,
      `It has ${calibration.segments.length}; clock.history lists them.`,
    );
  if (at.fromUs < old.fromUs || at.toUs > old.toUs)
    throw new ProductError(
      "usage",
      `Segment ${at.segment + 1} rests on records from ${moment(old.fromUs)} to ${moment(old.toUs)}; beyond them none shows the clock.`,
      "Move the border inwards, or add pairs that you know beyond it.",
    );
  if (at.toUs - at.fromUs < LEAST_US)
    throw new ProductError(
      "usage",
      "Nothing of the segment would be left.",
      "Leave at least a second of it.",
    );
  return old;
}

/** The same calibration, its segment shortened; its line of offset is the same at every moment that is left. */
export function narrow(calibration: Calibration, at: Narrowing): Calibration {
  const { segments } = calibration;
  const old = segments[at.segment];
  if (!old) return { ...calibration, segments: [] };
  const fromUs = Math.max(old.fromUs, at.fromUs);
  const toUs = Math.min(old.toUs, at.toUs);
  if (toUs <= fromUs) return { ...calibration, segments: [] };
  const lines = old.fromLine !== null && old.toLine !== null && at.fromLine !== null && at.toLine !== null;
  const cut: Segment = {
    ...old,
    fromUs,
    toUs,
    fromLine: lines ? Math.max(old.fromLine!, at.fromLine!) : old.fromLine,
    toLine: lines ? Math.min(old.toLine!, at.toLine!) : old.toLine,
    offsetUs: Math.round(offsetAt(old, (fromUs + toUs) / 2)),
  };
  const first = at.segment === 0 && fromUs > old.fromUs;
  const last = at.segment === segments.length - 1 && toUs < old.toUs;
  return {
    ...calibration,
    segments: segments.map((one, i) => (i === at.segment ? cut : one)),
    // At the outer ends there is no other side: nothing is claimed beyond.
    validFromUs: first ? fromUs : calibration.validFromUs,
    validToUs: last ? toUs : calibration.validToUs,
  };
}

/** What the statement adds. */
export const narrowedSentence = (base: string, old: Segment, at: Narrowing): string =>
  `Moved by hand, for a reason in the ledger: segment ${at.segment + 1} of ${base}, from ${moment(old.fromUs)} to ${moment(old.toUs)}, is trusted only from ${moment(at.fromUs)} to ${moment(at.toUs)}.`;

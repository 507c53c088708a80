// Questioned events never calibrate their own clock (rule of evidence 10). The shared connections are split by a hash of
// the event's line into FOLDS parts; beside the fit over all of them stands one fit per part that leaves that part out,
// and an event is corrected by the fit that did not see it.
import type { Calibration } from "./calibration";

/** Four: each left-out fit keeps three quarters of the connections, so its width stays near that of the whole. */
export const FOLDS = 4;

/** The part an event belongs to, 0 to FOLDS - 1: a 32-bit mix of its line number, so that neighbours spread evenly. */
export function foldOf(line: number): number {
  let h = (line ^ Math.floor(line / 4_294_967_296)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return ((h ^ (h >>> 16)) >>> 0) % FOLDS;
}

/** A calibration as it is kept: the statement's fit, and the fits that attribution uses. */
export interface StoredCalibration {
  /** Sequence number of the act; of a chain, of its newest link. */
  readonly seq: number;
  /** "c17"; a chain names its links: "c17+c19". */
  readonly id: string;
  /** Over all pairs: what is shown and exported. */
  readonly full: Calibration;
  /**
   * One per fold, fitted without that fold's events; an entry without segments could not be fitted. Null where the
   * calibration does not rest on the events themselves (pairs, NTP statistics, a declaration).
   */
  readonly folds: readonly Calibration[] | null;
}

/** The fit that may be used for the event on a line: the one that did not see it. Without segments: no calibration for it. */
export const fitFor = (stored: StoredCalibration, line: number): Calibration =>
  stored.folds === null ? stored.full : (stored.folds[foldOf(line)] ?? stored.full);

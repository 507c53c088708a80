// A calibration of one source's clock against another. Offset at an instant = source clock - reference clock
// (positive: the source is fast), so corrected = recorded - offset (RFC 2330 terms). Segments and validity are in the
// source's own recorded clock. Times are microseconds.

export type CalibrationMethod = "connections" | "blocks" | "pairs" | "self" | "ntp" | "declared";

export interface Segment {
  readonly fromUs: number;
  readonly toUs: number;
  readonly fromLine: number | null;
  readonly toLine: number | null;
  /** The whole offset at the segment's middle, a zone fault included. Integer. */
  readonly offsetUs: number;
  /** First derivative of the offset, parts per million. */
  readonly skewPpm: number;
  /** 95 % half-width of the offset over the whole segment, for the statement. */
  readonly uncertaintyUs: number;
  /** Half-width that attribution uses, meant to contain the truth in 99.99 % of segments; docs/validation.md has what is shown. */
  readonly guardUs: number;
}

/** Lines that do not follow the clock as it was fitted: nothing is said of their time. */
export interface Unsettled {
  readonly fromLine: number;
  /** Null: to the end of the file. */
  readonly toLine: number | null;
  /** Recorded times of them, for a source of several files, which has no lines in common; null where not looked at. */
  readonly fromUs: number | null;
  readonly toUs: number | null;
}

export interface Calibration {
  /** Sequence number of the ledger's act once accepted: "c17"; "preview" before. */
  readonly id: string;
  readonly source: string;
  readonly against: string | null;
  readonly method: CalibrationMethod;
  /** How many pairs (shared connections, given pairs) it rests on. */
  readonly pairs: number;
  readonly segments: readonly Segment[];
  /** Nats by which the peak beats chance (see shared/clock), null where the method has none. */
  readonly confidence: number | null;
  /** Whole quarter-hours in the offset that look like a zone fault, else null or 0. */
  readonly zoneFaultUs: number | null;
  readonly validFromUs: number | null;
  readonly validToUs: number | null;
  readonly unsettled?: readonly Unsettled[];
  /** Plain language. */
  readonly statement: string;
  /** Only where refused: `segments` is empty then. */
  readonly reason?: string;
  /** Declared by hand outside the computed interval: never `unique`. */
  readonly neverUnique?: boolean;
}

/** Offset of a segment at recorded time t, in us (not rounded). */
export const offsetAt = (segment: Segment, recordedUs: number): number =>
  segment.offsetUs + (segment.skewPpm * (recordedUs - (segment.fromUs + segment.toUs) / 2)) / 1e6;

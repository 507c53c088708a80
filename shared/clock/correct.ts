// From a recorded time to the interval in the reference clock that contains the event's moment, or "outside" where the
// calibration says nothing of that time. Prevents an instant from being taken for an interval, and a fit from being
// stretched beyond what it rests on. Rule of evidence 5; offset terms of RFC 2330.
import { type Calibration, offsetAt, type Segment } from "./calibration";
import { fitFor, type StoredCalibration } from "./folds";
import { isUnsettled } from "./unsettled";

export const SECOND_US = 1_000_000;

/**
 * How far an act may reach back from a time logged at its end where the record states no duration: most requests and
 * sessions that end in a log line are over within half a minute, and a longer reach only widens the interval.
 */
export const END_REACH_US = 30 * SECOND_US;
/** The same for a time of writing: syslog and buffered writers stamp within a second or two of the event. */
export const WRITTEN_REACH_US = 2 * SECOND_US;
/** Growth of the guard beyond the fitted span: at least by this, since uncontrolled quartz wanders with temperature... */
export const EXTRAPOLATION_PPM = 50;
/** ... and at most by this, since no clock in use is further from its nominal rate. */
export const MAX_SKEW_PPM = 500;
/** A guard that has grown beyond this tells nothing about a port: the correction refuses instead. */
export const GUARD_LIMIT_US = 3_600 * SECOND_US;

/** TIME_MEANS codes of shared/record/columns.ts. */
const CONNECT = 1;
const END = 3;
const WRITTEN = 4;

export interface RecordedEvent {
  readonly timeUs: number;
  readonly precisionUs: number;
  readonly slackUs: number;
  /** A TIME_MEANS code; null is treated as `written`. */
  readonly timeMeans: number | null;
  readonly durationUs: number | null;
  /** 1-based line in the evidence; null where there is none or the source has several files. */
  readonly line: number | null;
  readonly writes: "truncates" | "rounds";
}

export interface Piece {
  readonly fromUs: number;
  /** Exclusive. */
  readonly toUs: number;
  /** Index of the segment that made it. */
  readonly segment: number;
}

export interface Corrected {
  readonly status: "ok" | "outside";
  /** One, or near a change of offset one per segment that may apply; empty where outside. Integers, half-open. */
  readonly pieces: readonly Piece[];
}

/** The event's moment in the source's own clock, before any correction: [from, to). */
export function recordedInterval(event: RecordedEvent): { fromUs: number; toUs: number } {
  const rounds = event.writes === "rounds" ? Math.ceil(event.precisionUs / 2) : 0;
  const reach =
    event.timeMeans === END
      ? (event.durationUs ?? END_REACH_US)
      : event.timeMeans === WRITTEN || event.timeMeans === null
        ? Math.max(WRITTEN_REACH_US, event.durationUs ?? 0)
        : 0;
  return {
    fromUs: event.timeUs - rounds - reach,
    toUs: event.timeUs + Math.max(1, event.precisionUs - rounds) + event.slackUs,
  };
}

/**
 * The same for a calibration's pairs: a moment at which the connection was open. The reach of a time without a duration
 * is an assumption of attribution, where it can only widen; here it would blur every edge, and a log line written after
 * its connection is one misfit among those that the fit bears.
 */
export function calibrationInterval(event: RecordedEvent): { fromUs: number; toUs: number } {
  const open = (event.timeMeans === END || event.timeMeans === WRITTEN) && event.durationUs !== null;
  return recordedInterval(open ? event : { ...event, timeMeans: CONNECT });
}

/** How far a recorded time lies beyond a segment's fitted span. */
const beyond = (segment: Segment, t: number): number =>
  t < segment.fromUs ? segment.fromUs - t : t > segment.toUs ? t - segment.toUs : 0;

/** The guard at a recorded time: the segment's own, growing outside its span as a line through its corners would. */
export function guardAt(segment: Segment, t: number): number {
  const away = beyond(segment, t);
  if (away === 0) return segment.guardUs;
  const corner = (2e6 * segment.guardUs) / Math.max(1, segment.toUs - segment.fromUs);
  return segment.guardUs + (away * Math.min(MAX_SKEW_PPM, Math.max(EXTRAPOLATION_PPM, corner))) / 1e6;
}

/** Segments that may have been in force when the event was recorded, by line where that decides, else by time. */
export function segmentsFor(calibration: Calibration, event: RecordedEvent): number[] {
  const { segments } = calibration;
  if (segments.length <= 1) return segments.length === 1 ? [0] : [];
  const t = event.timeUs;
  const chosen = new Set<number>();
  if (event.line !== null) {
    for (let i = 0; i < segments.length; i++) {
      const s = segments[i]!;
      if (s.fromLine === null || s.toLine === null) continue;
      if (event.line >= s.fromLine && event.line <= s.toLine) chosen.add(i);
      // Between the last line that is certainly before a change and the first that is certainly after it.
      const next = segments[i + 1];
      if (event.line > s.toLine && next && next.fromLine !== null && event.line < next.fromLine) {
        chosen.add(i);
        chosen.add(i + 1);
      }
    }
    const first = segments[0]!;
    const last = segments[segments.length - 1]!;
    if (first.fromLine !== null && event.line < first.fromLine) chosen.add(0);
    if (last.toLine !== null && event.line > last.toLine) chosen.add(segments.length - 1);
  }
  const byLine = chosen.size > 0;
  for (let i = 0; i < segments.length; i++) {
    const s = segments[i]!;
    const previous = segments[i - 1];
    const next = segments[i + 1];
    // A line can decide only where the time does not contradict it: a request logged at its end carries an older time.
    const from = previous ? s.fromUs - (byLine ? 0 : margin(previous, s)) : Number.NEGATIVE_INFINITY;
    const to = next ? s.toUs + (byLine ? 0 : margin(s, next)) : Number.POSITIVE_INFINITY;
    const contradicted =
      byLine && [...chosen].every((c) => beyond(segments[c]!, t) > 0 && innerSide(segments, c, t));
    if ((!byLine || contradicted) && t >= from && t <= to) chosen.add(i);
    // In a gap between two segments either may hold.
    if (!byLine && next && t > s.toUs && t < next.fromUs) {
      chosen.add(i);
      chosen.add(i + 1);
    }
  }
  if (chosen.size === 0) {
    // Between spans, by line or not: the nearest on either side.
    for (let i = 0; i + 1 < segments.length; i++) {
      if (t >= segments[i]!.fromUs && t <= segments[i + 1]!.toUs) chosen.add(i).add(i + 1);
    }
  }
  if (chosen.size === 0) chosen.add(t < segments[0]!.fromUs ? 0 : segments.length - 1);
  return [...chosen].sort((a, b) => a - b);
}

/** True where t lies beyond segment c on a side where there is another segment. */
const innerSide = (segments: readonly Segment[], c: number, t: number): boolean =>
  t < segments[c]!.fromUs ? c > 0 : c < segments.length - 1;

/** Near a change either side may hold, over at least the step and both guards. */
const margin = (a: Segment, b: Segment): number =>
  Math.abs(offsetAt(a, a.toUs) - offsetAt(b, b.fromUs)) + a.guardUs + b.guardUs;

/**
 * The interval in the reference clock, or one per segment near a change of offset. `calibration` is the fit for the event
 * (fitFor), so that the event did not help to make it.
 */
export function correctedIntervals(calibration: Calibration, event: RecordedEvent): Corrected {
  const { validFromUs, validToUs, segments } = calibration;
  const t = event.timeUs;
  if (segments.length === 0) return OUTSIDE;
  if ((validFromUs !== null && t < validFromUs) || (validToUs !== null && t > validToUs)) return OUTSIDE;
  if (isUnsettled(calibration.unsettled, event.line, t)) return OUTSIDE;
  const recorded = recordedInterval(event);
  const pieces: Piece[] = [];
  for (const i of segmentsFor(calibration, event)) {
    const segment = segments[i]!;
    const guard = guardAt(segment, t);
    if (guard > GUARD_LIMIT_US) return OUTSIDE;
    const offset = offsetAt(segment, t);
    pieces.push({
      fromUs: Math.floor(recorded.fromUs - offset - guard),
      toUs: Math.ceil(recorded.toUs - offset + guard),
      segment: i,
    });
  }
  return { status: "ok", pieces };
}

const OUTSIDE: Corrected = { status: "outside", pieces: [] };

/** Columns of many events; NaN stands for null in `timeMeans`, `durationUs` and `line`. */
export interface EventColumns {
  readonly timeUs: Float64Array;
  readonly precisionUs: Float64Array;
  readonly slackUs: Float64Array;
  readonly timeMeans: Float64Array;
  readonly durationUs: Float64Array;
  readonly line: Float64Array;
  readonly writes: "truncates" | "rounds";
}

/** Pieces of many events: piece k belongs to event `event[k]`; an event without one is outside (or has no time). */
export interface CorrectedColumns {
  readonly event: Int32Array;
  readonly fromUs: Float64Array;
  readonly toUs: Float64Array;
  readonly segment: Uint8Array;
}

/** correctedIntervals over columns, each event by the fit of its own fold. */
export function correctMany(stored: StoredCalibration, columns: EventColumns): CorrectedColumns {
  const n = columns.timeUs.length;
  let capacity = Math.max(16, n + 1024);
  let event = new Int32Array(capacity);
  let fromUs = new Float64Array(capacity);
  let toUs = new Float64Array(capacity);
  let segment = new Uint8Array(capacity);
  let at = 0;
  const nullable = (value: number): number | null => (Number.isNaN(value) ? null : value);
  for (let i = 0; i < n; i++) {
    const timeUs = columns.timeUs[i]!;
    if (Number.isNaN(timeUs)) continue;
    const line = nullable(columns.line[i]!);
    const fit = line === null ? stored.full : fitFor(stored, line);
    const { pieces } = correctedIntervals(fit, {
      timeUs,
      precisionUs: columns.precisionUs[i]!,
      slackUs: columns.slackUs[i]!,
      timeMeans: nullable(columns.timeMeans[i]!),
      durationUs: nullable(columns.durationUs[i]!),
      line,
      writes: columns.writes,
    });
    for (const piece of pieces) {
      if (at === capacity) {
        capacity *= 2;
        const grow = <T extends Int32Array | Float64Array | Uint8Array>(old: T, fresh: T): T => {
          fresh.set(old);
          return fresh;
        };
        event = grow(event, new Int32Array(capacity));
        fromUs = grow(fromUs, new Float64Array(capacity));
        toUs = grow(toUs, new Float64Array(capacity));
        segment = grow(segment, new Uint8Array(capacity));
      }
      event[at] = i;
      fromUs[at] = piece.fromUs;
      toUs[at] = piece.toUs;
      segment[at++] = piece.segment;
    }
  }
  return {
    event: event.subarray(0, at),
    fromUs: fromUs.subarray(0, at),
    toUs: toUs.subarray(0, at),
    segment: segment.subarray(0, at),
  };
}

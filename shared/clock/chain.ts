// Links between clocks. A server may be calibrated against a reference that is calibrated itself; the chain's offset is
// the sum of the links', each taken at its own clock's time, and its uncertainty carries every link's.
import { type Calibration, offsetAt, type Segment } from "./calibration";
import { guardAt } from "./correct";
import type { StoredCalibration } from "./folds";

/** A of B turned into B of A: reference and source change places. */
export function invert(stored: StoredCalibration): StoredCalibration {
  return { ...stored, full: invertOne(stored.full), folds: stored.folds?.map(invertOne) ?? null };
}

function invertOne(calibration: Calibration): Calibration {
  const segments = calibration.segments.map((s): Segment => {
    const from = s.fromUs - offsetAt(s, s.fromUs);
    const to = s.toUs - offsetAt(s, s.toUs);
    return {
      ...s,
      fromUs: Math.round(from),
      toUs: Math.round(to),
      fromLine: null,
      toLine: null,
      offsetUs: -s.offsetUs,
      // d(offset)/d(reference): the source's ppm seen in the other clock, exact to first order of the skew.
      skewPpm: -s.skewPpm / (1 - s.skewPpm / 1e6),
    };
  });
  const first = calibration.segments[0];
  const last = calibration.segments[calibration.segments.length - 1];
  const shift = (t: number | null, s: Segment | undefined): number | null =>
    t === null || !s ? t : Math.round(t - offsetAt(s, t));
  // Lines are the source's own, and mean nothing in the other clock.
  const { unsettled: _, ...rest } = calibration;
  return {
    ...rest,
    source: calibration.against ?? "the reference clock",
    against: calibration.source,
    segments,
    zoneFaultUs: calibration.zoneFaultUs === null ? null : -calibration.zoneFaultUs || 0,
    validFromUs: shift(calibration.validFromUs, first),
    validToUs: shift(calibration.validToUs, last),
  };
}

/** A of B and B of C make A of C. Left-out fits are kept fold by fold, so that an event stays out of both links. */
export function chain(ab: StoredCalibration, bc: StoredCalibration): StoredCalibration {
  const folds =
    ab.folds || bc.folds
      ? Array.from({ length: Math.max(ab.folds?.length ?? 0, bc.folds?.length ?? 0) }, (_, k) =>
          chainOne(ab.folds?.[k] ?? ab.full, bc.full),
        )
      : null;
  return {
    seq: Math.max(ab.seq, bc.seq),
    id: `${ab.id}+${bc.id}`,
    full: chainOne(ab.full, bc.full),
    folds,
  };
}

function chainOne(ab: Calibration, bc: Calibration): Calibration {
  const segments: Segment[] = [];
  for (const a of ab.segments) {
    for (const [i, b] of bc.segments.entries()) {
      // The part of A's segment whose time in clock B lies in B's, the outer segments reaching as far as they are valid.
      const lowB = i === 0 ? (bc.validFromUs ?? Number.NEGATIVE_INFINITY) : b.fromUs;
      const highB = i === bc.segments.length - 1 ? (bc.validToUs ?? Number.POSITIVE_INFINITY) : b.toUs;
      const from = Math.max(a.fromUs, lowB + offsetAt(a, a.fromUs));
      const to = Math.min(a.toUs, highB + offsetAt(a, a.toUs));
      if (from > to || (from === to && a.fromUs !== a.toUs)) continue;
      const middle = (from + to) / 2;
      const inB = middle - offsetAt(a, middle);
      const edge = Math.max(guardAt(b, from - offsetAt(a, from)), guardAt(b, to - offsetAt(a, to)));
      segments.push({
        fromUs: Math.round(from),
        toUs: Math.round(to),
        fromLine: a.fromLine,
        toLine: a.toLine,
        offsetUs: Math.round(offsetAt(a, middle) + offsetAt(b, inB)),
        skewPpm: a.skewPpm + b.skewPpm,
        // Both halves are bounds of unknown shape, so they add rather than combine as a root of squares.
        uncertaintyUs: a.uncertaintyUs + b.uncertaintyUs,
        guardUs: Math.ceil(a.guardUs + edge),
      });
    }
  }
  segments.sort((p, q) => p.fromUs - q.fromUs);
  const from = bc.validFromUs === null ? null : Math.round(bc.validFromUs + (ab.segments[0]?.offsetUs ?? 0));
  const to = bc.validToUs === null ? null : Math.round(bc.validToUs + (ab.segments.at(-1)?.offsetUs ?? 0));
  const narrower = (x: number | null, y: number | null, pick: (...v: number[]) => number): number | null =>
    x === null ? y : y === null ? x : pick(x, y);
  return {
    ...ab,
    id: `${ab.id}+${bc.id}`,
    against: bc.against,
    pairs: Math.min(ab.pairs, bc.pairs),
    segments,
    confidence:
      ab.confidence === null
        ? bc.confidence
        : bc.confidence === null
          ? ab.confidence
          : Math.min(ab.confidence, bc.confidence),
    validFromUs: narrower(ab.validFromUs, from, Math.max),
    validToUs: narrower(ab.validToUs, to, Math.min),
    statement: `${ab.statement} ${bc.statement}`,
    ...(segments.length === 0 ? { reason: "The two links of the chain have no time in common." } : {}),
    ...(ab.neverUnique || bc.neverUnique ? { neverUnique: true } : {}),
  };
}

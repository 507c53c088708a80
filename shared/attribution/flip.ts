// How far the offset may be wrong before the answer changes. Corrected = recorded - offset, so an offset larger by D
// moves the event's interval by -D. The answer is piecewise constant in D, and changes only where an end of the interval
// passes a bound of a hold, of coverage, of shown completeness or of doubt: the sweep visits just these, nearest first.
import { type Interval, lowerBound, upperBound } from "./spans";
import { type Finding, findingAt, type Question, sameAnswer } from "./verdict";

/** The widest change of offset that is looked at: every zone is within 26 h of every other. */
export const FLIP_LIMIT_US = 26 * 3_600_000_000;

/** Sorted bounds; the answer may change at the shift `bound - minus`. */
interface Edge {
  readonly at: Float64Array;
  readonly minus: number;
}

function edgesOf(question: Question): Edge[] {
  const edges: Edge[] = [];
  const add = (at: Float64Array, minus: number) => {
    if (at.length > 0) edges.push({ at, minus });
  };
  // A stretch [c, d) contains [f, t) for shifts from c - f to d - t; it meets it from c - t + 1 to d - f - 1.
  const within = (from: Float64Array, to: Float64Array, i: Interval) => {
    add(from, i.from);
    add(to, i.to - 1);
  };
  for (const v of question.views) {
    const e = v.track.edges();
    for (const piece of v.pieces) {
      add(e.possibleFrom, piece.to - 1);
      add(e.possibleTo, piece.from);
      within(e.certainFrom, e.certainTo, piece);
    }
    within(v.complete.from, v.complete.to, v.hull);
    within(v.covered.from, v.covered.to, v.hull);
    add(v.doubtful.from, v.hull.to - 1);
    add(v.doubtful.to, v.hull.from);
    if (Number.isFinite(v.retainedFrom)) add(Float64Array.of(v.retainedFrom), v.hull.from);
  }
  return edges;
}

/**
 * Visits the shifts at which the finding may change, outward from 0 (exclusive) in one direction, nearest first, up to
 * `limit` (inclusive). Upwards a shift is the first of a new piece; downwards too (its greatest shift).
 */
function sweep(edges: readonly Edge[], up: boolean, limit: number, visit: (shift: number) => boolean): void {
  const next = edges.map((e) => (up ? lowerBound(e.at, e.minus + 1) : upperBound(e.at, e.minus) - 1));
  let last = 0;
  for (;;) {
    let nearest = up ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    let which = -1;
    for (let i = 0; i < edges.length; i++) {
      const at = edges[i]!.at[next[i]!];
      if (at === undefined || !Number.isFinite(at)) continue;
      const shift = up ? at - edges[i]!.minus : at - edges[i]!.minus - 1;
      if (up ? shift < nearest : shift > nearest) {
        nearest = shift;
        which = i;
      }
    }
    if (which < 0 || Math.abs(nearest) > limit) return;
    next[which]! += up ? 1 : -1;
    if (nearest === last) continue;
    last = nearest;
    if (visit(nearest)) return;
  }
}

/**
 * The signed change of offset, smallest in size, that changes verdict or identity; null if none within 26 h. Of two of
 * one size the positive.
 */
export function flipOf(question: Question, finding: Finding): number | null {
  const edges = edgesOf(question);
  let flip: number | null = null;
  const differs = (shift: number) => {
    if (sameAnswer(findingAt(question, shift), finding)) return false;
    flip = -shift;
    return true;
  };
  sweep(edges, false, FLIP_LIMIT_US, differs);
  const limit: number = flip === null ? FLIP_LIMIT_US : Math.abs(flip) - 1;
  sweep(edges, true, limit, differs);
  return flip;
}

export interface CurvePiece {
  /** Changes of offset [fromUs, toUs). */
  readonly fromUs: number;
  readonly toUs: number;
  readonly finding: Finding;
}

/** The answer over every change of offset within `limit`, in ascending order; neighbours differ. */
export function curveOf(question: Question, limit: number = FLIP_LIMIT_US): CurvePiece[] {
  const edges = edgesOf(question);
  const start = findingAt(question, 0);
  // Pieces of the shift axis, each [low, high] inclusive.
  const half = (up: boolean): { shift: number; finding: Finding }[] => {
    const changes: { shift: number; finding: Finding }[] = [];
    let now = start;
    sweep(edges, up, limit, (shift) => {
      const finding = findingAt(question, shift);
      if (!sameAnswer(finding, now)) {
        changes.push({ shift, finding });
        now = finding;
      }
      return false;
    });
    return changes;
  };
  const up = half(true);
  const down = half(false);
  const out: CurvePiece[] = [];
  // Ascending change of offset = descending shift.
  for (let i = up.length - 1; i >= 0; i--) {
    const high = i + 1 < up.length ? up[i + 1]!.shift - 1 : limit;
    out.push({ fromUs: 0 - high, toUs: 1 - up[i]!.shift, finding: up[i]!.finding });
  }
  const startHigh = up.length > 0 ? up[0]!.shift - 1 : limit;
  const startLow = down.length > 0 ? down[0]!.shift + 1 : -limit;
  out.push({ fromUs: 0 - startHigh, toUs: 1 - startLow, finding: start });
  for (let i = 0; i < down.length; i++) {
    const low = i + 1 < down.length ? down[i + 1]!.shift + 1 : -limit;
    out.push({ fromUs: 0 - down[i]!.shift, toUs: 1 - low, finding: down[i]!.finding });
  }
  return out;
}

// Sorted, disjoint, half-open stretches of time. The certain holds of a party, the operator's search window and the
// stretches of shown completeness are all asked one thing: does this interval lie inside, as a whole? Touching
// stretches are merged, so that a renewal in the same microsecond leaves no seam.

export interface Interval {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

export class Spans {
  readonly from: Float64Array;
  readonly to: Float64Array;

  private constructor(from: Float64Array, to: Float64Array) {
    this.from = from;
    this.to = to;
  }

  static readonly NONE = new Spans(new Float64Array(0), new Float64Array(0));
  static readonly EVER = Spans.of([{ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }]);

  /** Union of intervals in any order; empty ones are dropped. */
  static of(intervals: readonly Interval[]): Spans {
    const kept = intervals.filter((i) => i.from < i.to).sort((a, b) => a.from - b.from || a.to - b.to);
    const from: number[] = [];
    const to: number[] = [];
    for (const i of kept) {
      const last = to.length - 1;
      if (last >= 0 && i.from <= to[last]!) to[last] = Math.max(to[last]!, i.to);
      else {
        from.push(i.from);
        to.push(i.to);
      }
    }
    return new Spans(Float64Array.from(from), Float64Array.from(to));
  }

  get length(): number {
    return this.from.length;
  }

  /** True where [from, to) lies inside one stretch as a whole. */
  contains(from: number, to: number): boolean {
    const i = upperBound(this.from, from) - 1;
    return i >= 0 && this.to[i]! >= to;
  }

  /** True where [from, to) and a stretch have a moment in common. */
  meets(from: number, to: number): boolean {
    const i = lowerBound(this.from, to) - 1;
    return i >= 0 && this.to[i]! > from;
  }

  intervals(): Interval[] {
    return Array.from(this.from, (from, i) => ({ from, to: this.to[i]! }));
  }

  /** What remains of these stretches without `holes`. */
  minus(holes: readonly Interval[]): Spans {
    const cut = Spans.of(holes);
    const out: Interval[] = [];
    for (const { from, to } of this.intervals()) {
      let at = from;
      for (let i = Math.max(0, upperBound(cut.from, from) - 1); i < cut.length && cut.from[i]! < to; i++) {
        if (cut.to[i]! <= at) continue;
        if (cut.from[i]! > at) out.push({ from: at, to: cut.from[i]! });
        at = cut.to[i]!;
      }
      if (at < to) out.push({ from: at, to });
    }
    return Spans.of(out);
  }
}

/** Index of the first element >= value. */
export function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first element > value. */
export function upperBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

// The coarse search: at which offset, over +/-26 h, do the server's events fall into mappings of their own address and
// port clearly more often than at offsets nearby? Tells a peak from chance, follows a skewed clock and finds its large
// steps. Refusing here is the only defence against logs that share addresses and ports, but no connections.
import type { Connections } from "./connections";

/** Half-width of the search: every zone (-12 h to +14 h) and a wrong sign. */
export const SEARCH_US = 26 * 3_600 * 1_000_000;
/** Bin of the search: finer than any hold worth voting with, coarse enough for 187,201 bins. */
export const BIN_US = 1_000_000;
export const BINS = 2 * (SEARCH_US / BIN_US) + 1;
/** Chance is taken this far either side of an offset: nearby, since shifts beyond the NAT log's span show no mappings at all. */
const LOCAL_BINS = 1_800;
/** Nats by which a peak must beat chance, after paying for the choice among all bins: 7 separates all tried worlds. */
export const CONFIDENCE_NATS = 7;
/** Price of a change of offset in the path: the choice among the bins, and the same 7 nats. */
const JUMP_NATS = Math.log(BINS) + CONFIDENCE_NATS;
/** Steepest skew followed between slices. Quartz is within 100 ppm, virtual machines have shown 300. */
export const MAX_SKEW_PPM = 400;
const MAX_SLICES = 64;
/** So many slices show a step to within a few per cent of the log; more only where a slice would last so long that skew smears it. */
const USUAL_SLICES = 24;
const SLICE_US = 12 * 3_600_000_000;
const SLICE_EVENTS = 40;

/**
 * Two kinds of evidence, voted on separately: being inside a mapping at all, and coming shortly after its creation (the
 * stronger on session logs, where everything is inside something). A hold is cut to this many us after its start.
 */
const CUTS_US: readonly number[] = [Number.POSITIVE_INFINITY, 20_000_000, 3_000_000];
export type Evidence = "containment" | "start lag";
const evidenceOf = (cut: number): Evidence => (cut === 0 ? "containment" : "start lag");

/** n * KL(p || q) in nats where p exceeds q, else 0. */
export function excessNats(hits: number, n: number, q: number): number {
  if (n <= 0) return 0;
  const p = hits / n;
  const chance = Math.min(Math.max(q, 0.02 / n), 1 - 1e-9);
  if (p <= chance) return 0;
  const rest = p < 1 ? (1 - p) * Math.log((1 - p) / (1 - chance)) : 0;
  return n * (p * Math.log(p / chance) + rest);
}

/** First and last bin at whose offset the NAT log speaks of event i; empty where the first exceeds the last. */
function spokenBins(c: Connections, i: number, s: number): { first: number; last: number } {
  if (c.speaks === undefined) return { first: 0, last: BINS - 1 };
  const half = (BINS - 1) / 2;
  return {
    first: Math.max(0, Math.ceil((c.loUs[i]! - c.speaks.toUs - s) / BIN_US + half)),
    last: Math.min(BINS - 1, Math.floor((c.hiUs[i]! - c.speaks.fromUs - s) / BIN_US + half)),
  };
}

/**
 * Adds events [from, to) to a difference array over bins: +1 where shifting by the bin's offset brings the event to a time
 * of which the NAT log speaks. Elsewhere it can neither fit nor fail to: a short extract would else seem to be hit by
 * chance only where it holds nothing.
 */
function askInto(
  c: Connections,
  weight: Float64Array,
  from: number,
  to: number,
  shift: (i: number) => number,
  asked: Float64Array,
): void {
  for (let i = from; i < to; i++) {
    const { first, last } = spokenBins(c, i, shift(i));
    if (first > last) continue;
    asked[first]! += weight[i]!;
    asked[last + 1]! -= weight[i]!;
  }
}

/** The same for bins that put the event in a hold. */
function countInto(
  c: Connections,
  weight: Float64Array,
  from: number,
  to: number,
  cut: number,
  shift: (i: number) => number,
  counts: Float64Array,
): void {
  const limit = CUTS_US[cut]!;
  const half = (BINS - 1) / 2;
  for (let i = from; i < to; i++) {
    const s = shift(i);
    const spoken = spokenBins(c, i, s);
    let reached = spoken.first - 1;
    for (let j = c.first[i + 1]! - 1; j >= c.first[i]!; j--) {
      if (cut > 0 && c.exact[j] === 0) continue;
      const start = c.startUs[j]!;
      const end = Math.min(c.endUs[j]!, start + limit);
      // Candidates are in order of start, so intervals of offsets come in rising order from the last to the first.
      let low = Math.ceil((c.loUs[i]! - end - s) / BIN_US + half);
      let high = Math.floor((c.hiUs[i]! - start - s) / BIN_US + half);
      if (low <= reached) low = reached + 1;
      if (high > spoken.last) high = spoken.last;
      if (high < low) continue;
      counts[low]! += weight[i]!;
      counts[high + 1]! -= weight[i]!;
      reached = high;
    }
  }
}

/** Events of one endpoint or block that follow each other within this are one visit. */
const VISIT_US = 600_000_000;

/**
 * One over the number of events of its visit. They enter and leave a hold together: a scanner's thousand connections out
 * of one block would else outvote everybody with whomever held the block at some other time.
 */
export function visitWeights(c: Connections): Float64Array {
  const out = new Float64Array(c.n);
  const open = new Map<number, { last: number; events: number[] }>();
  const close = (events: readonly number[]): void => {
    for (const i of events) out[i] = 1 / events.length;
  };
  for (let i = 0; i < c.n; i++) {
    const visit = open.get(c.channel[i]!);
    if (visit && Math.abs(c.timeUs[i]! - visit.last) <= VISIT_US) {
      visit.last = c.timeUs[i]!;
      visit.events.push(i);
      continue;
    }
    if (visit) close(visit.events);
    open.set(c.channel[i]!, { last: c.timeUs[i]!, events: [i] });
  }
  for (const { events } of open.values()) close(events);
  return out;
}

/** Turns a difference array into counts, and a prefix sum of them for local means. */
function integrate(counts: Float64Array, prefix: Float64Array): void {
  let sum = 0;
  let total = 0;
  for (let b = 0; b < BINS; b++) {
    sum += counts[b]!;
    counts[b] = sum;
    prefix[b] = total;
    total += sum;
  }
  prefix[BINS] = total;
}

/** Share of the events asked that are inside a hold, either side of a bin, the worse (greater) of both. */
function localChance(hits: Float64Array, asked: Float64Array, b: number): number {
  const left = Math.max(0, b - LOCAL_BINS);
  const right = Math.min(BINS, b + 1 + LOCAL_BINS);
  const share = (from: number, to: number): number => {
    const n = to > from ? asked[to]! - asked[from]! : 0;
    return n > 0 ? (hits[to]! - hits[from]!) / n : 0;
  };
  return Math.max(share(left, b), share(b + 1, right));
}

export interface Slice {
  readonly from: number;
  readonly to: number;
  /** Median recorded time. */
  readonly timeUs: number;
  /** The path's offset there, us; a bin's middle. */
  readonly offsetUs: number;
  /** True where the path jumped between the slice before and this one. */
  readonly jump: boolean;
}

/** The most credible path of the offset through the file: smooth but for jumps that pay their price. */
export function findPath(c: Connections): Slice[] {
  const span = spanOf(c);
  const wanted = Math.min(MAX_SLICES, Math.max(USUAL_SLICES, Math.ceil(span / SLICE_US)));
  const slices = Math.max(1, Math.min(wanted, Math.floor(c.n / SLICE_EVENTS)));
  const bounds = Array.from({ length: slices + 1 }, (_, k) => Math.floor((k * c.n) / slices));
  const times = bounds.slice(0, slices).map((b, k) => medianTime(c, b, bounds[k + 1]!));
  const counts = new Float64Array(BINS + 1);
  const prefix = new Float64Array(BINS + 1);
  const asked = new Float64Array(BINS + 1);
  const askedPrefix = new Float64Array(BINS + 1);
  const weight = visitWeights(c);
  let best = new Float64Array(BINS);
  let next = new Float64Array(BINS);
  const score = new Float64Array(BINS);
  const moves = Array.from({ length: slices }, () => new Int16Array(BINS));
  const jumpFrom = new Int32Array(slices).fill(-1);
  for (let k = 0; k < slices; k++) {
    score.fill(0);
    asked.fill(0);
    askInto(c, weight, bounds[k]!, bounds[k + 1]!, () => 0, asked);
    integrate(asked, askedPrefix);
    for (let cut = 0; cut < CUTS_US.length; cut++) {
      counts.fill(0);
      countInto(c, weight, bounds[k]!, bounds[k + 1]!, cut, () => 0, counts);
      integrate(counts, prefix);
      for (let b = 0; b < BINS; b++) {
        const hits = counts[b]!;
        if (hits < 2) continue;
        const n = asked[b]!;
        const chance = localChance(prefix, askedPrefix, b);
        if (hits / n <= chance) continue;
        const s = excessNats(hits, n, chance);
        if (s > score[b]!) score[b] = s;
      }
    }
    if (k === 0) {
      best.set(score);
      continue;
    }
    const reach =
      1 + Math.min(300, Math.ceil((Math.abs(times[k]! - times[k - 1]!) * MAX_SKEW_PPM) / 1e6 / BIN_US));
    let top = 0;
    for (let b = 1; b < BINS; b++) if (best[b]! > best[top]!) top = b;
    jumpFrom[k] = top;
    const jumped = best[top]! - JUMP_NATS;
    const move = moves[k]!;
    slidingBest(best, reach, next, move);
    for (let b = 0; b < BINS; b++) {
      if (jumped > next[b]!) {
        next[b] = jumped;
        move[b] = JUMPED;
      }
      next[b]! += score[b]!;
    }
    [best, next] = [next, best];
  }
  let at = 0;
  for (let b = 1; b < BINS; b++) if (best[b]! > best[at]!) at = b;
  const out: Slice[] = [];
  for (let k = slices - 1; k >= 0; k--) {
    const move = k > 0 ? moves[k]![at]! : 0;
    out.push({
      from: bounds[k]!,
      to: bounds[k + 1]!,
      timeUs: times[k]!,
      offsetUs: (at - (BINS - 1) / 2) * BIN_US,
      jump: k > 0 && move === JUMPED,
    });
    if (k > 0) at = move === JUMPED ? jumpFrom[k]! : at + move;
  }
  return out.reverse();
}

const JUMPED = 32_767;

/** For every bin the best of the bins within reach, and which; among equals the nearest. A monotone queue: O(bins). */
function slidingBest(from: Float64Array, reach: number, out: Float64Array, move: Int16Array): void {
  const queue = new Int32Array(BINS);
  let head = 0;
  let tail = 0;
  let entered = 0;
  for (let b = 0; b < BINS; b++) {
    for (; entered <= Math.min(BINS - 1, b + reach); entered++) {
      while (tail > head && from[queue[tail - 1]!]! < from[entered]!) tail--;
      queue[tail++] = entered;
    }
    while (queue[head]! < b - reach) head++;
    const top = queue[head]!;
    // Staying is preferred where it is as good.
    const chosen = from[b]! >= from[top]! ? b : top;
    out[b] = from[chosen]!;
    move[b] = chosen - b;
  }
}

function spanOf(c: Connections): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const t of c.timeUs) {
    if (t < low) low = t;
    if (t > high) high = t;
  }
  return Math.max(0, high - low);
}

function medianTime(c: Connections, from: number, to: number): number {
  const slice = c.timeUs.slice(from, to).sort();
  return slice.length === 0 ? 0 : slice[slice.length >> 1]!;
}

export interface Peak {
  /** Shift from the aligned path at which the peak stands (middle of its top), us. */
  readonly shiftUs: number;
  /** Share of events inside at the peak, and near it. */
  readonly share: number;
  readonly chance: number;
  readonly nats: number;
  /** Nats of the best peak elsewhere: what this kind of evidence shows by chance, bursts and periodic traffic included. */
  readonly rival: number;
  /** nats, scaled down where chance shows more than independent events would, less the price of the choice. */
  readonly confidence: number;
  readonly evidence: Evidence;
}

/**
 * How far the events, aligned along a path, beat chance. `choices` is the price in nats for what was chosen beyond one
 * bin (slopes, segments). Where another offset does nearly as well (periodic clients, correlated bursts), the confidence
 * falls: its nats show what this material yields by chance.
 */
export function weigh(c: Connections, pathUs: (i: number) => number, choices: number): Peak {
  const counts = new Float64Array(BINS + 1);
  const prefix = new Float64Array(BINS + 1);
  const excess = new Float64Array(BINS);
  const asked = new Float64Array(BINS + 1);
  const askedPrefix = new Float64Array(BINS + 1);
  const weight = visitWeights(c);
  askInto(c, weight, 0, c.n, pathUs, asked);
  integrate(asked, askedPrefix);
  let best: Peak | null = null;
  for (let cut = 0; cut < CUTS_US.length; cut++) {
    counts.fill(0);
    countInto(c, weight, 0, c.n, cut, pathUs, counts);
    integrate(counts, prefix);
    const half = (BINS - 1) / 2;
    const near = 120;
    for (let b = 0; b < BINS; b++) {
      const chance = localChance(prefix, askedPrefix, b);
      excess[b] = counts[b]! > chance * asked[b]! ? excessNats(counts[b]!, asked[b]!, chance) : 0;
    }
    let top = half;
    for (let d = 1; d <= near; d++) {
      if (counts[half + d]! > counts[top]!) top = half + d;
      if (counts[half - d]! > counts[top]!) top = half - d;
    }
    let low = top;
    let high = top;
    while (low > 0 && counts[low - 1] === counts[top]) low--;
    while (high < BINS - 1 && counts[high + 1] === counts[top]) high++;
    const chance = localChance(prefix, askedPrefix, top);
    const nats = excess[top]!;
    // The peak's own flanks: down to half its height above chance, and as far again.
    const level = (counts[top]! + chance * asked[top]!) / 2;
    let left = low;
    let right = high;
    while (left > 0 && counts[left]! > level) left--;
    while (right < BINS - 1 && counts[right]! > level) right++;
    const flank = right - left + 30;
    let rival = 0;
    for (let b = 0; b < BINS; b++) {
      if (b >= left - flank && b <= right + flank) continue;
      if (excess[b]! > rival) rival = excess[b]!;
    }
    const scale = Math.max(1, rival / Math.log(BINS));
    const confidence = nats / scale - Math.log(BINS * CUTS_US.length) - choices;
    const peak: Peak = {
      shiftUs: ((low + high) / 2 - half) * BIN_US,
      share: counts[top]! / Math.max(1, asked[top]!),
      chance,
      nats,
      rival,
      confidence,
      evidence: evidenceOf(cut),
    };
    if (best === null || peak.confidence > best.confidence) best = peak;
  }
  return best!;
}

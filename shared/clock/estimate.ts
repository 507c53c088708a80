// The fit of a server's clock to a NAT log's, by the connections they have in common: the segments found by the search,
// refined at their changes of offset, each with the lines of offset that its events allow. Explains its choice a segment.

import type { Segment } from "./calibration";
import { type Connections, isSpokenOf, withoutBursts } from "./connections";
import { type Region, region } from "./feasible";
import { offsetOf, type Search, type Stretch, stretchAt } from "./search";
import { middleOf, type Posterior, type Summary, summarise } from "./summary";

/** First half-width of level and of end-to-end difference: the search is good to seconds. Grown where it does not suffice. */
const FIRST_BOX_US = 15_000_000;
/** No clock of a server in use runs faster or slower. */
const MAX_SKEW = 500e-6;
/** Fewer events cannot carry a segment. */
const LEAST_EVENTS = 12;
/** A further change of line must gain this many nats beyond the price of its place: 7 as for the search, and 3 for its two numbers. */
const SPLIT_NATS = 10;
const MAX_SEGMENTS = 24;
/** The start-lag vote: longest time from a mapping's creation to the server's record that still counts as the same act. */
const LAG_HOLDS_US = [4_000_000, 30_000_000];
/** Delays thin out gradually, so a misfit of the start lag weighs less than one of containment. */
const LAG_COST = 1.5;
/** Chance is measured on about so many events at each of its offsets: known to a per cent. */
const CHANCE_EVENTS = 800;
/**
 * Beside a change a misfit costs no more, nats: the lines compared there are fitted to events farther off, and one event in
 * twenty lies near enough to the edge of its hold to be outside.
 */
const PLACE_COST = 3;
/** Events by which the two halves of a segment are compared: a bend of half its width shows. */
const BEND_EVENTS = 700;
/** Standard deviations of a gap between the halves that are taken for chance. */
const GAP_SIGMAS = 3;
/** Change of skew that no clock of a server in use exceeds, per us: 15 ppm a day, thrice what temperature does to bare quartz. */
const FASTEST_DRIFT = 15e-6 / 86_400e6;
/** A segment is halved where its bend exceeds this share of its uncertainty, at most so often. */
const BEND_SHARE = 0.5;
const MAX_HALVINGS = 4;

export interface FittedSegment {
  readonly from: number;
  readonly to: number;
  readonly estimator: "containment" | "start lag";
  readonly share: number;
  /** Share of events inside a hold by chance, and how long after its start a hold counts (Infinity: to its end). */
  readonly chance: number;
  readonly holdUs: number;
  readonly stretch: Stretch;
  readonly fromLine: number;
  readonly toLine: number;
  readonly segment: Segment;
}

export interface Fit {
  readonly segments: readonly FittedSegment[];
  readonly events: number;
}

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly stretch: Stretch;
  readonly region: Region;
  readonly holdUs: number;
  readonly hits: number;
  readonly chance: number;
}

/** Chance of being inside some mapping: measured beside the peak by the search, and per kind of evidence. */
function chanceOf(
  c: Connections,
  from: number,
  to: number,
  reference: (i: number) => number,
  holdUs: number,
): number {
  // At eleven offsets 2 to 30 minutes away on either side: far from the truth, near enough for the same hours of traffic.
  const shifts = [120, 241, 367, 499, 631, 773, 911, 1063, 1217, 1409, 1583, 1741];
  const step = Math.max(1, Math.floor((to - from) / CHANCE_EVENTS));
  const share = (sign: number): number => {
    let hits = 0;
    let events = 0;
    for (const shift of shifts) {
      for (let i = from; i < to; i += step) {
        const o = reference(i) + sign * shift * 1e6;
        if (!isSpokenOf(c, i, o)) continue;
        events++;
        for (let j = c.first[i]!; j < c.first[i + 1]!; j++) {
          if (holdUs !== Number.POSITIVE_INFINITY && c.exact[j] === 0) continue;
          const end = Math.min(c.endUs[j]!, c.startUs[j]! + holdUs);
          if (o > c.loUs[i]! - end && o < c.hiUs[i]! - c.startUs[j]!) {
            hits++;
            break;
          }
        }
      }
    }
    return hits / Math.max(1, events);
  };
  return Math.max(share(1), share(-1));
}

function fitPiece(c: Connections, from: number, to: number, stretch: Stretch): Piece | null {
  if (to - from < LEAST_EVENTS) return null;
  const reference = (i: number): number => offsetOf(stretch, c.timeUs[i]!);
  let best: Piece | null = null;
  let bestWidth = Number.POSITIVE_INFINITY;
  for (const holdUs of [Number.POSITIVE_INFINITY, ...LAG_HOLDS_US]) {
    const contained = holdUs === Number.POSITIVE_INFINITY;
    // Containment needs no assumption about delays; start lag steps in where it tells nothing.
    if (!contained && best !== null) break;
    const chance = chanceOf(c, from, to, reference, holdUs);
    const half = halfSpan(c, from, to);
    const r = region(c, {
      from,
      to,
      reference,
      levelUs: FIRST_BOX_US,
      slopeUs: FIRST_BOX_US,
      chance,
      holdUs,
      costLimit: contained ? Number.POSITIVE_INFINITY : LAG_COST,
      slopeFromUs: (-MAX_SKEW - stretch.slope) * half,
      slopeToUs: (MAX_SKEW - stretch.slope) * half,
    });
    if (r === null) continue;
    const width = Math.max(r.highest.left - r.lowest.left, r.highest.right - r.lowest.right);
    if (width < bestWidth) {
      bestWidth = width;
      best = { from, to, stretch, region: r, holdUs, hits: r.share * (to - from), chance };
    }
  }
  return best;
}

function halfSpan(c: Connections, from: number, to: number): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) {
    low = Math.min(low, c.timeUs[i]!);
    high = Math.max(high, c.timeUs[i]!);
  }
  return (high - low) / 2;
}

/** Splits a piece where two lines fit clearly better than one: a step too small for the search, or drift. */
function divide(c: Connections, piece: Piece, depth: number): Piece[] {
  const n = piece.to - piece.from;
  const lost = (n - piece.hits) * piece.region.cost;
  if (depth <= 0 || n < 4 * LEAST_EVENTS || lost < SPLIT_NATS) return [piece];
  let best: { gain: number; left: Piece; right: Piece } | null = null;
  let bestAt = 0;
  const tryAt = (eighth: number): void => {
    const at = piece.from + Math.floor((n * eighth) / 8);
    const left = fitPiece(c, piece.from, at, piece.stretch);
    const right = left && fitPiece(c, at, piece.to, piece.stretch);
    if (!left || !right || left.holdUs !== piece.holdUs || right.holdUs !== piece.holdUs) return;
    const gain = (left.hits + right.hits - piece.hits) * piece.region.cost;
    if (best === null || gain > best.gain) {
      best = { gain, left, right };
      bestAt = eighth;
    }
  };
  // A change anywhere shows at the nearest of three places; only then are the places between worth a look.
  for (const eighth of [2, 4, 6]) tryAt(eighth);
  const first = best as { gain: number; left: Piece; right: Piece } | null;
  if (first === null || first.gain < SPLIT_NATS / 2) return [piece];
  for (const eighth of [bestAt - 1, bestAt + 1]) tryAt(eighth);
  const found = best as { gain: number; left: Piece; right: Piece } | null;
  if (found === null || found.gain < SPLIT_NATS + Math.log(n)) return [piece];
  const { left, right } = place(c, found.left, found.right);
  return [...divide(c, left, depth - 1), ...divide(c, right, depth - 1)];
}

const inside = (c: Connections, piece: Piece, i: number): boolean => {
  const r = piece.region;
  const x = r.halfSpanUs > 0 ? (c.timeUs[i]! - r.middleUs) / r.halfSpanUs : 0;
  const o = offsetOf(piece.stretch, c.timeUs[i]!) + r.best.level + r.best.slope * x;
  for (let j = c.first[i]!; j < c.first[i + 1]!; j++) {
    const end = Math.min(c.endUs[j]!, c.startUs[j]! + piece.holdUs);
    if (o > c.loUs[i]! - end && o < c.hiUs[i]! - c.startUs[j]!) return true;
  }
  return false;
};

/** Where between two pieces the change lies: the split that puts most events inside, and how far it may lie either way. */
function changeBetween(
  c: Connections,
  left: Piece,
  right: Piece,
): { at: number; first: number; last: number } {
  const from = left.from + LEAST_EVENTS / 2;
  const to = right.to - LEAST_EVENTS / 2;
  const score: number[] = [0];
  let sum = 0;
  for (let i = from; i < to; i++) {
    sum += (inside(c, left, i) ? 1 : 0) - (inside(c, right, i) ? 1 : 0);
    score.push(sum);
  }
  const top = Math.max(...score);
  const cost = Math.max(0.05, Math.min(PLACE_COST, left.region.cost, right.region.cost));
  const near = score.map((s, k) => ({ s, k })).filter(({ s }) => (top - s) * cost <= 9);
  const best = score.map((s, k) => ({ s, k })).filter(({ s }) => s === top);
  return {
    at: from + best[best.length >> 1]!.k,
    first: from + near[0]!.k,
    last: from + near[near.length - 1]!.k,
  };
}

/** Moves the change to where it fits best and fits both sides again, without the events that may be on either side. */
function place(c: Connections, left: Piece, right: Piece): { left: Piece; right: Piece } {
  const { first, last } = changeBetween(c, left, right);
  const l = first - left.from >= LEAST_EVENTS ? fitPiece(c, left.from, first, left.stretch) : null;
  const r = right.to - last >= LEAST_EVENTS ? fitPiece(c, last, right.to, right.stretch) : null;
  return { left: l ?? left, right: r ?? right };
}

/** `connections` reach around the search's stretches, far enough for the largest box. */
export function fitConnections(connections: Connections, search: Search): Fit {
  const c = withoutBursts(connections);
  let pieces: Piece[] = [];
  const groups: { from: number; to: number }[] = search.stretches.map(() => ({ from: c.n, to: 0 }));
  for (let i = 0; i < c.n; i++) {
    const g = groups[stretchAt(search.stretches, c.line[i]!)]!;
    g.from = Math.min(g.from, i);
    g.to = Math.max(g.to, i + 1);
  }
  for (const [k, stretch] of search.stretches.entries()) {
    const g = groups[k]!;
    // The slices beside a change hold events of both sides: they are left out until the change is placed.
    const margin = Math.floor((g.to - g.from) / 12);
    const from = k > 0 ? g.from + margin : g.from;
    const to = k + 1 < search.stretches.length ? g.to - margin : g.to;
    const piece = fitPiece(c, from, to, stretch) ?? fitPiece(c, g.from, g.to, stretch);
    if (piece) pieces.push(piece);
  }
  for (let k = 0; k + 1 < pieces.length; k++) {
    const { left, right } = place(c, pieces[k]!, pieces[k + 1]!);
    pieces[k] = left;
    pieces[k + 1] = right;
  }
  pieces = pieces.flatMap((piece) => divide(c, piece, 4)).slice(0, MAX_SEGMENTS);
  return { segments: pieces.flatMap((piece) => straight(c, piece, MAX_HALVINGS)), events: c.n };
}

/** A clock whose skew changes is stated as straight segments, each halved until its bend is small beside its uncertainty. */
function straight(c: Connections, piece: Piece, depth: number): FittedSegment[] {
  const plain = posterior(c, piece, {});
  const { bend, left, right } = bendOf(c, piece);
  if (depth > 0 && bend > BEND_SHARE * plain.uncertaintyUs && left && right) {
    return [...straight(c, left, depth - 1), ...straight(c, right, depth - 1)];
  }
  const uncertaintyUs = Math.ceil(plain.uncertaintyUs + bend);
  const guardUs = Math.ceil(Math.max(plain.guardUs, 2 * uncertaintyUs));
  return [finish(c, piece, { ...plain, uncertaintyUs, guardUs })];
}

/** The same segments, fitted to other events of the same file (a fold left out): changes of offset stay where they are. */
export function refit(connections: Connections, fit: Fit): Fit {
  const c = withoutBursts(connections);
  const segments: FittedSegment[] = [];
  for (const whole of fit.segments) {
    let from = 0;
    while (from < c.n && c.line[from]! < whole.fromLine) from++;
    let to = from;
    while (to < c.n && c.line[to]! <= whole.toLine) to++;
    const piece = fitPiece(c, from, to, whole.stretch);
    if (!piece) continue;
    const fitted = finish(c, piece, middleOf(piece.region));
    // The span stays the whole fit's: leaving events out must not shorten it, and its ends carry the wider guard.
    segments.push({ ...fitted, segment: respan(fitted.segment, whole.segment) });
  }
  return { segments, events: c.n };
}

function respan(segment: Segment, whole: Segment): Segment {
  const middle = (segment.fromUs + segment.toUs) / 2;
  const to = (whole.fromUs + whole.toUs) / 2;
  const half = Math.max(1, (segment.toUs - segment.fromUs) / 2);
  const stretch = Math.max(0, (whole.toUs - whole.fromUs) / 2 / half - 1) + Math.abs(to - middle) / half;
  return {
    ...whole,
    offsetUs: Math.round(segment.offsetUs + (segment.skewPpm * (to - middle)) / 1e6),
    skewPpm: segment.skewPpm,
    uncertaintyUs: Math.ceil(segment.uncertaintyUs * (1 + stretch)),
    guardUs: Math.ceil(segment.guardUs * (1 + stretch)),
  };
}

const posterior = (c: Connections, piece: Piece, more: { most?: number }): Posterior =>
  summarise(c, piece.region, {
    from: piece.from,
    to: piece.to,
    reference: (i) => offsetOf(piece.stretch, c.timeUs[i]!),
    holdUs: piece.holdUs,
    chance: piece.chance,
    ...more,
  });

interface Bend {
  readonly bend: number;
  /** The two halves; null where there are too few events. */
  readonly left: Piece | null;
  readonly right: Piece | null;
}

/**
 * How far the clock may leave the segment's one straight line, by the lines of its two halves: skew that changes bends it
 * by two thirds of half their slopes' difference at the ends, a step by half of their gap in the middle. What the halves'
 * own spread explains is taken off.
 */
function bendOf(c: Connections, piece: Piece): Bend {
  const half = piece.region.halfSpanUs;
  const none = { bend: 0, left: null, right: null };
  if (piece.to - piece.from < 4 * LEAST_EVENTS || half <= 0) return none;
  const middle = piece.region.middleUs;
  let at = piece.from;
  while (at < piece.to && c.timeUs[at]! < middle) at++;
  const left = fitPiece(c, piece.from, at, piece.stretch);
  const right = left && fitPiece(c, at, piece.to, piece.stretch);
  if (!left || !right || left.holdUs !== piece.holdUs || right.holdUs !== piece.holdUs) return none;
  const l = posterior(c, left, { most: BEND_EVENTS });
  const r = posterior(c, right, { most: BEND_EVENTS });
  const lh = Math.max(1, left.region.halfSpanUs);
  const rh = Math.max(1, right.region.halfSpanUs);
  const excess = (found: number, sigma: number): number => Math.sqrt(Math.max(0, found ** 2 - sigma ** 2));
  const curve = excess(
    ((r.slopeUs / rh - l.slopeUs / lh) * half) / 2,
    (Math.hypot(r.slopeSigmaUs / rh, l.slopeSigmaUs / lh) * half) / 2,
  );
  // Over hours no clock's skew changes enough to show: what looks like it there is chance.
  const most = (FASTEST_DRIFT * half * half) / 2;
  const lm = (middle - left.region.middleUs) / lh;
  const rm = (middle - right.region.middleUs) / rh;
  const gap = excess(
    r.levelUs + r.slopeUs * rm - l.levelUs - l.slopeUs * lm,
    GAP_SIGMAS * Math.hypot(r.levelSigmaUs, l.levelSigmaUs, r.slopeSigmaUs * rm, l.slopeSigmaUs * lm),
  );
  return { bend: Math.max((2 / 3) * Math.min(curve, most), gap / 2), left, right };
}

function finish(c: Connections, piece: Piece, s: Summary): FittedSegment {
  const { middleUs, halfSpanUs } = piece.region;
  const fromUs = Math.round(middleUs - halfSpanUs);
  const toUs = Math.round(middleUs + halfSpanUs);
  const skew = piece.stretch.slope + (halfSpanUs > 0 ? s.slopeUs / halfSpanUs : 0);
  return {
    from: piece.from,
    to: piece.to,
    estimator: piece.holdUs === Number.POSITIVE_INFINITY ? "containment" : "start lag",
    share: piece.region.share,
    chance: piece.chance,
    holdUs: piece.holdUs,
    stretch: piece.stretch,
    fromLine: c.line[piece.from]!,
    toLine: c.line[piece.to - 1]!,
    segment: {
      fromUs,
      toUs,
      fromLine: c.line[piece.from]!,
      toLine: c.line[piece.to - 1]!,
      offsetUs: Math.round(offsetOf(piece.stretch, (fromUs + toUs) / 2) + s.levelUs),
      skewPpm: Math.round(skew * 1e6 * 1e6) / 1e6,
      uncertaintyUs: s.uncertaintyUs,
      guardUs: s.guardUs,
    },
  };
}

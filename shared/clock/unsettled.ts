// Lines that do not follow the clock as it was fitted: a wrong clock before the first synchronisation, an excursion too short
// for the search. By chance most of them still fall into somebody's mapping, and would name a stranger. Found as runs of
// lines in which misfits are as common as chance makes them (Page 1954, cumulative sums), and left without a time.
import { offsetAt, type Unsettled } from "./calibration";
import type { Connections } from "./connections";
import type { Fit, FittedSegment } from "./estimate";

/** Nats by which a run must fit chance better than the clock, beyond the price of its place: 7 as for the search. */
const RUN_NATS = 7;
/** Hits carry a run's border outwards until they speak this much for the clock, nats. */
const BORDER_NATS = 9;
/** A line misses at least so often though its clock is right: near the edge of a hold, or over another way. */
const LEAST_MISS = 0.02;
/** Where chance hits more often, neither hits nor misses tell anything. */
const MOST_CHANCE = 0.95;
const MOST_RUNS = 12;
/** A file whose first lines, so many times the usual distance of two connections, have no mapping near began with another clock. */
const HEAD_GAPS = 20;
/**
 * The first and the last lines of a file are doubted, until lines that fit have shown the clock, where more of them do not
 * fit than elsewhere (so many only in this share of cases) or the recorded time jumps: back by so much, or, among the first,
 * ahead by so many usual distances of two connections there. A clock that is set after a start leaves too few lines before it
 * to be found as a run.
 */
const MISS_ODDS = 0.05;
const JUMP_GAPS = 7;
/** The usual distance is that of so many connections at the start: at night it is longer. */
const NEIGHBOURS = 200;
const BACK_US = 10_000_000;
/** Recorded time that jumps back by so much, and stays there for so many lines, was set: both sides are doubted. */
const SET_BACK_US = 60_000_000;
const SET_LINES = 5;
/**
 * Before a leap ahead, longer than a quiet time explains, the clock may have been slow since the machine was woken or
 * started, until something set it: so many times what all but a twentieth of the distances nearby do not exceed.
 */
const AHEAD_TIMES = 4;
const USUAL_SHARE = 0.95;
const AHEAD_US = 60_000_000;
/**
 * More such leaps, so large a share of lines well behind their forerunner, or more lines behind it than ahead, and the file
 * is not in the order in which it was written (an export with the newest first): its jumps tell nothing of the clock.
 */
const MOST_LEAPS = 12;
const MOST_BACKWARD = 0.02;
/** Doubt never reaches farther, in events: where hits tell little, it would never end. */
const MOST_DOUBTED = 150;

/** Log-odds of "by chance" against "by the clock" per event, in the order of lines; 0 where nothing is told. */
function evidence(c: Connections, fit: Fit): Float64Array {
  const out = new Float64Array(c.n);
  const hit = new Uint8Array(c.n);
  for (const fitted of fit.segments) {
    const own: number[] = [];
    let hits = 0;
    for (let i = 0; i < c.n; i++) {
      if (c.line[i]! < fitted.fromLine || c.line[i]! > fitted.toLine) continue;
      own.push(i);
      if (fits(c, fitted, i)) {
        hit[i] = 1;
        hits++;
      }
    }
    const chance = Math.max(0.02, fitted.chance);
    const miss = Math.max(LEAST_MISS, 1 - hits / Math.max(1, own.length));
    if (chance > MOST_CHANCE || 1 - miss <= chance) continue;
    for (const i of own)
      out[i] = hit[i] === 1 ? Math.log(chance / (1 - miss)) : Math.log((1 - chance) / miss);
  }
  return out;
}

function fits(c: Connections, { segment, holdUs }: FittedSegment, i: number): boolean {
  const o = offsetAt(segment, c.timeUs[i]!);
  const slack = segment.uncertaintyUs;
  for (let j = c.first[i]!; j < c.first[i + 1]!; j++) {
    if (holdUs !== Number.POSITIVE_INFINITY && c.exact[j] === 0) continue;
    const end = Math.min(c.endUs[j]!, c.startUs[j]! + holdUs);
    if (o + slack > c.loUs[i]! - end && o - slack < c.hiUs[i]! - c.startUs[j]!) return true;
  }
  return false;
}

/** Runs of lines of which the calibration says nothing, in rising order; the file's first and last lines reach outwards. */
export function unsettledLines(c: Connections, fit: Fit): Unsettled[] {
  const weight = evidence(c, fit);
  const price = RUN_NATS + Math.log(Math.max(2, c.n));
  const found: [number, number][] = [];
  for (let round = 0; round < MOST_RUNS; round++) {
    const run = heaviest(weight, price);
    if (run === null) break;
    const [from, to] = [border(weight, run[0], -1), border(weight, run[1], 1)];
    found.push([from, to]);
    // What is taken must neither be found again nor joined to what lies beyond it.
    weight.fill(Number.NEGATIVE_INFINITY, from, to + 1);
  }
  const runs: Unsettled[] = joined([...found, ...doubted(c, fit, weight)]).map(([from, to]) => ({
    fromLine: from === 0 ? 1 : c.line[from]!,
    toLine: to === c.n - 1 ? null : c.line[to]!,
    fromUs: extreme(c, from, to, Math.min),
    toUs: extreme(c, from, to, Math.max),
  }));
  const head = headOf(c);
  return head !== null && runs[0]?.fromLine !== 1 ? [head, ...runs] : runs;
}

/** Runs that meet or touch, as one each, in rising order. */
function joined(runs: readonly (readonly [number, number])[]): [number, number][] {
  const out: [number, number][] = [];
  for (const [from, to] of [...runs].sort((a, b) => a[0] - b[0])) {
    const last = out[out.length - 1];
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}

/** Lines at the file's ends and beside a clock that was set, as far as nothing shows yet that the calibration holds of them. */
function doubted(c: Connections, fit: Fit, weight: Float64Array): [number, number][] {
  const n = c.n;
  if (n < 2) return [];
  // Where nothing tells a hit from chance, nothing shows that a leap's lines follow the clock, however many they are.
  const told = weight.some((w) => w !== 0 && w !== Number.NEGATIVE_INFINITY);
  const out: [number, number][] = [];
  const leaps = setBack(c);
  const written = leaps.length <= MOST_LEAPS && inOrder(c);
  const jumps = (from: number, to: number, usual: number): boolean => {
    if (!written) return false;
    for (let i = from; i < to; i++) {
      const by = c.timeUs[i + 1]! - c.timeUs[i]!;
      if (by > JUMP_GAPS * usual || by < -BACK_US) return true;
    }
    return false;
  };
  const missed = (from: number, to: number): number => {
    let sum = 0;
    for (let i = from; i <= to; i++) if (weight[i]! > 0) sum++;
    return sum;
  };
  const usually = Math.max(LEAST_MISS, missed(0, n - 1) / n);
  const misses = (from: number, to: number): boolean =>
    atLeast(missed(from, to), to - from + 1, usually) < MISS_ODDS;
  const most = Math.min(MOST_DOUBTED, n >> 2);
  const head = Math.min(most, border(weight, -1, 1));
  if (
    told &&
    head >= 0 &&
    (misses(0, head) || jumps(0, Math.min(n - 1, head + 1), usualGap(c, 0, NEIGHBOURS)))
  )
    out.push([0, head]);
  const tail = Math.max(n - 1 - most, border(weight, n, -1));
  if (
    told &&
    tail < n &&
    (misses(tail, n - 1) || jumps(Math.max(0, tail - 1), n - 1, Number.POSITIVE_INFINITY))
  )
    out.push([tail, n - 1]);
  const gap = usualGap(c, 0, n);
  const changes = fit.segments.slice(1).map((s) => indexOf(c, s.fromLine) - 1);
  const ahead = written ? leapsAhead(c) : [];
  for (const { at: i, by } of [...(written ? leaps : []), ...ahead]) {
    const change = changes.find((k) => Math.abs(k - i) <= most);
    const before = Math.max(i + 1 - most, border(weight, i + 1, -1));
    if (change === undefined) out.push([before, by > 0 ? Math.min(i + most, border(weight, i, 1)) : i]);
    // Near a change that the calibration placed, attribution tries both sides over half the step's length (./correct.ts).
    else if (Math.abs(change - i) > Math.abs(by) / 2 / gap)
      out.push([Math.min(i, change) + 1, Math.max(i, change)]);
  }
  return out;
}

/** P(X >= k) of a binomial. */
function atLeast(k: number, n: number, p: number): number {
  let term = (1 - p) ** n;
  let below = 0;
  for (let i = 0; i < k; i++) {
    below += term;
    term *= ((n - i) / (i + 1)) * (p / (1 - p));
  }
  return 1 - below;
}

/** Mean distance of two connections among [from, to), from their median: a jump among them does not move it. */
function usualGap(c: Connections, from: number, to: number): number {
  const gaps: number[] = [];
  for (let i = Math.max(0, from); i + 1 < Math.min(c.n, to); i++)
    gaps.push(Math.abs(c.timeUs[i + 1]! - c.timeUs[i]!));
  gaps.sort((a, b) => a - b);
  return gaps.length === 0 ? Number.POSITIVE_INFINITY : Math.max(1, gaps[gaps.length >> 1]!) / Math.LN2;
}

/** The last event up to a line. */
function indexOf(c: Connections, line: number): number {
  let i = 0;
  while (i + 1 < c.n && c.line[i + 1]! <= line) i++;
  return i;
}

/** True where the recorded time goes ahead with the lines, but for a few. */
function inOrder(c: Connections): boolean {
  let ahead = 0;
  let behind = 0;
  let far = 0;
  for (let i = 0; i + 1 < c.n; i++) {
    const by = c.timeUs[i + 1]! - c.timeUs[i]!;
    if (by > 0) ahead++;
    else if (by < 0) behind++;
    if (by < -BACK_US) far++;
  }
  return behind <= ahead && far <= MOST_BACKWARD * c.n;
}

/** Events behind which the recorded time jumps back and stays there, and by how much, us. */
function setBack(c: Connections): { at: number; by: number }[] {
  const out: { at: number; by: number }[] = [];
  let latest = c.timeUs[0]!;
  for (let i = 0; i + SET_LINES < c.n; i++) {
    latest = Math.max(latest, c.timeUs[i]!);
    if (latest - c.timeUs[i + 1]! <= SET_BACK_US) continue;
    const after = extreme(c, i + 1, i + SET_LINES, Math.max);
    if (latest - after <= SET_BACK_US) continue;
    out.push({ at: i, by: latest - after });
    latest = after;
  }
  return out;
}

/** Events behind which the recorded time leaps ahead; `by` is how far it jumps back, so less than 0. */
function leapsAhead(c: Connections): { at: number; by: number }[] {
  const out: { at: number; by: number }[] = [];
  let latest = c.timeUs[0]!;
  let usual = 0;
  for (let i = 0; i + 1 < c.n; i++) {
    latest = Math.max(latest, c.timeUs[i]!);
    if (i % (NEIGHBOURS >> 1) === 0) usual = longestUsual(c, i - (NEIGHBOURS >> 1), i + NEIGHBOURS);
    const by = c.timeUs[i + 1]! - latest;
    if (by > Math.max(AHEAD_US, AHEAD_TIMES * usual)) out.push({ at: i, by: -by });
  }
  return out;
}

/** What a share of USUAL_SHARE of the distances among [from, to) do not exceed. */
function longestUsual(c: Connections, from: number, to: number): number {
  const gaps: number[] = [];
  for (let i = Math.max(0, from); i + 1 < Math.min(c.n, to); i++)
    gaps.push(Math.abs(c.timeUs[i + 1]! - c.timeUs[i]!));
  gaps.sort((a, b) => a - b);
  return gaps[Math.min(gaps.length - 1, Math.ceil(USUAL_SHARE * gaps.length))] ?? Number.POSITIVE_INFINITY;
}

/** The file's first lines, where the mappings of their ports are all too far away for a connection to be looked at. */
function headOf(c: Connections): Unsettled | null {
  if (c.n < 2) return null;
  const usual = (c.line[c.n - 1]! - c.line[0]!) / (c.n - 1);
  if (c.line[0]! - 1 <= HEAD_GAPS * usual) return null;
  return { fromLine: 1, toLine: c.line[0]! - 1, fromUs: null, toUs: null };
}

/** The run with the greatest sum, where it exceeds the price. */
function heaviest(weight: Float64Array, price: number): [number, number] | null {
  let best: [number, number] | null = null;
  let most = price;
  let sum = 0;
  let from = 0;
  for (let i = 0; i < weight.length; i++) {
    if (sum <= 0) {
      sum = 0;
      from = i;
    }
    sum += weight[i]!;
    if (sum > most) {
      most = sum;
      best = [from, i];
    }
  }
  return best;
}

/** From a run's last misfit outwards to where hits have shown that the clock holds again. */
function border(weight: Float64Array, at: number, step: 1 | -1): number {
  let shown = 0;
  let i = at;
  while (i + step >= 0 && i + step < weight.length && shown < BORDER_NATS) {
    if (weight[i + step] === Number.NEGATIVE_INFINITY) break;
    i += step;
    shown = Math.max(0, shown - weight[i]!);
  }
  return i;
}

function extreme(c: Connections, from: number, to: number, pick: (a: number, b: number) => number): number {
  let value = c.timeUs[from]!;
  for (let i = from; i <= to; i++) value = pick(value, c.timeUs[i]!);
  return value;
}

/** True where a line of a segment-wise clock is one of those; by the recorded time where there is no line. */
export function isUnsettled(
  unsettled: readonly Unsettled[] | undefined,
  line: number | null,
  timeUs: number,
): boolean {
  return (unsettled ?? []).some(({ fromLine, toLine, fromUs, toUs }) => {
    if (line !== null) return line >= fromLine && (toLine === null || line <= toLine);
    return fromUs !== null && toUs !== null && timeUs >= fromUs && timeUs <= toUs;
  });
}

// Completeness is shown, not assumed (rule of evidence 8). Other connections of the same server are the witnesses: each
// was certainly made through the NAT, so each must find a mapping. A log that lost 30 % of its records names a wrong
// subscriber in some 3 % of the cases where a sole, partial holder is taken for the right one.
import { upperShareBound } from "./binomial";
import { type Interval, Spans } from "./spans";

/** The share of lost records must lie below this at 95 %, or a sole holder is no proof. */
export const COMPLETENESS_LIMIT = 0.001;
/**
 * Or the share of lost records and the share of connections beside which somebody else's hold lies, multiplied, must lie
 * below this, each at its 95 % bound: a lost record names the wrong party only where another's hold stands in its place.
 * With this limit the worst log, whatever it lost, gives a wrong name to 1 event in 100,000 (simulated in the tests).
 */
export const MISTAKEN_LIMIT = 0.000025;
/** However seldom another's hold is near, so many lost records are no complete log. */
export const LOSS_LIMIT = 0.01;
/**
 * Witnesses a stretch holds: with none unmatched 3,000 bring the bound to 0.1 %; 5,000 leave room for one that reached
 * the server by another way.
 */
export const STRETCH_WITNESSES = 5_000;
/** Containment half an hour off must be below this, or the witnesses would find a mapping by chance. */
export const CHANCE_LIMIT = 0.9;
export const CHANCE_SHIFT_US = 1_800_000_000;
/** A sequence gap, silence or unpaired release speaks against completeness this far around it. */
export const FAULT_REACH_US = 1_800_000_000;

/** Witnesses of one pool (device and address range), by `atUs`, the middle of their interval in the NAT's clock. */
export interface Witnesses {
  readonly atUs: Float64Array;
  /** 1 where a possible hold meets the interval. */
  readonly matched: Uint8Array;
  /** 1 where holds of two parties or more meet it. */
  readonly several: Uint8Array;
  /** 1 where one meets the interval moved half an hour back, and forth. */
  readonly earlier: Uint8Array;
  readonly later: Uint8Array;
}

export interface Fault extends Interval {
  readonly kind: "sequence gap" | "silence" | "unpaired release";
}

export interface Judged {
  readonly witnesses: number;
  readonly unmatched: number;
  /** Share matched by chance half an hour away, the worse side. */
  readonly chance: number;
  /** 95 % upper bound of the share of lost records: that of the unmatched share over the share that others' holds do not hide. */
  readonly bound: number;
  /** Share beside which another party's hold lies: two meet the interval, or one half an hour away; and its 95 % upper bound. */
  readonly others: number;
  readonly othersBound: number;
  readonly shown: boolean;
}

export interface Stretch extends Interval, Judged {}

export interface Completeness {
  readonly stretches: readonly Stretch[];
  readonly faults: readonly Fault[];
  /** Where a sole holder may be taken for the only one. */
  readonly complete: Spans;
}

/**
 * `leaveOut`: witnesses to take away from each stretch before the bound is computed: 1 where the questioned event is a
 * witness itself, 0 where the questioned events stand apart.
 */
export function completenessOf(
  witnesses: Witnesses,
  faults: readonly Fault[],
  leaveOut: 0 | 1,
): Completeness {
  const n = witnesses.atUs.length;
  const stretches: Stretch[] = [];
  // Equal shares, each of at least STRETCH_WITNESSES where there are as many.
  const parts = Math.max(1, Math.floor(n / STRETCH_WITNESSES));
  for (let part = 0; part < parts && n > 0; part++) {
    const first = Math.floor((part * n) / parts);
    const end = Math.floor(((part + 1) * n) / parts);
    const from = witnesses.atUs[first]!;
    // Up to the next stretch's first witness, so that no moment falls between two.
    const to = end < n ? witnesses.atUs[end]! : witnesses.atUs[n - 1]! + 1;
    stretches.push({ from, to, ...judge(witnesses, first, end, leaveOut) });
  }
  const around = faults.map((f) => ({ from: f.from - FAULT_REACH_US, to: f.to + FAULT_REACH_US }));
  return { stretches, faults, complete: Spans.of(stretches.filter((s) => s.shown)).minus(around) };
}

function judge(w: Witnesses, first: number, end: number, leaveOut: number): Judged {
  const seen = (flags: Uint8Array): number => {
    let sum = 0;
    for (let i = first; i < end; i++) sum += flags[i]!;
    return sum;
  };
  return judged(
    end - first,
    { matched: seen(w.matched), several: seen(w.several), earlier: seen(w.earlier), later: seen(w.later) },
    leaveOut,
  );
}

/** What `n` witnesses show of their stretch, of which so many have each flag. */
export function judged(
  n: number,
  seen: Readonly<Record<"matched" | "several" | "earlier" | "later", number>>,
  leaveOut: number,
): Judged {
  const witnesses = Math.max(0, n - leaveOut);
  const unmatched = n - seen.matched;
  const chance = n > 0 ? Math.max(seen.earlier, seen.later) / n : 1;
  const beside = Math.max(seen.several, seen.earlier, seen.later);
  const others = n > 0 ? beside / n : 1;
  // A witness whose record is lost counts as matched where another party's hold is near: that hides the loss.
  const bound = others < 1 ? Math.min(1, upperShareBound(unmatched, witnesses) / (1 - others)) : 1;
  const othersBound = upperShareBound(beside, witnesses);
  const harmless = bound < LOSS_LIMIT && bound * othersBound < MISTAKEN_LIMIT;
  return {
    witnesses,
    unmatched,
    chance,
    bound,
    others,
    othersBound,
    shown: chance < CHANCE_LIMIT && (bound < COMPLETENESS_LIMIT || harmless),
  };
}

/** Silence longer than so many mean intervals between records is no chance: e^-20. */
const SILENCE_MEAN_INTERVALS = 20;
/** Shorter silences are a matter of buffering and batches. */
const SILENCE_LEAST_MINUTES = 5;
const MINUTE_US = 60_000_000;

/** Silences of one device from its counts per minute: `minutes` ascending, each with at least one record. */
export function silencesOf(minutes: Float64Array, records: number): Fault[] {
  const n = minutes.length;
  if (n < 2) return [];
  const perMinute = records / (minutes[n - 1]! - minutes[0]! + 1);
  const least = Math.max(SILENCE_LEAST_MINUTES, Math.ceil(SILENCE_MEAN_INTERVALS / perMinute));
  const faults: Fault[] = [];
  for (let i = 1; i < n; i++) {
    if (minutes[i]! - minutes[i - 1]! - 1 >= least) {
      faults.push({
        kind: "silence",
        from: (minutes[i - 1]! + 1) * MINUTE_US,
        to: minutes[i]! * MINUTE_US,
      });
    }
  }
  return faults;
}

/** A finding on one pool in plain words, for the analyst and the report. */
export function completenessSentence(pool: string, found: Completeness): string {
  const { stretches, faults } = found;
  const total = stretches.reduce((sum, s) => sum + s.witnesses, 0);
  const shown = stretches.filter((s) => s.shown).length;
  if (total === 0) return `${pool}: no other connection bears on it; completeness is not shown.`;
  const worst = stretches.reduce((a, s) => Math.max(a, s.bound), 0);
  const best = stretches.reduce((a, s) => Math.min(a, s.bound), 1);
  const unmatched = stretches.reduce((sum, s) => sum + s.unmatched, 0);
  const chance = stretches.reduce((a, s) => Math.max(a, s.chance), 0);
  const others = stretches.reduce((a, s) => Math.max(a, s.othersBound), 0);
  const kinds = (["sequence gap", "silence", "unpaired release"] as const)
    .map((kind) => ({ kind, n: faults.filter((f) => f.kind === kind).length }))
    .filter((k) => k.n > 0)
    .map((k) => `${k.n} ${k.kind}${k.n === 1 ? "" : "s"}`);
  return (
    `${pool}: completeness is ${shown === 0 ? "not shown" : shown === stretches.length ? "shown" : `shown in ${shown} of ${stretches.length} stretches`}` +
    `; ${unmatched} of ${total} other connections found no mapping, at most ${percent(best)}${best === worst ? "" : ` to ${percent(worst)}`} of records lost (95 %, limit ${percent(COMPLETENESS_LIMIT)}` +
    `, or ${(100 * MISTAKEN_LIMIT).toFixed(4)} % after multiplication by the share of connections beside which another party's hold lies, here at most ${percent(others)})` +
    `; ${percent(chance)} fit by chance half an hour away${kinds.length > 0 ? `; within half an hour of ${kinds.join(", ")} it is not` : ""}.`
  );
}

/** Rounded up: a bound is never stated lower than it is. */
const percent = (share: number): string => `${(Math.ceil(share * 100_000 - 1e-9) / 1000).toFixed(3)} %`;

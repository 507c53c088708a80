// Whether a server's connections went through these records at all. A certain hold proves who had a port (rule of
// evidence 7), but it proves nothing of a connection that did not pass this NAT, or whose clock was then another: such a
// one falls into somebody's mapping by chance. Many connections that find no mapping show it, all over or in a stretch;
// there nobody is named with certainty. Records that were lost look alike, up to about half of all connections.
import { upperShareBound } from "./binomial";
import type { Interval } from "./spans";
import { Spans } from "./spans";

/** Connections of one pool by `atUs`, the middle of their interval in the NAT's clock. 1 where the flag holds. */
export interface Passage {
  readonly atUs: Float64Array;
  /** A possible hold of any log meets the interval. */
  readonly matched: Uint8Array;
  /** The same of the interval moved half an hour back, and forth. */
  readonly earlier: Uint8Array;
  readonly later: Uint8Array;
  /** Certain holds cover the interval; and the interval moved back, and forth. */
  readonly covered: Uint8Array;
  readonly coveredEarlier: Uint8Array;
  readonly coveredLater: Uint8Array;
}

export interface Strangers {
  readonly connections: number;
  readonly unmatched: number;
  /** Where no answer may be `unique`. */
  readonly doubtful: Spans;
  /** The doubt is of all connections, not of a stretch. */
  readonly everywhere: boolean;
}

/** Nothing was asked, nothing is doubted. */
export const NO_STRANGERS: Strangers = {
  connections: 0,
  unmatched: 0,
  doubtful: Spans.NONE,
  everywhere: false,
};

/** Fewer connections show no share. A cover may be chance with any number. */
const LEAST_CONNECTIONS = 30;
/**
 * Strangers may be this share of the connections, taken together and in every stretch. An operator that lost 30 % of
 * its records leaves up to 30 % of the connections unmatched; logs that share a fifth of their traffic, 80 %.
 */
const SHARE_LIMIT = 0.5;
/** The same where the clock was established otherwise: the records alone are in question, not the clock too. */
const INDEPENDENT_SHARE_LIMIT = 0.75;
/** Below this share of unmatched the correction for chance is guesswork: open-ended holds of a lossy log fit almost anything. */
const LEAST_UNMATCHED = 0.05;
const STRETCH_SHARE_LIMIT = 0.6;
/** Of the connections that certain holds cover, this share may be covered by chance. */
const CHANCE_LIMIT = 0.01;
/** Connections of a stretch whose share is judged by itself. */
const STRETCH = 200;
/** Connections of a cluster, and the share of them that must be unmatched. */
const CLUSTER = 48;
const CLUSTER_SHARE = 0.25;
/** Odds at which so many unmatched together are no chance, had each the pool's share. */
const CLUSTER_ODDS = 1e-7;

/**
 * Reads a pool's connections, ordered by time. `fitted`: the clock was calibrated by these very connections, so that
 * where they fail to fit, the clock itself is in doubt; of one that was established without them only the share speaks: where
 * they fit hardly better than half an hour away, that clock is not theirs (a pair read in another zone).
 */
export function strangersOf(p: Passage, fitted: boolean): Strangers {
  const n = p.atUs.length;
  const unmatched = prefix(p.matched);
  const total = unmatched[n]!;
  const none = { connections: n, unmatched: total, doubtful: Spans.NONE, everywhere: false };
  if (n === 0) return none;
  const share = (flags: Uint8Array) => flags.reduce((sum, f) => sum + f, 0) / n;
  // What fits by chance hides strangers: the unmatched are those whom chance did not hide.
  const shown = 1 - Math.max(share(p.earlier), share(p.later));
  const hidden = (seen: number) => (shown > 0 ? Math.min(1, seen / shown) : 1);
  const most =
    n >= LEAST_CONNECTIONS &&
    total >= 3 &&
    total > LEAST_UNMATCHED * n &&
    hidden(total / n) > (fitted ? SHARE_LIMIT : INDEPENDENT_SHARE_LIMIT);
  // Each that is seen stands for others that chance hides, as many as a few of them can stand for at 95 %. Where all passed
  // and no record is lost none is seen, so that the first one counts.
  const seen = total === 0 ? 0 : upperShareBound(total, n);
  const byChance = hidden(seen) * Math.max(share(p.coveredEarlier), share(p.coveredLater));
  if (most || (fitted && byChance > CHANCE_LIMIT * share(p.covered)))
    return { ...none, doubtful: Spans.EVER, everywhere: true };
  if (!fitted || n < LEAST_CONNECTIONS) return none;
  return { ...none, doubtful: Spans.of([...stretches(p, unmatched, shown), ...clusters(p, unmatched)]) };
}

/** Stretches in which strangers are most of the connections. */
function stretches(p: Passage, unmatched: Uint32Array, shown: number): Interval[] {
  const n = p.atUs.length;
  const size = Math.min(STRETCH, n);
  const out: Interval[] = [];
  for (let from = 0; from + size <= n; from += size >> 2) {
    const missing = unmatched[from + size]! - unmatched[from]!;
    if (missing > STRETCH_SHARE_LIMIT * size * shown) out.push(around(p, from, from + size));
  }
  return out;
}

/** Places where the unmatched stand together: a step that the calibration did not see, an outage, another network's day. */
function clusters(p: Passage, unmatched: Uint32Array): Interval[] {
  const n = p.atUs.length;
  if (n < 4 * CLUSTER) return [];
  // The pool's share outside the cluster itself would be lower: this errs on the side of finding fewer.
  const usual = (unmatched[n]! + 1) / n;
  const least = Math.max(Math.ceil(CLUSTER * CLUSTER_SHARE), leastOf(usual));
  const out: Interval[] = [];
  for (let from = 0; from + CLUSTER <= n; from++) {
    if (unmatched[from + CLUSTER]! - unmatched[from]! >= least) out.push(around(p, from, from + CLUSTER));
  }
  return out;
}

/** The fewest unmatched of a cluster that share `p` gives with odds below CLUSTER_ODDS; over CLUSTER where none does. */
function leastOf(p: number): number {
  if (p >= 1) return CLUSTER + 1;
  let term = p ** CLUSTER;
  let tail = 0;
  for (let k = CLUSTER; k > 0; k--) {
    tail += term;
    if (tail > CLUSTER_ODDS) return k + 1;
    term *= ((k / (CLUSTER - k + 1)) * (1 - p)) / p;
  }
  return 1;
}

/** From the connection before the first of [from, end) to the one after its last. */
const around = (p: Passage, from: number, end: number): Interval => ({
  from: from === 0 ? Number.NEGATIVE_INFINITY : p.atUs[from - 1]!,
  to: end >= p.atUs.length ? Number.POSITIVE_INFINITY : p.atUs[end]! + 1,
});

/** Unmatched among the first i connections, by i. */
function prefix(matched: Uint8Array): Uint32Array {
  const out = new Uint32Array(matched.length + 1);
  for (let i = 0; i < matched.length; i++) out[i + 1] = out[i]! + 1 - matched[i]!;
  return out;
}

/** What it means for the answers, in plain words; null where there is no doubt. */
export function strangersSentence(pool: string, found: Strangers): string | null {
  if (found.doubtful.length === 0) return null;
  const where = found.everywhere
    ? "Many of them did not pass this NAT or are of another time, so that a match may be chance"
    : `In ${found.doubtful.length === 1 ? "a stretch" : `${found.doubtful.length} stretches`} they stand close together: the clock was another there, the log has a hole, or they did not pass this NAT`;
  return `${pool}: ${found.unmatched} of ${found.connections} connections found no mapping at all. ${where}; no answer there is "unique".`;
}

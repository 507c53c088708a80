// The rules of evidence 6, 7 and 9 done the slow way: every event against every mapping, every change of offset by one
// microsecond. Shares nothing with the product but the words of the verdicts.
import type { GivenEvent, GivenLog, GivenMapping } from "./support";
import { ADDR } from "./support";

export interface Answer {
  readonly verdict: string;
  readonly rule: string;
  readonly party: string | null;
  /** "log/id" of each possible holder. */
  readonly holders: readonly string[];
}

const partyOf = (m: GivenMapping): string => (m.subscriber != null ? `s${m.subscriber}` : `a${m.inside}`);

const fits = (e: GivenEvent, m: GivenMapping): boolean => {
  const port = e.port ?? 5000;
  const high = m.high ?? m.low;
  const protocol = e.protocol === undefined ? 6 : e.protocol;
  return (
    (e.addr ?? ADDR) === (m.addr ?? ADDR) &&
    port >= m.low &&
    port <= high &&
    (port - m.low) % (m.step ?? 1) === 0 &&
    (protocol === null || m.protocol == null || protocol === m.protocol)
  );
};

/** The answer where the offset of every log's clock is larger by `change`. */
export function answerAt(e: GivenEvent, logs: readonly GivenLog[], change: number): Answer {
  const fixed = (verdict: string, rule: string): Answer => ({ verdict, rule, party: null, holders: [] });
  const knowing = logs.map((log) => log.mappings.some((m) => (m.addr ?? ADDR) === (e.addr ?? ADDR)));
  const intervals = logs.map((log) => {
    const { offset, guard } = log.clock ?? { offset: 0, guard: 0 };
    const from = e.at! - offset - change - guard;
    return { from, to: from + (e.width ?? 1) + 2 * guard };
  });
  const anyKnows = knowing.some((k) => k);
  const speaks = logs.some((log, k) => {
    const low = log.window?.[0] ?? Number.NEGATIVE_INFINITY;
    const high = log.window?.[1] ?? Number.POSITIVE_INFINITY;
    return (!anyKnows || knowing[k]) && intervals[k]!.from >= low && intervals[k]!.to <= high;
  });
  if (!speaks) return fixed("out-of-range", "coverage");
  if (!anyKnows) return fixed("out-of-range", "address");

  const protocols = [...new Set(logs.flatMap((l) => l.mappings.map((m) => m.protocol ?? null)))].filter(
    (p) => p !== null,
  );
  const holders: { party: string; id: string; m: GivenMapping; k: number }[] = [];
  logs.forEach((log, k) => {
    log.mappings.forEach((m, i) => {
      const from = m.possible[0] ?? Number.NEGATIVE_INFINITY;
      const to = m.possible[1] ?? Number.POSITIVE_INFINITY;
      if (fits(e, m) && from < intervals[k]!.to && to > intervals[k]!.from) {
        holders.push({ party: partyOf(m), id: `${k}/${i}`, m, k });
      }
    });
  });
  const parties = new Set(holders.map((h) => h.party));
  const ids = holders.map((h) => h.id);
  if (parties.size === 0) return fixed("none", "no-mapping");
  if (parties.size > 1) return { verdict: "ambiguous", rule: "overlap", party: null, holders: ids };
  const party = holders[0]!.party;
  const protocol = e.protocol === undefined ? 6 : e.protocol;
  const needed: (number | null)[] = protocol === null && protocols.length > 0 ? protocols : [protocol];
  // Every microsecond of the interval must be held for certain, in one and the same log.
  const covers = logs.some((log, k) =>
    needed.every((p) => {
      const own = log.mappings.filter(
        (m) => fits(e, m) && partyOf(m) === party && (p === null || m.protocol == null || m.protocol === p),
      );
      for (let t = intervals[k]!.from; t < intervals[k]!.to; t++) {
        if (
          !own.some(
            (m) => m.certain[0] !== null && m.certain[1] !== null && t >= m.certain[0] && t < m.certain[1],
          )
        )
          return false;
      }
      return true;
    }),
  );
  return covers
    ? { verdict: "unique", rule: "cover", party, holders: ids }
    : { verdict: "only", rule: "incomplete", party, holders: ids };
}

/** The signed change of offset, smallest in size (positive first), that changes verdict or identity, within `limit`. */
export function flipBySearch(e: GivenEvent, logs: readonly GivenLog[], limit: number): number | null {
  const now = answerAt(e, logs, 0);
  const differs = (change: number) => {
    const then = answerAt(e, logs, change);
    return then.verdict !== now.verdict || then.party !== now.party;
  };
  for (let size = 1; size <= limit; size++) {
    if (differs(size)) return size;
    if (differs(-size)) return -size;
  }
  return null;
}

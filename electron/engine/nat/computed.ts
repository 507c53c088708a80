// Where a source of computed mappings speaks. A rule has no records by which its operator's silence could be judged: it
// holds from its start to its end as the configuration states them, and where it states none, on. Prevents an event
// within a rule from being out of range because the configuration was written long before it. RFC 7422 section 3.
import type { Interval } from "../../../shared/attribution/spans";
import type { Database } from "../../../shared/database";

/** The format whose records are rules, not events. */
const RULES = "nat.rules";

/** A calibration states its span in integers: open rules are taken from 1970 to 2100, as far as any log's time reaches. */
const EARLIEST_US = 0;
const LATEST_US = 4_102_444_800_000_000;

export const isComputed = (source: { readonly format: string }): boolean => source.format === RULES;

/** The stretches over which the source's rules possibly hold; endless where a rule states no bound. */
export async function rulesHold(db: Database, mapping: string): Promise<Interval[]> {
  const rows = await db.query(
    `SELECT DISTINCT start_min_us AS low, end_max_us AS high FROM "${mapping}" ORDER BY low NULLS FIRST, high NULLS LAST`,
  );
  const bound = (value: unknown, open: number): number =>
    value === null || value === undefined ? open : Number(value);
  return rows.map((row) => ({
    from: bound(row.low, Number.NEGATIVE_INFINITY),
    to: bound(row.high, Number.POSITIVE_INFINITY),
  }));
}

/** What a calibration of the rules' clock covers as a whole; null where there is no rule. */
export async function rulesSpan(
  db: Database,
  mapping: string,
): Promise<{ fromUs: number; toUs: number } | null> {
  const holds = await rulesHold(db, mapping);
  if (holds.length === 0) return null;
  return {
    fromUs: Math.max(EARLIEST_US, Math.min(...holds.map((h) => h.from))),
    toUs: Math.min(LATEST_US, Math.max(...holds.map((h) => h.to))),
  };
}

// The zone data that an import converted with: its version and the stretches of constant offset around the records, kept
// in the ledger line and used again by a replay, so that a court's machine with newer tzdata reads the same times.
// Source: CASE, "What an exhibit is a function of"; RFC 8536 (TZif).
import { DAY } from "../../../shared/time/civil";
import { parseZone, type ZoneRule } from "../../../shared/time/zone";
import { ZoneClock } from "../../../shared/time/zone-clock";
import type { Json } from "../case/act";

/** [fromUs, toUs, offsetUs]: in force from (inclusive) to (exclusive), microseconds of UTC. */
type Stretch = readonly [number, number, number];

export type ZoneData = {
  /** Release of the tz database as the program's runtime names it ("2026a"). */
  readonly tzdata: string;
  readonly zone: string;
  readonly stretches: readonly Stretch[];
};

/** Records' times, and the starts and ends that they state, lie within this of the first and last. */
const MARGIN = 400 * DAY;

const recordedIn = (outputs: Json | undefined): ZoneData | null =>
  (outputs as { readonly zoneData?: ZoneData | null } | undefined)?.zoneData ?? null;

/** The rule that --zone names; in a replay with the stretches that the ledger has. */
export function zoneRuleOf(zone: string | null, recorded: Json | undefined): ZoneRule | undefined {
  if (zone === null) return undefined;
  const rule = parseZone(zone);
  const data = recordedIn(recorded);
  if (rule.kind !== "iana" || data === null) return rule;
  return {
    ...rule,
    stretches: data.stretches.map(([fromUs, toUs, offsetUs]) => ({ fromUs, toUs, offsetUs })),
  };
}

/** The first and last recorded time of each file, as the database gives them. */
type Spans = readonly { readonly [key: string]: unknown }[];
const timesOf = (spans: Spans, key: string): number[] =>
  spans.map((span) => span[key]).filter((us): us is number => typeof us === "number");

/**
 * What the ledger is to hold: null where no named zone was asked for. `spans` has a row a file with its `first` and
 * `last` recorded time. A replay gives what it was given.
 */
export function zoneDataOf(
  rule: ZoneRule | undefined,
  spans: Spans,
  recorded: Json | undefined,
): ZoneData | null {
  const before = recordedIn(recorded);
  if (before !== null) return before;
  if (rule?.kind !== "iana") return null;
  const first = timesOf(spans, "first").reduce<number | null>((a, b) => Math.min(a ?? b, b), null);
  const last = timesOf(spans, "last").reduce<number | null>((a, b) => Math.max(a ?? b, b), null);
  const stretches =
    first === null || last === null ? [] : new ZoneClock(rule).between(first - MARGIN, last + MARGIN);
  return {
    tzdata: process.versions.tz ?? "unknown",
    zone: rule.name,
    stretches: stretches.map((s) => [s.fromUs, s.toUs, s.offsetUs]),
  };
}

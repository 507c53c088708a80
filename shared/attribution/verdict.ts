// The verdict on one event, in the order of rule of evidence 7. Never the nearest record: a name needs one party alone,
// and `unique` needs a proof that nobody else can have held the endpoint (`cover`), or records shown to be complete
// there (`alone`). Everything else says why it cannot tell.
import type { Rule, Verdict } from "../contract/attribution";
import type { Interval, Spans } from "./spans";
import { NOBODY, SEVERAL, type Track } from "./track";

/** One operator's log, as it bears on one event. */
export interface View {
  /** Index of the log among those asked. */
  readonly log: number;
  readonly track: Track;
  /** The event's interval in this NAT's recorded clock; several pieces near a change of offset. */
  readonly pieces: readonly Interval[];
  /** Hull of the pieces. */
  readonly hull: Interval;
  /** Where the operator's search, or else the log, speaks at all. */
  readonly covered: Spans;
  /** Where its records were shown to be complete for this address (./completeness.ts). */
  readonly complete: Spans;
  /** Where the server's connections mostly do not pass these records, so that even a cover may be chance (./strangers.ts). */
  readonly doubtful: Spans;
  /** Records older than this had been deleted when the log was drawn; -Infinity where not stated. */
  readonly retainedFrom: number;
}

export interface Question {
  readonly views: readonly View[];
  /** False: no loaded mapping ever named this public address. */
  readonly addressKnown: boolean;
  /** False where the port is unknown and the event was matched by its destination: other ports stay possible, so a hold proves nothing. */
  readonly coverProves: boolean;
  /** A log of the same address whose clock is not related to the event's at this time: absence from the others shows nothing. */
  readonly logLeftOut: boolean;
  /** The calibration was declared outside its computed interval (rule 10). */
  readonly neverUnique: boolean;
  /** A mapping without subscriber and inside address holds the port, but names nobody. */
  nameless(party: number): boolean;
}

export interface Finding {
  readonly verdict: Verdict;
  readonly rule: Rule;
  /** Index of the party for `unique` and `only`, else -1. */
  readonly party: number;
}

const fixed = (verdict: Verdict, rule: Rule): Finding => ({ verdict, rule, party: NOBODY });
export const NO_PORT = fixed("no-port", "port");
export const UNCALIBRATED = fixed("out-of-range", "uncalibrated");
export const OUTSIDE_VALIDITY = fixed("out-of-range", "validity");
const OUTSIDE_COVERAGE = fixed("out-of-range", "coverage");
const OUTSIDE_RETENTION = fixed("out-of-range", "retention");
const UNKNOWN_ADDRESS = fixed("out-of-range", "address");
const NO_MAPPING = fixed("none", "no-mapping");
const OVERLAP = fixed("ambiguous", "overlap");

/** What is known of an event before any mapping is looked at. */
export interface Standing {
  readonly hasPort: boolean;
  /** No source port, but a destination by which the operator's records could be matched. */
  readonly byDestination: boolean;
  /** Of the logs that could hold the event's address. */
  readonly clock: "ok" | "uncalibrated" | "outside";
}

/** The first two steps of the order; null where the mappings decide. */
export function standingOf(event: Standing): Finding | null {
  if (!event.hasPort && !event.byDestination) return NO_PORT;
  if (event.clock === "uncalibrated") return UNCALIBRATED;
  if (event.clock === "outside") return OUTSIDE_VALIDITY;
  return null;
}

const speaks = (view: View, shift: number): boolean =>
  view.covered.contains(view.hull.from + shift, view.hull.to + shift);

/** The verdict where the event's interval is moved by `shift` microseconds (0: as it is calibrated). */
export function findingAt(question: Question, shift: number): Finding {
  const { views } = question;
  const speaking = views.filter((v) => speaks(v, shift));
  if (speaking.length === 0) return OUTSIDE_COVERAGE;
  if (speaking.every((v) => v.hull.from + shift < v.retainedFrom)) return OUTSIDE_RETENTION;
  if (!question.addressKnown) return UNKNOWN_ADDRESS;

  let party = NOBODY;
  for (const v of views) {
    party = v.track.soleParty(v.pieces, shift, party);
    if (party === SEVERAL) return OVERLAP;
  }
  if (party === NOBODY) return NO_MAPPING;
  const doubtful = views.some((v) => v.doubtful.meets(v.hull.from + shift, v.hull.to + shift));
  if (!question.neverUnique && !doubtful && !question.nameless(party)) {
    if (question.coverProves && views.some((v) => v.track.covers(party, v.pieces, shift))) {
      return { verdict: "unique", rule: "cover", party };
    }
    const shown = (v: View) => v.complete.contains(v.hull.from + shift, v.hull.to + shift);
    if (!question.logLeftOut && speaking.every(shown)) return { verdict: "unique", rule: "alone", party };
  }
  return { verdict: "only", rule: "incomplete", party };
}

/**
 * True where the candidates of a judged event are all that there can be: certain holds leave no moment of its interval
 * without a holder, or the records are shown to be complete there. Only such a list may exclude a party.
 */
export function listsEveryone(question: Question): boolean {
  const { views } = question;
  if (question.neverUnique || views.some((v) => v.doubtful.meets(v.hull.from, v.hull.to))) return false;
  const parties = new Set<number>();
  for (const v of views) v.track.parties(v.pieces, parties);
  if (parties.size === 0 || [...parties].some((p) => question.nameless(p))) return false;
  if (question.coverProves && views.some((v) => v.track.coveredBySomebody(v.pieces))) return true;
  const speaking = views.filter((v) => speaks(v, 0));
  return (
    !question.logLeftOut &&
    speaking.length > 0 &&
    speaking.every((v) => v.complete.contains(v.hull.from, v.hull.to))
  );
}

/** Verdict and identity alike: a change of rule alone does not count as a flip. */
export const sameAnswer = (a: Finding, b: Finding): boolean => a.verdict === b.verdict && a.party === b.party;

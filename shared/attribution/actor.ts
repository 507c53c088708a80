// Several events of one actor (a session cookie, an account, a connection's id), intersected. It rests on an assumption
// that no record shows: that one actor was one subscriber line throughout. So the intersection has a verdict of its own
// and changes no event's; it names nobody where any event speaks against it, and `unique` needs candidate lists that are
// shown to leave nobody out: a list that may lack the true holder can exclude him.

export const ACTOR_VERDICTS = ["unique", "only", "ambiguous", "contradicted", "none"] as const;
export type ActorVerdict = (typeof ACTOR_VERDICTS)[number];

/** How an event stands to its actor's intersection. */
export const ACTOR_ROLES = ["proves", "narrows", "contradicts", "silent"] as const;
export type ActorRole = (typeof ACTOR_ROLES)[number];

export interface ActorEvent {
  /** Keys of the event's candidates; empty where it has none (none, out-of-range, no-port). */
  readonly parties: ReadonlySet<string>;
  /** Nobody else can have been the holder (verdict.ts, listsEveryone). */
  readonly everyone: boolean;
}

export interface ActorFinding {
  readonly verdict: ActorVerdict;
  /** Keys of the parties that fit every event; empty for `contradicted` and `none`. */
  readonly parties: readonly string[];
  /** By event, in the order given. */
  readonly roles: readonly ActorRole[];
}

/** Intersects an actor's events, given in the order of their rows. */
export function intersect(events: readonly ActorEvent[]): ActorFinding {
  const roles: ActorRole[] = events.map(() => "silent");
  let fitting: string[] | null = null;
  let proven: string[] | null = null;
  let contradicted = false;
  // Those that prove come first, so that an event that merely narrows never makes them the odd ones out.
  for (const proving of [true, false]) {
    events.forEach((event, i) => {
      if (event.parties.size === 0 || event.everyone !== proving) return;
      const rest: string[] =
        fitting === null ? [...event.parties] : fitting.filter((p) => event.parties.has(p));
      if (rest.length === 0) {
        roles[i] = "contradicts";
        contradicted = true;
        return;
      }
      roles[i] = proving ? "proves" : "narrows";
      fitting = rest;
      if (proving) proven = rest;
    });
  }
  if (contradicted) return { verdict: "contradicted", parties: [], roles };
  const parties: string[] = fitting ?? [];
  const shown: string[] = proven ?? [];
  const verdict: ActorVerdict =
    parties.length === 0 ? "none" : parties.length > 1 ? "ambiguous" : shown.length === 1 ? "unique" : "only";
  return { verdict, parties, roles };
}

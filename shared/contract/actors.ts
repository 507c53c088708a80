// The actors of a run (attribution.run with `actor`): several events of one cookie, account or connection, intersected.
import * as v from "valibot";
import { ACTOR_ROLES, ACTOR_VERDICTS } from "../attribution/actor";
import { attributionRow } from "./attribution";
import { casePath, count, int, nullable, operation, text } from "./operation";

const party = v.object({ subscriber: nullable(text), insideIp: nullable(text), realm: v.optional(text) });

/**
 * One actor of two events or more. It assumes that one actor was one subscriber line throughout. `subscriber` and
 * `insideIp` only for `unique` and `only`; `candidates` are the parties that fit every event (at most 100).
 */
const actorRow = v.object({
  actor: count,
  /** The field's value. */
  value: text,
  verdict: v.picklist(ACTOR_VERDICTS),
  subscriber: nullable(text),
  insideIp: nullable(text),
  candidates: v.array(party),
  /** Events by how they bear on the intersection; `silent` ones have no candidates. */
  proves: count,
  narrows: count,
  contradicts: count,
  silent: count,
  /** Lines of the events that contradict, at most 100. */
  contradicting: v.array(count),
  firstLine: count,
  lastLine: count,
  firstTimeUs: nullable(int),
  lastTimeUs: nullable(int),
});
export type ActorRow = v.InferOutput<typeof actorRow>;

export const actorOperations = {
  /** Actors [from, to) of a run in the order of their first events, at most 1,000. */
  "attribution.actors": operation(
    v.object({ case: casePath, id: text, from: count, to: count }),
    v.object({ field: text, total: count, single: count, rows: v.array(actorRow) }),
  ),
  /** Events [from, to) of one actor in line order, at most 1,000, each with how it bears. */
  "attribution.actor": operation(
    v.object({ case: casePath, id: text, actor: count, from: count, to: count }),
    v.object({
      total: count,
      rows: v.array(v.object({ role: v.picklist(ACTOR_ROLES), result: attributionRow })),
    }),
  ),
};

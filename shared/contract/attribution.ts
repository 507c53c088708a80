import * as v from "valibot";
import { ACTOR_VERDICTS } from "../attribution/actor";
import { casePath, count, int, nullable, operation, text } from "./operation";
import { portFrom } from "./records";

export const VERDICTS = ["unique", "only", "ambiguous", "none", "out-of-range", "no-port"] as const;
export type Verdict = (typeof VERDICTS)[number];
export const RULES = [
  "cover",
  "alone",
  "incomplete",
  "uncalibrated",
  "overlap",
  "no-mapping",
  "validity",
  "coverage",
  "address",
  "retention",
  "port",
] as const;
export type Rule = (typeof RULES)[number];

export const holder = v.object({
  subscriber: nullable(text),
  insideIp: nullable(text),
  /** Routing realm of the inside address, where the record names one: the same address in two realms is two parties. */
  realm: v.optional(nullable(text)),
  natSource: text,
  natLine: count,
  fromUs: nullable(int),
  toUs: nullable(int),
  /** Only in a run with subscriber records: the lease that leads from the inside address to the subscriber; empty where none does. */
  chain: v.optional(
    v.array(v.object({ source: text, line: count, fromUs: nullable(int), toUs: nullable(int) })),
  ),
});

/** CONTRACT, `attribute`: one event's result. Interval and holds are in the NAT's recorded clock. */
export const attributionRow = v.object({
  row: count,
  line: count,
  offset: count,
  verdict: v.picklist(VERDICTS),
  rule: v.picklist(RULES),
  subscriber: nullable(text),
  insideIp: nullable(text),
  realm: v.optional(nullable(text)),
  candidates: v.array(holder),
  /** For `none`: the holders either side, apart; empty otherwise. */
  nearest: v.array(holder),
  sharedBy: nullable(count),
  intervalFromUs: nullable(int),
  intervalToUs: nullable(int),
  flipUs: nullable(int),
  /** Beyond the contract's keys, for the window: the event itself. */
  timeUs: nullable(int),
  srcIp: nullable(text),
  srcPort: nullable(int),
  protocol: nullable(int),
  /** Where the event's port was recovered from a parallel log, or could not be told. */
  portFrom: v.optional(portFrom),
});
export type AttributionRow = v.InferOutput<typeof attributionRow>;

const counts = v.record(v.picklist(VERDICTS), count);

export const attributionOperations = {
  "attribution.run": operation(
    v.object({
      case: casePath,
      events: text,
      nat: v.pipe(v.array(text), v.minLength(1)),
      subscribers: v.optional(text),
      filter: v.optional(text, ""),
      /** One of the records' own fields (FIELD, or FIELD:NAME for one cookie): events that share its value are intersected. */
      actor: v.optional(text),
      /** The server's own address for records that name none (ADDRESS[:PORT], one a family): portless events are matched by it. */
      destination: v.optional(text),
    }),
    v.object({
      id: text,
      events: count,
      counts,
      calibrations: v.array(text),
      completeness: v.array(text),
      actors: v.optional(
        v.object({
          field: text,
          /** Of two events or more. */
          actors: count,
          single: count,
          counts: v.record(v.picklist(ACTOR_VERDICTS), count),
        }),
      ),
    }),
    "attribution.run",
  ),
  /**
   * What a previewed calibration of `source` (its latest, or that of `act`) would change if it were accepted: each latest
   * attribution that rests on it, computed anew and thrown away. `changed`: events of another verdict or named line.
   */
  "attribution.consequences": operation(
    v.object({ case: casePath, source: text, act: v.optional(count) }),
    v.object({
      act: count,
      runs: v.array(
        v.object({
          id: text,
          events: text,
          nat: v.array(text),
          total: count,
          before: counts,
          after: counts,
          changed: count,
        }),
      ),
    }),
  ),
  "attribution.list": operation(
    v.object({ case: casePath }),
    v.array(
      v.object({
        id: text,
        events: text,
        nat: v.array(text),
        subscribers: nullable(text),
        filter: text,
        total: count,
        counts,
        calibrations: v.array(text),
        /** A sentence for each address pool of each log, beginning with the log's name. */
        completeness: v.array(text),
        /** The field by which events were put together as one actor's; null for none. */
        actor: nullable(text),
        time: text,
      }),
    ),
  ),
  /** Rows [from, to) of a run in line order, at most 1,000; `verdicts` narrows. */
  "attribution.page": operation(
    v.object({
      case: casePath,
      id: text,
      from: count,
      to: count,
      verdicts: v.optional(v.array(v.picklist(VERDICTS))),
    }),
    v.object({ total: count, rows: v.array(attributionRow) }),
  ),
  /** One event's picture: every mapping of its address and port near the interval with both holds, and the sensitivity curve. */
  "attribution.detail": operation(
    v.object({ case: casePath, id: text, row: count }),
    v.object({
      result: attributionRow,
      /** Where the run's findings doubt every match of its pool at this time (connections that did not pass the NAT, a clock that was set back). */
      doubtful: v.boolean(),
      party: v.record(text, text),
      holds: v.array(
        v.object({
          party: text,
          subscriber: nullable(text),
          insideIp: nullable(text),
          natSource: text,
          natLine: count,
          natOffset: count,
          portLow: int,
          portHigh: int,
          possibleFromUs: nullable(int),
          possibleToUs: nullable(int),
          certainFromUs: nullable(int),
          certainToUs: nullable(int),
          lastNamedUs: nullable(int),
        }),
      ),
      /** Pieces of the offset axis (change of offset, signed): verdict and party there. */
      curve: v.array(
        v.object({ fromUs: int, toUs: int, verdict: v.picklist(VERDICTS), party: nullable(text) }),
      ),
      offsetUs: nullable(int),
      guardUs: nullable(count),
    }),
  ),
};

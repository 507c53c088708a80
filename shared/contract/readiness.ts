import * as v from "valibot";
import { casePath, count, nullable, operation, text } from "./operation";

const answer = v.picklist(["yes", "no", "partly", "unknown"]);
const advice = v.object({
  kind: v.picklist(["parallel log", "setting", "syslog"]),
  why: text,
  place: text,
  lines: v.array(text),
});
const level = v.object({
  level: v.picklist(["Possible", "Feasible", "Default", "Manageable", "Accessible"]),
  answer,
  why: text,
});

/** One of the sixteen servers, in the draft of 2017 and in its current versions. */
export const serverRow = v.object({
  id: text,
  category: text,
  title: text,
  draft: v.object({ version: text, possible: v.boolean(), feasible: v.boolean(), byDefault: v.boolean() }),
  today: v.object({
    possible: answer,
    feasible: answer,
    /** "Default" both ways: a shipped format or option offers the port; it is logged when installed. */
    generous: answer,
    strict: answer,
    how: text,
    time: text,
    source: text,
  }),
});

export const readinessOperations = {
  "readiness.source": operation(
    v.object({ case: casePath, source: text }),
    v.object({
      source: text,
      format: text,
      records: count,
      withPort: count,
      port: answer,
      precisionUs: nullable(count),
      zone: nullable(text),
      /** 95 % half-width of the accepted calibration; null without one. */
      clockUncertaintyUs: nullable(count),
      /** Of a server's log. */
      levels: v.array(level),
      /** Of a NAT operator's log: what RFC 6888 asks, item by item. */
      items: v.array(v.object({ item: text, asks: text, answer, why: text })),
      missing: v.array(text),
      statement: text,
    }),
  ),
  /** A configuration file and what it includes, as it lies on this machine. */
  "readiness.config": operation(
    v.object({ file: text, server: text, version: v.optional(text) }),
    v.object({
      server: text,
      title: text,
      version: nullable(text),
      port: answer,
      statement: text,
      findings: v.array(
        v.object({ log: text, scope: text, port: answer, why: text, file: text, line: nullable(count) }),
      ),
      open: v.array(text),
      advice: v.array(advice),
      storage: text,
      letter: text,
      levels: v.array(level),
    }),
  ),
  /** The sixteen-row table then and now. */
  "readiness.table": operation(v.object({}), v.object({ servers: v.array(serverRow), slip: text })),
};

import * as v from "valibot";
import { WORTHS } from "../request/triage";
import { VERDICTS } from "./attribution";
import { casePath, count, int, nullable, operation, text } from "./operation";

export const SQL_DIALECTS = ["clickhouse", "spark", "trino"] as const;

export const requestOperations = {
  /** Writes a disclosure request into the new folder `out`; with `sql` a query pack for the operator's cluster beside it. */
  "request.write": operation(
    v.object({
      case: casePath,
      events: text,
      filter: v.optional(text, ""),
      /** The operator's log whose clock the intervals are stated in (default: the only one that was compared). */
      nat: v.optional(text),
      out: text,
      /** "90d": how long the operator keeps its records (default: as the log's source states). */
      retention: v.optional(text),
      sql: v.optional(v.picklist(SQL_DIALECTS)),
    }),
    v.object({
      requestId: text,
      path: text,
      questions: count,
      events: count,
      /** Selected events with neither port nor destination, or without a time. */
      unaskable: count,
      firstDeadlineUs: nullable(int),
      calibrations: v.array(text),
      files: v.array(v.object({ name: text, sha256: text })),
    }),
    "request.write",
  ),
  /** Which events are worth asking about, most pressing first, at most `limit` of them; the counts are over all. */
  "request.triage": operation(
    v.object({
      case: casePath,
      events: text,
      filter: v.optional(text, ""),
      nat: v.optional(text),
      retention: v.optional(text),
      limit: v.optional(v.pipe(count, v.maxValue(10_000)), 1_000),
    }),
    v.object({
      /** The operator's log whose clock the intervals are stated in. */
      nat: nullable(text),
      /** The attribution whose verdicts are taken into account; null where there is none. */
      run: nullable(text),
      retentionUs: nullable(int),
      /** This workstation's clock, against which the deadlines were held. */
      nowUs: int,
      selected: count,
      /** Neither port nor destination, or no time: nobody can be asked. */
      unaskable: count,
      counts: v.object({
        ask: count,
        "compare-first": count,
        weak: count,
        answered: count,
        expired: count,
      }),
      /** What `ask` and `compare-first` come to as questions: events on one endpoint at one time are one. */
      questions: count,
      firstDeadlineUs: nullable(int),
      clock: text,
      events: v.array(
        v.object({
          row: count,
          timeUs: int,
          publicIp: text,
          port: nullable(int),
          protocol: nullable(int),
          dstIp: nullable(text),
          dstPort: nullable(int),
          worth: v.picklist(WORTHS),
          verdict: nullable(v.picklist(VERDICTS)),
          deadlineUs: nullable(int),
          widthUs: count,
          width: text,
        }),
      ),
    }),
  ),
  /** Requests of the case, and what the replies added so far say to each question. */
  "request.replies": operation(
    v.object({ case: casePath }),
    v.array(
      v.object({
        requestId: text,
        act: count,
        questions: count,
        /** Questions by what was answered: at least one record; no-record; retention-expired; not-our-address; no answer. */
        record: count,
        noRecord: count,
        retentionExpired: count,
        notOurAddress: count,
        open: count,
        /** Answers that contradict each other, or name a question that was not asked. */
        problems: v.array(text),
        sources: v.array(text),
      }),
    ),
  ),
};

import * as v from "valibot";
import { casePath, count, fields, int, nullable, operation, text } from "./operation";

/** CONTRACT, `records`. The mapping's keys are null for a source that is not `nat`. */
/** Where a recovered source port stands (records.join); with candidates > 1 or rivals > 0 none was taken. */
export const portFrom = v.object({
  source: text,
  line: nullable(count),
  port: nullable(int),
  /** Different ports of the other log that fit. */
  candidates: count,
  /** Other records of this source that fit the same port. */
  rivals: count,
  by: v.picklist(["id", "time"]),
  /** False: no `unique` rests on this port. */
  sure: v.boolean(),
});

export const recordRow = v.object({
  /** Row number in the source, from 0. */
  row: count,
  line: count,
  offset: count,
  length: count,
  timeUs: nullable(int),
  precisionUs: nullable(int),
  slackUs: nullable(int),
  timeMeans: nullable(text),
  otherTimeUs: nullable(int),
  /** With the latest accepted calibration: the interval that attribution uses; null without one. */
  correctedFromUs: nullable(int),
  correctedToUs: nullable(int),
  srcIp: nullable(text),
  srcPort: nullable(int),
  dstIp: nullable(text),
  dstPort: nullable(int),
  protocol: nullable(int),
  event: nullable(text),
  startUs: nullable(int),
  endUs: nullable(int),
  publicIp: nullable(text),
  portLow: nullable(int),
  portHigh: nullable(int),
  portStep: nullable(int),
  insideIp: nullable(text),
  insidePort: nullable(int),
  subscriber: nullable(text),
  /** Only where a join recovered `srcPort`, or could not tell it. */
  portFrom: v.optional(portFrom),
  /** Only where the analyst set something on the record. */
  marks: v.optional(
    v.object({
      bookmarked: v.boolean(),
      tags: v.array(text),
      notes: v.array(v.object({ act: count, text, examiner: text, time: text })),
    }),
  ),
  fields,
});
export type RecordRow = v.InferOutput<typeof recordRow>;

export const sort = v.object({ column: text, descending: v.optional(v.boolean(), false) });

export const recordsOperations = {
  /** A view belongs to its connection; at most eight, the oldest unused is dropped. filter: the filter language. */
  "records.open": operation(
    v.object({
      case: casePath,
      source: text,
      filter: v.optional(text, ""),
      sort: v.optional(v.array(sort), []),
    }),
    v.object({ view: text, rows: count }),
  ),
  /** Rows [from, to) of the view, at most 1,000. */
  "records.page": operation(
    v.object({ case: casePath, view: text, from: count, to: count }),
    v.object({ rows: v.array(recordRow) }),
  ),
  "records.close": operation(v.object({ case: casePath, view: text }), v.object({})),
  /**
   * Recovers ports that `source` does not hold from a parallel log, as a derived column. Clocks: a calibration between
   * both where there is one; else the declared tolerance ("2 s"); else one host's, as the examiner says (sameHost) or as
   * the records' own coincidence shows. A refusal has a reason and changes nothing.
   */
  "records.join": operation(
    v.object({
      case: casePath,
      source: text,
      from: text,
      tolerance: v.optional(text),
      sameHost: v.optional(v.boolean(), false),
    }),
    v.object({
      id: text,
      source: text,
      from: text,
      clock: v.picklist(["calibrated", "declared", "same-host", "coincident"]),
      calibration: nullable(text),
      toleranceUs: count,
      /** What else both carry: "connection", "pid"; null where only address and time tell. */
      connectionId: nullable(text),
      processId: nullable(text),
      withoutPort: count,
      recovered: count,
      byId: count,
      ambiguous: count,
      shared: count,
      unmatched: count,
      /** Recovered by time alone while neither log shows every connection of the other: never unique. */
      unsure: count,
      reason: v.optional(text),
    }),
    "records.join",
  ),
  /** Counts over time for the scrubber: `buckets` equal slices of [fromUs, toUs); rowFrom is the view's first row of the slice. */
  "records.histogram": operation(
    v.object({ case: casePath, view: text, buckets: v.optional(count, 240) }),
    v.object({
      fromUs: nullable(int),
      toUs: nullable(int),
      counts: v.array(count),
      firstRow: v.array(count),
      untimed: count,
    }),
  ),
  /** The original bytes of one record, read from the evidence with its hash state, with the parsed spans. */
  "records.raw": operation(
    v.object({ case: casePath, source: text, row: count }),
    v.object({
      sha256: text,
      path: text,
      line: count,
      offset: count,
      length: count,
      base64: text,
      spans: v.array(v.object({ from: count, to: count, kind: text })),
      fields,
    }),
  ),
};

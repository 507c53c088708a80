// Records of several sources on one time axis: what the server saw, what the operator's NAT did and who had the line, in
// the order in which it happened. Recorded times stay; each record says by whose clock it has its place.
import * as v from "valibot";
import { casePath, count, int, nullable, operation, role, text } from "./operation";
import { recordRow } from "./records";

/**
 * `calibrated`: corrected into the axis's clock; `reference`: its own clock is the axis's; `uncalibrated`: it stands at its
 * recorded time, since its clock was not compared; `outside`: the same, since its calibration says nothing of that time;
 * `untimed`: without a time, behind all others.
 */
export const placedBy = v.picklist(["calibrated", "reference", "uncalibrated", "outside", "untimed"]);

export const timelineRow = v.object({
  source: text,
  role,
  placed: placedBy,
  /** Middle of its interval on the axis, by which it is ordered (then by source as named, then by row); null: untimed. */
  atUs: nullable(int),
  /** Its correctedFromUs and correctedToUs are on the axis; null where its clock was not compared with the axis's. */
  record: recordRow,
});
export type TimelineRow = v.InferOutput<typeof timelineRow>;

const question = {
  case: casePath,
  /** Ties of time are broken in this order. */
  sources: v.pipe(v.array(text), v.minLength(1), v.maxLength(12)),
  /** The filter language over all of them, with `source` and `role`; a field that a source lacks is unknown there. */
  filter: v.optional(text, ""),
  /** The source whose clock the axis is; null: true time. Absent: the clock to which most of the sources lead. */
  clock: v.optional(nullable(text)),
  /** Only records placed in [fromUs, toUs) of the axis. */
  fromUs: v.optional(int),
  toUs: v.optional(int),
};

export const timelineOperations = {
  /** A view as records.open makes them; its rows are of all sources. */
  "timeline.open": operation(
    v.object(question),
    v.object({
      view: text,
      rows: count,
      /** `recorded`: no two of these clocks were compared, so the axis is nobody's clock. */
      axis: v.picklist(["source", "true-time", "recorded"]),
      clock: nullable(text),
      sources: v.array(
        v.object({
          source: text,
          role,
          clock: v.picklist(["calibrated", "reference", "uncalibrated"]),
          calibration: nullable(text),
          /** Records that the filter keeps, wherever on the axis they are. */
          rows: count,
          outside: count,
          untimed: count,
        }),
      ),
    }),
  ),
  /** Rows [from, to) of the view, at most 1,000. */
  "timeline.page": operation(
    v.object({ case: casePath, view: text, from: count, to: count }),
    v.object({ rows: v.array(timelineRow) }),
  ),
  "timeline.close": operation(v.object({ case: casePath, view: text }), v.object({})),
  /** As records.histogram, by the place on the axis. */
  "timeline.histogram": operation(
    v.object({ case: casePath, view: text, buckets: v.optional(count, 240) }),
    v.object({
      fromUs: nullable(int),
      toUs: nullable(int),
      counts: v.array(count),
      firstRow: v.array(count),
      untimed: count,
    }),
  ),
  /** Where in the view a record of a source stands, or the first one from a time on; null where it holds none. */
  "timeline.locate": operation(
    v.object({
      case: casePath,
      view: text,
      source: v.optional(text),
      row: v.optional(count),
      timeUs: v.optional(int),
    }),
    v.object({ position: nullable(count) }),
  ),
  /** Every row in order as CSV, as records.export writes it; columns as in shared/record/timeline-text.ts. */
  "timeline.export": operation(
    v.object({
      ...question,
      columns: v.pipe(v.array(v.object({ id: text, title: text })), v.minLength(1), v.maxLength(200)),
      zone: v.optional(text, "UTC"),
      out: v.pipe(text, v.minLength(1)),
      spreadsheet: v.optional(v.boolean(), false),
    }),
    v.object({ act: count, path: text, rows: count, bytes: count, sha256: text, cellsChanged: count }),
    "timeline.export",
  ),
};

import * as v from "valibot";
import { casePath, count, int, nullable, operation, text } from "./operation";

export const segment = v.object({
  fromUs: int,
  toUs: int,
  fromLine: nullable(count),
  toLine: nullable(count),
  offsetUs: int,
  skewPpm: v.number(),
  uncertaintyUs: count,
  guardUs: count,
});

export const calibration = v.object({
  id: text,
  source: text,
  against: nullable(text),
  method: v.picklist(["connections", "blocks", "pairs", "self", "ntp", "declared"]),
  pairs: count,
  segments: v.array(segment),
  confidence: nullable(v.number()),
  zoneFaultUs: nullable(int),
  /** Lines (`toLine` null: to the end) that do not follow the clock: none of them is attributed. Absent where all do. */
  unsettled: v.optional(
    v.array(
      v.object({ fromLine: count, toLine: nullable(count), fromUs: nullable(int), toUs: nullable(int) }),
    ),
  ),
  validFromUs: nullable(int),
  validToUs: nullable(int),
  statement: text,
  reason: v.optional(text),
  neverUnique: v.optional(v.boolean()),
});

export const clockOperations = {
  /** Exactly one of against, pairs, self, ntp, declare, narrow. Accepted unless `preview`; a refusal has no segments and a reason. */
  "clock.calibrate": operation(
    v.object({
      case: casePath,
      source: text,
      against: v.optional(text),
      /** Content of the pairs CSV, and its file's name for the ledger. */
      pairs: v.optional(v.object({ csv: text, name: text })),
      self: v.optional(v.boolean()),
      ntp: v.optional(v.object({ text, name: text })),
      /** "+37.42 s +/- 0.3 s"; with a reason. */
      declare: v.optional(text),
      /** Moves borders of one segment (1 is the first) of an earlier calibration of this source inwards; with a reason. */
      narrow: v.optional(
        v.object({ id: text, segment: v.pipe(count, v.minValue(1)), fromUs: int, toUs: int }),
      ),
      reason: v.optional(text),
      preview: v.optional(v.boolean(), false),
    }),
    calibration,
    "clock.calibrate",
  ),
  /** Every calibration that was tried, accepted, refused or undone, oldest first. */
  "clock.history": operation(
    v.object({ case: casePath, source: v.optional(text) }),
    v.array(
      v.object({
        act: count,
        time: text,
        examiner: text,
        state: v.picklist(["accepted", "preview", "refused", "undone"]),
        calibration,
      }),
    ),
  ),
  /** Undoes one accepted calibration alone, by a new act. */
  "clock.undo": operation(
    v.object({ case: casePath, id: text, reason: v.optional(text) }),
    v.object({ act: count }),
    "clock.undo",
  ),
  /** Points for the plot, at most `limit` (thinned evenly): recorded time and offset of each pair, its interval, used or not. */
  "clock.residuals": operation(
    v.object({
      case: casePath,
      source: text,
      id: v.optional(text),
      against: v.optional(text),
      limit: v.optional(count, 10_000),
    }),
    v.object({
      total: count,
      points: v.array(
        v.object({
          timeUs: int,
          lowUs: nullable(int),
          highUs: nullable(int),
          pointUs: nullable(int),
          line: count,
          used: v.boolean(),
        }),
      ),
    }),
  ),
};

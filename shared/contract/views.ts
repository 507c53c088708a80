// Saved views: how an analyst likes to look at a source. They lie with the case but are no evidence and no act: losing
// them loses nothing that a result rests on.
import * as v from "valibot";
import { casePath, count, operation, text } from "./operation";
import { sort } from "./records";

const name = v.pipe(text, v.trim(), v.minLength(1), v.maxLength(100));

export const columnLayout = v.object({
  /** The column's id in the window. */
  id: v.pipe(text, v.maxLength(300)),
  hidden: v.optional(v.boolean(), false),
  pinned: v.optional(v.boolean(), false),
  /** Pixels; absent: the column's own. */
  width: v.optional(v.pipe(count, v.minValue(24), v.maxValue(4_000))),
});
/** Rows that a filter keeps, in one of the window's colours (0-5); the first rule that fits a row colours it. */
export const colourRule = v.object({ filter: text, colour: v.pipe(count, v.maxValue(5)) });

export const savedView = v.object({
  name,
  source: text,
  filter: v.optional(text, ""),
  sort: v.optional(v.array(sort), []),
  columns: v.optional(v.array(columnLayout), []),
  colours: v.optional(v.pipe(v.array(colourRule), v.maxLength(20)), []),
  /** Columns that records are counted by, at most two. */
  group: v.optional(v.pipe(v.array(text), v.maxLength(2)), []),
});
export type SavedView = v.InferOutput<typeof savedView>;
export type ColumnLayout = v.InferOutput<typeof columnLayout>;
export type ColourRule = v.InferOutput<typeof colourRule>;

const views = v.array(savedView);

export const viewsOperations = {
  /**
   * Writes every record of a filter in its order as CSV (RFC 4180), with the columns that are shown, as they are shown, to
   * a file that does not exist yet. `spreadsheet`: formulas are defused, and the file, a derived copy, is named so.
   */
  "records.export": operation(
    v.object({
      case: casePath,
      source: text,
      filter: v.optional(text, ""),
      sort: v.optional(v.array(sort), []),
      /** Ids of the window's columns (shared/record/cell-text.ts), each with the title of its column. */
      columns: v.pipe(v.array(v.object({ id: text, title: text })), v.minLength(1), v.maxLength(200)),
      zone: v.optional(text, "UTC"),
      out: v.pipe(text, v.minLength(1)),
      spreadsheet: v.optional(v.boolean(), false),
    }),
    v.object({ act: count, path: text, rows: count, bytes: count, sha256: text, cellsChanged: count }),
    "records.export",
  ),
  /** The case's saved views, in the order they were first saved. */
  "views.list": operation(v.object({ case: casePath }), views),
  /** Saves a view under its name; one of the same source and name is replaced. */
  "views.save": operation(v.object({ case: casePath, view: savedView }), views),
  "views.remove": operation(v.object({ case: casePath, source: text, name: text }), views),
  /** Of rows [from, to) of a view, at most 1,000: the number of the first filter that keeps each, or -1. */
  "records.match": operation(
    v.object({
      case: casePath,
      view: text,
      from: count,
      to: count,
      filters: v.pipe(v.array(text), v.minLength(1), v.maxLength(20)),
    }),
    v.object({ matches: v.array(v.pipe(v.number(), v.integer(), v.minValue(-1))) }),
  ),
};

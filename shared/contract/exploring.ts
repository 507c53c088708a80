// Operations that explore a source's records: counts of values, groups, places. All count over every record that the
// filter keeps, never over what a window happens to have loaded.
import * as v from "valibot";
import { casePath, count, int, nullable, operation, text } from "./operation";

/** Values and groups asked for at once. */
const most = (atMost: number, given: number) =>
  v.optional(v.pipe(count, v.minValue(1), v.maxValue(atMost)), given);

/** A value as the filter language writes it; null is the unknown value. */
const value = nullable(text);

export const exploringOperations = {
  /**
   * The most frequent values of a column under a filter, ties in the value's own order. `known` counts records that have
   * a value, `different` the values there are (with `contains`: that contain it). Numbers and times also come as ranges
   * of equal, round width: [from, to), `test` as `column in TEST` takes it.
   */
  "records.facet": operation(
    v.object({
      case: casePath,
      source: text,
      column: text,
      filter: v.optional(text, ""),
      contains: v.optional(text, ""),
      most: most(1_000, 20),
      ranges: v.optional(v.pipe(count, v.maxValue(200)), 0),
    }),
    v.object({
      column: text,
      rows: count,
      known: count,
      different: count,
      values: v.array(v.object({ value, rows: count })),
      ranges: v.array(v.object({ from: int, to: int, rows: count, test: text })),
    }),
  ),
  /** Records counted by the values of one or two columns, the largest group first; times are the least and greatest recorded. */
  "records.group": operation(
    v.object({
      case: casePath,
      source: text,
      by: v.pipe(v.array(text), v.minLength(1), v.maxLength(2)),
      filter: v.optional(text, ""),
      most: most(10_000, 500),
    }),
    v.object({
      rows: count,
      groups: count,
      shown: v.array(
        v.object({ values: v.array(value), rows: count, fromUs: nullable(int), toUs: nullable(int) }),
      ),
    }),
  ),
  /**
   * The next or previous record of a view that holds a text, from a position on (that one excluded), over all its rows;
   * it goes on from the other end. Looked for in the original bytes, upper and lower case alike, in names, and as a whole
   * address or port. `index` counts from 1 in the view's order.
   */
  "records.find": operation(
    v.object({
      case: casePath,
      view: text,
      text: v.pipe(text, v.minLength(1), v.maxLength(1_000)),
      from: v.optional(v.pipe(int, v.minValue(-1)), -1),
      back: v.optional(v.boolean(), false),
    }),
    v.object({ position: nullable(count), index: count, hits: count, wrapped: v.boolean() }),
  ),
  /**
   * Where in a view something stands: a row of the source, the first record from a time on (in the view's order), or a
   * line. Exactly one is given; null where the view does not hold it.
   */
  "records.locate": operation(
    v.object({
      case: casePath,
      view: text,
      row: v.optional(count),
      line: v.optional(count),
      timeUs: v.optional(int),
    }),
    v.object({ position: nullable(count) }),
  ),
};

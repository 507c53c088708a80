// Bookmarks, tags and notes on records. Setting one is an act; its text stands in the ledger as a salted hash.
import * as v from "valibot";
import { casePath, count, nullable, operation, text } from "./operation";

/** Rows named one by one; more are named by a filter. */
const rows = v.pipe(v.array(count), v.minLength(1), v.maxLength(10_000));
const words = (most: number) => v.pipe(text, v.trim(), v.minLength(1), v.maxLength(most));

export const marksOperations = {
  /** Tags records, or bookmarks them (`tag` null): the rows named, or those that a filter keeps. `remove` takes it back. */
  "records.tag": operation(
    v.object({
      case: casePath,
      source: text,
      tag: nullable(words(200)),
      rows: v.optional(rows),
      filter: v.optional(text),
      remove: v.optional(v.boolean(), false),
    }),
    v.object({ act: count, rows: count }),
    "records.tag",
  ),
  /** Puts a note on a record, in the place of the note of an earlier act where `replaces` names it; null takes it back. */
  "records.note": operation(
    v.object({
      case: casePath,
      source: text,
      row: count,
      note: nullable(words(10_000)),
      replaces: v.optional(count),
    }),
    v.object({ act: count, line: count }),
    "records.note",
  ),
  /** A source's marked records in order, and its tags with the records that carry each. */
  "records.marks": operation(
    v.object({ case: casePath, source: text }),
    v.object({
      tags: v.array(v.object({ tag: text, rows: count })),
      marks: v.array(
        v.object({
          row: count,
          line: count,
          kind: v.picklist(["bookmark", "tag", "note"]),
          text: nullable(text),
          act: count,
          time: text,
          examiner: text,
        }),
      ),
    }),
  ),
};

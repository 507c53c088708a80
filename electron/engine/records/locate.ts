// Where in a view a record stands: what jumps to a line, a time or a bookmark asks for.
import type { View } from "./views";

export type Wanted =
  | { readonly row: number }
  | { readonly line: number }
  /** The first record from a time on, in the view's order. */
  | { readonly timeUs: number };

/** A position of the view, or null where it holds no such record. */
export async function locate(view: View, wanted: Wanted, signal: AbortSignal): Promise<number | null> {
  const { db } = view.openCase;
  const records = `"record_${view.source.n}"`;
  if ("row" in wanted && view.table === null) return wanted.row < view.rows ? wanted.row : null;
  const from =
    view.table === null
      ? `(SELECT rowid AS position, rowid AS row, line, time_us FROM ${records})`
      : "row" in wanted
        ? `(SELECT rowid AS position, row FROM ${view.table})`
        : `(SELECT v.rowid AS position, v.row, r.line, r.time_us FROM ${view.table} v JOIN ${records} r ON r.rowid = v.row)`;
  const [test, value] =
    "row" in wanted
      ? ["row = ?", wanted.row]
      : "line" in wanted
        ? ["line = ?", wanted.line]
        : ["time_us >= ?", wanted.timeUs];
  const [found] = await db.query(`SELECT min(position) AS at FROM ${from} WHERE ${test}`, [value], signal);
  return found?.at === null || found === undefined ? null : Number(found.at);
}

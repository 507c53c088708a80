// Views: what a connection has opened to page through. A sorted or filtered view is a table of row numbers in its order
// (in the scratch database, never in the case), so that a page is a range of it; the plain view of a source is its own
// row numbers and costs nothing. At most eight a connection; a view of a case that was closed is gone.
import type { Progress } from "../../../shared/contract/messages";
import { ProductError } from "../../../shared/errors";
import { finite } from "../../../shared/filter/compile";
import { type Field, nearest, ownFieldOf, recordFields } from "../../../shared/filter/fields";
import type { OpenCase } from "../case/open-case";
import type { CaseRegistry } from "../case/registry";
import type { SourceRow } from "../catalogue";
import { nativeOf } from "../database/native";
import { type HeldView, HeldViews } from "./held-views";
import { fromRecords, withFilter } from "./select";

export interface View extends HeldView {
  readonly source: SourceRow;
  readonly rows: number;
  /** Table of (row) in the view's order; null for the source's own row numbers. */
  readonly table: string | null;
  /** Positions of what was last looked for in it (./find.ts). */
  found?: { readonly text: string; readonly table: string; readonly hits: number };
}

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

const held = new HeldViews<View>("view");

export async function openView(
  openCase: OpenCase,
  source: SourceRow,
  filter: string,
  sort: readonly Sort[],
  connection: string,
  cases: CaseRegistry,
  signal: AbortSignal,
  progress?: (progress: Progress) => void,
): Promise<View> {
  const ordered = sort.map((s) => ({ ...s, field: orderField(source, s.column) }));
  const id = held.nextId();
  const made = (rows: number, own: string | null): View => {
    const view: View = { id, openCase, source, rows, table: own, tables: () => [own, view.found?.table] };
    return view;
  };
  let view: View;
  if (filter.trim() === "" && ordered.length === 0) {
    view = made(source.rows, null);
  } else {
    const table = `scratch.${id}`;
    try {
      const columns = sort.map(({ column }) => column);
      await withFilter(
        openCase,
        source,
        filter,
        signal,
        async ({ sql, params, own }) => {
          const order = ordered.map(({ field, descending }) => orderBy(field, descending, own));
          const from = fromRecords(source, sql, ...order);
          const doing = order.length > 0 ? "Sorting the records" : "Filtering the records";
          await nativeOf(openCase.db).runWatched(
            `CREATE TABLE ${table} AS SELECT r.rowid AS row FROM ${from} WHERE ${sql} ORDER BY ${[...order, "r.rowid"].join(", ")}`,
            params,
            signal,
            (share) => progress?.({ doing, done: Math.round(share * 100), total: 100, unit: "steps" }),
          );
        },
        { columns, progress },
      );
    } catch (error) {
      await openCase.db.run(`DROP TABLE IF EXISTS ${table}`);
      throw error;
    }
    const [count] = await openCase.db.query(`SELECT count(*) AS n FROM ${table}`);
    view = made(Number(count!.n), table);
  }
  return held.hold(connection, view, cases);
}

/** An open view of this connection. Throws "view-gone" where it was dropped or its case was closed since. */
export const viewOf = (connection: string, id: string, openCase: OpenCase): View =>
  held.of(connection, id, openCase);

export const closeView = (connection: string, id: string): Promise<void> => held.close(connection, id);

type OrderField = Exclude<Field, { kind: "mark" | "raw" }>;

/** The field of a column. Throws "usage" where records have no order by it. */
function orderField(source: SourceRow, column: string): OrderField {
  const own = ownFieldOf(column);
  if (own !== null) return { kind: "own", name: own };
  const fields = recordFields(source.role);
  const field = Object.hasOwn(fields, column) ? fields[column] : undefined;
  if (field && field.kind !== "mark" && field.kind !== "raw") return field;
  const near = nearest(column, Object.keys(fields));
  throw new ProductError(
    "usage",
    `Records cannot be ordered by "${column}".`,
    near && near !== column
      ? `Did you mean "${near}"?`
      : `Order by one of: ${Object.keys(fields).join(", ")}, or by one of the format's own, field.NAME.`,
  );
}

/** An ORDER BY term; unknown values come last in either direction. */
function orderBy(field: OrderField, descending: boolean, own: (name: string) => string): string {
  const way = descending ? "DESC NULLS LAST" : "ASC NULLS LAST";
  switch (field.kind) {
    case "int":
    case "time":
    case "code":
    case "text":
      return `${field.sql} ${way}`;
    case "name":
      return `(SELECT t.text FROM text_value t WHERE t.id = ${field.sql}) ${way}`;
    case "ports":
      return `${field.low} ${way}, ${field.high} ${way}`;
    case "address": {
      // IPv4 by number, IPv6 behind it by its 128 bits.
      const id = field.sql[0]!;
      const part = (name: string) => `(SELECT a.${name} FROM address a WHERE a.id = ${id})`;
      return `least(${id}, 4294967296) ${way}, ${part("hi")} ${way}, ${part("lo")} ${way}`;
    }
    case "own": {
      // Numbers by their value, before texts by their letters.
      const sql = own(field.name);
      return `${finite(sql)} ${way}, ${sql} ${way}`;
    }
  }
}

/** Row numbers [from, to) of a view, in its order. */
export async function viewRows(view: View, from: number, to: number, signal: AbortSignal): Promise<number[]> {
  const end = Math.min(to, view.rows);
  if (view.table === null) return Array.from({ length: Math.max(0, end - from) }, (_, i) => from + i);
  const rows = await view.openCase.db.query(
    `SELECT row FROM ${view.table} WHERE rowid >= ? AND rowid < ? ORDER BY rowid`,
    [from, end],
    signal,
  );
  return rows.map((row) => Number(row.row));
}

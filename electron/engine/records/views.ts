// Views: what a connection has opened to page through. A sorted or filtered view is a table of row numbers in its order
// (in the scratch database, never in the case), so that a page is a range of it; the plain view of a source is its own
// row numbers and costs nothing. At most eight a connection; a view of a case that was closed is gone.
import { ProductError } from "../../../shared/errors";
import { nearest, recordFields } from "../../../shared/filter/fields";
import type { OpenCase } from "../case/open-case";
import type { CaseRegistry } from "../case/registry";
import type { SourceRow } from "../catalogue";
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
): Promise<View> {
  const order = sort.map((s) => orderBy(source, s));
  const id = held.nextId();
  const made = (rows: number, own: string | null): View => {
    const view: View = { id, openCase, source, rows, table: own, tables: () => [own, view.found?.table] };
    return view;
  };
  let view: View;
  if (filter.trim() === "" && order.length === 0) {
    view = made(source.rows, null);
  } else {
    const table = `scratch.${id}`;
    try {
      await withFilter(openCase, source, filter, signal, async ({ sql, params }) => {
        const from = fromRecords(source, sql, ...order);
        await openCase.db.run(
          `CREATE TABLE ${table} AS SELECT r.rowid AS row FROM ${from} WHERE ${sql} ORDER BY ${[...order, "r.rowid"].join(", ")}`,
          params,
          signal,
        );
      });
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

/** An ORDER BY term; unknown values come last in either direction. */
function orderBy(source: SourceRow, { column, descending }: Sort): string {
  const fields = recordFields(source.role);
  const field = Object.hasOwn(fields, column) ? fields[column] : undefined;
  const way = descending ? "DESC NULLS LAST" : "ASC NULLS LAST";
  switch (field?.kind) {
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
    default: {
      const near = nearest(column, Object.keys(fields));
      throw new ProductError(
        "usage",
        `Records cannot be ordered by "${column}".`,
        near && near !== column
          ? `Did you mean "${near}"?`
          : `Order by one of: ${Object.keys(fields).join(", ")}.`,
      );
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

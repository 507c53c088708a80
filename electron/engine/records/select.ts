// A filter over one source's records, ready to be put into a query: text searches are run first and become lists of rows.
import type { SqlValue } from "../../../shared/database";
import { compileExpr } from "../../../shared/filter/compile";
import { type Fields, recordFields } from "../../../shared/filter/fields";
import { parseFilter, textNeedles } from "../../../shared/filter/parse";
import type { OpenCase } from "../case/open-case";
import type { SourceRow } from "../catalogue";
import { hasMappings } from "../import/act";
import { marksSql } from "./marks";
import { recordsWithPorts } from "./ports";
import { withSearch } from "./searches";

export interface SourceFilter {
  /** A condition over record_N as `r` and, for nat and subscriber sources, its mapping as `m`. */
  readonly sql: string;
  readonly params: readonly SqlValue[];
  /** FROM record_N r, with the joins that the condition needs. */
  readonly from: string;
}

/** FROM clause over a source's records `r`; with the mapping `m` where some of `sql` names it. */
export function fromRecords(source: SourceRow, ...sql: readonly string[]): string {
  const from = recordsWithPorts(source);
  if (!hasMappings(source.role) || !sql.some((text) => text.includes("m."))) return from;
  return `${from} JOIN "row_mapping_${source.n}" rm ON rm.rowid = r.rowid LEFT JOIN "mapping_${source.n}" m ON m.id = rm.mapping`;
}

/** Runs `fn` with a filter of a source. Throws "usage" with the column of what is wrong in it. */
export async function withFilter<T>(
  openCase: OpenCase,
  source: SourceRow,
  filter: string,
  signal: AbortSignal,
  fn: (filter: SourceFilter) => Promise<T>,
  fields: Fields = recordFields(source.role),
): Promise<T> {
  const expr = parseFilter(filter);
  const tables = new Map<string, string>();
  const marks = await marksSql(openCase, source.n);
  const run = (): Promise<T> => {
    const { sql, params } = compileExpr(expr, filter, fields, {
      text: (needle) => `r.rowid IN (SELECT s.row FROM ${tables.get(needle)} s)`,
      marks,
    });
    return fn({ sql, params, from: fromRecords(source, sql) });
  };
  // What is wrong in the filter is said before anything is searched.
  compileExpr(expr, filter, fields, { text: () => "TRUE", marks });
  return textNeedles(expr).reduceRight<() => Promise<T>>(
    (inner, needle) => () =>
      withSearch(openCase, source, needle, signal, (table) => {
        tables.set(needle, table);
        return inner();
      }),
    run,
  )();
}

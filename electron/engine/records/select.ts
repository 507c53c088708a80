// A filter over one source's records, ready to be put into a query: text searches are run first and become lists of rows.
import type { SqlValue } from "../../../shared/database";
import { compileExpr } from "../../../shared/filter/compile";
import { type Fields, ownFieldOf, recordFields } from "../../../shared/filter/fields";
import { ownNames, parseFilter, textNeedles } from "../../../shared/filter/parse";
import type { OpenCase } from "../case/open-case";
import type { SourceRow } from "../catalogue";
import { hasMappings } from "../import/act";
import { marksSql } from "./marks";
import { type OwnOptions, withOwnFields } from "./own-fields";
import { recordsWithPorts } from "./ports";
import { withSearch } from "./searches";

export interface SourceFilter {
  /** A condition over record_N as `r` and, for nat and subscriber sources, its mapping as `m`. */
  readonly sql: string;
  readonly params: readonly SqlValue[];
  /** FROM record_N r, with the joins that the condition needs. */
  readonly from: string;
  /** SQL of one of the format's own fields that the filter or `columns` names. */
  readonly own: (name: string) => string;
}

/** FROM clause over a source's records `r`; with the mapping `m` where some of `sql` names it. */
export function fromRecords(source: SourceRow, ...sql: readonly string[]): string {
  const from = recordsWithPorts(source);
  if (!hasMappings(source.role) || !sql.some((text) => text.includes("m."))) return from;
  return `${from} JOIN "row_mapping_${source.n}" rm ON rm.rowid = r.rowid LEFT JOIN "mapping_${source.n}" m ON m.id = rm.mapping`;
}

export interface FilterOptions extends OwnOptions {
  /** What the filter may name, where that is not what the source's records have. */
  readonly fields?: Fields;
  /** Columns beside the filter's whose SQL is asked for; of them `field.NAME` has to be read first. */
  readonly columns?: readonly string[];
}

/** Runs `fn` with a filter of a source. Throws "usage" with the column of what is wrong in it. */
export async function withFilter<T>(
  openCase: OpenCase,
  source: SourceRow,
  filter: string,
  signal: AbortSignal,
  fn: (filter: SourceFilter) => Promise<T>,
  { fields = recordFields(source.role), columns = [], progress, lacking }: FilterOptions = {},
): Promise<T> {
  const expr = parseFilter(filter);
  const tables = new Map<string, string>();
  const marks = await marksSql(openCase, source.n);
  // What is wrong in the filter is said before anything is searched.
  compileExpr(expr, filter, fields, { text: () => "TRUE", own: () => "NULL", marks });
  const named = columns.map(ownFieldOf).filter((name) => name !== null);
  const run = (own: (name: string) => string): Promise<T> => {
    const { sql, params } = compileExpr(expr, filter, fields, {
      text: (needle) => `r.rowid IN (SELECT s.row FROM ${tables.get(needle)} s)`,
      own,
      marks,
    });
    return fn({ sql, params, from: fromRecords(source, sql), own });
  };
  const read = (): Promise<T> =>
    withOwnFields(openCase, source, [...new Set([...ownNames(expr), ...named])], signal, run, {
      progress,
      lacking,
    });
  const searching = await searchProgress(openCase, source, progress);
  return textNeedles(expr).reduceRight<() => Promise<T>>(
    (inner, needle) => () =>
      withSearch(
        openCase,
        source,
        needle,
        signal,
        (table) => {
          tables.set(needle, table);
          return inner();
        },
        { progress: searching() },
      ),
    read,
  )();
}

/** Progress of one search after the other, each through the whole evidence. */
async function searchProgress(
  openCase: OpenCase,
  source: SourceRow,
  progress: OwnOptions["progress"],
): Promise<() => (bytes: number) => void> {
  if (!progress) return () => () => {};
  const [size] = await openCase.db.query(
    "SELECT CAST(sum(bytes) AS BIGINT) AS n FROM source_file WHERE n = ?",
    [source.n],
  );
  return () => {
    let done = 0;
    return (bytes) => {
      done += bytes;
      progress({ doing: "Searching the evidence", done, total: Number(size?.n ?? 0), unit: "bytes" });
    };
  };
}

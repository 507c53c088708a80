// Records counted by one or two columns.
import type { Reply } from "../../../shared/contract/contract";
import type { Progress } from "../../../shared/contract/messages";
import type { OpenCase } from "../case/open-case";
import type { SourceRow } from "../catalogue";
import { facetField, keySql, keyTexts } from "./facets";
import { fromRecords, type SourceFilter, withFilter } from "./select";

export async function groups(
  openCase: OpenCase,
  source: SourceRow,
  by: readonly string[],
  filter: string,
  most: number,
  signal: AbortSignal,
  progress?: (progress: Progress) => void,
): Promise<Reply<"records.group">> {
  const fields = by.map((column) => facetField(source, column));
  const names = fields.map((_, i) => `k${i}`);
  const counted = async ({ sql, params, own }: SourceFilter): Promise<Reply<"records.group">> => {
    const keys = fields.map((field) => keySql(field, own));
    const rows = await openCase.db.query(
      `WITH g AS (SELECT ${keys.map((key, i) => `${key} AS k${i}`).join(", ")}, count(*) AS n,
           min(r.time_us) AS low, max(r.time_us) AS high
         FROM ${fromRecords(source, sql, ...keys)} WHERE ${sql} GROUP BY ${names.join(", ")})
       SELECT *, count(*) OVER () AS groups, CAST(sum(n) OVER () AS BIGINT) AS total FROM g
       ORDER BY n DESC, ${names.map((name) => `${name} NULLS LAST`).join(", ")} LIMIT ${most}`,
      params,
      signal,
    );
    const texts = await Promise.all(
      fields.map((field, i) =>
        keyTexts(
          openCase,
          field,
          rows.map((row) => row[`k${i}`]!),
        ),
      ),
    );
    return {
      rows: Number(rows[0]?.total ?? 0),
      groups: Number(rows[0]?.groups ?? 0),
      shown: rows.map((row, i) => ({
        values: texts.map((column) => column[i]!),
        rows: Number(row.n),
        fromUs: row.low === null ? null : Number(row.low),
        toUs: row.high === null ? null : Number(row.high),
      })),
    };
  };
  return withFilter(openCase, source, filter, signal, counted, { columns: by, progress });
}

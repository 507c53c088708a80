// Which events an exhibit shows: those that `--events` selects, in the language of the records' filter.
import { compileFilter } from "../../../shared/filter/compile";
import { recordFields } from "../../../shared/filter/fields";
import type { OpenCase } from "../case/open-case";
import { allSources } from "../catalogue";
import { marksSql } from "../records/marks";
import { recordsWithPorts } from "../records/ports";
import type { Run } from "./runs";

/** The runs, narrowed to the rows that the filter selects in each one's event source. Throws "usage" for a wrong filter. */
export async function selectEvents(
  openCase: OpenCase,
  runs: readonly Run[],
  filter: string | null,
  signal: AbortSignal,
): Promise<Run[]> {
  if (filter === null || filter.trim() === "") return [...runs];
  const { db } = openCase;
  const sources = await allSources(db);
  const out: Run[] = [];
  for (const run of runs) {
    const role = sources.find((source) => source.n === run.eventsN)!.role;
    const { sql, params } = compileFilter(filter, recordFields(role, "r"), {
      marks: await marksSql(openCase, run.eventsN),
    });
    const rows: number[] = [];
    const chosen = `SELECT r.rowid AS n FROM ${recordsWithPorts({ n: run.eventsN, port_join: run.portJoin })} WHERE ${sql} ORDER BY r.rowid`;
    for await (const chunk of db.stream(chosen, params, signal))
      for (const row of chunk) rows.push(Number(row.n));
    out.push({ ...run, rows });
  }
  return out;
}

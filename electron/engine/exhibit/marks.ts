// What analysts set on the exported events goes with them, as table `mark` of records.duckdb, and with it the salts of its
// texts, so that each can be proven against the ledger. Marks of other records stay in the lab.
import type { LiveCase } from "../case/live-case";
import { type Run, rowCondition } from "./runs";

export interface ExportedMark {
  readonly source: string;
  readonly row: number;
  readonly kind: string;
  /** The tag or note; null for a bookmark, and where the text was withheld or erased. */
  readonly text: string | null;
  /** The salted hash of the text, as the ledger has it; empty for a bookmark. */
  readonly ref: string;
  readonly act: number;
}

/** Marks on the events of some runs, each once, by source, row and act. */
export async function exportedMarks(live: LiveCase, runs: readonly Run[]): Promise<ExportedMark[]> {
  const out = new Map<string, ExportedMark>();
  for (const run of runs) {
    const rows = await live.db.query(
      `SELECT k."row" AS "row", k.kind, k.ref, k.seq FROM record_mark k
       WHERE k.n = ? AND k."row" IN (SELECT a."row" FROM "attribution_${run.seq}" a WHERE ${rowCondition(run, 'a."row"')})
       ORDER BY k."row", k.seq, k.kind, k.ref`,
      [run.eventsN],
    );
    for (const row of rows) {
      const ref = String(row.ref);
      const mark: ExportedMark = {
        source: run.events,
        row: Number(row.row),
        kind: String(row.kind),
        text: ref === "" ? null : live.revealText({ hidden: ref }),
        ref,
        act: Number(row.seq),
      };
      out.set(`${run.eventsN} ${mark.row} ${mark.act} ${mark.kind} ${ref}`, mark);
    }
  }
  return [...out.values()];
}

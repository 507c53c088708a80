// A source's records with the ports that a join recovered beside them. The record table stays as the evidence has it;
// whoever asks for a record's port asks here, so that a derived port counts everywhere or nowhere.
import type { Database } from "../../../shared/database";
import type { SourceRow } from "../catalogue";

type Joined = Pick<SourceRow, "n" | "port_join">;

/**
 * FROM clause of a source's records `r`, where `src_port` is the record's own or the recovered one. `r.rowid` is the
 * record's row number as in the table itself.
 */
export function recordsWithPorts({ n, port_join: join }: Joined): string {
  if (join === null || join === undefined) return `"record_${n}" r`;
  return `(SELECT x.* REPLACE (coalesce(x.src_port, p.src_port) AS src_port), x.rowid AS rowid,
             CASE WHEN x.src_port IS NULL THEN p.sure END AS port_sure
           FROM "record_${n}" x LEFT JOIN "port_${join}" p ON p."row" = x.rowid) r`;
}

/** Over recordsWithPorts: 0 where the port was recovered without proof that it is the connection's own; else 1. */
export const portSure = ({ port_join: join }: Joined): string =>
  join === null || join === undefined ? "1" : "coalesce(r.port_sure, 1)";

/** Where a recovered port comes from. */
export interface PortFrom {
  readonly source: string;
  /** Line of `source` that holds the port; null where none was taken. */
  readonly line: number | null;
  readonly port: number | null;
  /** Different ports that fit; with more than one none is taken. */
  readonly candidates: number;
  /** Other records of the main log that fit the same port; with any none is taken. */
  readonly rivals: number;
  readonly by: "id" | "time";
  /** False: the logs do not show every connection of each other, so that no `unique` rests on this port. */
  readonly sure: boolean;
}

/** The join's findings on rows of a source; empty where it has no join. */
export async function portsFrom(
  db: Database,
  source: Joined,
  rows: readonly number[],
  signal?: AbortSignal,
): Promise<Map<number, PortFrom>> {
  const { port_join: join } = source;
  if (join === null || join === undefined || rows.length === 0) return new Map();
  const [other] = await db.query(
    "SELECT s.name FROM port_join j JOIN source s ON s.n = j.other WHERE j.seq = ?",
    [join],
  );
  const list = rows.map(Number).join(", ");
  const found = await db.query(
    `SELECT "row", src_port, from_line, candidates, rivals, by_id, sure FROM "port_${join}" WHERE "row" IN (${list}) ORDER BY "row"`,
    [],
    signal,
  );
  return new Map(
    found.map((r) => [
      Number(r.row),
      {
        source: String(other?.name),
        line: r.from_line === null ? null : Number(r.from_line),
        port: r.src_port === null ? null : Number(r.src_port),
        candidates: Number(r.candidates),
        rivals: Number(r.rivals),
        by: r.by_id === 1 ? "id" : "time",
        sure: r.sure === 1,
      },
    ]),
  );
}

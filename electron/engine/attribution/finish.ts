// From raw results to the act's tables: the verdicts in line order with the named party, and the candidates with what
// the records show of each. The verdict and the candidates come by two ways, in memory by endpoint and in SQL by port
// blocks; where they disagree nothing is published, since one of them would name the wrong subscriber.
import { VERDICTS } from "../../../shared/contract/attribution";
import type { Database } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import { CLOCK } from "./intervals";
import { joinCandidates } from "./join";
import { CHECK_MODULUS, type ResultWriter } from "./result-table";
import type { NatLog } from "./sources";

/** Verdicts that list candidates (`none` must turn out to have none). */
const JUDGED = ["unique", "only", "ambiguous", "none"].map((v) =>
  VERDICTS.indexOf(v as (typeof VERDICTS)[number]),
);

export interface WorkTables {
  readonly events: string;
  readonly raw: string;
  readonly pairs: string;
  /** Results: RESULT_COLUMNS, in row order. */
  readonly results: string;
  /** Candidates and nearest: in row order. */
  readonly candidates: string;
}

/** The candidates of every judged event that has a port, by the port-block join; compared with what judging saw. */
export async function joinAndCompare(
  db: Database,
  tables: WorkTables,
  logs: readonly NatLog[],
  seen: ResultWriter,
  signal: AbortSignal,
): Promise<void> {
  for (let k = 0; k < logs.length; k++) {
    const judged = `(SELECT e."row", e.addr, e.port, e.protocol, e.from_us, e.to_us FROM "${tables.events}" e JOIN "${tables.raw}" r ON r."row" = e."row"
      WHERE e.selected = 1 AND e.log = ${k} AND e.status = ${CLOCK.ok} AND e.addr IS NOT NULL AND e.port IS NOT NULL
        AND r.verdict IN (${JUDGED.join(", ")}))`;
    await joinCandidates(db, judged, logs[k]!.holds, k, tables.pairs, signal);
  }
  const [joined] = await db.query(
    `SELECT count(*) AS n, coalesce(sum(mapping) % ${CHECK_MODULUS}, 0)::BIGINT AS ids FROM (SELECT DISTINCT * FROM "${tables.pairs}")`,
    [],
    signal,
  );
  if (Number(joined?.n) !== seen.candidates || Number(joined?.ids) !== seen.candidateSum) {
    throw new ProductError(
      "internal",
      `Two ways to the candidates disagree: ${String(joined?.n)} by the join, ${seen.candidates} by endpoint.`,
      "Nothing was published. Report this with the kinds of the sources.",
    );
  }
}

const chained = (log: NatLog): boolean => log.holds !== log.mapping;
/** The operator's own mapping behind a hold, and the lease of the chain. */
const originOf = (log: NatLog): string => (chained(log) ? "m.nat_mapping" : "m.id");
const leaseOf = (log: NatLog): string => (chained(log) ? "m.lease" : "NULL::BIGINT");

/** Columns of one mapping beside (log, mapping), as both tables carry them. */
const SHOWN = `m.first_line AS line, m.start_us, m.end_us, m.subscriber, m.in_addr, m.realm`;

export async function finishTables(
  db: Database,
  tables: WorkTables,
  logs: readonly NatLog[],
  signal: AbortSignal,
): Promise<void> {
  const { raw, pairs } = tables;
  const wanted = `SELECT DISTINCT "row", 0 AS place, log, mapping FROM "${pairs}"
    UNION ALL SELECT "row", 1, before_log, before_mapping FROM "${raw}" WHERE before_mapping IS NOT NULL
    UNION ALL SELECT "row", 2, after_log, after_mapping FROM "${raw}" WHERE after_mapping IS NOT NULL`;
  const shown = logs
    .map(
      (
        log,
        k,
      ) => `SELECT w."row", w.place, w.log, ${log.source.n} AS source, ${originOf(log)} AS mapping, ${leaseOf(log)} AS lease, ${SHOWN}, m.start_min_us
       FROM wanted w JOIN "${log.holds}" m ON m.id = w.mapping WHERE w.log = ${k}`,
    )
    .join(" UNION ALL ");
  await db.run(
    `CREATE TABLE "${tables.candidates}" AS WITH wanted AS (${wanted})
     SELECT "row", place::UTINYINT AS place, source::INTEGER AS source, mapping, line, start_us, end_us, subscriber, in_addr, realm, lease
     FROM (${shown}) ORDER BY "row", place, log, start_min_us NULLS FIRST, line, mapping, lease NULLS FIRST`,
    [],
    signal,
  );
  const named = logs
    .map(
      (log, k) =>
        `SELECT r."row", m.subscriber, m.in_addr, m.realm FROM "${raw}" r JOIN "${log.holds}" m ON m.id = r.mapping WHERE r.log = ${k}`,
    )
    .join(" UNION ALL ");
  await db.run(
    `CREATE TABLE "${tables.results}" AS WITH named AS (${named})
     SELECT r."row", r.verdict, r.rule, n.subscriber, n.in_addr, n.realm, r.shared_by, r.from_us, r.to_us, r.flip_us
     FROM "${raw}" r LEFT JOIN named n ON n."row" = r."row" ORDER BY r."row"`,
    [],
    signal,
  );
}

// The facts of a NAT operator's source that its readiness is judged by, from its records and mappings, and the judgement.
import type { Database } from "../../../shared/database";
import {
  judgeOperator,
  type OperatorFacts,
  type OperatorJudgement,
} from "../../../shared/readiness/operator";
import { NAT_EVENT } from "../../../shared/record/columns";
import type { SourceRow } from "../catalogue";
import { acceptedCalibration } from "../clock/accepted";

export async function operatorReadiness(
  db: Database,
  source: SourceRow,
  signal?: AbortSignal,
): Promise<{ facts: OperatorFacts; judged: OperatorJudgement }> {
  // A release of a whole subscriber or device names no translation of its own.
  const [row] = await db.query(
    `SELECT count(*) AS records, count(pub_addr) AS addresses, count(port_low) AS ports,
       count(*) FILTER (WHERE port_high > port_low) AS blocks, count(protocol) AS protocols,
       count(*) FILTER (WHERE in_addr IS NOT NULL OR subscriber IS NOT NULL) AS insides, count(dst_addr) AS destinations,
       count(time_us) AS times, max(precision_us) AS coarsest, count(*) FILTER (WHERE slack_us > 0) AS open_times
     FROM "record_${source.n}" WHERE event IN (${NAT_EVENT.start}, ${NAT_EVENT.interim}, ${NAT_EVENT.mapping})
       OR (event = ${NAT_EVENT.release} AND port_low IS NOT NULL)`,
    [],
    signal,
  );
  const [mappings] = await db.query(
    `SELECT count(*) AS mappings, count(*) FILTER (WHERE start_us IS NULL) AS starts,
       count(*) FILTER (WHERE end_us IS NULL) AS ends FROM "mapping_${source.n}"`,
    [],
    signal,
  );
  const calibration = await acceptedCalibration(db, source.n);
  const facts: OperatorFacts = {
    name: source.name,
    records: Number(row!.records),
    withAddress: Number(row!.addresses),
    withPort: Number(row!.ports),
    withBlock: Number(row!.blocks),
    withProtocol: Number(row!.protocols),
    withInside: Number(row!.insides),
    withDestination: Number(row!.destinations),
    withTime: Number(row!.times),
    coarsestUs: typeof row!.coarsest === "number" ? row!.coarsest : null,
    ambiguousTimes: Number(row!.open_times),
    mappings: Number(mappings!.mappings),
    lostStarts: Number(mappings!.starts),
    openEnds: Number(mappings!.ends),
    uncertaintyUs: calibration ? Math.max(0, ...calibration.full.segments.map((s) => s.uncertaintyUs)) : null,
    retentionUs: source.retention_us,
    extract: source.extent === "query",
  };
  return { facts, judged: judgeOperator(facts) };
}

// The facts of a server's source that its readiness is judged by, from its records, and the judgement.
import type { Database } from "../../../shared/database";
import { formatById } from "../../../shared/formats/registry";
import { judgeSource, type SourceFacts, type SourceJudgement } from "../../../shared/readiness/source";
import { timeMeansName } from "../../../shared/record/columns";
import type { SourceRow } from "../catalogue";
import { acceptedCalibration } from "../clock/accepted";

/** Null where the source is no server's log: readiness is asked of servers. */
export async function sourceReadiness(
  db: Database,
  source: SourceRow,
  signal?: AbortSignal,
): Promise<{ facts: SourceFacts; judged: SourceJudgement } | null> {
  const format = formatById(source.format);
  if (source.role !== "server" || !format) return null;
  const [row] = await db.query(
    `SELECT count(*) AS records, count(src_addr) AS addresses, count(src_port) AS ports, count(time_us) AS times,
       max(precision_us) AS coarsest, min(precision_us) AS finest, count(*) FILTER (WHERE slack_us > 0) AS open_times
     FROM "record_${source.n}"`,
    [],
    signal,
  );
  const means = await db.query(
    `SELECT DISTINCT time_means FROM "record_${source.n}" WHERE time_means IS NOT NULL ORDER BY time_means`,
    [],
    signal,
  );
  const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
  const calibration = await acceptedCalibration(db, source.n);
  const facts: SourceFacts = {
    name: source.name,
    format: source.format,
    formatTitle: format.title,
    records: Number(row!.records),
    withAddress: Number(row!.addresses),
    withPort: Number(row!.ports),
    withTime: Number(row!.times),
    coarsestUs: number(row!.coarsest),
    finestUs: number(row!.finest),
    ambiguousTimes: Number(row!.open_times),
    zoneGiven: source.zone,
    timeMeans: means.flatMap((m) => timeMeansName(number(m.time_means)) ?? []),
    uncertaintyUs: calibration ? Math.max(0, ...calibration.full.segments.map((s) => s.uncertaintyUs)) : null,
    gives: format.gives.port,
  };
  return { facts, judged: judgeSource(facts) };
}

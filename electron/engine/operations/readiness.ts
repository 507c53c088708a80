// readiness.*: reading only. A source is judged by its records, a configuration by its text and what it includes.
import { ProductError } from "../../../shared/errors";
import { formatById } from "../../../shared/formats/registry";
import { judgeConfig } from "../../../shared/readiness/judge";
import { adviceLetter, storageSentence } from "../../../shared/readiness/letter";
import { configLevels } from "../../../shared/readiness/levels";
import { judgeSource } from "../../../shared/readiness/source";
import { DRAFT_SLIP, SIXTEEN } from "../../../shared/readiness/table";
import { timeMeansName } from "../../../shared/record/columns";
import { sourceByName } from "../catalogue";
import { acceptedCalibration } from "../clock/accepted";
import type { Handlers } from "../engine";
import { readConfig } from "../readiness/config-files";

type Names = "readiness.source" | "readiness.config" | "readiness.table";

export const readinessHandlers: Pick<Handlers, Names> = {
  "readiness.source": async (request, context) => {
    const { db } = await context.cases.get(request.case, { readOnly: true });
    const source = await sourceByName(db, request.source);
    const format = formatById(source.format);
    if (source.role !== "server" || !format) {
      throw new ProductError(
        "usage",
        `"${source.name}" is a ${source.role} source; readiness is asked of a server's log.`,
        "Name a source with role server: portwitness sources CASE lists them.",
      );
    }
    const [facts] = await db.query(
      `SELECT count(*) AS records, count(src_addr) AS addresses, count(src_port) AS ports, count(time_us) AS times,
         max(precision_us) AS coarsest, min(precision_us) AS finest, count(*) FILTER (WHERE slack_us > 0) AS open_times
       FROM "record_${source.n}"`,
      [],
      context.signal,
    );
    const means = await db.query(
      `SELECT DISTINCT time_means FROM "record_${source.n}" WHERE time_means IS NOT NULL ORDER BY time_means`,
      [],
      context.signal,
    );
    const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
    const calibration = await acceptedCalibration(db, source.n);
    const uncertaintyUs = calibration
      ? Math.max(0, ...calibration.full.segments.map((s) => s.uncertaintyUs))
      : null;
    const judged = judgeSource({
      name: source.name,
      format: source.format,
      formatTitle: format.title,
      records: Number(facts!.records),
      withAddress: Number(facts!.addresses),
      withPort: Number(facts!.ports),
      withTime: Number(facts!.times),
      coarsestUs: number(facts!.coarsest),
      finestUs: number(facts!.finest),
      ambiguousTimes: Number(facts!.open_times),
      zoneGiven: source.zone,
      timeMeans: means.flatMap((m) => timeMeansName(number(m.time_means)) ?? []),
      uncertaintyUs,
      gives: format.gives.port,
    });
    return {
      source: source.name,
      format: source.format,
      records: Number(facts!.records),
      withPort: Number(facts!.ports),
      port: judged.port,
      precisionUs: number(facts!.coarsest),
      zone: source.zone,
      clockUncertaintyUs: uncertaintyUs,
      levels: [...judged.levels],
      missing: [...judged.missing],
      statement: judged.statement,
    };
  },

  "readiness.config": async (request) => {
    const judged = judgeConfig(request.server, readConfig(request.file), request.version ?? null);
    return {
      server: judged.server,
      title: judged.title,
      version: judged.version,
      port: judged.port,
      statement: judged.statement,
      findings: [...judged.findings],
      open: [...judged.open],
      advice: judged.advice.map((a) => ({ ...a, lines: [...a.lines] })),
      storage: storageSentence(judged),
      letter: adviceLetter(judged),
      levels: configLevels(judged),
    };
  },

  "readiness.table": async () => ({ servers: SIXTEEN.map((row) => ({ ...row })), slip: DRAFT_SLIP }),
};

// readiness.*: reading only. A source is judged by its records, a configuration by its text and what it includes.
import { ProductError } from "../../../shared/errors";
import { judgeConfig } from "../../../shared/readiness/judge";
import { adviceLetter, storageSentence } from "../../../shared/readiness/letter";
import { configLevels } from "../../../shared/readiness/levels";
import { DRAFT_SLIP, SIXTEEN } from "../../../shared/readiness/table";
import { sourceByName } from "../catalogue";
import type { Handlers } from "../engine";
import { readConfig } from "../readiness/config-files";
import { operatorReadiness } from "../readiness/operator-readiness";
import { sourceReadiness } from "../readiness/source-readiness";

type Names = "readiness.source" | "readiness.config" | "readiness.table";

export const readinessHandlers: Pick<Handlers, Names> = {
  "readiness.source": async (request, context) => {
    const { db } = await context.cases.get(request.case, { readOnly: true });
    const source = await sourceByName(db, request.source);
    if (source.role === "nat") {
      const { facts, judged } = await operatorReadiness(db, source, context.signal);
      return {
        source: source.name,
        format: source.format,
        records: facts.records,
        withPort: facts.withPort,
        port: judged.port,
        precisionUs: facts.coarsestUs,
        zone: source.zone,
        clockUncertaintyUs: facts.uncertaintyUs,
        levels: [],
        items: judged.items.map((item) => ({ ...item })),
        missing: [...judged.missing],
        statement: judged.statement,
      };
    }
    const ready = await sourceReadiness(db, source, context.signal);
    if (!ready) {
      throw new ProductError(
        "usage",
        `"${source.name}" is a ${source.role} source; readiness is asked of a server's log or a NAT operator's.`,
        "Name a source with role server or nat: portwitness sources CASE lists them.",
      );
    }
    const { facts, judged } = ready;
    return {
      source: source.name,
      format: source.format,
      records: facts.records,
      withPort: facts.withPort,
      port: judged.port,
      precisionUs: facts.coarsestUs,
      zone: source.zone,
      clockUncertaintyUs: facts.uncertaintyUs,
      levels: [...judged.levels],
      items: [],
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

// request.*: writing a disclosure request is an act; triage before it and matching replies to it only read.
import { ProductError } from "../../../shared/errors";
import type { Handlers } from "../engine";
import { replyStates } from "../request/replies";
import { triage } from "../request/triage";
import { writeRequest } from "../request/write";

export const requestHandlers: Pick<Handlers, "request.write" | "request.triage" | "request.replies"> = {
  "request.write": async (request, context) => {
    const openCase = await context.cases.get(request.case, { examiner: context.examiner });
    const options = {
      events: request.events,
      nat: request.nat ?? null,
      filter: request.filter.trim(),
      out: request.out,
      retentionUs: request.retention === undefined ? null : retentionOf(request.retention),
      sql: request.sql ?? null,
    };
    const written = await writeRequest(openCase, options, context.examiner, {
      signal: context.signal,
      progress: context.progress,
    });
    return { ...written, calibrations: [...written.calibrations], files: [...written.files] };
  },

  "request.triage": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const options = {
      events: request.events,
      nat: request.nat ?? null,
      filter: request.filter.trim(),
      retentionUs: request.retention === undefined ? null : retentionOf(request.retention),
      limit: request.limit,
      nowUs: Date.now() * 1_000,
    };
    return triage(openCase, options, context.signal);
  },

  "request.replies": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const states = await replyStates(openCase);
    return states.map((s) => ({ ...s, problems: [...s.problems], sources: [...s.sources] }));
  },
};

function retentionOf(text: string): number {
  const m = /^\s*(\d{1,5})\s*([dhms])\s*$/.exec(text);
  if (m)
    return Number(m[1]) * { d: 86_400, h: 3_600, m: 60, s: 1 }[m[2] as "d" | "h" | "m" | "s"] * 1_000_000;
  throw new ProductError("usage", `The retention "${text}" is no duration.`, 'Write it as "90d" or "12h".');
}

// attribution.*: running one is an act; lists, pages and details only read.
import type { ParsedRequest } from "../../../shared/contract/contract";
import {
  type AttributionOutputs,
  type AttributionParameters,
  attributionRunKind,
  checkRequest,
} from "../attribution/act";
import { detailOf } from "../attribution/detail";
import { pageResults, type RunBody, runId, runOf } from "../attribution/results";
import type { Json } from "../case/act";
import type { OpenCase } from "../case/open-case";
import type { Handlers } from "../engine";

type Names = "attribution.run" | "attribution.list" | "attribution.page" | "attribution.detail";

export const attributionHandlers: Pick<Handlers, Names> = {
  "attribution.run": async (request, context) => {
    const openCase = await context.cases.get(request.case, { examiner: context.examiner });
    const parameters = await parametersOf(openCase, request);
    const { seq, outputs } = await openCase.perform(
      attributionRunKind,
      { events: parameters.events, nat: parameters.nat, subscribers: parameters.subscribers },
      parameters,
      { signal: context.signal, progress: context.progress, examiner: context.examiner },
    );
    const out = outputs as unknown as AttributionOutputs;
    return {
      id: runId(seq),
      events: out.events,
      counts: out.counts,
      calibrations: [...out.calibrations],
      completeness: [...out.completeness],
    };
  },

  "attribution.list": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const runs = await openCase.db.query("SELECT seq, body FROM attribution ORDER BY seq");
    const times = new Map(openCase.ledger().map((line) => [line.seq, line.time]));
    return runs.map((run) => {
      const seq = Number(run.seq);
      const body = JSON.parse(String(run.body)) as RunBody;
      return {
        id: runId(seq),
        events: body.events,
        nat: [...body.nat],
        subscribers: body.subscribers,
        filter: body.filter === null ? "" : (openCase.revealText(body.filter as Json) ?? "(withheld)"),
        total: body.total,
        counts: body.counts,
        calibrations: [...body.calibrations],
        time: times.get(seq) ?? "",
      };
    });
  },

  "attribution.page": async (request, context) => {
    const { db } = await context.cases.get(request.case, { readOnly: true });
    const { seq, body } = await runOf(db, request.id);
    return pageResults(
      db,
      seq,
      body,
      request.from,
      Math.max(request.from, request.to),
      request.verdicts,
      context.signal,
    );
  },

  "attribution.detail": async (request, context) => {
    const { db } = await context.cases.get(request.case, { readOnly: true });
    const { seq, body } = await runOf(db, request.id);
    return detailOf(db, seq, body, request.row, context.signal);
  },
};

async function parametersOf(
  openCase: OpenCase,
  request: ParsedRequest<"attribution.run">,
): Promise<AttributionParameters> {
  const filter = request.filter.trim();
  const parameters = {
    events: request.events,
    nat: request.nat,
    subscribers: request.subscribers ?? null,
    filter: null,
  };
  await checkRequest(openCase.db, parameters, filter);
  return { ...parameters, filter: filter === "" ? null : await openCase.hideText(filter) };
}

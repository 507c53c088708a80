// attribution.*: running one is an act; lists, pages and details only read.
import type { ParsedRequest } from "../../../shared/contract/contract";
import { ProductError } from "../../../shared/errors";
import {
  type AttributionOutputs,
  type AttributionParameters,
  attributionRunKind,
  checkRequest,
} from "../attribution/act";
import { type ActorOutputs, actorEvents, readActors } from "../attribution/actors";
import { consequencesOf } from "../attribution/consequences";
import { detailOf } from "../attribution/detail";
import { Names as NamesOf } from "../attribution/names";
import { readStretch } from "../attribution/read";
import { pageResults, type RunBody, runId, runOf, runTables } from "../attribution/results";
import type { Json } from "../case/act";
import type { OpenCase } from "../case/open-case";
import type { Handlers } from "../engine";

type Names =
  | "attribution.consequences"
  | "attribution.actors"
  | "attribution.actor"
  | "attribution.run"
  | "attribution.list"
  | "attribution.page"
  | "attribution.detail";

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
      ...(out.actors === undefined ? {} : { actors: shownActors(out.actors) }),
    };
  },

  "attribution.consequences": async (request, context) => {
    const openCase = await context.cases.get(request.case, { examiner: context.examiner });
    const { act, runs } = await consequencesOf(openCase, request.source, request.act, {
      signal: context.signal,
      progress: context.progress,
    });
    return { act, runs: runs.map((run) => ({ ...run, nat: [...run.nat] })) };
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
        completeness: [...body.completeness],
        actor: body.actors?.field ?? null,
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

  "attribution.actors": async (request, context) => {
    const { db } = await context.cases.get(request.case, { readOnly: true });
    const { seq, body } = await runOf(db, request.id);
    const { field, actors, single } = actorsAsked(body);
    const to = Math.min(request.to, request.from + PAGE);
    const rows = await readActors(
      db,
      body.eventsN,
      runTables(seq).actors,
      request.from,
      Math.max(request.from, to),
      context.signal,
    );
    return { field, total: actors, single, rows };
  },

  "attribution.actor": async (request, context) => {
    const { db } = await context.cases.get(request.case, { readOnly: true });
    const { seq, body } = await runOf(db, request.id);
    actorsAsked(body);
    const tables = runTables(seq);
    const to = Math.min(request.to, request.from + PAGE);
    const { total, positions, roles } = await actorEvents(
      db,
      tables.actors,
      tables.results,
      request.actor,
      request.from,
      to,
      context.signal,
    );
    const results = await readStretch(db, body, tables, new NamesOf(db), { list: positions }, context.signal);
    return { total, rows: results.map((result, i) => ({ role: roles[i]!, result })) };
  },

  "attribution.detail": async (request, context) => {
    const { db } = await context.cases.get(request.case, { readOnly: true });
    const { seq, body } = await runOf(db, request.id);
    return detailOf(db, seq, body, request.row, context.signal);
  },
};

/** Rows of one answer at most (CONTRACT, "Views"). */
const PAGE = 1_000;

const shownActors = ({ field, actors, single, counts }: ActorOutputs) => ({ field, actors, single, counts });

function actorsAsked(body: RunBody): ActorOutputs {
  if (body.actors) return body.actors;
  throw new ProductError(
    "usage",
    "This attribution put no events together as one actor's.",
    "Run it with an actor's field: portwitness attribute CASE ... --actor FIELD.",
  );
}

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
    ...(request.actor === undefined ? {} : { actor: request.actor }),
    ...(request.destination === undefined ? {} : { destination: request.destination }),
  };
  await checkRequest(openCase, parameters, filter);
  return { ...parameters, filter: filter === "" ? null : await openCase.hideText(filter) };
}

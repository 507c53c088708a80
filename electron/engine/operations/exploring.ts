// records.facet, records.group, records.find, records.locate: what is in a source's records, and where.
import { ProductError } from "../../../shared/errors";
import { sourceByName } from "../catalogue";
import type { Handlers } from "../engine";
import { facet } from "../records/facets";
import { find } from "../records/find";
import { groups } from "../records/groups";
import { locate, type Wanted } from "../records/locate";
import { viewOf } from "../records/views";

type Names = "records.facet" | "records.group" | "records.find" | "records.locate";

export const exploringHandlers: Pick<Handlers, Names> = {
  "records.facet": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const source = await sourceByName(openCase.db, request.source);
    return facet(openCase, source, request, context.signal, context.progress);
  },

  "records.group": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const source = await sourceByName(openCase.db, request.source);
    return groups(
      openCase,
      source,
      request.by,
      request.filter,
      request.most,
      context.signal,
      context.progress,
    );
  },

  "records.find": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const view = viewOf(context.connection, request.view, openCase);
    return find(view, request.text, request.from, request.back, context);
  },

  "records.locate": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const view = viewOf(context.connection, request.view, openCase);
    const wanted: Wanted[] = [];
    if (request.row !== undefined) wanted.push({ row: request.row });
    if (request.line !== undefined) wanted.push({ line: request.line });
    if (request.timeUs !== undefined) wanted.push({ timeUs: request.timeUs });
    if (wanted.length !== 1) {
      throw new ProductError("usage", "One place is looked for at a time.", "Give row, line or timeUs.");
    }
    return { position: await locate(view, wanted[0]!, context.signal) };
  },
};

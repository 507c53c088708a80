// views.*: saved views of a case; records.match: which rows of a page a view's colour rules fit.
import type { SavedView } from "../../../shared/contract/views";
import { ProductError } from "../../../shared/errors";
import type { LiveCase } from "../case/live-case";
import { readViews, writeViews } from "../case/window-settings";
import { sourceByName } from "../catalogue";
import type { Handlers } from "../engine";
import { exportPath, exportRecords } from "../records/export";
import { firstMatches } from "../records/match";
import { closeView, openView, viewOf, viewRows } from "../records/views";

type Names = "views.list" | "views.save" | "views.remove" | "records.match" | "records.export";

const PAGE = 1000;

const same = (a: Pick<SavedView, "name" | "source">, b: Pick<SavedView, "name" | "source">): boolean =>
  a.name === b.name && a.source === b.source;

function mustWrite(live: LiveCase): void {
  if (live.readOnly)
    throw new ProductError("usage", "The case is open for reading only.", "Open it for writing.");
}

export const viewsHandlers: Pick<Handlers, Names> = {
  "views.list": async (request, context) =>
    readViews((await context.cases.get(request.case, { readOnly: true })).path),

  "views.save": async (request, context) => {
    const live = await context.cases.get(request.case);
    mustWrite(live);
    const views = readViews(live.path);
    const at = views.findIndex((one) => same(one, request.view));
    const next = at < 0 ? [...views, request.view] : views.with(at, request.view);
    writeViews(live.path, next);
    return next;
  },

  "views.remove": async (request, context) => {
    const live = await context.cases.get(request.case);
    mustWrite(live);
    const next = readViews(live.path).filter((one) => !same(one, request));
    writeViews(live.path, next);
    return next;
  },

  "records.export": async (request, context) => {
    const live = await context.cases.get(request.case, { examiner: context.examiner });
    mustWrite(live);
    const { filter, sort, columns, zone, out, spreadsheet } = request;
    const plan = { columns, zone, out, spreadsheet };
    exportPath(plan);
    const source = await sourceByName(live.db, request.source);
    const { connection, cases, signal } = context;
    const view = await openView(live, source, filter, sort, connection, cases, signal);
    try {
      const done = await exportRecords(view, plan, context);
      const act = await live.record(
        "records.export",
        {
          inputs: { source: source.name },
          parameters: {
            out: await live.hideText(done.path),
            filter: filter.trim() === "" ? null : await live.hideText(filter),
            sort: sort.map(({ column, descending }) => ({ column, descending })),
            columns: columns.map((column) => column.id),
            zone,
            spreadsheet,
          },
          outputs: {
            rows: done.rows,
            bytes: done.bytes,
            sha256: done.sha256,
            cellsChanged: done.cellsChanged,
          },
          result: "done",
        },
        context.examiner,
      );
      return { act, ...done };
    } finally {
      await closeView(connection, view.id);
    }
  },

  "records.match": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const view = viewOf(context.connection, request.view, openCase);
    const { from, to, filters } = request;
    if (to < from || to - from > PAGE)
      throw new ProductError("usage", `A page holds at most ${PAGE} rows.`, "Ask for fewer rows at once.");
    const rows = await viewRows(view, from, to, context.signal);
    if (rows.length === 0) return { matches: [] };
    return { matches: await firstMatches(openCase, view.source, rows, filters, context.signal) };
  },
};

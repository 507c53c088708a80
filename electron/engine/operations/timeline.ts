// timeline.*: records of several sources on one time axis.
import type { ParsedRequest } from "../../../shared/contract/contract";
import { ProductError } from "../../../shared/errors";
import type { Handlers } from "../engine";
import { exportPath } from "../records/export";
import { countOverTime } from "../records/histogram";
import { exportTimeline, locateOnAxis, timelineRows } from "../timeline/rows";
import { closeTimeline, openTimeline, type TimelineQuestion, timelineOf } from "../timeline/view";

type Names =
  | "timeline.open"
  | "timeline.page"
  | "timeline.close"
  | "timeline.histogram"
  | "timeline.locate"
  | "timeline.export";

const PAGE = 1_000;

const questionOf = ({
  sources,
  filter,
  clock,
  fromUs,
  toUs,
}: ParsedRequest<"timeline.open">): TimelineQuestion => ({ sources, filter, clock, fromUs, toUs });

export const timelineHandlers: Pick<Handlers, Names> = {
  "timeline.open": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const view = await openTimeline(openCase, questionOf(request), context);
    return {
      view: view.id,
      rows: view.rows,
      axis: view.axis.kind,
      clock: view.axis.clock?.name ?? null,
      sources: view.sources.map(({ source, rows, outside, untimed }, k) => {
        const clock = view.axis.clocks[k]!;
        return {
          source: source.name,
          role: source.role,
          clock: clock === null ? "uncalibrated" : clock === "reference" ? "reference" : "calibrated",
          calibration: clock === null || clock === "reference" ? null : clock.id,
          rows,
          outside,
          untimed,
        };
      }),
    };
  },

  "timeline.page": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const view = timelineOf(context.connection, request.view, openCase);
    const { from, to } = request;
    if (to < from || to - from > PAGE)
      throw new ProductError("usage", `A page holds at most ${PAGE} rows.`, "Ask for fewer rows at once.");
    return { rows: await timelineRows(view, from, to, context.signal) };
  },

  "timeline.close": async (request, context) => {
    await closeTimeline(context.connection, request.view);
    return {};
  },

  "timeline.histogram": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const view = timelineOf(context.connection, request.view, openCase);
    const from = `(SELECT rowid AS position, at_us AS time_us FROM ${view.table})`;
    const buckets = Math.min(request.buckets, 10_000);
    return countOverTime(openCase.db, from, view.rows, buckets, context.signal);
  },

  "timeline.locate": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const view = timelineOf(context.connection, request.view, openCase);
    const { source, row, timeUs } = request;
    const wanted =
      source !== undefined && row !== undefined && timeUs === undefined
        ? { source, row }
        : source === undefined && row === undefined && timeUs !== undefined
          ? { timeUs }
          : null;
    if (wanted === null)
      throw new ProductError(
        "usage",
        "One place is looked for at a time.",
        "Give source and row together, or timeUs alone.",
      );
    return { position: await locateOnAxis(view, wanted, context.signal) };
  },

  "timeline.export": async (request, context) => {
    const live = await context.cases.get(request.case, { examiner: context.examiner });
    if (live.readOnly)
      throw new ProductError("usage", "The case is open for reading only.", "Open it for writing.");
    const { columns, zone, out, spreadsheet } = request;
    const plan = { columns, zone, out, spreadsheet };
    exportPath(plan);
    const view = await openTimeline(live, questionOf(request), context);
    try {
      const done = await exportTimeline(view, plan, context);
      const { sources, filter, fromUs, toUs } = request;
      const act = await live.record(
        "timeline.export",
        {
          inputs: { sources },
          parameters: {
            out: await live.hideText(done.path),
            filter: filter.trim() === "" ? null : await live.hideText(filter),
            axis: view.axis.kind,
            clock: view.axis.clock?.name ?? null,
            calibrations: view.axis.clocks.map((one) => (one === null || one === "reference" ? one : one.id)),
            fromUs: fromUs ?? null,
            toUs: toUs ?? null,
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
      await closeTimeline(context.connection, view.id);
    }
  },
};

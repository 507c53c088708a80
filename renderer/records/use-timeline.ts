// Several sources on one axis as the window asks for them, and where on it the analyst is.
import { useMemo } from "react";
import type { Reply } from "../../shared/contract/contract";
import type { TimelineRow } from "../../shared/contract/timeline";
import { link } from "../client/link";
import { type AtPlace, type Finder, usePlace } from "./use-place";
import { type HeldView, useHeldView, type ViewKind } from "./use-view";

export interface TimelineQuestion {
  readonly case: string;
  readonly sources: readonly string[];
  readonly filter: string;
  /** Absent: the clock to which most of them lead; null: true time. */
  readonly clock?: string | null;
  readonly fromUs?: number;
  readonly toUs?: number;
}
export type OpenTimeline = Reply<"timeline.open">;
export type TimelineView = HeldView<TimelineQuestion, OpenTimeline, TimelineRow>;

const TIMELINE: ViewKind<TimelineQuestion, OpenTimeline, TimelineRow> = {
  open: (question, signal, progress) =>
    link.request(
      "timeline.open",
      { ...question, sources: [...question.sources] },
      { ...(signal ? { signal } : {}), ...(progress ? { progress } : {}) },
    ),
  page: async ({ case: path }, view, from, to) =>
    (await link.request("timeline.page", { case: path, view, from, to })).rows,
  histogram: ({ case: path }, view, buckets, signal) =>
    link.request("timeline.histogram", { case: path, view, buckets }, { signal }),
  close: ({ case: path }, view) => link.request("timeline.close", { case: path, view }),
};

/** The key of the axis among the places that the window remembers; no source has an empty name. */
export const AXIS = "";

export function useTimeline(
  question: TimelineQuestion | null,
  buckets: number,
): { readonly view: TimelineView; readonly at: AtPlace<TimelineRow> } {
  const view = useHeldView(TIMELINE, question, buckets);
  const path = question?.case ?? "";
  const find = useMemo<Finder<TimelineRow, { source: string; row: number }>>(
    () => ({
      identity: ({ source, record }) => ({ source, row: record.row }),
      locate: async (open, sought) => {
        // A line is one of some file; on an axis of several sources it names none.
        if ("line" in sought) return null;
        return (await link.request("timeline.locate", { case: path, view: open, ...sought })).position;
      },
    }),
    [path],
  );
  return { view, at: usePlace(AXIS, view, find) };
}

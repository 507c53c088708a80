// Pages of an axis: the records of each source as records.page gives them, put back into the axis's order.
import type { RecordRow } from "../../../shared/contract/records";
import type { TimelineRow } from "../../../shared/contract/timeline";
import { timelineCell } from "../../../shared/record/timeline-text";
import {
  displayZone,
  type ExportedRecords,
  type ExportIo,
  type ExportPlan,
  writeCells,
} from "../records/export";
import { type PlacedBy, placedInterval } from "../records/interval";
import { recordRows } from "../records/rows";
import type { TimelineView } from "./view";

/** Rows [from, to) of the axis. */
export async function timelineRows(
  view: TimelineView,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<TimelineRow[]> {
  const { db } = view.openCase;
  const places = await db.query(
    `SELECT at_us, src, "row" FROM ${view.table} WHERE rowid >= ? AND rowid < ? ORDER BY rowid`,
    [from, Math.min(to, view.rows)],
    signal,
  );
  const bySource = await Promise.all(
    view.sources.map(async ({ source }, k) => {
      const ids = places.filter((one) => Number(one.src) === k).map((one) => Number(one.row));
      if (ids.length === 0) return [].values();
      const clock = view.axis.clocks[k]!;
      const placed = new Map<number, PlacedBy>();
      const rows = await recordRows(view.openCase, source, ids, signal, (event, line, row) => {
        const { by, fromUs, toUs } = placedInterval(clock, event, line);
        placed.set(row, by);
        return by === "calibrated" || by === "reference" ? { fromUs, toUs } : null;
      });
      return rows
        .map((record: RecordRow) => ({ record, placed: placed.get(record.row) ?? ("untimed" as const) }))
        .values();
    }),
  );
  return places.map((place): TimelineRow => {
    const { source } = view.sources[Number(place.src)]!;
    const next: { record: RecordRow; placed: PlacedBy } = bySource[Number(place.src)]!.next().value!;
    return {
      source: source.name,
      role: source.role,
      placed: next.placed,
      atUs: place.at_us === null ? null : Number(place.at_us),
      record: next.record,
    };
  });
}

export function exportTimeline(view: TimelineView, plan: ExportPlan, io: ExportIo): Promise<ExportedRecords> {
  const zone = displayZone(plan.zone);
  const zoneKnown = new Map(view.sources.map(({ source }) => [source.name, source.zone !== "unknown"]));
  return writeCells(plan, view.rows, io, async (from, to) =>
    (await timelineRows(view, from, to, io.signal)).map((row) =>
      plan.columns.map(({ id }) => timelineCell(row, id, { zone, zoneKnown: zoneKnown.get(row.source)! })),
    ),
  );
}

/** Where a record of a source stands, or the first one from a time on; null where the view holds none. */
export async function locateOnAxis(
  view: TimelineView,
  wanted: { readonly source: string; readonly row: number } | { readonly timeUs: number },
  signal: AbortSignal,
): Promise<number | null> {
  const k = "source" in wanted ? view.sources.findIndex(({ source }) => source.name === wanted.source) : 0;
  const [test, params] =
    "source" in wanted ? ['src = ? AND "row" = ?', [k, wanted.row]] : ["at_us >= ?", [wanted.timeUs]];
  if (k < 0) return null;
  const [found] = await view.openCase.db.query(
    `SELECT min(rowid) AS place FROM ${view.table} WHERE ${test}`,
    params,
    signal,
  );
  return found === undefined || found.place === null ? null : Number(found.place);
}

// A cell of several sources' records on one axis, by the id of its column: what the grid shows, what is copied, what is
// exported. Columns that roles name differently (the server's source address, the NAT's public one) are one column here.
import type { TimelineRow } from "../contract/timeline";
import { aroundText } from "../time/display";
import { type CellView, cellText, fieldsText, portsText } from "./cell-text";

export const TIMELINE_COLUMNS: readonly string[] = [
  "axis",
  "placed",
  "source",
  "marks",
  "line",
  "time",
  "address",
  "port",
  "protocol",
  "event",
  "insideIp",
  "subscriber",
  "fields",
];

/** Address by which a connection is seen from outside: the server's client, or the NAT's shared address. */
export const addressText = ({ record }: TimelineRow): string => record.srcIp ?? record.publicIp ?? "";
export const outsidePortText = ({ record }: TimelineRow): string =>
  record.srcPort !== null ? String(record.srcPort) : portsText(record);

export function timelineCell(row: TimelineRow, column: string, view: CellView): string {
  switch (column) {
    case "axis":
      return row.record.correctedFromUs === null || row.record.correctedToUs === null
        ? ""
        : aroundText(row.record.correctedFromUs, row.record.correctedToUs, view.zone);
    case "placed":
      return row.placed;
    case "source":
      return row.source;
    case "role":
      return row.role;
    case "address":
      return addressText(row);
    case "port":
      return outsidePortText(row);
    case "fields":
      return fieldsText(row.record);
    default:
      return cellText(row.record, column, view);
  }
}

// A record's cell as it is shown, by the id of its column: what the grid shows, what is copied, what is exported. A value
// that is not known is empty.
import type { RecordRow } from "../contract/records";
import { PROTOCOLS } from "../filter/fields";
import { aroundText, type DisplayZone, digitsOf, displayParts, displayText } from "../time/display";

export interface CellView {
  readonly zone: DisplayZone;
  /** False: the source's zone is not known, and a recorded time is its wall clock. */
  readonly zoneKnown: boolean;
}

const text = (value: string | number | null | undefined): string =>
  value === null || value === undefined ? "" : String(value);

const protocolName = (n: number | null): string =>
  n === null ? "" : (Object.entries(PROTOCOLS).find(([, code]) => code === n)?.[0] ?? String(n));

/** A port set: "1024-2047", "1024-65024 step 1000". */
export const portsText = ({ portLow, portHigh, portStep }: RecordRow): string =>
  portLow === null
    ? ""
    : portHigh === null || portHigh === portLow
      ? String(portLow)
      : `${portLow}-${portHigh}${portStep !== null && portStep > 1 ? ` step ${portStep}` : ""}`;

/** What the record's own columns show already, in the format's words: no column again, but in the inspector. */
export const SHOWN_ALREADY =
  /^(%h|%a|%t|%l|%\{remote\}p|\$remote_(addr|port)|\$time_|date$|time$|c-ip$|c-port$|epoch$)|^%h:/;

/** The format's own fields in the record's order, in one cell; those without a value are left out. */
export const fieldsText = ({ fields }: RecordRow): string =>
  Object.entries(fields)
    .filter(([name, value]) => value !== null && value !== "" && value !== "-" && !SHOWN_ALREADY.test(name))
    .map(([, value]) => String(value))
    .join(" · ");

function recordedText(row: RecordRow, { zone, zoneKnown }: CellView): string {
  if (row.timeUs === null) return "";
  const digits = digitsOf(row.precisionUs);
  if (zoneKnown) return displayText(row.timeUs, digits, zone);
  const parts = displayParts(row.timeUs, digits, { utc: true, offsetUs: () => 0 });
  return `${parts.date} ${parts.time} [zone?]`;
}

/** What the analyst set on a record: the star, tags, notes. */
const marksText = ({ marks }: RecordRow): string =>
  marks === undefined
    ? ""
    : [...(marks.bookmarked ? ["*"] : []), ...marks.tags, ...marks.notes.map((note) => note.text)].join("; ");

export function cellText(row: RecordRow, column: string, view: CellView): string {
  if (column.startsWith("field.")) return text(row.fields[column.slice(6)]);
  switch (column) {
    case "marks":
      return marksText(row);
    case "time":
      return recordedText(row, view);
    case "corrected":
      return row.correctedFromUs === null || row.correctedToUs === null
        ? ""
        : aroundText(row.correctedFromUs, row.correctedToUs, view.zone);
    case "start":
      return row.startUs === null ? "" : displayText(row.startUs, 0, view.zone);
    case "end":
      return row.endUs === null ? "" : displayText(row.endUs, 0, view.zone);
    case "otherTime":
      return row.otherTimeUs === null ? "" : displayText(row.otherTimeUs, 6, view.zone);
    case "ports":
      return portsText(row);
    case "protocol":
      return protocolName(row.protocol);
    default: {
      const value = (row as unknown as Readonly<Record<string, unknown>>)[column];
      return typeof value === "string" || typeof value === "number" ? String(value) : "";
    }
  }
}

/** Columns that every source's records have; those of NAT and subscriber sources follow with `nat`. Fields are `field.NAME`. */
export const CELL_COLUMNS: readonly string[] = [
  "marks",
  "line",
  "offset",
  "length",
  "time",
  "corrected",
  "otherTime",
  "timeMeans",
  "srcIp",
  "srcPort",
  "dstIp",
  "dstPort",
  "protocol",
];
export const NAT_CELL_COLUMNS: readonly string[] = [
  "event",
  "publicIp",
  "ports",
  "insideIp",
  "insidePort",
  "subscriber",
  "start",
  "end",
];

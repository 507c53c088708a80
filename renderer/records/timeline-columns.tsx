// The columns of several sources on one axis. What the clock adds is in the clock's hue only where a calibration made it;
// a record whose clock was not compared says so in the place of a time.
import type { TimelineRow } from "../../shared/contract/timeline";
import { timelineCell } from "../../shared/record/timeline-text";
import type { DisplayZone } from "../../shared/time/display";
import type { Column } from "../parts/grid";
import { RoleSign } from "../signs/icons";
import { whole } from "../signs/numbers";
import { Corrected, Evidence, Recorded } from "../signs/text";
import { type Kept, t, text } from "../words/words";
import { cellWidth, Marks } from "./columns";

const PLACED: Readonly<Record<TimelineRow["placed"], Kept>> = {
  calibrated: text("corrected"),
  reference: text("the axis is its clock"),
  uncalibrated: text("not calibrated"),
  outside: text("outside its calibration"),
  untimed: text("no time"),
};

/** The filter's fields of a column: the first that the record has. */
const FIELDS: Readonly<Record<string, (row: TimelineRow) => string>> = {
  source: () => "source",
  address: ({ record }) => (record.srcIp !== null ? "srcIp" : "publicIp"),
  port: ({ record }) => (record.srcPort !== null ? "srcPort" : "ports"),
};
export const fieldOfCell = (row: TimelineRow, column: string): string => FIELDS[column]?.(row) ?? column;

export function timelineColumns(
  names: readonly string[],
  zone: DisplayZone,
  digits: number,
  zoneKnown: (source: string) => boolean,
): Column<TimelineRow>[] {
  const zoneCharacters = zone.utc ? 1 : 6;
  const plain = (id: string) => (row: TimelineRow) =>
    timelineCell(row, id, { zone, zoneKnown: zoneKnown(row.source) });
  const evidence = (id: string, title: string, width: number, more: Partial<Column<TimelineRow>> = {}) => ({
    id,
    title,
    width,
    text: plain(id),
    cell: (row: TimelineRow) => <Evidence text={plain(id)(row)} />,
    ...more,
  });
  return [
    {
      id: "axis",
      title: t("On the axis, ± s"),
      width: cellWidth(29 + zoneCharacters),
      clock: true,
      text: (row) => plain("axis")(row) || t(PLACED[row.placed]),
      cell: (row) => <OnAxis row={row} />,
    },
    {
      id: "source",
      title: t("Source"),
      width: Math.min(200, Math.max(84, cellWidth(Math.max(...names.map((name) => name.length))) + 22)),
      text: ({ source }) => source,
      cell: ({ source, role }) => (
        <span className="on-source">
          <RoleSign of={role} /> {source}
        </span>
      ),
    },
    {
      id: "line",
      title: t("Line"),
      width: 84,
      right: true,
      text: ({ record }) => String(record.line),
      cell: ({ record }) => <span className="faint">{whole(record.line)}</span>,
    },
    {
      id: "time",
      title: t("Recorded"),
      width: cellWidth(19 + (digits ? digits + 1 : 0) + (names.every(zoneKnown) ? zoneCharacters : 7)),
      text: plain("time"),
      cell: ({ source, record }) => (
        <Recorded us={record.timeUs} precisionUs={record.precisionUs} zoneKnown={zoneKnown(source)} />
      ),
    },
    evidence("address", t("Address"), cellWidth(17)),
    evidence("port", t("Port"), 112, { right: true }),
    evidence("event", t("Event"), 74),
    evidence("insideIp", t("Inside"), 118),
    evidence("subscriber", t("Subscriber line"), 118),
    {
      id: "marks",
      title: t("Marks"),
      width: 64,
      text: plain("marks"),
      cell: ({ record }) => <Marks row={record} />,
    },
    evidence("fields", t("Fields"), 280, { flex: true }),
  ];
}

function OnAxis({ row }: { row: TimelineRow }) {
  const { placed, record } = row;
  if (placed === "calibrated")
    return <Corrected fromUs={record.correctedFromUs} toUs={record.correctedToUs} />;
  if (placed === "reference")
    return <Corrected plain fromUs={record.correctedFromUs} toUs={record.correctedToUs} />;
  return <span className="open-part">{t(PLACED[placed])}</span>;
}

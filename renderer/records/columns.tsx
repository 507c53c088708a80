// The columns of a source: what every record has, the mapping's for a NAT source, then the format's own fields.
import type { RecordRow } from "../../shared/contract/records";
import { cellText, portsText, SHOWN_ALREADY } from "../../shared/record/cell-text";
import type { Role } from "../../shared/record/columns";
import { type PlainName, plainNameOf } from "../../shared/record/field-names";
import type { DisplayZone } from "../../shared/time/display";
import type { Column } from "../parts/grid";
import { escaped } from "../signs/escape";
import { NoteSign, StarSign } from "../signs/icons";
import { protocolName, whole } from "../signs/numbers";
import { Corrected, Evidence, Instant, Recorded } from "../signs/text";
import { type Kept, t, text } from "../words/words";

const number = (value: number | null): string => (value === null ? "" : String(value));
/** Width of a mono cell that shows so many characters (JetBrains Mono, 12 px: 7.2 px each) without cutting one. */
export const cellWidth = (characters: number): number => Math.ceil(characters * 7.2) + 20;

export interface TimeShape {
  /** Fraction digits that the source's times are written with. */
  readonly digits: number;
  /** The zone that times are shown in. */
  readonly zone: DisplayZone;
  /** The source has an accepted calibration. */
  readonly calibrated: boolean;
}

export function columnsFor(
  role: Role,
  fieldNames: readonly string[],
  zoneKnown: boolean,
  shape: TimeShape,
): Column<RecordRow>[] {
  const zoneCharacters = shape.zone.utc ? 1 : 6;
  const recorded = 19 + (shape.digits ? shape.digits + 1 : 0) + (zoneKnown ? zoneCharacters : 7);
  const base: Column<RecordRow>[] = [
    {
      id: "marks",
      title: t("Marks"),
      width: 64,
      text: (row) => marksText(row),
      cell: (row) => <Marks row={row} />,
    },
    {
      id: "line",
      title: t("Line"),
      width: 84,
      right: true,
      text: (row) => String(row.line),
      cell: (row) => <span className="faint">{whole(row.line)}</span>,
    },
    {
      id: "time",
      title: t("Recorded"),
      width: cellWidth(recorded),
      text: (row) => cellText(row, "time", { zone: shape.zone, zoneKnown }),
      cell: (row) => <Recorded us={row.timeUs} precisionUs={row.precisionUs} zoneKnown={zoneKnown} />,
    },
    {
      id: "corrected",
      title: t("Corrected, ± s"),
      width: shape.calibrated ? cellWidth(27 + zoneCharacters) : 122,
      clock: true,
      text: (row) => cellText(row, "corrected", { zone: shape.zone, zoneKnown }),
      cell: (row) => <Corrected fromUs={row.correctedFromUs} toUs={row.correctedToUs} />,
    },
  ];
  const evidence = (
    id: string,
    title: string,
    width: number,
    text: (row: RecordRow) => string,
    right = false,
  ) => ({
    id,
    title,
    width,
    right,
    text,
    cell: (row: RecordRow) => <Evidence text={text(row)} />,
  });
  const place: Column<RecordRow>[] =
    role === "nat" || role === "subscriber"
      ? [
          evidence("event", t("Event"), 84, (row) => row.event ?? ""),
          evidence("publicIp", t("Public address"), cellWidth(17), (row) => row.publicIp ?? ""),
          evidence("ports", t("Ports"), 108, portsText, true),
          evidence("insideIp", t("Inside"), 138, (row) => row.insideIp ?? ""),
          evidence("subscriber", t("Subscriber line"), 128, (row) => row.subscriber ?? ""),
          {
            id: "start",
            title: t("Held from"),
            width: 168,
            text: (row) => cellText(row, "start", { zone: shape.zone, zoneKnown }),
            cell: (row) => <Instant us={row.startUs} />,
          },
          {
            id: "end",
            title: t("until before"),
            width: 168,
            text: (row) => cellText(row, "end", { zone: shape.zone, zoneKnown }),
            cell: (row) => <Instant us={row.endUs} />,
          },
          evidence("protocol", t("Protocol"), 70, (row) => protocolName(row.protocol)),
        ]
      : [
          evidence("srcIp", t("Source address"), cellWidth(17), (row) => row.srcIp ?? ""),
          evidence("srcPort", t("Port"), 60, (row) => number(row.srcPort), true),
        ];
  return [
    ...base,
    ...place,
    ...fieldNames.map((name, i) => ({
      ...evidence(
        `field.${name}`,
        titleOf(name),
        widthOf(name),
        (row: RecordRow) => fieldText(row, name),
        /^bytes$/i.test(plainName(name)),
      ),
      flex: i === fieldNames.length - 1,
    })),
  ];
}

/** What the analyst set on a record, in words. */
const marksText = ({ marks }: RecordRow): string =>
  marks === undefined
    ? ""
    : [
        ...(marks.bookmarked ? [t("bookmarked")] : []),
        ...marks.tags,
        ...marks.notes.map((note) => note.text),
      ].join("; ");

export function Marks({ row }: { row: RecordRow }) {
  const { marks } = row;
  if (marks === undefined) return null;
  return (
    <span className="marks mark" role="img" aria-label={marksText(row)} title={escaped(marksText(row))}>
      {marks.bookmarked ? <StarSign filled /> : null}
      {marks.tags.length > 0 ? <b className="tag-count">{marks.tags.length}</b> : null}
      {marks.notes.length > 0 ? <NoteSign /> : null}
    </span>
  );
}

export const fieldText = (row: RecordRow, name: string): string => {
  const value = row.fields[name];
  return value === null || value === undefined ? "" : String(value);
};
/** Fields that servers name by directives of their own, in words. */
const PLAIN: Readonly<Record<PlainName, Kept>> = {
  status: text("Status"),
  request: text("Request"),
  bytes: text("Bytes"),
  user: text("User"),
  method: text("Method"),
  path: text("Path"),
  host: text("Host"),
  referer: text("Referer"),
  userAgent: text("User agent"),
};
const directive = (name: string): Kept | undefined => {
  const plain = Object.hasOwn(PLAIN, name) ? (name as PlainName) : plainNameOf(name);
  return plain && PLAIN[plain];
};
/** A field's English name, by which it is ranked and sized whatever the window's language is. */
const plainName = (name: string): string => {
  const known = directive(name);
  if (known) return known.kept;
  if (!/^[A-Za-z]/.test(name)) return name;
  const words = name.replace(/[_-]/g, " ").replace(/([a-z])([A-Z])/g, "$1 $2");
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
};
export const titleOf = (name: string): string => {
  const known = directive(name);
  return known ? t(known) : plainName(name);
};
const widthOf = (name: string): number =>
  /^(status|bytes|method|pid)$/i.test(plainName(name))
    ? 66
    : /request|path|url|message|agent|text/i.test(plainName(name))
      ? 320
      : 120;

/** Fields that a person looks for first, then the record's own order. */
const FIRST = ["status", "method", "request", "path", "user", "account", "result", "message"];
/** At most ten as columns; all of them are in the inspector. */
export function fieldNamesOf(rows: readonly RecordRow[]): string[] {
  const names = new Set<string>();
  for (const row of rows)
    for (const name of Object.keys(row.fields)) if (!SHOWN_ALREADY.test(name)) names.add(name);
  const rank = (name: string): number => {
    const at = FIRST.indexOf(plainName(name).toLowerCase());
    return at < 0 ? FIRST.length : at;
  };
  return [...names]
    .map((name, order) => ({ name, order }))
    .sort((a, b) => rank(a.name) - rank(b.name) || a.order - b.order)
    .map(({ name }) => name)
    .slice(0, 10);
}

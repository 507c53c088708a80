// timeline: records of several sources on one time axis, in the order in which it happened.
import { resolve } from "node:path";
import type { Reply } from "../../../shared/contract/contract";
import type { TimelineRow } from "../../../shared/contract/timeline";
import { ProductError } from "../../../shared/errors";
import { parseInstant } from "../../../shared/filter/instant";
import { TIMELINE_COLUMNS, timelineCell } from "../../../shared/record/timeline-text";
import { UTC } from "../../../shared/time/display";
import { type Command, EXAMINER, type Io } from "../command";
import { number, table } from "../print";

const PAGE = 1_000;
/** What a person is shown without --limit; --json has no such end. */
const SHOWN = 50;

const TABLE = [
  { title: "ON THE AXIS, +/- s" },
  { title: "SOURCE" },
  { title: "LINE", right: true },
  { title: "RECORDED" },
  { title: "ADDRESS" },
  { title: "PORT" },
  { title: "EVENT" },
  { title: "INSIDE" },
  { title: "SUBSCRIBER" },
  { title: "FIELDS" },
];
const WHERE: Readonly<Record<TimelineRow["placed"], string>> = {
  calibrated: "",
  reference: "",
  uncalibrated: "not calibrated",
  outside: "outside its calibration",
  untimed: "no time",
};

const tableRow = (row: TimelineRow, zoneKnown: boolean): string[] => {
  const cell = (id: string) => timelineCell(row, id, { zone: UTC, zoneKnown });
  return [
    WHERE[row.placed] || cell("axis").replace("±", "+/-"),
    row.source,
    number(row.record.line),
    cell("time") || "-",
    ...["address", "port", "event", "insideIp", "subscriber"].map((id) => cell(id) || "-"),
    cell("fields").slice(0, 80),
  ];
};

const jsonRow = ({ source, role, placed, atUs, record }: TimelineRow) => ({
  source,
  role,
  placed,
  atUs,
  fromUs: record.correctedFromUs,
  toUs: record.correctedToUs,
  ...record,
  row: undefined,
  slackUs: undefined,
  correctedFromUs: undefined,
  correctedToUs: undefined,
});

function instant(io: Io, name: string): number | undefined {
  const text = io.values.text(name);
  if (text === undefined) return undefined;
  const found = parseInstant(text);
  if (found !== null) return found.us;
  throw new ProductError(
    "usage",
    `--${name}: "${text}" is no time with an offset.`,
    "Write it with its offset: 2026-11-24T12:00:00Z.",
  );
}

/** What the order rests on, said before the records. */
function* aboutAxis(open: Reply<"timeline.open">): Generator<string> {
  yield open.axis === "source"
    ? `The axis is the clock of ${open.clock}.`
    : open.axis === "true-time"
      ? "The axis is true time."
      : "No two of these clocks were compared: every record stands at its recorded time, and their order shows nothing.";
  for (const one of open.sources) {
    const how =
      one.clock === "reference"
        ? "its own clock is the axis"
        : one.clock === "calibrated"
          ? `corrected by ${one.calibration}`
          : "not compared with the axis, at its recorded times";
    const left = [
      ...(one.outside > 0 ? [`${number(one.outside)} outside its calibration`] : []),
      ...(one.untimed > 0 ? [`${number(one.untimed)} without a time, at the end`] : []),
    ];
    yield `  ${one.source}: ${number(one.rows)} records, ${how}${left.length > 0 ? `; ${left.join(", ")}` : ""}.`;
  }
}

export const timeline: Command = {
  name: "timeline",
  arguments: "CASE NAME...",
  summary: "List the records of several sources on one time axis.",
  options: {
    filter: { value: "EXPR", help: 'which records of them: "ip = 198.51.100.7 and port = 41822"' },
    from: { value: "T", help: "only what is placed at or after this time of the axis" },
    to: { value: "T", help: "only what is placed before this time of the axis" },
    clock: { value: "NAME", help: "the source whose clock the axis is (default: to which most lead)" },
    "true-time": { help: "the axis is true time, whatever most of the sources lead to" },
    csv: { value: "OUT", help: "write all of them to a CSV file, as the window shows them (an act)" },
    columns: { value: "A,B,...", help: `of --csv: which columns (default: ${TIMELINE_COLUMNS.join(",")})` },
    zone: { value: "Z", help: "of --csv: the zone that times are shown in (default: UTC)" },
    spreadsheet: { help: "of --csv: a derived copy in which no cell is a formula" },
    ...EXAMINER,
    limit: { value: "N", help: `at most N records (default: ${SHOWN} for people, all with --json)` },
  },
  notes: [
    "A record whose source is calibrated stands at its corrected time, in the middle of the interval that attribution uses; records of the same place are in the order of the sources as named, then of the file. A source whose clock was not compared stands at its recorded times, and each of its records says so.",
  ],
  examples: [
    "portwitness timeline night.case web cgn --filter 'port = 41822'",
    "portwitness timeline night.case web cgn radius --from 2026-03-21T17:41:00Z --to 2026-03-21T17:42:00Z --csv minute.csv",
  ],
  operations: ["evidence.sources", "timeline.open", "timeline.page", "timeline.close", "timeline.export"],
  async run(io) {
    const [path, ...sources] = io.positionals;
    const casePath = resolve(path!);
    const named = io.values.text("clock");
    const trueTime = io.values.flag("true-time");
    if (named !== undefined && trueTime)
      throw new ProductError("usage", "The axis is one clock.", "Give --clock or --true-time.");
    const clock = trueTime ? { clock: null } : named === undefined ? {} : { clock: named };
    const fromUs = instant(io, "from");
    const toUs = instant(io, "to");
    const question = {
      case: casePath,
      sources,
      filter: io.values.text("filter") ?? "",
      ...clock,
      ...(fromUs === undefined ? {} : { fromUs }),
      ...(toUs === undefined ? {} : { toUs }),
    };
    const out = io.values.text("csv");
    if (out !== undefined) {
      const ids = io.values.text("columns")?.split(",") ?? TIMELINE_COLUMNS;
      const zone = io.values.text("zone");
      const done = await io.request("timeline.export", {
        ...question,
        columns: ids.map((id) => ({ id: id.trim(), title: id.trim() })),
        out,
        spreadsheet: io.values.flag("spreadsheet"),
        ...(zone === undefined ? {} : { zone }),
      });
      await io.value(done);
      const changed = done.cellsChanged > 0 ? `, ${number(done.cellsChanged)} cells changed` : "";
      await io.line(`${number(done.rows)} records in ${done.path}${changed}, act ${done.act}.`);
      await io.line(`SHA-256 ${done.sha256}`);
      return 0;
    }
    const known = await io.request("evidence.sources", { case: casePath });
    const zoneKnown = (name: string) => known.find((one) => one.name === name)?.zone !== "unknown";
    const open = await io.request("timeline.open", question);
    for (const line of aboutAxis(open)) io.remark(line);
    const limit = io.values.number("limit") ?? (io.json ? Number.POSITIVE_INFINITY : SHOWN);
    const end = Math.min(open.rows, limit);
    for (let from = 0; from < end; from += PAGE) {
      const page = await io.request("timeline.page", {
        case: casePath,
        view: open.view,
        from,
        to: Math.min(from + PAGE, end),
      });
      if (io.json) for (const row of page.rows) await io.value(jsonRow(row));
      else
        for (const line of table(
          TABLE,
          page.rows.map((row) => tableRow(row, zoneKnown(row.source))),
        ))
          await io.line(line);
    }
    await io.request("timeline.close", { case: casePath, view: open.view });
    await io.line(
      end < open.rows
        ? `${number(end)} of ${number(open.rows)} records; --limit shows more, --json all.`
        : `${number(open.rows)} ${open.rows === 1 ? "record" : "records"}.`,
    );
    return 0;
  },
};

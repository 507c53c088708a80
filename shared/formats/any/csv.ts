// Any table of delimited text, through --map or with the keys of --map as its header: server events, NAT mappings or
// subscriber records. Without either, nothing is guessed; the header's columns are shown and asked about.
// Source: RFC 4180; CONTRACT, "--map keys".
import type { Role } from "../../record/columns";
import { timeQuestions } from "../../time/reader";
import type { Detection, Format, ParseOptions, Question, Sample } from "../format";
import {
  type Columns,
  cellsOf,
  chooseColumns,
  delimiterOf,
  layoutOf,
  type MapKey,
  styleOfLayout,
} from "./csv/columns";
import { CsvParser } from "./csv/parser";
import { readAnyStamp } from "./csv/time-cell";
import { type DateStyle, readWritten, styleOf } from "./csv/written-time";

const format: Format = {
  id: "csv",
  title: "Table of delimited text (CSV)",
  role: "server",
  roles: ["server", "nat", "subscriber"],
  gives: {
    port: "when-configured",
    precision: "that of the digits written",
    timeMeans: "connect",
    writes: "truncates",
    year: true,
    zone: "when-configured",
  },
  source: "RFC 4180",
  detect,
  open: (options) => new CsvParser(options),
};
export default format;

function detect(sample: Sample, options: ParseOptions): Detection {
  const mapped = options.map !== undefined && Object.keys(options.map).length > 0;
  const specificity = mapped ? 10 : 3;
  const first = sample.lines.find((line) => line.trim() !== "");
  if (first === undefined || delimiterOf(first) === null) return { score: 0, reasons: [], specificity };
  const { columns, problem } = chooseColumns(first, options.map);
  const delimiter = columns?.delimiter ?? delimiterOf(first)!;
  const width = cellsOf(first, delimiter).length;
  const rows = sample.lines.filter((line) => line.trim() !== "");
  const even = rows.filter((line) => cellsOf(line, delimiter).length === width);
  const share = even.length / rows.length;
  if (columns === null) {
    // A table whose columns nobody named: a last resort, and a question.
    if (!mapped && (share < 0.98 || rows.length < 2 || !/^[A-Za-z_"]/.test(first)))
      return { score: 0, reasons: [], specificity };
    return {
      score: mapped ? 1 : 0.8,
      reasons: [`${even.length} of ${rows.length} lines have ${width} columns`],
      specificity: mapped ? 10 : 0,
      questions: [{ kind: "map", text: problem ?? "", line: 1 }],
    };
  }
  const role = roleOf(columns);
  if (role === null) return { score: 0, reasons: [], specificity };
  const times = timesOf(columns, rows);
  const style = styleOf(
    times.map((t) => t.text),
    styleOfLayout(options.layout),
  );
  return {
    score: mapped ? 1 : share,
    reasons: [
      `the header names ${columns.at.size} mapped columns; ${even.length} of ${rows.length} lines have all ${width}`,
    ],
    specificity,
    layout: layoutOf(first, style),
    role,
    questions: questions(times, style, options),
  };
}

/** What the mapped columns can be records of; null where they are records of nothing. */
function roleOf(columns: Columns): Role | null {
  const has = (...keys: MapKey[]): boolean => keys.some((key) => columns.at.has(key));
  if (has("publicIp")) return "nat";
  if (has("insideIp")) return has("portLow") ? "nat" : has("subscriber") ? "subscriber" : "nat";
  return has("srcIp") && has("time", "start", "end", "from", "to") ? "server" : null;
}

interface TimeText {
  readonly text: string;
  /** Number of its row among the sample's rows. */
  readonly line: number;
}

const TIME_KEYS: readonly MapKey[] = ["time", "start", "end", "from", "to"];

/** The cells of the sample that should be times. */
function timesOf(columns: Columns, rows: readonly string[]): TimeText[] {
  return rows.flatMap((row, i) => {
    const cells = cellsOf(row, columns.delimiter);
    return TIME_KEYS.flatMap((key) => {
      const at = columns.at.get(key);
      const text = at === undefined ? "" : (cells[at] ?? "").trim();
      return text === "" ? [] : [{ text, line: i + 1 }];
    });
  });
}

function questions(times: readonly TimeText[], style: DateStyle, options: ParseOptions): Question[] {
  const needs = { zone: false, year: false };
  const found = new Map<"order" | "hours", number>();
  let line: number | undefined;
  for (const { text, line: at } of times) {
    const general = readAnyStamp(text);
    const read = general ? { stamp: general } : readWritten(text, style);
    if ("open" in read) {
      if (!found.has(read.open)) found.set(read.open, at);
      const ordered = readWritten(text, { ...style, order: style.order ?? "dmy" });
      if ("open" in ordered && !found.has(ordered.open)) found.set(ordered.open, at);
      // Whether it needs a zone shows once it is read in any way.
      const probe = readWritten(text, { order: style.order ?? "dmy", hours: style.hours ?? "24h" });
      if ("stamp" in probe && probe.stamp.offsetUs === null) needs.zone = true;
    } else if ("stamp" in read) {
      if (read.stamp.offsetUs === null) needs.zone = true;
      if (read.stamp.yearless !== null) needs.year = true;
      if (read.stamp.offsetUs === null || read.stamp.yearless !== null) line ??= at;
    }
  }
  const order = found.get("order");
  const hours = found.get("hours");
  return [
    ...timeQuestions(needs, options, line),
    ...(order === undefined
      ? []
      : [{ kind: "dayMonth" as const, text: "Dates can be day/month or month/day.", line: order }]),
    ...(hours === undefined
      ? []
      : [
          {
            kind: "layout" as const,
            text: `No time has AM or PM, and no hour shows a clock of 24 hours (--layout "${[style.order, "24h"].join(" ").trim()}", or 12h where AM and PM were lost).`,
            line: hours,
          },
        ]),
  ];
}

// Any table of delimited text, through --map or with the keys of --map as its header: server events, NAT mappings or
// subscriber records. Without either, nothing is guessed; the header's columns are shown and asked about.
// Source: RFC 4180; CONTRACT, "--map keys".
import type { Role } from "../../record/columns";
import { timeQuestions } from "../../time/reader";
import type { Detection, Format, ParseOptions, Question, Sample } from "../format";
import { type Columns, cellsOf, chooseColumns, delimiterOf, layoutOf, type MapKey } from "./csv/columns";
import { CsvParser } from "./csv/parser";
import { readAnyStamp } from "./csv/time-cell";

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
  return {
    score: mapped ? 1 : share,
    reasons: [
      `the header names ${columns.at.size} mapped columns; ${even.length} of ${rows.length} lines have all ${width}`,
    ],
    specificity,
    layout: layoutOf(first),
    role,
    questions: [...questions(columns, rows, options)],
  };
}

/** What the mapped columns can be records of; null where they are records of nothing. */
function roleOf(columns: Columns): Role | null {
  const has = (...keys: MapKey[]): boolean => keys.some((key) => columns.at.has(key));
  if (has("publicIp")) return "nat";
  if (has("insideIp")) return has("portLow") ? "nat" : has("subscriber") ? "subscriber" : "nat";
  return has("srcIp") && has("time", "start", "end", "from", "to") ? "server" : null;
}

function questions(columns: Columns, rows: readonly string[], options: ParseOptions): Question[] {
  const needs = { zone: false, year: false };
  let line: number | undefined;
  const keys: readonly MapKey[] = ["time", "start", "end", "from", "to"];
  rows.slice(0, 50).forEach((row, i) => {
    const cells = cellsOf(row, columns.delimiter);
    for (const key of keys) {
      const at = columns.at.get(key);
      const stamp = at === undefined ? null : readAnyStamp((cells[at] ?? "").trim());
      if (stamp === null) continue;
      if (stamp.offsetUs === null) needs.zone = true;
      if (stamp.yearless !== null) needs.year = true;
      if (stamp.offsetUs === null || stamp.yearless !== null) line ??= i + 1;
    }
  });
  return timeQuestions(needs, options, line);
}

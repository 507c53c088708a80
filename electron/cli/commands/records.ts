// records: a source's records, as recorded. Corrected times are the window's and the exhibit's; here stand the recorded.
import { resolve } from "node:path";
import type { RecordRow } from "../../../shared/contract/records";
import type { SavedView } from "../../../shared/contract/views";
import { ProductError } from "../../../shared/errors";
import { CELL_COLUMNS, NAT_CELL_COLUMNS } from "../../../shared/record/cell-text";
import { type Command, EXAMINER, type Io } from "../command";
import { endpoint, number, protocol, table, time } from "../print";

/** Rows a page request may ask for (CONTRACT, "Views"). */
const PAGE = 1_000;
/** What a person is shown without --limit; --json has no such end. */
const SHOWN = 50;

/** CONTRACT, "JSON keys", records. */
function recordKeys(row: RecordRow, withMapping: boolean): Record<string, unknown> {
  const {
    line,
    offset,
    length,
    timeUs,
    precisionUs,
    timeMeans,
    otherTimeUs,
    srcIp,
    srcPort,
    dstIp,
    dstPort,
    protocol,
    fields,
  } = row;
  const base = {
    line,
    offset,
    length,
    timeUs,
    precisionUs,
    timeMeans,
    otherTimeUs,
    srcIp,
    srcPort,
    dstIp,
    dstPort,
    protocol,
    // Only where a join recovered the port, or could not tell it.
    ...(row.portFrom === undefined ? {} : { portFrom: row.portFrom }),
  };
  if (!withMapping) return { ...base, fields };
  const { event, startUs, endUs, publicIp, portLow, portHigh, portStep, insideIp, insidePort, subscriber } =
    row;
  return {
    ...base,
    event,
    startUs,
    endUs,
    publicIp,
    portLow,
    portHigh,
    portStep,
    insideIp,
    insidePort,
    subscriber,
    fields,
  };
}

const SERVER = [
  { title: "LINE", right: true },
  { title: "TIME (recorded)" },
  { title: "CLIENT" },
  { title: "SERVER" },
  { title: "PROTOCOL" },
];
const serverRow = (r: RecordRow): string[] => [
  number(r.line),
  time(r.timeUs),
  endpoint(r.srcIp, r.srcPort),
  endpoint(r.dstIp, r.dstPort),
  protocol(r.protocol),
];
const NAT = [
  { title: "LINE", right: true },
  { title: "EVENT" },
  { title: "START (recorded)" },
  { title: "END (recorded)" },
  { title: "PUBLIC" },
  { title: "PORTS" },
  { title: "PROTOCOL" },
  { title: "INSIDE" },
  { title: "SUBSCRIBER" },
];
const natRow = (r: RecordRow): string[] => [
  number(r.line),
  r.event ?? "-",
  time(r.startUs),
  r.endUs === null ? "not recorded" : time(r.endUs),
  r.publicIp ?? "-",
  r.portLow === null
    ? "-"
    : `${r.portLow === r.portHigh ? r.portLow : `${r.portLow}-${r.portHigh}`}${r.portStep !== null && r.portStep > 1 ? ` step ${r.portStep}` : ""}`,
  protocol(r.protocol),
  endpoint(r.insideIp, r.insidePort),
  r.subscriber ?? "-",
];

async function savedView(io: Io, casePath: string, source: string): Promise<SavedView | null> {
  const name = io.values.text("view");
  if (name === undefined) return null;
  const views = (await io.request("views.list", { case: casePath })).filter((one) => one.source === source);
  const found = views.find((one) => one.name === name);
  if (found) return found;
  throw new ProductError(
    "usage",
    `${source} has no saved view "${name}".`,
    views.length > 0
      ? `Its views are: ${views.map((one) => one.name).join(", ")}.`
      : "Save one in the window, or use --filter.",
  );
}

export const records: Command = {
  name: "records",
  arguments: "CASE NAME",
  summary: "List a source's records in the order of the file.",
  options: {
    filter: { value: "EXPR", help: 'which records: "srcIp = 198.51.100.7 and srcPort in 1024-2047"' },
    view: { value: "VIEW", help: "filter and order of a view that the window saved" },
    csv: { value: "OUT", help: "write all of them, as the window shows them, to a CSV file (an act)" },
    columns: { value: "A,B,...", help: "of --csv: which columns (fields of the format as field.NAME)" },
    zone: { value: "Z", help: "of --csv: the zone that times are shown in (default: UTC)" },
    spreadsheet: { help: "of --csv: a derived copy in which no cell is a formula" },
    ...EXAMINER,
    limit: { value: "N", help: `at most N records (default: ${SHOWN} for people, all with --json)` },
  },
  operations: [
    "evidence.sources",
    "views.list",
    "records.export",
    "records.open",
    "records.page",
    "records.close",
  ],
  async run(io) {
    const casePath = resolve(io.positionals[0]!);
    const source = io.positionals[1]!;
    const saved = await savedView(io, casePath, source);
    const filter = [saved?.filter ?? "", io.values.text("filter") ?? ""]
      .filter((text) => text.trim() !== "")
      .map((text, _, all) => (all.length > 1 ? `(${text})` : text))
      .join(" and ");
    const limit = io.values.number("limit") ?? (io.json ? Number.POSITIVE_INFINITY : SHOWN);
    const role = (await io.request("evidence.sources", { case: casePath })).find(
      (s) => s.name === source,
    )?.role;
    const withMapping = role === "nat" || role === "subscriber";
    const out = io.values.text("csv");
    if (out !== undefined) {
      const ids =
        io.values.text("columns")?.split(",") ??
        (withMapping ? [...CELL_COLUMNS, ...NAT_CELL_COLUMNS] : CELL_COLUMNS);
      const zone = io.values.text("zone");
      const done = await io.request("records.export", {
        case: casePath,
        source,
        filter,
        sort: saved?.sort ?? [],
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
    const view = await io.request("records.open", {
      case: casePath,
      source,
      filter,
      sort: saved?.sort ?? [],
    });
    const end = Math.min(view.rows, limit);
    const shown: RecordRow[] = [];
    for (let from = 0; from < end; from += PAGE) {
      const page = await io.request("records.page", {
        case: casePath,
        view: view.view,
        from,
        to: Math.min(from + PAGE, end),
      });
      for (const row of page.rows) {
        if (io.json) await io.value(recordKeys(row, withMapping));
        else shown.push(row);
      }
      // Tables are aligned a page at a time, so that a long listing never gathers in memory.
      if (!io.json) {
        for (const line of table(
          withMapping ? NAT : SERVER,
          shown.splice(0).map(withMapping ? natRow : serverRow),
        ))
          await io.line(line);
      }
    }
    await io.request("records.close", { case: casePath, view: view.view });
    if (end < view.rows)
      await io.line(`${number(end)} of ${number(view.rows)} records; --limit shows more, --json all.`);
    else await io.line(`${number(view.rows)} ${view.rows === 1 ? "record" : "records"}.`);
    return 0;
  },
};

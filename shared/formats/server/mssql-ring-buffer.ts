// SQL Server's connectivity ring buffer, as a query of sys.dm_os_ring_buffers gives it: one <Record> for each connection
// that the server closed or refused, with the client's address and port, on one line or over several, alone or as a cell
// of a table. RecordTime has the month first and no offset; nothing says whether it is local, so the zone is asked for.
// Source: Microsoft, SQL Protocols blog, "Connectivity troubleshooting in SQL Server 2008 with the Connectivity Ring Buffer".
import { civilToUs, dateExists, MS, SECOND } from "../../time/civil";
import { TimeReader } from "../../time/reader";
import type { Stamp } from "../../time/stamp";
import { detectLines } from "../detect";
import type { Format, ParseOptions } from "../format";
import { type FieldValue, type LineOutcome, lineParser } from "../lines";
import { clientPort, recordOf } from "../program";
import { unescaped } from "../xml-text";

const OPEN = /<Record id=""?\d+""? type=""?(RING_BUFFER_\w+)""?/;
const OURS = "RING_BUFFER_CONNECTIVITY";
/** An element without others in it. */
const LEAF = /<(\w+)(?:\s[^<>]*)?>([^<]*)<\/\1>/g;
const TIME = /<RecordTime>([^<]*)<\/RecordTime>/;
/** What a query's result has around its rows. */
const AROUND = /^\s*(?:"?\w*record\w*"?(?:[,\t]"?\w+"?)*|-{3,}[-\s]*|\(?\d+ rows? affected\)?)\s*$/i;
/** Kept beside the client: what the server did, and the ids by which its other logs know the connection. */
const KEPT = new Set([
  "RecordType",
  "RecordSource",
  "Spid",
  "SniConnectionId",
  "SniConsumerError",
  "OSError",
  "State",
]);

/** `8/20/2009 18:38:27.193`; its parts are not padded, so that fewer than three digits of a fraction may be either. */
function recordTime(text: string): Stamp | null {
  const m = /^\s*(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,3}))?\s*$/.exec(text);
  if (!m) return null;
  const [month, day, year, hour, minute, second] = m.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (!dateExists(year, month, day) || hour > 23 || minute > 59 || second > 59) return null;
  const exact = m[7]?.length === 3;
  return {
    wallUs:
      civilToUs(year, month, day) +
      ((hour * 60 + minute) * 60 + second) * SECOND +
      (exact ? Number(m[7]) * MS : 0),
    precisionUs: exact ? MS : SECOND,
    offsetUs: null,
    yearless: null,
    slackUs: 0,
    end: text.length,
  };
}

function leaves(text: string): { values: ReadonlyMap<string, string>; twice: ReadonlySet<string> } {
  const values = new Map<string, string>();
  const twice = new Set<string>();
  for (const [, name, value] of text.matchAll(LEAF)) {
    if (values.has(name!)) twice.add(name!);
    values.set(name!, unescaped(value!).trim());
  }
  return { values, twice };
}

function readRecord(text: string, times: TimeReader, line: number): LineOutcome {
  const open = OPEN.exec(text);
  if (!open) return AROUND.test(text) ? "header" : { reject: "no record of SQL Server's ring buffers" };
  if (open[1] !== OURS) return { reject: `a record of another ring buffer: ${open[1]}` };
  if (!text.includes("</Record>")) return { reject: "the record does not end" };
  if (text.indexOf("<Record ", open.index + 1) >= 0) return { reject: "two records on one line" };
  const { values, twice } = leaves(text);
  const stamp = recordTime(values.get("RecordTime") ?? "");
  if (!stamp || twice.has("RecordTime")) return { reject: "no RecordTime that is one" };
  const time = times.resolve(stamp, line);
  const fields: Record<string, FieldValue> = {};
  for (const [name, value] of values) if (KEPT.has(name) && value !== "") fields[name] = value;
  if (twice.has("RemoteHost") || twice.has("RemotePort"))
    return recordOf(time, { fields, partial: "the client stands there twice; neither is taken" }, 6, {});
  const host = values.get("RemoteHost") ?? "";
  const local = /^<.*>$/.test(host);
  return recordOf(
    time,
    {
      client: host === "" || local ? null : host,
      port: clientPort(values.get("RemotePort")),
      local: values.get("LocalHost") || null,
      localPort: clientPort(values.get("LocalPort")),
      fields,
    },
    6,
    {},
  );
}

export default {
  id: "mssql.ring-buffer",
  title: "SQL Server connectivity ring buffer (sys.dm_os_ring_buffers)",
  role: "server",
  gives: {
    port: "always",
    precision: "1 ms",
    timeMeans: "written",
    writes: "truncates",
    year: true,
    zone: "never",
  },
  source: "Microsoft SQL Protocols blog: Connectivity troubleshooting with the Connectivity Ring Buffer",
  detect(sample, options) {
    if (!sample.lines.some((text) => OPEN.exec(text)?.[1] === OURS))
      return { score: 0, reasons: [], specificity: 0 };
    return detectLines(sample, options, "SQL Server's connectivity ring buffer", 5, (text, before) => {
      const stamp = recordTime(TIME.exec(text)?.[1] ?? "");
      if (OPEN.test(text) || AROUND.test(text)) return { stamp };
      return before !== null && OPEN.test(before) ? { stamp, continuation: true } : null;
    });
  },
  open: (options: ParseOptions) =>
    lineParser("server", () => {
      const times = new TimeReader(options);
      return {
        continues: (text, before) => OPEN.test(before) && !before.includes("</Record>") && !OPEN.test(text),
        read: (text, { line }) => readRecord(text, times, line),
      };
    }),
} satisfies Format as Format;

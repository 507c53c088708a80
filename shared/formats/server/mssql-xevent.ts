// SQL Server's Extended Events as XML: the events of a ring buffer, of sys.fn_xe_file_target_read_file (alone or as the
// event_data column of a CSV), one a line or over several. connectivity_ring_buffer_recorded holds the client's port
// (remote_host, remote_port). Values are escaped by the server, so that a name cannot end its element.
// Source: Microsoft, "Targets for Extended Events" (ring_buffer, event_file); the timestamp of an event is UTC.
import { TimeReader } from "../../time/reader";
import { readIso } from "../../time/stamp";
import { detectLines } from "../detect";
import type { Format, ParseOptions } from "../format";
import { type FieldValue, type LineOutcome, type LineRecord, lineParser } from "../lines";
import { clientPort, recordOf } from "../program";
import { unescaped } from "../xml-text";

const EVENT = /<event name="(\w+)"((?: \w+="[^"<>]*")*)\s*(?:\/>|>([\s\S]*?)<\/event>)/g;
const OPEN = /<event name=""?\w+""?[^<>]*>/;
const VALUE =
  /<(data|action) name="(\w+)"[^<>]*?(?:\/>|>[\s\S]*?(?:<value>([^<]*)<\/value>)?\s*(?:<text>([^<]*)<\/text>)?\s*<\/\1>)/g;
/** What stands around the events, and the header of a table that holds them. */
const AROUND = /^\s*(?:<\?xml |<\/?(?:RingBufferTarget|Events)\b|"?(?:\w+"?,"?)*event_data"?(?:,"?\w+"?)*$)/;

/** A CSV's cell doubles its quotes. */
const undoubled = (text: string): string => (/<event name=""/.test(text) ? text.replaceAll('""', '"') : text);

interface Event {
  readonly timestamp: string;
  readonly values: ReadonlyMap<string, string>;
  readonly twice: ReadonlySet<string>;
  readonly name: string;
}

function eventsOf(text: string): Event[] {
  return [...undoubled(text).matchAll(EVENT)].map((m) => {
    const values = new Map<string, string>();
    const twice = new Set<string>();
    for (const v of (m[3] ?? "").matchAll(VALUE)) {
      const value = unescaped(v[4] ?? v[3] ?? "");
      // Actions are the session's, data the event's: one does not stand for the other.
      const name = v[1] === "action" ? `action.${v[2]}` : v[2]!;
      if (values.has(name)) twice.add(name);
      values.set(name, value);
    }
    return { name: m[1]!, timestamp: / timestamp="([^"]*)"/.exec(m[2]!)?.[1] ?? "", values, twice };
  });
}

function recordOfEvent(event: Event, times: TimeReader, line: number): LineRecord | string {
  const stamp = readIso(event.timestamp);
  if (!stamp || stamp.end !== event.timestamp.length)
    return `"${event.timestamp.slice(0, 40)}" is no timestamp`;
  const time = times.resolve({ ...stamp, offsetUs: stamp.offsetUs ?? 0 }, line);
  const { values, twice } = event;
  const fields: Record<string, FieldValue> = { event: event.name };
  for (const [name, value] of values) if (value !== "") fields[name] = value;
  if (twice.has("remote_host") || twice.has("remote_port"))
    return recordOf(time, { fields, partial: "the client stands there twice; neither is taken" }, 6, {});
  return recordOf(
    time,
    {
      client: values.get("remote_host") || null,
      port: clientPort(values.get("remote_port")),
      local: values.get("local_host") || null,
      localPort: clientPort(values.get("local_port")),
      fields,
    },
    6,
    {},
  );
}

export default {
  id: "mssql.xevent",
  title: "SQL Server Extended Events as XML",
  role: "server",
  gives: {
    port: "when-configured",
    precision: "1 ms",
    timeMeans: "written",
    writes: "truncates",
    year: true,
    zone: "utc",
  },
  source: "Microsoft, Targets for Extended Events; sys.fn_xe_file_target_read_file",
  detect(sample, options) {
    if (!sample.lines.some((text) => OPEN.test(text))) return { score: 0, reasons: [], specificity: 0 };
    return detectLines(sample, options, "Extended Events of SQL Server", 5, (text, before) => {
      if (OPEN.test(text) || AROUND.test(text)) return { stamp: null };
      return before !== null && OPEN.test(before) ? { stamp: null, continuation: true } : null;
    });
  },
  open: (options: ParseOptions) =>
    lineParser("server", () => {
      const times = new TimeReader(options);
      return {
        continues: (_text, before) =>
          OPEN.test(before) &&
          before.lastIndexOf("</event>") < before.lastIndexOf("<event ") &&
          !/\/>\s*$/.test(
            before.slice(
              before.lastIndexOf("<event "),
              before.indexOf(">", before.lastIndexOf("<event ")) + 1,
            ),
          ),
        read(text, { line }): LineOutcome {
          const records: LineRecord[] = [];
          const refused: string[] = [];
          for (const event of eventsOf(text)) {
            const read = recordOfEvent(event, times, line);
            if (typeof read === "string") refused.push(read);
            else records.push(read);
          }
          const [first, ...rest] = records;
          if (first) return refused.length === 0 ? records : [{ ...first, partial: refused[0]! }, ...rest];
          if (refused.length > 0) return { reject: refused[0]! };
          return AROUND.test(text) ? "header" : { reject: "holds no event in whole" };
        },
      };
    }),
} satisfies Format as Format;

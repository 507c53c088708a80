// W3C extended log files of IIS and HTTP.sys: #Fields may change inside one file, #Date supplies a missing date, times
// are UTC by definition unless the field says local. A custom field that holds the client's port is known by its name;
// s-port is the server's. Source: W3C WD-logfile-960323; IIS 10 logging fields, custom fields; HTTP.sys error logging.
import { canonicalAddress } from "../record/address";
import type { TimeMeans } from "../record/columns";
import { DAY, formatUtc, HOUR } from "../time/civil";
import { type Moment, TimeReader } from "../time/reader";
import { readIso } from "../time/stamp";
import { splitW3c } from "./delimited";
import type { ParseOptions, Parser, Sample } from "./format";
import { type FieldValue, type LineOutcome, lineParser } from "./lines";
import { clientPort } from "./program";

/** Names under which operators log ServerVariable REMOTE_PORT (the log's own name then ends in _x). */
const CLIENT_PORT = /^(?:x-|cs\(|s\()?(?:c-port|(?:remote|client|source|src)[-_]?port)\)?$/i;

export const isClientPort = (field: string): boolean => CLIENT_PORT.test(field);

export interface W3cRules {
  readonly name: string;
  readonly means: TimeMeans;
  readonly protocol: number | null;
  /** Fields where the file has no #Fields line, by the number of values; empty where there are none. */
  readonly unnamed: readonly (readonly string[])[];
}

export function w3cParser(rules: W3cRules, options: ParseOptions): Parser {
  return lineParser("server", () => {
    const times = new TimeReader(options);
    // A #Fields line given by hand holds until the file has one of its own.
    let names: readonly string[] | null =
      options.layout === undefined ? null : (namesOf(options.layout) ?? null);
    let date: string | null = null;
    let lastClock: number | null = null;
    return {
      read(text, { line }): LineOutcome {
        if (text.startsWith("#")) {
          names = namesOf(text) ?? names;
          const stated = /^#(?:Start-)?Date:\s*(\d{4}-\d{2}-\d{2})/i.exec(text);
          if (stated) {
            date = stated[1]!;
            lastClock = null;
          }
          return "header";
        }
        const values = splitW3c(text);
        const columns: readonly string[] | undefined =
          names ?? rules.unnamed.find((u) => u.length === values.length && looksRight(u, values));
        if (!columns) return { reject: "no #Fields line names its values" };
        if (values.length !== columns.length)
          return { reject: `${values.length} values stand where #Fields names ${columns.length}` };
        const row: Record<string, string> = {};
        columns.forEach((name, i) => {
          row[name.toLowerCase()] = values[i]!;
        });
        const own = row.date ?? row["date-utc"] ?? row["date-local"];
        const clock = row.time ?? row["time-utc"] ?? row["time-local"];
        const local = row.date === undefined && row.time === undefined && row["time-local"] !== undefined;
        let time: Moment | null = null;
        if (clock !== undefined && (own ?? date) !== null && (own ?? date) !== undefined) {
          let stamp = readIso(`${own ?? date} ${clock}`);
          if (!stamp) return { reject: `"${own ?? date} ${clock}" is no time` };
          if (own === undefined) {
            // Without a date of its own the day moves on where the clock falls back over midnight.
            const day = Math.floor(stamp.wallUs / DAY) * DAY;
            const since = stamp.wallUs - day;
            if (lastClock !== null && since < lastClock - 12 * HOUR) {
              date = nextDay(date!);
              stamp = readIso(`${date} ${clock}`)!;
            }
            lastClock = since;
          }
          time = local
            ? times.resolve(stamp, line)
            : { us: stamp.wallUs, precisionUs: stamp.precisionUs, slackUs: stamp.slackUs };
        } else if (clock !== undefined)
          return { reject: "a time without a date: no #Date line stands before it" };
        return record(row, columns, values, time, rules);
      },
    };
  });
}

const nextDay = (date: string): string => formatUtc(readIso(`${date} 00:00:00`)!.wallUs + DAY).slice(0, 10);

function record(
  row: Readonly<Record<string, string>>,
  names: readonly string[],
  values: readonly string[],
  time: Moment | null,
  rules: W3cRules,
): LineOutcome {
  const value = (name: string): string | null => {
    const v = row[name];
    return v === undefined || v === "-" || v === "" ? null : v;
  };
  const client = value("c-ip") ?? value("cip");
  const ip = client === null ? null : canonicalAddress(client);
  let port: number | null = null;
  let said = false;
  names.forEach((name, i) => {
    if (!isClientPort(name) || values[i] === "-") return;
    said = true;
    port = clientPort(values[i]) ?? port;
  });
  const version = value("cs-version") ?? "";
  const taken = value("time-taken") ?? value("timetakenms");
  const fields: Record<string, FieldValue> = {};
  names.forEach((name, i) => {
    if (values[i] !== "-") fields[name] = values[i];
  });
  return {
    time,
    timeMeans: rules.means,
    durationUs: taken !== null && /^\d+$/.test(taken) ? Number(taken) * 1000 : null,
    srcIp: ip,
    srcPort: ip === null ? null : port,
    dstIp: value("s-ip") === null ? null : canonicalAddress(value("s-ip")!),
    dstPort: clientPort(value("s-port")),
    protocol: /^HTTP\/3/i.test(version) ? 17 : /^HTTP\/[12]/i.test(version) ? 6 : rules.protocol,
    fields,
    ...(said && port === null ? { partial: "the client's port is no port" } : {}),
  };
}

/** Values stand where the names say addresses and ports stand. */
function looksRight(names: readonly string[], values: readonly string[]): boolean {
  return names.every((name, i) => {
    const v = values[i]!;
    if (name === "date") return /^\d{4}-\d{2}-\d{2}$/.test(v);
    if (name === "time") return /^\d{2}:\d{2}:\d{2}/.test(v);
    if (name === "c-ip" || name === "s-ip") return v === "-" || canonicalAddress(v) !== null;
    if (name === "c-port" || name === "s-port") return /^(?:\d{1,5}|-)$/.test(v);
    return true;
  });
}

/** The names of a #Fields line, or null. */
export function namesOf(text: string): string[] | null {
  const m = /^#Fields:\s*(.*)$/i.exec(text);
  return m ? splitW3c(m[1]!) : null;
}

/** #Fields lines of a sample, each as its names. */
export const fieldLines = (sample: Sample): string[][] =>
  sample.lines.flatMap((text) => {
    const names = namesOf(text);
    return names ? [names] : [];
  });

/** The share of lines whose values stand where these names say that times and addresses stand. */
export const looksLike = (names: readonly string[], text: string): boolean => {
  const values = splitW3c(text);
  return values.length === names.length && looksRight(names, values);
};

// W3C extended log files of IIS and HTTP.sys: #Fields may change inside one file, #Date supplies a missing date, times
// are UTC by definition unless the field says local. A custom field that holds the client's port is known by its name;
// s-port is the server's. Source: W3C WD-logfile-960323; IIS 10 logging fields, custom fields; HTTP.sys error logging.
import { canonicalAddress } from "../record/address";
import type { TimeMeans } from "../record/columns";
import { DAY, formatUtc, HOUR } from "../time/civil";
import { alone, type Moment, TimeReader } from "../time/reader";
import { readIso } from "../time/stamp";
import { splitW3c } from "./delimited";
import type { ParseOptions, Parser, Sample } from "./format";
import { fieldsJson, quoted } from "./line-text";
import { type FieldValue, type LineOutcome, type LineRules, lineParser } from "./lines";
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

/** The columns that a #Fields line names, looked up once for all lines that follow. */
class Columns {
  readonly names: readonly string[];
  readonly count: number;
  readonly ownDate: number;
  readonly clock: number;
  /** True where the clock is the server's local time. */
  readonly local: boolean;
  readonly client: number;
  readonly clientPorts: readonly number[];
  readonly version: number;
  readonly taken: number;
  readonly server: number;
  readonly serverPort: number;
  private readonly keys: readonly string[] | null;

  constructor(names: readonly string[]) {
    this.names = names;
    this.count = names.length;
    const lower = names.map((name) => name.toLowerCase());
    // Of a name that stands twice the last counts.
    const first = (...wanted: string[]): number => {
      for (const name of wanted) if (lower.includes(name)) return lower.lastIndexOf(name);
      return -1;
    };
    this.ownDate = first("date", "date-utc", "date-local");
    this.clock = first("time", "time-utc", "time-local");
    this.local = !lower.includes("date") && !lower.includes("time") && lower.includes("time-local");
    this.client = lower.lastIndexOf("c-ip");
    this.other = lower.lastIndexOf("cip");
    this.clientPorts = names.flatMap((name, i) => (isClientPort(name) ? [i] : []));
    this.version = lower.lastIndexOf("cs-version");
    this.taken = lower.lastIndexOf("time-taken");
    this.takenMs = lower.lastIndexOf("timetakenms");
    this.server = lower.lastIndexOf("s-ip");
    this.serverPort = lower.lastIndexOf("s-port");
    // Objects put names that are numbers first, and keep one of a name: such columns go through one.
    const plain =
      new Set(names).size === names.length && !names.some((name) => /^\d+$|^__proto__$/.test(name));
    this.keys = plain ? names.map((name) => `${quoted(name)}:`) : null;
  }

  private readonly other: number;
  private readonly takenMs: number;

  address(values: readonly string[]): string | null {
    return valueAt(values, this.client) ?? valueAt(values, this.other);
  }

  duration(values: readonly string[]): string | null {
    return valueAt(values, this.taken) ?? valueAt(values, this.takenMs);
  }

  /** All values but "-", as JSON. */
  json(values: readonly string[]): string | null {
    if (this.keys === null) {
      const fields: Record<string, FieldValue> = {};
      for (let i = 0; i < this.count; i++) if (values[i] !== "-") fields[this.names[i]!] = values[i];
      return fieldsJson(fields);
    }
    let out = "";
    for (let i = 0; i < this.count; i++) {
      const value = values[i]!;
      if (value === "-") continue;
      out += (out === "" ? "{" : ",") + this.keys[i]! + quoted(value);
    }
    return out === "" ? null : `${out}}`;
  }
}

/** A column's value; null where it is empty. */
function valueAt(values: readonly string[], at: number): string | null {
  const v = at < 0 ? undefined : values[at];
  return v === undefined || v === "-" || v === "" ? null : v;
}

export function w3cParser(rules: W3cRules, options: ParseOptions): Parser {
  return lineParser("server", () => w3cRules(rules, options), {
    store: options.storeFields,
    readBack: () => w3cRules(rules, alone(options)),
  });
}

function w3cRules(rules: W3cRules, options: ParseOptions): LineRules {
  const times = new TimeReader(options);
  const unnamed = rules.unnamed.map((names) => new Columns(names));
  // A #Fields line given by hand holds until the file has one of its own.
  const given = options.layout === undefined ? null : namesOf(options.layout);
  const told = given && new Columns(given);
  let named = told;
  const known = new Map<string, Columns>(told ? [[headerOf(told.names), told]] : []);
  let date: string | null = null;
  let lastClock: number | null = null;
  return {
    read(text, { line, fields }): LineOutcome {
      if (text.charCodeAt(0) === 35) {
        named = known.get(text) ?? headed(text, known, told) ?? named;
        const stated = /^#(?:Start-)?Date:\s*(\d{4}-\d{2}-\d{2})/i.exec(text);
        if (stated) {
          date = stated[1]!;
          lastClock = null;
        }
        return "header";
      }
      const values = splitW3c(text);
      const columns = named ?? unnamed.find((u) => u.count === values.length && looksRight(u.names, values));
      if (!columns) return { reject: "no #Fields line names its values" };
      if (values.length !== columns.count)
        return { reject: `${values.length} values stand where #Fields names ${columns.count}` };
      const own = columns.ownDate < 0 ? undefined : values[columns.ownDate];
      const clock = columns.clock < 0 ? undefined : values[columns.clock];
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
        time = columns.local
          ? times.resolve(stamp, line)
          : { us: stamp.wallUs, precisionUs: stamp.precisionUs, slackUs: stamp.slackUs };
      } else if (clock !== undefined)
        return { reject: "a time without a date: no #Date line stands before it" };
      // A record by itself is read back with the header that was given for the file; a date out of a #Date line is not.
      const stored = columns !== told || (columns.ownDate < 0 && columns.clock >= 0);
      return record(columns, values, time, rules, fields !== false || stored, stored);
    },
  };
}

/** #Fields lines remembered: a server writes the same few again and again. */
const REMEMBERED = 16;

function headed(text: string, known: Map<string, Columns>, told: Columns | null): Columns | null {
  const names = namesOf(text);
  if (!names) return null;
  const same = told !== null && headerOf(names) === headerOf(told.names);
  const columns = same ? told : new Columns(names);
  if (known.size >= REMEMBERED) known.clear();
  known.set(text, columns);
  return columns;
}

/** A #Fields line of these names. */
const headerOf = (names: readonly string[]): string => `#Fields: ${names.join(" ")}`;

/** Detection's layout of a file that has one header: records under it are read back by it. */
export function headerLayout(sample: Sample): { layout?: string } {
  const layout = soleHeader(sample);
  return layout === undefined ? {} : { layout };
}

/** The one #Fields line of a sample, where no values stand before it; undefined where there are several, or none. */
function soleHeader(sample: Sample): string | undefined {
  let found: string | undefined;
  for (const text of sample.lines) {
    const names = text.startsWith("#") ? namesOf(text) : null;
    if (names) {
      const header = headerOf(names);
      if (found !== undefined && found !== header) return undefined;
      found = header;
    } else if (found === undefined && text.trim() !== "" && !text.startsWith("#")) return undefined;
  }
  return found;
}

const nextDay = (date: string): string => formatUtc(readIso(`${date} 00:00:00`)!.wallUs + DAY).slice(0, 10);

function record(
  columns: Columns,
  values: readonly string[],
  time: Moment | null,
  rules: W3cRules,
  wanted: boolean,
  keepsFields: boolean,
): LineOutcome {
  const client = columns.address(values);
  const ip = client === null ? null : canonicalAddress(client);
  let port: number | null = null;
  let said = false;
  for (const i of columns.clientPorts) {
    if (values[i] === "-") continue;
    said = true;
    port = clientPort(values[i]) ?? port;
  }
  const version = valueAt(values, columns.version);
  const taken = columns.duration(values);
  const server = valueAt(values, columns.server);
  return {
    time,
    timeMeans: rules.means,
    durationUs: taken !== null && /^\d+$/.test(taken) ? Number(taken) * 1000 : null,
    srcIp: ip,
    srcPort: ip === null ? null : port,
    dstIp: server === null ? null : canonicalAddress(server),
    dstPort: clientPort(valueAt(values, columns.serverPort)),
    protocol:
      version === null
        ? rules.protocol
        : /^HTTP\/3/i.test(version)
          ? 17
          : /^HTTP\/[12]/i.test(version)
            ? 6
            : rules.protocol,
    fieldsText: wanted ? columns.json(values) : null,
    keepsFields,
    partial: said && port === null ? "the client's port is no port" : undefined,
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

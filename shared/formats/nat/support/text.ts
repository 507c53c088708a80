// What the text formats of NAT operators share: a Format made from one function that reads a line. Detection runs that
// same function over the sample, so a file is claimed only by a format that explains its lines in full; and every
// record is checked before it is stored, so that a number that is no port or a name that is no address is a reject
// with its reason and never a mapping.
import { isAddress } from "../../../record/address";
import type { NatEvent, Role, TimeMeans } from "../../../record/columns";
import { SECOND } from "../../../time/civil";
import { alone, timeQuestions } from "../../../time/reader";
import { readIso, type Stamp } from "../../../time/stamp";
import type { Detection, Format, ParseOptions, Sample } from "../../format";
import { type LineOutcome, type LineRecord, type LineRules, lineParser } from "../../lines";
import { readSyslog, type SyslogHead, sequenceIdOf } from "../../syslog";
import { unwrapLine } from "../../wrapper";
import { SyslogSequence } from "./sequence";
import { NatTimes } from "./times";

/** Reads one line. `null`: not this format's line (a reject of its own wording is better where one can be given). */
export type ReadLine = (text: string, line: number) => LineOutcome | null;

export interface TextFormat {
  readonly id: string;
  readonly title: string;
  readonly role?: Role;
  readonly gives: Format["gives"];
  readonly source: string;
  /** Detection's specificity; 3 for a tagged text, 1 for a bare layout. */
  readonly specificity?: number;
  /** Cheap test that every line of the format meets; others are not read. */
  readonly mark: RegExp;
  /** Said of a line without the mark. */
  readonly otherwise: string;
  /** A fresh reader for one file, with its times. */
  reader(times: NatTimes, options: ParseOptions): ReadLine;
  /** True: its records are JSON themselves, and no line of another format inside one. */
  readonly json?: true;
  /** True where lines hang on others before them (a header, an order of dates): their fields are stored. */
  readonly remembers?: true;
  /** Several lines a record. */
  continues?(text: string, before: string): boolean;
}

/**
 * A line that a collector keeps in JSON, as the collector would have written it in a syslog: its own time and the host in
 * RFC 3339 form, then the message. Any other text as it is.
 */
function fromWrapper(line: string): string {
  if (line.charCodeAt(0) !== 123) return line;
  const { wrapped } = unwrapLine(line, () => null);
  if (!wrapped) return line;
  const { stamp, host, message } = wrapped;
  if (!stamp || stamp.offsetUs === null) return message;
  const at = new Date(Math.floor((stamp.wallUs - stamp.offsetUs) / 1000)).toISOString();
  const written = stamp.precisionUs >= SECOND ? at.replace(/\.\d+Z$/, "Z") : at;
  return `${written} ${host !== null && /^[\w.:-]+$/.test(host) ? host : "-"} ${message}`;
}

export function textFormat(spec: TextFormat): Format {
  const role = spec.role ?? "nat";
  const rules = (times: NatTimes, options: ParseOptions): LineRules => {
    const read = spec.reader(times, options);
    const sequence = new SyslogSequence();
    // What lines without a record show as lost is told by the next record.
    let owed = 0;
    return {
      read: (line, meta) => {
        const text = spec.json ? line : fromWrapper(line);
        const head = text.includes(' sequenceId="') ? headOf(text) : NO_HEAD;
        if (head.sequence !== null) owed += sequence.pass(head.host ?? "", head.sequence);
        if (!spec.mark.test(text)) return { reject: spec.otherwise };
        const outcome = read(text, meta.line);
        if (outcome === null) return { reject: spec.otherwise };
        const settled = checked(outcome);
        const whole = meta.cut === true ? perhapsCut(settled) : settled;
        if (head.sequence === null || !isRecord(whole)) return whole;
        const lost = owed;
        owed = 0;
        return first(whole, (r) => ({ ...r, lost, sequence: r.sequence ?? head.sequence }));
      },
      ...(spec.continues ? { continues: spec.continues } : {}),
    };
  };
  return {
    id: spec.id,
    title: spec.title,
    role,
    gives: spec.gives,
    source: spec.source,
    detect: (sample, options) => detectLines(spec, sample, options, rules),
    open: (options) =>
      lineParser(
        role,
        () => rules(new NatTimes(options), options),
        spec.remembers
          ? undefined
          : { store: options.storeFields, readBack: () => rules(new NatTimes(alone(options)), options) },
      ),
  };
}

function detectLines(
  spec: TextFormat,
  sample: Sample,
  options: ParseOptions,
  rules: (times: NatTimes, options: ParseOptions) => LineRules,
): Detection {
  const nothing = { score: 0, reasons: [], specificity: spec.specificity ?? 3 };
  if (sample.lines.length === 0 || !sample.lines.some((l) => spec.mark.test(l))) return nothing;
  const times = new NatTimes(options, true);
  const { read, continues } = rules(times, options);
  let [all, explained, records, pending] = [0, 0, 0, ""];
  let size = 0;
  const settle = (): void => {
    if (pending === "") return;
    const outcome = read(pending, { line: all, offset: 0 });
    const record = typeof outcome === "object" && !("reject" in outcome);
    if (record) records++;
    if (record || typeof outcome === "string") explained += size;
    pending = "";
    size = 0;
  };
  for (const text of sample.lines.slice(0, 2000)) {
    if (text.trim() === "") continue;
    all++;
    if (continues && pending !== "" && continues(text, pending)) pending += `\n${text}`;
    else {
      settle();
      pending = text;
    }
    size++;
  }
  settle();
  if (records === 0) return nothing;
  return {
    score: explained / all,
    reasons: [`${explained} of ${all} lines are ${spec.title}`],
    specificity: spec.specificity ?? 3,
    questions: timeQuestions(times.lacking, options),
  };
}

/** The records with the first of them changed. */
const first = (
  records: LineRecord | readonly LineRecord[],
  change: (record: LineRecord) => LineRecord,
): LineOutcome =>
  Array.isArray(records)
    ? (records as readonly LineRecord[]).map((r, i) => (i === 0 ? change(r) : r))
    : change(records as LineRecord);

const isRecord = (outcome: LineOutcome): outcome is LineRecord | readonly LineRecord[] =>
  typeof outcome === "object" && !("reject" in outcome);

/** The outcome with every record fit to be stored; a reject where one is not. */
function checked(outcome: LineOutcome): LineOutcome {
  if (!isRecord(outcome)) return outcome;
  if (!Array.isArray(outcome)) {
    const fault = faultOf(outcome as LineRecord);
    return fault === null ? outcome : { reject: fault };
  }
  const good: LineRecord[] = [];
  let wrong: string | null = null;
  for (const record of outcome as readonly LineRecord[]) {
    const fault = faultOf(record);
    if (fault === null) good.push(record);
    else wrong ??= fault;
  }
  if (wrong === null) return outcome;
  if (good.length === 0) return { reject: wrong };
  return [{ ...good[0]!, partial: wrong }, ...good.slice(1)];
}

/**
 * The outcome of a last line that no line break ends. Half a port names somebody else, and a line that lost its end may
 * have lost its own time: the record is kept, and listed.
 */
function perhapsCut(outcome: LineOutcome): LineOutcome {
  if (!isRecord(outcome)) return outcome;
  const records = Array.isArray(outcome) ? (outcome as readonly LineRecord[]) : [outcome as LineRecord];
  const doubt = "the file ends here without a line break: the line may be cut short";
  return records.map((r, i) => (i === 0 ? { ...r, partial: r.partial ?? doubt } : r));
}

const noAddress = (text: string | null | undefined): string | null =>
  text === null || text === undefined || isAddress(text) ? null : `"${text.slice(0, 60)}" is no address`;

const noPort = (port: number | null | undefined): string | null =>
  port === null || port === undefined || (Number.isInteger(port) && port >= 0 && port <= 65_535)
    ? null
    : `port ${port} is not within 0-65535`;

export function faultOf(r: LineRecord): string | null {
  const fault =
    noAddress(r.publicIp) ??
    noAddress(r.insideIp) ??
    noAddress(r.dstIp) ??
    noAddress(r.srcIp) ??
    noPort(r.portLow) ??
    noPort(r.portHigh) ??
    noPort(r.insidePort) ??
    noPort(r.dstPort) ??
    noPort(r.srcPort);
  if (fault !== null) return fault;
  if (r.portLow !== null && r.portLow !== undefined && r.portHigh !== null && r.portHigh !== undefined) {
    if (r.portHigh < r.portLow) return `the port block ends (${r.portHigh}) before it begins (${r.portLow})`;
  }
  if (r.startUs !== null && r.startUs !== undefined && r.endUs !== null && r.endUs !== undefined) {
    if (r.endUs < r.startUs) return "it ends before it begins";
  }
  return null;
}

/** IANA protocol number of a name or number; null where it is neither. Source: IANA protocol-numbers. */
export function protocolOf(text: string | null | undefined): number | null {
  if (text === null || text === undefined) return null;
  const known = PROTOCOLS.get(text);
  if (known !== undefined) return known;
  const name = text.trim().toLowerCase();
  if (/^\d{1,3}$/.test(name)) return Number(name) <= 255 ? Number(name) : null;
  return PROTOCOLS.get(name) ?? null;
}

const PROTOCOLS = new Map<string, number>([
  ["icmp", 1],
  ["igmp", 2],
  ["tcp", 6],
  ["t", 6],
  ["udp", 17],
  ["u", 17],
  ["dccp", 33],
  ["gre", 47],
  ["esp", 50],
  ["ah", 51],
  ["icmpv6", 58],
  ["icmp6", 58],
  ["ipv6-icmp", 58],
  ["sctp", 132],
  ["udplite", 136],
]);

/** A port's digits as a number; NaN (a fault) for anything else, null for nothing. */
export function portOf(text: string | null | undefined): number | null {
  if (text === null || text === undefined || text === "" || text === "-") return null;
  if (text.length > 6) return Number.NaN;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const d = text.charCodeAt(i) - 48;
    if (d < 0 || d > 9) return Number.NaN;
    value = value * 10 + d;
  }
  return value;
}

/** `address:port`, also with brackets or an IPv6 address; the part after the last colon is the port. */
export function endpoint(text: string): { ip: string; port: number | null } {
  const at = text.lastIndexOf(":");
  if (at < 0) return { ip: text, port: null };
  const ip = text.slice(0, at);
  return {
    ip: ip.charCodeAt(0) === 91 ? ip.replace(/^\[(.*)\]$/, "$1") : ip,
    port: portOf(text.slice(at + 1).trim()),
  };
}

export { pairs } from "./pairs";

/** The last place in text[0, end) where a global pattern is found, each search beginning behind the find before; or null. */
export function lastFound(pattern: RegExp, text: string, end: number): RegExpExecArray | null {
  const before = text.slice(0, end);
  let last: RegExpExecArray | null = null;
  pattern.lastIndex = 0;
  for (let m = pattern.exec(before); m; m = pattern.exec(before)) {
    last = m;
    if (m[0] === "") pattern.lastIndex++;
  }
  return last;
}

/** What a format of this kind gives, for a list of formats. */
export const gives = (
  precision: string,
  timeMeans: Format["gives"]["timeMeans"],
  year: boolean,
  zone: Format["gives"]["zone"],
): Format["gives"] => ({ port: "always", precision, timeMeans, writes: "truncates", year, zone });

/** Public, inside and destination endpoint of a session's record. */
export const tuple = (
  inside: { ip: string; port: number | null },
  outside: { ip: string; port: number | null },
  destination?: { ip: string; port: number | null } | null,
  protocol: number | null = null,
): Partial<LineRecord> => ({
  protocol,
  insideIp: inside.ip,
  insidePort: inside.port,
  publicIp: outside.ip,
  portLow: outside.port,
  portHigh: outside.port,
  dstIp: destination?.ip,
  dstPort: destination?.port,
});

/** What the time of a record of this event means. */
export const meansOf = (event: NatEvent): TimeMeans =>
  event === "release" ? "end" : event === "start" ? "start" : "written";

export interface Head {
  readonly stamp: Stamp | null;
  readonly outer: Stamp | null;
  readonly host: string | null;
  readonly sequence: number | null;
  readonly syslog: SyslogHead | null;
}

const NO_HEAD: Head = { stamp: null, outer: null, host: null, sequence: null, syslog: null };

/** A collector's own columns before the message: time, facility.severity, sender (Kiwi, MikroTik's The Dude). */
const COLUMNS = /^(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})(?:\t| {2,})\w+\.\w+(?:\t| {2,})(\S+)(?:\t| {2,})/;
/** What a relay writes between its head and the message that it passes on. */
const BETWEEN = /^(?:(\S+) ?)?: +/;
/** A host that no tag follows: `fw1 : %ASA-`, `fw1 %ASA-`. */
const BARE_HOST = /^([\w.-]*[A-Za-z.][\w.-]*) (?:: *)?%/;

/**
 * The syslog head of a line, or nothing where the line has none: a NAT message may also stand alone in a file. Where
 * relays put heads of their own before it, the innermost is the writer's (its time is the NAT's), the outermost the
 * collector's; taking a relay's time for the writer's would shift the mapping by its delay or its zone.
 */
export function headOf(text: string): Head {
  const columns = isDigit(text.charCodeAt(0)) ? COLUMNS.exec(text) : null;
  const first = readSyslog(afterPri(columns ? text.slice(columns[0].length) : text));
  const collector = columns ? readIso(columns[1]!) : null;
  if (first === null)
    return collector === null ? NO_HEAD : { ...NO_HEAD, stamp: collector, host: columns![2]! };
  let syslog: SyslogHead = first;
  let outer = collector ?? syslog.outer;
  for (let depth = 0; depth < 3; depth++) {
    const { message } = syslog;
    let inner = beginning(message);
    if (inner === null) {
      const between = BETWEEN.exec(message);
      if (between) inner = beginning(message.slice(between[0].length));
    }
    if (inner === null) break;
    outer ??= syslog.stamp;
    syslog = { ...inner, priority: inner.priority ?? syslog.priority };
  }
  const bare = syslog.program === null ? (BARE_HOST.exec(syslog.message)?.[1] ?? null) : null;
  return {
    stamp: syslog.stamp,
    outer,
    // Behind a relay's head the host of that head is the relay; the writer's name stands in its own.
    host: outer === null ? (syslog.host ?? bare) : (bare ?? syslog.host),
    sequence: sequenceIdOf(syslog.structured),
    syslog,
  };
}

const isDigit = (c: number): boolean => c >= 48 && c <= 57;

/** Some senders put blanks behind PRI, Cisco's EMBLEM form a colon. */
const afterPri = (text: string): string =>
  text.charCodeAt(0) === 60 ? text.replace(/^(<\d{1,3}>)(?: +|: *)/, "$1") : text;

/** A head with a time that begins the text. */
function beginning(text: string): SyslogHead | null {
  const c = text.charCodeAt(0);
  if (c !== 60 && !isDigit(c) && !(c >= 65 && c <= 90)) return null;
  if (!/^(?:<\d{1,3}>|[A-Z][a-z]{2} |\d{4}-)/.test(text)) return null;
  const head = readSyslog(afterPri(text));
  return head?.stamp ? head : null;
}

/** Seconds of `h:mm:ss` or `NdNh`-like durations of Cisco ASA; null where it is none. */
export function clockSeconds(text: string): number | null {
  const m = /^(\d+):(\d{2}):(\d{2})$/.exec(text.trim());
  return m ? Number(m[1]) * 3600 + Number(m[2]) * 60 + Number(m[3]) : null;
}

// Log lines inside JSON, as clouds, journald and container run-times deliver them: one object a line, whose message is
// a line of one of the other formats. The wrapper's own time is the collector's; the line's is the writer's.
// Sources: systemd.journal-fields(7), Docker json-file driver, Google Cloud LogEntry, Amazon CloudWatch Logs event,
// Elastic Common Schema (@timestamp, message, event.original), Azure Monitor Syslog (SyslogMessage, ProcessName).
import { readEpoch, readIso, type Stamp } from "../time/stamp";
import type { SyslogHead } from "./syslog";

export interface Wrapped {
  readonly message: string;
  /** The wrapper's time, the collector's where the message has one of its own. */
  readonly stamp: Stamp | null;
  readonly program: string | null;
  readonly pid: string | null;
  readonly host: string | null;
}

type Json = Readonly<Record<string, unknown>>;

const MESSAGES = [
  "MESSAGE",
  "message",
  "textPayload",
  "SyslogMessage",
  "log",
  "msg",
  "@message",
  "event.original",
  "_raw",
  "line",
  "content",
];
/** The source's own time first: a receive time is the wrong clock. */
const TIMES = [
  "_SOURCE_REALTIME_TIMESTAMP",
  "__REALTIME_TIMESTAMP",
  "EventTime",
  "@timestamp",
  "timestamp",
  "time",
  "TimeGenerated",
  "ts",
  "date",
  "_time",
];
const PROGRAMS = [
  "SYSLOG_IDENTIFIER",
  "ProcessName",
  "ident",
  "appname",
  "app_name",
  "program",
  "programname",
  "tag",
  "process.name",
];
const PIDS = ["_PID", "SYSLOG_PID", "ProcessID", "pid", "procid", "process.pid"];
const HOSTS = ["_HOSTNAME", "HostName", "hostname", "host", "Computer"];
/** Objects inside which clouds put the entry. */
const INNER = ["jsonPayload", "event", "entry", "log", "data", "_source"];

const textOf = (value: unknown): string | null =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : null;

function at(json: Json, name: string): unknown {
  if (name in json) return json[name];
  const dot = name.indexOf(".");
  const outer = dot > 0 ? json[name.slice(0, dot)] : undefined;
  return outer && typeof outer === "object" ? (outer as Json)[name.slice(dot + 1)] : undefined;
}

function pick(json: Json, names: readonly string[]): string | null {
  for (const name of names) {
    const value = textOf(at(json, name));
    if (value !== null) return value;
  }
  return null;
}

/** Cloud SQL names the program in the log's name alone: projects/P/logs/cloudsql.googleapis.com%2Fpostgres.log */
const cloudSql = (json: Json): string | null =>
  /cloudsql\.googleapis\.com(?:%2F|\/)(\w+)\.(?:log|err)$/.exec(textOf(json.logName) ?? "")?.[1] ?? null;

let lastText = "";
let lastJson: Json | null = null;

/** A JSON object on one line, or null. A line is asked about several times, one after the other. */
export function parseJsonLine(text: string): Json | null {
  if (text === lastText) return lastJson;
  lastJson = parsed(text);
  lastText = text;
  return lastJson;
}

function parsed(text: string): Json | null {
  const trimmed = text.trim();
  if (!trimmed.startsWith("{") || !trimmed.endsWith("}")) return null;
  try {
    const value: unknown = JSON.parse(trimmed);
    return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Json) : null;
  } catch {
    return null;
  }
}

export function wrapperTime(value: string | null): Stamp | null {
  if (value === null) return null;
  const text = value.trim();
  const iso = readIso(text);
  if (iso && iso.end === text.length) return iso;
  const epoch = readEpoch(text);
  return epoch && epoch.end === text.length ? epoch : null;
}

/** Kubernetes' container run-times: `2022-01-28T16:04:05.413656027Z stdout F MESSAGE` (CRI logging format). */
const CRI = /^(\d{4}-\d{2}-\d{2}T\S{9,30}) (?:stdout|stderr) [FP] (.*)$/s;

/** What a JSON line or a container's log line wraps, or null where it is neither or holds no message. */
function unwrap(text: string): Wrapped | null {
  const cri = CRI.exec(text);
  if (cri) return { message: cri[2]!, stamp: wrapperTime(cri[1]!), program: null, pid: null, host: null };
  const json = text[0] === "{" ? parseJsonLine(text) : null;
  return json ? unwrapJson(json) : null;
}

function unwrapJson(json: Json): Wrapped | null {
  const message = pick(json, MESSAGES);
  if (message === null) {
    for (const name of INNER) {
      const inner = json[name];
      if (inner && typeof inner === "object" && !Array.isArray(inner)) {
        const found = unwrapJson(inner as Json);
        if (found) return { ...found, stamp: found.stamp ?? wrapperTime(pick(json, TIMES)) };
      }
    }
    return null;
  }
  return {
    message: message.replace(/[\r\n]+$/, ""),
    stamp: wrapperTime(pick(json, TIMES)),
    program: cloudSql(json) ?? pick(json, PROGRAMS)?.replace(/^\/(?:.*\/)?|(?:\[\d+\])?:?$/g, "") ?? null,
    pid: pick(json, PIDS),
    host: pick(json, HOSTS),
  };
}

const CUT = /^(?:[^\s:<>"'=]{1,200}:(?:\d{1,9}[:-])?|log \d+ \w+ = |dovecot: )(?=[A-Z<\d@])/;

/** The syslog head of a line, bare or inside JSON; where the message has no head the wrapper's own fields are the head. */
export function unwrapLine(
  text: string,
  read: (text: string) => SyslogHead | null,
): { head: SyslogHead | null; wrapped: Wrapped | null } {
  const first = text.charCodeAt(0);
  // "{", or a digit before a date's "T".
  const wrapped = first === 123 || (text.charCodeAt(10) === 84 && first < 58) ? unwrap(text) : null;
  if (!wrapped) {
    const head = read(text);
    if (head) return { head, wrapped: null };
    // Lines cut out with grep carry the file's name, and perhaps the line's number, before them; rule tests a label;
    // Dovecot 1's own log file its name.
    const cut = CUT.exec(text);
    return { head: cut ? read(text.slice(cut[0].length)) : null, wrapped: null };
  }
  const inner = read(wrapped.message);
  if (inner?.program) return { head: { ...inner, outer: inner.outer ?? wrapped.stamp }, wrapped };
  if (!wrapped.program) return { head: null, wrapped };
  return {
    head: {
      stamp: wrapped.stamp,
      outer: null,
      priority: null,
      host: wrapped.host,
      program: wrapped.program,
      pid: wrapped.pid,
      detail: null,
      messageId: null,
      structured: null,
      message: wrapped.message,
      messageAt: 0,
    },
    wrapped,
  };
}

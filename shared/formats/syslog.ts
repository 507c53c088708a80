// The head of a syslog line: times, host, program, process id, and where the message begins. It accepts RFC 3164 (with a
// relay's own head before it, and the ways files really look: no host, a year, a facility word), RFC 5424, and
// rsyslog's RFC 3339 form. The last time before the program is the writer's own; a relay's stands before it.
// Sources: RFC 3164 section 4.1, RFC 5424 section 6, rsyslog "RSYSLOG_FileFormat".
import type { Stamp } from "../time/stamp";
import { MONOTONIC, readStamp } from "./syslog-times";

export interface SyslogHead {
  /** The writer's own time; null where RFC 5424 says "-". */
  readonly stamp: Stamp | null;
  /** The relay's or collector's time, where a head stands before the writer's. */
  readonly outer: Stamp | null;
  readonly priority: number | null;
  readonly host: string | null;
  /** Without path: "sshd", "postfix/smtpd". null where the line has no program. */
  readonly program: string | null;
  readonly pid: string | null;
  /** What stood in parentheses after the program: `auth-worker(22401)`. */
  readonly detail: string | null;
  /** RFC 5424: MSGID and STRUCTURED-DATA as written; null for "-" or another form. */
  readonly messageId: string | null;
  readonly structured: string | null;
  readonly message: string;
  /** Position of the message in the line. */
  readonly messageAt: number;
}

const PRI = /(?:\d{1,5} )?<(\d{1,3})>/y;
const VERSION = /(\d{1,2}) (?=\d{4}-|- )/y;
/** A head's fields that some daemons and relays put between host and program. */
const FACILITY = /(?:[a-z]+\d?\.[a-z]+|<\w+\.\w+>) /y;
const TAG =
  /(?:\[([A-Za-z][\w./-]*)\]:?|([A-Za-z_][\w./@+-]*)(?:\(([^()\s]*)\))?(?:\[(\d+)\])?(?:<[^<>\s]*>)?:)(?: |$)/y;
const RFC5424_REST = /(\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (?=-(?: |$)|\[)/y;

/** Bytes of a host's name, of a program's first byte, and of its others. */
const HOST_BYTE = 1;
const PROGRAM_FIRST = 2;
const PROGRAM_BYTE = 4;
const BYTES = new Uint8Array(256);
for (let c = 0; c < 256; c++) {
  const letter = (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95;
  const other = (c >= 48 && c <= 57) || c === 45 || c === 46;
  BYTES[c] =
    (letter || other ? HOST_BYTE | PROGRAM_BYTE : 0) |
    (letter ? PROGRAM_FIRST : 0) |
    (c === 47 ? PROGRAM_BYTE : 0);
}

/** First position from `at` on whose byte is not of the kind. */
function past(text: string, at: number, kind: number): number {
  let i = at;
  while (i < text.length && (BYTES[text.charCodeAt(i)]! & kind) !== 0) i++;
  return i;
}

let lastText = "";
let lastStamp: Stamp | null = null;

/** The times of a usual head; lines of one second share the stamp. */
function usualStamp(text: string, at: number): Stamp | null {
  const n = lastText.length;
  if (n > 0 && text.charCodeAt(at + n) === 32 && text.startsWith(lastText, at)) return lastStamp;
  const space =
    text.charCodeAt(at + 3) === 32
      ? at + 15
      : text.charCodeAt(at + 10) === 84
        ? text.indexOf(" ", at + 19)
        : -1;
  if (space < 0 || space - at > 35 || text.charCodeAt(space) !== 32) return null;
  const written = text.slice(at, space);
  if (!USUAL_TIME.test(written)) return null;
  const stamp = readStamp(written, 0);
  if (stamp?.end !== written.length) return null;
  lastText = written;
  lastStamp = stamp;
  return stamp;
}

const USUAL_TIME =
  /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d))$/;
/** What may be facility and level, or a year, and no host, where PRI stands before. */
const NO_HOST = /^(?:[a-z]+\d?\.[a-z]+|\d{4})$/;

/**
 * The head that nearly every line has: perhaps PRI, one time, a host, a program. Whatever is more or less is read part
 * by part.
 */
function readUsual(text: string): SyslogHead | null {
  let at = 0;
  let priority: number | null = null;
  if (text.charCodeAt(0) === 60) {
    priority = 0;
    for (at = 1; at < 5; at++) {
      const d = text.charCodeAt(at) - 48;
      if (!(d >= 0 && d <= 9)) break;
      priority = priority * 10 + d;
    }
    if (at < 2 || at > 4 || text.charCodeAt(at) !== 62) return null;
    at++;
  }
  const stamp = usualStamp(text, at);
  if (!stamp) return null;
  const hostAt = at + lastText.length + 1;
  const hostEnd = past(text, hostAt, HOST_BYTE);
  if (hostEnd === hostAt || text.charCodeAt(hostEnd) !== 32) return null;
  const programAt = hostEnd + 1;
  if (programAt >= text.length || (BYTES[text.charCodeAt(programAt)]! & PROGRAM_FIRST) === 0) return null;
  const programEnd = past(text, programAt, PROGRAM_BYTE);
  at = programEnd;
  let pid: string | null = null;
  if (text.charCodeAt(at) === 91) {
    const from = at + 1;
    let to = from;
    while (text.charCodeAt(to) >= 48 && text.charCodeAt(to) <= 57) to++;
    if (to === from || text.charCodeAt(to) !== 93) return null;
    pid = text.slice(from, to);
    at = to + 1;
  }
  if (text.charCodeAt(at) !== 58 || text.charCodeAt(at + 1) !== 32) return null;
  const messageAt = skip(text, at + 1);
  if (text.startsWith("[ID ", messageAt)) return null;
  const host = text.slice(hostAt, hostEnd);
  if (priority !== null && NO_HOST.test(host)) return null;
  return {
    stamp,
    outer: null,
    priority,
    host,
    program: text.slice(programAt, programEnd),
    pid,
    detail: null,
    messageId: null,
    structured: null,
    message: text.slice(messageAt),
    messageAt,
  };
}

/** The head of a line, or null where the line does not begin with a time (or PRI and a time). */
export function readSyslog(text: string): SyslogHead | null {
  const usual = readUsual(text);
  if (usual) return usual;
  let at = 0;
  let priority: number | null = null;
  let stamp: Stamp | null = null;
  let outer: Stamp | null = null;
  let host: string | null = null;
  let untimed = false;
  const monotonic = text.charCodeAt(0) === 91 ? MONOTONIC.exec(text) : null;
  if (monotonic) return finishHead(text, monotonic[0].length, { stamp, outer, priority, host });
  for (let depth = 0; depth < 4; depth++) {
    let p = at;
    const pri = priAt(text, p);
    if (pri) {
      priority = Number(pri[1]);
      p = PRI.lastIndex;
    }
    VERSION.lastIndex = p;
    const version = isDigit(text.charCodeAt(p)) ? VERSION.exec(text) : null;
    if (version) p = VERSION.lastIndex;
    const next = version && text.startsWith("- ", p) ? null : readStamp(text, p);
    if (!next && !(version && pri)) {
      if (pri && depth > 0) at = p;
      break;
    }
    if (stamp) outer = outer ?? stamp;
    stamp = next;
    untimed = next === null;
    at = next ? next.end : p + 1;
    if (text[at] === ":") at++;
    while (text[at] === " ") at++;
    if (version || depth === 0) {
      const modern = readModern(text, at, priority, stamp, outer);
      if (modern && (version || modern.structured !== null || /^(?:\d+|-)$/.test(modern.pid ?? "-")))
        return modern;
    }
    // A relay's head: a host (never a tag, which ends in a colon), then another time.
    const space = text.indexOf(" ", at);
    if (space < 0) break;
    const word = text.slice(at, space);
    if (word.endsWith(":")) break;
    let inner = space + 1;
    while (text[inner] === " ") inner++;
    if (beginsHead(text, at)) continue;
    if (!beginsHead(text, inner)) break;
    host = word;
    at = inner;
  }
  if (!stamp && !untimed) return null;
  return finishHead(text, at, { stamp, outer, priority, host });
}

/** True where a PRI or a time begins at `at`. */
function beginsHead(text: string, at: number): boolean {
  return priAt(text, at) !== null || readStamp(text, at) !== null;
}

const isDigit = (c: number): boolean => c >= 48 && c <= 57;

function priAt(text: string, at: number): RegExpExecArray | null {
  const c = text.charCodeAt(at);
  if (c !== 60 && !isDigit(c)) return null;
  PRI.lastIndex = at;
  return PRI.exec(text);
}

function readModern(
  text: string,
  at: number,
  priority: number | null,
  stamp: Stamp | null,
  outer: Stamp | null,
): SyslogHead | null {
  RFC5424_REST.lastIndex = at;
  const m = RFC5424_REST.exec(text);
  if (!m || m[1]!.endsWith(":") || m[2]!.endsWith(":")) return null;
  let p = RFC5424_REST.lastIndex;
  let structured: string | null = null;
  if (text[p] === "-") p++;
  else {
    const from = p;
    while (text[p] === "[") {
      const end = endOfElement(text, p);
      if (end < 0) return null;
      p = end;
    }
    structured = text.slice(from, p);
  }
  if (p < text.length && text[p] !== " ") return null;
  p++;
  if (text.startsWith("\xef\xbb\xbf", p)) p += 3;
  const nil = (value: string): string | null => (value === "-" ? null : value);
  return {
    stamp,
    outer,
    priority,
    host: nil(m[1]!),
    program: m[2] === "-" ? null : withoutPath(m[2]!),
    pid: nil(m[3]!),
    detail: null,
    messageId: nil(m[4]!),
    structured,
    message: text.slice(p),
    messageAt: Math.min(p, text.length),
  };
}

/** Position after the SD-ELEMENT at `at`; -1 where it does not end. Inside quotes `\"`, `\\` and `\]` are escapes. */
function endOfElement(text: string, at: number): number {
  let quoted = false;
  for (let i = at + 1; i < text.length; i++) {
    const c = text[i];
    if (quoted && c === "\\") i++;
    else if (c === '"') quoted = !quoted;
    else if (c === "]" && !quoted) return i + 1;
  }
  return -1;
}

function finishHead(
  text: string,
  from: number,
  { stamp, outer, priority, host: before }: Pick<SyslogHead, "stamp" | "outer" | "priority" | "host">,
): SyslogHead {
  let at = from;
  let host = before;
  // FreeBSD's syslogd -v writes facility and level before the host.
  if (text.charCodeAt(at) === 60) at = pastFacility(text, at);
  let tag = tagAt(text, at);
  if (!tag) {
    const space = text.indexOf(" ", at);
    if (space > at) {
      const then = skip(text, space);
      tag = tagAt(text, then);
      if (tag) {
        host = text.slice(at, space);
        at = then;
      }
    }
  }
  let messageAt = at;
  if (tag) {
    messageAt = tag.index + tag[0].length;
    // Solaris: [ID 800047 auth.info]
    const id = SOLARIS.exec(text.slice(messageAt, messageAt + 60));
    messageAt = skip(text, messageAt + (id ? id[0].length : 0));
  }
  return {
    stamp,
    outer,
    priority,
    host,
    program: tag ? withoutPath(tag[1] ?? tag[2]!) : null,
    pid: tag?.[4] ?? null,
    detail: tag?.[3] ?? null,
    messageId: null,
    structured: null,
    message: text.slice(messageAt),
    messageAt,
  };
}

const SOLARIS = /^\s*\[ID \d+ [\w.]+\] ?/;

const withoutPath = (program: string): string => program.replace(/^\/(?:.*\/)?/, "");

/** The position after facility and level at `at`, or `at`. */
function pastFacility(text: string, at: number): number {
  const c = text.charCodeAt(at);
  if (c !== 60 && !(c >= 97 && c <= 122)) return at;
  FACILITY.lastIndex = at;
  return FACILITY.test(text) ? FACILITY.lastIndex : at;
}

function tagAt(text: string, at: number): RegExpExecArray | null {
  const p = pastFacility(text, at);
  const c = text.charCodeAt(p);
  // A bracket, a letter or "_" begins a tag.
  if (c !== 91 && !(c < 128 && (BYTES[c]! & PROGRAM_FIRST) !== 0)) return null;
  TAG.lastIndex = p;
  return TAG.exec(text);
}

function skip(text: string, at: number): number {
  let i = at;
  while (text[i] === " ") i++;
  return i;
}

/** The RFC 5424 `sequenceId` of STRUCTURED-DATA (section 7.3.1), or null. */
export function sequenceIdOf(structured: string | null): number | null {
  const m = structured === null ? null : /\[meta(?: [^\]]*?)? sequenceId="(\d{1,10})"/.exec(structured);
  return m ? Number(m[1]) : null;
}

const REPEATED = /^message repeated (\d+) times: \[ ?(.*)\]$/s;

/** rsyslog's "message repeated N times: [ ... ]": the message, and how often. */
export function unrepeat(message: string): { message: string; times: number } {
  if (!message.startsWith("message repeated ")) return { message, times: 1 };
  const m = REPEATED.exec(message);
  return m ? { message: m[2]!, times: Number(m[1]) } : { message, times: 1 };
}

// PostgreSQL's log_line_prefix as a reader of lines. With a layout each escape is read where it stands; without one only
// what the message itself says is read, and the one "address(port)" of a prefix where no other reading exists. User,
// database and application names are the client's own words.
// Source: PostgreSQL documentation, "Error Reporting and Logging", log_line_prefix; src/backend/utils/error/elog.c.
import { ProductError } from "../errors";
import { canonicalAddress } from "../record/address";
import { fractionOf, readEpoch, readIso, type Stamp } from "../time/stamp";
import { clientPort, type MessageFinding } from "./program";

const LEVEL =
  "(?:DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|STATEMENT|CONTEXT|QUERY|LOCATION): {1,2}";
/** No part of a longer word: "events.INFO:" is another program's. */
export const SEVERITY = new RegExp(`(?<![\\w.])${LEVEL}`);

const HOST = "(?:[0-9A-Za-z_.:%-]+|\\[local\\])";
const REMOTE = `(?<r>${HOST}\\(\\d+\\)|\\[local\\]|)`;
const ISO = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)? [A-Za-z0-9+:-]{1,6}";

const PATTERNS: Readonly<Record<string, string>> = {
  a: "(?<a>.*?)",
  u: "(?<u>.*?)",
  d: "(?<d>.*?)",
  r: REMOTE,
  h: `(?<h>${HOST}|)`,
  L: `${HOST}`,
  b: "(?<b>[^:]*?)",
  p: "(?<p>\\d+)",
  P: "\\d*",
  t: `(?<t>${ISO})`,
  m: `(?<m>${ISO})`,
  n: "(?<n>\\d+\\.\\d{3})",
  i: ".*?",
  e: "[0-9A-Z]{5}",
  c: "(?<c>[0-9a-f]+\\.[0-9a-f]+)",
  l: "\\d+",
  s: ISO,
  v: "[0-9/]*",
  x: "\\d+",
  Q: "-?\\d+",
};

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");

/** A pattern of our own making from the prefix; the prefix's own text stands in it only as literals. */
export function compilePrefix(prefix: string): RegExp {
  let out = "^";
  let open = 0;
  const seen = new Set<string>();
  for (let i = 0; i < prefix.length; ) {
    const m = /^%(-?\d*)([a-zA-Z%])/.exec(prefix.slice(i));
    if (!m) {
      out += literal(prefix[i++]!);
      continue;
    }
    i += m[0].length;
    const letter = m[2]!;
    if (letter === "%") out += "%";
    else if (letter === "q") {
      out += "(?:";
      open++;
    } else {
      const pattern = PATTERNS[letter];
      if (pattern === undefined)
        throw new ProductError(
          "usage",
          `log_line_prefix has no escape %${letter}.`,
          "Give the prefix as postgresql.conf has it.",
        );
      // Padding (%-10p) may surround the value; a second occurrence is read but not named again.
      const named = seen.has(letter) ? pattern.replace(/\?<\w+>/g, "?:") : pattern;
      seen.add(letter);
      out += m[1] ? ` *${named} *` : named;
    }
  }
  return new RegExp(`${out}${")?".repeat(open)}(?=${LEVEL})`, "s");
}

export interface Prefix {
  readonly stamp: Stamp;
  readonly remote: MessageFinding;
  readonly fields: Readonly<Record<string, string | null>>;
  /** Position of the severity. */
  readonly end: number;
}

const remoteOf = (text: string | undefined): MessageFinding => {
  const m = /^(.+)\((\d+)\)$/.exec(text ?? "");
  return m ? { client: m[1]!, port: clientPort(m[2]) } : {};
};

/** A time with a zone abbreviation behind it: the abbreviation is skipped and, GMT and UTC apart, is no zone. */
export function readZoned(text: string): Stamp | null {
  const stamp = readIso(text);
  if (!stamp) return null;
  const word = /^ ?([A-Z][A-Za-z]{1,5}|[+-]\d{2}(?::?\d{2})?)(?![A-Za-z0-9])/.exec(text.slice(stamp.end));
  return stamp.offsetUs === null && word ? { ...stamp, end: stamp.end + word[0].length } : stamp;
}

function epochMillis(text: string): Stamp {
  const [seconds, digits] = text.split(".");
  const { us, precisionUs } = fractionOf(digits);
  return {
    wallUs: Number(seconds) * 1_000_000 + us,
    precisionUs,
    offsetUs: 0,
    yearless: null,
    slackUs: 0,
    end: text.length,
  };
}

/** By a compiled prefix. */
export function readPrefix(text: string, pattern: RegExp): Prefix | null {
  const m = pattern.exec(text);
  if (!m) return null;
  const g = m.groups ?? {};
  const stamp = g.m ? readZoned(g.m) : g.n ? epochMillis(g.n) : g.t ? readZoned(g.t) : null;
  if (!stamp) return null;
  const remote = g.r !== undefined ? remoteOf(g.r) : g.h && g.h !== "[local]" ? { client: g.h } : {};
  return {
    stamp,
    remote,
    fields: {
      pid: g.p ?? null,
      user: g.u ?? null,
      database: g.d ?? null,
      application: g.a ?? null,
      session: g.c ?? null,
    },
    end: m[0].length,
  };
}

const AUTO =
  /(?:^|[\s:,;=@[({<|-])((?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)\((\d{1,5})\)(?=$|[\s:,;@\])}>|-])/g;

/** An address that stands alone, as %h writes it. */
const HOST_ALONE =
  /(?<=^|[\s:,;=@[({<|-])((?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(?=$|[\s:,;@\])}>|-])/g;
const hostsIn = (text: string): string[] =>
  [...text.matchAll(HOST_ALONE)].map((m) => m[1]!).filter((host) => canonicalAddress(host) !== null);

/** What a prefix may have before its time and a client cannot choose: %h, %r, %p, %c; each with what some put behind it. */
const BEFORE_TIME =
  /^[\s[(<]*(?:(?:(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)(?:\(\d{1,5}\))?|\[local\]|\[?\d{1,10}\]?|[0-9a-f]{8}\.[0-9a-f]{1,8})[:,]? ?(?=[ [(<]*\S)){1,3}?(?=[[(<]*\d{4}-\d\d-\d\d \d\d:)/;
/** Where the prefix's time begins. */
const timeAt = (text: string): number => {
  const start = /^[\s[(<]*/.exec(text)![0].length;
  if (/^\d{4}-\d\d-\d\d /.test(text.slice(start, start + 11))) return start;
  const lead = BEFORE_TIME.exec(text.slice(0, 200));
  return lead ? lead[0].length + /^[[(<]*/.exec(text.slice(lead[0].length))![0].length : start;
};

/**
 * What the prefixes of a file hold of the client: address and port (%r), the address (%h), either (the prefix was changed
 * in between), or nothing that is sure.
 */
export type PrefixRemote = "remote" | "host" | "either" | "plain";

/**
 * Without a layout: a time near the start, a severity, and what stands between. What stands there like a client's address
 * is taken where `take` says that the file's prefix has one: a user may be named so too.
 */
export function readAnyPrefix(text: string, take: PrefixRemote = "plain"): Prefix | null {
  const severity = SEVERITY.exec(text.slice(0, 600));
  if (!severity) return null;
  const start = timeAt(text);
  const stamp =
    readZoned(text.slice(start)) ??
    (/^\d{10}\.\d{3}(?!\d)/.test(text.slice(start)) ? readEpoch(text, start) : null);
  if (!stamp) return null;
  const middle = text.slice(0, severity.index);
  const all = take === "remote" || take === "either" ? [...middle.matchAll(AUTO)] : [];
  const hosts =
    take === "host" || take === "either"
      ? hostsIn(`${text.slice(0, start)} ${middle.slice(start + stamp.end)}`)
      : [];
  const remote: MessageFinding =
    all.length + hosts.length !== 1
      ? {}
      : all[0]
        ? { client: all[0][1]!, port: clientPort(all[0][2]) }
        : { client: hosts[0]! };
  const pid = /\[(\d+)(?:-\d+)?\]/.exec(middle.slice(stamp.end));
  return { stamp, remote, fields: { pid: pid?.[1] ?? null }, end: severity.index };
}

/**
 * What the prefixes of these lines hold of the client: "address(port)" or the address alone, where those of nearly all
 * lines that a client caused do (background processes have none).
 */
export function prefixRemote(lines: readonly string[]): PrefixRemote {
  let caused = 0;
  let held = 0;
  let alone = 0;
  let either = 0;
  for (const text of lines) {
    const severity = SEVERITY.exec(text.slice(0, 600));
    if (!severity) continue;
    const message = text.slice(severity.index + severity[0].length);
    const kind = severity[0].slice(0, 5);
    if (
      !/^(?:FATAL|ERROR|STATE|PANIC)/.test(kind) &&
      !/^(?:duration: |statement: |execute |connection (?:received|auth)|disconnection: )/.test(message)
    )
      continue;
    caused++;
    const middle = text.slice(0, severity.index);
    const remote = [...middle.matchAll(AUTO)].length > 0 || middle.includes("[local]");
    if (remote) held++;
    const start = timeAt(text);
    const stamp = readZoned(text.slice(start));
    const host =
      stamp !== null && hostsIn(`${text.slice(0, start)} ${middle.slice(start + stamp.end)}`).length > 0;
    if (host) alone++;
    if (remote || host) either++;
  }
  if (caused > 0 && held >= caused * 0.9) return "remote";
  // One line shows no rule: a name in it may be an address.
  if (caused > 1 && alone >= caused * 0.9) return "host";
  return caused > 1 && either >= caused * 0.9 ? "either" : "plain";
}

/** What a message says of the client; the ends in it that are the server's are passed over. */
export function readPostgresMessage(message: string): MessageFinding {
  const received = /^connection received: host=(\S+)(?: port=(\d+))?(?: user=\S+ database=\S+)?\s*$/.exec(
    message,
  );
  if (received) return local(received[1]!, received[2], "connect");
  const gone =
    /^disconnection: session time: (?:(\d+):(\d\d):(\d\d(?:\.\d+)?) )?[\s\S]* host=(\S+)(?: port=(\d+))?\s*$/.exec(
      message,
    );
  // The server may have noticed hours after the client was gone; while the session lasted nothing tells when.
  if (gone) {
    const seconds = Number(gone[1]) * 3_600 + Number(gone[2]) * 60 + Number(gone[3]);
    const waited = Number.isFinite(seconds) ? { waitedUs: Math.ceil(seconds * 1e6) } : {};
    return { ...local(gone[4]!, gone[5], "written"), ...waited };
  }
  const refused =
    /^(?:no pg_hba\.conf entry|pg_hba\.conf rejects connection|no pg_hba\.conf entry) for (?:replication connection from )?host "([0-9A-Fa-f:.%a-z]+)", /.exec(
      message,
    );
  return refused ? { client: refused[1]! } : {};
}

const local = (host: string, port: string | undefined, means: "connect" | "written"): MessageFinding =>
  host === "[local]" ? { means } : { client: host, port: clientPort(port), means };

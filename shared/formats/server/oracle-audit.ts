// Oracle audit: COMMENT$TEXT and AUTHENTICATION_TYPE hold "Client address: (ADDRESS=(PROTOCOL=tcp)(HOST=..)(PORT=..))".
// Read from .aud files (records over several lines), from syslog, and from JSON exports of the trail.
// Source: Oracle Database Security Guide, "Auditing"; AUDIT_TRAIL=OS file format; UNIFIED_AUDIT_TRAIL.

import { DAY } from "../../time/civil";
import { TimeReader } from "../../time/reader";
import { readCtime, readIso, type Stamp } from "../../time/stamp";
import { detectLines } from "../detect";
import type { Format } from "../format";
import { type FieldValue, type LineOutcome, lineParser } from "../lines";
import { clientPort, type MessageFinding, recordOf } from "../program";
import { readSyslog } from "../syslog";
import { parseJsonLine } from "../wrapper";

const CLIENT = /Client address:? ?=?\(?\(ADDRESS=\(PROTOCOL=tcps?\)\(HOST=([^()]+)\)\(PORT=(\d{1,5})\)\)/gi;

function client(text: string): MessageFinding {
  const all = [...text.matchAll(CLIENT)];
  const first = all[0];
  if (!first) return {};
  if (all.some((m) => m[1] !== first[1] || m[2] !== first[2]))
    return { partial: "two client addresses; none is taken" };
  return { client: first[1]!, port: clientPort(first[2]) };
}

/** An interval since the epoch, as exports of the trail write a timestamp: `+000017794 22:56:57.111795`. */
function interval(text: string): Stamp | null {
  const m = /^\+0*(\d{1,6}) (\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)$/.exec(text);
  const clock = m ? readIso(`1970-01-01 ${m[2]}`) : null;
  return m && clock ? { ...clock, wallUs: Number(m[1]) * DAY + clock.wallUs } : null;
}

const AUD = /^[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2} \d{4}(?: ([+-]\d{2}:\d{2}))?\s*$/;

/** The head line of an .aud record. */
function audTime(text: string): Stamp | null {
  const m = AUD.exec(text);
  const stamp = m ? readCtime(text) : null;
  if (!m || !stamp) return null;
  const zoned = m[1] === undefined ? null : readIso(`2000-01-01 00:00:00${m[1]}`);
  return { ...stamp, offsetUs: zoned?.offsetUs ?? null };
}

interface Entry {
  readonly stamp: Stamp | null;
  readonly found: MessageFinding;
  readonly fields: Record<string, FieldValue>;
}

function entry(text: string): Entry | null {
  const json = parseJsonLine(text);
  if (json) {
    const strings = Object.entries(json).filter((e): e is [string, string] => typeof e[1] === "string");
    const lower = new Map(strings.map(([k, v]) => [k.toLowerCase(), v]));
    const held = lower.get("authentication_type") ?? lower.get("comment$text") ?? lower.get("comment_text");
    const when =
      lower.get("event_timestamp_utc") ??
      lower.get("event_timestamp") ??
      lower.get("ntimestamp#") ??
      lower.get("extended_timestamp");
    if (held === undefined || when === undefined) return null;
    const stamp = interval(when) ?? readIso(when);
    const utc =
      stamp && stamp.offsetUs === null && lower.has("event_timestamp_utc")
        ? { ...stamp, offsetUs: 0 }
        : stamp;
    return { stamp: utc, found: client(held), fields: Object.fromEntries(strings) };
  }
  const newline = text.indexOf("\n");
  const first = newline < 0 ? text : text.slice(0, newline);
  const aud = audTime(first);
  if (aud)
    return newline < 0
      ? null
      : { stamp: aud, found: client(text.slice(newline)), fields: { message: text.slice(newline + 1) } };
  const head = readSyslog(first);
  if (head?.program && /^oracle audit|^Oracle/i.test(head.program)) {
    const all = text.slice(head.messageAt);
    return {
      stamp: head.stamp,
      found: client(all),
      fields: { host: head.host, pid: head.pid, message: all },
    };
  }
  return null;
}

export default {
  id: "oracle.audit",
  title: "Oracle audit trail (.aud files, syslog, JSON export)",
  role: "server",
  gives: {
    port: "always",
    precision: "1 s (.aud), 1 us (exports)",
    timeMeans: "written",
    writes: "truncates",
    year: true,
    zone: "when-configured",
  },
  source: "Oracle Database Security Guide, audit trail contents",
  detect: (sample, options) =>
    detectLines(sample, options, "Oracle's audit trail", 4, (text, before) => {
      const json = text.startsWith("{") ? entry(text) : null;
      if (json) return { stamp: json.stamp };
      const aud = audTime(text);
      if (aud) return { stamp: aud };
      if (before !== null && AUD.test(before)) return { stamp: null, continuation: true };
      const syslog = entry(text);
      return syslog ? { stamp: syslog.stamp } : null;
    }),
  open: (options) =>
    lineParser("server", () => {
      const times = new TimeReader(options);
      return {
        continues: (text, before) =>
          AUD.test(before.split("\n", 1)[0]!) && !AUD.test(text) && text.trim() !== "",
        read(text, { line }): LineOutcome {
          const found = entry(text);
          if (!found)
            return AUD.test(text.split("\n", 1)[0]!)
              ? { reject: "an audit record without contents" }
              : { reject: "not a record of the audit trail" };
          const time = found.stamp ? times.resolve(found.stamp, line) : null;
          return recordOf(time, found.found, 6, found.fields);
        },
      };
    }),
} satisfies Format as Format;

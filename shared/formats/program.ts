// A server that writes through syslog: one place for what all such formats share - the head, other programs' lines,
// rsyslog's repetitions, the relay's second clock, and the year of lines without one.

import { canonicalAddress } from "../record/address";
import type { TimeMeans } from "../record/columns";
import { alone, type Moment, TimeReader } from "../time/reader";
import { withBundles } from "./bundle";
import type { ParseOptions, Parser } from "./format";
import { type FieldValue, type LineOutcome, type LineRecord, type LineRules, lineParser } from "./lines";
import { readSyslog, type SyslogHead, unrepeat } from "./syslog";
import { unwrapLine } from "./wrapper";

/** What a message says; times are the head's. */
export interface MessageFinding {
  /** The client as written: an address, or a name (kept as field `host`). */
  readonly client?: string | null;
  readonly port?: number | null;
  readonly local?: string | null;
  readonly localPort?: number | null;
  readonly means?: TimeMeans | undefined;
  /** How long before the line the client may have been gone already, us; null where the server wrote of one that was there. */
  readonly waitedUs?: number | null;
  readonly fields?: Readonly<Record<string, FieldValue>> | undefined;
  readonly partial?: string | undefined;
  /** Of a message that can be read in several ways: whom each reading names. */
  readonly readings?: readonly { readonly client: string; readonly port: number | null }[] | undefined;
}

export interface ProgramRules {
  /** "sshd", for the reason of a reject. */
  readonly name: string;
  isProgram(head: SyslogHead): boolean;
  read(message: string, head: SyslogHead): MessageFinding;
  readonly protocol?: number | null;
  /** A message that stands without any head; null where it is not certainly this program's. Its record has no time. */
  headless?(text: string): MessageFinding | null;
  /**
   * Fresh for each file: gets each finding in the file's order, and gives it back, or settled where other lines of the same
   * process show which of its readings is true.
   */
  settling?(): (found: MessageFinding, head: SyslogHead, time: Moment | null, line: number) => MessageFinding;
}

/** Port as a number; null for anything that is no port of a client (0 and above 65535 included). */
export function clientPort(text: string | undefined | null): number | null {
  if (!text || text.length > 5) return null;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const d = text.charCodeAt(i) - 48;
    if (d < 0 || d > 9) return null;
    value = value * 10 + d;
  }
  return value >= 1 && value <= 65_535 ? value : null;
}

/**
 * How long a server may have waited for a client that was gone before it says so: its NAT can have given the port to
 * another in the meantime. Defaults of sshd (LoginGraceTime), Postfix (smtpd_timeout) and Linux (keepalive, 2 h and nine
 * probes 75 s apart); a name that looks like it only widens the interval.
 */
export function waitedUs(message: string): number | null {
  if (/\b(?:Connection|Operation) timed out\b|\bTimeout, (?:client|server) not responding/i.test(message))
    return 7_875_000_000;
  if (/\btimeout after /.test(message)) return 300_000_000;
  return /\bTimeout before authentication for /.test(message) ? 120_000_000 : null;
}

/** A client as address, or as a name where it is none. "UNKNOWN" is neither. */
export function clientOf(text: string | null | undefined): { ip: string | null; host: string | null } {
  if (text === null || text === undefined || text === "" || isUnknown(text) || text === "-")
    return { ip: null, host: null };
  const ip = canonicalAddress(text);
  return ip === null ? { ip: null, host: text } : { ip, host: null };
}

const isUnknown = (text: string): boolean => text.length === 7 && /^unknown$/i.test(text);

/** `more`: the fields beside those of the finding; null where none are to be made. */
export function recordOf(
  time: Moment | null,
  found: MessageFinding,
  protocol: number | null,
  more: Readonly<Record<string, FieldValue>> | null = {},
  otherTimeUs: number | null = null,
): LineRecord {
  const { ip, host } = clientOf(found.client);
  const known = found.client !== undefined && found.client !== null && !isUnknown(found.client);
  return {
    time,
    timeMeans: found.means ?? "written",
    durationUs: found.waitedUs ?? null,
    otherTimeUs,
    srcIp: ip,
    // A port without any client is nobody's: sshd writes "UNKNOWN port 65535" where the peer has gone.
    srcPort: known ? (found.port ?? null) : null,
    dstIp: found.local ? canonicalAddress(found.local) : null,
    dstPort: found.localPort ?? null,
    protocol,
    fields: more === null ? undefined : { ...more, clientName: host, ...found.fields },
    partial: found.partial,
  };
}

/** Lines of a syslog program, as LineRules need them. */
export function programParser(rules: ProgramRules, options: ParseOptions): Parser {
  return lineParser("server", () => programRules(rules, options), {
    store: options.storeFields,
    readBack: () => programRules(rules, alone(options), true),
  });
}

function programRules(rules: ProgramRules, options: ParseOptions, byItself = false): LineRules {
  const times = new TimeReader(options);
  const settle = byItself ? undefined : rules.settling?.();
  return withBundles({
    read(text, { line, fields }): LineOutcome {
      const { head, wrapped } = unwrapLine(text, readSyslog);
      if (!head) {
        // A container's collector gives each line a time, and a program's own head is not there at all.
        const message = wrapped?.message ?? text;
        const bare = rules.headless?.(message) ?? null;
        const seen = bare && wrapped?.stamp ? times.resolve(wrapped.stamp, line) : null;
        if (bare) return recordOf(seen, bare, rules.protocol ?? null, fields === false ? null : { message });
      }
      if (!head)
        return {
          reject: wrapped
            ? "what wraps the line names no program"
            : "no syslog head: the line does not begin with a time",
        };
      // The year runs on over other programs' lines too: theirs turn at New Year's as well.
      const time = head.stamp ? times.resolve(head.stamp, line) : null;
      if (head.stamp && time === null) return { reject: "the date does not exist in its year" };
      if (head.program === null) return { reject: "no program name after the time" };
      if (!rules.isProgram(head)) return { reject: `not from ${rules.name}: written by ${head.program}` };
      const { message, times: repeated } = unrepeat(head.message);
      const said = rules.read(message, head);
      const settled = settle ? settle(said, head, time, line) : said;
      const found = { ...settled, waitedUs: waitedUs(message) };
      const other = head.outer ? otherTime(head, options) : null;
      return recordOf(
        time,
        found,
        rules.protocol ?? null,
        fields === false
          ? null
          : {
              host: head.host,
              program: head.program,
              pid: head.pid,
              message,
              repeated: repeated > 1 ? repeated : null,
            },
        other,
      );
    },
  });
}

/** A relay's time, where it says everything by itself; one without year or zone of its own adds nothing that is sure. */
function otherTime(head: SyslogHead, _options: ParseOptions): number | null {
  const outer = head.outer;
  return outer && outer.offsetUs !== null && !outer.yearless ? outer.wallUs - outer.offsetUs : null;
}

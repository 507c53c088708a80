// Dovecot's login and auth lines, through syslog or in its own log file. The client's port is rport=, or stands inside
// session=<...>: base64 of 6 bytes of time, 2 bytes of port (little-endian), and the address - trusted only where that
// address is rip's. lport= and lip= are Dovecot's own. Source: dovecot lib-login/client-common.c
// (client_get_session_id), login_log_format_elements, auth/auth-request.c.

import { canonicalAddress, formatIpv4, formatIpv6 } from "../../record/address";
import { formatUtc } from "../../time/civil";
import { detectProgram, tellingLines } from "../detect";
import { offsetText, type SessionLine, sessionsSay } from "../dovecot-sessions";
import type { Detection, Format, ParseOptions, Sample } from "../format";
import { clientPort, type MessageFinding, programParser } from "../program";
import { readSyslog, type SyslogHead } from "../syslog";
import { unwrapLine } from "../wrapper";

const DAEMON =
  /^(?:dovecot|(?:imap|pop3|managesieve|submission|lmtp)(?:-login)?|(?:dovecot-)?auth(?:-worker)?|lmtp|anvil|indexer|config|master|stats|doveadm|sieve)$/;

/** Dovecot 1 wrote the level before the daemon into a log file of its own: "Info: imap-login: ...". */
const LEVEL_FIRST = /^(?:Info|Warn(?:ing)?|Error|Fatal|Panic|Debug)$/;
const OWN_LINE = /^(?:(?:imap|pop3|managesieve)(?:-login)?|auth(?:-worker)?|lda|deliver|dovecot|master)[:(]/i;

const isDovecot = (head: SyslogHead): boolean =>
  head.program !== null &&
  (isDaemon(head) || (LEVEL_FIRST.test(head.program) && OWN_LINE.test(head.message)));

const isDaemon = (head: SyslogHead): boolean =>
  head.program !== null &&
  DAEMON.test(head.program) &&
  (head.program.includes("dovecot") ||
    head.program.endsWith("-login") ||
    /\b[rl]ip=|<[A-Za-z0-9+/]{8,}>|^(?:Info|Warning|Error|Debug|Fatal): |\(dovecot:|dovecot|imap|pop3/i.test(
      head.message,
    ));

/** Syslog daemons cut lines at 1,024 bytes (RFC 3164 section 4.1). */
const MAY_BE_CUT = 900;

export interface Session {
  readonly ip: string;
  readonly port: number;
  /** Low 48 bits of the connection's start in microseconds since the epoch (they wrap every 8.92 years). */
  readonly time48: number;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** What a session id holds; null where it is not one of Dovecot's own making. */
export function decodeSession(text: string): Session | null {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const c of text.replace(/=+$/, "")) {
    const v = ALPHABET.indexOf(c);
    if (v < 0) return null;
    value = ((value << 6) | v) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  if (bytes.length !== 12 && bytes.length !== 24) return null;
  let time48 = 0;
  for (let i = 5; i >= 0; i--) time48 = time48 * 256 + bytes[i]!;
  const port = bytes[6]! + bytes[7]! * 256;
  const address = bytes.slice(8);
  const ip =
    address.length === 4
      ? formatIpv4(((address[0]! * 256 + address[1]!) * 256 + address[2]!) * 256 + address[3]!)
      : formatIpv6(Array.from({ length: 8 }, (_, i) => address[i * 2]! * 256 + address[i * 2 + 1]!));
  return { ip, port, time48 };
}

const WRAP = 2 ** 48;

/** The connection's start nearest to (and at most a day after) a time near it. */
export function sessionStart(session: Session, nearUs: number): number {
  const latest = nearUs + 86_400_000_000;
  return session.time48 + Math.floor((latest - session.time48) / WRAP) * WRAP;
}

function read(message: string, head: SyslogHead): MessageFinding {
  const session = /\bsession=<([^<>\s]+)>/g;
  const ids = [...message.matchAll(session)].map((m) => m[1]!);
  const rips = [...message.matchAll(/(?:^|[,:] )rip=([0-9A-Fa-f:.]+)(?=,|$|\s)/g)];
  const rip = rips[rips.length - 1];
  // A name long enough to push Dovecot's own words out of the line leaves only its own rip=.
  if (rip && message.length >= MAY_BE_CUT)
    return { partial: "the message may have been cut inside a name; no address is taken" };
  if (rip) {
    // The user's name stands before rip; what follows it is Dovecot's.
    const after = message.slice(rip.index);
    const rport = /, rport=(\d{1,5})(?=,|$)/.exec(after);
    return withSession(rip[1]!, rport?.[1] ?? null, /\bsession=<([^<>\s]+)>/.exec(after)?.[1] ?? null, head);
  }
  // auth: pam(user,ip[,<session>]), 2.4: auth(user,ip,...)<session>
  const auth =
    /(?:^|: |> )(?:[a-z][\w-]*)\((.*),([0-9A-Fa-f:.]*[.:][0-9A-Fa-f:.]+)(?:,(?:<([^<>\s]*)>)?[^()<>]*)?\)(?:<([^<>\s]*)>)?:/s.exec(
      `${head.detail === null ? "" : ""}${message}`,
    );
  if (auth) return withSession(auth[2]!, null, auth[3] ?? auth[4] ?? ids[0] ?? null, head);
  const detail = /^(.*),([0-9A-Fa-f:.]*[.:][0-9A-Fa-f:.]+)(?:,[^,]*)?$/.exec(head.detail ?? "");
  if (detail) return withSession(detail[2]!, null, null, head);
  const pam = [...message.matchAll(/ rhost=([0-9A-Za-z:.%-]+)(?=$| +user=)/g)];
  if (pam.length === 1) return { client: pam[0]![1]! };
  return {};
}

function withSession(rip: string, rport: string | null, id: string | null, head: SyslogHead): MessageFinding {
  const session = id === null ? null : decodeSession(id);
  const trusted = session !== null && session.ip === canonicalAddress(rip) ? session : null;
  const said = clientPort(rport);
  const held = trusted && trusted.port > 0 ? trusted.port : null;
  // The line's wall clock is good enough to tell which of the 8.92-year spans is meant, where it has a year.
  const near = head.stamp && !head.stamp.yearless ? head.stamp.wallUs : null;
  return {
    client: rip,
    port: said ?? held,
    fields: {
      session: id,
      portFrom: said !== null ? "rport" : held !== null ? "session" : null,
      sessionStart: trusted && near !== null ? formatUtc(sessionStart(trusted, near), 1) : null,
    },
    ...(said !== null && held !== null && said !== held
      ? { partial: `rport says ${said}, the session id ${held}` }
      : {}),
  };
}

/** The year that detection found in the session ids, as the layout that it settles on. */
const YEAR = /^year (\d{4})$/;
const yearOf = (layout: string | undefined): number | undefined => {
  const m = YEAR.exec(layout ?? "");
  return m ? Number(m[1]) : undefined;
};

function detect(sample: Sample, options: ParseOptions): Detection {
  const found = detectProgram(sample, options, "Dovecot", isDovecot);
  if (!(found.questions ?? []).some((q) => q.kind === "year" || q.kind === "zone")) return found;
  const lines = tellingLines(sample).flatMap(({ text }): SessionLine[] => {
    const { head } = unwrapLine(text, readSyslog);
    if (!head?.stamp) return [];
    const said = isDovecot(head) ? read(head.message, head) : null;
    const id = said?.fields?.session;
    const session = typeof id === "string" ? decodeSession(id) : null;
    const trusted = session !== null && said?.client && session.ip === canonicalAddress(said.client);
    return [{ stamp: head.stamp, time48: trusted ? session.time48 : null }];
  });
  const say = sessionsSay(lines);
  if (say === null) return found;
  const shown = say.offsets.map((o) => `${offsetText(o.minutes)} (${o.lines} lines)`).join(", ");
  return {
    ...found,
    ...(options.year === undefined ? { layout: `year ${say.year}` } : {}),
    reasons: [...found.reasons, `Its session ids say that it begins in ${say.year}.`],
    questions: (found.questions ?? [])
      .filter((q) => q.kind !== "year")
      .map((q) =>
        q.kind === "zone" && shown !== ""
          ? { ...q, text: `${q.text} Its session ids show an offset of ${shown}.` }
          : q,
      ),
  };
}

export default {
  id: "dovecot",
  title: "Dovecot login and auth lines, through syslog or its own log file",
  role: "server",
  gives: {
    port: "always",
    precision: "1 s (RFC 3164), 1 us (RFC 3339)",
    timeMeans: "written",
    writes: "truncates",
    year: false,
    zone: "when-configured",
  },
  source:
    "dovecot src/lib-login/client-common.c (client_get_session_id), doc/example-config/conf.d/10-logging.conf",
  detect,
  open: (options) => {
    const year = options.year ?? yearOf(options.layout);
    return programParser(
      { name: "Dovecot", isProgram: isDovecot, read, protocol: 6 },
      year === undefined ? options : { ...options, year },
    );
  },
} satisfies Format as Format;

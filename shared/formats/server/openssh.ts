// OpenSSH's sshd through syslog. The user name in a message is the attacker's choice, so that "from 1.2.3.4 port 5" may
// stand inside one: each message is read by its own grammar, anchored where the attacker cannot write, and a line that
// its grammar can read in two ways gives no address and no port at all.
// Source: openssh-portable auth.c (auth_log, auth_maxtries_exceeded), auth2-hostbased.c, packet.c (sshpkt_fmt_connection_id),
// sshd.c (drop_connection), session.c, log.c; idents sshd, sshd-session (9.8), sshd-auth (10.0).
import { MINUTE } from "../../time/civil";
import { detectProgram } from "../detect";
import type { Format } from "../format";
import { clientPort, type MessageFinding, type ProgramRules, programParser } from "../program";
import type { SyslogHead } from "../syslog";

const HOST = "[0-9A-Za-z_.:%-]+";

const isSshd = (head: SyslogHead): boolean =>
  head.program !== null && /^(?:openssh-)?sshd(?:-session|-auth)?(?:-\d\S*)?$/.test(head.program);

const found = (
  client: string,
  port: string | undefined,
  more: Partial<MessageFinding> = {},
): MessageFinding => ({
  client: client,
  port: /^unknown$/i.test(client) ? null : clientPort(port),
  ...more,
});

const TWO_READINGS: MessageFinding = {
  partial: "the message can be read in two ways, since a name in it holds an address; none is taken",
};

/**
 * sshd cuts a message at 1,024 bytes (log.c, MSGBUFSIZ), old syslog daemons the whole line: a long user name pushes the
 * true address out, and an address inside the name would be the last one left.
 */
const MAY_BE_CUT = 900;
const CUT_OFF: MessageFinding = {
  partial: "the message may have been cut inside a name, so that its end is no proof; no address is taken",
};

// auth_log: "<result> <method> for [invalid user ]<user> from <ip> port <n> ssh2[: <extra>]"
const AUTH = /^(Accepted|Failed|Postponed|Partial) (\S+) for (?=.* from )/s;
const AUTH_PEER = new RegExp(` from (${HOST}) port (\\d+) ssh[12](?=$|:| )`, "g");
const KEY =
  "[A-Z][A-Z0-9-]*(?:-CERT)? (?:SHA\\d+:[A-Za-z0-9+/=$]+|(?:MD5:)?[0-9a-fx]{2}(?::[0-9a-fx]{2}){7,63})";
const KEY_EXTRA = new RegExp(`^: ${KEY}$`);
const CERT_EXTRA = new RegExp(`^: ${KEY} ID .* \\(serial \\d+\\) CA ${KEY}$`, "s");
const HOSTBASED_EXTRA = new RegExp(
  `^: ${KEY}(?: ID .* CA ${KEY})?, client user ".*", client host ".*"$`,
  "s",
);
const GSSAPI_EXTRA = /^: [^\s:]+$/;

/** Whether the text after "port N ssh2" is all that the method may write there. */
function completes(method: string, tail: string): boolean {
  if (tail === "") return true;
  if (method.startsWith("publickey")) return KEY_EXTRA.test(tail) || CERT_EXTRA.test(tail);
  if (method.startsWith("hostbased")) return HOSTBASED_EXTRA.test(tail);
  if (method.startsWith("gssapi")) return GSSAPI_EXTRA.test(tail);
  return false;
}

function readAuth(message: string, method: string): MessageFinding | null {
  const candidates = [...message.matchAll(AUTH_PEER)].map((m) => ({
    client: m[1]!,
    port: m[2]!,
    tail: message.slice(m.index + m[0].length).trimEnd(),
  }));
  if (candidates.length > 1) {
    const complete = candidates.filter((c) => completes(method, c.tail));
    // Authentication details (": ...") that this version of sshd does not write could still follow an earlier one.
    const rival = candidates.some((c) => !complete.includes(c) && c.tail.startsWith(": from "));
    return complete.length === 1 && !rival
      ? found(complete[0]!.client, complete[0]!.port)
      : {
          ...TWO_READINGS,
          readings: candidates.map(({ client, port }) => ({ client, port: clientPort(port) })),
        };
  }
  const only = candidates[0];
  // What follows "ssh2" other than by a colon is no word of sshd's: the name goes on there, and its end is missing.
  if (only) return only.tail === "" || only.tail[0] === ":" ? found(only.client, only.port) : CUT_OFF;
  // Shortened or older: no "ssh2", perhaps no port.
  const m = new RegExp(` for .* from (${HOST})(?: port (\\d+))?$`, "s").exec(message);
  return m ? found(m[1]!, m[2]) : null;
}

// sshpkt_fmt_connection_id: "[authenticating |invalid ]user <user> <ip> port <n>", then perhaps ": <text>"
const WHO =
  /^(Connection (?:closed|reset) by|Disconnected from|Disconnecting|ssh_dispatch_run_fatal: Connection from|Connection from|Connection with|banner exchange: Connection from|Unable to negotiate with|Timeout before authentication for|Read error from remote host|Bytes per second|Connection to) (?:(?:[a-z]+) )?user /;
const WHO_PEER = new RegExp(` (${HOST}) port (\\d+)(?=$|:)`, "g");
/** What sshd writes after the colon; anything else is a user's text. */
const WHO_TAIL =
  /^(?:$|: (?:Too many authentication failures|Change of username or service not allowed: \(|Connection corrupted|message authentication code incorrect|Protocol error|Connection timed out|Connection reset by peer|Broken pipe|Operation timed out|No route to host|invalid format|no matching |bad (?:client|decrypted)|incomplete message|Packet corrupt|unexpected |Corrupted MAC|error in libcrypto|packet_write_wait|Your |Authentication |timeout|Write failed|disconnected))/i;

function readWho(message: string): MessageFinding {
  const candidates = [...message.matchAll(WHO_PEER)].filter((m) =>
    WHO_TAIL.test(message.slice(m.index + m[0].length).trimEnd()),
  );
  if (candidates.length !== 1) return candidates.length === 0 ? {} : TWO_READINGS;
  return found(candidates[0]![1]!, candidates[0]![2]);
}

interface Template {
  readonly pattern: RegExp;
  /** The client's own words stand before the address. */
  readonly words?: true;
  read(m: RegExpExecArray): MessageFinding;
}
const re = (source: string, flags = "s"): RegExp => new RegExp(source.replaceAll("HOST", HOST), flags);
const plain = (m: RegExpExecArray): MessageFinding => found(m[1]!, m[2]);

/** In order; the first that fits decides. Groups: client, port, then local address and port. */
const TEMPLATES: readonly Template[] = [
  // The address comes before anything that a client can write.
  {
    pattern: re('^Connection from (HOST) port (\\d+) on (HOST) port (\\d+)(?: rdomain ".*")?$'),
    read: (m) => found(m[1]!, m[2], { local: m[3]!, localPort: clientPort(m[4]), means: "connect" }),
  },
  {
    pattern: re("^Connection from (HOST)(?: port (\\d+))?$"),
    read: (m) => found(m[1]!, m[2], { means: "connect" }),
  },
  {
    pattern: re("^drop connection #\\d+ from \\[(HOST)\\]:(\\d+) on \\[(HOST)\\]:(\\d+)(?: |$)"),
    read: (m) => found(m[1]!, m[2], { local: m[3]!, localPort: clientPort(m[4]), means: "connect" }),
  },
  {
    pattern: re("^drop connection #\\d+ from \\[(HOST)\\]:(\\d+)(?: |$)"),
    read: (m) => found(m[1]!, m[2], { means: "connect" }),
  },
  { pattern: re("^Received disconnect from (HOST)(?: port (\\d+))?:\\s?\\d+:"), read: plain },
  {
    pattern: re(
      "^(?:ssh_dispatch_run_fatal: |banner exchange: )?Connection (?:closed by|reset by|from|with|to) (HOST)(?: port (\\d+))?(?=$|:)",
    ),
    read: plain,
  },
  { pattern: re("^(?:Disconnected from|Disconnecting) (HOST)(?: port (\\d+))(?=$|:)"), read: plain },
  { pattern: re("^Unable to negotiate with (HOST)(?: port (\\d+))?: "), read: plain },
  {
    pattern: re(
      "^(?:Did not receive identification string from|Timeout before authentication for|Read error from remote host|Protocol major versions differ for|kex_exchange_identification: Connection (?:closed|reset) by) (HOST)(?: port (\\d+))?(?=$|:)",
    ),
    read: plain,
  },
  {
    pattern: re("^Timeout before authentication for connection from (HOST) to (HOST)(?:,|$)"),
    read: (m) => found(m[1]!, undefined, { local: m[2]! }),
  },
  { pattern: re("^ROOT LOGIN REFUSED FROM (HOST)(?: port (\\d+))?$"), read: plain },
  { pattern: re("^SSH: Server;Ltype: \\w+;Remote: ([0-9A-Fa-f.:]+)-(\\d+);"), read: plain },
  { pattern: re("^Address (HOST) maps to "), read: plain },
  { pattern: re('^Nasty PTR record ".*" is set up for (HOST), ignoring$'), read: plain },
  { pattern: re("^reverse mapping checking getaddrinfo for \\S+ \\[(HOST)\\] "), read: plain },
  { pattern: re("^refused connect from .*\\((HOST)\\)$"), read: plain },
  {
    pattern: re("^Magic value check failed \\(\\d+\\) on obfuscated handshake from (HOST) port (\\d+)$"),
    read: plain,
  },
  { pattern: re("^rexec line |^Server listening on "), read: () => ({}) },
  // The client's own words stand before the address: the grammar fixes the end.
  {
    pattern: re("^(?:Invalid|Illegal) user .*(?<=user|\\s)from (HOST)(?: port (\\d+))?$"),
    read: plain,
    words: true,
  },
  {
    pattern: re("^Bad protocol version identification '.*' from (HOST)(?: port (\\d+))?$"),
    read: plain,
    words: true,
  },
  {
    pattern: re("^maximum authentication attempts exceeded for .* from (HOST) port (\\d+) ssh[12]$"),
    read: plain,
    words: true,
  },
  {
    pattern: re(
      "^User .* from (HOST) not allowed because (?:listed in DenyUsers|not listed in AllowUsers|a group is listed in DenyGroups|none of user's groups are listed in AllowGroups|not in any group|account is locked|shell .*)$",
    ),
    read: plain,
    words: true,
  },
  { pattern: re("^PAM: .* (?:for|user) .* from (HOST)(?: via HOST)?$"), read: plain, words: true },
  {
    pattern: re("^(?:Close session|Starting session): .* from (HOST) port (\\d+) id \\d+$"),
    read: plain,
    words: true,
  },
  {
    pattern: re(
      "^Authentication tried for .* with (?:correct|valid) key but not from a permitted host \\(host=.*, ip=(HOST)(?:, required=.*)?\\)",
    ),
    read: plain,
    words: true,
  },
];

const OWN_WORDS =
  /^(?:(?:error|fatal): )*(?:(?:Accepted|Failed|Postponed|Partial) \S+ for .* ssh[12]|(?:Invalid|Illegal) user .* from |Connection (?:closed|reset|from) .* port \d|(?:Disconnected from|Disconnecting|Received disconnect from|Unable to negotiate with|Did not receive identification string from) .*\d|drop connection #\d|maximum authentication attempts exceeded for |Bad protocol version identification ')/s;
const RHOST = re(" rhost=(HOST)(?=$| +user=)", "g");

function readMessage(raw: string, head: SyslogHead | null): MessageFinding {
  const message = raw
    .trimEnd()
    .replace(/ \[(?:preauth|postauth)\]$/, "")
    .replace(/^(?:(?:error|fatal|info|notice|debug[123]): )+/, "")
    .trimEnd();
  if (
    /^pam_\w+\(|^PAM \d+ more authentication failures?;/.test(message) ||
    head?.detail?.startsWith("pam_")
  ) {
    const all = [...message.matchAll(RHOST)];
    return all.length === 1 ? { client: all[0]![1]! } : all.length === 0 ? {} : TWO_READINGS;
  }
  const cut = raw.length >= MAY_BE_CUT;
  const auth = AUTH.exec(message);
  if (auth) return cut ? CUT_OFF : (readAuth(message, auth[2]!) ?? {});
  if (WHO.test(message)) return cut ? CUT_OFF : readWho(message);
  for (const { pattern, words, read } of TEMPLATES) {
    const m = pattern.exec(message);
    if (m) return cut && words ? CUT_OFF : read(m);
  }
  return {};
}

/** Longer than LoginGraceTime (120 s) lets a client try, shorter than process ids take to come round. */
const ONE_CONNECTION = 10 * MINUTE;
/** Connections remembered; tries of one client stand close together. */
const REMEMBERED = 256;

interface Peer {
  readonly pid: string;
  readonly host: string | null;
  readonly client: string;
  readonly port: number;
  readonly us: number;
  readonly line: number;
}

/**
 * The process that writes of a login serves one connection, so that another try in it, which can be read in one way only,
 * shows which reading is the client. A name can hold no address that sshd would write by itself.
 */
function settling(): NonNullable<ReturnType<NonNullable<ProgramRules["settling"]>>> {
  const peers: Peer[] = [];
  let next = 0;
  return (said, head, time, line) => {
    const { pid, host } = head;
    if (pid === null || time === null) return said;
    if (said.readings === undefined) {
      if (said.client && said.port && AUTH.test(head.message)) {
        peers[next] = { pid, host, client: said.client, port: said.port, us: time.us, line };
        next = (next + 1) % REMEMBERED;
      }
      return said;
    }
    const same = peers.filter(
      (p) => p.pid === pid && p.host === host && Math.abs(p.us - time.us) <= ONE_CONNECTION,
    );
    const [peer] = same;
    if (!peer || same.some((p) => p.client !== peer.client || p.port !== peer.port)) return said;
    const fits = said.readings.filter((r) => r.client === peer.client && r.port === peer.port);
    if (fits.length !== 1) return said;
    return found(peer.client, String(peer.port), {
      partial: `the message can be read in two ways, since a name in it holds an address; taken is the client that line ${peer.line} of the same process shows`,
    });
  };
}

/** A line of `sshd -D -e` (a container's standard error) has no head; only what sshd alone writes is taken for one. */
function headless(text: string): MessageFinding | null {
  const message = text.trimEnd();
  const found = OWN_WORDS.test(message) ? readMessage(message, null) : null;
  return found && (found.client !== undefined || found.partial !== undefined) ? found : null;
}

export default {
  id: "openssh",
  title: "OpenSSH server (sshd, sshd-session, sshd-auth) through syslog",
  role: "server",
  gives: {
    port: "always",
    precision: "1 s (RFC 3164), 1 us (RFC 3339, RFC 5424)",
    timeMeans: "written",
    writes: "truncates",
    year: false,
    zone: "when-configured",
  },
  source: "openssh-portable auth.c, packet.c, sshd.c; RFC 3164, RFC 5424",
  detect: (sample, options) => detectProgram(sample, options, "sshd", isSshd, headless),
  open: (options) =>
    programParser(
      { name: "sshd", isProgram: isSshd, read: readMessage, headless, settling, protocol: 6 },
      options,
    ),
} satisfies Format as Format;

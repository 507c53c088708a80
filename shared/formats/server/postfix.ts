// Postfix smtpd (with smtpd_client_port_logging host[ip]:port), postscreen and tlsproxy ([ip]:port always). Only these
// three speak with clients: relay=host[ip]:25 and "connect to" of smtp and lmtp are servers. The client stands before
// anything it can write. Source: Postfix smtpd/smtpd.c, postscreen/postscreen.c, POSTSCREEN_README, postconf(5).
import { detectProgram } from "../detect";
import type { Format } from "../format";
import { clientPort, type MessageFinding, programParser } from "../program";
import type { SyslogHead } from "../syslog";

const isPostfix = (head: SyslogHead): boolean =>
  head.program !== null && /^postfix[\w.-]*(?:\/|$)/.test(head.program);

const IP = "(?:\\d{1,3}(?:\\.\\d{1,3}){3}|(?:IPv6:)?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.%a-z]*|unknown)";
const HOST = `[^\\s\\[\\]<>"=,;]*\\[(${IP})\\](?::(\\d{1,5}))?`;
/** Words without the characters that any quoted or addressed text would bring. */
const FROM = new RegExp(`^[^<>"=]{0,160}?\\bfrom ${HOST}(?=$|[\\s:;,])`);
const CLIENT = new RegExp(`^(?:[0-9A-Za-z]+: )?client=${HOST}(?=$|[\\s,])`);
const WARNING = new RegExp(`^warning: ${HOST}: `);
const BRACKET = new RegExp(`\\[(${IP})\\](?::(\\d{1,5}))?(?=$|[\\s:;,])`);
const TO = new RegExp(`^CONNECT from \\S+ to \\[(${IP})\\]:(\\d{1,5})$`);

const POSTSCREEN = new RegExp(
  `^(?:CONNECT from|DISCONNECT|PASS (?:OLD|NEW)|(?:WHITE|ALLOW|BLACK|DENY)LIST(?:ED| VETO)|PREGREET \\d+ after [\\d.]+ from|HANGUP after [\\d.]+ from|DNSBL rank \\d+ for|COMMAND (?:TIME|COUNT|LENGTH) LIMIT from|COMMAND PIPELINING from|NON-SMTP COMMAND from|BARE NEWLINE from|NOQUEUE: reject: [A-Z]+ from) \\[(${IP})\\](?::(\\d{1,5}))?(?=$|[\\s:;,])`,
);

const client = (m: RegExpExecArray): MessageFinding => ({
  client: m[1]!.replace(/^IPv6:/, ""),
  port: clientPort(m[2]),
});

function read(message: string, head: SyslogHead): MessageFinding {
  const service = head.program!.split("/").pop()!;
  if (service === "postscreen" || service === "tlsproxy") {
    const m = BRACKET.exec(message);
    if (!m || !/^[^<>"=]*$/.test(message.slice(0, m.index))) return {};
    const to = TO.exec(message);
    return {
      ...client(m),
      ...(to ? { local: to[1]!, localPort: clientPort(to[2]) } : {}),
      means: /^CONNECT /.test(message) ? "connect" : "written",
    };
  }
  if (service === "dnsblog") {
    const m = /^addr ([0-9A-Fa-f:.]+) /.exec(message);
    return m ? { client: m[1]! } : {};
  }
  if (!/smtpd$/.test(service)) return {};
  const m = CLIENT.exec(message) ?? WARNING.exec(message) ?? FROM.exec(message);
  if (m) return { ...client(m), means: /^connect from /.test(message) ? "connect" : "written" };
  const unresolved = /^warning: hostname \S+ does not resolve to address ([0-9A-Fa-f:.]+?)(?:: |$)/.exec(
    message,
  );
  return unresolved ? { client: unresolved[1]! } : {};
}

/** postscreen's and smtpd's own words at the start of a line that lost its head. */
function headless(text: string): MessageFinding | null {
  const m =
    POSTSCREEN.exec(text) ??
    CLIENT.exec(text) ??
    WARNING.exec(text) ??
    (/^(?:(?:dis)?connect|lost connection after|timeout after|too many errors after|improper command pipelining after|NOQUEUE: \S+: [A-Z]+) /.test(
      text,
    )
      ? FROM.exec(text)
      : null);
  return m ? client(m) : null;
}

export default {
  id: "postfix",
  title: "Postfix smtpd and postscreen through syslog",
  role: "server",
  gives: {
    port: "when-configured",
    precision: "1 s (RFC 3164), 1 us (RFC 3339)",
    timeMeans: "written",
    writes: "truncates",
    year: false,
    zone: "when-configured",
  },
  source: "Postfix smtpd(8), postscreen(8), postconf(5) smtpd_client_port_logging",
  detect: (sample, options) => detectProgram(sample, options, "Postfix", isPostfix, headless),
  open: (options) =>
    programParser({ name: "Postfix", isProgram: isPostfix, read, headless, protocol: 6 }, options),
} satisfies Format as Format;

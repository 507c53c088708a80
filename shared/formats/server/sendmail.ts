// sendmail (MTA and its sm-* daemons) through syslog. It has no directive for the client's port; rulesets that log
// $&{client_addr} and $&{client_port} with Klog syslog write them as text. relay= of a delivery (to=) is a server.
// Source: sendmail Operations Guide (syslog, macros client_addr, client_port), sendmail/srvrsmtp.c, deliver.c.
import { detectProgram } from "../detect";
import type { Format } from "../format";
import { clientPort, type MessageFinding, programParser } from "../program";
import type { SyslogHead } from "../syslog";

const isSendmail = (head: SyslogHead): boolean =>
  head.program !== null &&
  /^(?:sendmail|sm-(?:mta|msp|acceptingconnections|client|queue|msp-queue|que))\b/.test(head.program);

const IP = "(?:IPv6:)?([0-9A-Fa-f:.]+)";
const RELAY = new RegExp(
  `\\brelay=(?:[^\\s,\\[\\]]+ )?\\[${IP}\\](?: \\(may be forged\\))?(?=$|[\\s,;])`,
  "g",
);
const LEADING = new RegExp(
  `^(?:[0-9A-Za-z]{8,20}: |NOQUEUE: )?(?:connect from |rejecting commands from  ?|lost input channel from |timeout waiting for input from |SYSERR.*? from )?(?:[^\\s,\\[\\]]+ )?\\[${IP}\\](?: \\(may be forged\\))?(?=$|[\\s:,])`,
);
const MACROS = new RegExp(`\\bclient_addr[=: ]\\s*\\[?${IP}\\]?,? +client_port[=: ]\\s*(\\d{1,5})\\b`);

function read(message: string): MessageFinding {
  if (/^(?:[0-9A-Za-z]+: )?to=/.test(message)) return {};
  const macros = [...message.matchAll(new RegExp(MACROS, "g"))];
  if (macros.length === 1) return { client: macros[0]![1]!, port: clientPort(macros[0]![2]) };
  if (macros.length > 1) return { partial: "the message names two clients; none is taken" };
  const relays = [...message.matchAll(RELAY)].map((m) => m[1]!);
  if (relays.length > 0) {
    // After relay= only "reject=" repeats words of the client.
    if (/, reject=/.test(message) && relays.some((r) => r !== relays[0]))
      return { partial: "the message names two relays; none is taken" };
    return { client: relays[relays.length - 1]! };
  }
  const m = LEADING.exec(message);
  return m ? { client: m[1]! } : {};
}

export default {
  id: "sendmail",
  title: "sendmail through syslog",
  role: "server",
  gives: {
    port: "when-configured",
    precision: "1 s (RFC 3164), 1 us (RFC 3339)",
    timeMeans: "written",
    writes: "truncates",
    year: false,
    zone: "when-configured",
  },
  source: "sendmail Operations Guide, sendmail/srvrsmtp.c",
  detect: (sample, options) => detectProgram(sample, options, "sendmail", isSendmail),
  open: (options) => programParser({ name: "sendmail", isProgram: isSendmail, read, protocol: 6 }, options),
} satisfies Format as Format;

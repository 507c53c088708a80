// UW IMAP (imapd, ipop3d) through syslog: host=name [ip] at the message's end; never a port.
// Source: imap-2007f src/imapd/imapd.c, src/ipopd/ipop3d.c (syslog calls).
import { detectProgram } from "../detect";
import type { Format } from "../format";
import { type MessageFinding, programParser } from "../program";
import type { SyslogHead } from "../syslog";

const isUw = (head: SyslogHead): boolean =>
  head.program !== null && /^(?:imapd|ipop[23]d)$/.test(head.program);

function read(message: string): MessageFinding {
  const m =
    / host=(?:.* )?\[([0-9A-Fa-f:.]+)\](?: n\w+=\d+(?:\/\d+)?)*\s*$/s.exec(message) ??
    /^(?:imap|pop3|imaps|pop3s)\b.* service init from ([0-9A-Fa-f:.]+)$/.exec(message);
  return m ? { client: m[1]!, means: / service init /.test(message) ? "connect" : "written" } : {};
}

export default {
  id: "uw-imap",
  title: "UW IMAP and POP through syslog",
  role: "server",
  gives: {
    port: "never",
    precision: "1 s (RFC 3164), 1 us (RFC 3339)",
    timeMeans: "written",
    writes: "truncates",
    year: false,
    zone: "when-configured",
  },
  source: "UW imap-2007f src/imapd/imapd.c, src/ipopd/ipop3d.c",
  detect: (sample, options) => detectProgram(sample, options, "UW IMAP", isUw),
  open: (options) => programParser({ name: "UW IMAP", isProgram: isUw, read, protocol: 6 }, options),
} satisfies Format as Format;

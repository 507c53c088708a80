// Exim's main and reject logs. The client is the host in brackets after H=, "from" or "for"; its port is there with
// log_selector +incoming_port. I=[...] is Exim's own end, and a delivery's H= is the server delivered to.
// HELO names, commands and senders are the client's own words and may hold brackets too.
// Source: Exim specification, "Log files"; exim/src/src/host.c (host_and_ident), log.c; log_timezone, +millisec.

import { canonicalAddress } from "../../record/address";
import { readIso } from "../../time/stamp";
import type { Format } from "../format";
import { clientPort, type MessageFinding } from "../program";
import { detectStamped, type StampedHead, type StampedRules, stampedParser } from "../stamped";

const ID = /^[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4} /;
const ADDRESS = /\[([0-9A-Za-z:.%]+)\](?::(\d{1,5}))?(?=[ :,)"]|$)/g;

/** Where the client's own text begins, after the host; nothing beyond it is read. */
const CLIENT_TEXT =
  / F=<| (?:temporarily )?rejected (?!connection from|")|[( ](?:next )?input="|\(set_id=|\(last (?:command )?was| sender verify | T="| id=| for <| dropped[ :]|: \d{3} /;

function hosts(text: string): MessageFinding {
  const stop = CLIENT_TEXT.exec(text);
  const zone = stop ? text.slice(0, stop.index) : text;
  const found: { ip: string; port: string | undefined }[] = [];
  let local: string | null = null;
  let localPort: number | null = null;
  for (const m of zone.matchAll(ADDRESS)) {
    const before = zone.slice(Math.max(0, m.index - 2), m.index);
    if (before === "I=") {
      local = m[1]!;
      localPort = clientPort(m[2]);
    } else if (
      !before.endsWith("(") &&
      // An address made unreadable before it was handed over is still the client's place, with its port.
      (canonicalAddress(m[1]!) !== null || (m[2] !== undefined && m[1]!.includes(".")))
    )
      found.push({ ip: m[1]!, port: m[2] });
  }
  const first = found[0];
  if (!first) return {};
  if (found.some((f) => f.ip !== first.ip || f.port !== first.port))
    return {
      partial: "the line can be read in two ways, since a name in it holds an address; none is taken",
    };
  return { client: first.ip, port: clientPort(first.port), local, localPort };
}

function read(message: string): MessageFinding {
  const text = message.replace(ID, "");
  // A delivery: the host is the server that Exim connected to.
  if (/^(?:=>|->|>>|\*>|\*\*|==|Completed|Frozen|=\|)(?: |$)/.test(text)) return {};
  const arrival = /^<= (?:"(?:[^"\\]|\\.)*"@\S+|\S+) (.*)$/s.exec(text);
  if (arrival) return hosts(arrival[1]!);
  const quoted = /^SMTP protocol error in ".*" (?=H=)/s.exec(text);
  if (quoted) return hosts(text.slice(quoted[0].length));
  const nameless = /^no host name found for IP address ([0-9A-Fa-f:.]+)$/.exec(text);
  if (nameless) return { client: nameless[1]! };
  return hosts(text);
}

const TYPICAL =
  /^(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4} |H=|SMTP (?:connection|call|protocol|command|data|syntax)|no (?:MAIL|host name|IP address)|\S+ authenticator failed|exim \S+ daemon|(?:Start|End) queue run|unexpected disconnection|TLS (?:error|session)|rejected |\S+ (?:lookup|verify)|Warning:|cwd=|refused connection|Connection from)/;

const rules: StampedRules = {
  name: "Exim",
  means: "written",
  protocol: 6,
  programs: /^exim/,
  head(text): StampedHead | null {
    const stamp = readIso(text);
    if (stamp && /^\d{4}-/.test(text)) {
      const rest = /^ (?:\S+ exim\[(\d+)\]: )?(?:\[(\d+)\] )?(.*)$/s.exec(text.slice(stamp.end));
      return rest ? { stamp, message: rest[3]!, fields: { pid: rest[2] ?? rest[1] } } : null;
    }
    const rest = /^(?:\[(\d+)\] )?(.*)$/s.exec(text)!;
    return { stamp: null, message: rest[2]!, fields: { pid: rest[1] } };
  },
  read,
  typical: (head) => TYPICAL.test(head.message),
};

export default {
  id: "exim",
  title: "Exim main and reject log",
  role: "server",
  gives: {
    port: "when-configured",
    precision: "1 s, 1 ms with +millisec",
    timeMeans: "written",
    writes: "truncates",
    year: true,
    zone: "when-configured",
  },
  source: "Exim specification chapter 53 (log files), src/host.c",
  detect: (sample, options) => detectStamped(sample, options, rules, "Exim's log"),
  open: (options) => stampedParser(rules, options),
} satisfies Format as Format;

// Cisco ASA and FTD: translations (305009-305012), port blocks (305014, 305015) and connections (302013-302016, and
// 302020, 302021 for ICMP). A connection's teardown names no translated address; its number leads back to the one that does.
// Source: Cisco Secure Firewall ASA Series Syslog Messages, chapters 302003-342008.
import { SECOND } from "../../time/civil";
import type { Moment } from "../../time/reader";
import { together } from "../line-parts";
import type { LineRecord } from "../lines";
import { clockSeconds, headOf, portOf, protocolOf, textFormat } from "./support/text";

const MARK = /%(?:ASA|FTD|PIX)-(?:\w+-)?\d-(30[25]0\d\d)/;
/** interface:address[/port], where an IPv6 address has colons of its own. */
const END = "([^\\s:]+):([0-9A-Fa-f:.]+)(?:\\/(\\d+)(?:-(\\d+))?)?";
const XLATE = new RegExp(
  `(Built|Teardown) (\\S+) (?:(\\S+) )?translation from ${END}(?:\\(([^)]*)\\))? to ${END}`,
);
const BLOCK = new RegExp(`(Allocated|Released) (\\S+) block of ports for translation from ${END} to ${END}`);
/** A user, a security group tag, or both; written before or behind the mapped address, which is (address/port). */
const USER = "(?: ?\\((?![0-9A-Fa-f.:]+\\/\\d+\\))([^)]*)\\)| (?!to |duration )([^\\s(]+))?";
const MAPPED = " ?\\(([0-9A-Fa-f.:]+)\\/(\\d+)\\)";
const SIDE = `${END}${USER}${MAPPED}${USER}`;
const BUILT = new RegExp(`Built (inbound |outbound )?(\\S+) connection (\\d+) for ${SIDE} to ${SIDE}`);
const TORN = new RegExp(`Teardown (\\S+) connection (\\d+) for ${END}${USER} to ${END}${USER}`);
/** faddr outside, gaddr the mapped and laddr the real address of the inside; the number is the ICMP identifier. */
const ICMP =
  /(Built|Teardown)(?: inbound| outbound)? ICMP connection for faddr ([0-9A-Fa-f.:]+)\/(\d+)(?: ?\([^)]*\))? gaddr ([0-9A-Fa-f.:]+)\/(\d+)(?: ?\([^)]*\))? laddr ([0-9A-Fa-f.:]+)\/(\d+)/;
const DURATION = /duration (\d+:\d{2}:\d{2})/;

export default textFormat({
  id: "cisco.asa",
  title: "Cisco ASA and FTD translations and connections",
  gives: {
    port: "always",
    precision: "1 s",
    timeMeans: "start",
    writes: "truncates",
    year: false,
    zone: "when-configured",
  },
  source: "Cisco Secure Firewall ASA Series Syslog Messages: 302013-302021, 305009-305015",
  remembers: true,
  mark: MARK,
  otherwise: "no ASA translation or connection message",
  reader: (times) => {
    const reversed: Reversed = new Set();
    return (text, line) => {
      const number = MARK.exec(text)![1]!;
      const head = headOf(text);
      const clocks = times.two(head.stamp, head.outer, line);
      const found = number.startsWith("305")
        ? translation(text, number, clocks.time)
        : connection(text, number, clocks.time, head.host, reversed);
      if (found === null) return { reject: `message ${number} names no translation` };
      return together(clocks, found, { device: head.host });
    };
  },
});

const NOTHING: Partial<LineRecord> = {};

type Part = Partial<LineRecord> & Pick<LineRecord, "event" | "timeMeans">;

/** Back from a teardown by its duration, which counts whole seconds. */
function back(text: string, time: Moment | null): Partial<LineRecord> {
  const seconds = clockSeconds(DURATION.exec(text)?.[1] ?? "");
  if (seconds === null || time === null) return NOTHING;
  return {
    durationUs: seconds * SECOND,
    startUs: time.us - seconds * SECOND,
    startPrecisionUs: SECOND + time.precisionUs,
  };
}

function translation(text: string, message: string, time: Moment | null): Part | null {
  const block = BLOCK.exec(text);
  if (block) {
    const event = block[1] === "Allocated" ? "start" : "release";
    return {
      event,
      timeMeans: event === "start" ? "start" : "end",
      protocol: protocolOf(block[2]),
      insideIp: block[4],
      publicIp: block[8],
      portLow: portOf(block[9]),
      portHigh: portOf(block[10]) ?? portOf(block[9]),
      fields: { message },
    };
  }
  const m = XLATE.exec(text);
  if (!m) return null;
  const built = m[1] === "Built";
  const begun = built ? NOTHING : back(text, time);
  return {
    event: built ? "start" : "release",
    timeMeans: built ? "start" : "end",
    durationUs: begun.durationUs,
    startUs: begun.startUs,
    startPrecisionUs: begun.startPrecisionUs,
    protocol: protocolOf(m[3]),
    insideIp: m[5],
    insidePort: portOf(m[6]),
    publicIp: m[10],
    portLow: portOf(m[11]),
    portHigh: portOf(m[12]) ?? portOf(m[11]),
    fields: { message, kind: m[2], insideInterface: m[4], outsideInterface: m[9], user: m[8] },
  };
}

interface Side {
  readonly interface: string | undefined;
  readonly ip: string | undefined;
  readonly port: string | undefined;
  readonly user: string | undefined;
  readonly mappedIp: string | undefined;
  readonly mappedPort: string | undefined;
}

const side = (m: RegExpExecArray, at: number): Side => ({
  interface: m[at],
  ip: m[at + 1],
  port: m[at + 2],
  user: m[at + 4] ?? m[at + 5] ?? m[at + 8] ?? m[at + 9],
  mappedIp: m[at + 6],
  mappedPort: m[at + 7],
});

/**
 * Connections whose first side is the translated one (a remote-access user behind the outside interface). Their teardown
 * does not say so. Bounded: what falls out only stays without an end.
 */
type Reversed = Set<string>;
const MOST_REVERSED = 200_000;

function connection(
  text: string,
  message: string,
  time: Moment | null,
  host: string | null,
  reversed: Reversed,
): Part | null {
  const b = BUILT.exec(text);
  if (b) {
    const [first, second] = [side(b, 4), side(b, 14)];
    const key = `${host}/${b[2]}/${b[3]}`;
    reversed.delete(key);
    const turned =
      b[1] === "inbound " &&
      (first.ip !== first.mappedIp || first.port !== first.mappedPort) &&
      second.ip === second.mappedIp &&
      second.port === second.mappedPort;
    if (turned && reversed.size < MOST_REVERSED) reversed.add(key);
    const [far, near] = turned ? [second, first] : [first, second];
    return {
      event: "start",
      timeMeans: "start",
      protocol: protocolOf(b[2]),
      conn: Number(b[3]),
      dstIp: far.ip,
      dstPort: portOf(far.port),
      insideIp: near.ip,
      insidePort: portOf(near.port),
      publicIp: near.mappedIp,
      portLow: portOf(near.mappedPort),
      portHigh: portOf(near.mappedPort),
      fields: {
        message,
        outsideInterface: far.interface,
        insideInterface: near.interface,
        user: near.user,
      },
    };
  }
  const t = TORN.exec(text);
  if (!t) return icmp(text, message, time);
  const [first, second] = [
    { interface: t[3], ip: t[4], port: t[5], user: t[7] ?? t[8] },
    { interface: t[9], ip: t[10], port: t[11], user: t[13] ?? t[14] },
  ];
  const [far, near] = reversed.delete(`${host}/${t[1]}/${t[2]}`) ? [second, first] : [first, second];
  const begun = back(text, time);
  return {
    event: "release",
    timeMeans: "end",
    durationUs: begun.durationUs,
    startUs: begun.startUs,
    startPrecisionUs: begun.startPrecisionUs,
    protocol: protocolOf(t[1]),
    conn: Number(t[2]),
    dstIp: far.ip,
    dstPort: portOf(far.port),
    insideIp: near.ip,
    insidePort: portOf(near.port),
    fields: { message, outsideInterface: far.interface, insideInterface: near.interface, user: near.user },
  };
}

function icmp(text: string, message: string, time: Moment | null): Part | null {
  const m = ICMP.exec(text);
  if (!m) return null;
  const built = m[1] === "Built";
  const begun = built ? NOTHING : back(text, time);
  return {
    event: built ? "start" : "release",
    timeMeans: built ? "start" : "end",
    durationUs: begun.durationUs,
    startUs: begun.startUs,
    startPrecisionUs: begun.startPrecisionUs,
    protocol: m[6]!.includes(":") ? 58 : 1,
    insideIp: m[6],
    insidePort: portOf(m[7]),
    publicIp: m[4],
    portLow: portOf(m[5]),
    portHigh: portOf(m[5]),
    dstIp: m[2],
    dstPort: portOf(m[3]),
    fields: { message },
  };
}

// Cisco ASA and FTD: translations (305009-305012), port blocks (305014, 305015) and connections (302013-302016, 302020,
// 302021). A connection's teardown names no translated address; its connection number leads back to the one that does.
// Source: Cisco Secure Firewall ASA Series Syslog Messages, chapters 302003-342008.
import { SECOND } from "../../time/civil";
import type { Moment } from "../../time/reader";
import type { LineRecord } from "../lines";
import { clockSeconds, headOf, portOf, protocolOf, textFormat } from "./support/text";

const MARK = /%(?:ASA|FTD|PIX)-(?:\w+-)?\d-(30[25]0\d\d)/;
/** interface:address[/port], where an IPv6 address has colons of its own. */
const END = "([^\\s:]+):([0-9A-Fa-f:.]+)(?:\\/(\\d+)(?:-(\\d+))?)?";
const XLATE = new RegExp(
  `(Built|Teardown) (\\S+) (?:(\\S+) )?translation from ${END}(?:\\(([^)]*)\\))? to ${END}`,
);
const BLOCK = new RegExp(`(Allocated|Released) (\\S+) block of ports for translation from ${END} to ${END}`);
const USER = "(?:\\s?\\(([^)\\d][^)]*)\\))?";
const BUILT = new RegExp(
  `Built (?:inbound |outbound )?(\\S+) connection (\\d+) for ${END} \\(([^)\\s]+)\\/(\\d+)\\)${USER} to ${END}${USER} \\(([^)\\s]+)\\/(\\d+)\\)`,
);
const TORN = new RegExp(`Teardown (\\S+) connection (\\d+) for ${END}${USER} to ${END}${USER}`);
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
  mark: MARK,
  otherwise: "no ASA translation or connection message",
  reader: (times) => (text, line) => {
    const number = MARK.exec(text)![1]!;
    const head = headOf(text);
    const { time, otherTimeUs } = times.two(head.stamp, head.outer, line);
    const base = { time, otherTimeUs, device: head.host };
    const found = number.startsWith("305") ? translation(text, time) : connection(text, time);
    if (found === null) return { reject: `message ${number} names no translation` };
    if ("reject" in found) return found;
    return { ...base, ...found, fields: { message: number, ...found.fields } } as LineRecord;
  },
});

type Part = Partial<LineRecord> & Pick<LineRecord, "event" | "timeMeans">;

/** Back from a teardown by its duration, which counts whole seconds. */
function back(text: string, time: Moment | null): Partial<LineRecord> {
  const seconds = clockSeconds(DURATION.exec(text)?.[1] ?? "");
  if (seconds === null || time === null) return {};
  return {
    durationUs: seconds * SECOND,
    startUs: time.us - seconds * SECOND,
    startPrecisionUs: SECOND + time.precisionUs,
  };
}

function translation(text: string, time: Moment | null): Part | { reject: string } | null {
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
    };
  }
  const m = XLATE.exec(text);
  if (!m) return null;
  const built = m[1] === "Built";
  return {
    event: built ? "start" : "release",
    timeMeans: built ? "start" : "end",
    protocol: protocolOf(m[3]),
    insideIp: m[5],
    insidePort: portOf(m[6]),
    publicIp: m[10],
    portLow: portOf(m[11]),
    portHigh: portOf(m[12]) ?? portOf(m[11]),
    ...(built ? {} : back(text, time)),
    fields: { kind: m[2], insideInterface: m[4], outsideInterface: m[9], user: m[8] },
  };
}

function connection(text: string, time: Moment | null): Part | null {
  const b = BUILT.exec(text);
  if (b) {
    return {
      event: "start",
      timeMeans: "start",
      protocol: protocolOf(b[1]),
      conn: Number(b[2]),
      dstIp: b[4],
      dstPort: portOf(b[5]),
      insideIp: b[11],
      insidePort: portOf(b[12]),
      publicIp: b[15],
      portLow: portOf(b[16]),
      portHigh: portOf(b[16]),
      fields: { outsideInterface: b[3], insideInterface: b[10], user: b[14] },
    };
  }
  const t = TORN.exec(text);
  if (!t) return null;
  return {
    event: "release",
    timeMeans: "end",
    protocol: protocolOf(t[1]),
    conn: Number(t[2]),
    dstIp: t[4],
    dstPort: portOf(t[5]),
    insideIp: t[9],
    insidePort: portOf(t[10]),
    ...back(text, time),
    fields: { outsideInterface: t[3], insideInterface: t[8], user: t[12] },
  };
}

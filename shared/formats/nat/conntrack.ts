// Linux `conntrack -E -o timestamp`: the public pair is the reply tuple's dst and dport. The stamp's fraction is
// microseconds without padding ([1338987414.52626] is .052626 s). Source: conntrack-tools, src/conntrack.c (event_cb),
// libnetfilter_conntrack, snprintf_default.c.
import { SECOND } from "../../time/civil";
import { gives, headOf, meansOf, portOf, protocolOf, textFormat } from "./support/text";
import { epochMoment } from "./support/times";

const EVENT = /\[(NEW|UPDATE|DESTROY)\]\s+(?:ipv[46]\s+\d+\s+)?(\w+)\s+(\d+)/;
const STAMP = /\[(\d{9,10})\.(\d{1,6})\s*\]\s*\[(?:NEW|UPDATE|DESTROY)\]/;

export default textFormat({
  id: "linux.conntrack",
  title: "Linux conntrack events",
  gives: gives("1 µs", "start", true, "utc"),
  source: "conntrack-tools: conntrack -E -o timestamp",
  mark: /\[(?:NEW|UPDATE|DESTROY)\]\s+(?:ipv[46]\s+\d+\s+)?\w+\s+\d+.*src=\S+ dst=\S+.*src=\S+ dst=\S+/,
  otherwise: "no conntrack event",
  reader: (times) => (text, line) => {
    const m = EVENT.exec(text)!;
    const stamp = STAMP.exec(text);
    const head = headOf(text);
    const us = stamp ? Number(stamp[1]) * SECOND + Number(stamp[2]) : null;
    const { src, dst, sport, dport, id, zone } = valuesOf(text);
    const event = m[1] === "NEW" ? "start" : m[1] === "DESTROY" ? "release" : "interim";
    // ICMP has no ports: its identifier takes their place in the translation (RFC 5508).
    const icmp = protocolOf(m[3]) === 1 || protocolOf(m[3]) === 58;
    const inside = portOf(icmp ? id[0] : sport[0]);
    const outside = portOf(icmp ? id[1] : dport[1]);
    const number = icmp ? id[2] : id[0];
    return {
      time: us === null ? times.one(head.stamp, line) : epochMoment(us, 1),
      otherTimeUs: us === null ? null : times.headerNear(head.outer ?? head.stamp, us, line),
      timeMeans: meansOf(event),
      event,
      protocol: protocolOf(m[3]),
      insideIp: src[0],
      insidePort: inside,
      publicIp: dst[1],
      portLow: outside,
      portHigh: outside,
      dstIp: dst[0],
      dstPort: icmp ? null : portOf(dport[0]),
      conn: number !== undefined && /^\d{1,15}$/.test(number) ? Number(number) : null,
      realm: zone[0] ?? null,
      device: head.host,
      fields: { event: m[1] },
    };
  },
});

const KEYS = ["src", "dst", "sport", "dport", "id", "zone"] as const;
const PAIR = /\b(src|dst|sport|dport|id|zone)=(\S+)/g;

/** Each key's values in their order; a value runs to the next blank, and may hold another key. */
function valuesOf(text: string): Readonly<Record<(typeof KEYS)[number], string[]>> {
  const out = { src: [], dst: [], sport: [], dport: [], id: [], zone: [] } as Record<
    (typeof KEYS)[number],
    string[]
  >;
  const until = [0, 0, 0, 0, 0, 0];
  PAIR.lastIndex = 0;
  for (let m = PAIR.exec(text); m; m = PAIR.exec(text)) {
    const key = m[1] as (typeof KEYS)[number];
    const n = KEYS.indexOf(key);
    if (m.index >= until[n]!) {
      out[key].push(m[2]!);
      until[n] = PAIR.lastIndex;
    }
    PAIR.lastIndex = m.index + key.length + 1;
  }
  return out;
}

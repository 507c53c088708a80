// What events and listings of Linux's connection table share: two tuples, of which the reply's destination is the public
// side, and the kernel's own times in the machine's zone. Source: libnetfilter_conntrack, snprintf_default.c; Linux,
// nf_conntrack_standalone.c (ct_seq_show).
import { readCtime, type Stamp } from "../../../time/stamp";
import type { LineRecord } from "../../lines";
import { portOf, protocolOf } from "./text";

const KEYS = ["src", "dst", "sport", "dport", "id", "zone", "zone-orig"] as const;
const PAIR = /\b(src|dst|sport|dport|id|zone-orig|zone)=(\S+)/g;
const TIME = / \[(start|stop)=([^\]]{20,40})\]/g;
const AGE = / delta-time=(\d{1,10})(?: |$)/;

/** Each key's values in their order; a value runs to the next blank, and may hold another key. */
function valuesOf(text: string): Readonly<Record<(typeof KEYS)[number], string[]>> {
  const out = { src: [], dst: [], sport: [], dport: [], id: [], zone: [], "zone-orig": [] } as Record<
    (typeof KEYS)[number],
    string[]
  >;
  const until = [0, 0, 0, 0, 0, 0, 0];
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

/** The translation of a connection, or why it names no subscriber's mapping. `protocol` is the number as written. */
export function connection(text: string, protocol: string): Partial<LineRecord> | { reject: string } {
  const { src, dst, sport, dport, id, zone, "zone-orig": zoneOrig } = valuesOf(text);
  const kind = protocolOf(protocol);
  // ICMP has no ports: its identifier takes their place in the translation (RFC 5508).
  const icmp = kind === 1 || kind === 58;
  const inside = icmp ? id[0] : sport[0];
  const outside = icmp ? id[1] : dport[1];
  const number = icmp ? id[2] : id[0];
  // A forwarded port (DNAT alone): the client's own address and port come back, and its address is nobody's behind this NAT.
  if (src[0] === dst[1] && inside === outside && (src[1] !== dst[0] || (!icmp && sport[1] !== dport[0])))
    return { reject: "it translates only the destination" };
  return {
    protocol: kind,
    insideIp: src[0],
    insidePort: portOf(inside),
    publicIp: dst[1],
    portLow: portOf(outside),
    portHigh: portOf(outside),
    dstIp: dst[0],
    dstPort: icmp ? null : portOf(dport[0]),
    conn: number !== undefined && /^\d{1,15}$/.test(number) ? Number(number) : null,
    // The zone 0 is that of every connection without one.
    realm: [zone[0], zoneOrig[0]].find((name) => name !== undefined && name !== "0") ?? null,
  };
}

/** When the kernel made the entry and took it away (`-o ktimestamp`), by the machine's own wall clock. */
export function kernelTimes(text: string): { start: Stamp | null; stop: Stamp | null } {
  const found = { start: null as Stamp | null, stop: null as Stamp | null };
  for (const m of text.matchAll(TIME)) found[m[1] as "start" | "stop"] ??= readCtime(m[2]!);
  return found;
}

/** Whole seconds between the entry's start and the moment at which it was listed (or its stop); null where not written. */
export function ageSeconds(text: string): number | null {
  const m = AGE.exec(text);
  return m ? Number(m[1]) : null;
}

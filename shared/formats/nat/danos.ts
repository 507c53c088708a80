// DANOS and AT&T Vyatta CGNAT: port blocks and sessions with start-time and end-time in epoch microseconds, so that a
// release alone gives the whole interval. Source: danos/vyatta-cgnat, src/npf/cgnat/cgn_log*.c (log formats).
import { together } from "../line-parts";
import type { LineRecord } from "../lines";
import { gives, headOf, meansOf, pairs, portOf, protocolOf, textFormat } from "./support/text";
import { epochMoment } from "./support/times";

const MARK = /\b(PB_ALLOCATED|PB_RELEASED|SESSION_CREATE|SESSION_ACTIVE|SESSION_DELETE) /;

const micros = (text: string | undefined): number | null =>
  text !== undefined && /^\d{15,16}$/.test(text) ? Number(text) : null;

export default textFormat({
  id: "danos.cgnat",
  title: "DANOS and Vyatta CGNAT log",
  gives: gives("1 µs", "start", true, "utc"),
  source: "danos/vyatta-dataplane: cgn_log_protobuf.c, cgn_log.c",
  mark: MARK,
  otherwise: "no CGNAT record",
  reader: (times) => (text, line) => {
    const kind = MARK.exec(text)![1]!;
    const kv = pairs(text);
    const head = headOf(text);
    const event = /RELEASED|DELETE/.test(kind) ? "release" : kind.endsWith("ACTIVE") ? "interim" : "start";
    const startUs = micros(kv.get("start-time"));
    const endUs = event === "release" ? micros(kv.get("end-time")) : null;
    const own = event === "release" ? endUs : event === "interim" ? micros(kv.get("cur-time")) : startUs;
    const found = kind.startsWith("PB_") ? block(kv) : session(kv);
    if (found === null) return { reject: `${kind} without its addresses` };
    return together(found, {
      time: own === null ? times.one(head.stamp, line) : epochMoment(own, 1),
      otherTimeUs: own === null ? null : times.headerNear(head.stamp, own, line),
      timeMeans: meansOf(event),
      event,
      startUs,
      startPrecisionUs: startUs === null ? null : 1,
      endUs,
      endPrecisionUs: endUs === null ? null : 1,
      device: head.host,
      fields: { message: kind, policy: kv.get("policy"), pool: kv.get("pool"), state: kv.get("state") },
    });
  },
});

function block(kv: Map<string, string>): Partial<LineRecord> | null {
  const ports = /^(\d+)-(\d+)$/.exec(kv.get("port") ?? "");
  if (!ports || !kv.has("pub-addr")) return null;
  return {
    insideIp: kv.get("subs-addr"),
    publicIp: kv.get("pub-addr"),
    portLow: portOf(ports[1]),
    portHigh: portOf(ports[2]),
  };
}

function session(kv: Map<string, string>): Partial<LineRecord> | null {
  const addresses = /^(\S+?)->(\S+)$/.exec(kv.get("addr") ?? "");
  const ports = /^(\d+)->(\d+)$/.exec(kv.get("port") ?? "");
  const id = /^(\d{1,9})\.(\d{1,6})$/.exec(kv.get("session-id") ?? "");
  if (!addresses || !ports || !kv.has("cgn-addr")) return null;
  const low = portOf(kv.get("cgn-port"));
  return {
    protocol: protocolOf(kv.get("proto")),
    insideIp: addresses[1],
    insidePort: portOf(ports[1]),
    dstIp: addresses[2],
    dstPort: portOf(ports[2]),
    publicIp: kv.get("cgn-addr"),
    portLow: low,
    portHigh: low,
    conn: id ? Number(id[1]) * 1_000_000 + Number(id[2]) : null,
  };
}

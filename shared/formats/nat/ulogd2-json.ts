// ulogd2 NFCT events as JSON: flat keys, the public pair is reply.ip.daddr with reply.l4.dport. ct.event: 1 new,
// 2 update, 4 destroy. Source: ulogd2, input/flow/ulogd_inpflow_NFCT.c (keys), output/ulogd_output_JSON.c (timestamp).
import { SECOND } from "../../time/civil";
import { readIso } from "../../time/stamp";
import { gives, meansOf, portOf, protocolOf, textFormat } from "./support/text";
import { epochMoment } from "./support/times";

export default textFormat({
  id: "ulogd2.json",
  title: "ulogd2 connection events (JSON)",
  gives: gives("1 µs", "start", true, "when-configured"),
  source: "ulogd2: NFCT input, JSON output",
  json: true,
  mark: /"reply\.ip\.daddr(?:\.str)?"\s*:/,
  otherwise: "no ulogd2 connection event",
  reader: (times) => (text, line) => {
    let json: Record<string, unknown>;
    try {
      json = JSON.parse(text.slice(text.indexOf("{"))) as Record<string, unknown>;
    } catch {
      return { reject: "no JSON object" };
    }
    const get = (key: string): string | null => {
      const value = json[key];
      return typeof value === "string" || typeof value === "number" ? String(value) : null;
    };
    const address = (key: string): string | null => get(`${key}.str`) ?? get(key);
    const instant = (key: string): number | null => {
      const sec = get(`${key}.sec`);
      return sec !== null && /^\d{9,10}$/.test(sec) && Number(sec) > 0
        ? Number(sec) * SECOND + Number(get(`${key}.usec`) ?? 0)
        : null;
    };
    const kind = get("ct.event");
    const event = kind === "4" ? "release" : kind === "2" ? "interim" : "start";
    const startUs = instant("flow.start");
    const endUs = event === "release" ? instant("flow.end") : null;
    const stamp = get("timestamp");
    const own = event === "release" ? endUs : event === "start" ? startUs : null;
    const low = portOf(get("reply.l4.dport"));
    const mark = get("ct.id");
    const ends = (at: "saddr" | "daddr", port: "sport" | "dport"): string =>
      `${address(`orig.ip.${at}`)}/${get(`orig.l4.${port}`)}`;
    const answers = (at: "saddr" | "daddr", port: "sport" | "dport"): string =>
      `${address(`reply.ip.${at}`)}/${get(`reply.l4.${port}`)}`;
    // A forwarded port: the client comes back as it went, and is nobody behind this NAT.
    if (
      address("reply.ip.saddr") !== null &&
      ends("saddr", "sport") === answers("daddr", "dport") &&
      ends("daddr", "dport") !== answers("saddr", "sport")
    )
      return { reject: "it translates only the destination" };
    return {
      time: own !== null ? epochMoment(own, 1) : times.one(stamp === null ? null : readIso(stamp), line),
      timeMeans: meansOf(event),
      event,
      startUs,
      startPrecisionUs: startUs === null ? null : 1,
      endUs,
      endPrecisionUs: endUs === null ? null : 1,
      protocol: protocolOf(get("orig.ip.protocol")),
      insideIp: address("orig.ip.saddr"),
      insidePort: portOf(get("orig.l4.sport")),
      publicIp: address("reply.ip.daddr"),
      portLow: low,
      portHigh: low,
      dstIp: address("orig.ip.daddr"),
      dstPort: portOf(get("orig.l4.dport")),
      conn: mark !== null && /^\d{1,15}$/.test(mark) ? Number(mark) : null,
      device: get("dvc") ?? get("host"),
      fields: { event: kind },
    };
  },
});

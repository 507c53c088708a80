// FortiGate hyperscale (NP7) CGN logs: act=start and act=end of sessions, dur in milliseconds. Own clock: date and time;
// the collector's head stands before it. Source: Fortinet Hyperscale Firewall Guide, "CGN hardware logging".
import { MS } from "../../time/civil";
import { readIso } from "../../time/stamp";
import { gives, headOf, meansOf, pairs, portOf, protocolOf, textFormat } from "./support/text";

const MARK = /\bact=(start|end|alloc\w*|release\w*|create\w*|delete\w*)\b.*\btran=|\btran=\S+.*\bact=/;

export default textFormat({
  id: "fortinet.hyperscale",
  title: "FortiGate hyperscale CGN log",
  gives: gives("1 s", "start", true, "when-configured"),
  source: "Fortinet Hyperscale Firewall Guide: CGN resource and session logging",
  mark: MARK,
  otherwise: "no hyperscale session",
  reader: (times) => (text, line) => {
    const kv = pairs(text);
    const zone = kv.get("tz")?.replaceAll('"', "");
    const own = readIso(`${kv.get("date") ?? ""} ${kv.get("time") ?? ""}${zone ?? ""}`);
    const head = headOf(text);
    const clocks = times.two(own ?? head.stamp, own ? head.stamp : null, line);
    const event = /^(?:end|release|delete)/.test(kv.get("act") ?? "") ? "release" : "start";
    const ms = kv.get("dur");
    const durationUs = ms !== undefined && /^\d{1,12}$/.test(ms) ? Number(ms) * MS : null;
    const low = portOf(kv.get("nsport") ?? kv.get("portbegin"));
    const system = kv.get("vd");
    const { time, otherTimeUs } = clocks;
    const back = event === "release" && durationUs !== null && time !== null;
    return {
      time,
      otherTimeUs,
      timeMeans: meansOf(event),
      event,
      durationUs: back ? durationUs : null,
      startUs: back ? time.us - durationUs : null,
      startPrecisionUs: back ? time.precisionUs + MS : null,
      protocol: protocolOf(kv.get("proto")),
      insideIp: kv.get("sip"),
      insidePort: portOf(kv.get("sport")),
      publicIp: kv.get("nsip"),
      portLow: low,
      portHigh: portOf(kv.get("portend")) ?? low,
      dstIp: kv.get("ndip") ?? kv.get("dip"),
      dstPort: portOf(kv.get("ndport") ?? kv.get("dport")),
      realm: system ?? null,
      device: kv.get("sn") ?? head.host,
      fields: { act: kv.get("act"), type: kv.get("type"), policy: kv.get("pid") },
    };
  },
});

// Huawei USG session logs: SESSION_BUILT and SESSION_TEARDOWN with BeginTime and EndTime in epoch seconds, under a head
// in local time. Source: Huawei USG6000 Log Reference, SECLOG/6/SESSION_BUILT, SESSION_TEARDOWN.
import { SECOND } from "../../time/civil";
import { gives, headOf, meansOf, pairs, portOf, protocolOf, textFormat } from "./support/text";
import { epochMoment } from "./support/times";

const MARK = /SECLOG\/\d\/(SESSION_\w+)(?:\(\w\))?(?:\[\d+\])?:/;
/** The device's name stands before the module, also behind a relay's head. */
const DEVICE = /(\S+) %%\d{1,3}SECLOG/;

const seconds = (text: string | undefined): number | null =>
  text !== undefined && /^\d{9,11}$/.test(text) && text !== "0" ? Number(text) * SECOND : null;

export default textFormat({
  id: "huawei.usg",
  title: "Huawei USG session log",
  gives: gives("1 s", "start", true, "utc"),
  source: "Huawei USG6000 Log Reference: SECLOG/6/SESSION_BUILT, SESSION_TEARDOWN",
  mark: MARK,
  otherwise: "no SECLOG session message",
  reader: (times) => (text, line) => {
    const tag = MARK.exec(text)!;
    const kv = pairs(text.slice(tag.index + tag[0].length), ",");
    const head = headOf(text);
    const release = /TEARDOWN|CLOSE|DELETE/.test(tag[1]!);
    const startUs = seconds(kv.get("BeginTime"));
    const endUs = release ? seconds(kv.get("EndTime")) : null;
    const own = release ? endUs : startUs;
    const outside = kv.get("SourceNatIP") ?? kv.get("SrcNatIP");
    const event = outside === undefined || outside === "0.0.0.0" ? "other" : release ? "release" : "start";
    const low = portOf(kv.get("SourceNatPort") ?? kv.get("SrcNatPort"));
    const vpn = kv.get("SourceVpnID");
    return {
      time: own === null ? times.one(head.stamp, line) : epochMoment(own, SECOND),
      otherTimeUs: own === null ? null : times.headerNear(head.outer ?? head.stamp, own, line),
      timeMeans: meansOf(event),
      event,
      startUs,
      startPrecisionUs: startUs === null ? null : SECOND,
      endUs,
      endPrecisionUs: endUs === null ? null : SECOND,
      protocol: protocolOf(kv.get("Protocol")),
      insideIp: kv.get("SourceIP"),
      insidePort: portOf(kv.get("SourcePort")),
      publicIp: event === "other" ? null : outside,
      portLow: low,
      portHigh: low,
      dstIp: kv.get("DestinationIP"),
      dstPort: portOf(kv.get("DestinationPort")),
      realm: vpn === undefined || vpn === "0" ? null : vpn,
      device: DEVICE.exec(text)?.[1] ?? head.host,
      fields: { message: tag[1], policy: kv.get("PolicyName"), closeReason: kv.get("CloseReason") },
    };
  },
});

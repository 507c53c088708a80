// VPP NAT over RFC 5424 syslog: address and port mappings (APMADD, APMDEL) and sessions (SADD, SDEL). With DS-Lite the
// softwire's IPv6 (SV6ENC) is the inside endpoint and the inner IPv4 identifies nobody (RFC 6333).
// Source: VPP src/vnet/syslog, src/plugins/nat/lib/nat_syslog.c; draft-ietf-behave-syslog-nat-logging.
import { gives, headOf, meansOf, pairs, portOf, protocolOf, textFormat } from "./support/text";

const MARK = / (APMADD|APMDEL|SADD|SDEL) \[(?:napmap|nsess) /;

export default textFormat({
  id: "vpp.nat",
  title: "VPP NAT syslog",
  gives: gives("1 ms", "start", true, "always"),
  source: "VPP nat_syslog.c; draft-ietf-behave-syslog-nat-logging-06",
  mark: MARK,
  otherwise: "no VPP NAT message",
  reader: (times) => (text, line) => {
    const tag = MARK.exec(text)!;
    const head = headOf(text);
    const kv = pairs(text.slice(tag.index));
    const event = tag[1]!.endsWith("ADD") ? "start" : "release";
    const softwire = kv.get("SV6ENC");
    const vlan = kv.get("SVLAN");
    const low = portOf(kv.get("XSPORT"));
    return {
      time: times.one(head.stamp, line),
      timeMeans: meansOf(event),
      event,
      protocol: protocolOf(kv.get("PROTO")),
      insideIp: softwire ?? kv.get("ISADDR"),
      insidePort: portOf(kv.get("ISPORT")),
      publicIp: kv.get("XSADDR"),
      portLow: low,
      portHigh: low,
      dstIp: kv.get("XDADDR"),
      dstPort: portOf(kv.get("XDPORT")),
      realm: vlan === undefined || vlan === "0" ? null : vlan,
      device: head.host,
      sequence: head.sequence,
      fields: {
        message: tag[1],
        subscriberIndex: kv.get("SSUBIX"),
        innerIp: softwire === undefined ? null : kv.get("ISADDR"),
      },
    };
  },
});

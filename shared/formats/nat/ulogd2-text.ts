// ulogd2 NFCT events through the LOGEMU/PRINTFLOW text: [DESTROY] ORIG: ... , REPLY: ...; the public pair is the
// REPLY's DST and DPT. Source: ulogd2, util/printflow.c.
import { gives, headOf, meansOf, portOf, protocolOf, textFormat } from "./support/text";

const LINE = /\[(NEW|UPDATE|DESTROY)\] ORIG: (.*?), REPLY: (.*)$/;

const VALUES = {
  SRC: /\bSRC=(\S+)/,
  DST: /\bDST=(\S+)/,
  PROTO: /\bPROTO=(\S+)/,
  SPT: /\bSPT=(\S+)/,
  DPT: /\bDPT=(\S+)/,
  PKTS: /\bPKTS=(\S+)/,
  BYTES: /\bBYTES=(\S+)/,
};

const get = (text: string, key: keyof typeof VALUES): string | null => VALUES[key].exec(text)?.[1] ?? null;

export default textFormat({
  id: "ulogd2.text",
  title: "ulogd2 connection events (text)",
  gives: gives("1 s", "start", false, "never"),
  source: "ulogd2: util/printflow.c",
  mark: /\] ORIG: .*, REPLY: /,
  otherwise: "no ulogd2 connection event",
  reader: (times) => (text, line) => {
    const m = LINE.exec(text);
    if (!m) return { reject: "a connection event of an unknown kind" };
    const head = headOf(text);
    const event = m[1] === "NEW" ? "start" : m[1] === "DESTROY" ? "release" : "interim";
    const low = portOf(get(m[3]!, "DPT"));
    const same = (a: keyof typeof VALUES, b: keyof typeof VALUES): boolean => get(m[2]!, a) === get(m[3]!, b);
    // A forwarded port: the client comes back as it went, and is nobody behind this NAT.
    if (same("SRC", "DST") && same("SPT", "DPT") && !(same("DST", "SRC") && same("DPT", "SPT")))
      return { reject: "it translates only the destination" };
    return {
      time: times.one(head.stamp, line),
      timeMeans: meansOf(event),
      event,
      protocol: protocolOf(get(m[2]!, "PROTO")),
      insideIp: get(m[2]!, "SRC"),
      insidePort: portOf(get(m[2]!, "SPT")),
      publicIp: get(m[3]!, "DST"),
      portLow: low,
      portHigh: low,
      dstIp: get(m[2]!, "DST"),
      dstPort: portOf(get(m[2]!, "DPT")),
      device: head.host,
      fields: { event: m[1], packets: get(m[2]!, "PKTS"), bytes: get(m[2]!, "BYTES") },
    };
  },
});

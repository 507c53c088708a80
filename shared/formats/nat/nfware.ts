// NFWare CGNAT: "A" adds and "D" deletes a binding of an address, a port block, a translation or a session, all in one
// layout. A binding without ports is of the address alone. Source: NFWare vCGNAT documentation, "Logging".
import { endpoint, gives, headOf, meansOf, portOf, protocolOf, textFormat } from "./support/text";

const LINE =
  /(?:^|\s)([AD]) VRF (\d+) (?:(\d{1,3}) )?INT (\S+) EXT ([0-9A-Fa-f.:[\]]+?)(?::(\d+)(?:-(\d+))?)?(?: DST (\S+))?(?: DIR (\w+))?\s*$/;

export default textFormat({
  id: "nfware.cgnat",
  title: "NFWare CGNAT log",
  gives: gives("1 s", "start", false, "never"),
  source: "NFWare vCGNAT documentation: Logging",
  mark: /(?:^|\s)[AD] VRF \d+ .*\bINT \S+ EXT \S+/,
  otherwise: "no NFWare NAT record",
  reader: (times) => (text, line) => {
    const m = LINE.exec(text);
    if (!m) return { reject: "a NAT record of an unknown layout" };
    const head = headOf(text);
    const event = m[1] === "A" ? "start" : "release";
    const low = portOf(m[6]);
    const inside = m[3] === undefined ? { ip: m[4]!, port: null } : endpoint(m[4]!);
    const destination = m[8] === undefined ? null : endpoint(m[8]);
    return {
      time: times.one(head.stamp, line),
      timeMeans: meansOf(event),
      event,
      protocol: m[3] === undefined ? null : protocolOf(m[3]),
      insideIp: inside.ip,
      insidePort: inside.port,
      publicIp: m[5],
      portLow: low,
      portHigh: portOf(m[7]) ?? low,
      dstIp: destination?.ip,
      dstPort: destination?.port,
      realm: m[2] === "0" ? null : m[2],
      device: head.host,
      fields: { direction: m[9] },
    };
  },
});

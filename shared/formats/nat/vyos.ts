// VyOS CGNAT: a line for each inside host when the table is built, naming its outside address and ports. It states no
// end. Source: VyOS documentation, "CGNAT", log-allocation.
import { gives, headOf, portOf, textFormat } from "./support/text";

const LINE = /Internal host: (\S+?), external host: (\S+?), Port range: (\d+)-(\d+)/;

export default textFormat({
  id: "vyos.cgnat",
  title: "VyOS CGNAT allocation log",
  gives: gives("1 s", "start", false, "never"),
  source: "VyOS documentation: nat cgnat log-allocation",
  mark: /Internal host: .*external host: /,
  otherwise: "no CGNAT allocation",
  reader: (times) => (text, line) => {
    const m = LINE.exec(text);
    if (!m) return { reject: "a CGNAT allocation of an unknown layout" };
    const head = headOf(text);
    return {
      time: times.one(head.stamp, line),
      timeMeans: "start",
      event: "start",
      insideIp: m[1],
      publicIp: m[2],
      portLow: portOf(m[3]),
      portHigh: portOf(m[4]),
      device: head.host,
    };
  },
});

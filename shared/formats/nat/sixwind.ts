// 6WIND vCGNAT (fp-cgnat): port blocks of a user and connections (forward and backward tuple).
// Source: 6WIND Virtual Service Router documentation, CG-NAT logging.
import { together } from "../line-parts";
import { endpoint, gives, headOf, meansOf, portOf, protocolOf, textFormat, tuple } from "./support/text";

const BLOCK =
  /USER (\S+) .*?(NEW|DESTROY) (?:PORT )?BLOCK \(pool "([^"]*)", ip public ([^,\s]+)(?:, proto (\d+))?, port (\d+) ?- ?(\d+)\)/;
const CONN = /(NEW|DESTROY) CONN: fwd proto (\d+) (\S+) -+> (\S+), back proto \d+ \S+ -+> (\S+)/;

export default textFormat({
  id: "sixwind.cgnat",
  title: "6WIND CG-NAT log",
  gives: gives("1 s", "start", false, "never"),
  source: "6WIND Virtual Service Router documentation: CG-NAT logs",
  mark: /(?:NEW|DESTROY) (?:PORT )?BLOCK \(pool|(?:NEW|DESTROY) CONN: fwd/,
  otherwise: "no CG-NAT block or connection",
  reader: (times) => (text, line) => {
    const head = headOf(text);
    const time = times.one(head.stamp, line);
    const b = BLOCK.exec(text);
    if (b) {
      const event = b[2] === "NEW" ? "start" : "release";
      return {
        time,
        timeMeans: meansOf(event),
        event,
        protocol: protocolOf(b[5]),
        insideIp: b[1],
        publicIp: b[4],
        portLow: portOf(b[6]),
        portHigh: portOf(b[7]),
        device: head.host,
        fields: { pool: b[3] },
      };
    }
    const c = CONN.exec(text);
    if (!c) return { reject: "a CG-NAT message of an unknown layout" };
    const event = c[1] === "NEW" ? "start" : "release";
    const ends = tuple(endpoint(c[3]!), endpoint(c[5]!), endpoint(c[4]!), protocolOf(c[2]));
    return together(ends, { time, timeMeans: meansOf(event), event, device: head.host });
  },
});

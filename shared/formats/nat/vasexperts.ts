// VAS Experts DPI NAT export: delimited text whose first line names its columns (ts:ssid:event:login:...). The delimiter
// and the order of columns are configured, so both are read from that line. event: 1 create, 2 delete.
// Source: VAS Experts SSG documentation, "NAT Flow export" (nat_log_fmt).
import { readEpoch, readIso } from "../../time/stamp";
import { gives, meansOf, portOf, protocolOf, textFormat } from "./support/text";

const HEADER = /^ts([^\w\s]|\t| )(?:\w+\1)+\w+\s*$/;
const DEFAULT = "ts:ssid:event:login:proto:ipsrc:portsrc:ipsrcpostnat:portsrcpostnat:ipdst:portdst";

export default textFormat({
  id: "vasexperts.nat",
  title: "VAS Experts NAT export",
  gives: gives("1 s", "start", true, "utc"),
  source: "VAS Experts documentation: NAT log in text format",
  specificity: 2,
  remembers: true,
  mark: /^(?:ts[^\w]\w|\d{9,16}[^\w.])/,
  otherwise: "no NAT export row",
  reader: (times) => {
    let delimiter = ":";
    let names = DEFAULT.split(":");
    return (text, line) => {
      const header = HEADER.exec(text);
      if (header) {
        delimiter = header[1]!;
        names = text.trim().split(delimiter);
        return "header";
      }
      const cells = text.split(delimiter);
      if (cells.length !== names.length)
        return { reject: `it has ${cells.length} columns, the header ${names.length}` };
      const at = (name: string): string | null => {
        const value = cells[names.indexOf(name)]?.trim();
        return value === undefined || value === "" || value === "-" ? null : value;
      };
      const event = at("event") === "1" ? "start" : at("event") === "2" ? "release" : null;
      if (event === null) return { reject: `event "${at("event") ?? ""}" is neither 1 nor 2` };
      const ts = at("ts") ?? "";
      const session = at("ssid");
      const low = portOf(at("portsrcpostnat"));
      return {
        time: times.one(readEpoch(ts) ?? readIso(ts), line),
        timeMeans: meansOf(event),
        event,
        protocol: protocolOf(at("proto")),
        insideIp: at("ipsrc"),
        insidePort: portOf(at("portsrc")),
        publicIp: at("ipsrcpostnat"),
        portLow: low,
        portHigh: low,
        dstIp: at("ipdst"),
        dstPort: portOf(at("portdst")),
        subscriber: at("login"),
        conn: session !== null && /^\d{1,15}$/.test(session) ? Number(session) : null,
        fields: { session },
      };
    };
  },
});

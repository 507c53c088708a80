// PAN-OS TRAFFIC log in its CSV order. It has its own start field; the record is generated 15 to 30 s after the last
// packet (ageing), so the generated time is the latest end and start + elapsed is only when traffic ceased. Three
// clocks' worth: receive (management plane or collector), generated and start (data plane).
// Source: PAN-OS Administrator's Guide, "Traffic Log Fields".
import { SECOND } from "../../time/civil";
import { readIso } from "../../time/stamp";
import { cellsOf } from "../any/csv/columns";
import { gives, meansOf, portOf, protocolOf, textFormat } from "./support/text";

/** Positions in the documented order, from 0. */
const F = {
  receive: 1,
  serial: 2,
  type: 3,
  subtype: 4,
  generated: 6,
  source: 7,
  destination: 8,
  natSource: 9,
  rule: 11,
  user: 12,
  app: 14,
  vsys: 15,
  session: 22,
  sourcePort: 24,
  destinationPort: 25,
  natSourcePort: 26,
  protocol: 29,
  action: 30,
  start: 35,
  elapsed: 36,
} as const;

const MARK =
  /(?:^|[\s:])([^,\s]*,\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2},[^,]*,TRAFFIC,(?:start|end|drop|deny),)/;

export default textFormat({
  id: "panos.traffic",
  title: "PAN-OS traffic log",
  gives: gives("1 s", "end", true, "never"),
  source: "PAN-OS Administrator's Guide: Traffic Log Fields",
  mark: MARK,
  otherwise: "no PAN-OS TRAFFIC record",
  reader: (times) => (text, line) => {
    const m = MARK.exec(text)!;
    const f = cellsOf(text.slice(m.index + m[0].length - m[1]!.length), 44);
    if (f.length < 37)
      return { reject: `a TRAFFIC record of ${f.length} fields, at least 37 are documented` };
    const at = (name: keyof typeof F): string => f[F[name]]!;
    const clocks = times.two(readIso(at("generated")), readIso(at("receive")), line);
    // Where only the destination is translated, the source stands there as it is.
    const forwarded = at("natSource") === at("source") && at("natSourcePort") === at("sourcePort");
    const natted =
      !forwarded && at("natSource") !== "" && at("natSource") !== "0.0.0.0" && at("natSource") !== "::";
    const subtype = at("subtype");
    const event =
      !natted || subtype === "drop" || subtype === "deny"
        ? "other"
        : subtype === "start"
          ? "start"
          : "release";
    const begun = readIso(at("start"));
    const start = begun === null ? null : times.one(begun, line);
    const low = portOf(at("natSourcePort"));
    const id = at("session");
    return {
      time: clocks.time,
      otherTimeUs: clocks.otherTimeUs,
      timeMeans: meansOf(event),
      event,
      startUs: event === "other" ? null : (start?.us ?? null),
      startPrecisionUs: event === "other" || start === null ? null : SECOND + start.slackUs,
      protocol: protocolOf(at("protocol")),
      insideIp: at("source"),
      insidePort: portOf(at("sourcePort")),
      publicIp: natted ? at("natSource") : null,
      portLow: natted ? low : null,
      portHigh: natted ? low : null,
      dstIp: at("destination"),
      dstPort: portOf(at("destinationPort")),
      conn: /^\d{1,15}$/.test(id) ? Number(id) : null,
      realm: at("vsys") === "" ? null : at("vsys"),
      device: at("serial"),
      fields: {
        subtype,
        rule: at("rule"),
        user: at("user") === "" ? null : at("user"),
        app: at("app"),
        action: at("action"),
        elapsed: at("elapsed"),
      },
    };
  },
});

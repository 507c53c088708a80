// Nokia 7750 SR NAT: Map and Free of port blocks in the log's text. One Free may end many Maps: it names the outside
// address (2016) or only the subscriber (2021) and no ports. Source: Nokia 7450/7750 Log Events Guide, NAT events 2012,
// 2013, 2016, 2021 (tmnxNatPlBlockAllocationLsn, tmnxNatPlAddrFree, tmnxNatLsnSubBlksFree).
import { canonicalAddress } from "../../record/address";
import { readIso } from "../../time/stamp";
import { gives, headOf, meansOf, portOf, textFormat } from "./support/text";

const LINE =
  /\{\d+\} (Map|Free)\b\s*(\S*?)\s*(?:\[(\d+)-(\d+)\])?\s*MDA (\S+) -- (\S+) (\S+)(?: %?(\S+))?(?: (.*?))? at (\d{4}[/-]\d{2}[/-]\d{2} \d{2}:\d{2}:\d{2})/;

export default textFormat({
  id: "nokia.sr",
  title: "Nokia 7750 SR NAT blocks",
  gives: gives("1 s", "start", true, "never"),
  source: "Nokia 7450 ESS and 7750 SR Log Events Guide, NAT application",
  mark: /\{\d+\} (?:Map|Free)\b.* MDA \S+ -- /,
  otherwise: "no NAT Map or Free",
  reader: (times) => (text, line) => {
    const m = LINE.exec(text);
    if (!m) return { reject: "a Map or Free of an unknown layout" };
    const head = headOf(text);
    const event = m[1] === "Map" ? "start" : "release";
    const rest = (m[9] ?? "").split(/\s+/).filter((word) => word !== "");
    const inside = rest.findLast((word) => canonicalAddress(word) !== null) ?? null;
    const who = rest.filter((word) => word !== inside).join(" ");
    const outside = m[2] === "" ? null : m[2];
    if (event === "start" && (outside === null || m[3] === undefined))
      return { reject: "a Map without its address and ports" };
    if (event === "release" && outside === null && inside === null)
      return { reject: "a Free that names neither address nor subscriber" };
    const { time, otherTimeUs } = times.two(readIso(m[10]!), head.stamp, line);
    return {
      time,
      otherTimeUs,
      timeMeans: meansOf(event),
      event,
      publicIp: outside,
      portLow: portOf(m[3]),
      portHigh: portOf(m[4]),
      insideIp: inside,
      realm: m[8] ?? null,
      subscriber: who === "" ? null : who,
      device: head.host,
      fields: { mda: m[5], number: m[6], kind: m[7] },
    };
  },
});

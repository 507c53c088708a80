// FortiGate traffic log (key=value): written at a session's end with its duration in whole seconds, or at its start
// where configured; long sessions also send statistics (logid ...0020). eventtime is the device's epoch, in seconds or
// nanoseconds. Source: FortiOS Log Reference, type traffic: eventtime, trandisp, transip, transport, duration.
import { SECOND } from "../../time/civil";
import { readEpoch, readIso, type Stamp } from "../../time/stamp";
import { gives, headOf, meansOf, pairs, portOf, protocolOf, textFormat } from "./support/text";

export default textFormat({
  id: "fortinet.traffic",
  title: "FortiGate traffic log",
  gives: gives("1 s, or that of eventtime", "end", true, "when-configured"),
  source: "FortiOS Log Message Reference: traffic logs",
  mark: /\btype="?traffic"?\b|\btrandisp="?\w|\|Fortigate\|[^|]*\|\d+\|traffic:/i,
  otherwise: "no FortiGate traffic log",
  reader: (times) => (text, line) => {
    const kv = keysOf(text);
    const stamp = ownStamp(kv);
    const head = headOf(text);
    const clocks = times.two(stamp ?? head.stamp, stamp ? head.stamp : null, line);
    const outside = kv.get("transip");
    const snat =
      (kv.get("trandisp") ?? "").includes("snat") && outside !== undefined && outside !== "0.0.0.0";
    const event = !snat
      ? "other"
      : kv.get("action") === "start" || kv.get("logid")?.endsWith("0015")
        ? "start"
        : kv.get("logid")?.endsWith("0020")
          ? "interim"
          : "release";
    const text2 = kv.get("duration");
    const seconds = text2 !== undefined && /^\d{1,9}$/.test(text2) ? Number(text2) : null;
    const time = clocks.time;
    const low = portOf(kv.get("transport"));
    const id = kv.get("sessionid");
    const back = (event === "release" || event === "interim") && seconds !== null && time !== null;
    return {
      time,
      otherTimeUs: clocks.otherTimeUs,
      timeMeans: meansOf(event),
      event,
      durationUs: back ? seconds * SECOND : null,
      startUs: back ? time.us - seconds * SECOND : null,
      startPrecisionUs: back ? SECOND + time.precisionUs : null,
      protocol: protocolOf(kv.get("proto")),
      insideIp: kv.get("srcip"),
      insidePort: portOf(kv.get("srcport")),
      publicIp: snat ? outside : null,
      portLow: snat ? low : null,
      portHigh: snat ? low : null,
      dstIp: kv.get("dstip"),
      dstPort: portOf(kv.get("dstport")),
      conn: id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : null,
      realm: kv.get("vd") ?? null,
      device: kv.get("devid") ?? kv.get("devname") ?? head.host,
      fields: {
        action: kv.get("action"),
        subtype: kv.get("subtype"),
        policy: kv.get("policyid"),
        translation: kv.get("trandisp"),
        user: kv.get("user"),
      },
    };
  },
});

/** CEF's own keys and the keys of the plain log that they stand for; the others have a prefix. */
const CEF_KEYS: Readonly<Record<string, string>> = {
  src: "srcip",
  spt: "srcport",
  dst: "dstip",
  dpt: "dstport",
  sourceTranslatedAddress: "transip",
  sourceTranslatedPort: "transport",
  act: "action",
  externalId: "sessionid",
  deviceExternalId: "devid",
  suser: "user",
};

/** Keys as in the plain log, also where they are separated by commas or written as CEF. */
function keysOf(text: string): Map<string, string> {
  if (/\bdate=[\d-]+,time=/.test(text)) return pairs(text, ",");
  const cef = /\|Fortigate\|(?:[^|]*\|){4}(.*)$/i.exec(text);
  if (!cef) return pairs(text);
  const out = new Map<string, string>();
  for (const [key, value] of pairs(cef[1]!))
    out.set(CEF_KEYS[key] ?? key.replace(/^(?:FTNTFGT|FortinetFortiGate)/, ""), value);
  return out;
}

function ownStamp(kv: Map<string, string>): Stamp | null {
  const epoch = kv.get("eventtime");
  const stamp = epoch === undefined ? null : readEpoch(epoch);
  if (stamp && stamp.end === epoch!.length) return stamp;
  const date = kv.get("date");
  return date === undefined ? null : readIso(`${date} ${kv.get("time") ?? ""}${kv.get("tz") ?? ""}`);
}

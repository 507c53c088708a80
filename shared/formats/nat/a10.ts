// A10 Thunder CGN: CEF, port batches (two clocks: syslog head and the device's own 14 digits), and the ASCII form.
// FIXED-NAT lines state a table, not an event: they name a mapping at that moment and no more.
// Source: A10 Thunder CGN Guide, "Traffic Logging: Log Formats" (ASCII, CEF, port batching v2).

import { stampOf } from "../../time/stamp";
import { together } from "../line-parts";
import type { LineRecord } from "../lines";
import {
  endpoint,
  gives,
  headOf,
  meansOf,
  pairs,
  portOf,
  protocolOf,
  textFormat,
  tuple,
} from "./support/text";

const CEF = /CEF:\d\|A10\|([^|]*\|){2}([^|]*)\|([^|]*)\|[^|]*\|(.*)$/;
const BATCH =
  /NAT:(\d{14})?\s*(?:[0-9a-f]+ )?PortBatch(?:V\d)?(Allocated|Freed|InterimUpdate): \[(\S+) (\S+) (\d+) (\d+)/;
const ASCII =
  /NAT-(\w+)-([CBDU]):\s*([^\s,<]+?):\s*(\d+)\s*(?:<-*>|->)\s*([^\s,<]+?):\s*(\d+)(?:\s+to\s+([^\s,<]+?):\s*(\d+))?\s*$/;
/** Forward source and destination, reverse source and destination: the end that the forward half does not name is the NAT's. */
const SESSION =
  /NAT-(\w+)-([CBDU]):\s*([^\s,<]+?):\s*(\d+)\s*<-+>\s*([^\s,<]+?):\s*(\d+),\s*([^\s,<]+?):\s*(\d+)\s*<-+>\s*([^\s,<]+?):\s*(\d+)\s*$/;
const FIXED = /FIXED-NAT-PORTS?:? (\S+?)\s*->\s*(\S+?):\s*(\d+-\d+(?:\s*,\s*\d+-\d+)*)\s*$/;
const EVENTS = { Allocated: "start", Freed: "release", InterimUpdate: "interim" } as const;

export default textFormat({
  id: "a10.cgn",
  title: "A10 Thunder CGN",
  gives: gives("1 s", "start", false, "never"),
  source: "A10 Thunder CGN and IPv6 Migration Guide: traffic logging formats",
  mark: /CEF:\d\|A10\||PortBatch(?:V\d)?(?:Allocated|Freed|InterimUpdate)|NAT-\w+-[CBDU]:|FIXED-NAT-PORT/,
  otherwise: "no A10 NAT message",
  reader: (times) => (text, line) => {
    const head = headOf(text);
    const cef = CEF.exec(text);
    if (cef) {
      const found = common(cef[2]!, cef[3]!, pairs(cef[4]!));
      if (found === null) return { reject: `${cef[3]} names no translation` };
      return together(found, { time: times.one(head.stamp, line), device: head.host });
    }
    const batch = BATCH.exec(text);
    if (batch) {
      const d = batch[1];
      const own =
        d === undefined
          ? null
          : stampOf(
              {
                year: Number(d.slice(0, 4)),
                month: Number(d.slice(4, 6)),
                day: Number(d.slice(6, 8)),
                hour: Number(d.slice(8, 10)),
                minute: Number(d.slice(10, 12)),
                second: Number(d.slice(12)),
              },
              0,
            );
      const event = EVENTS[batch[2] as keyof typeof EVENTS];
      const { time, otherTimeUs } = times.two(own ?? head.stamp, own ? head.stamp : null, line);
      return {
        time,
        otherTimeUs,
        timeMeans: meansOf(event),
        event,
        insideIp: batch[3],
        publicIp: batch[4],
        portLow: portOf(batch[5]),
        portHigh: portOf(batch[6]),
        device: head.host,
        fields: { message: `PortBatch${batch[2]}` },
      };
    }
    const time = times.one(head.stamp, line);
    const m = ASCII.exec(text);
    if (m) {
      const event = m[2] === "D" ? "release" : m[2] === "U" ? "interim" : "start";
      const ends = tuple(
        endpoint(`${m[3]}:${m[4]}`),
        endpoint(`${m[5]}:${m[6]}`),
        m[7] === undefined ? null : endpoint(`${m[7]}:${m[8]}`),
        protocolOf(m[1]),
      );
      return together(ends, {
        time,
        timeMeans: meansOf(event),
        event,
        device: head.host,
        fields: { message: `NAT-${m[1]}-${m[2]}` },
      });
    }
    const s = SESSION.exec(text);
    if (s) {
      const event = s[2] === "D" ? "release" : s[2] === "U" ? "interim" : "start";
      const far = `${s[5]}:${s[6]}`;
      const [back, front] = [`${s[7]}:${s[8]}`, `${s[9]}:${s[10]}`];
      if ((far === back) === (far === front))
        return { reject: "a session whose halves do not tell which address is the NAT's" };
      const outside = endpoint(far === back ? front : back);
      return together(tuple(endpoint(`${s[3]}:${s[4]}`), outside, endpoint(far), protocolOf(s[1])), {
        time,
        timeMeans: meansOf(event),
        event,
        device: head.host,
        fields: { message: `NAT-${s[1]}-${s[2]}` },
      });
    }
    const fixed = FIXED.exec(text);
    if (!fixed) return { reject: "an A10 message of an unknown layout" };
    return fixed[3]!.split(",").map((range): LineRecord => {
      const [low, high] = range.trim().split("-");
      return {
        time,
        timeMeans: "written",
        event: "interim",
        insideIp: fixed[1],
        publicIp: fixed[2],
        portLow: portOf(low),
        portHigh: portOf(high),
        device: head.host,
        fields: { message: "FIXED-NAT-PORTS" },
      };
    });
  },
});

/** CGN 100/101 port allocated and freed, 102 session, 106/107 batch allocated and freed; the name says which way. */
function common(signature: string, name: string, kv: Map<string, string>): Partial<LineRecord> | null {
  const event = /Interim|Update/.test(name)
    ? "interim"
    : /Freed|Deleted|Closed/.test(name)
      ? "release"
      : /Allocated|Created/.test(name)
        ? "start"
        : null;
  const low = portOf(kv.get("sourceTranslatedPort"));
  const publicIp = kv.get("sourceTranslatedAddress");
  if (event === null || publicIp === undefined) return null;
  const batch = /Batch/.test(name);
  // A batch without its last port would be read as a single port.
  if (batch && (!(kv.get("cn3Label") ?? "").startsWith("Last") || kv.get("cn3") === undefined)) return null;
  return {
    timeMeans: meansOf(event),
    event,
    protocol: protocolOf(kv.get("proto")),
    insideIp: kv.get("src"),
    insidePort: portOf(kv.get("spt")),
    publicIp,
    portLow: low,
    portHigh: batch ? portOf(kv.get("cn3")) : low,
    dstIp: kv.get("dst"),
    dstPort: portOf(kv.get("dpt")),
    subscriber: kv.get("suser") ?? null,
    fields: { signature, name },
  };
}

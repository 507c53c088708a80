// F5 BIG-IP CGNAT (LSN): key="value" lists and the positional form. start is the mapping's own start in epoch
// milliseconds; a deletion's end is start + duration. Source: F5 BIG-IP CGNAT: Implementations, "Log entries".
import { MS } from "../../time/civil";
import { together } from "../line-parts";
import type { LineOutcome } from "../lines";
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
import { epochMoment, type NatTimes } from "./support/times";

const POSITIONAL =
  /"?LSN_(INBOUND_)?(ADD|DELETE)"? "?(\S+?)%(\d+):(\d+)"? "?(\w+)"? "?(\S+?)%\d+:(\d+)"? "?(\S+?)(?:%\d+)?"?[ :]"?(\d+)/;

export default textFormat({
  id: "f5.lsn",
  title: "F5 BIG-IP CGNAT (LSN)",
  gives: gives("1 ms", "start", true, "utc"),
  source: "F5 BIG-IP CGNAT: Implementations, LSN log entries",
  mark: /lsn_event="?LSN_|"?LSN_(?:INBOUND_)?(?:ADD|DELETE)"? "?\S+%\d/,
  otherwise: "no LSN log entry",
  reader: (times) => (text, line) => {
    const m = POSITIONAL.exec(text);
    if (m) return positional(m, text, times, line);
    return listed(pairs(text, ","), text, times, line);
  },
});

function positional(m: RegExpExecArray, text: string, times: NatTimes, line: number): LineOutcome {
  const head = headOf(text);
  const event = m[2] === "ADD" ? "start" : "release";
  const inside = endpoint(`${m[3]}:${m[5]}`);
  const outside = endpoint(`${m[7]}:${m[8]}`);
  return together(tuple(inside, outside, endpoint(`${m[9]}:${m[10]}`), protocolOf(m[6])), {
    time: times.one(head.stamp, line),
    timeMeans: meansOf(event),
    event,
    realm: m[4] === "0" ? null : m[4],
    device: head.host,
    fields: { message: `LSN_${m[1] ?? ""}${m[2]}` },
  });
}

const milliseconds = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) * MS : null;

function listed(kv: Map<string, string>, text: string, times: NatTimes, line: number): LineOutcome {
  const name = kv.get("lsn_event") ?? "";
  const head = headOf(text);
  const startUs = milliseconds(kv.get("start"));
  const durationUs = milliseconds(kv.get("duration"));
  const release = /DELETE|RELEASE|FREED/.test(name);
  const event = release ? "release" : /ADD|ALLOC|CREATE/.test(name) ? "start" : "other";
  const block = /^(\S+?): ?(\d+) ?- ?(\d+)$/.exec(kv.get("lsn_pb") ?? "");
  const inside = endpoint(kv.get("cli") ?? kv.get("lsn_client") ?? "");
  const outside = endpoint(kv.get("nat") ?? "");
  if (event !== "other" && (inside.ip === "" || (outside.ip === "" && !block)))
    return { reject: `${name} names no translation` };
  const [inIp, realm] = inside.ip.split("%");
  const ownUs = release && startUs !== null && durationUs !== null ? startUs + durationUs : startUs;
  const who = kv.get("pem_subscriber_id");
  // Of a release two numbers in whole milliseconds make the end.
  const ended = release && startUs !== null && durationUs !== null;
  const far = destination(kv.get("dst") ?? kv.get("dest"));
  return {
    time: ownUs === null ? times.one(head.stamp, line) : epochMoment(ownUs, MS),
    otherTimeUs: ownUs === null ? null : times.headerNear(head.stamp, ownUs, line),
    timeMeans: meansOf(event),
    event,
    protocol: protocolOf(kv.get("proto") ?? kv.get("ip_protocol")),
    insideIp: inIp === "" ? null : (inIp ?? null),
    insidePort: inside.port ?? portOf(kv.get("cli_port")),
    publicIp: block ? block[1]!.split("%")[0] : outside.ip === "" ? null : outside.ip.split("%")[0],
    portLow: block ? portOf(block[2]) : (outside.port ?? portOf(kv.get("nat_port"))),
    portHigh: block ? portOf(block[3]) : (outside.port ?? portOf(kv.get("nat_port"))),
    dstIp: far?.ip,
    dstPort: far?.port,
    realm: realm === undefined || realm === "0" ? null : realm,
    subscriber: who === undefined || who === "No-lookup" || who === "Unknown" ? null : who,
    device: head.host,
    durationUs: release ? durationUs : null,
    startUs,
    startPrecisionUs: ended || (!release && startUs !== null) ? MS : null,
    endUs: ended ? ownUs : null,
    endPrecisionUs: ended ? 2 * MS : null,
    fields: { message: name },
  };
}

function destination(text: string | undefined): { ip: string | undefined; port: number | null } | null {
  if (text === undefined || text === "") return null;
  const { ip, port } = endpoint(text);
  return { ip: ip.split("%")[0], port };
}

// Juniper SRX: port blocks (RT_SRC_NAT_PBA_*) and sessions (RT_FLOW_SESSION_*), in structured and unstructured syslog.
// The block messages' epoch-time-64 is hex seconds: an ALLOC's and RELEASE's own time, and in an INTERIM the time of
// its ALLOC, so that a lost ALLOC is recovered and never taken for the interim's time.
// Source: Junos System Log Explorer, RT_SRC_NAT_PBA_ALLOC, _INTERIM, _RELEASE, RT_FLOW_SESSION_CREATE, _CLOSE.
import { SECOND } from "../../time/civil";
import type { Moment } from "../../time/reader";
import { together } from "../line-parts";
import type { LineOutcome, LineRecord } from "../lines";
import { type Head, headOf, pairs, portOf, protocolOf, textFormat } from "./support/text";
import { epochMoment, type NatTimes } from "./support/times";

const MARK = /RT_SRC_NAT_PBA_(?:ALLOC|INTERIM|RELEASE)|RT_FLOW_SESSION_(?:CREATE|CLOSE|DENY)/;
const BLOCK_TEXT = /Subscriber (\S+) .*?port block \[(\d+)-(\d+)\] from (\S+)(?: in source pool (\S+))?/;
const EPOCH_TEXT = / epoch (?:0x)?([0-9a-f]+)\b/i;
/** source->destination [tag] service translated source->translated destination */
const FLOW_TEXT =
  /(\S+)\/(\d+)->(\S+)\/(\d+) (?:0x[0-9a-f]+ )?(\S+) (\S+)\/(\d+)->(\S+)\/(\d+) (?:0x[0-9a-f]+ )?/;
/** protocol policy zone zone session, then counters and seconds, or the user; older software ends with the session. */
const FLOW_TAIL = / (\d{1,3}) (\S+) (\S+) (\S+) (\d+)(?:\s*$| (?:\d+\(\d+\) \d+\(\d+\) (\d+)(?: |$)|\S+\())/;

export default textFormat({
  id: "juniper.srx",
  title: "Juniper SRX NAT and session messages",
  gives: {
    port: "always",
    precision: "1 s (blocks), that of the syslog head (sessions)",
    timeMeans: "start",
    writes: "truncates",
    year: true,
    zone: "when-configured",
  },
  source: "Junos System Log Explorer: RT_SRC_NAT_PBA_*, RT_FLOW_SESSION_*",
  mark: MARK,
  otherwise: "no RT_SRC_NAT_PBA or RT_FLOW_SESSION message",
  reader: (times) => (text, line) => {
    const tag = MARK.exec(text)![0];
    const head = headOf(text);
    return tag.startsWith("RT_SRC")
      ? block(text, tag.slice(15), head, times, line)
      : session(text, tag.slice(16), head, times, line);
  },
});

const given = (value: string | undefined): string | null =>
  value === undefined || value === "N/A" || value === "UNKNOWN" || value === "None" || value === ""
    ? null
    : value;

function block(text: string, kind: string, head: Head, times: NatTimes, line: number): LineOutcome {
  const kv = pairs(text);
  let [inside, low, high, reflexive, pool] = [
    kv.get("internal-ip"),
    kv.get("block-port-low"),
    kv.get("block-port-high"),
    kv.get("reflexive-ip"),
    kv.get("nat-pool-name"),
  ];
  if (inside === undefined) {
    const m = BLOCK_TEXT.exec(text);
    if (!m) return { reject: "a port block message without its fields" };
    [, inside, low, high, reflexive, pool] = m;
  }
  if (inside === undefined || reflexive === undefined || low === undefined || high === undefined)
    return { reject: "a port block message without internal-ip, reflexive-ip or its ports" };
  const epoch = kv.get("epoch-time-64") ?? EPOCH_TEXT.exec(text)?.[1];
  const epochUs =
    epoch !== undefined && /^[0-9a-f]{1,11}$/i.test(epoch) ? Number.parseInt(epoch, 16) * SECOND : null;
  const own = epochUs === null ? null : epochMoment(epochUs, SECOND);
  const event = kind === "ALLOC" ? "start" : kind === "INTERIM" ? "interim" : "release";
  let time: Moment | null;
  let otherTimeUs: number | null = null;
  if (own !== null && event !== "interim") {
    time = own;
    otherTimeUs = times.headerNear(head.stamp, own.us, line);
  } else time = times.one(head.stamp, line);
  const system = kv.get("logical-system-id");
  return {
    time,
    timeMeans: event === "release" ? "end" : event === "start" ? "start" : "written",
    otherTimeUs,
    event,
    startUs: event === "release" ? null : epochUs,
    startPrecisionUs: event === "release" || epochUs === null ? null : SECOND,
    publicIp: reflexive,
    portLow: portOf(low),
    portHigh: portOf(high),
    insideIp: inside,
    realm: system === undefined || system === "0" ? null : system,
    device: head.host,
    sequence: head.sequence,
    fields: {
      message: `RT_SRC_NAT_PBA_${kind}`,
      pool,
      blockUsed: kv.get("block-used"),
      blockMaxPerHost: kv.get("block-max-per-host"),
      logicalSystem: system,
      epoch,
    },
  };
}

function session(text: string, kind: string, head: Head, times: NatTimes, line: number): LineOutcome {
  const kv = pairs(text);
  const time = times.one(head.stamp, line);
  const { host: device, sequence } = head;
  const message = `RT_FLOW_SESSION_${kind}`;
  if (kind === "DENY")
    return { time, device, sequence, timeMeans: "written", event: "other", fields: { message } };
  const found = kv.has("source-address") ? structured(kv, message) : unstructured(text, message);
  if (found === null) return { reject: "a session message without its fields" };
  if (found.forwarded) {
    const { dstIp, dstPort, insideIp, insidePort, protocol, fields } = found;
    const plain = { dstIp, dstPort, insideIp, insidePort, protocol, fields };
    return together(plain, { time, device, sequence, timeMeans: "written", event: "other" });
  }
  const { elapsed } = found;
  const closed = kind === "CLOSE";
  // elapsed-time counts whole seconds: the start is off by that second and by the stamp's own precision.
  const back = closed && elapsed !== null && time !== null;
  return together(found, {
    time,
    device,
    sequence,
    durationUs: back ? elapsed * SECOND : null,
    startUs: back ? time.us - elapsed * SECOND : null,
    startPrecisionUs: back ? SECOND + time.precisionUs : null,
    timeMeans: closed ? "end" : "start",
    event: closed ? "release" : "start",
  });
}

type Session = Partial<LineRecord> & {
  readonly elapsed: number | null;
  /** Only the destination is translated: the source is nobody behind this NAT. */
  readonly forwarded: boolean;
};

function structured(kv: Map<string, string>, message: string): Session | null {
  const translated = kv.get("nat-source-address");
  const inside = kv.get("source-address");
  if (translated === undefined || inside === undefined) return null;
  const vrf = given(kv.get("src-vrf-grp"));
  const elapsed = kv.get("elapsed-time");
  return {
    insideIp: inside,
    insidePort: portOf(kv.get("source-port")),
    publicIp: translated,
    portLow: portOf(kv.get("nat-source-port")),
    portHigh: portOf(kv.get("nat-source-port")),
    dstIp: kv.get("nat-destination-address") ?? kv.get("destination-address"),
    dstPort: portOf(kv.get("nat-destination-port") ?? kv.get("destination-port")),
    protocol: protocolOf(kv.get("protocol-id")),
    conn: connection(kv.get("session-id") ?? kv.get("session-id-32")),
    realm: vrf,
    elapsed: elapsed !== undefined && /^\d{1,9}$/.test(elapsed) ? Number(elapsed) : null,
    forwarded:
      inside === translated &&
      kv.get("source-port") === kv.get("nat-source-port") &&
      kv.has("nat-destination-address") &&
      (kv.get("destination-address") !== kv.get("nat-destination-address") ||
        kv.get("destination-port") !== kv.get("nat-destination-port")),
    fields: {
      message,
      reason: given(kv.get("reason")),
      service: given(kv.get("service-name")),
      rule: given(kv.get("src-nat-rule-name")),
      policy: given(kv.get("policy-name")),
      user: given(kv.get("username")),
      interface: given(kv.get("packet-incoming-interface")),
    },
  };
}

function unstructured(text: string, message: string): Session | null {
  const flow = FLOW_TEXT.exec(text);
  if (!flow) return null;
  const tail = FLOW_TAIL.exec(text.slice(flow.index + flow[0].length - 1));
  if (!tail) return null;
  const reason = /session closed ([^:]+): /.exec(text);
  return {
    insideIp: flow[1],
    insidePort: portOf(flow[2]),
    publicIp: flow[6],
    portLow: portOf(flow[7]),
    portHigh: portOf(flow[7]),
    dstIp: flow[8],
    dstPort: portOf(flow[9]),
    protocol: Number(tail[1]),
    conn: connection(tail[5]),
    elapsed: tail[6] === undefined ? null : Number(tail[6]),
    forwarded: flow[1] === flow[6] && flow[2] === flow[7] && (flow[3] !== flow[8] || flow[4] !== flow[9]),
    fields: { message, reason: reason?.[1], service: given(flow[5]), policy: tail[2] },
  };
}

const connection = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;

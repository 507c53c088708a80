// One data record to one row: its translation by the template's plan, its clocks, and every field by its IANA name.
// The NAT's own stamp is the observation time; beside it stands the capture's time, or the export header's.
import { formatIpv4 } from "../../../record/address";
import type { ColumnBatch } from "../../../record/batch";
import { NAT_EVENT, type NatEvent, TIME_MEANS } from "../../../record/columns";
import { eventOf, type Plan, planOf } from "./plan";
import type { Template } from "./templates";
import { groups, shown, timeOf, unsigned } from "./values";

export interface Origin {
  readonly version: 5 | 9 | 10;
  /** Address of the exporter where the container says it. */
  readonly exporter: string | null;
  readonly domain: number;
  /** Number of the message; -1 where the container kept none. */
  readonly sequence: number;
  /** Records (version 5) or records and templates (9) that the header counts; 0 for IPFIX. */
  readonly count: number;
  /** Null where a collector's file does not say when it received the record: its own time is then the only one. */
  readonly exportUs: number | null;
  readonly exportPrecisionUs: number;
  /** Version 9 and 5: when the exporter's uptime was zero, in µs; null for IPFIX. */
  readonly bootUs: number | null;
  /** When the packet was captured; null without a capture. */
  readonly capturedUs: number | null;
  /** Why the packet is not to be trusted as it stands (a wrong checksum), else null. */
  readonly flaw: string | null;
}

const PORT_MAX = 65_535;

interface Clock {
  us: number;
  precisionUs: number;
}

/** Writes the record whose fields stand at `spans`. Returns a reason where it names a mapping that cannot be. */
export function emit(
  out: ColumnBatch,
  template: Template,
  b: Uint8Array,
  spans: Int32Array,
  origin: Origin,
): string | null {
  const plan = planOf(template);
  const num = (i: number): number | null => (i < 0 ? null : unsigned(b, spans[2 * i]!, spans[2 * i + 1]!));
  const addr = (i: number): number | null =>
    i < 0 ? null : addressId(out, b, spans[2 * i]!, spans[2 * i + 1]!);
  const clock = (i: number): Clock | null =>
    i < 0 ? null : timeOf(template.fields[i]!.element, b, spans[2 * i]!, spans[2 * i + 1]!);
  const uptime = (i: number): Clock | null => {
    const ms = num(i);
    return ms === null || origin.bootUs === null
      ? null
      : { us: origin.bootUs + ms * 1_000, precisionUs: 1_000 };
  };
  let event: NatEvent = eventOf(plan.shape, num(plan.natEvent), num(plan.firewallEvent));
  const start = clock(plan.start) ?? uptime(plan.startUpTime);
  const end = clock(plan.end) ?? uptime(plan.endUpTime);
  const own = clock(plan.observed) ?? (event === "start" ? start : (end ?? start));
  const set6 = (i: number): number | null => {
    if (i < 0) return null;
    for (let p = spans[2 * i]!; p < spans[2 * i + 1]!; p++) if (b[p] !== 0) return addr(i);
    return null;
  };
  const tuple = translation(plan, num, addr, set6);
  // A record that translates nothing is a plain flow.
  if (event !== "other" && (tuple.pub === null || tuple.pub === 0)) event = "other";
  if (
    (plan.shape === "flow" || plan.shape === "nsel") &&
    tuple.pub === tuple.inside &&
    tuple.low === tuple.inPort
  )
    event = "other";
  const mapped = event !== "other";
  const fault = mapped ? faultOf(tuple) : null;
  if (fault !== null) return fault;

  const means = event === "release" ? "end" : event === "start" ? "start" : "written";
  out.set("time_us", own?.us ?? origin.exportUs);
  out.set("precision_us", own?.precisionUs ?? origin.exportPrecisionUs);
  out.set("time_means", own === null ? TIME_MEANS.written : TIME_MEANS[means]);
  const other = origin.capturedUs ?? (own === null ? null : origin.exportUs);
  out.set("other_time_us", other);
  out.set("event", NAT_EVENT[event]);
  if (event === "mapping" || event === "release") {
    // An end-only record's start is stated as an instant of its own.
    out.set("start_us", start?.us);
    out.set("start_precision_us", start?.precisionUs);
    if (end !== null) {
      out.set("end_us", end.us);
      out.set("end_precision_us", end.precisionUs);
    }
  }
  out.set("dst_addr", tuple.dst);
  out.set("dst_port", tuple.dstPort);
  out.set("protocol", num(plan.protocol));
  if (mapped) {
    out.set("pub_addr", tuple.pub);
    out.set("port_low", tuple.low);
    out.set("port_high", tuple.high);
    out.set("port_step", tuple.low === null ? null : tuple.step);
    out.set("in_addr", tuple.inside);
    out.set("in_port", tuple.inPort);
    who(out, plan, template, b, spans);
  } else {
    out.set("src_addr", tuple.inside);
    out.set("src_port", tuple.inPort);
    if (tuple.inPort !== null) out.counts.withPort++;
  }
  out.set(
    "device",
    out.dictionary.id(
      origin.exporter === null ? `domain ${origin.domain}` : `${origin.exporter}/${origin.domain}`,
    ),
  );
  if (origin.sequence >= 0) out.set("sequence", origin.sequence);
  out.set("fields", fieldsOf(template, b, spans));
  return null;
}

interface Tuple {
  inside: number | null;
  inPort: number | null;
  pub: number | null;
  low: number | null;
  high: number | null;
  step: number;
  dst: number | null;
  dstPort: number | null;
}

function translation(
  plan: Plan,
  num: (i: number) => number | null,
  addr: (i: number) => number | null,
  set6: (i: number) => number | null,
): Tuple {
  // With both, the IPv4 address is inside a softwire and the IPv6 address identifies (RFC 6333); a flow exporter fills
  // the one that does not apply with zeros.
  const [v4, v6] = [addr(plan.inV4) || null, set6(plan.inV6)];
  const softwire = plan.shape === "block" || plan.shape === "session" || plan.shape === "binding";
  const inside = softwire ? (v6 ?? v4) : (v4 ?? v6);
  const t: Tuple = {
    inside,
    inPort: num(plan.inPort),
    pub: addr(plan.pub),
    low: num(plan.pubPort),
    high: num(plan.pubPort),
    step: 1,
    dst: addr(plan.dst) || set6(plan.dst6),
    dstPort: num(plan.dstPort),
  };
  if (plan.shape === "block") {
    const low = num(plan.rangeStart)!;
    const step = num(plan.rangeStep) || 1;
    const count = num(plan.rangeCount);
    const last = num(plan.rangeEnd);
    // Scattered sets (IOS-XE) give start, step and count; contiguous ones a first and a last port.
    t.low = low;
    t.step = step;
    t.high =
      count !== null && count > 0 && (last === null || step > 1) ? low + (count - 1) * step : (last ?? low);
    t.inPort = null;
  } else if (plan.shape === "nokia-add" || plan.shape === "nokia-delete") {
    // Elements 8 and 7 are the outside pair here; the inside is only in natSubString.
    t.pub = inside;
    t.low = t.inPort;
    t.high = t.inPort;
    t.inside = null;
    t.inPort = null;
  } else if (plan.shape === "nsel" && t.pub === t.inside && t.low === t.inPort) {
    // A connection from outside: the translation is of the destination.
    const local = addr(plan.postDst);
    const localPort = num(plan.postDstPort);
    if (local !== null && (local !== t.dst || localPort !== t.dstPort)) {
      return {
        ...t,
        inside: local,
        inPort: localPort,
        pub: t.dst,
        low: t.dstPort,
        high: t.dstPort,
        dst: inside,
        dstPort: t.inPort,
      };
    }
  }
  return t;
}

function faultOf(t: Tuple): string | null {
  if (t.low !== null && t.high !== null) {
    if (t.high > PORT_MAX || Number.isNaN(t.high)) return `the port set ends at ${t.high}`;
    if (t.high < t.low) return `the port set ends (${t.high}) before it begins (${t.low})`;
  }
  return null;
}

/** Realm, subscriber and connection number. */
function who(out: ColumnBatch, plan: Plan, template: Template, b: Uint8Array, spans: Int32Array): void {
  const text = (i: number): string | null => {
    if (i < 0) return null;
    const value = String(shown(template.fields[i]!.element, b, spans[2 * i]!, spans[2 * i + 1]!));
    return value === "" ? null : value;
  };
  const realm = text(plan.realm);
  if (realm !== null && realm !== "0") out.set("realm", out.dictionary.id(realm));
  const subscriber = text(plan.subscriber);
  if (subscriber !== null) {
    out.set("subscriber", out.dictionary.id(subscriber));
    // Nokia large-scale NAT: "LSN-Host@10.0.0.1".
    const host = /@([0-9A-Fa-f.:]+)$/.exec(subscriber);
    if (host && plan.shape.startsWith("nokia")) out.set("in_addr", out.addresses.id(host[1]!));
  }
  if (plan.conn >= 0) {
    const conn = unsigned(b, spans[2 * plan.conn]!, spans[2 * plan.conn + 1]!);
    if (!Number.isNaN(conn) && conn !== 0) out.set("conn", conn);
  }
}

function addressId(out: ColumnBatch, b: Uint8Array, from: number, to: number): number | null {
  if (to - from === 4) return unsigned(b, from, to);
  return to - from === 16 ? out.addresses.idOfGroups(groups(b, from)) : null;
}

/** Every field as JSON by its name; a name that occurs again is numbered. Padding says nothing. */
function fieldsOf(template: Template, b: Uint8Array, spans: Int32Array): string {
  const fields: Record<string, string | number> = {};
  for (let i = 0; i < template.fields.length; i++) {
    const { element, id, pen } = template.fields[i]!;
    if (id === 210 && pen === 0) continue;
    let name = element.name;
    for (let n = 2; name in fields; n++) name = `${element.name}.${n}`;
    fields[name] = shown(element, b, spans[2 * i]!, spans[2 * i + 1]!);
  }
  return JSON.stringify(fields);
}

/** NetFlow version 5: fixed records without any translation (Cisco NetFlow Services Solutions Guide, table B-4). */
export function emitV5(out: ColumnBatch, b: Uint8Array, at: number, origin: Origin): void {
  const u = (from: number, n: number): number => unsigned(b, at + from, at + from + n);
  const boot = origin.bootUs ?? 0;
  out.set("time_us", boot + u(28, 4) * 1_000);
  out.set("precision_us", 1_000);
  out.set("time_means", TIME_MEANS.written);
  out.set("other_time_us", origin.capturedUs ?? origin.exportUs);
  out.set("event", NAT_EVENT.other);
  out.set("src_addr", u(0, 4));
  out.set("src_port", u(32, 2));
  out.set("dst_addr", u(4, 4));
  out.set("dst_port", u(34, 2));
  out.set("protocol", u(38, 1));
  out.set("sequence", origin.sequence);
  out.counts.withPort++;
  out.set(
    "fields",
    JSON.stringify({
      sourceIPv4Address: formatIpv4(u(0, 4)),
      destinationIPv4Address: formatIpv4(u(4, 4)),
      ipNextHopIPv4Address: formatIpv4(u(8, 4)),
      ingressInterface: u(12, 2),
      egressInterface: u(14, 2),
      packetDeltaCount: u(16, 4),
      octetDeltaCount: u(20, 4),
      flowStartSysUpTime: u(24, 4),
      flowEndSysUpTime: u(28, 4),
      sourceTransportPort: u(32, 2),
      destinationTransportPort: u(34, 2),
      tcpControlBits: u(37, 1),
      protocolIdentifier: u(38, 1),
      ipClassOfService: u(39, 1),
      bgpSourceAsNumber: u(40, 2),
      bgpDestinationAsNumber: u(42, 2),
    }),
  );
}

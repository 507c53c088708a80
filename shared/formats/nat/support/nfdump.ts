// What nfdump prints of a flow record (CSV and JSON), as a record of the NAT: the same reading as of the exporter's own
// message, from names in place of information elements. Its times are the printing machine's wall clock, without a zone.
// Source: nfdump 1.6.25 bin/output_csv.c, output_json.c; nfdump 1.7 src/output/output_csv.c, output_json.c.
import type { Moment } from "../../../time/reader";
import { readEpoch, readIso, type Stamp } from "../../../time/stamp";
import { together } from "../../line-parts";
import type { FieldValue, LineOutcome, LineRecord } from "../../lines";
import { eventOf, type Shape } from "../ipfix/plan";
import { meansOf, portOf, protocolOf } from "./text";
import type { NatTimes } from "./times";

/** What a record says, as printed; null where it has no such column. */
export interface Printed {
  readonly src: string | null;
  readonly srcPort: string | null;
  readonly dst: string | null;
  readonly dstPort: string | null;
  readonly protocol: string | null;
  readonly xsrc: string | null;
  readonly xsrcPort: string | null;
  readonly xdst: string | null;
  readonly xdstPort: string | null;
  readonly natEvent: string | null;
  readonly firewallEvent: string | null;
  readonly blockStart: string | null;
  readonly blockEnd: string | null;
  readonly blockStep: string | null;
  readonly blockSize: string | null;
  readonly realm: string | null;
  readonly user: string | null;
  /** Nokia's natSubString. */
  readonly natString: string | null;
  readonly conn: string | null;
  readonly observed: string | null;
  readonly first: string | null;
  readonly last: string | null;
  readonly received: string | null;
  readonly device: string | null;
}

/** The date and clock, and milliseconds that some versions write without padding (".7" is .007 s). */
const WALL = /^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2})(?:\.(\d{1,3}))?$/;
const EPOCH_YEAR = 86_400_000_000 * 365;

/** A time as printed; null for the zero that stands for none. */
export function printedTime(text: string | null): Stamp | null {
  const m = WALL.exec(text?.trim() ?? "");
  const stamp = m ? readIso(m[2] === undefined ? m[1]! : `${m[1]}.${m[2].padStart(3, "0")}`) : epoch(text);
  return stamp !== null && stamp.wallUs > EPOCH_YEAR ? stamp : null;
}

function epoch(text: string | null): Stamp | null {
  const stamp = readEpoch(text?.trim() ?? "");
  return stamp?.end === text?.trim().length ? stamp : null;
}

const given = (text: string | null): string | null =>
  text === null || text === "" || text === "0.0.0.0" || text === "::" ? null : text;

/** A value other than the zero that stands for none. */
export const nonZero = (text: string | null): string | null =>
  text === null || text === "" || text === "0" ? null : text;

const number = (text: string | null): number | null =>
  text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;

/** The record; a reject where it has no time. */
export function printedRecord(p: Printed, times: NatTimes, line: number): LineOutcome {
  const shape = shapeOf(p);
  const [first, last] = [printedTime(p.first), printedTime(p.last)];
  // Nokia tells an end by its having one; all others by their event.
  const nokia = shape === "nokia-add" && last !== null ? "nokia-delete" : shape;
  let event = eventOf(nokia, number(p.natEvent), number(p.firewallEvent));
  const ends = nokia.startsWith("nokia") ? outsideOnly(p) : endsOf(p, shape);
  if (event !== "other" && (ends === null || ends.publicIp === null)) event = "other";
  const stamp =
    printedTime(p.observed) ??
    (event === "start" ? (first ?? last) : (last ?? first)) ??
    printedTime(p.received);
  if (stamp === null) return { reject: "a flow without any time" };
  const { time, otherTimeUs } = times.two(stamp, printedTime(p.received), line);
  const bound = (b: Stamp | null): Moment | null => (b === null ? null : times.one(b, line));
  // nfdump repeats a NAT event's only time as the flow's first and last; a flow's are its own, and a firewall's end has
  // the flow's start beside the event's time.
  const whole = event === "mapping" || nokia === "nokia-delete";
  const begun = whole || (shape === "nsel" && event === "release" && first?.wallUs !== stamp.wallUs);
  const [start, end] = [begun ? bound(first) : null, whole ? bound(last) : null];
  if (start !== null && end !== null && end.us < start.us) return { reject: "it ends before it begins" };
  const common = {
    time,
    otherTimeUs,
    timeMeans: meansOf(event),
    event,
    protocol: protocolOf(nonZero(p.protocol)),
    device: p.device,
    fields: fieldsOf(p),
  };
  if (event === "other")
    return together(common, {
      srcIp: given(p.src),
      srcPort: portOf(nonZero(p.srcPort)),
      dstIp: given(p.dst),
      dstPort: icmpOr(p, p.dstPort),
    });
  return together(common, ends!, {
    realm: nonZero(p.realm),
    subscriber: subscriberOf(p),
    conn: number(nonZero(p.conn)),
    startUs: start?.us ?? null,
    startPrecisionUs: start === null ? null : start.precisionUs,
    endUs: end?.us ?? null,
    endPrecisionUs: end === null ? null : end.precisionUs,
  });
}

function shapeOf(p: Printed): Shape {
  if (nonZero(p.natString) !== null && given(p.xsrc) === null) return "nokia-add";
  if (given(p.xsrc) === null) return "none";
  if (nonZero(p.blockStart) !== null) return "block";
  if (nonZero(p.natEvent) !== null) return nonZero(p.xsrcPort) === null ? "binding" : "session";
  if (nonZero(p.firewallEvent) !== null) return "nsel";
  return nonZero(p.xsrcPort) === null ? "none" : "flow";
}

type Ends = Partial<LineRecord> & { readonly publicIp: string | null };

function endsOf(p: Printed, shape: Shape): Ends | null {
  const src = { ip: given(p.src), port: portOf(p.srcPort) };
  const out = { ip: given(p.xsrc), port: portOf(nonZero(p.xsrcPort)) };
  if (shape === "block") {
    const low = portOf(p.blockStart);
    const step = number(nonZero(p.blockStep)) ?? 1;
    const [last, count] = [number(nonZero(p.blockEnd)), number(nonZero(p.blockSize))];
    if (low === null || (last === null && count === null)) return null;
    // A scattered set is told by its step and count, a contiguous one by its first and last port.
    const high = count !== null && (last === null || step > 1) ? low + (count - 1) * step : last;
    return { insideIp: src.ip, publicIp: out.ip, portLow: low, portHigh: high, portStep: step };
  }
  const to = { ip: given(p.dst), port: icmpOr(p, p.dstPort) };
  if ((shape === "nsel" || shape === "flow") && src.ip === out.ip && src.port === out.port) {
    // A connection from outside: what is translated is its destination, and the subscriber is there.
    const local = { ip: given(p.xdst), port: portOf(nonZero(p.xdstPort)) };
    if (shape === "flow" || local.ip === null || (local.ip === to.ip && local.port === to.port)) return null;
    return {
      insideIp: local.ip,
      insidePort: local.port,
      publicIp: to.ip,
      portLow: to.port,
      portHigh: to.port,
      dstIp: src.ip,
      dstPort: src.port,
    };
  }
  return {
    insideIp: src.ip,
    insidePort: shape === "binding" ? null : src.port,
    publicIp: out.ip,
    portLow: out.port,
    portHigh: out.port,
    dstIp: to.ip,
    dstPort: to.ip === null ? null : to.port,
  };
}

/** Nokia's records have the outside pair as source, and the inside only in a text: "LSN-Host@10.0.0.1". */
function outsideOnly(p: Printed): Ends {
  const host = /@([0-9A-Fa-f.:]+)$/.exec(p.natString ?? "");
  const port = portOf(p.srcPort);
  return { publicIp: given(p.src), portLow: port, portHigh: port, insideIp: host?.[1] ?? null };
}

const subscriberOf = (p: Printed): string | null =>
  nonZero(p.natString) ?? (p.user === null || /^<.*>$|^$/.test(p.user) ? null : p.user);

/** ICMP has type and code where others have a port. */
const icmpOr = (p: Printed, port: string | null): number | null => {
  const protocol = protocolOf(p.protocol);
  return protocol === 1 || protocol === 58 ? null : portOf(port);
};

function fieldsOf(p: Printed): Record<string, FieldValue> {
  return {
    natEvent: nonZero(p.natEvent),
    firewallEvent: nonZero(p.firewallEvent),
    translatedDestination: given(p.xdst),
    firstSeen: p.first,
    lastSeen: p.last,
  };
}

export const NOTHING_PRINTED: Printed = {
  src: null,
  srcPort: null,
  dst: null,
  dstPort: null,
  protocol: null,
  xsrc: null,
  xsrcPort: null,
  xdst: null,
  xdstPort: null,
  natEvent: null,
  firewallEvent: null,
  blockStart: null,
  blockEnd: null,
  blockStep: null,
  blockSize: null,
  realm: null,
  user: null,
  natString: null,
  conn: null,
  observed: null,
  first: null,
  last: null,
  received: null,
  device: null,
};

// A record from parts, as formats find them: the clocks, the endpoints, what a kind of message adds. An object of one shape,
// property by property: literals with spreads in them cost several times what reading the line does.
import type { NatEvent, TimeMeans } from "../record/columns";
import type { Moment } from "../time/reader";
import type { LineRecord } from "./lines";

type Maybe<T> = T | null | undefined;

class Parts implements LineRecord {
  time: Moment | null = null;
  timeMeans: TimeMeans = "written";
  durationUs: Maybe<number> = null;
  otherTimeUs: Maybe<number> = null;
  srcIp: Maybe<string> = null;
  srcPort: Maybe<number> = null;
  dstIp: Maybe<string> = null;
  dstPort: Maybe<number> = null;
  protocol: Maybe<number> = null;
  fields: LineRecord["fields"] = undefined;
  partial: string | undefined = undefined;
  spans: LineRecord["spans"] = undefined;
  event: NatEvent | undefined = undefined;
  startUs: Maybe<number> = null;
  endUs: Maybe<number> = null;
  startPrecisionUs: Maybe<number> = null;
  endPrecisionUs: Maybe<number> = null;
  publicIp: Maybe<string> = null;
  portLow: Maybe<number> = null;
  portHigh: Maybe<number> = null;
  portStep: Maybe<number> = null;
  insideIp: Maybe<string> = null;
  insidePort: Maybe<number> = null;
  realm: Maybe<string> = null;
  subscriber: Maybe<string> = null;
  device: Maybe<string> = null;
  conn: Maybe<number> = null;
  sequence: Maybe<number> = null;

  add(p: Partial<LineRecord>): void {
    if (p.time !== undefined) this.time = p.time;
    if (p.timeMeans !== undefined) this.timeMeans = p.timeMeans;
    if (p.durationUs !== undefined) this.durationUs = p.durationUs;
    if (p.otherTimeUs !== undefined) this.otherTimeUs = p.otherTimeUs;
    if (p.srcIp !== undefined) this.srcIp = p.srcIp;
    if (p.srcPort !== undefined) this.srcPort = p.srcPort;
    if (p.dstIp !== undefined) this.dstIp = p.dstIp;
    if (p.dstPort !== undefined) this.dstPort = p.dstPort;
    if (p.protocol !== undefined) this.protocol = p.protocol;
    if (p.fields !== undefined) this.fields = p.fields;
    if (p.partial !== undefined) this.partial = p.partial;
    if (p.spans !== undefined) this.spans = p.spans;
    if (p.event !== undefined) this.event = p.event;
    if (p.startUs !== undefined) this.startUs = p.startUs;
    if (p.endUs !== undefined) this.endUs = p.endUs;
    if (p.startPrecisionUs !== undefined) this.startPrecisionUs = p.startPrecisionUs;
    if (p.endPrecisionUs !== undefined) this.endPrecisionUs = p.endPrecisionUs;
    if (p.publicIp !== undefined) this.publicIp = p.publicIp;
    if (p.portLow !== undefined) this.portLow = p.portLow;
    if (p.portHigh !== undefined) this.portHigh = p.portHigh;
    if (p.portStep !== undefined) this.portStep = p.portStep;
    if (p.insideIp !== undefined) this.insideIp = p.insideIp;
    if (p.insidePort !== undefined) this.insidePort = p.insidePort;
    if (p.realm !== undefined) this.realm = p.realm;
    if (p.subscriber !== undefined) this.subscriber = p.subscriber;
    if (p.device !== undefined) this.device = p.device;
    if (p.conn !== undefined) this.conn = p.conn;
    if (p.sequence !== undefined) this.sequence = p.sequence;
  }
}

/** The parts' properties together; of one that stands in several the last that is not undefined. */
export function together(first: Partial<LineRecord>, ...more: readonly Partial<LineRecord>[]): LineRecord {
  const out = new Parts();
  out.add(first);
  for (const part of more) out.add(part);
  return out;
}

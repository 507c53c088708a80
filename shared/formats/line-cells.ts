// A LineRecord's cells in a batch. The columns' arrays are looked up once a batch: a look-up by name for each cell was
// most of what a line of text cost.
import type { ColumnBatch, Utf8Lane } from "../record/batch";
import { NAT_EVENT, type Role, TIME_MEANS } from "../record/columns";
import { type Lane, laneOf, put32, put64 } from "../record/lanes";
import { fieldsJson, readable } from "./line-text";
import type { LineRecord } from "./lines";

type Maybe<T> = T | null | undefined;

const given64 = (lane: Lane, row: number, value: Maybe<number>): void => {
  if (value !== null && value !== undefined) put64(lane, row, value);
};
const given32 = (lane: Lane, row: number, value: Maybe<number>): void => {
  if (value !== null && value !== undefined) put32(lane, row, value);
};

/** Further columns of NAT and subscriber records. */
class MappingCells {
  private readonly event: Lane;
  private readonly start: Lane;
  private readonly end: Lane;
  private readonly startPrecision: Lane;
  private readonly endPrecision: Lane;
  private readonly publicIp: Lane;
  private readonly portLow: Lane;
  private readonly portHigh: Lane;
  private readonly portStep: Lane;
  private readonly insideIp: Lane;
  private readonly insidePort: Lane;
  private readonly realm: Lane;
  private readonly subscriber: Lane;
  private readonly device: Lane;
  private readonly conn: Lane;
  private readonly sequence: Lane;

  constructor(private readonly out: ColumnBatch) {
    this.event = laneOf(out, "event");
    this.start = laneOf(out, "start_us");
    this.end = laneOf(out, "end_us");
    this.startPrecision = laneOf(out, "start_precision_us");
    this.endPrecision = laneOf(out, "end_precision_us");
    this.publicIp = laneOf(out, "pub_addr");
    this.portLow = laneOf(out, "port_low");
    this.portHigh = laneOf(out, "port_high");
    this.portStep = laneOf(out, "port_step");
    this.insideIp = laneOf(out, "in_addr");
    this.insidePort = laneOf(out, "in_port");
    this.realm = laneOf(out, "realm");
    this.subscriber = laneOf(out, "subscriber");
    this.device = laneOf(out, "device");
    this.conn = laneOf(out, "conn");
    this.sequence = laneOf(out, "sequence");
  }

  write(r: LineRecord, row: number): void {
    const { addresses } = this.out;
    if (r.event !== undefined) put32(this.event, row, NAT_EVENT[r.event]);
    given64(this.start, row, r.startUs);
    given64(this.end, row, r.endUs);
    given64(this.startPrecision, row, r.startPrecisionUs);
    given64(this.endPrecision, row, r.endPrecisionUs);
    if (r.publicIp) given64(this.publicIp, row, addresses.id(r.publicIp));
    const low = r.portLow;
    given32(this.portLow, row, low);
    given32(this.portHigh, row, r.portHigh);
    given32(this.portStep, row, r.portStep ?? (low === null || low === undefined ? null : 1));
    if (r.insideIp) given64(this.insideIp, row, addresses.id(r.insideIp));
    given32(this.insidePort, row, r.insidePort);
    this.name(this.realm, row, r.realm);
    this.name(this.subscriber, row, r.subscriber);
    this.name(this.device, row, r.device);
    given64(this.conn, row, r.conn);
    given64(this.sequence, row, r.sequence);
  }

  private name(lane: Lane, row: number, text: Maybe<string>): void {
    if (text !== null && text !== undefined && text !== "")
      put32(lane, row, this.out.dictionary.id(readable(text)));
  }
}

const encoder = new TextEncoder();

export class LineCells {
  private readonly line: Lane;
  private readonly offset: Lane;
  private readonly length: Lane;
  private readonly time: Lane;
  private readonly precision: Lane;
  private readonly slack: Lane;
  private readonly means: Lane;
  private readonly duration: Lane;
  private readonly other: Lane;
  private readonly src: Lane;
  private readonly srcPort: Lane;
  private readonly dst: Lane;
  private readonly dstPort: Lane;
  private readonly protocol: Lane;
  private readonly fields: number;
  private lane: Utf8Lane | null = null;
  private readonly mapping: MappingCells | null;

  constructor(
    readonly out: ColumnBatch,
    role: Role,
  ) {
    this.line = laneOf(out, "line");
    this.offset = laneOf(out, "offset");
    this.length = laneOf(out, "length");
    this.time = laneOf(out, "time_us");
    this.precision = laneOf(out, "precision_us");
    this.slack = laneOf(out, "slack_us");
    this.means = laneOf(out, "time_means");
    this.duration = laneOf(out, "duration_us");
    this.other = laneOf(out, "other_time_us");
    this.src = laneOf(out, "src_addr");
    this.srcPort = laneOf(out, "src_port");
    this.dst = laneOf(out, "dst_addr");
    this.dstPort = laneOf(out, "dst_port");
    this.protocol = laneOf(out, "protocol");
    this.fields = out.slot("fields");
    this.mapping = role === "nat" || role === "subscriber" ? new MappingCells(out) : null;
  }

  /** Writes a row and ends it. `lines`: physical lines that it accounts for; `fields`: whether they are stored. */
  write(r: LineRecord, line: number, offset: number, length: number, lines: number, fields: boolean): void {
    const { out } = this;
    const row = out.rows;
    put64(this.line, row, line);
    put64(this.offset, row, offset);
    put32(this.length, row, length);
    if (r.time) {
      put64(this.time, row, r.time.us);
      put64(this.precision, row, r.time.precisionUs);
      put64(this.slack, row, r.time.slackUs);
    }
    put32(this.means, row, TIME_MEANS[r.timeMeans]);
    given64(this.duration, row, r.durationUs);
    given64(this.other, row, r.otherTimeUs);
    if (r.srcIp) given64(this.src, row, out.addresses.id(r.srcIp));
    given32(this.srcPort, row, r.srcPort);
    if (r.dstIp) given64(this.dst, row, out.addresses.id(r.dstIp));
    given32(this.dstPort, row, r.dstPort);
    given32(this.protocol, row, r.protocol);
    if (fields || r.keepsFields === true) {
      const json = r.fieldsText ?? fieldsJson(r.fields);
      if (json !== null) this.json(row, json);
    }
    this.mapping?.write(r, row);
    if (r.srcPort !== null && r.srcPort !== undefined) out.counts.withPort++;
    if (r.lost) out.counts.lost += r.lost;
    out.endRow(lines);
    if (r.partial !== undefined && lines > 0) out.partial(line, offset, length, r.partial);
  }

  /** As bytes: texts that wait for their batch to be full keep all that they were put together from. */
  private json(row: number, text: string): void {
    this.lane ??= this.out.utf8(this.fields);
    const { lane } = this;
    lane.reserve(text.length * 3);
    const { bytes } = lane;
    let at = lane.used;
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c > 127) {
        at = lane.used + encoder.encodeInto(text, bytes.subarray(lane.used)).written;
        break;
      }
      bytes[at++] = c;
    }
    lane.used = at;
    lane.ends[row] = at;
    this.out.columns[this.fields]!.valid[row] = 1;
  }
}

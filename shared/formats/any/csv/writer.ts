// A row's cells to a record's columns: a server event, or what a NAT record says of its mapping. Cells that make no
// record together (no address, a block that ends before it begins) are the row's fault.
import type { ColumnBatch } from "../../../record/batch";
import { type ColumnName, NAT_EVENT, TIME_MEANS } from "../../../record/columns";
import { type Lane, laneOf, put32, put64 } from "../../../record/lanes";
import { type Cells, CODE, NONE } from "./cells";
import type { TimeCell } from "./time-cell";

/** Columns by name, looked up once; those of mappings only where the role has them. */
const baseLanes = (out: ColumnBatch) => ({
  line: laneOf(out, "line"),
  offset: laneOf(out, "offset"),
  length: laneOf(out, "length"),
  time: laneOf(out, "time_us"),
  precision: laneOf(out, "precision_us"),
  slack: laneOf(out, "slack_us"),
  means: laneOf(out, "time_means"),
  duration: laneOf(out, "duration_us"),
});
const natLanes = (out: ColumnBatch) => ({
  start: laneOf(out, "start_us"),
  startPrecision: laneOf(out, "start_precision_us"),
  end: laneOf(out, "end_us"),
  endPrecision: laneOf(out, "end_precision_us"),
  event: laneOf(out, "event"),
  portLow: laneOf(out, "port_low"),
  portHigh: laneOf(out, "port_high"),
  portStep: laneOf(out, "port_step"),
});

/** Codes whose value goes to a column as it is; those of addresses are 64 bits wide. */
const PLAIN: readonly (readonly [number, ColumnName, boolean])[] = [
  [4, "src_addr", true],
  [5, "src_port", false],
  [6, "dst_addr", true],
  [7, "dst_port", false],
  [8, "protocol", false],
  [9, "pub_addr", true],
  [13, "in_addr", true],
  [14, "in_port", false],
  [15, "subscriber", false],
];

export class RowWriter {
  private readonly lanes: ReturnType<typeof baseLanes>;
  /** null for roles whose records are no mappings. */
  private readonly nat: ReturnType<typeof natLanes> | null;
  private readonly hasEvent: boolean;
  private readonly hasInterval: boolean;
  private readonly plainCodes: Uint8Array;
  private readonly plainLanes: readonly Lane[];
  private readonly plainWide: Uint8Array;

  /** `codes`: the meaning of each column. */
  constructor(
    readonly out: ColumnBatch,
    private readonly cells: Cells,
    codes: Uint8Array,
  ) {
    cells.idOf = (text) => out.dictionary.id(text);
    this.lanes = baseLanes(out);
    this.nat = out.role === "nat" || out.role === "subscriber" ? natLanes(out) : null;
    const mapped = PLAIN.filter(([code, name]) => codes.includes(code) && out.slot(name) >= 0);
    this.plainCodes = Uint8Array.from(mapped, ([code]) => code);
    this.plainLanes = mapped.map(([, name]) => laneOf(out, name));
    this.plainWide = Uint8Array.from(mapped, ([, , wide]) => (wide ? 1 : 0));
    this.hasEvent = codes.includes(CODE.event);
    this.hasInterval = codes.includes(CODE.start) || codes.includes(CODE.end);
  }

  /** False (and the cells' `fault` says why) where the cells make no record together. */
  write(out: ColumnBatch, line: number, offset: number, length: number, lines: number): boolean {
    if (this.nat === null) this.serverRow(out);
    else this.natRow(out, this.nat);
    if (this.cells.fault !== "") return false;
    const s = this.lanes;
    const row = out.rows;
    put64(s.line, row, line);
    put64(s.offset, row, offset);
    put32(s.length, row, length);
    out.endRow(lines);
    return true;
  }

  private plain(out: ColumnBatch): void {
    const { plainCodes, plainLanes, plainWide } = this;
    const { value } = this.cells;
    const row = out.rows;
    for (let i = 0; i < plainCodes.length; i++) {
      const v = value[plainCodes[i]!]!;
      if (v === NONE) continue;
      if (plainWide[i] === 1) put64(plainLanes[i]!, row, v);
      else put32(plainLanes[i]!, row, v);
    }
  }

  private timed(out: ColumnBatch, cell: TimeCell, means: number): void {
    const s = this.lanes;
    const row = out.rows;
    put64(s.time, row, cell.us);
    put64(s.precision, row, cell.precisionUs);
    if (cell.slackUs !== 0) put64(s.slack, row, cell.slackUs);
    put32(s.means, row, means);
  }

  private serverRow(out: ColumnBatch): void {
    const v = this.cells.value;
    const time = v[1]! !== NONE;
    const start = v[2]! !== NONE;
    const end = v[3]! !== NONE;
    if (v[4] === NONE) {
      this.cells.fault = "it names no source address";
      return;
    }
    if (!time && !start && !end) {
      this.cells.fault = "it has no time";
      return;
    }
    if (time) this.timed(out, this.cells.time, TIME_MEANS.connect);
    else if (start) this.timed(out, this.cells.start, TIME_MEANS.start);
    else this.timed(out, this.cells.end, TIME_MEANS.end);
    if (start && end) {
      if (v[3]! < v[2]!) {
        this.cells.fault = "it ends before it begins";
        return;
      }
      put64(this.lanes.duration, out.rows, v[3]! - v[2]!);
    }
    this.plain(out);
    if (v[5] !== NONE) out.counts.withPort++;
  }

  private natRow(out: ColumnBatch, s: ReturnType<typeof natLanes>): void {
    const v = this.cells.value;
    const row = out.rows;
    if (v[9] === NONE && v[13] === NONE) {
      this.cells.fault = "it names neither a public nor an inside address";
      return;
    }
    if (v[10]! !== NONE && v[11]! !== NONE && v[11]! < v[10]!) {
      this.cells.fault = `the port block ends (${v[11]}) before it begins (${v[10]})`;
      return;
    }
    if (v[10] === NONE && v[11] !== NONE) {
      this.cells.fault = "it has a last port and no first";
      return;
    }
    if (v[2]! !== NONE && v[3]! !== NONE && v[3]! < v[2]!) {
      this.cells.fault = "it ends before it begins";
      return;
    }
    const given = this.hasEvent;
    if (given && v[16] === NONE) {
      this.cells.fault = "it has no event";
      return;
    }
    const event = given ? v[16]! : this.hasInterval ? NAT_EVENT.mapping : NAT_EVENT.start;
    put32(s.event, row, event);
    const time = v[1]! !== NONE;
    const start = v[2]! !== NONE;
    const end = v[3]! !== NONE;
    const means =
      event === NAT_EVENT.release
        ? TIME_MEANS.end
        : event === NAT_EVENT.interim
          ? TIME_MEANS.written
          : TIME_MEANS.start;
    if (time) this.timed(out, this.cells.time, event === NAT_EVENT.mapping ? TIME_MEANS.written : means);
    else if (event === NAT_EVENT.release && end) this.timed(out, this.cells.end, TIME_MEANS.end);
    else if (start) this.timed(out, this.cells.start, TIME_MEANS.start);
    else if (end) this.timed(out, this.cells.end, TIME_MEANS.end);
    if (start) {
      put64(s.start, row, v[2]!);
      put64(s.startPrecision, row, this.cells.start.precisionUs + this.cells.start.slackUs);
    }
    if (end && event !== NAT_EVENT.start) {
      put64(s.end, row, v[3]!);
      put64(s.endPrecision, row, this.cells.end.precisionUs + this.cells.end.slackUs);
    }
    this.plain(out);
    if (v[10] !== NONE) {
      put32(s.portLow, row, v[10]!);
      put32(s.portHigh, row, v[11] === NONE ? v[10]! : v[11]!);
      put32(s.portStep, row, v[12] === NONE ? 1 : v[12]!);
    }
  }
}

// A row's cells to a record's columns: a server event, or what a NAT record says of its mapping. Cells that make no
// record together (no address, a block that ends before it begins) are the row's fault.
import type { ColumnBatch } from "../../../record/batch";
import { type ColumnName, NAT_EVENT, TIME_MEANS } from "../../../record/columns";
import { type Cells, CODE, NONE } from "./cells";
import type { TimeCell } from "./time-cell";

/** Columns by name, looked up once: a literal's properties are read without a search. */
const slotsOf = (out: ColumnBatch) => ({
  line: out.slot("line"),
  offset: out.slot("offset"),
  length: out.slot("length"),
  time: out.slot("time_us"),
  precision: out.slot("precision_us"),
  slack: out.slot("slack_us"),
  means: out.slot("time_means"),
  duration: out.slot("duration_us"),
  start: out.slot("start_us"),
  startPrecision: out.slot("start_precision_us"),
  end: out.slot("end_us"),
  endPrecision: out.slot("end_precision_us"),
  event: out.slot("event"),
  portLow: out.slot("port_low"),
  portHigh: out.slot("port_high"),
  portStep: out.slot("port_step"),
});
type Slots = ReturnType<typeof slotsOf>;

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
  private readonly slots: Slots;
  private readonly nat: boolean;
  private readonly hasEvent: boolean;
  private readonly hasInterval: boolean;
  private readonly plainCodes: Uint8Array;
  private readonly plainSlots: Uint8Array;
  private readonly plainWide: Uint8Array;

  /** `codes`: the meaning of each column. */
  constructor(
    out: ColumnBatch,
    private readonly cells: Cells,
    codes: Uint8Array,
  ) {
    cells.idOf = (text) => out.dictionary.id(text);
    this.nat = out.role === "nat" || out.role === "subscriber";
    this.slots = slotsOf(out);
    const mapped = PLAIN.filter(([code, name]) => codes.includes(code) && out.slot(name) >= 0);
    this.plainCodes = Uint8Array.from(mapped, ([code]) => code);
    this.plainSlots = Uint8Array.from(mapped, ([, name]) => out.slot(name));
    this.plainWide = Uint8Array.from(mapped, ([, , wide]) => (wide ? 1 : 0));
    this.hasEvent = codes.includes(CODE.event);
    this.hasInterval = codes.includes(CODE.start) || codes.includes(CODE.end);
  }

  /** False (and the cells' `fault` says why) where the cells make no record together. */
  write(out: ColumnBatch, line: number, offset: number, length: number, lines: number): boolean {
    if (this.nat) this.natRow(out);
    else this.serverRow(out);
    if (this.cells.fault !== "") return false;
    const s = this.slots;
    out.i64(s.line, line);
    out.i64(s.offset, offset);
    out.i32(s.length, length);
    out.endRow(lines);
    return true;
  }

  private plain(out: ColumnBatch): void {
    const { plainCodes, plainSlots, plainWide } = this;
    const { value } = this.cells;
    for (let i = 0; i < plainCodes.length; i++) {
      const v = value[plainCodes[i]!]!;
      if (v === NONE) continue;
      if (plainWide[i] === 1) out.i64(plainSlots[i]!, v);
      else out.i32(plainSlots[i]!, v);
    }
  }

  private timed(out: ColumnBatch, cell: TimeCell, means: number): void {
    const s = this.slots;
    out.i64(s.time, cell.us);
    out.i64(s.precision, cell.precisionUs);
    if (cell.slackUs !== 0) out.i64(s.slack, cell.slackUs);
    out.i32(s.means, means);
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
      out.i64(this.slots.duration, v[3]! - v[2]!);
    }
    this.plain(out);
    if (v[5] !== NONE) out.counts.withPort++;
  }

  private natRow(out: ColumnBatch): void {
    const v = this.cells.value;
    const s = this.slots;
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
    out.i32(s.event, event);
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
      out.i64(s.start, v[2]!);
      out.i64(s.startPrecision, this.cells.start.precisionUs + this.cells.start.slackUs);
    }
    if (end && event !== NAT_EVENT.start) {
      out.i64(s.end, v[3]!);
      out.i64(s.endPrecision, this.cells.end.precisionUs + this.cells.end.slackUs);
    }
    this.plain(out);
    if (v[10] !== NONE) {
      out.i32(s.portLow, v[10]!);
      out.i32(s.portHigh, v[11] === NONE ? v[10]! : v[11]!);
      out.i32(s.portStep, v[12] === NONE ? 1 : v[12]!);
    }
  }
}

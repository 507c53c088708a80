// The cells of one row by their meaning: numbers, addresses and times read where they stand, into one array of numbers.
// A cell that is not what its column says is the row's fault, with its text; an empty one (or "-") is no value.
import type { ColumnBatch } from "../../../record/batch";
import {
  CR,
  displayText,
  findByte,
  latin1,
  parseAddress,
  parsePort,
  parseUint,
  QUOTE,
  SPACE,
} from "../../../record/bytes";
import type { ParseOptions } from "../../format";
import { protocolOf } from "../../nat/support/text";
import { ByteDictionary } from "./byte-dictionary";
import type { MapKey } from "./columns";
import { eventOf } from "./events";
import { found, NOT_QUICK, quickIpv4, quickPort, quickText } from "./quick";
import { TimeCell } from "./time-cell";

/** A cell's meaning by its column's position; 0 = not mapped. */
export const CODE: Readonly<Record<MapKey, number>> = {
  time: 1,
  start: 2,
  from: 2,
  end: 3,
  to: 3,
  srcIp: 4,
  srcPort: 5,
  dstIp: 6,
  dstPort: 7,
  protocol: 8,
  publicIp: 9,
  portLow: 10,
  portHigh: 11,
  portStep: 12,
  insideIp: 13,
  insidePort: 14,
  subscriber: 15,
  event: 16,
};
const NAMES: readonly string[] = [
  "",
  "time",
  "start",
  "end",
  "srcIp",
  "srcPort",
  "dstIp",
  "dstPort",
  "protocol",
  "publicIp",
  "portLow",
  "portHigh",
  "portStep",
  "insideIp",
  "insidePort",
  "subscriber",
  "event",
];
export const NONE = -1;

export class Cells {
  /** Value of each code of the row at hand; NONE where its cell is empty. */
  readonly value = new Float64Array(17).fill(NONE);
  /** Why the row is no record; "" where nothing is wrong. */
  fault = "";
  line = 1;
  readonly time: TimeCell;
  readonly start: TimeCell;
  readonly end: TimeCell;
  idOf: (text: string) => number = () => 0;
  private readonly texts = new ByteDictionary();

  /** `times`: a reader for each of the cells that are times, where they are not a table's. */
  constructor(options: ParseOptions, times: () => TimeCell = () => new TimeCell(options)) {
    this.time = times();
    this.start = times();
    this.end = times();
  }

  /** Reads the cell at `at` where it is an ordinary one: where its delimiter (or LF) stands, else NOT_QUICK. */
  quick(code: number, b: Uint8Array, at: number, end: number, delimiter: number): number {
    let stop: number;
    switch (code) {
      case 1:
      case 2:
      case 3: {
        const cell = code === 1 ? this.time : code === 2 ? this.start : this.end;
        stop = cell.quick(b, at, end, delimiter);
        if (stop !== NOT_QUICK) this.value[code] = cell.us;
        return stop;
      }
      case 4:
      case 6:
      case 9:
      case 13:
        stop = quickIpv4(b, at, end, delimiter);
        break;
      case 5:
      case 7:
      case 10:
      case 11:
      case 14:
        stop = quickPort(b, at, end, delimiter);
        break;
      case 15:
        stop = quickText(b, at, end, delimiter);
        if (stop !== NOT_QUICK) this.value[code] = this.texts.id(b, at, stop, this.idOf);
        return stop;
      default:
        return NOT_QUICK;
    }
    if (stop !== NOT_QUICK) this.value[code] = found.value;
    return stop;
  }

  read(code: number, b: Uint8Array, from: number, to: number, out: ColumnBatch, quoted: boolean): void {
    let a = from;
    let z = to;
    while (a < z && (b[a] === SPACE || b[a] === 9)) a++;
    while (z > a && (b[z - 1] === SPACE || b[z - 1] === 9 || b[z - 1] === CR)) z--;
    if (a === z || (z - a === 1 && b[a] === 45)) return;
    let v: number;
    switch (code) {
      case 1:
      case 2:
      case 3: {
        const cell = code === 1 ? this.time : code === 2 ? this.start : this.end;
        v = cell.read(b, a, z, this.line) ? cell.us : Number.NaN;
        break;
      }
      case 4:
      case 6:
      case 9:
      case 13:
        v = parseAddress(b, a, z, out.addresses);
        break;
      case 8: {
        v = parseUint(b, a, z);
        if (v < 0 || v > 255) v = v < 0 ? (protocolOf(latin1(b, a, z)) ?? NONE) : NONE;
        break;
      }
      case 12:
        v = parsePort(b, a, z) || NONE;
        break;
      case 15:
        v =
          quoted && findByte(b, QUOTE, a, z) < z
            ? out.dictionary.id(displayText(b, a, z).replaceAll('""', '"'))
            : this.texts.id(b, a, z, this.idOf);
        break;
      case 16:
        v = eventOf(b, a, z);
        break;
      default:
        v = parsePort(b, a, z);
    }
    if ((v === NONE || Number.isNaN(v)) && this.fault === "")
      this.fault = `"${latin1(b, a, Math.min(z, a + 60))}" is no ${NAMES[code]}`;
    this.value[code] = v;
  }
}

// Files of nfcapd and nfdump (layout 2 of nfdump 1.7): blocks of flow records as a collector stored them, plain or packed
// with LZO, LZ4 or bzip2. A line is one record. What is packed or laid out otherwise is refused with the command that writes it
// anew, since a guess at a layout would be a mapping that never was. Source: nfdump 1.7, src/libnffile/nffileV2.h.

import { ProductError } from "../../errors";
import type { ColumnBatch } from "../../record/batch";
import type { Cursor, Detection, Format, Parser, Sample } from "../format";
import { emit, type Origin } from "./ipfix/emit";
import { unsigned } from "./ipfix/values";
import { flowRecord } from "./nfcapd/records";
import { unpackBzip2, unpackLz4, unpackLzo } from "./nfcapd/unpack";

const HEADER = 40;
const BLOCK_HEADER = 12;
/** nfdump's own blocks have 1 MiB or less; a crafted length must not cost more. */
const LONGEST_BLOCK = 32 << 20;
/** What nfdump writes at most, where the header says less. */
const SHORTEST_LIMIT = 6 << 20;
const RECORDS = 3;
/** Record types: flows, and what describes exporters, samplers, interfaces and the file itself. */
const FLOW = 11;
const DESCRIBING = new Set([7, 8, 9, 12, 13, 14, 15, 0x8001, 0x8002]);
const PACKED = { none: 0, lzo: 1, bz2: 2, lz4: 3, zstd: 4 } as const;

const le = (b: Uint8Array, at: number, n: number): number => {
  let value = 0;
  for (let i = n - 1; i >= 0; i--) value = value * 256 + b[at + i]!;
  return value;
};

const isFile = (b: Uint8Array): boolean =>
  b.length >= 4 &&
  ((b[0] === 0x0c && b[1] === 0xa5 && b[3] === 0) || (b[0] === 0xa5 && b[1] === 0x0c && b[2] === 0));

const refuse = (what: string): ProductError =>
  new ProductError(
    "input",
    `The file is nfdump's, but ${what}.`,
    "Write it anew with nfdump 1.7 (nfdump -r FILE -w NEW) and add that, or add what that file's own version prints with `nfdump -r FILE -o json`; keep the original beside it.",
  );

/** Where a record stands in the evidence. */
interface Place {
  readonly offset: number;
  readonly length: number;
}

class CollectorParser implements Parser {
  private packing: number | null = null;
  /** Bytes of a block when unpacked, at most. */
  private most = LONGEST_BLOCK;
  /** Bytes of a plain block still to come. */
  private left = 0;
  /** A packed block at hand, unpacked, and where its next record begins. */
  private unpacked: { bytes: Uint8Array; at: number } | null = null;
  /** A stretch that cannot be read, up to the end of its block (`until`) or of the file. */
  private damage: { offset: number; length: number; until: number; reason: string } | null = null;

  parse(b: Uint8Array, start: number, end: number, out: ColumnBatch, cursor: Cursor): number {
    let at = start;
    if (this.packing === null) {
      if (end - at < HEADER) return at;
      this.header(b, at);
      at += HEADER;
    }
    while (at < end && !out.full) {
      const next =
        this.damage !== null
          ? this.skip(at, end, out, cursor)
          : this.left > 0
            ? this.record(b, at, end, out, cursor)
            : this.block(b, at, end, out, cursor);
      if (next === at && !out.full && this.damage === null) return at;
      at = next;
    }
    return at;
  }

  finish(out: ColumnBatch, cursor: Cursor): void {
    if (this.damage === null) return;
    const { offset, length, reason } = this.damage;
    this.damage = null;
    out.reject(cursor.line++, offset, length, reason);
  }

  private header(b: Uint8Array, at: number): void {
    if (b[at] !== 0x0c) throw refuse("its machine's byte order was another one");
    const layout = le(b, at + 2, 2);
    if (layout !== 2) throw refuse(`its layout is ${layout}, of another version than 1.7`);
    this.packing = b[at + 16]!;
    this.most = Math.min(LONGEST_BLOCK, Math.max(le(b, at + 32, 4), SHORTEST_LIMIT));
    if (b[at + 17] !== 0) throw refuse("it is encrypted");
    if (this.packing >= PACKED.zstd) throw refuse("it is packed with zstd or later");
  }

  private skip(at: number, end: number, out: ColumnBatch, cursor: Cursor): number {
    const damage = this.damage!;
    const n = Math.min(end - at, damage.until - damage.length);
    damage.length += n;
    if (damage.length === damage.until) {
      out.reject(cursor.line++, damage.offset, damage.length, damage.reason);
      this.damage = null;
    }
    return at + n;
  }

  /** The head of a block, and the whole of it where it is packed. */
  private block(b: Uint8Array, at: number, end: number, out: ColumnBatch, cursor: Cursor): number {
    if (end - at < BLOCK_HEADER) return at;
    const size = le(b, at + 4, 4);
    const offset = cursor.base + at;
    if (size > LONGEST_BLOCK) {
      const reason = `a block of ${size} bytes is none`;
      this.damage = { offset, length: 0, until: Number.POSITIVE_INFINITY, reason };
      return at;
    }
    const kind = le(b, at + 8, 2);
    if (kind !== RECORDS) {
      const reason = `a block of kind ${kind}, which holds no flow records`;
      this.damage = { offset, length: 0, until: BLOCK_HEADER + size, reason };
      return at;
    }
    if (this.packing === PACKED.none || (le(b, at + 10, 2) & 1) === 1) {
      this.left = size;
      return at + BLOCK_HEADER;
    }
    const stop = at + BLOCK_HEADER + size;
    if (stop > end) return at;
    if (this.unpacked === null) {
      const packed = b.subarray(at + BLOCK_HEADER, stop);
      const bytes = (
        this.packing === PACKED.lzo ? unpackLzo : this.packing === PACKED.lz4 ? unpackLz4 : unpackBzip2
      )(packed, this.most);
      if (bytes === null) {
        out.reject(cursor.line++, offset, stop - at, "a block that cannot be unpacked");
        return stop;
      }
      this.unpacked = { bytes, at: 0 };
    }
    // In a packed block a record has no place of its own in the evidence: the block is where it stands.
    const place = { offset, length: stop - at };
    const { bytes } = this.unpacked;
    while (this.unpacked.at < bytes.length) {
      if (out.full) return at;
      const from = this.unpacked.at;
      const length = from + 4 <= bytes.length ? le(bytes, from + 2, 2) : 0;
      if (length < 4 || from + length > bytes.length) {
        out.reject(cursor.line++, offset, stop - at, "the rest of a block, which is no whole record");
        break;
      }
      this.unpacked.at += length;
      this.one(bytes, from, length, place, out, cursor);
    }
    this.unpacked = null;
    return stop;
  }

  /** The next record of a plain block. */
  private record(b: Uint8Array, at: number, end: number, out: ColumnBatch, cursor: Cursor): number {
    if (end - at < Math.min(4, this.left)) return at;
    const length = this.left < 4 ? 0 : le(b, at + 2, 2);
    const offset = cursor.base + at;
    if (length < 4 || length > this.left) {
      const reason = "the rest of a block, which is no whole record";
      this.damage = { offset, length: 0, until: this.left, reason };
      this.left = 0;
      return at;
    }
    if (end - at < length) return at;
    this.one(b, at, length, { offset, length }, out, cursor);
    this.left -= length;
    return at + length;
  }

  private one(
    b: Uint8Array,
    from: number,
    size: number,
    place: Place,
    out: ColumnBatch,
    cursor: Cursor,
  ): void {
    const type = le(b, from, 2);
    if (DESCRIBING.has(type)) return;
    const fault =
      type === FLOW && size >= 12
        ? this.flow(b, from, size, place, out, cursor)
        : `a record of kind ${type}, which this version does not know`;
    if (fault !== null) out.reject(cursor.line++, place.offset, place.length, fault);
  }

  private flow(
    bytes: Uint8Array,
    from: number,
    size: number,
    place: Place,
    out: ColumnBatch,
    cursor: Cursor,
  ): string | null {
    const record = flowRecord(bytes, from + 12, from + size);
    if (typeof record === "string") return record;
    const { template, receivedUs } = record;
    const first = template.at.get(323) ?? template.at.get(152);
    const ownMs =
      first === undefined
        ? Number.NaN
        : unsigned(record.bytes, record.spans[2 * first]!, record.spans[2 * first + 1]!);
    if (receivedUs === null && !(ownMs > 0)) return "a record without any time";
    out.set("line", cursor.line);
    out.set("offset", place.offset);
    out.set("length", place.length);
    const origin: Origin = {
      version: 10,
      exporter: record.exporter,
      domain: le(bytes, from + 8, 2),
      sequence: -1,
      count: 0,
      exportUs: receivedUs,
      exportPrecisionUs: 1000,
      bootUs: null,
      capturedUs: receivedUs,
      flaw: null,
    };
    const fault = emit(out, template, record.bytes, record.spans, origin);
    if (fault !== null) {
      out.abandonRow();
      return fault;
    }
    out.endRow();
    cursor.line++;
    return null;
  }
}

function detect(sample: Sample): Detection {
  return isFile(sample.bytes)
    ? { score: 1, reasons: ["it begins as a file of nfdump's does"], specificity: 5 }
    : { score: 0, reasons: [], specificity: 5 };
}

export default {
  id: "nfcapd",
  title: "nfcapd and nfdump files (1.7)",
  role: "nat",
  binary: true,
  gives: {
    port: "always",
    precision: "1 ms",
    timeMeans: "start",
    writes: "truncates",
    year: true,
    zone: "utc",
  },
  source: "nfdump 1.7: src/libnffile/nffileV2.h, nfxV3.h",
  detect,
  open: () => new CollectorParser(),
} satisfies Format;

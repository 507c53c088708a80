// Export messages one behind the other in a file (what a collector writes, or a UDP payload saved). Version 9 does not
// say how long a message is: its sets are walked until the next header. After damage the walk goes on at the next place
// that can be a header, and the bytes between are one reject.

import type { Origin } from "./emit";
import { damage, headerBytes, isSetId, part, plausible, RAW, readHeader } from "./messages";
import { type RawSet, V5_RECORDS } from "./sets";
import { unsigned } from "./values";

/** Frames bytes into sets; returns the position up to which it needs no more bytes. */
export interface Framer {
  next(b: Uint8Array, at: number, end: number, base: number, sink: (set: RawSet) => void): number;
  /** The end of the evidence: what the container itself still holds (fragments). */
  finish(sink: (set: RawSet) => void): void;
}

const LONGEST_HEADER = 24;

export class RawFramer implements Framer {
  private origin: Origin | null = null;
  /** Bytes of the message still to come; -1 in version 9. */
  private left = 0;

  /** One step: a header, a set, or a stretch of damage. Returns `at` where the block ends inside it. */
  next(b: Uint8Array, at: number, end: number, base: number, sink: (set: RawSet) => void): number {
    const offset = (p: number): number => base + p;
    const origin = this.origin;
    if (origin !== null && (this.left >= 4 || this.left === -1)) {
      if (end - at < 4) return at;
      const id = unsigned(b, at, at + 2);
      const length = unsigned(b, at + 2, at + 4);
      const header = this.left === -1 && headerBytes(id) > 0;
      if (!header) {
        if (this.left === -1 && id === 0 && length === 0) return this.zeros(b, at, end);
        if (!isSetId(origin.version, id) || length < 4 || (this.left >= 0 && length > this.left))
          return this.resync(b, at, end, offset, sink);
        if (end - at < length) return at;
        sink(part(b, at + 4, at + length, id, origin, offset));
        if (this.left >= 0) this.left -= length;
        return at + length;
      }
    } else if (origin !== null && this.left > 0) {
      // One to three bytes of padding at the end of an IPFIX message.
      if (end - at < this.left) return at;
      const skipped = at + this.left;
      this.origin = null;
      this.left = 0;
      return skipped;
    }
    this.origin = null;
    return this.header(b, at, end, offset, sink);
  }

  finish(): void {}

  private header(
    b: Uint8Array,
    at: number,
    end: number,
    offset: (p: number) => number,
    sink: (set: RawSet) => void,
  ): number {
    if (end - at < 2) return at;
    const size = headerBytes(unsigned(b, at, at + 2));
    if (size === 0) {
      if (b[at] === 0 && b[at + 1] === 0) return this.zeros(b, at, end);
      return this.resync(b, at, end, offset, sink);
    }
    if (end - at < size + 4 && end - at < size) return at;
    if (!plausible(b, at, end)) return this.resync(b, at, end, offset, sink);
    const header = readHeader(b, at, RAW);
    if (header === null) return this.resync(b, at, end, offset, sink);
    if (header.origin.version === 5) {
      if (end - at < header.total) return at;
      sink(part(b, at + 24, at + header.total, V5_RECORDS, header.origin, offset));
      return at + header.total;
    }
    this.origin = header.origin;
    this.left = header.total < 0 ? -1 : header.total - header.length;
    return at + header.length;
  }

  /** Zeros that pad a packet: to the byte before the next one that is not zero (a version's first byte is zero). */
  private zeros(b: Uint8Array, at: number, end: number): number {
    this.origin = null;
    this.left = 0;
    let p = at;
    while (p < end && b[p] === 0) p++;
    return p === end ? end : Math.max(at + 1, p - 1);
  }

  private resync(
    b: Uint8Array,
    at: number,
    end: number,
    offset: (p: number) => number,
    sink: (set: RawSet) => void,
  ): number {
    this.origin = null;
    this.left = 0;
    // Too few bytes for a header: with more of them it may be one; at the end of the file the importer rejects them.
    if (end - at < LONGEST_HEADER + 4) return at;
    let p = at + 1;
    while (p + LONGEST_HEADER + 4 <= end && !plausible(b, p, end)) p++;
    sink(damage(b, at, p, RAW, offset, "bytes that are neither a message nor a set"));
    return p;
  }
}

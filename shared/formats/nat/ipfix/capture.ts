// pcap and pcapng to UDP payloads: link layers, VLAN tags, IPv4 and IPv6 with fragments put together. A packet that
// carries no export message is none of ours. A wrong UDP checksum flags the records of its packet; damage is a reject.
// Source: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng; LINKTYPE values at tcpdump.org; RFC 791, RFC 8200.
import { damage, framePayload } from "./messages";
import { type Datagram, Reassembly, readDatagram } from "./packets";
import type { Framer } from "./raw";
import type { RawSet } from "./sets";
import { unsigned } from "./values";

/** Longest packet that a capture may hold (libpcap's MAXIMUM_SNAPLEN). */
const LONGEST = 262_144;

/** Byte order and kind of a capture by its first four bytes; null where it is none. */
export function captureKind(b: Uint8Array): "pcap" | "pcapng" | null {
  if (b.length < 4) return null;
  const magic = unsigned(b, 0, 4);
  if (magic === 0x0a0d0d0a) return "pcapng";
  return PCAP.has(magic) ? "pcap" : null;
}

/** Magic number to byte order and unit of the fraction. */
const PCAP = new Map<number, { little: boolean; nanos: boolean }>([
  [0xa1b2c3d4, { little: false, nanos: false }],
  [0xd4c3b2a1, { little: true, nanos: false }],
  [0xa1b23c4d, { little: false, nanos: true }],
  [0x4d3cb2a1, { little: true, nanos: true }],
]);

abstract class CaptureFramer implements Framer {
  protected little = false;
  private readonly fragments = new Reassembly();

  abstract next(b: Uint8Array, at: number, end: number, base: number, sink: (set: RawSet) => void): number;

  finish(sink: (set: RawSet) => void): void {
    for (const lost of this.fragments.unfinished()) this.fragment(lost, sink);
  }

  protected uint(b: Uint8Array, at: number, n: number): number {
    if (!this.little) return unsigned(b, at, at + n);
    let value = 0;
    for (let i = n - 1; i >= 0; i--) value = value * 256 + b[at + i]!;
    return value;
  }

  /** One captured packet b[at, to), of `length` bytes on the wire. */
  protected packet(
    b: Uint8Array,
    at: number,
    to: number,
    link: number,
    capturedUs: number | null,
    base: number,
    sink: (set: RawSet) => void,
    flaw: string | null = null,
  ): void {
    const found = readDatagram(b, at, to, link, base);
    if (found === null) return;
    const whole =
      found.fragment === null ? found : this.fragments.add(found, (lost) => this.fragment(lost, sink));
    if (whole === null) return;
    framePayload(
      whole.bytes,
      0,
      whole.bytes.length,
      { exporter: whole.source, capturedUs, flaw: flaw ?? whole.flaw },
      whole.offset,
      sink,
    );
  }

  private fragment(lost: Datagram, sink: (set: RawSet) => void): void {
    sink(
      damage(
        lost.bytes,
        0,
        lost.bytes.length,
        { exporter: lost.source, capturedUs: null, flaw: null },
        lost.offset,
        "a fragment whose others are missing",
      ),
    );
  }
}

export class PcapFramer extends CaptureFramer {
  private started = false;
  private nanos = false;
  private link = 0;
  private lastSeconds = 0;

  next(b: Uint8Array, at: number, end: number, base: number, sink: (set: RawSet) => void): number {
    if (!this.started) {
      if (end - at < 24) return at;
      const order = PCAP.get(unsigned(b, at, at + 4))!;
      this.little = order.little;
      this.nanos = order.nanos;
      this.link = this.uint(b, at + 20, 4) & 0xffff;
      this.started = true;
      return at + 24;
    }
    if (end - at < 16) return at;
    const captured = this.uint(b, at + 8, 4);
    if (!this.header(b, at)) return this.resync(b, at, end, base, sink);
    if (end - at < 16 + captured) return at;
    const seconds = this.uint(b, at, 4);
    const fraction = this.uint(b, at + 4, 4);
    const capturedUs = seconds * 1_000_000 + (this.nanos ? Math.floor(fraction / 1000) : fraction);
    this.lastSeconds = seconds;
    this.packet(b, at + 16, at + 16 + captured, this.link, capturedUs, base, sink);
    return at + 16 + captured;
  }

  /** Whether a packet's header can stand at `at`. */
  private header(b: Uint8Array, at: number): boolean {
    const captured = this.uint(b, at + 8, 4);
    const length = this.uint(b, at + 12, 4);
    return (
      captured <= LONGEST && captured <= length && length < 1 << 24 && this.uint(b, at + 4, 4) < 1_000_000_000
    );
  }

  private resync(b: Uint8Array, at: number, end: number, base: number, sink: (set: RawSet) => void): number {
    let p = at + 1;
    for (; p + 32 <= end; p++) {
      if (!this.header(b, p) || this.uint(b, p + 8, 4) < 14) continue;
      if (Math.abs(this.uint(b, p, 4) - this.lastSeconds) > 86_400) continue;
      const next = p + 16 + this.uint(b, p + 8, 4);
      if (next === end || (next + 16 <= end && this.header(b, next))) break;
    }
    p = Math.min(p, end);
    sink(
      damage(
        b,
        at,
        p,
        { exporter: null, capturedUs: null, flaw: null },
        (q) => base + q,
        "damage between packets",
      ),
    );
    return p;
  }
}

interface Interface {
  readonly link: number;
  /** Units a second. */
  readonly perSecond: number;
  readonly offsetSeconds: number;
}

export class PcapngFramer extends CaptureFramer {
  private interfaces: Interface[] = [];

  next(b: Uint8Array, at: number, end: number, base: number, sink: (set: RawSet) => void): number {
    if (end - at < 12) return at;
    if (unsigned(b, at, at + 4) === 0x0a0d0d0a) {
      this.little = unsigned(b, at + 8, at + 12) === 0x4d3c2b1a;
      this.interfaces = [];
    }
    const type = this.uint(b, at, 4);
    const length = this.uint(b, at + 4, 4);
    if (length < 12 || length % 4 !== 0 || length > 1 << 24) return this.resync(b, at, end, base, sink);
    if (end - at < length) return at;
    const body = at + 8;
    const stop = at + length - 4;
    const whole = this.uint(b, stop, 4) === length;
    // An enhanced packet (6) or an obsolete one (2) whose parts fit is read even where its second length is damaged.
    const framed = (type === 6 || type === 2) && stop - body >= 20;
    const captured = framed ? this.uint(b, body + 12, 4) : 0;
    if (!whole && !(framed && body + 20 + captured <= stop && stop - (body + 20 + captured) < 256))
      return this.resync(b, at, end, base, sink);
    const flaw = whole ? null : "its block's two lengths differ";
    if (framed) {
      const from = this.interfaces[this.uint(b, body, type === 6 ? 4 : 2)];
      if (from && body + 20 + captured <= stop) {
        const time = this.time(b, body + 4, from);
        this.packet(b, body + 20, body + 20 + captured, from.link, time, base, sink, flaw);
      } else
        sink(
          damage(
            b,
            at,
            at + length,
            { exporter: null, capturedUs: null, flaw: null },
            (q) => base + q,
            from ? "a packet longer than its block" : "a packet of an interface that was not described",
          ),
        );
    } else if (type === 1 && stop - body >= 8) this.describe(b, body, stop);
    else if (type === 3 && stop - body >= 4) {
      const from = this.interfaces[0];
      const size = Math.min(this.uint(b, body, 4), stop - body - 4);
      if (from) this.packet(b, body + 4, body + 4 + size, from.link, null, base, sink);
    }
    return at + length;
  }

  private describe(b: Uint8Array, body: number, stop: number): void {
    let perSecond = 1_000_000;
    let offsetSeconds = 0;
    for (let p = body + 8; p + 4 <= stop; ) {
      const code = this.uint(b, p, 2);
      const length = this.uint(b, p + 2, 2);
      if (code === 0 || p + 4 + length > stop) break;
      if (code === 9 && length >= 1) {
        const v = b[p + 4]!;
        perSecond = v >= 128 ? 2 ** (v - 128) : 10 ** v;
      }
      if (code === 14 && length >= 8) offsetSeconds = this.uint(b, p + 4, 4);
      p += 4 + Math.ceil(length / 4) * 4;
    }
    this.interfaces.push({ link: this.uint(b, body, 2), perSecond, offsetSeconds });
  }

  private time(b: Uint8Array, at: number, from: Interface): number {
    const units = (BigInt(this.uint(b, at, 4)) << 32n) + BigInt(this.uint(b, at + 4, 4));
    const per = BigInt(Math.max(1, Math.min(from.perSecond, 2 ** 53)));
    return Number((units * 1_000_000n) / per) + from.offsetSeconds * 1_000_000;
  }

  /** To the next block that can be one: its length stands at both of its ends. */
  private resync(b: Uint8Array, at: number, end: number, base: number, sink: (set: RawSet) => void): number {
    let p = at + 4;
    for (; p + 12 <= end; p += 4) {
      const length = this.uint(b, p + 4, 4);
      if (length < 12 || length % 4 !== 0 || length > 1 << 20 || p + length > end) continue;
      if (this.uint(b, p + length - 4, 4) === length) break;
    }
    p = Math.min(p, end);
    sink(
      damage(
        b,
        at,
        p,
        { exporter: null, capturedUs: null, flaw: null },
        (q) => base + q,
        "damage between blocks",
      ),
    );
    return p;
  }
}

// Link layer, IP and UDP of a captured packet. Fragments are put together by (addresses, identification); the first
// copy of a byte wins, and what waits is bounded, since a capture may be crafted.
// Source: RFC 791 section 3.2, RFC 8200 section 4.5, RFC 768, RFC 1071; LINKTYPE_LINUX_SLL, _SLL2.
import { addressText, unsigned } from "./values";

export interface Datagram {
  /** UDP payload; of a fragment: its part of the IP payload. */
  readonly bytes: Uint8Array;
  readonly source: string;
  readonly offset: (at: number) => number;
  readonly flaw: string | null;
  readonly fragment: {
    readonly key: string;
    readonly at: number;
    readonly more: boolean;
    /** Source and destination address bytes, for the checksum. */
    readonly addresses: Uint8Array;
  } | null;
}

const UDP = 17;

/** The UDP datagram (or fragment of one) in a packet, null where it carries none. */
export function readDatagram(
  b: Uint8Array,
  at: number,
  to: number,
  link: number,
  base: number,
): Datagram | null {
  const ip = network(b, at, to, link);
  if (ip < 0 || ip >= to) return null;
  const version = b[ip]! >> 4;
  return version === 4 ? ipv4(b, ip, to, base) : version === 6 ? ipv6(b, ip, to, base) : null;
}

/** Where the IP header begins; -1 where there is none. */
function network(b: Uint8Array, at: number, to: number, link: number): number {
  switch (link) {
    case 1: {
      let p = at + 12;
      for (let tags = 0; tags < 4 && p + 2 <= to; tags++) {
        const type = unsigned(b, p, p + 2);
        if (type === 0x8100 || type === 0x88a8 || type === 0x9100) p += 4;
        else if (type === 0x8864) return p + 2 + 8 <= to ? p + 2 + 8 : -1;
        else return type === 0x0800 || type === 0x86dd ? p + 2 : -1;
      }
      return -1;
    }
    case 113:
      return isIp(b, at + 14, to) ? at + 16 : -1;
    case 276:
      return isIp(b, at, to) ? at + 20 : -1;
    case 0:
    case 108:
      return at + 4;
    case 101:
    case 12:
    case 14:
    case 228:
    case 229:
      return at;
    default:
      return -1;
  }
}

const isIp = (b: Uint8Array, at: number, to: number): boolean => {
  if (at + 2 > to) return false;
  const type = unsigned(b, at, at + 2);
  return type === 0x0800 || type === 0x86dd;
};

function ipv4(b: Uint8Array, at: number, to: number, base: number): Datagram | null {
  if (to - at < 20) return null;
  const header = (b[at]! & 15) * 4;
  if (header < 20 || at + header > to || b[at + 9] !== UDP) return null;
  // An Ethernet frame may be padded; a total length of 0 comes from segmentation offload.
  const total = unsigned(b, at + 2, at + 4) || to - at;
  const end = Math.min(to, at + total);
  const flags = unsigned(b, at + 6, at + 8);
  const source = addressText(b, at + 12, at + 16)!;
  const addresses = b.slice(at + 12, at + 20);
  const more = (flags & 0x2000) !== 0;
  const position = (flags & 0x1fff) * 8;
  const from = at + header;
  if (more || position > 0) {
    const key = `4/${source}/${addressText(b, at + 16, at + 20)}/${unsigned(b, at + 4, at + 6)}`;
    return piece(b, from, end, base, source, { key, at: position, more, addresses });
  }
  const datagram = udp(b.subarray(from, end), source, (p) => base + from + p, addresses);
  const sound = unsigned(b, at + 10, at + 12) === 0 || folded(b, at, at + header, 0) === 0xffff;
  return datagram === null || sound ? datagram : { ...datagram, flaw: "its packet's IP checksum is wrong" };
}

function ipv6(b: Uint8Array, at: number, to: number, base: number): Datagram | null {
  if (to - at < 40) return null;
  const end = Math.min(to, at + 40 + (unsigned(b, at + 4, at + 6) || to - at - 40));
  const source = addressText(b, at + 8, at + 24)!;
  const addresses = b.slice(at + 8, at + 40);
  let next = b[at + 6]!;
  let p = at + 40;
  for (let headers = 0; headers < 8 && p + 8 <= end; headers++) {
    if (next === UDP) return udp(b.subarray(p, end), source, offsetFrom(base + p), addresses);
    if (next === 44) {
      const flags = unsigned(b, p + 2, p + 4);
      if (b[p] !== UDP) return null;
      const key = `6/${source}/${addressText(b, at + 24, at + 40)}/${unsigned(b, p + 4, p + 8)}`;
      const fragment = { key, at: flags & 0xfff8, more: (flags & 1) === 1, addresses };
      if (fragment.at === 0 && !fragment.more)
        return udp(b.subarray(p + 8, end), source, offsetFrom(base + p + 8), addresses);
      return piece(b, p + 8, end, base, source, fragment);
    }
    // Hop-by-hop, routing, destination options.
    if (next !== 0 && next !== 43 && next !== 60) return null;
    next = b[p]!;
    p += (b[p + 1]! + 1) * 8;
  }
  return null;
}

const offsetFrom =
  (start: number) =>
  (p: number): number =>
    start + p;

function piece(
  b: Uint8Array,
  from: number,
  end: number,
  base: number,
  source: string,
  fragment: NonNullable<Datagram["fragment"]>,
): Datagram {
  return {
    bytes: b.slice(from, Math.max(from, end)),
    source,
    offset: offsetFrom(base + from),
    flaw: null,
    fragment,
  };
}

/** A whole UDP datagram d: its payload, and what is wrong with it. */
function udp(
  d: Uint8Array,
  source: string,
  offset: (at: number) => number,
  addresses: Uint8Array,
): Datagram | null {
  if (d.length < 8) return null;
  const length = unsigned(d, 4, 6);
  const end = length >= 8 ? Math.min(d.length, length) : d.length;
  const checksum = unsigned(d, 6, 8);
  let flaw: string | null = null;
  if (length > d.length) flaw = "the packet was captured in part";
  else if (checksum !== 0 && length >= 8 && !sums(d.subarray(0, end), addresses))
    flaw = "its packet's UDP checksum is wrong";
  return { bytes: d.slice(8, end), source, offset: (p) => offset(p + 8), flaw, fragment: null };
}

/** Whether datagram and pseudo header sum up to all ones (RFC 1071). */
function sums(d: Uint8Array, addresses: Uint8Array): boolean {
  return folded(d, 0, d.length, folded(addresses, 0, addresses.length, UDP + d.length)) === 0xffff;
}

/** Ones' complement sum of the 16-bit words in [from, to), on top of `start`. */
function folded(b: Uint8Array, from: number, to: number, start: number): number {
  let sum = start;
  for (let i = from; i < to; i += 2) sum += b[i]! * 256 + (i + 1 < to ? b[i + 1]! : 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 65_536);
  return sum;
}

/** Packets under way, and bytes, that may wait for their fragments. */
const MOST = 512;
const LONGEST = 65_535;

export class Reassembly {
  private readonly parts = new Map<string, Datagram[]>();

  /** Adds a fragment; the whole datagram where it is complete. `drop` gets fragments that are given up. */
  add(found: Datagram, drop: (lost: Datagram) => void): Datagram | null {
    const { key } = found.fragment!;
    const list = this.parts.get(key) ?? [];
    list.push(found);
    this.parts.delete(key);
    const whole = join(list);
    if (whole !== null) return whole === "nothing" ? null : whole;
    this.parts.set(key, list);
    if (this.parts.size > MOST || list.length > 64) {
      const [oldest, lost] = this.parts.entries().next().value!;
      this.parts.delete(oldest);
      for (const fragment of lost) drop(fragment);
    }
    return null;
  }

  unfinished(): Datagram[] {
    const out = [...this.parts.values()].flat();
    this.parts.clear();
    return out;
  }
}

/** The datagram of fragments that cover it without a gap; null while one is missing. */
function join(list: readonly Datagram[]): Datagram | "nothing" | null {
  const last = list.find((f) => !f.fragment!.more);
  if (!last) return null;
  const length = last.fragment!.at + last.bytes.length;
  if (length > LONGEST) return "nothing";
  const sorted = [...list].sort((a, b) => a.fragment!.at - b.fragment!.at);
  const bytes = new Uint8Array(length);
  const pieces: { from: number; offset: (at: number) => number; start: number }[] = [];
  let filled = 0;
  for (const f of sorted) {
    const { at } = f.fragment!;
    if (at > filled) return null;
    const skip = filled - at;
    if (skip >= f.bytes.length) continue;
    const fresh = f.bytes.subarray(skip, Math.min(f.bytes.length, length - at));
    bytes.set(fresh, filled);
    pieces.push({ from: filled, offset: f.offset, start: skip });
    filled += fresh.length;
  }
  if (filled < length) return null;
  const offset = (p: number): number => {
    const piece = pieces.findLast((q) => q.from <= p) ?? pieces[0]!;
    return piece.offset(p - piece.from + piece.start);
  };
  return udp(bytes, last.source, offset, last.fragment!.addresses) ?? "nothing";
}

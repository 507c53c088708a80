// Addresses are ids (DESIGN: "Addresses are ids"). The id of an IPv4 address is its 32-bit number, so the hot path needs no
// look-up; an IPv6 address gets the next id from 2^32 up, in order of first appearance in the case. The side table
// address(id, family, hi, lo, text) holds both; a CIDR filter is a range over (family, hi, lo).

/** First id of an IPv6 address. */
export const IPV6_BASE = 4_294_967_296;

/** 16 bytes as eight 16-bit groups. */
export type Groups = readonly number[];

export interface AddressRow {
  readonly id: number;
  readonly family: 4 | 6;
  /** IPv6: the upper and lower 64 bits as signed BIGINT text (order-preserving: the sign bit is flipped). IPv4: 0 and the number. */
  readonly hi: string;
  readonly lo: string;
  /** RFC 5952; IPv4-mapped IPv6 is IPv4. */
  readonly text: string;
}

/** IPv6 texts whose ids are remembered as they are written; then afresh, so that memory does not follow the file. */
const REMEMBERED = 4096;

/** Ids for one import, seeded with the IPv6 addresses that the case knows already. */
export class AddressBook {
  private readonly ids = new Map<string, number>();
  private fresh: AddressRow[] = [];
  private readonly written = new Map<string, number>();

  constructor(
    known: readonly { id: number; text: string }[] = [],
    private next = IPV6_BASE,
  ) {
    for (const { id, text } of known) {
      this.ids.set(text, id);
      if (id >= this.next) this.next = id + 1;
    }
  }

  /** The id of an address in any text form, or null where the text is no address. A zone id (`fe80::1%eth0`) is dropped. */
  id(text: string): number | null {
    const v4 = parseIpv4(text);
    if (v4 !== null) return v4;
    const known = this.written.get(text);
    if (known !== undefined) return known;
    const groups = parseIpv6(text);
    if (groups === null) return null;
    const id = this.idOfGroups(groups);
    if (this.written.size >= REMEMBERED) this.written.clear();
    this.written.set(text, id);
    return id;
  }

  idOfGroups(groups: Groups): number {
    if (isMapped(groups)) return groups[6]! * 65_536 + groups[7]!;
    const text = formatIpv6(groups);
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    const id = this.next++;
    this.ids.set(text, id);
    this.fresh.push({ id, family: 6, hi: signed64(groups, 0), lo: signed64(groups, 4), text });
    return id;
  }

  /** IPv6 rows that are new since the last call. */
  drain(): AddressRow[] {
    const out = this.fresh;
    this.fresh = [];
    return out;
  }
}

/** Dotted quad to its number; null for anything else (leading zeros, which some software reads as octal, included). */
export function parseIpv4(text: string): number | null {
  let value = 0;
  let parts = 0;
  let digits = 0;
  let octet = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = i < text.length ? text.charCodeAt(i) : 46;
    if (c === 46) {
      if (digits === 0 || octet > 255 || parts === 4) return null;
      value = value * 256 + octet;
      parts++;
      digits = 0;
      octet = 0;
    } else if (c >= 48 && c <= 57) {
      if (digits === 1 && octet === 0) return null;
      octet = octet * 10 + c - 48;
      if (++digits > 3) return null;
    } else return null;
  }
  return parts === 4 ? value : null;
}

/** RFC 4291 text (with an embedded dotted quad, a zone id or brackets allowed) to eight groups, or null. */
export function parseIpv6(text: string): Groups | null {
  let s = text;
  if (s.startsWith("[") && s.endsWith("]")) s = s.slice(1, -1);
  const zone = s.indexOf("%");
  if (zone >= 0) s = s.slice(0, zone);
  if (s.length < 2 || s.length > 45 || !s.includes(":")) return null;
  const dot = s.lastIndexOf(":");
  if (s.indexOf(".") >= 0) {
    const v4 = parseIpv4(s.slice(dot + 1));
    if (v4 === null) return null;
    s = `${s.slice(0, dot + 1)}${Math.floor(v4 / 65_536).toString(16)}:${(v4 % 65_536).toString(16)}`;
  }
  const halves = s.split("::");
  if (halves.length > 2) return null;
  const left = groupsOf(halves[0]!);
  const right = halves.length === 2 ? groupsOf(halves[1]!) : [];
  if (left === null || right === null) return null;
  if (halves.length === 1) return left.length === 8 ? left : null;
  const missing = 8 - left.length - right.length;
  if (missing < 1) return null;
  return [...left, ...new Array<number>(missing).fill(0), ...right];
}

function groupsOf(text: string): number[] | null {
  const out: number[] = [];
  if (text === "") return out;
  let value = 0;
  let digits = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = i < text.length ? text.charCodeAt(i) : 58;
    if (c === 58) {
      if (digits === 0) return null;
      out.push(value);
      value = 0;
      digits = 0;
      continue;
    }
    const lower = c | 32;
    const d = c >= 48 && c <= 57 ? c - 48 : lower >= 97 && lower <= 102 ? lower - 87 : -1;
    if (d < 0 || ++digits > 4) return null;
    value = value * 16 + d;
  }
  return out;
}

const isMapped = (g: Groups): boolean =>
  g[0] === 0 && g[1] === 0 && g[2] === 0 && g[3] === 0 && g[4] === 0 && g[5] === 0xffff;

/** RFC 5952: lower case, no leading zeros, the longest (first) run of two or more zero groups as `::`. */
export function formatIpv6(groups: Groups): string {
  if (isMapped(groups)) return formatIpv4(groups[6]! * 65_536 + groups[7]!);
  let best = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let j = i;
    while (j < 8 && groups[j] === 0) j++;
    if (j - i > bestLength) {
      best = i;
      bestLength = j - i;
    }
    if (j > i) i = j;
  }
  const hex = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((g) => g.toString(16))
      .join(":");
  return best < 0 ? hex(0, 8) : `${hex(0, best)}::${hex(best + bestLength, 8)}`;
}

export function formatIpv4(value: number): string {
  return `${Math.floor(value / 16_777_216)}.${Math.floor(value / 65_536) % 256}.${Math.floor(value / 256) % 256}.${value % 256}`;
}

/** Whether the text is an address in any form. */
export const isAddress = (text: string): boolean => parseIpv4(text) !== null || parseIpv6(text) !== null;

/** Canonical text of any address text, or null. */
export function canonicalAddress(text: string): string | null {
  // A dotted quad that is read has one form only.
  if (parseIpv4(text) !== null) return text;
  const groups = parseIpv6(text);
  return groups === null ? null : formatIpv6(groups);
}

/** Four groups from `at` as a signed 64-bit integer's text with the sign bit flipped, so that BIGINT order is address order. */
export function signed64(groups: Groups, at: number): string {
  let v = 0n;
  for (let i = 0; i < 4; i++) v = (v << 16n) | BigInt(groups[at + i]!);
  return (v - 9_223_372_036_854_775_808n).toString();
}

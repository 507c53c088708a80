// Address sharing by rule in IPv6 access networks: MAP-E and MAP-T, lw4o6, EAM. A public address and port lead to an IPv6
// prefix or address, which names the subscriber's line; ports that no one was given name nobody.
// Sources: RFC 7597 (section 5.1 and appendix A), RFC 7599 (with errata 5324, 5225), RFC 7596, RFC 7757 (section 3).
import { formatIpv6, type Groups, parseIpv6 } from "../record/address";
import type { PortRange } from "./deterministic";

export interface PortSet {
  /** Bits of the port before the PSID (a), of the PSID (k). */
  readonly offset: number;
  readonly length: number;
}

/** Generalised modulus algorithm: bits after the PSID. */
const rest = (set: PortSet): number => 16 - set.offset - set.length;

/** PSID of a port; null for the ports that belong to nobody (below 2^(16-a), where a > 0). */
export function psidOf(set: PortSet, port: number): number | null {
  if (port < 0 || port > 65_535) return null;
  if (set.offset > 0 && port < 2 ** (16 - set.offset)) return null;
  return Math.floor(port / 2 ** rest(set)) % 2 ** set.length;
}

/** The ports of a PSID, in ranges. */
export function portsOfPsid(set: PortSet, psid: number): PortRange[] {
  const m = rest(set);
  const out: PortRange[] = [];
  for (let a = set.offset > 0 ? 1 : 0; a < 2 ** set.offset; a++) {
    const low = a * 2 ** (16 - set.offset) + psid * 2 ** m;
    out.push({ low, high: low + 2 ** m - 1 });
  }
  return out;
}

export interface MapRule {
  readonly ipv6: Groups;
  readonly ipv6Length: number;
  readonly ipv4: number;
  readonly ipv4Length: number;
  readonly eaLength: number;
  /** PSID offset a; 6 where the rule does not say. */
  readonly psidOffset: number;
}

export interface MapOwner {
  readonly rule: MapRule;
  readonly psid: number;
  /** End-user IPv6 prefix: rule prefix and EA bits (IPv4 suffix, PSID). */
  readonly prefix: string;
  readonly prefixLength: number;
}

/** The end-user prefix behind a public address and port: longest IPv4 prefix wins; null where it is nobody's. */
export function mapOwner(rules: readonly MapRule[], ipv4: number, port: number): MapOwner | null {
  let best: MapRule | null = null;
  for (const rule of rules) {
    const span = 2 ** (32 - rule.ipv4Length);
    if (Math.floor(ipv4 / span) !== Math.floor(rule.ipv4 / span)) continue;
    if (best === null || rule.ipv4Length > best.ipv4Length) best = rule;
  }
  if (best === null) return null;
  const suffixBits = 32 - best.ipv4Length;
  const length = best.eaLength - suffixBits;
  // Fewer EA bits than suffix bits: an IPv4 prefix is given out whole (RFC 7597 section 5.2), and all ports with it.
  if (length < 0) {
    const prefix = withBits(
      best.ipv6,
      best.ipv6Length,
      BigInt(Math.floor((ipv4 % 2 ** suffixBits) / 2 ** -length)),
      best.eaLength,
    );
    return { rule: best, psid: 0, prefix: formatIpv6(prefix), prefixLength: best.ipv6Length + best.eaLength };
  }
  const set = { offset: length === 0 ? 0 : best.psidOffset, length };
  if (set.offset + set.length > 16) return null;
  const psid = psidOf(set, port);
  if (psid === null) return null;
  const ea = (BigInt(ipv4 % 2 ** suffixBits) << BigInt(length)) | BigInt(psid);
  const prefix = withBits(best.ipv6, best.ipv6Length, ea, best.eaLength);
  return { rule: best, psid, prefix: formatIpv6(prefix), prefixLength: best.ipv6Length + best.eaLength };
}

/** The MAP-E CE's own address: prefix, subnet 0, interface id of IPv4 address and PSID (RFC 7597 section 6). */
export function mapInterface(prefix: Groups, ipv4: number, psid: number): string {
  return formatIpv6([...prefix.slice(0, 4), 0, Math.floor(ipv4 / 65_536), ipv4 % 65_536, psid]);
}

export interface Lw4o6Binding {
  readonly ipv4: number;
  readonly set: PortSet;
  readonly psid: number;
  /** The softwire's own end, which identifies the subscriber. */
  readonly b4: string;
}

/** lw4o6: the binding-table's entry for address and port; null where there is none, or where two answer. */
export function lw4o6Owner(table: readonly Lw4o6Binding[], ipv4: number, port: number): Lw4o6Binding | null {
  const found = table.filter((entry) => entry.ipv4 === ipv4 && psidOf(entry.set, port) === entry.psid);
  return found.length === 1 ? found[0]! : null;
}

export interface EamEntry {
  readonly ipv4: number;
  readonly ipv4Length: number;
  readonly ipv6: Groups;
  readonly ipv6Length: number;
}

/** Explicit address mapping: longest match, then the suffix copied bit by bit behind the IPv6 prefix (RFC 7757). */
export function eamToIpv6(table: readonly EamEntry[], ipv4: number): string | null {
  let best: EamEntry | null = null;
  for (const entry of table) {
    const span = 2 ** (32 - entry.ipv4Length);
    if (Math.floor(ipv4 / span) !== Math.floor(entry.ipv4 / span)) continue;
    if (best === null || entry.ipv4Length > best.ipv4Length) best = entry;
  }
  if (best === null) return null;
  const bits = 32 - best.ipv4Length;
  if (best.ipv6Length + bits > 128) return null;
  return formatIpv6(withBits(best.ipv6, best.ipv6Length, BigInt(ipv4 % 2 ** bits), bits));
}

export function eamToIpv4(table: readonly EamEntry[], ipv6: Groups): number | null {
  let best: EamEntry | null = null;
  for (const entry of table) {
    if (bitsOf(ipv6, 0, entry.ipv6Length) !== bitsOf(entry.ipv6, 0, entry.ipv6Length)) continue;
    if (best === null || entry.ipv6Length > best.ipv6Length) best = entry;
  }
  if (best === null) return null;
  const bits = 32 - best.ipv4Length;
  const span = 2 ** bits;
  const suffix = Number(bitsOf(ipv6, best.ipv6Length, best.ipv6Length + bits));
  // RFC 7757: bits behind the copied suffix are zero.
  if (bitsOf(ipv6, best.ipv6Length + bits, 128) !== 0n) return null;
  return Math.floor(best.ipv4 / span) * span + suffix;
}

const whole = (groups: Groups): bigint => groups.reduce((v, g) => (v << 16n) | BigInt(g), 0n);

function bitsOf(groups: Groups, from: number, to: number): bigint {
  if (to <= from) return 0n;
  return (whole(groups) >> BigInt(128 - to)) & ((1n << BigInt(to - from)) - 1n);
}

/** The first `length` bits of a prefix, then `count` bits of `value`, then zeros. */
function withBits(prefix: Groups, length: number, value: bigint, count: number): Groups {
  const kept = length === 0 ? 0n : (whole(prefix) >> BigInt(128 - length)) << BigInt(128 - length);
  const all = count === 0 ? kept : kept | (value << BigInt(128 - length - count));
  const out: number[] = [];
  for (let i = 7; i >= 0; i--) out.push(Number((all >> BigInt(16 * i)) & 0xffffn));
  return out;
}

/** A prefix as written: `2001:db8::/40`. Null where it is none. */
export function parsePrefix6(text: string): { groups: Groups; length: number } | null {
  const m = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const groups = m ? parseIpv6(m[1]!) : null;
  return m && groups && Number(m[2]) <= 128 ? { groups, length: Number(m[2]) } : null;
}

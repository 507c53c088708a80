// Rules of computed address sharing, written out as the mappings that they stand for: one port range of one inside
// endpoint each. Only ports that the rule gives to somebody appear; reserved, leftover, dynamic and unsettled ones do not,
// so that attribution names nobody for them. Formulas: shared/nat/deterministic.ts, shared/nat/softwire.ts.
import {
  det44Ports,
  juniperOwner,
  juniperShares,
  type PortRange,
  type Rfc7422,
  rfc7422Ports,
} from "../../../nat/deterministic";
import { eamToIpv6, type MapRule, mapOwner, parsePrefix6, portsOfPsid } from "../../../nat/softwire";
import { canonicalAddress, formatIpv4, parseIpv4 } from "../../../record/address";

export interface RuleMapping {
  readonly publicIp: string;
  /** null: all ports, of the address alone. */
  readonly range: PortRange | null;
  readonly insideIp: string;
}

/** A line must not take memory without end: a larger rule is to be split by prefix. */
export const MOST_MAPPINGS = 1_000_000;

export type Expanded = { readonly mappings: RuleMapping[] } | { readonly fault: string };

interface Prefix4 {
  readonly base: number;
  readonly length: number;
}

function prefix4(text: string | undefined): Prefix4 | null {
  const m = /^([\d.]+)(?:\/(\d{1,2}))?$/.exec(text ?? "");
  const address = m ? parseIpv4(m[1]!) : null;
  const length = m?.[2] === undefined ? 32 : Number(m[2]);
  if (address === null || length > 32) return null;
  const span = 2 ** (32 - length);
  return { base: Math.floor(address / span) * span, length };
}

const number = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;

/** `0-1023,5004`, empty for no port; null where it is no such list. */
function rangesOf(text: string): PortRange[] | null {
  const out: PortRange[] = [];
  if (text === "") return out;
  for (const part of text.split(",")) {
    const m = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim());
    if (!m) return null;
    const low = Number(m[1]);
    const high = Number(m[2] ?? m[1]);
    if (low > high || high > 65_535) return null;
    out.push({ low, high });
  }
  return out;
}

export function expandRule(kind: string, kv: ReadonlyMap<string, string>): Expanded {
  switch (kind) {
    case "rfc7422":
      return rfc7422(kv);
    case "det44":
      return det44(kv);
    case "junos":
      return junos(kv);
    case "map":
      return map(kv);
    case "lw4o6":
      return lw4o6(kv);
    case "eam":
      return eam(kv);
    default:
      return { fault: `there is no rule "${kind.slice(0, 40)}"` };
  }
}

const tooMany = (n: number): { fault: string } => ({
  fault: `the rule stands for ${n} mappings, more than ${MOST_MAPPINGS}: split it by prefix`,
});

function rfc7422(kv: ReadonlyMap<string, string>): Expanded {
  const inside = prefix4(kv.get("inside"));
  const outside = prefix4(kv.get("outside"));
  const perAddress = number(kv.get("per-address"));
  const dynamicFactor = number(kv.get("dynamic") ?? "0");
  const reserved = rangesOf(kv.get("reserved") ?? "0-1023");
  if (!inside || !outside || !perAddress || dynamicFactor === null || !reserved)
    return { fault: "an RFC 7422 rule needs inside=, outside=, per-address= (and dynamic=, reserved=)" };
  if ((kv.get("algorithm") ?? "0") !== "0")
    return { fault: "only the sequential algorithm (0) can be computed without the vendor's text" };
  // Index 0 is the first host: network and broadcast address take no part, unless hosts=all.
  const edge = kv.get("hosts") === "all" || inside.length > 30 ? 0 : 1;
  const rule: Rfc7422 = {
    insideBase: inside.base + edge,
    insideCount: 2 ** (32 - inside.length) - 2 * edge,
    outsideBase: outside.base,
    outsideCount: 2 ** (32 - outside.length),
    perAddress,
    dynamicFactor,
    reserved,
  };
  const covered = Math.min(rule.insideCount, rule.outsideCount * perAddress);
  if (covered > MOST_MAPPINGS / 16) return tooMany(covered * reserved.length);
  const mappings: RuleMapping[] = [];
  for (let host = rule.insideBase; host < rule.insideBase + covered; host++) {
    const ports = rfc7422Ports(rule, host);
    for (const range of ports?.ranges ?? [])
      mappings.push({ publicIp: formatIpv4(ports!.outside), range, insideIp: formatIpv4(host) });
  }
  return { mappings };
}

function det44(kv: ReadonlyMap<string, string>): Expanded {
  const inside = prefix4(kv.get("inside"));
  const outside = prefix4(kv.get("outside"));
  if (!inside || !outside || outside.length < inside.length)
    return { fault: "a det44 rule needs inside= and outside=, the outside no larger than the inside" };
  const rule = {
    insideBase: inside.base,
    insideLength: inside.length,
    outsideBase: outside.base,
    outsideLength: outside.length,
  };
  const count = 2 ** (32 - inside.length);
  if (count > MOST_MAPPINGS) return tooMany(count);
  if (2 ** (outside.length - inside.length) > 64_512)
    return { fault: "more hosts than ports share an address" };
  const mappings: RuleMapping[] = [];
  for (let host = inside.base; host < inside.base + count; host++) {
    const ports = det44Ports(rule, host)!;
    mappings.push({ publicIp: formatIpv4(ports.outside), range: ports.range, insideIp: formatIpv4(host) });
  }
  return { mappings };
}

function junos(kv: ReadonlyMap<string, string>): Expanded {
  const inside = prefix4(kv.get("inside"));
  const outside = prefix4(kv.get("outside"));
  const blockSize = number(kv.get("block") ?? "0");
  if (!inside || !outside || blockSize === null)
    return { fault: "a junos rule needs inside= and outside= (and block=, boundary=)" };
  const rule = {
    insideBase: inside.base,
    insideLength: inside.length,
    outsideBase: outside.base,
    outsideCount: 2 ** (32 - outside.length),
    blockSize,
    includeBoundaryAddresses: kv.get("boundary") === "include",
  };
  const { count, block } = juniperShares(rule);
  if (block < 1) return { fault: "more hosts than ports share an address" };
  if (count > MOST_MAPPINGS) return tooMany(count);
  const mappings: RuleMapping[] = [];
  for (let a = 0; a < rule.outsideCount; a++) {
    for (let low = 1024; low + block - 1 <= 65_535; low += block) {
      const owner = juniperOwner(rule, outside.base + a, low);
      if (!("inside" in owner)) continue;
      mappings.push({
        publicIp: formatIpv4(outside.base + a),
        range: { low, high: low + block - 1 },
        insideIp: formatIpv4(owner.inside),
      });
    }
  }
  return { mappings };
}

function map(kv: ReadonlyMap<string, string>): Expanded {
  const ipv4 = prefix4(kv.get("ipv4"));
  const ipv6 = parsePrefix6(kv.get("ipv6") ?? "");
  const eaLength = number(kv.get("ea"));
  const psidOffset = number(kv.get("offset") ?? "6");
  if (!ipv4 || !ipv6 || eaLength === null || psidOffset === null)
    return { fault: "a map rule needs ipv4=, ipv6=, ea= (and offset=)" };
  const length = eaLength - (32 - ipv4.length);
  if (eaLength > 48 || ipv6.length + eaLength > 64 || psidOffset + Math.max(0, length) > 16)
    return { fault: "its prefix lengths, EA bits and PSID offset do not fit together (RFC 7597 section 5)" };
  if (length < 0) return { fault: "a rule that gives out whole IPv4 prefixes shares no address" };
  const rule: MapRule = {
    ipv4: ipv4.base,
    ipv4Length: ipv4.length,
    ipv6: ipv6.groups,
    ipv6Length: ipv6.length,
    eaLength,
    psidOffset,
  };
  const set = { offset: length === 0 ? 0 : psidOffset, length };
  const addresses = 2 ** (32 - ipv4.length);
  const each = set.offset === 0 ? 1 : 2 ** set.offset - 1;
  const all = addresses * 2 ** length * each;
  if (all > MOST_MAPPINGS) return tooMany(all);
  const mappings: RuleMapping[] = [];
  for (let address = ipv4.base; address < ipv4.base + addresses; address++) {
    for (let psid = 0; psid < 2 ** length; psid++) {
      const ranges = portsOfPsid(set, psid);
      const owner = mapOwner([rule], address, ranges[0]!.low);
      if (owner === null) continue;
      // The end-user prefix names the line; its first address stands for it.
      for (const range of ranges)
        mappings.push({ publicIp: formatIpv4(address), range, insideIp: owner.prefix });
    }
  }
  return { mappings };
}

function lw4o6(kv: ReadonlyMap<string, string>): Expanded {
  const ipv4 = parseIpv4(kv.get("ipv4") ?? "");
  const psid = number(kv.get("psid"));
  const length = number(kv.get("psid-length"));
  const offset = number(kv.get("psid-offset") ?? "0");
  const b4 = canonicalAddress(kv.get("b4") ?? "");
  if (ipv4 === null || psid === null || length === null || offset === null || b4 === null)
    return { fault: "an lw4o6 binding needs ipv4=, psid=, psid-length=, b4= (and psid-offset=)" };
  if (offset + length > 16 || psid >= 2 ** length) return { fault: "its PSID does not fit its length" };
  return {
    mappings: portsOfPsid({ offset, length }, psid).map((range) => ({
      publicIp: formatIpv4(ipv4),
      range,
      insideIp: b4,
    })),
  };
}

function eam(kv: ReadonlyMap<string, string>): Expanded {
  const ipv4 = prefix4(kv.get("ipv4"));
  const ipv6 = parsePrefix6(kv.get("ipv6") ?? "");
  if (!ipv4 || !ipv6) return { fault: "an EAM entry needs ipv4= and ipv6=" };
  const count = 2 ** (32 - ipv4.length);
  if (count > MOST_MAPPINGS) return tooMany(count);
  const entry = { ipv4: ipv4.base, ipv4Length: ipv4.length, ipv6: ipv6.groups, ipv6Length: ipv6.length };
  const mappings: RuleMapping[] = [];
  for (let address = ipv4.base; address < ipv4.base + count; address++) {
    const inside = eamToIpv6([entry], address);
    if (inside === null) return { fault: "its IPv4 suffix does not fit behind its IPv6 prefix" };
    mappings.push({ publicIp: formatIpv4(address), range: null, insideIp: inside });
  }
  return { mappings };
}

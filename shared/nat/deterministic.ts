// Deterministic NAT: the inside address follows from public address and port by a rule, without a log. Each rule here
// gives the ports of an inside address and the inside address of a port, and names nobody where the rule leaves a port
// to chance (dynamic pool), to no one (leftover, reserved), or where two readings of the vendor's text differ.
// Sources: RFC 7422 (sections 2.2, 2.3), VPP det44 plug-in, Junos "Deterministic NAPT".

/** Inclusive port range. */
export interface PortRange {
  readonly low: number;
  readonly high: number;
}

/** Who a public port belongs to by rule; `nobody` says why it is no one's. */
export type Owner =
  | { readonly inside: number }
  | { readonly nobody: "reserved" | "dynamic" | "leftover" | "unsettled" | "outside" };

export interface Rfc7422 {
  /** First inside address of the rule's index 0, as a 32-bit number, and how many there are. */
  readonly insideBase: number;
  readonly insideCount: number;
  readonly outsideBase: number;
  readonly outsideCount: number;
  /** Subscribers an outside address (C), dynamic factor (D). */
  readonly perAddress: number;
  readonly dynamicFactor: number;
  /** Reserved ports, taken out before anything is divided. */
  readonly reserved: readonly PortRange[];
}

const isReserved = (reserved: readonly PortRange[], port: number): boolean =>
  reserved.some((r) => port >= r.low && port <= r.high);

const lists = new WeakMap<readonly PortRange[], number[]>();

/** The ports left when the reserved ones are taken out, in order; made once for a rule's list. */
function portsLeft(reserved: readonly PortRange[]): number[] {
  const known = lists.get(reserved);
  if (known) return known;
  const out: number[] = [];
  for (let port = 0; port <= 65_535; port++) if (!isReserved(reserved, port)) out.push(port);
  lists.set(reserved, out);
  return out;
}

/** Ports that each subscriber gets: floor(ports left / (C + D)). */
export function portsPerSubscriber(rule: Rfc7422): number {
  const taken = merged(rule.reserved).reduce((sum, r) => sum + r.high - r.low + 1, 0);
  return Math.floor((65_536 - taken) / (rule.perAddress + rule.dynamicFactor));
}

/** RFC 7422, sequential (algorithm 0): a port's index among the ports left, divided by n, is the subscriber's index. */
export function rfc7422Owner(rule: Rfc7422, outside: number, port: number): Owner {
  const address = outside - rule.outsideBase;
  if (address < 0 || address >= rule.outsideCount || port < 0 || port > 65_535) return { nobody: "outside" };
  if (isReserved(rule.reserved, port)) return { nobody: "reserved" };
  let index = port;
  for (const r of merged(rule.reserved)) if (r.low < port) index -= Math.min(r.high, port) - r.low + 1;
  const subscriber = Math.floor(index / portsPerSubscriber(rule));
  if (subscriber >= rule.perAddress) return { nobody: "dynamic" };
  const inside = address * rule.perAddress + subscriber;
  return inside < rule.insideCount ? { inside: rule.insideBase + inside } : { nobody: "leftover" };
}

/** The outside address and ports of an inside address, or null where the rule does not cover it. */
export function rfc7422Ports(rule: Rfc7422, inside: number): { outside: number; ranges: PortRange[] } | null {
  const index = inside - rule.insideBase;
  if (index < 0 || index >= rule.insideCount) return null;
  const address = Math.floor(index / rule.perAddress);
  if (address >= rule.outsideCount) return null;
  const left = portsLeft(rule.reserved);
  const n = portsPerSubscriber(rule);
  const from = (index % rule.perAddress) * n;
  return { outside: rule.outsideBase + address, ranges: ranges(left.slice(from, from + n)) };
}

/** The pool that is handed out as needed and must be logged. */
export const rfc7422Dynamic = (rule: Rfc7422): PortRange[] =>
  ranges(portsLeft(rule.reserved).slice(portsPerSubscriber(rule) * rule.perAddress));

function merged(reserved: readonly PortRange[]): PortRange[] {
  const out: PortRange[] = [];
  for (const r of [...reserved].sort((a, b) => a.low - b.low)) {
    const last = out[out.length - 1];
    if (last && r.low <= last.high + 1)
      out[out.length - 1] = { low: last.low, high: Math.max(last.high, r.high) };
    else out.push(r);
  }
  return out;
}

function ranges(ports: readonly number[]): PortRange[] {
  const out: PortRange[] = [];
  for (const port of ports) {
    const last = out[out.length - 1];
    if (last && port === last.high + 1) out[out.length - 1] = { low: last.low, high: port };
    else out.push({ low: port, high: port });
  }
  return out;
}

export interface Det44 {
  readonly insideBase: number;
  readonly insideLength: number;
  readonly outsideBase: number;
  readonly outsideLength: number;
}

/** Inside addresses an outside address, and ports a host: floor(64512 / ratio). */
export function det44Shares(rule: Det44): { ratio: number; portsPerHost: number } {
  const ratio = 2 ** (rule.outsideLength - rule.insideLength);
  return { ratio, portsPerHost: Math.floor(64_512 / ratio) };
}

/** VPP det44. Ports below 1024 and those left over at the top would name a neighbour: they are nobody's. */
export function det44Owner(rule: Det44, outside: number, port: number): Owner {
  const { ratio, portsPerHost } = det44Shares(rule);
  const address = outside - rule.outsideBase;
  if (address < 0 || address >= 2 ** (32 - rule.outsideLength)) return { nobody: "outside" };
  if (port < 1024) return { nobody: "reserved" };
  const host = Math.floor((port - 1024) / portsPerHost);
  return host < ratio ? { inside: rule.insideBase + address * ratio + host } : { nobody: "leftover" };
}

export function det44Ports(rule: Det44, inside: number): { outside: number; range: PortRange } | null {
  const { ratio, portsPerHost } = det44Shares(rule);
  const index = inside - rule.insideBase;
  if (index < 0 || index >= 2 ** (32 - rule.insideLength)) return null;
  const low = 1024 + (index % ratio) * portsPerHost;
  return {
    outside: rule.outsideBase + Math.floor(index / ratio),
    range: { low, high: low + portsPerHost - 1 },
  };
}

export interface JuniperDeterministic {
  /** The prefix as written, and its length. */
  readonly insideBase: number;
  readonly insideLength: number;
  readonly outsideBase: number;
  readonly outsideCount: number;
  /** 0: computed from the number of addresses. */
  readonly blockSize: number;
  readonly includeBoundaryAddresses: boolean;
}

/** Inside addresses that take part, and the block's size. */
export function juniperShares(rule: JuniperDeterministic): { first: number; count: number; block: number } {
  const size = 2 ** (32 - rule.insideLength);
  const boundary = rule.includeBoundaryAddresses || size < 4 ? 0 : 1;
  const count = size - 2 * boundary;
  const block =
    rule.blockSize > 0 ? rule.blockSize : Math.floor(64_512 / Math.ceil(count / rule.outsideCount));
  return { first: rule.insideBase + boundary, count, block };
}

/**
 * Junos: blocks are dealt out one after the other from port 1024. How many a public address gets is not settled by the
 * documents: all that fit, or only ceil(private / public). Both are computed, and only what both say is answered.
 */
export function juniperOwner(rule: JuniperDeterministic, outside: number, port: number): Owner {
  const { first, count, block } = juniperShares(rule);
  const address = outside - rule.outsideBase;
  if (address < 0 || address >= rule.outsideCount) return { nobody: "outside" };
  if (port < 1024) return { nobody: "reserved" };
  const place = Math.floor((port - 1024) / block);
  const owner = (perAddress: number): number | null => {
    if (place >= perAddress) return null;
    const index = address * perAddress + place;
    return index < count ? first + index : null;
  };
  const full = owner(Math.floor(64_512 / block));
  const shared = owner(Math.ceil(count / rule.outsideCount));
  if (full !== shared) return { nobody: "unsettled" };
  return full === null ? { nobody: "leftover" } : { inside: full };
}

// A network behind shared addresses, with known truth: who held which address and port when, and which connections
// reached the server. Two kinds of NAT: port blocks (a subscriber holds a range for a while) and sessions (a port each).
import type { Random } from "./random";

/** Share of a block's connections that are the one that asked for the block. */
export const STARTERS = 0.05;

export interface NetworkShape {
  readonly kind: "blocks" | "sessions";
  /** Seconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly subscribers: number;
  readonly addresses: number;
  /** Blocks an address has (kind blocks) or ports an address uses (kind sessions): small numbers mean quick reuse. */
  readonly slots: number;
  readonly blockSize: number;
  /** Mean seconds that a binding is held. */
  readonly tenure: number;
  /** Bindings over the whole span. */
  readonly bindings: number;
  /** Seconds that a freed slot rests at least before its next use (RFC 6888 REQ-8 asks for 120). */
  readonly rest: number;
  /** Connections that reach the server, over the whole span. */
  readonly connections: number;
  /** Shares of the span at which the NAT restarts: it drops its table, writes no end, and gives any port to anyone at once. */
  readonly restarts?: readonly number[];
  /** Share of a day's activity that follows the hour (0 flat, 1 strong). */
  readonly daily?: number;
}

export interface Binding {
  readonly subscriber: number;
  readonly address: number;
  readonly portLow: number;
  readonly portHigh: number;
  readonly from: number;
  readonly to: number;
  /** Ended by a restart: no record shows the end. */
  readonly dropped: boolean;
}

export interface Connection {
  readonly binding: number;
  readonly port: number;
  /** When its first packet passed the NAT. */
  readonly at: number;
  /** When its last packet did. */
  readonly until: number;
}

export interface Network {
  readonly shape: NetworkShape;
  readonly bindings: readonly Binding[];
  /** In order of `at`. */
  readonly connections: readonly Connection[];
}

export const insideAddress = (subscriber: number): string =>
  `100.64.${(subscriber >> 8) & 255}.${subscriber & 255}`;
export const subscriberName = (subscriber: number): string =>
  `line-${String(subscriber + 1).padStart(5, "0")}`;
export const publicAddress = (address: number): string => `198.51.100.${10 + address}`;

/** Share of full activity at a time of day: a trough at 04:00, a peak at 16:00 UTC. */
const activity = (time: number, daily: number): number =>
  1 - daily * (0.5 + 0.5 * Math.cos((2 * Math.PI * (time - 4 * 3600)) / 86_400));

export function buildNetwork(shape: NetworkShape, random: Random): Network {
  const starts: number[] = [];
  while (starts.length < shape.bindings) {
    const t = random.between(shape.from, shape.to);
    if (random.unit() < activity(t, shape.daily ?? 0)) starts.push(t);
  }
  starts.sort((a, b) => a - b);
  const free: { address: number; slot: number; since: number }[] = [];
  for (let address = 0; address < shape.addresses; address++) {
    for (let slot = 0; slot < shape.slots; slot++)
      free.push({ address, slot, since: Number.NEGATIVE_INFINITY });
  }
  const busy: { address: number; slot: number; until: number; binding: number }[] = [];
  const bindings: Binding[] = [];
  const restarts = (shape.restarts ?? []).map((share) => shape.from + share * (shape.to - shape.from));
  for (const from of starts) {
    while (restarts.length > 0 && restarts[0]! <= from) {
      const at = restarts.shift()!;
      for (const b of busy) {
        const gone = b.until > at;
        if (gone) bindings[b.binding] = { ...bindings[b.binding]!, to: at, dropped: true };
        free.push({ address: b.address, slot: b.slot, since: gone ? Number.NEGATIVE_INFINITY : b.until });
      }
      busy.length = 0;
    }
    for (let i = busy.length - 1; i >= 0; i--) {
      const b = busy[i]!;
      if (b.until <= from) {
        free.push({ address: b.address, slot: b.slot, since: b.until });
        busy.splice(i, 1);
      }
    }
    // A pool draws at random among what has rested long enough; a full pool turns the subscriber away.
    let chosen = -1;
    for (let attempt = 0; attempt < 8 && free.length > 0; attempt++) {
      const i = Math.floor(random.unit() * free.length);
      if (free[i]!.since + shape.rest <= from) {
        chosen = i;
        break;
      }
    }
    if (chosen < 0) continue;
    const place = free.splice(chosen, 1)[0]!;
    const length =
      shape.kind === "blocks"
        ? random.lognormal(shape.tenure * 0.7, 0.85)
        : random.lognormal(shape.tenure * 0.6, 1);
    const to = from + Math.max(shape.kind === "blocks" ? 5 : 0.2, length);
    busy.push({ address: place.address, slot: place.slot, until: to, binding: bindings.length });
    const portLow = 1024 + place.slot * (shape.kind === "blocks" ? shape.blockSize : 7);
    bindings.push({
      subscriber: random.integer(0, shape.subscribers - 1),
      address: place.address,
      portLow,
      portHigh: shape.kind === "blocks" ? portLow + shape.blockSize - 1 : portLow,
      from,
      to,
      dropped: false,
    });
  }
  return { shape, bindings, connections: connectionsOf(shape, bindings, random) };
}

function connectionsOf(shape: NetworkShape, bindings: readonly Binding[], random: Random): Connection[] {
  const connections: Connection[] = [];
  if (bindings.length === 0) return connections;
  if (shape.kind === "sessions") {
    const share = Math.min(1, shape.connections / bindings.length);
    for (const [binding, b] of bindings.entries()) {
      if (random.chance(share)) connections.push({ binding, port: b.portLow, at: b.from, until: b.to });
    }
    return connections;
  }
  // A block is there because a connection asked for it; the others come while it is held.
  const mean = shape.connections / bindings.length;
  for (const [binding, b] of bindings.entries()) {
    let n = Math.floor(mean);
    if (random.chance(mean - n)) n++;
    n = mean >= 1 ? Math.max(0, n + random.integer(-1, 1)) : n;
    for (let i = 0; i < n; i++) {
      const at = random.chance(STARTERS) ? b.from : random.between(b.from, b.to);
      const until = Math.min(b.to, at + random.exponential(8));
      connections.push({ binding, port: random.integer(b.portLow, b.portHigh), at, until });
    }
  }
  return connections.sort((x, y) => x.at - y.at);
}

// Networks of the scenarios: how many addresses, slots and bindings keep a pool as busy as real ones are.
import type { WorldShape } from "./build";
import type { NetworkShape } from "./network";
import type { Random } from "./random";

/** 2026-11-02T00:00:00Z. */
const START = 1_793_577_600;
export const DAY = 86_400;

export const blocks = (days: number, tenure: number, connections: number, rest = 30): NetworkShape => {
  const slots = 40;
  const addresses = 3;
  // Two thirds of the blocks are held at any time.
  const bindings = Math.round((0.66 * slots * addresses * days * DAY) / tenure);
  return {
    kind: "blocks",
    from: START,
    to: START + days * DAY,
    subscribers: 400,
    addresses,
    slots,
    blockSize: 256,
    tenure,
    bindings,
    rest,
    connections,
    daily: 0.3,
  };
};

export const sessions = (
  days: number,
  tenure: number,
  bindings: number,
  connections: number,
  rest = 2,
  busy = 0.4,
): NetworkShape => {
  const addresses = 2;
  // As many ports as keep them busy that share of the time: by default reuse within a tenure or two.
  const slots = Math.max(8, Math.round((bindings * tenure) / (days * DAY) / busy / addresses));
  return {
    kind: "sessions",
    from: START,
    to: START + days * DAY,
    subscribers: 300,
    addresses,
    slots,
    blockSize: 1,
    tenure,
    bindings,
    rest,
    connections,
    daily: 0.3,
  };
};

/** 2026-10-25T01:00:00Z: summer time ends in the European Union. */
export const SUMMER_ENDS = 1_792_890_000;

/** A web server with a clock some way off, and a carrier's port blocks. */
export const base = (r: Random): Omit<WorldShape, "scenario" | "network"> => ({
  clock: { offset: r.sign() * r.between(0.3, 120), skewPpm: r.between(-40, 40) },
  serverFormat: "apache",
  natFormat: "srx-pba",
  stamps: "start",
});

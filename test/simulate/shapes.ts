// Networks of the scenarios: how many addresses, slots and bindings keep a pool as busy as real ones are.
import type { NetworkShape } from "./network";

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
): NetworkShape => {
  const addresses = 2;
  // As many ports as keep them busy about two fifths of the time: reuse within a tenure or two.
  const slots = Math.max(8, Math.round((bindings * tenure) / (days * DAY) / 0.4 / addresses));
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

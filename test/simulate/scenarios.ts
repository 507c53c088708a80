// The scenarios of the validation: one fault or hardship each, drawn afresh for every seed. Assumptions of each class
// stand in ./assumptions.md, written before any run.
import type { WorldShape } from "./build";
import type { NetworkShape } from "./network";
import { Random } from "./random";

/** 2026-11-02T00:00:00Z. */
const START = 1_793_577_600;
const DAY = 86_400;

const blocks = (days: number, tenure: number, connections: number, rest = 30): NetworkShape => {
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

const sessions = (
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

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** False where the two logs have no connection in common: only a refusal is right. */
  readonly related: boolean;
  /** False where an assumption of the method is broken on purpose. */
  readonly assumed: boolean;
  shape(random: Random): Omit<WorldShape, "scenario">;
}

const base = (r: Random): Omit<WorldShape, "scenario" | "network"> => ({
  clock: { offset: r.sign() * r.between(0.3, 120), skewPpm: r.between(-40, 40) },
  serverFormat: "apache",
  natFormat: "srx-pba",
  stamps: "start",
});

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "blocks",
    title: "Port blocks of 15 minutes, offset and skew",
    related: true,
    assumed: true,
    shape: (r) => ({ ...base(r), network: blocks(1, 900, 4000) }),
  },
  {
    name: "blocks-long",
    title: "Port blocks of two hours",
    related: true,
    assumed: true,
    shape: (r) => ({ ...base(r), network: blocks(3, 7200, 4000) }),
  },
  {
    name: "blocks-sparse",
    title: "Port blocks, 300 events",
    related: true,
    assumed: true,
    shape: (r) => ({ ...base(r), network: blocks(1, 900, 300) }),
  },
  {
    name: "blocks-day",
    title: "Port blocks of a day",
    related: true,
    assumed: true,
    shape: (r) => ({ ...base(r), network: blocks(14, 86_400, 5000) }),
  },
  {
    name: "sessions",
    title: "Sessions of a minute",
    related: true,
    assumed: true,
    shape: (r) => ({
      ...base(r),
      natFormat: "csv-events",
      serverFormat: "sshd3164",
      stamps: "connect",
      network: sessions(1, 60, 8000, 3000),
    }),
  },
  {
    name: "sessions-flow",
    title: "Sessions of a minute in RT_FLOW",
    related: true,
    assumed: true,
    shape: (r) => ({ ...base(r), natFormat: "srx-flow", network: sessions(1, 60, 8000, 3000) }),
  },
  {
    name: "sessions-sparse",
    title: "Sessions, 80 events",
    related: true,
    assumed: true,
    shape: (r) => ({
      ...base(r),
      natFormat: "csv-events",
      serverFormat: "sshd3164",
      stamps: "connect",
      network: sessions(1, 60, 6000, 80),
    }),
  },
  {
    name: "milliseconds",
    title: "Milliseconds on both sides",
    related: true,
    assumed: true,
    shape: (r) => ({
      ...base(r),
      natFormat: "csv-events",
      serverFormat: "csv-ms",
      stamps: "connect",
      network: sessions(1, 60, 8000, 3000),
    }),
  },
  {
    name: "minutes",
    title: "A server that logs whole minutes",
    related: true,
    assumed: true,
    shape: (r) => ({ ...base(r), serverFormat: "csv-min", network: blocks(2, 1800, 4000) }),
  },
  {
    name: "end-stamped",
    title: "Logged at the end of the act",
    related: true,
    assumed: true,
    shape: (r) => ({
      ...base(r),
      natFormat: "csv-events",
      serverFormat: "csv-s",
      stamps: "end",
      network: sessions(1, 60, 8000, 3000),
    }),
  },
  {
    name: "skew",
    title: "80 ppm over 14 days",
    related: true,
    assumed: true,
    shape: (r) => ({
      ...base(r),
      clock: { offset: r.between(-60, 60), skewPpm: r.sign() * r.between(60, 100) },
      network: blocks(14, 900, 5000),
    }),
  },
  {
    name: "step",
    title: "One step of 5 to 300 s",
    related: true,
    assumed: true,
    shape: (r) => ({
      ...base(r),
      clock: {
        offset: r.between(-60, 60),
        skewPpm: r.between(-20, 20),
        steps: [{ at: r.between(0.25, 0.75), by: r.sign() * r.between(5, 300) }],
      },
      network: blocks(1, 900, 4000),
    }),
  },
  {
    name: "steps",
    title: "Three steps",
    related: true,
    assumed: true,
    shape: (r) => ({
      ...base(r),
      clock: {
        offset: r.between(-60, 60),
        skewPpm: r.between(-20, 20),
        steps: [0.2, 0.5, 0.8].map((at) => ({ at, by: r.sign() * r.between(20, 4000) })),
      },
      network: blocks(1, 600, 6000),
    }),
  },
  {
    name: "zone",
    title: "Wrong zone",
    related: true,
    assumed: true,
    shape: (r) => ({
      ...base(r),
      clock: {
        offset: r.between(-60, 60),
        skewPpm: r.between(-20, 20),
        zone: 3600 * r.pick([-11, -8, -5, -1, 1, 2, 3, 5.5, 9, 12]),
      },
      network: blocks(1, 900, 4000),
    }),
  },
  {
    name: "summer-time",
    title: "Summer time begins or ends within the log",
    related: true,
    assumed: true,
    shape: (r) => ({
      ...base(r),
      clock: {
        offset: r.between(-60, 60),
        skewPpm: r.between(-20, 20),
        steps: [{ at: r.between(0.3, 0.7), by: 3600 * r.sign() }],
      },
      network: blocks(2, 900, 5000),
    }),
  },
  {
    name: "drift",
    title: "Skew that changes",
    related: true,
    assumed: true,
    shape: (r) => ({
      ...base(r),
      clock: {
        offset: r.between(-60, 60),
        skewPpm: r.between(-30, 30),
        driftPpmPerDay: r.sign() * r.between(3, 10),
      },
      network: blocks(10, 900, 6000),
    }),
  },
  {
    name: "lossy-blocks",
    title: "The operator lost 30 % of its records",
    related: true,
    assumed: true,
    shape: (r) => ({ ...base(r), startLoss: 0.3, endLoss: 0.3, network: blocks(1, 900, 4000) }),
  },
  {
    name: "lossy-sessions",
    title: "The operator lost 30 % of its session records",
    related: true,
    assumed: true,
    shape: (r) => ({
      ...base(r),
      natFormat: "csv-events",
      startLoss: 0.3,
      endLoss: 0.3,
      serverLoss: 0.1,
      network: sessions(1, 60, 8000, 3000),
    }),
  },
  {
    name: "shared-20",
    title: "A fifth of the traffic is this NAT's",
    related: true,
    assumed: false,
    shape: (r) => ({
      ...base(r),
      shared: 0.2,
      natFormat: "csv-events",
      network: sessions(1, 60, 8000, 3000),
    }),
  },
  {
    name: "shared-5",
    title: "A twentieth of the traffic is this NAT's",
    related: true,
    assumed: false,
    shape: (r) => ({
      ...base(r),
      shared: 0.05,
      natFormat: "csv-events",
      network: sessions(1, 60, 8000, 3000),
    }),
  },
  {
    name: "shared-blocks-20",
    title: "A fifth of the traffic is this NAT's (blocks)",
    related: true,
    assumed: false,
    shape: (r) => ({ ...base(r), shared: 0.2, network: blocks(1, 900, 4000) }),
  },
  {
    name: "unrelated-blocks",
    title: "Addresses and ports in common, no connections (blocks)",
    related: false,
    assumed: true,
    shape: (r) => ({ ...base(r), shared: 0, network: blocks(1, 900, 4000) }),
  },
  {
    name: "unrelated-sessions",
    title: "Addresses and ports in common, no connections (sessions)",
    related: false,
    assumed: true,
    shape: (r) => ({ ...base(r), shared: 0, natFormat: "csv-events", network: sessions(1, 60, 8000, 3000) }),
  },
];

export function scenarioShape(name: string, seed: number): WorldShape {
  const scenario = SCENARIOS.find((s) => s.name === name);
  if (!scenario) throw new Error(`no scenario ${name}`);
  return { scenario: name, ...scenario.shape(new Random(seed * 7919 + 17)) };
}

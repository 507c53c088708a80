// The scenarios of the validation: one fault or hardship each, drawn afresh for every seed. Assumptions of each class
// stand in ./assumptions.md, written before any run.
import type { WorldShape } from "./build";
import { Random } from "./random";
import { base, blocks, DAY, SUMMER_ENDS, sessions } from "./shapes";

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** False where the two logs have no connection in common: only a refusal is right. */
  readonly related: boolean;
  /** False where an assumption of the method is broken on purpose. */
  readonly assumed: boolean;
  /** The world has this size whatever the seed: few events, or a span that its fault needs. */
  readonly fixed?: boolean;
  shape(random: Random): Omit<WorldShape, "scenario">;
}

/** Worlds come in three sizes: a third and a half of the span and traffic of a scenario, and all of it. */
const SIZES = [1 / 3, 1 / 3, 1 / 2, 1];

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
    fixed: true,
    related: true,
    assumed: true,
    shape: (r) => ({ ...base(r), network: blocks(1, 900, 300) }),
  },
  {
    name: "blocks-day",
    title: "Port blocks of a day",
    fixed: true,
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
    name: "sessions-rare",
    title: "Sessions whose ports are used again after hours",
    related: true,
    assumed: true,
    shape: (r) => ({
      ...base(r),
      natFormat: "csv-events",
      serverFormat: "sshd3164",
      stamps: "connect",
      network: sessions(1, 60, 8000, 3000, 2, 0.005),
    }),
  },
  {
    name: "sessions-sparse",
    title: "Sessions, 80 events",
    fixed: true,
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
    title: "80 ppm over days",
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
    name: "boot",
    title: "The clock is wrong for the first few per cent of the log",
    related: true,
    assumed: true,
    fixed: true,
    shape: (r) => ({
      ...base(r),
      clock: {
        offset: r.sign() * r.between(200, 5000),
        steps: [{ at: r.between(0.005, 0.04), by: r.sign() * r.between(100, 5000) }],
      },
      network: blocks(1, 900, 4000),
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
    fixed: true,
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
    name: "sessions-full",
    title: "Sessions, enough of them to show the log complete",
    related: true,
    assumed: true,
    fixed: true,
    shape: (r) => ({ ...base(r), natFormat: "csv-events", network: sessions(0.5, 60, 9000, 7500) }),
  },
  {
    name: "small-offset",
    title: "A clock within two seconds",
    related: true,
    assumed: true,
    shape: (r) => ({
      ...base(r),
      clock: { offset: r.between(-2, 2), skewPpm: r.between(-5, 5) },
      network: blocks(1, 600, 4000),
    }),
  },
  {
    name: "nat-clock",
    title: "The operator's clock is off and skewed too",
    related: true,
    assumed: true,
    shape: (r) => ({
      ...base(r),
      natClock: { offset: r.sign() * r.between(1, 60), skewPpm: r.between(-30, 30) },
      network: blocks(1, 900, 4000),
    }),
  },
  {
    name: "batches",
    title: "The operator exports its records in batches, out of order",
    related: true,
    assumed: true,
    shape: (r) => ({ ...base(r), batch: r.between(30, 600), network: blocks(1, 900, 4000) }),
  },
  {
    name: "restarts",
    title: "The NAT restarts, drops its table and gives ports to others at once",
    related: true,
    assumed: true,
    shape: (r) => {
      const network = blocks(1, 900, 4000);
      const restarts = [r.between(0.15, 0.3), r.between(0.4, 0.6), r.between(0.7, 0.85)];
      return { ...base(r), network: { ...network, restarts } };
    },
  },
  {
    name: "extract",
    title: "The operator answers with an extract",
    related: true,
    assumed: true,
    shape: (r) => ({
      ...base(r),
      extract: { from: r.between(0.1, 0.3), to: r.between(0.7, 0.9) },
      network: blocks(1, 900, 4000),
    }),
  },
  {
    name: "wall-clock",
    title: "A server in local time over the end of summer time",
    related: true,
    assumed: true,
    fixed: true,
    shape: (r) => ({
      ...base(r),
      serverFormat: "sshd3164",
      stamps: "connect",
      wallClock: { zone: "Europe/Berlin", endsAt: SUMMER_ENDS, summer: 7200, winter: 3600 },
      network: { ...blocks(0.5, 900, 2000), from: SUMMER_ENDS - DAY / 4, to: SUMMER_ENDS + DAY / 4 },
    }),
  },
  {
    name: "rounding",
    title: "The server rounds to seconds; the program takes it to cut off",
    related: true,
    assumed: false,
    shape: (r) => ({ ...base(r), rounds: true, network: blocks(1, 900, 4000) }),
  },
  {
    name: "outages",
    title: "The operator's collector was down for minutes, three times",
    related: true,
    assumed: false,
    shape: (r) => ({
      ...base(r),
      outages: [0.2, 0.5, 0.8].map((at) => {
        const from = at + r.between(-0.1, 0.1);
        return { from, to: from + r.between(0.005, 0.02) };
      }),
      network: blocks(1, 900, 4000),
    }),
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
  const shape = scenario.shape(new Random(seed * 7919 + 17));
  const size = scenario.fixed ? 1 : new Random(seed * 104_729 + 3).pick(SIZES);
  const { network } = shape;
  return {
    scenario: name,
    ...shape,
    network: {
      ...network,
      to: network.from + size * (network.to - network.from),
      bindings: Math.round(size * network.bindings),
      connections: Math.round(size * network.connections),
    },
  };
}

// Whole worlds with everything that the rules tell apart, each answer fixed by its hash. The hashes were taken from
// judging every endpoint by itself, mapping by mapping: a faster way must come to the same bytes. The events are no
// connections of the logs, so that a whole log, whose witnesses show that, names nobody for sure; an extract has none.
import { describe, expect, it } from "vitest";
import {
  ADDR,
  addLeases,
  attribute,
  build,
  type GivenEvent,
  type GivenLease,
  type GivenLog,
  type GivenMapping,
} from "./support";

/** A small generator of 32-bit numbers (xorshift). */
function numbers(seed: number): (below: number) => number {
  let x = seed | 1;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % below;
  };
}

const SECOND = 1_000_000;
const INSIDE = 167_772_161;
/** Seconds that a world lasts. */
const SPAN = 40_000;

/** Port blocks, single ports, wide ranges, ports by step; lost halves, gaps, overlaps; subscribers and bare inside addresses. */
function mappings(next: (below: number) => number, count: number, first: number): GivenMapping[] {
  return Array.from({ length: count }, () => {
    const kind = next(10);
    const low =
      kind < 6 ? 1024 + 64 * next(40) : kind < 8 ? 1024 + next(2560) : kind === 8 ? 1024 * next(3) : next(4);
    const high =
      kind < 6 ? low + 63 : kind < 8 ? low : kind === 8 ? low + 1023 + 1024 * next(12) : 65_532 + next(4);
    const from = next(SPAN) * SECOND;
    const to = from + (3 + next(900)) * SECOND;
    const lost = next(150);
    return {
      addr: first + next(3),
      protocol: next(3) === 0 ? (next(2) === 0 ? 6 : 17) : null,
      low,
      high,
      step: kind === 9 ? 4 : 1,
      possible: [lost === 0 ? null : from, lost === 1 ? null : to],
      certain: lost === 2 ? [null, null] : [lost === 0 ? null : from + SECOND, to - SECOND],
      subscriber: next(4) === 0 ? null : 1 + next(20),
      inside: next(30) === 0 ? null : INSIDE + next(12),
      device: next(5) === 0 ? 7 : null,
      dst: next(6) === 0 ? [ADDR + 500, next(2) === 0 ? 443 : 80] : null,
    };
  });
}

function events(next: (below: number) => number, count: number): GivenEvent[] {
  return Array.from({ length: count }, () => ({
    at: next(60) === 0 ? null : next(SPAN + 400) * SECOND + next(SECOND),
    width: next(3) === 0 ? SECOND : 1000,
    addr: next(40) === 0 ? null : ADDR + next(4),
    port: next(12) === 0 ? null : 1024 + next(2700),
    protocol: [6, 6, 17, null][next(4)]!,
    dst: next(4) === 0 ? [ADDR + 500, 443] : null,
  }));
}

const leases = (next: (below: number) => number, count: number): GivenLease[] =>
  Array.from({ length: count }, () => {
    const from = next(SPAN) * SECOND;
    const to = from + (3 + next(9000)) * SECOND;
    return {
      inside: INSIDE + next(10),
      subscriber: 1 + next(20),
      possible: [from, next(20) === 0 ? null : to],
      certain: [from + SECOND, to - SECOND],
    };
  });

const log = (
  next: (below: number) => number,
  count: number,
  more: Partial<GivenLog> = {},
  first = ADDR,
): GivenLog => ({
  mappings: mappings(next, count, first),
  clock: { offset: (next(40) - 20) * SECOND, guard: next(2) * SECOND },
  ...more,
});

describe("seeded worlds", () => {
  it("one extract", async () => {
    const next = numbers(3);
    expect(await hashOf(next, [log(next, 1500)], {})).toBe(
      "unique 265, only 467, ambiguous 418, none 560, out-of-range 626, no-port 164; d2e06e1d7425bcbfef07ffb67a6292d07896661ecad8f690f05fdb1b5850c1ed",
    );
  });

  it("two whole logs, one with a window and a retention", async () => {
    const next = numbers(5);
    const logs = [
      log(next, 900, { extent: "full" }),
      log(next, 900, {
        extent: "full",
        window: [2000 * SECOND, 38_000 * SECOND],
        retention: { receivedAt: SPAN * SECOND, keeps: 36_000 * SECOND },
      }),
    ];
    expect(await hashOf(next, logs, {})).toBe(
      "unique 0, only 634, ambiguous 367, none 631, out-of-range 689, no-port 179; 60cb0d4c2c2c9b25f26433b5ec76d39cdb029b63f735819555a6e7232f57ef0c",
    );
  });

  it("questioned events apart from the witnesses", async () => {
    const next = numbers(7);
    expect(await hashOf(next, [log(next, 1200, { extent: "full" })], { filter: "line < 300" })).toBe(
      "unique 0, only 54, ambiguous 24, none 117, out-of-range 88, no-port 16; 5a91caf316e2481ac05f9c3c667a9bf0c6c0405f366cef28aad3d40bea672520",
    );
  });

  it("a log that is not calibrated beside one of limited validity", async () => {
    const next = numbers(9);
    const logs = [
      log(next, 500, { clock: null }, ADDR + 2),
      log(next, 500, { validity: [0, 20_000 * SECOND] }),
    ];
    expect(await hashOf(next, logs, {})).toBe(
      "unique 75, only 20, ambiguous 17, none 453, out-of-range 1772, no-port 163; 480153233662aa8341cbec35a2f4d6cde57a1585212625dbaf345c0105602107",
    );
  });

  it("a chain with leases", async () => {
    const next = numbers(11);
    expect(await hashOf(next, [log(next, 700)], { subscribers: "radius" })).toBe(
      "unique 105, only 296, ambiguous 544, none 750, out-of-range 642, no-port 163; c32e6c08254670a831ec97e245f2f253992a7f833d20762e8c32920c12142ec4",
    );
  });
});

async function hashOf(
  next: (below: number) => number,
  logs: readonly GivenLog[],
  options: { filter?: string; subscribers?: string },
): Promise<string> {
  const world = await build(events(next, 2500), logs);
  try {
    if (options.subscribers) await addLeases(world, leases(next, 120), { offset: 3 * SECOND, guard: SECOND });
    const { outputs, rows } = await attribute(world, options);
    expect(rows).toHaveLength(outputs.events);
    // Every verdict must occur, or the world shows too little.
    const counts = Object.entries(outputs.counts).map(([verdict, n]) => `${verdict} ${n}`);
    return `${counts.join(", ")}; ${outputs.sha256}`;
  } finally {
    await world.db.close();
  }
}

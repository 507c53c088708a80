import { describe, expect, it } from "vitest";
import { chainHolds } from "../../../electron/engine/attribution/chain";
import { addLeases, attribute, build, type GivenLease, type GivenMapping } from "./support";

const SECOND = 1_000_000;
const nat: GivenMapping = {
  low: 5000,
  inside: 167_772_161,
  subscriber: null,
  possible: [0, 1000 * SECOND],
  certain: [SECOND, 999 * SECOND],
};
const lease = (
  subscriber: number,
  from: number | null,
  to: number | null,
  more: Partial<GivenLease> = {},
): GivenLease => ({
  inside: 167_772_161,
  subscriber,
  possible: [from === null ? null : from * SECOND, to === null ? null : to * SECOND],
  certain: [from === null ? null : (from + 1) * SECOND, to === null ? null : (to - 1) * SECOND],
  ...more,
});
const ask = async (
  at: number,
  leases: readonly GivenLease[],
  clock?: { offset: number; guard: number } | null,
) => {
  const world = await build([{ at: at * SECOND, width: SECOND }], [{ mappings: [nat] }]);
  try {
    await addLeases(world, leases, clock);
    const { rows, outputs } = await attribute(world, { subscribers: "radius" });
    return { row: rows[0]!, outputs };
  } finally {
    await world.db.close();
  }
};

describe("the chain from the inside address to the subscriber's line", () => {
  it("names the subscriber whose lease covers the interval, and shows the lease", async () => {
    const { row, outputs } = await ask(100, [lease(1, 50, 150), lease(2, 160, 300)]);
    expect(row).toMatchObject({
      verdict: "unique",
      rule: "cover",
      subscriber: "subscriber 1",
      insideIp: "10.0.0.1",
    });
    expect(row.candidates).toHaveLength(1);
    expect(row.candidates[0]!.chain).toEqual([
      { source: "radius", line: 1, fromUs: 50 * SECOND, toUs: 150 * SECOND },
    ]);
    expect(outputs.calibrations).toEqual(["c102", "c200"]);
  });

  it("is ambiguous where two leases of the address meet the interval, however sure the NAT's mapping is", async () => {
    const { row } = await ask(100, [lease(1, 50, 101), lease(2, 100, 300)]);
    expect(row).toMatchObject({ verdict: "ambiguous", subscriber: null });
    expect(row.candidates.map((c) => c.subscriber)).toEqual(["subscriber 1", "subscriber 2"]);
  });

  it("cannot be unique where the lease only may have held", async () => {
    const { row } = await ask(100, [lease(1, 50, null, { certain: [51 * SECOND, 60 * SECOND] })]);
    expect(row).toMatchObject({ verdict: "only", rule: "incomplete", subscriber: "subscriber 1" });
  });

  it("reads the lease in its own clock", async () => {
    // The lease's clock is 1,000 s fast: its 1,050 to 1,150 s are the NAT's 50 to 150 s.
    const { row } = await ask(100, [lease(1, 1050, 1150), lease(2, 90, 110)], {
      offset: 1000 * SECOND,
      guard: SECOND,
    });
    expect(row).toMatchObject({ verdict: "unique", subscriber: "subscriber 1" });
  });

  it("stays with the inside address where no lease accounts for it", async () => {
    const { row } = await ask(100, [lease(1, 300, 400)]);
    expect(row).toMatchObject({ verdict: "unique", subscriber: null, insideIp: "10.0.0.1" });
    expect(row.candidates[0]!.chain).toEqual([]);
  });

  it("is uncalibrated without a calibration of its own link", async () => {
    const { row } = await ask(100, [lease(1, 50, 150)], null);
    expect(row).toMatchObject({ verdict: "out-of-range", rule: "uncalibrated" });
  });

  it("certainly holds only where both links do, and accounts for every moment of the mapping", () => {
    const hold = { possible: { from: 0, to: 100 }, certain: { from: 10, to: 90 } };
    const held = chainHolds(hold, [
      { id: 1, subscriber: 5, possible: { from: -20, to: 30 }, certain: { from: 0, to: 25 } },
      { id: 2, subscriber: 6, possible: { from: 60, to: 200 }, certain: { from: 70, to: 200 } },
    ]);
    expect(held.map((h) => [h.lease?.id ?? null, h.possible, h.certain])).toEqual([
      [1, { from: 0, to: 30 }, { from: 10, to: 25 }],
      [null, { from: 30, to: 60 }, { from: 30, to: 60 }],
      [2, { from: 60, to: 100 }, { from: 70, to: 90 }],
    ]);
  });
});

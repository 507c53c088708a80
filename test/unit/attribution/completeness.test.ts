import { describe, expect, it } from "vitest";
import { upperShareBound } from "../../../shared/attribution/binomial";
import {
  completenessOf,
  FAULT_REACH_US,
  silencesOf,
  type Witnesses,
} from "../../../shared/attribution/completeness";
import { attribute, build, type GivenEvent, type GivenMapping } from "./support";

const SECOND = 1_000_000;

const witnesses = (n: number, lost: (i: number) => boolean, chance: number): Witnesses => ({
  atUs: Float64Array.from({ length: n }, (_, i) => i * SECOND),
  matched: Uint8Array.from({ length: n }, (_, i) => (lost(i) ? 0 : 1)),
  several: new Uint8Array(n),
  earlier: Uint8Array.from({ length: n }, (_, i) => (i % 100 < chance * 100 ? 1 : 0)),
  later: new Uint8Array(n),
});

describe("the upper bound of a share", () => {
  it("agrees with published exact bounds", () => {
    // Rule of three, and the Clopper-Pearson tables' one-sided 95 % limits.
    expect(upperShareBound(0, 3000)).toBeCloseTo(0.000998, 6);
    expect(upperShareBound(1, 10)).toBeCloseTo(0.39416, 4);
    expect(upperShareBound(5, 50)).toBeCloseTo(0.19908, 3);
    expect(upperShareBound(10, 10)).toBe(1);
    expect(upperShareBound(0, 0)).toBe(1);
  });
  it("is never below the share seen, and falls with more evidence", () => {
    for (const [k, n] of [
      [0, 10],
      [3, 1000],
      [70, 100],
      [500, 100_000],
    ] as const) {
      expect(upperShareBound(k, n)).toBeGreaterThan(k / n);
      expect(upperShareBound(k * 2, n * 2)).toBeLessThan(upperShareBound(k, n));
    }
  });
});

describe("completeness", () => {
  it("is shown by five thousand witnesses that all find a mapping", () => {
    const { stretches, complete } = completenessOf(
      witnesses(5000, () => false, 0.1),
      [],
      0,
    );
    expect(stretches).toHaveLength(1);
    expect(stretches[0]!.shown).toBe(true);
    expect(complete.contains(0, 4999 * SECOND)).toBe(true);
  });
  it("is not shown by too few, since even none unmatched of a thousand leaves 0.3 % possible", () => {
    expect(
      completenessOf(
        witnesses(1000, () => false, 0.1),
        [],
        0,
      ).stretches[0],
    ).toMatchObject({ shown: false });
  });
  it("is not shown where three of five thousand found none", () => {
    expect(
      completenessOf(
        witnesses(5000, (i) => i % 2000 === 0, 0.1),
        [],
        0,
      ).stretches[0],
    ).toMatchObject({ unmatched: 3, shown: false });
  });
  it("is not shown where witnesses fit by chance half an hour away: their matching proves nothing", () => {
    expect(
      completenessOf(
        witnesses(5000, () => false, 0.95),
        [],
        0,
      ).stretches[0],
    ).toMatchObject({ shown: false });
    expect(
      completenessOf(
        witnesses(5000, () => false, 0.6),
        [],
        0,
      ).stretches[0]!.bound,
    ).toBeGreaterThan(0.001);
  });
  it("is judged stretch by stretch: losses in one do not spoil, nor are hidden by, another", () => {
    const found = completenessOf(
      witnesses(15_000, (i) => i >= 5000 && i < 10_000 && i % 50 === 0, 0.1),
      [],
      0,
    );
    expect(found.stretches.map((s) => s.shown)).toEqual([true, false, true]);
    expect(found.complete.contains(6000 * SECOND, 6001 * SECOND)).toBe(false);
  });
  it("does not hold within half an hour of a gap, a silence or an unpaired release", () => {
    const at = 2500 * SECOND;
    const { complete } = completenessOf(
      witnesses(5000, () => false, 0.1),
      [{ kind: "unpaired release", from: at, to: at + 1 }],
      0,
    );
    expect(complete.contains(at, at + SECOND)).toBe(false);
    expect(complete.contains(at + FAULT_REACH_US, at + FAULT_REACH_US + SECOND)).toBe(false);
    expect(complete.contains(at + FAULT_REACH_US + SECOND, at + FAULT_REACH_US + 2 * SECOND)).toBe(true);
  });
  it("leaves the questioned event out of its own count", () => {
    expect(
      completenessOf(
        witnesses(5000, () => false, 0.1),
        [],
        1,
      ).stretches[0]!.witnesses,
    ).toBe(4999);
  });
  it("takes a pause twenty mean intervals long for a silence, and a shorter one for chance", () => {
    const busy = Float64Array.from({ length: 60 }, (_, i) => (i < 30 ? i : i + 6));
    expect(silencesOf(busy, 6000)).toEqual([
      { kind: "silence", from: 30 * 60 * SECOND, to: 36 * 60 * SECOND },
    ]);
    const sparse = Float64Array.from([0, 6, 12, 18, 30]);
    expect(silencesOf(sparse, 5)).toEqual([]);
  });
});

describe("a sole holder of a part of the interval", () => {
  // Sessions of one minute each on many ports; the questioned one begins inside its event's second.
  const N = 5200;
  const port = (i: number) => 2000 + (i % 5000);
  const at = (i: number) => (10 + i) * SECOND;
  const session = (i: number): GivenMapping => ({
    low: port(i),
    protocol: 6,
    subscriber: 1 + (i % 7),
    possible: [at(i) - SECOND, at(i) + 60 * SECOND],
    certain: [at(i), at(i) + 59 * SECOND],
  });
  const events = (): GivenEvent[] => [
    ...Array.from({ length: N }, (_, i) => ({ at: at(i), width: SECOND, port: port(i) })),
    // Half a second before the certain hold of session 3000.
    { at: at(3000) - SECOND / 2, width: SECOND, port: port(3000) },
  ];
  const ask = async (
    sessions: readonly GivenMapping[],
    options: { extent?: "full" | "query"; filter?: string },
  ) => {
    const world = await build(events(), [{ mappings: sessions, extent: options.extent ?? "full" }]);
    try {
      const { rows, outputs } = await attribute(world, { filter: options.filter });
      return { row: rows[rows.length - 1]!, completeness: outputs.completeness };
    } finally {
      await world.db.close();
    }
  };
  const all = Array.from({ length: N }, (_, i) => session(i));
  const question = `line = ${N + 1}`;

  it("is unique where the other connections show the records to be complete", async () => {
    const { row, completeness } = await ask(all, { filter: question });
    expect(row).toMatchObject({
      verdict: "unique",
      rule: "alone",
      subscriber: `subscriber ${1 + (3000 % 7)}`,
    });
    expect(completeness[0]).toContain("completeness is shown");
  });
  it("is only, in the same records, where they are an operator's extract", async () => {
    const { row, completeness } = await ask(all, { filter: question, extent: "query" });
    expect(row).toMatchObject({ verdict: "only", rule: "incomplete" });
    expect(completeness[0]).toContain("extract");
  });
  it("is only where a hundredth of the records is lost", async () => {
    const lossy = all.filter((_, i) => i % 100 !== 50);
    expect((await ask(lossy, { filter: question })).row).toMatchObject({
      verdict: "only",
      rule: "incomplete",
    });
  });
  it("does not let questioned events bear witness for each other", async () => {
    const { row } = await ask(all, { filter: "line >= 3000" });
    expect(row).toMatchObject({ verdict: "only", rule: "incomplete" });
  });
  it("flips where the shown completeness ends", async () => {
    const { row } = await ask(all, { filter: question });
    expect(row.flipUs).not.toBeNull();
    expect(Math.abs(row.flipUs!)).toBeLessThanOrEqual(60 * SECOND);
  });
});

// The sensitivity curve and the flip, over random endpoints with shown completeness and coverage, against asking anew at
// every change of offset.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detailOf } from "../../../electron/engine/attribution/detail";
import { runId, runOf } from "../../../electron/engine/attribution/results";
import { curveOf, flipOf } from "../../../shared/attribution/flip";
import { type Interval, Spans } from "../../../shared/attribution/spans";
import { type Hold, Track } from "../../../shared/attribution/track";
import { findingAt, type Question, sameAnswer, type View } from "../../../shared/attribution/verdict";
import { attribute, build } from "./support";

const LIMIT = 120;
const interval = (min: number, max: number): fc.Arbitrary<Interval> =>
  fc
    .tuple(fc.integer({ min, max }), fc.integer({ min: 1, max: 30 }))
    .map(([from, length]) => ({ from, to: from + length }));

const hold: fc.Arbitrary<Hold> = fc
  .record({
    possible: interval(-60, 80),
    inner: fc.tuple(fc.nat(6), fc.nat(6)),
    party: fc.nat(2),
    open: fc.constantFrom(0, 0, 0, 1, 2),
  })
  .map(({ possible, inner, party, open }) => ({
    possibleFrom: open === 1 ? Number.NEGATIVE_INFINITY : possible.from,
    possibleTo: open === 2 ? Number.POSITIVE_INFINITY : possible.to,
    certainFrom: possible.from + inner[0],
    certainTo: possible.to - inner[1],
    party,
    protocol: null,
  }));

const view: fc.Arbitrary<View> = fc
  .record({
    holds: fc.array(hold, { maxLength: 7 }),
    pieces: fc.array(interval(0, 25), { minLength: 1, maxLength: 2 }),
    covered: fc.array(interval(-90, 60), { maxLength: 3 }),
    complete: fc.array(interval(-60, 60), { maxLength: 3 }),
    doubtful: fc.array(interval(-60, 60), { maxLength: 2 }),
    retainedFrom: fc.constantFrom(Number.NEGATIVE_INFINITY, -30),
  })
  .map(({ holds, pieces, covered, complete, doubtful, retainedFrom }) => ({
    log: 0,
    track: new Track(holds),
    pieces,
    hull: { from: Math.min(...pieces.map((p) => p.from)), to: Math.max(...pieces.map((p) => p.to)) },
    covered: covered.length === 0 ? Spans.EVER : Spans.of([...covered, { from: -50, to: 70 }]),
    complete: Spans.of(complete),
    doubtful: Spans.of(doubtful),
    retainedFrom,
  }));

const question: fc.Arbitrary<Question> = fc.record({
  views: fc.array(view, { minLength: 1, maxLength: 2 }),
  addressKnown: fc.constant(true),
  coverProves: fc.boolean(),
  logLeftOut: fc.boolean(),
  neverUnique: fc.constantFrom(false, false, false, true),
  nameless: fc.constantFrom(
    () => false,
    (party: number) => party === 2,
  ),
});

describe("the sensitivity of an answer to the offset", () => {
  it("is exact to the microsecond at every change of offset", () => {
    fc.assert(
      fc.property(question, (q) => {
        const curve = curveOf(q, LIMIT);
        expect(curve[0]!.fromUs).toBe(-LIMIT);
        expect(curve[curve.length - 1]!.toUs).toBe(LIMIT + 1);
        for (let i = 1; i < curve.length; i++) {
          expect(curve[i]!.fromUs).toBe(curve[i - 1]!.toUs);
          expect(sameAnswer(curve[i]!.finding, curve[i - 1]!.finding)).toBe(false);
        }
        const now = findingAt(q, 0);
        let nearest: number | null = null;
        for (let change = -LIMIT; change <= LIMIT; change++) {
          const then = findingAt(q, -change);
          const piece = curve.find((c) => change >= c.fromUs && change < c.toUs)!;
          expect(sameAnswer(piece.finding, then), `at ${change}`).toBe(true);
          const closer = nearest === null || Math.abs(change) < Math.abs(nearest) || change === -nearest;
          if (!sameAnswer(then, now) && closer) nearest = change;
        }
        const flip = flipOf(q, now);
        if (nearest !== null) expect(flip).toBe(nearest);
        else if (flip !== null) expect(Math.abs(flip)).toBeGreaterThan(LIMIT);
      }),
      { numRuns: 400, seed: 4_711 },
    );
  });

  it("is shown with every hold of the endpoint, both kinds apart", async () => {
    const mapping = (subscriber: number, from: number, to: number) => ({
      low: 5000,
      subscriber,
      possible: [from, to] as const,
      certain: [from + 10, to - 10] as const,
    });
    const world = await build(
      [{ at: 150, width: 5 }],
      [{ mappings: [mapping(1, 100, 200), mapping(2, 300, 400)], window: [0, 1000] }],
    );
    const { seq, rows } = await attribute(world);
    const { body } = await runOf(world.db, runId(seq));
    const detail = await detailOf(world.db, seq, body, 0, new AbortController().signal);
    await world.db.close();
    expect(detail.result).toEqual(rows[0]);
    expect(detail.party).toEqual({ s1: "subscriber 1", s2: "subscriber 2" });
    expect(
      detail.holds.map((h) => [h.party, h.possibleFromUs, h.possibleToUs, h.certainFromUs, h.certainToUs]),
    ).toEqual([
      ["s1", 100, 200, 110, 190],
      ["s2", 300, 400, 310, 390],
    ]);
    const here = detail.curve.find((c) => c.fromUs <= 0 && c.toUs > 0)!;
    expect(here).toMatchObject({ verdict: "unique", party: "s1", fromUs: -35, toUs: 41 });
    expect(detail.curve.some((c) => c.verdict === "unique" && c.party === "s2")).toBe(true);
    expect(detail).toMatchObject({ offsetUs: 0, guardUs: 0 });
  });

  it("says of an event that the run's findings doubt its pool", async () => {
    const held = (low: number, from: number, to: number, subscriber: number) => ({
      low,
      subscriber,
      possible: [from, to] as const,
      certain: [from, to] as const,
    });
    // Of 240 connections one in eight finds a mapping, so that even a cover may be chance; or all of them do.
    const shown = async (port: (i: number) => number) => {
      const world = await build(
        Array.from({ length: 240 }, (_, i) => ({ at: 150 + i, width: 1, port: port(i) })),
        [
          {
            mappings: [held(5000, 100, 500, 1), held(9000, 900, 950, 2)],
            extent: "full",
            window: [0, 1000],
          },
        ],
      );
      const { seq } = await attribute(world);
      const { body } = await runOf(world.db, runId(seq));
      const { result, doubtful } = await detailOf(world.db, seq, body, 0, new AbortController().signal);
      await world.db.close();
      return [result.verdict, doubtful];
    };
    expect(await shown((i) => (i % 8 === 0 ? 5000 : 9000))).toEqual(["only", true]);
    expect(await shown(() => 5000)).toEqual(["unique", false]);
  });
});

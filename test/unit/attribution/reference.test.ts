// The join, the verdicts and the flip in SQL and in memory, against the slow reference over random small worlds.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerAt, flipBySearch } from "./reference";
import { ADDR, answers, type GivenEvent, type GivenLog, type GivenMapping } from "./support";

const SPAN = 60;

const mapping: fc.Arbitrary<GivenMapping> = fc
  .record({
    addr: fc.constantFrom(ADDR, ADDR + 1),
    protocol: fc.constantFrom(null, null, 6, 17),
    ports: fc.constantFrom(
      [5000, 5000, 1],
      [4992, 5055, 1],
      [4096, 8191, 1],
      [1024, 65_535, 1],
      [4992, 5055, 2],
      [0, 5001, 5],
      [5001, 5001, 1],
    ),
    bounds: fc.array(fc.integer({ min: -5, max: SPAN + 5 }), { minLength: 4, maxLength: 4 }),
    lost: fc.constantFrom("none", "none", "none", "end", "start", "nothing certain"),
    subscriber: fc.constantFrom(1, 2, 3, null),
    inside: fc.constantFrom(20, 21),
  })
  .map(({ ports, bounds, lost, ...m }) => {
    const [a, b, c, d] = [...bounds].sort((x, y) => x - y) as [number, number, number, number];
    const possible: [number | null, number | null] = [
      lost === "start" ? null : a,
      lost === "end" ? null : d + 1,
    ];
    const certain: [number | null, number | null] =
      lost === "nothing certain" ? [null, null] : lost === "start" ? [null, c] : [b, c];
    return { ...m, low: ports[0]!, high: ports[1]!, step: ports[2]!, possible, certain };
  });

const event: fc.Arbitrary<GivenEvent> = fc.record({
  at: fc.integer({ min: 0, max: SPAN }),
  width: fc.integer({ min: 1, max: 6 }),
  addr: fc.constantFrom(ADDR, ADDR, ADDR + 1, ADDR + 2),
  port: fc.constantFrom(5000, 5000, 5001, 4999),
  protocol: fc.constantFrom(6, 6, 17, null),
});

const log: fc.Arbitrary<GivenLog> = fc
  .record({
    mappings: fc.array(mapping, { maxLength: 8 }),
    offset: fc.integer({ min: -20, max: 20 }),
    guard: fc.integer({ min: 0, max: 3 }),
    before: fc.integer({ min: -40, max: 10 }),
    after: fc.integer({ min: SPAN - 10, max: SPAN + 60 }),
  })
  .map(({ mappings, offset, guard, before, after }) => ({
    mappings,
    clock: { offset, guard },
    window: [before, after] as const,
  }));

describe("attribution against a reference that tries every pair and every microsecond", () => {
  it("gives the same verdicts, rules, candidates and flips over random worlds", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 1, maxLength: 30 }),
        fc.array(log, { minLength: 1, maxLength: 2 }),
        async (events, logs) => {
          const rows = await answers(events, logs);
          expect(rows).toHaveLength(events.length);
          rows.forEach((row, i) => {
            const wanted = answerAt(events[i]!, logs, 0);
            const about = JSON.stringify({ event: events[i], wanted, row });
            expect([row.verdict, row.rule], about).toEqual([wanted.verdict, wanted.rule]);
            const party =
              row.subscriber !== null
                ? `s${row.subscriber.slice("subscriber ".length)}`
                : row.insideIp !== null
                  ? `a${row.insideIp.split(".")[3]}`
                  : null;
            expect(party, about).toBe(wanted.party);
            expect(
              row.candidates.map((c) => `${Number(c.natSource.slice(3)) - 1}/${c.natLine - 1}`).sort(),
              about,
            ).toEqual([...wanted.holders].sort());
            expect(row.flipUs === null ? null : row.flipUs, about).toBe(flipBySearch(events[i]!, logs, 300));
          });
        },
      ),
      { numRuns: 40, seed: 20_261, endOnFailure: false },
    );
  });
});

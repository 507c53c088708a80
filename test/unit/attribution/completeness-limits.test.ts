// What the limits of completeness are worth: logs that lost any share of their records, beside others' holds of any
// density, are drawn and judged; the share of events that would get a wrong name is what lets them pass, times the share
// lost, times the share beside which exactly the wrong party is to be found.
import { describe, expect, it } from "vitest";
import { judged } from "../../../shared/attribution/completeness";
import { Random } from "../../simulate/random";

const DRAWS = 120;

/** Successes of `n` trials of probability `p`: exact where few, which is where the limits lie. */
function successes(r: Random, n: number, p: number): number {
  let k = 0;
  // Waiting times between successes are geometric.
  for (let i = Math.floor(Math.log(1 - r.unit()) / Math.log1p(-p)); i < n; k++)
    i += 1 + Math.floor(Math.log(1 - r.unit()) / Math.log1p(-p));
  return k;
}

const LOST = [0.0002, 0.0005, 0.001, 0.002, 0.004, 0.008];

/** Share of events with a wrong name, for the share of lost records at which it is worst. */
function worstShare(n: number, beside: number): number {
  const r = new Random(n + Math.round(beside * 1e6));
  let worst = 0;
  for (const lost of LOST) {
    let passed = 0;
    for (let draw = 0; draw < DRAWS; draw++) {
      const far = successes(r, n, beside);
      const seen = {
        matched: n - successes(r, n, lost * (1 - beside)),
        several: successes(r, n, beside),
        earlier: far,
        later: successes(r, n, beside),
      };
      if (judged(n, seen, 0).shown) passed++;
    }
    worst = Math.max(worst, (passed / DRAWS) * lost * beside);
  }
  return worst;
}

describe("the limits of completeness", () => {
  it("let no log pass that gives a wrong name to more than about 1 event in 100,000, where others' holds are seldom near", () => {
    for (const n of [300, 600, 1000, 2000, 4000])
      for (const beside of [0.0005, 0.002, 0.005, 0.01, 0.02, 0.05])
        expect(worstShare(n, beside), `${n} witnesses, ${beside}`).toBeLessThan(1.3e-5);
  });
  it("are met by a complete log of two thousand connections beside which another's hold is rare, not by one of three hundred", () => {
    const complete = (n: number, beside: number) =>
      judged(n, { matched: n, several: 0, earlier: Math.round(n * beside), later: 0 }, 0).shown;
    expect(complete(2000, 0.005)).toBe(true);
    expect(complete(300, 0.005)).toBe(false);
    expect(complete(2000, 0.1)).toBe(false);
  });
  it("are not met by a log that lost one in a hundred, however seldom another's hold is near", () => {
    expect(judged(5000, { matched: 4950, several: 0, earlier: 0, later: 0 }, 0).shown).toBe(false);
  });
});

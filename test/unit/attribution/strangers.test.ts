// Connections that did not pass the NAT fall into somebody's mapping by chance: where there are many, nobody is named
// with certainty. Records that were lost look alike up to a point, and must not silence a certain hold.
import { describe, expect, it } from "vitest";
import { type Passage, strangersOf, strangersSentence } from "../../../shared/attribution/strangers";

const SECOND = 1_000_000;
/** Every `n`-th of the flags; `chance` is a share per 1,000 spread evenly. */
const flags = (n: number, yes: (i: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: n }, (_, i) => (yes(i) ? 1 : 0));
const perMille = (share: number) => (i: number) => (i * 7919) % 1000 < share;

function passage(
  n: number,
  matched: (i: number) => boolean,
  covered: (i: number) => boolean,
  chance = 3,
): Passage {
  const by = flags(n, perMille(chance));
  return {
    atUs: Float64Array.from({ length: n }, (_, i) => i * SECOND),
    matched: flags(n, matched),
    earlier: by,
    later: by,
    covered: flags(n, covered),
    coveredEarlier: by,
    coveredLater: by,
  };
}

describe("strangers among the connections", () => {
  it("leaves complete and lossy logs alone", () => {
    expect(
      strangersOf(
        passage(5000, () => true, perMille(300)),
        true,
      ).doubtful.length,
    ).toBe(0);
    const lossy = strangersOf(passage(5000, perMille(700), perMille(250)), true);
    expect(lossy.doubtful.length).toBe(0);
    expect(strangersSentence("nat", lossy)).toBeNull();
  });

  it("doubts every answer where most connections find nothing", () => {
    const found = strangersOf(passage(6000, perMille(100), perMille(30)), true);
    expect(found.everywhere).toBe(true);
    expect(found.doubtful.contains(0, 1)).toBe(true);
    expect(strangersSentence("nat", found)).toContain("did not pass this NAT");
  });

  it("doubts where chance covers too many, though few are unmatched", () => {
    // Port blocks in use 90 % of the time: of a fifth strangers only 2 % of all find nothing.
    expect(strangersOf(passage(5000, perMille(980), perMille(900), 900), true).everywhere).toBe(true);
    expect(
      strangersOf(
        passage(5000, (i) => i !== 2500, perMille(900), 900),
        true,
      ).doubtful.length,
    ).toBe(0);
  });

  it("does not take open-ended holds, which fit at any time, for a sign of strangers", () => {
    const lossy = {
      ...passage(5000, perMille(975), perMille(250), 950),
      coveredEarlier: flags(5000, perMille(3)),
    };
    expect(strangersOf({ ...lossy, coveredLater: lossy.coveredEarlier }, true).everywhere).toBe(false);
  });

  it("finds the stretch where the clock was another", () => {
    const bad = (i: number) => i >= 2000 && i < 2100 && i % 2 === 0;
    const found = strangersOf(
      passage(5000, (i) => !bad(i), perMille(300)),
      true,
    );
    expect(found.everywhere).toBe(false);
    expect(found.doubtful.contains(2000 * SECOND, 2099 * SECOND)).toBe(true);
    expect(found.doubtful.meets(1900 * SECOND, 1901 * SECOND)).toBe(false);
    expect(found.doubtful.meets(2200 * SECOND, 2201 * SECOND)).toBe(false);
    expect(strangersSentence("nat", found)).toContain("stand close together");
  });

  it("finds the half of a log that is of another network", () => {
    const found = strangersOf(
      passage(4000, (i) => i < 2200 || perMille(3)(i), perMille(300)),
      true,
    );
    expect(found.everywhere).toBe(false);
    expect(found.doubtful.contains(2500 * SECOND, 3900 * SECOND)).toBe(true);
    expect(found.doubtful.meets(1900 * SECOND, 1901 * SECOND)).toBe(false);
  });

  it("asks of a clock that was established otherwise only whether most connections passed", () => {
    expect(strangersOf(passage(5000, perMille(980), perMille(900), 900), false).doubtful.length).toBe(0);
    expect(strangersOf(passage(6000, perMille(100), perMille(30)), false).everywhere).toBe(true);
    expect(strangersOf(passage(25, perMille(100), perMille(30)), false).everywhere).toBe(false);
    // Two thirds find nothing, and half an hour away as many: the clock that was given is not these connections'.
    expect(strangersOf(passage(300, perMille(360), perMille(300), 360), false).everywhere).toBe(true);
  });

  it("lets two that find nothing speak for those whom a busy pool hides", () => {
    // 545 connections, 75 % of all moments held: two unmatched stand for eight, and six of these are covered by chance.
    const busy = passage(545, (i) => i !== 100 && i !== 400, perMille(980), 750);
    expect(strangersOf(busy, true).everywhere).toBe(true);
    const seldom = passage(545, (i) => i !== 100 && i !== 400, perMille(980), 100);
    expect(strangersOf(seldom, true).everywhere).toBe(false);
  });

  it("doubts a handful of which one finds nothing, and no handful without one", () => {
    const handful = (unmatched: number) => passage(20, (i) => i >= unmatched, perMille(950), 600);
    expect(strangersOf(handful(1), true).everywhere).toBe(true);
    expect(strangersOf(handful(0), true).doubtful.length).toBe(0);
    expect(strangersOf(handful(1), false).doubtful.length).toBe(0);
  });
});

// Coverage of what calibrations state, over many worlds through the estimators alone: the guard has to hold in every one,
// the 95 % in 93 to 99 % of segments as far as their number can tell, unrelated logs have to be refused in every one.
// PORTWITNESS_LONG scales the number of worlds (1 = 200 a scenario).
import { describe, expect, it } from "vitest";
import { SCENARIOS, scenarioShape } from "../simulate/scenarios";
import { clockOutcome } from "./clock";
import { covered } from "./tables";

const WORLDS = Math.max(2, Math.round(200 * Number(process.env.PORTWITNESS_LONG ?? "0.05")));
const FIRST_SEED = 1_001;

/** Standard error of a share: so far a share may stray from its bounds by chance alone, twice. */
const stray = (share: number, n: number): number => 2 * Math.sqrt((share * (1 - share)) / n);

describe.each(SCENARIOS.map((s) => [s.name, s] as const))("%s", (name, scenario) => {
  it("holds over seeded worlds", () => {
    const outcomes = Array.from({ length: WORLDS }, (_, k) =>
      clockOutcome(scenarioShape(name, FIRST_SEED + k), FIRST_SEED + k, false),
    );
    if (!scenario.related) {
      expect(outcomes.filter((o) => !o.refused).map((o) => o.seed)).toEqual([]);
      return;
    }
    const missed = outcomes.filter(
      (o) => o.segments.some((s) => s.worstUs > s.guardUs) || o.folds.some((f) => f > 1),
    );
    expect(missed.map((o) => o.seed)).toEqual([]);
    if (!scenario.assumed) return;
    const segments = outcomes.flatMap((o) => o.segments);
    expect(segments.length).toBeGreaterThan(0);
    const share = segments.filter(covered).length / segments.length;
    expect(share).toBeGreaterThanOrEqual(0.93 - stray(0.93, segments.length));
  });
});

// Coverage of what calibrations state, over many worlds: the guard has to hold in every one, unrelated logs have to be
// refused in every one. PORTWITNESS_LONG scales the number of worlds (1 = 200 a scenario).
import { describe, expect, it } from "vitest";
import { offsetAt } from "../../../shared/clock/calibration";
import { fitConnections } from "../../../shared/clock/estimate";
import { searchOffset } from "../../../shared/clock/search";
import { build } from "../../simulate/build";
import { SCENARIOS, scenarioShape } from "../../simulate/scenarios";
import { forFit, forSearch, natPrecision } from "../../validate/gather";

const scale = Number(
  (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env.PORTWITNESS_LONG ??
    "0.05",
);
const WORLDS = Math.max(2, Math.round(200 * scale));

describe.each(SCENARIOS.map((s) => [s.name, s] as const))("%s", (name, scenario) => {
  it("holds over seeded worlds", () => {
    for (let seed = 1_001; seed <= 1_000 + WORLDS; seed++) {
      const shape = scenarioShape(name, seed);
      const world = build(shape, seed);
      const natPrecisionUs = natPrecision(shape.natFormat);
      const search = searchOffset(forSearch(world, natPrecisionUs));
      if (!scenario.related) {
        expect(search.accepted, `${name} ${seed}`).toBe(false);
        continue;
      }
      if (!search.accepted) continue;
      const { segments } = fitConnections(forFit(world, natPrecisionUs, search), search);
      for (const { segment: s } of segments) {
        for (let line = s.fromLine!; line <= s.toLine!; line++) {
          const e = world.events[line - 1]!;
          expect(
            Math.abs(offsetAt(s, e.us) - e.offset * 1e6),
            `${name} ${seed} line ${line}`,
          ).toBeLessThanOrEqual(s.guardUs);
        }
      }
    }
  });
});

// The published validation: every scenario through the whole program. No wrong name where the assumptions hold, fewer than
// one in 100,000 where they are broken, refusals where nothing is shared, and nearly what an oracle could name.
// PORTWITNESS_LONG scales the number of worlds (1 = 66 a scenario, 2,000 in all).
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Engine } from "../../electron/engine/engine";
import { SCENARIOS, scenarioShape } from "../simulate/scenarios";
import { recall, sum } from "./tables";
import { type Outcome, runWorld } from "./world";

const WORLDS = Math.max(1, Math.round(66 * Number(process.env.PORTWITNESS_LONG ?? "0.02")));
const FIRST_SEED = 50_001;
/** Wrong `unique` answers where an assumption is broken, as a share. */
const BROKEN_LIMIT = 1e-5;

const root = mkdtempSync(join(tmpdir(), "portwitness-validation-"));
process.env.PORTWITNESS_HOME = join(root, "home");
const engine = new Engine();
afterAll(async () => {
  await engine.close();
  rmSync(root, { recursive: true, force: true });
});

describe.each(SCENARIOS.map((s) => [s.name, s] as const))("%s", (name, scenario) => {
  it("names nobody wrongly", async () => {
    const outcomes: Outcome[] = [];
    for (let seed = FIRST_SEED; seed < FIRST_SEED + WORLDS; seed++) {
      const folder = join(root, `${name}-${seed}`);
      mkdirSync(folder);
      outcomes.push(await runWorld(engine, folder, scenarioShape(name, seed), seed));
      rmSync(folder, { recursive: true, force: true });
    }
    if (!scenario.related) {
      expect(outcomes.filter((o) => !o.refused).map((o) => o.seed)).toEqual([]);
      return;
    }
    const wrong = sum(outcomes.map((o) => o.ours.wrongUnique));
    const unique = sum(outcomes.map((o) => o.ours.unique));
    expect(wrong).toBeLessThanOrEqual(scenario.assumed ? 0 : BROKEN_LIMIT * unique);
    const found = recall(outcomes);
    if (scenario.assumed && !Number.isNaN(found)) expect(found).toBeGreaterThan(0.9);
  });
});

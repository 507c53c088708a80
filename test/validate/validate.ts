// `npm run validate`: takes seeded worlds through the program and writes the validation report.
//   node dist/validate.js [--worlds N] [--seed S] [--scenario NAME,...] [--out FILE]
// Exit 1 where a wrong name was given, or a source without shared traffic was accepted, within the stated assumptions.
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { VERSION } from "../../shared/version";
import { SCENARIOS, scenarioShape } from "../simulate/scenarios";
import { type Line, report } from "./report";
import { type Outcome, runWorld } from "./world";

const { values } = parseArgs({
  options: {
    worlds: { type: "string", default: "3" },
    seed: { type: "string", default: "1" },
    scenario: { type: "string" },
    out: { type: "string", default: "validation-report.md" },
  },
});
const worlds = Number(values.worlds);
const seed = Number(values.seed);
const wanted = values.scenario?.split(",");
const unknown = wanted?.filter((name) => !SCENARIOS.some((s) => s.name === name)) ?? [];
if (!Number.isInteger(worlds) || worlds < 1 || !Number.isInteger(seed) || unknown.length > 0) {
  process.stderr.write(
    `validate: ${unknown.length > 0 ? `no scenario ${unknown.join(", ")}; there are ${SCENARIOS.map((s) => s.name).join(", ")}` : "--worlds and --seed take whole numbers"}\n`,
  );
  process.exit(2);
}

const lines: Line[] = [];
let bad = 0;
for (const scenario of SCENARIOS) {
  if (wanted && !wanted.includes(scenario.name)) continue;
  const outcomes: Outcome[] = [];
  for (let k = 0; k < worlds; k++) {
    const outcome = await runWorld(scenarioShape(scenario.name, seed + k), seed + k);
    outcomes.push(outcome);
    if (outcome.ours.wrongUnique > 0 || (!scenario.related && !outcome.refused)) bad++;
    process.stderr.write(
      `${scenario.name} ${seed + k}: ${outcome.refused ? "refused" : `${outcome.segments.length} segments`}, ${outcome.ours.unique} unique of ${outcome.ours.events}, ${outcome.ours.wrongUnique} wrong\n`,
    );
  }
  lines.push({ scenario, outcomes });
}
const file = resolve(values.out);
writeFileSync(file, report(lines, VERSION, seed));
process.stdout.write(`${file}\n`);
process.exitCode = bad > 0 ? 1 : 0;

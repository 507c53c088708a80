// `npm run validate`: takes seeded worlds through the program and writes the validation report, Markdown and PDF.
//   node dist/validate.js [--worlds N] [--clocks N] [--seed S] [--scenario NAME,...] [--out FILE] [--log FILE]
// --worlds go through the whole program, --clocks through the estimators alone. --log keeps what is done, so that a run
// which was stopped goes on where it was. Exit 1 where, within the stated assumptions, a wrong name was given or a source
// without shared traffic was accepted.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Engine } from "../../electron/engine/engine";
import { VERSION } from "../../shared/version";
import { SCENARIOS, type Scenario, scenarioShape } from "../simulate/scenarios";
import { type ClockOutcome, clockOutcome } from "./clock";
import { markdown, pdf, reportOf } from "./report";
import type { Line } from "./tables";
import { type Outcome, runWorld } from "./world";

/** Every so many worlds of a scenario the ideal estimator is computed too: a median needs no more, and it is slow. */
const IDEAL_EVERY = 4;

/** One line of --log. */
type Logged = { readonly version: string; readonly scenario: string } & (
  | { readonly kind: "world"; readonly outcome: Outcome }
  | { readonly kind: "clock"; readonly outcome: ClockOutcome }
);

function options() {
  try {
    return parseArgs({
      options: {
        worlds: { type: "string", default: "3" },
        clocks: { type: "string", default: "8" },
        seed: { type: "string", default: "1" },
        scenario: { type: "string" },
        out: { type: "string", default: "validation-report.md" },
        log: { type: "string" },
      },
    }).values;
  } catch (error) {
    process.stderr.write(
      `validate: ${(error as Error).message}\nIts options are --worlds N, --clocks N, --seed N, --scenario NAME,..., --out FILE, --log FILE; docs/validation.md says what they do.\n`,
    );
    process.exit(2);
  }
}
const values = options();
const worlds = Number(values.worlds);
const clocks = Number(values.clocks);
const seed = Number(values.seed);
const wanted = values.scenario?.split(",");
const unknown = wanted?.filter((name) => !SCENARIOS.some((s) => s.name === name)) ?? [];
const whole = (n: number): boolean => Number.isInteger(n) && n >= 0;
if (!whole(worlds) || !whole(clocks) || !Number.isInteger(seed) || unknown.length > 0) {
  process.stderr.write(
    `validate: ${unknown.length > 0 ? `no scenario ${unknown.join(", ")}; there are ${SCENARIOS.map((s) => s.name).join(", ")}` : "--worlds, --clocks and --seed take whole numbers"}\n`,
  );
  process.exit(2);
}

const log = values.log === undefined ? null : resolve(values.log);
const done: Logged[] =
  log !== null && existsSync(log)
    ? readFileSync(log, "utf8")
        .split("\n")
        .filter((text) => text !== "")
        .map((text) => JSON.parse(text) as Logged)
        .filter((entry) => entry.version === VERSION)
    : [];

function keep(entry: Logged): void {
  done.push(entry);
  if (log !== null) appendFileSync(log, `${JSON.stringify(entry)}\n`);
}

const has = (kind: Logged["kind"], scenario: string, at: number): boolean =>
  done.some((e) => e.kind === kind && e.scenario === scenario && e.outcome.seed === at);

async function world(engine: Engine, root: string, { name }: Scenario, at: number): Promise<void> {
  if (has("world", name, at)) return;
  const folder = join(root, `${name}-${at}`);
  mkdirSync(folder);
  const outcome = await runWorld(engine, folder, scenarioShape(name, at), at);
  rmSync(folder, { recursive: true, force: true });
  keep({ version: VERSION, scenario: name, kind: "world", outcome });
  const found = outcome.refused ? "refused" : `${outcome.segments.length} segments`;
  process.stderr.write(
    `${name} ${at}: ${found}, ${outcome.ours.unique} unique of ${outcome.ours.events}, ${outcome.ours.wrongUnique} wrong, the oracle ${outcome.oracle?.unique ?? "-"}\n`,
  );
}

function clock({ name, related }: Scenario, at: number): void {
  if (has("clock", name, at)) return;
  const ideal = related && (at - seed) % IDEAL_EVERY === 0;
  const outcome = clockOutcome(scenarioShape(name, at), at, ideal);
  keep({ version: VERSION, scenario: name, kind: "clock", outcome });
}

const used = SCENARIOS.filter((s) => !wanted || wanted.includes(s.name));
const root = mkdtempSync(join(tmpdir(), "portwitness-validate-"));
process.env.PORTWITNESS_HOME = join(root, "home");
const engine = new Engine();
try {
  // World by world over all scenarios, so that a run that is stopped has as many of each.
  for (let k = 0; k < Math.max(worlds, clocks); k++) {
    for (const scenario of used) {
      if (k < worlds) await world(engine, root, scenario, seed + k);
      if (k < clocks) clock(scenario, seed + k);
    }
  }
} finally {
  await engine.close();
  rmSync(root, { recursive: true, force: true });
}

const lines = used.map((scenario): Line => {
  const own = done.filter((e) => e.scenario === scenario.name);
  return {
    scenario,
    outcomes: own.flatMap((e) => (e.kind === "world" ? [e.outcome] : [])),
    clocks: own.flatMap((e) => (e.kind === "clock" ? [e.outcome] : [])),
  };
});
const report = reportOf(lines, VERSION, seed);
const file = resolve(values.out);
const pdfFile = file.replace(/(\.md)?$/, ".pdf");
writeFileSync(file, markdown(report));
writeFileSync(pdfFile, pdf(report, Math.floor(Date.now() / 1000)));
process.stdout.write(`${file}\n${pdfFile}\n`);
const bad = lines.some(
  ({ scenario, outcomes, clocks: alone }) =>
    (scenario.assumed && outcomes.some((o) => o.ours.wrongUnique > 0)) ||
    (!scenario.related && (outcomes.some((o) => !o.refused) || alone.some((c) => !c.refused))),
);
process.exitCode = bad ? 1 : 0;

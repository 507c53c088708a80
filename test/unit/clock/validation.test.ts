// A slice of the published validation on every run: worlds through the whole program, and the report made of them.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Engine } from "../../../electron/engine/engine";
import { SCENARIOS, scenarioShape } from "../../simulate/scenarios";
import { clockOutcome } from "../../validate/clock";
import { markdown, pdf, reportOf } from "../../validate/report";
import { clusteredBound, type Line } from "../../validate/tables";
import { runWorld } from "../../validate/world";

const SEED = 3;
const NAMES = ["step", "restarts", "unrelated-blocks"];

const root = mkdtempSync(join(tmpdir(), "portwitness-slice-"));
const lines: Line[] = [];
beforeAll(async () => {
  process.env.PORTWITNESS_HOME = join(root, "home");
  const engine = new Engine();
  for (const name of NAMES) {
    const folder = join(root, name);
    mkdirSync(folder);
    const shape = scenarioShape(name, SEED);
    const outcome = await runWorld(engine, folder, shape, SEED);
    const clocks = [clockOutcome(shape, SEED, name === "step")];
    lines.push({ scenario: SCENARIOS.find((s) => s.name === name)!, outcomes: [outcome], clocks });
  }
  await engine.close();
}, 300_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const outcome = (name: string) => lines.find((l) => l.scenario.name === name)!.outcomes[0]!;

describe("a slice of the validation", () => {
  it("names nobody wrongly, and nearly everybody whom an oracle could", () => {
    for (const name of ["step", "restarts"]) {
      const { ours, oracle } = outcome(name);
      expect(ours.wrongUnique).toBe(0);
      expect(ours.unique).toBeGreaterThan(0.85 * oracle!.unique);
      expect(oracle!.unique).toBeGreaterThan(100);
      expect(oracle!.wrongUnique).toBe(0);
    }
  });

  it("refuses where the logs share no connection", () => {
    expect(outcome("unrelated-blocks").refused).toBe(true);
    expect(outcome("unrelated-blocks").ours.unique).toBe(0);
  });

  it("shows that the nearest record names wrongly", () => {
    expect(outcome("step").nearest.wrong).toBeGreaterThan(0);
  });

  it("holds the estimators' worlds to the same truth", () => {
    const [clock] = lines[0]!.clocks;
    expect(clock!.segments).toHaveLength(2);
    for (const s of clock!.segments) expect(s.worstUs).toBeLessThanOrEqual(s.guardUs);
    for (const u of clock!.idealUs) {
      expect(u).toBeGreaterThan(10_000);
      expect(u).toBeLessThan(2 * Math.max(...clock!.segments.map((s) => s.uncertaintyUs)));
    }
  });

  it("is written as Markdown and as PDF/A", () => {
    const report = reportOf(lines, "0.0.0", SEED);
    const text = markdown(report);
    for (const name of NAMES) expect(text).toContain(`| ${name} |`);
    const bytes = pdf(report, 1_793_577_600);
    expect(bytes.subarray(0, 5).toString("latin1")).toBe("%PDF-");
    expect(bytes.toString("latin1")).toContain("pdfaid:part");
  });
});

describe("a bound over worlds", () => {
  it("is the rule of three where none is wrong, and above the rate where some are", () => {
    expect(clusteredBound(new Array(30).fill(0), new Array(30).fill(500))).toBeCloseTo(0.1, 12);
    const wrong = [10, ...new Array<number>(29).fill(0)];
    // All errors in one world: far less sure than ten errors spread over 15,000 answers.
    expect(clusteredBound(wrong, new Array(30).fill(500))).toBeGreaterThan(2 * (10 / 15_000));
    expect(clusteredBound([], [])).toBe(1);
  });
});

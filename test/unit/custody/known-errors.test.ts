// A case made with a version that is known to be wrong in something says so: on opening, in a verification, in the report.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { noticesOf } from "../../../electron/engine/case/known-errors";
import { Engine } from "../../../electron/engine/engine";
import { VERSION } from "../../../shared/version";

const OWN = vi.hoisted(() => ({
  id: "2026-01",
  versions: [] as string[],
  actions: ["case.new"],
  what: "Cases were begun wrongly.",
  mend: "Begin another.",
  de: { what: "Fälle wurden falsch begonnen.", mend: "Neu beginnen." },
}));
vi.mock("../../../electron/engine/case/known-errors-list", async () => {
  OWN.versions.push((await import("../../../shared/version")).VERSION);
  return { KNOWN_ERRORS: [OWN] };
});

const work = mkdtempSync(join(tmpdir(), "portwitness-known-"));
process.env.PORTWITNESS_HOME = join(work, "home");
const laid = join(work, "home/known-errors.json");
const path = join(work, "test.case");
let engine: Engine;
beforeAll(async () => {
  engine = new Engine();
  await engine.run("case.new", { case: path, title: "Known", examiner: "Ada" });
});
afterEach(() => rmSync(laid, { force: true }));
afterAll(async () => {
  await engine.close();
  rmSync(work, { recursive: true, force: true });
});
const said = async () => (await engine.run("case.open", { case: path })).recovered.join("\n");
const noted = async () => (await engine.run("custody.verify", { path })).notes.join("\n");

describe("a known error", () => {
  it("is said, with the acts that it concerns and what to do, on opening and verifying", async () => {
    const sentence =
      "Known error 2026-01: Cases were begun wrongly. It concerns act 1 (case.new). Begin another.";
    expect(await said()).toContain(sentence);
    expect(await noted()).toContain(sentence);
  });

  it("of another version or another act is not said", async () => {
    const { acts } = await engine.run("custody.ledger", { case: path, from: 0, to: 10 });
    const entries = acts as unknown as Parameters<typeof noticesOf>[0];
    expect(noticesOf(entries, [{ ...OWN, versions: ["0.0.9"] }])).toEqual([]);
    expect(noticesOf(entries, [{ ...OWN, actions: ["clock.calibrate"] }])).toEqual([]);
    expect(noticesOf(entries, [{ ...OWN, actions: undefined }])).toHaveLength(1);
    expect(noticesOf(entries, [OWN], "de-AT")[0]).toMatch(
      /^Bekannter Fehler 2026-01: Fälle wurden falsch begonnen\. Betroffen: Akt 1/,
    );
  });

  it("comes from a list beside the lab's keys too; a list that cannot be read is said, and stops nothing", async () => {
    writeFileSync(
      laid,
      JSON.stringify([{ id: "2027-09", versions: [VERSION], what: "Later.", mend: "Wait." }]),
    );
    expect(await said()).toMatch(/Known error 2027-09: Later\. It concerns act 1 \(case\.new\).*Wait\./);
    writeFileSync(laid, '[{"id": "2027-09"}]');
    expect(await said()).toMatch(/known-errors\.json cannot be read/);
    expect(await said()).toContain("Known error 2026-01");
  });
});

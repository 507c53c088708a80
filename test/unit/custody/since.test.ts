// An earlier checkpoint, or an earlier exhibit, shows what nothing inside a case or a bag can: that its ledger was rolled
// back or written anew. Both verifiers and the check of a case know it; and a bag stays a bag whatever is put beside it.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyBag as standAlone } from "../../../build/verifier/verify.mjs";
import { loadSigner } from "../../../electron/engine/case/keys";
import { CHECKPOINTS, checkpointFile } from "../../../electron/engine/case/ledger";
import { createCase, openCase } from "../../../electron/engine/case/open";
import { verifyCase } from "../../../electron/engine/case/verify-case";
import { Engine } from "../../../electron/engine/engine";
import { exportExhibit } from "../../../electron/engine/exhibit/export";
import { verifyBag } from "../../../electron/engine/exhibit/verify";
import { QUICK_PARTS } from "./parts";
import { temporaryHome } from "./temporary";
import { worldKind } from "./world-kind";

const at = temporaryHome();
const quiet = { signal: new AbortController().signal, progress: () => {} };
const entry = { inputs: null, parameters: null, outputs: null, result: "done" };

async function bagOf(name: string, out: string): Promise<void> {
  const live = await openCase(at(name));
  const options = { out: at(out), events: null, identify: false, authority: null };
  await exportExhibit(live, options, null, quiet, QUICK_PARTS);
  await live.close();
}

async function goOn(name: string, action: string): Promise<void> {
  const live = await openCase(at(name));
  await live.record(action, entry, null);
  await live.close();
}

/** What each of the three says of a case or bag against an earlier state. */
async function said(since: string): Promise<{ case: string[]; bag: string[]; alone: string[] }> {
  const told = (report: { problems: { where: string; message: string }[] }) =>
    report.problems.map((problem) => `${problem.where}: ${problem.message}`);
  return {
    case: told(await verifyCase(at("one.case"), { since }, quiet)),
    bag: told(await verifyBag(at("late.bag"), { since })),
    alone: told(await standAlone(at("late.bag"), { since })),
  };
}

beforeAll(async () => {
  createCase(at("one.case"), { title: "R v Doe", examiner: "Ada", language: "en" });
  const live = await openCase(at("one.case"));
  await live.perform(worldKind, null, { note: "a world" }, { ...quiet, examiner: null });
  await live.close();
  await bagOf("one.case", "early.bag");
  // The same case, twice: one goes on, the other is gone on with from a copy of the earlier state.
  cpSync(at("one.case"), at("fork.case"), { recursive: true });
  await goOn("one.case", "test.one");
  await bagOf("one.case", "late.bag");
  await goOn("fork.case", "test.other");
  for (let i = 0; i < 4; i++) await goOn("fork.case", "test.more");
  await bagOf("fork.case", "fork.bag");
});

describe("verify --since", () => {
  it("passes a ledger that continues the earlier exhibit, its checkpoint or a checkpoint of the case", async () => {
    const note = (size: number) => join(at("one.case"), CHECKPOINTS, checkpointFile(size));
    for (const since of [at("early.bag"), at("early.bag/data/checkpoint.note"), note(1), note(2)]) {
      expect(await said(since)).toEqual({ case: [], bag: [], alone: [] });
    }
  });

  it("shows a rollback: the earlier state has more acts", async () => {
    const found = await said(at("fork.bag"));
    for (const list of Object.values(found)) {
      expect(list).toHaveLength(1);
      expect(list[0]).toMatch(/custody\.jsonl: .*rolled back/);
    }
  });

  it("shows a rewriting: the earlier state has other acts", async () => {
    const since = join(at("fork.case"), CHECKPOINTS, checkpointFile(4));
    const found = await said(since);
    for (const list of Object.values(found)) {
      expect(list).toHaveLength(1);
      expect(list[0]).toMatch(/custody\.jsonl: .*rewritten/);
    }
  });

  it("names a note that is changed, of another case, or none", async () => {
    createCase(at("other.case"), { title: "Other", examiner: "Ada", language: "en" });
    const foreign = join(at("other.case"), CHECKPOINTS, checkpointFile(1));
    const changed = at("changed.note");
    writeFileSync(
      changed,
      readFileSync(at("early.bag/data/checkpoint.note"), "utf8").replace(/\n(\d+)\n/, "\n1\n"),
    );
    for (const since of [foreign, changed]) {
      for (const list of Object.values(await said(since))) expect(list.join("\n")).toContain(since);
    }
    await expect(verifyBag(at("late.bag"), { since: at("nothing") })).rejects.toMatchObject({
      code: "usage",
    });
    await expect(verifyCase(at("one.case"), { since: at("nothing") }, quiet)).rejects.toMatchObject({
      code: "usage",
    });
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [at("late.bag/data/verify.mjs"), ...args], { encoding: "utf8" });
    expect(run("--since", at("nothing")).status).toBe(2);
    expect(run("--since", at("early.bag")).status).toBe(0);
    expect(run("--since", at("fork.bag")).status).toBe(1);
  });
});

it("a bag is checked as a bag, whatever ledger or disclosure is put beside its files", async () => {
  const folder = at("dressed.bag");
  cpSync(at("early.bag"), folder, { recursive: true });
  cpSync(join(at("early.bag"), "data/custody.jsonl"), join(folder, "custody.jsonl"));
  cpSync(join(at("one.case"), CHECKPOINTS), join(folder, CHECKPOINTS), { recursive: true });
  mkdirSync(join(folder, "proofs"));
  writeFileSync(join(folder, "signer.txt"), `${loadSigner("Ada").verifier}\n`);
  const rows = join(folder, "data/attribution.csv");
  writeFileSync(rows, readFileSync(rows, "utf8").replace("ambiguous", "unique   "));
  const engine = new Engine();
  try {
    const report = await engine.run("custody.verify", { path: folder, key: loadSigner("Ada").fingerprint });
    expect(report).toMatchObject({ what: "exhibit", ok: false });
    expect(report.problems.map((problem) => problem.where)).toContain("data/attribution.csv");
  } finally {
    await engine.close();
  }
  const run = spawnSync(process.execPath, [join(folder, "data/verify.mjs"), "--json"], { encoding: "utf8" });
  expect(run.status).toBe(1);
  expect(run.stdout).toContain("data/attribution.csv");
});

it("a file's name cannot repaint what the verifier says", async () => {
  const folder = at("painted.bag");
  cpSync(at("early.bag"), folder, { recursive: true });
  writeFileSync(join(folder, "data/\u001b[2J\u001b[HThe exhibit holds."), "");
  const run = spawnSync(process.execPath, [join(folder, "data/verify.mjs")], { encoding: "utf8" });
  expect(run.status).toBe(1);
  expect(run.stdout).not.toContain("\u001b");
});

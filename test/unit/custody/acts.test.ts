// Acts that are not work on records: a second examiner's review, the backup of a key, a disclosure, a failure.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyBag as standAlone } from "../../../build/verifier/verify.mjs";
import type { ActKind } from "../../../electron/engine/case/act";
import { activeKey, createKey, loadSigner } from "../../../electron/engine/case/keys";
import { registerKind } from "../../../electron/engine/case/kinds";
import { rebuildCase } from "../../../electron/engine/case/rebuild";
import { Engine } from "../../../electron/engine/engine";
import { exportExhibit } from "../../../electron/engine/exhibit/export";
import { ProductError } from "../../../shared/errors";
import { QUICK_PARTS } from "./parts";
import { temporaryHome } from "./temporary";
import { worldKind } from "./world-kind";

const at = temporaryHome();
const quiet = { signal: new AbortController().signal, progress: () => {} };
const engine = new Engine();
let path: string;
let run: number;

const failing: ActKind<{ readonly how: string }> = {
  action: "test.failing",
  async stage(openCase, staging, { how }, io) {
    await openCase.db.run(`CREATE TABLE "${staging}_x"(i BIGINT)`);
    if (how === "usage") throw new ProductError("usage", "wrong use", "use it right");
    if (how === "cancel") io.signal.throwIfAborted();
    throw new ProductError("input", "line 7 of /evidence/secret.log is torn", "mend it");
  },
  async publish() {
    throw new Error("never published");
  },
};
registerKind(failing);

const ledger = async () => (await engine.run("custody.ledger", { case: path })).acts;
const last = async () => (await ledger()).at(-1)!;

beforeAll(async () => {
  path = at("one.case");
  await engine.run("case.new", { case: path, title: "R v Doe", examiner: "Ada", language: "en" });
  createKey("Bob");
  const live = await engine.cases.get(path);
  await live.perform(worldKind, null, { note: "a world" }, { ...quiet, examiner: null });
  // The world stands for an attribution; one that the ledger calls so is reviewed below.
  run = (await live.perform(worldKind, null, { note: "again" }, { ...quiet, examiner: null })).seq;
});
afterAll(() => engine.close());

describe("a review", () => {
  it("is another examiner's: their key joins the case, and both sign from then on", async () => {
    const request = { case: path, act: run, opinion: "agree" as const, reason: "read in the original" };
    await expect(engine.run("custody.review", request, { examiner: "Ada" })).rejects.toThrow(/another/);
    const done = await engine.run("custody.review", request, { examiner: "Bob" });
    expect(done).toMatchObject({ examiner: "Bob", reviewed: `act ${run} (test.world)` });
    const acts = await ledger();
    expect(acts.slice(-2).map((act) => [act.action, act.examiner, act.result])).toEqual([
      ["key.new", "Bob", "done"],
      ["custody.review", "Bob", "agree"],
    ]);
    expect(acts.at(-1)!.inputs).toMatchObject({ act: run, line: null });
    const info = await engine.run("case.open", { case: path });
    expect(info.examiners).toEqual(["Ada", "Bob"]);
    // Who only reviews is not taken for the author of an act that names none.
    await expect(engine.run("custody.review", request)).rejects.toThrow(/Ada did this/);
    expect(await engine.run("custody.verify", { path }, { examiner: "Ada" })).toMatchObject({ ok: true });
  });

  it("dissents too, and needs an act that there is, a reason, and a line only of an attribution", async () => {
    const request = { case: path, act: run, opinion: "dissent" as const, reason: "the zone is wrong" };
    const bob = { examiner: "Bob" };
    expect(await engine.run("custody.review", request, bob)).toMatchObject({ examiner: "Bob" });
    expect(await last()).toMatchObject({ result: "dissent" });
    await expect(engine.run("custody.review", { ...request, act: 999 }, bob)).rejects.toThrow(/no act 999/);
    await expect(engine.run("custody.review", { ...request, line: 1 }, bob)).rejects.toThrow(
      /no attribution/,
    );
    await expect(engine.run("custody.review", { ...request, reason: " " }, bob)).rejects.toThrow();
    await expect(engine.run("custody.review", { ...request, act: undefined }, bob)).rejects.toThrow(
      /one act/,
    );
  });

  it("of an exhibit names its seal; one that does not hold or is not of this case is not reviewed", async () => {
    const live = await engine.cases.get(path);
    const options = { out: at("one.bag"), events: null, identify: false, authority: null };
    const exported = await exportExhibit(live, options, "Ada", quiet, QUICK_PARTS);
    for (const key of [undefined, loadSigner("Ada").fingerprint])
      expect(await standAlone(at("one.bag"), { key })).toMatchObject({ ok: true });
    const request = { case: path, bag: at("one.bag"), opinion: "agree" as const, reason: "checked by hand" };
    await expect(engine.run("custody.review", request, { examiner: "Ada" })).rejects.toThrow(/another/);
    await engine.run("custody.review", request, { examiner: "Bob" });
    expect((await last()).inputs).toMatchObject({ seal: exported.seal });
    const readme = join(at("one.bag"), "data/README.txt");
    const kept = readFileSync(readme);
    writeFileSync(readme, "other");
    await expect(engine.run("custody.review", request, { examiner: "Bob" })).rejects.toThrow(/does not hold/);
    writeFileSync(readme, kept);
    await engine.run("case.new", { case: at("two.case"), title: "Other", examiner: "Ada" });
    await expect(
      engine.run("custody.review", { ...request, case: at("two.case") }, { examiner: "Bob" }),
    ).rejects.toThrow(/no exhibit that this case exported/);
  });
});

it("an act of a case that two work on says whose it is", async () => {
  const two = at("both.case");
  await engine.run("case.new", { case: two, title: "Both", examiner: "Ada" });
  for (const examiner of ["Ada", "Bob"]) {
    const live = await engine.cases.get(two);
    await live.perform(worldKind, null, { note: examiner }, { ...quiet, examiner });
  }
  const live = await engine.cases.get(two);
  const unnamed = live.perform(worldKind, null, { note: "whose?" }, { ...quiet, examiner: null });
  await expect(unnamed).rejects.toThrow(/2 examiners \(Ada, Bob\) and none was named/);
  const out = at("both.bag");
  await exportExhibit(
    live,
    { out, events: null, identify: false, authority: null },
    "Bob",
    quiet,
    QUICK_PARTS,
  );
  const key = loadSigner("Bob").fingerprint;
  expect(await standAlone(out, { key })).toMatchObject({ ok: true, signerChecked: true });
});

it("a disclosure stands in the ledger of the case that exported the exhibit", async () => {
  const request = { bag: at("one.bag"), out: at("part"), rows: "verdict = unique" };
  const done = await engine.run("exhibit.disclose", { ...request, case: path }, { examiner: "Ada" });
  expect(await last()).toMatchObject({ seq: done.act, action: "exhibit.disclose", examiner: "Ada" });
  expect((await last()).outputs).toEqual({ rows: done.rows, of: done.of });
  expect(await engine.run("exhibit.disclose", { ...request, out: at("part2") })).toMatchObject({ act: null });
});

describe("a failure", () => {
  const perform = async (how: string, signal = quiet.signal) => {
    const live = await engine.cases.get(path);
    return live.perform(failing, null, { how }, { ...quiet, signal, examiner: "Ada" });
  };

  it("of an operation that had begun is an act; its message stays beside the ledger", async () => {
    await expect(perform("input")).rejects.toThrow(/line 7/);
    const act = await last();
    expect(act).toMatchObject({ action: "case.failure", result: "failed", examiner: "Ada" });
    expect(act.outputs).toEqual({ of: "test.failing", code: "input" });
    expect(readFileSync(join(path, "custody.jsonl"), "utf8")).not.toContain("secret.log");
    const live = await engine.cases.get(path);
    expect(live.revealText((act.parameters as { message: { hidden: string } }).message)).toContain("line 7");
  });

  it("is recorded as cancelled where it was; wrong use leaves no line", async () => {
    const abort = new AbortController();
    const live = await engine.cases.get(path);
    const running = live.perform(
      failing,
      null,
      { how: "cancel" },
      { ...quiet, signal: abort.signal, examiner: "Ada" },
    );
    abort.abort();
    await expect(running).rejects.toThrow();
    expect((await last()).outputs).toEqual({ of: "test.failing", code: "cancelled" });
    const before = (await ledger()).length;
    await expect(perform("usage")).rejects.toThrow(/wrong use/);
    expect(await ledger()).toHaveLength(before);
  });

  it("of an export is recorded, changes no later exhibit, and a rebuild passes over it", async () => {
    const live = await engine.cases.get(path);
    const export_ = (out: string, signal = quiet.signal) =>
      exportExhibit(
        live,
        { out: at(out), events: null, identify: false, authority: null },
        "Ada",
        { ...quiet, signal },
        QUICK_PARTS,
      );
    const first = await export_("three.bag");
    const abort = new AbortController();
    abort.abort();
    await expect(export_("four.bag", abort.signal)).rejects.toThrow();
    expect(await last()).toMatchObject({
      action: "case.failure",
      outputs: { of: "exhibit.export", code: "cancelled" },
    });
    expect(await export_("five.bag")).toMatchObject({ seal: first.seal, manifest: first.manifest });
    await engine.run("case.close", { case: path });
    expect(await rebuildCase(path, null, "Ada", quiet)).toMatchObject({ differences: [], recorded: true });
  });
});

describe("the backup of a key", () => {
  it("is an act, is encrypted, and brings the key back on a machine that lost it", async () => {
    const kept = loadSigner("Bob").fingerprint;
    const request = { examiner: "Bob", out: at("bob.backup"), cases: [path] };
    await expect(engine.run("key.backup", request)).rejects.toThrow(/passphrase/);
    const done = await engine.run("key.backup", { ...request, passphrase: "open sesame" });
    expect(done.fingerprint).toBe(kept);
    expect(await last()).toMatchObject({ action: "key.backup", examiner: "Bob" });
    expect((await last()).outputs).toEqual({ fingerprint: kept, sha256: done.sha256 });
    await expect(engine.run("key.restore", { backup: at("bob.backup") })).rejects.toThrow(/passphrase/);
    const again = engine.run("key.restore", { backup: at("bob.backup"), passphrase: "open sesame" });
    await expect(again).rejects.toThrow(/already/);

    const home = process.env.PORTWITNESS_HOME;
    process.env.PORTWITNESS_HOME = at("another-machine");
    try {
      await engine.run("key.restore", { backup: at("bob.backup"), passphrase: "open sesame" });
      expect(activeKey("Bob")).toMatchObject({ fingerprint: kept, encrypted: true });
      expect(() => loadSigner("Bob")).toThrow(/passphrase/);
      process.env.PORTWITNESS_PASSPHRASE = "open sesame";
      expect(loadSigner("Bob").fingerprint).toBe(kept);
    } finally {
      delete process.env.PORTWITNESS_PASSPHRASE;
      process.env.PORTWITNESS_HOME = home;
    }
  });

  it("whose card was changed is refused", async () => {
    const changed = at("changed.backup");
    const text = readFileSync(at("bob.backup"), "utf8");
    writeFileSync(changed, text.replace('"Bob"', '"Eve"'));
    const home = process.env.PORTWITNESS_HOME;
    process.env.PORTWITNESS_HOME = at("third-machine");
    try {
      const back = engine.run("key.restore", { backup: changed, passphrase: "open sesame" });
      await expect(back).rejects.toThrow(/not the one that it names/);
      expect(existsSync(at("third-machine/keys"))).toBe(false);
    } finally {
      process.env.PORTWITNESS_HOME = home;
      rmSync(changed);
    }
  });
});

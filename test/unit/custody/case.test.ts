// A case on disk: who may write, what a damaged ledger does, what the ledger shows and what it hides.
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { activeKey, createKey, loadSigner } from "../../../electron/engine/case/keys";
import { createCase, openCase } from "../../../electron/engine/case/open";
import { rebuildCase } from "../../../electron/engine/case/rebuild";
import { CaseRegistry } from "../../../electron/engine/case/registry";
import { verifyCase } from "../../../electron/engine/case/verify-case";
import { countingKind } from "../../crash/counting-kind";
import { temporaryHome } from "./temporary";

const at = temporaryHome();
const quiet = { signal: new AbortController().signal, progress: () => {} };
const io = { ...quiet, examiner: null };

async function newCase(name: string, acts = 2): Promise<string> {
  const path = at(`${name}.case`);
  createCase(path, { title: "Fraud at the bank", examiner: "Ada", language: "en" });
  const live = await openCase(path);
  for (let i = 1; i <= acts; i++) {
    const note = await live.hideText(`secret note ${i}`);
    await live.perform(countingKind, { note }, { rows: i }, io);
  }
  await live.close();
  return path;
}

const ledgerOf = (path: string) => join(path, "custody.jsonl");

describe("a new case", () => {
  it("has its examiner's key made, mode 0600, outside the case, and named in its first act", async () => {
    const path = await newCase("fresh", 0);
    const key = activeKey("Ada")!;
    expect(statSync(key.path).mode & 0o777).toBe(0o600);
    expect(key.path.startsWith(path)).toBe(false);
    const live = await openCase(path);
    expect(live.title).toBe("Fraud at the bank");
    expect(live.ledger()[0]).toMatchObject({
      seq: 1,
      action: "case.new",
      outputs: { fingerprint: key.fingerprint, verifier: key.verifier },
    });
    expect(Object.keys(live.ledger()[0]!)).toEqual(
      "seq time bootId monotonicMs examiner account host tool action inputs parameters outputs result previous".split(
        " ",
      ),
    );
    await live.close();
    expect(readdirSync(path).sort()).toEqual([
      "case.duckdb",
      "checkpoints",
      "custody.jsonl",
      "evidence",
      "texts.jsonl",
    ]);
  });

  it("never takes the place of something that is there", async () => {
    const path = await newCase("taken", 0);
    expect(() => createCase(path, { title: "T", examiner: "Ada", language: "en" })).toThrow(
      expect.objectContaining({ code: "usage" }),
    );
  });

  it("can be walked with sha256sum alone", async () => {
    const path = await newCase("walked");
    const lines = readFileSync(ledgerOf(path), "utf8").split("\n").slice(0, -1);
    let previous = "0".repeat(64);
    for (const line of lines) {
      expect((JSON.parse(line) as { previous: string }).previous).toBe(previous);
      previous = spawnSync("sha256sum", { input: line, encoding: "utf8" }).stdout.slice(0, 64);
    }
  });
});

describe("free text", () => {
  it("stands beside the ledger, salted, and can be erased without breaking the chain", async () => {
    const path = await newCase("texts");
    expect(readFileSync(ledgerOf(path), "utf8")).not.toContain("secret note");
    const live = await openCase(path);
    const { note } = live.ledger()[1]!.inputs as { note: { hidden: string } };
    expect(live.revealText(note)).toBe("secret note 1");
    await live.close();
    rmSync(join(path, "texts.jsonl"));
    const report = await verifyCase(path, {}, quiet);
    expect(report).toMatchObject({ ok: true });
    expect(report.notes.join(" ")).toMatch(/3 texts of the ledger are withheld or erased/);
    const after = await openCase(path);
    expect(after.revealText(note)).toBeNull();
    await after.close();
  });

  it("equal text has the same reference within an act and another in the next", async () => {
    const path = await newCase("salted", 0);
    const live = await openCase(path);
    const [a, b] = [await live.hideText("x"), await live.hideText("x")];
    expect(a).toEqual(b);
    await live.record("test.note", { inputs: a, parameters: null, outputs: null, result: "done" }, null);
    expect(await live.hideText("x")).not.toEqual(a);
    await live.close();
  });

  it("changed beside the ledger is found", async () => {
    const path = await newCase("changed-text");
    const file = join(path, "texts.jsonl");
    writeFileSync(file, readFileSync(file, "utf8").replace("secret note 2", "secret note 3"));
    const report = await verifyCase(path, {}, quiet);
    expect(report.ok).toBe(false);
    expect(report.problems[0]!.where).toBe("texts.jsonl:3");
  });
});

describe("one writer a case", () => {
  it("a second program is refused with the holder's name, and reading needs no lock", async () => {
    const path = await newCase("locked");
    const live = await openCase(path);
    await expect(openCase(path)).rejects.toMatchObject({
      code: "case-in-use",
      message: expect.stringContaining(`process ${process.pid}`),
    });
    const reader = await openCase(path, { readOnly: true });
    expect(reader.head()).toEqual(live.head());
    await expect(
      reader.record("x", { inputs: null, parameters: null, outputs: null, result: "done" }, null),
    ).rejects.toMatchObject({ code: "usage" });
    expect(await verifyCase(path, {}, quiet)).toMatchObject({ ok: true });
    await reader.close();
    await live.close();
    await (await openCase(path)).close();
    expect(existsSync(join(path, "lock"))).toBe(false);
  });

  it("the lock of a dead process is taken over and said; that of another machine never", async () => {
    const path = await newCase("stale");
    const holder = {
      pid: 4_194_000,
      start: "1",
      host: hostname(),
      bootId: "",
      account: "bob",
      tool: "portwitness",
      since: "",
    };
    writeFileSync(join(path, "lock"), JSON.stringify(holder));
    const live = await openCase(path);
    expect(live.recovered.join()).toMatch(/bob on .* which is no longer running, was taken over/);
    await live.close();
    writeFileSync(join(path, "lock"), JSON.stringify({ ...holder, host: "another-machine" }));
    await expect(openCase(path)).rejects.toMatchObject({
      code: "case-in-use",
      message: expect.stringContaining("bob on another-machine"),
    });
    // A process number that was given out again has another start.
    writeFileSync(join(path, "lock"), JSON.stringify({ ...holder, pid: process.pid, start: "1" }));
    await (await openCase(path)).close();
  });

  it("one process opens a case once, whatever path leads to it", async () => {
    const path = await newCase("once");
    const registry = new CaseRegistry();
    const [a, b] = await Promise.all([registry.get(path), registry.get(join(path, "..", "once.case"))]);
    expect(a).toBe(b);
    await registry.closeAll();
  });
});

describe("acts", () => {
  it("run one after another, however they are called", async () => {
    const path = await newCase("turns", 0);
    const live = await openCase(path);
    const done = await Promise.all([5, 6, 7].map((rows) => live.perform(countingKind, null, { rows }, io)));
    expect(done.map(({ seq }) => seq)).toEqual([2, 3, 4]);
    for (const [i, { seq }] of done.entries())
      expect(await live.db.query(`SELECT count(*) AS n FROM n_${seq}`)).toEqual([{ n: 5 + i }]);
    await live.close();
    expect(await verifyCase(path, {}, quiet)).toMatchObject({ ok: true });
  });

  it("that fail or are cancelled leave nothing but the line that says so", async () => {
    const path = await newCase("failing", 1);
    const live = await openCase(path);
    const before = live.head();
    const failing = {
      ...countingKind,
      action: "test.fail",
      publish: countingKind.publish,
      stage: async (...args: Parameters<typeof countingKind.stage>) => {
        await countingKind.stage(...args);
        throw new Error("the disk burns");
      },
    };
    await expect(live.perform(failing, null, { rows: 3 }, io)).rejects.toThrow("the disk burns");
    const cancelled = new AbortController();
    const abort = { signal: cancelled.signal, progress: () => cancelled.abort(), examiner: null };
    await expect(live.perform(countingKind, null, { rows: 3 }, abort)).rejects.toThrow();
    const lines = live.ledger().slice(before.acts);
    expect(lines.map((act) => [act.action, act.outputs])).toEqual([
      ["case.failure", { of: "test.fail", code: "internal" }],
      ["case.failure", { of: countingKind.action, code: "cancelled" }],
    ]);
    const staging = "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, 'staging')";
    expect(await live.db.query(staging)).toEqual([]);
    await live.close();
  });

  it("of a second examiner are preceded by that examiner's key, and then must name the examiner", async () => {
    const path = await newCase("two", 0);
    createKey("Grace");
    const live = await openCase(path);
    const note = { inputs: null, parameters: null, outputs: null, result: "done" };
    await expect(live.record("test.note", note, "Nobody")).rejects.toMatchObject({ code: "usage" });
    await live.record("test.note", note, "Grace");
    expect(live.ledger().map((line) => [line.examiner, line.action])).toEqual([
      ["Ada", "case.new"],
      ["Grace", "key.new"],
      ["Grace", "test.note"],
    ]);
    await expect(live.record("test.note", note, null)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("2 examiners"),
    });
    await live.close();
    expect(await verifyCase(path, {}, quiet)).toMatchObject({
      ok: true,
      keyFingerprint: activeKey("Grace")!.fingerprint,
    });
  });
});

describe("keys", () => {
  it("with a passphrase are encrypted, and opened by it alone", () => {
    const key = createKey("Locked", "correct horse");
    expect(readFileSync(key.path, "utf8")).toContain("ENCRYPTED PRIVATE KEY");
    expect(() => loadSigner("Locked")).toThrow(expect.objectContaining({ code: "usage" }));
    process.env.PORTWITNESS_PASSPHRASE = "correct horse";
    try {
      expect(loadSigner("Locked").fingerprint).toBe(key.fingerprint);
    } finally {
      delete process.env.PORTWITNESS_PASSPHRASE;
    }
  });

  it("that others may read are refused", () => {
    const key = createKey("Open");
    chmodSync(key.path, 0o644);
    expect(() => loadSigner("Open")).toThrow(
      expect.objectContaining({ code: "usage", mend: expect.stringContaining("chmod 600") }),
    );
  });
});

describe("a damaged ledger", () => {
  const damage: [string, (path: string) => void, string][] = [
    [
      "a changed byte",
      (path) =>
        writeFileSync(ledgerOf(path), readFileSync(ledgerOf(path), "utf8").replace('"rows":1', '"rows":9')),
      "custody.jsonl:3",
    ],
    [
      "its last line dropped",
      (path) =>
        writeFileSync(
          ledgerOf(path),
          `${readFileSync(ledgerOf(path), "utf8").split("\n").slice(0, -2).join("\n")}\n`,
        ),
      "checkpoints/0000000003.note",
    ],
    [
      "a line put in",
      (path) => {
        const lines = readFileSync(ledgerOf(path), "utf8").split("\n");
        writeFileSync(ledgerOf(path), [lines[0], lines[1], ...lines.slice(1)].join("\n"));
      },
      "custody.jsonl:3",
    ],
  ];

  it.each(damage)(
    "with %s is opened for reading only, says what is wrong, and fails verification there",
    async (what, change, where) => {
      const path = await newCase(`damaged ${what}`);
      change(path);
      const report = await verifyCase(path, {}, quiet);
      expect(report.ok).toBe(false);
      expect(report.problems.map((problem) => problem.where)).toContain(where);
      const live = await openCase(path);
      expect(live.readOnly).toBe(true);
      expect(live.recovered.join()).toContain("reading only");
      await expect(live.perform(countingKind, null, { rows: 1 }, io)).rejects.toMatchObject({
        code: "case-damaged",
      });
      await live.close();
      expect(existsSync(join(path, "lock"))).toBe(false);
    },
  );

  it("is never continued by a forged line: more than one line without a checkpoint is damage", async () => {
    const path = await newCase("continued", 1);
    const lines = readFileSync(ledgerOf(path), "utf8").split("\n").slice(0, -1);
    rmSync(join(path, "checkpoints/0000000002.note"));
    appendFileSync(ledgerOf(path), `${lines[1]}\n`);
    const live = await openCase(path);
    expect(live.readOnly).toBe(true);
    await live.close();
  });

  it("a last act without its checkpoint is a finding, unless a killed process left its lock", async () => {
    const path = await newCase("uncovered");
    rmSync(join(path, "checkpoints/0000000003.note"));
    const report = await verifyCase(path, {}, quiet);
    expect(report).toMatchObject({ ok: false, problems: [{ where: "checkpoints/0000000003.note" }] });
    const live = await openCase(path);
    expect(live.ledger().at(-1)).toMatchObject({ action: "case.open", result: "mended" });
    await live.close();
    expect(await verifyCase(path, {}, quiet)).toMatchObject({ ok: true });
  });

  it("a rollback that removes the checkpoint too is shown by an earlier checkpoint alone", async () => {
    const path = await newCase("rollback");
    const earlier = at("earlier.note");
    cpSync(join(path, "checkpoints/0000000003.note"), earlier);
    expect(await verifyCase(path, { since: earlier }, quiet)).toMatchObject({ ok: true });
    writeFileSync(
      ledgerOf(path),
      `${readFileSync(ledgerOf(path), "utf8").split("\n").slice(0, -2).join("\n")}\n`,
    );
    rmSync(join(path, "checkpoints/0000000003.note"));
    expect(await verifyCase(path, {}, quiet)).toMatchObject({ ok: true });
    const report = await verifyCase(path, { since: earlier }, quiet);
    expect(report).toMatchObject({
      ok: false,
      problems: [{ where: "custody.jsonl", message: expect.stringContaining("rolled back") }],
    });
  });

  it("the signer is checked only where a key is given", async () => {
    const path = await newCase("signer", 0);
    const key = activeKey("Ada")!.fingerprint;
    expect(await verifyCase(path, {}, quiet)).toMatchObject({
      ok: true,
      signerChecked: false,
      keyFingerprint: key,
    });
    expect(await verifyCase(path, { key }, quiet)).toMatchObject({ ok: true, signerChecked: true });
    expect(await verifyCase(path, { key: "0".repeat(64) }, quiet)).toMatchObject({
      ok: false,
      signerChecked: false,
    });
    await expect(verifyCase(path, { key: "xyz" }, quiet)).rejects.toMatchObject({ code: "usage" });
  });
});

describe("the database is a cache", () => {
  it("deleted, it comes back from the ledger on opening", async () => {
    const path = await newCase("cache");
    rmSync(join(path, "case.duckdb"));
    const live = await openCase(path);
    expect(live.recovered.join()).toMatch(/made again from ledger and evidence/);
    expect(await live.db.query("SELECT count(*) AS n FROM n_3")).toEqual([{ n: 2 }]);
    await live.close();
  });

  it("of another state of the ledger, it is made again", async () => {
    const path = await newCase("foreign");
    const other = await newCase("other", 3);
    cpSync(join(other, "case.duckdb"), join(path, "case.duckdb"));
    const live = await openCase(path);
    expect(live.recovered.join()).toMatch(/belonged to another state/);
    expect(await live.db.query("SELECT count(*) AS n FROM n_3")).toEqual([{ n: 2 }]);
    await live.close();
  });

  it("damaged, it is refused with the way to mend it, and rebuild mends it", async () => {
    const path = await newCase("broken-db");
    writeFileSync(join(path, "case.duckdb"), "this is no database".repeat(1_000));
    await expect(openCase(path)).rejects.toMatchObject({
      code: "case-damaged",
      mend: expect.stringContaining("rebuild"),
    });
    const rebuilt = await rebuildCase(path, null, null, quiet);
    expect(rebuilt).toMatchObject({ acts: 2, differences: [], recorded: true });
    await (await openCase(path)).close();
  });

  it("a rebuild that comes to another result says where", async () => {
    const path = await newCase("differs");
    const stage = countingKind.stage;
    countingKind.stage = async (openCase, staging, parameters, run) => {
      const staged = await stage.call(countingKind, openCase, staging, parameters, run);
      return parameters.rows === 2 ? { ...staged, outputs: { rows: 3 } } : staged;
    };
    try {
      const rebuilt = await rebuildCase(path, null, null, quiet);
      expect(rebuilt.differences).toEqual([
        { seq: 3, action: "test.count", where: "outputs.rows", recorded: 2, now: 3 },
      ]);
    } finally {
      countingKind.stage = stage;
    }
  });
});

it("a step back of the workstation's clock is recorded", async () => {
  const path = await newCase("clock", 0);
  const live = await openCase(path);
  const note = { inputs: null, parameters: null, outputs: null, result: "done" };
  const real = Date.now;
  const realDate = globalThis.Date;
  globalThis.Date = class extends realDate {
    constructor(...args: [] | [number]) {
      super(...((args.length === 0 ? [real() - 3_600_000] : args) as [number]));
    }
  } as DateConstructor;
  try {
    await live.record("test.note", note, null);
  } finally {
    globalThis.Date = realDate;
  }
  const step = live.ledger()[1]!;
  expect(step).toMatchObject({ action: "case.open", result: "noted" });
  expect((step.outputs as { found: string[] }).found[0]).toMatch(
    /stands 3[56]\d{5} ms before the time of act 1/,
  );
  await live.close();
});

// An exhibit is a function of the evidence, the ledger, the version and the key, and it names no more than it must.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyBag as standAlone } from "../../../build/verifier/verify.mjs";
import { sha256Hex } from "../../../electron/engine/case/files";
import { loadSigner, type Signer } from "../../../electron/engine/case/keys";
import { Ledger, signNote } from "../../../electron/engine/case/ledger";
import { createCase, openCase } from "../../../electron/engine/case/open";
import { rebuildCase } from "../../../electron/engine/case/rebuild";
import { verifyCase } from "../../../electron/engine/case/verify-case";
import { openNative } from "../../../electron/engine/database/native";
import { Engine } from "../../../electron/engine/engine";
import { filesBelow } from "../../../electron/engine/exhibit/bag";
import { exportExhibit } from "../../../electron/engine/exhibit/export";
import { pseudonym } from "../../../electron/engine/exhibit/parties";
import { VERIFIER } from "../../../electron/engine/exhibit/reader-part";
import { verifyBag } from "../../../electron/engine/exhibit/verify";
import { parseCsv } from "../../../shared/custody/csv";
import { exportFrom, quiet, settings, smallCase } from "./small-case";
import { findings, forgeSealText, makeSumsRight } from "./tamper";
import { temporaryHome } from "./temporary";

const at = temporaryHome();
let bag: string;
let path: string;
let signer: Signer;

beforeAll(async () => {
  path = at("one.case");
  bag = at("one.bag");
  signer = await smallCase(path, bag);
});

const contentOf = (folder: string) =>
  Object.fromEntries(filesBelow(folder).map((name) => [name, sha256Hex(readFileSync(join(folder, name)))]));

describe("an exhibit", () => {
  it("passes both verifiers, with and without the key", async () => {
    for (const key of [undefined, signer.fingerprint]) {
      const expected = {
        ok: true,
        problems: [],
        keyFingerprint: signer.fingerprint,
        signerChecked: key !== undefined,
      };
      expect(await verifyBag(bag, { key })).toMatchObject(expected);
      expect(await standAlone(bag, { key })).toEqual({ ...expected, notes: [] });
    }
  });

  it("carries the verifier that the project has, and that runs by itself with exit 0, 1 and 2", () => {
    expect(readFileSync(join(bag, "data/verify.mjs"), "utf8")).toBe(VERIFIER);
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [join(bag, "data/verify.mjs"), ...args], { encoding: "utf8" });
    expect(run().status).toBe(0);
    expect(run().stdout).toContain("signer not established");
    expect(run(bag, "--key", signer.fingerprint).stdout).toContain("The exhibit holds");
    expect(run("--key", "0".repeat(64)).status).toBe(1);
    expect(run("--key", "short").status).toBe(2);
    expect(run(at("nowhere")).status).toBe(2);
    expect(JSON.parse(run("--json").stdout)).toMatchObject({ ok: true, signerChecked: false });
  });

  it("is the same bytes again: after the acts of exporting and verifying, from a moved case, a rebuilt database, another zone", async () => {
    const moved = at("elsewhere/moved.case");
    mkdirSync(at("elsewhere"));
    cpSync(path, moved, { recursive: true });
    rmSync(join(moved, "case.duckdb"));
    await rebuildCase(moved, null, null, quiet);
    const live = await openCase(moved);
    await live.record(
      "custody.verify",
      { inputs: null, parameters: null, outputs: null, result: "done" },
      null,
    );
    await live.close();
    const zone = process.env.TZ;
    process.env.TZ = "Pacific/Kiritimati";
    try {
      await exportFrom(moved, at("elsewhere/two.bag"));
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
    expect(contentOf(at("elsewhere/two.bag"))).toEqual(contentOf(bag));
    await exportFrom(path, at("three.bag"));
    expect(contentOf(at("three.bag"))).toEqual(contentOf(bag));
  });

  it("names no path of case or output in any file", () => {
    for (const name of filesBelow(bag)) {
      const content = readFileSync(join(bag, name)).toString("latin1");
      expect(content.includes(at("")), name).toBe(false);
      expect(content.includes("one.case"), name).toBe(false);
    }
  });

  it("names only the answers, and gives every other party a pseudonym in order of its first hold", async () => {
    const text = readFileSync(join(bag, "data/attribution.csv"), "utf8");
    const [head, ...rows] = parseCsv(text);
    const column = (name: string) => rows.map((row) => row[head!.indexOf(name)]);
    expect(column("subscriber")).toEqual([
      "=cmd|'/c calc'!A1",
      null,
      "carol\r\n@line",
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(column("realm")).toEqual([null, null, null, null, null, "vrf-red", null, null]);
    const candidates = column("candidates").map((cell) =>
      (JSON.parse(cell!) as { subscriber: string | null; insideIp: string | null }[]).map(
        (c) => c.subscriber ?? c.insideIp,
      ),
    );
    // Bob holds second in the case, the inside address without a subscriber fourth; one inside address in two realms is
    // two parties, of which the second is no answer.
    expect(candidates).toEqual([
      ["=cmd|'/c calc'!A1"],
      ["=cmd|'/c calc'!A1", "Party B"],
      ["carol\r\n@line"],
      [],
      ["Party B", "Party D"],
      ["10.0.0.7"],
      ["10.0.0.7", "Party F"],
      [],
    ]);
    for (const name of filesBelow(bag)) {
      const content = readFileSync(join(bag, name)).toString("latin1");
      expect(content.includes("Bob"), name).toBe(false);
      expect(content.includes("10.0.0.2"), name).toBe(false);
      expect(content.includes("vrf-blue"), name).toBe(false);
    }
  });

  it("holds the mappings that meet the events and no other", async () => {
    const copy = at("records.duckdb");
    cpSync(join(bag, "data/records.duckdb"), copy);
    const db = await openNative(copy, { readOnly: true });
    expect((await db.query("SELECT id FROM mapping ORDER BY id")).map((row) => row.id)).toEqual([
      1, 2, 3, 4, 7, 8,
    ]);
    expect(await db.query("SELECT subscriber, inside_ip, dst_ip FROM mapping WHERE id = 2")).toEqual([
      { subscriber: "Party B", inside_ip: null, dst_ip: null },
    ]);
    expect(await db.query("SELECT count(*) AS n FROM event")).toEqual([{ n: 8 }]);
    await db.close();
  });

  it("is narrowed by --events to the selected events and their mappings", async () => {
    const exported = await exportFrom(path, at("narrow.bag"), { events: "line = 3" });
    expect(exported).toMatchObject({ events: 1, mappings: 1, pseudonyms: 0 });
  });

  it("names every party only under an authority", async () => {
    await expect(exportFrom(path, at("named.bag"), { identify: true })).rejects.toMatchObject({
      code: "usage",
    });
    const exported = await exportFrom(path, at("named.bag"), { identify: true, authority: "Order 7" });
    expect(exported.pseudonyms).toBe(0);
    expect(readFileSync(at("named.bag/data/attribution.csv"), "utf8")).toContain("Bob");
    expect(readFileSync(at("named.bag/bag-info.txt"), "utf8")).toContain("Portwitness-Authority: Order 7\n");
  });

  it("never overwrites, and leaves nothing where it fails", async () => {
    await expect(exportFrom(path, bag)).rejects.toMatchObject({ code: "usage" });
    const before = readdirSync(at(""));
    await expect(exportFrom(path, at("failed.bag"), { events: "nonsense = (" })).rejects.toMatchObject({
      code: "usage",
    });
    const cancelled = new AbortController();
    const live = await openCase(path);
    const io = { signal: cancelled.signal, progress: () => cancelled.abort() };
    await expect(exportExhibit(live, settings(at("failed.bag")), null, io)).rejects.toThrow();
    await live.close();
    expect(readdirSync(at(""))).toEqual(before);
  });

  it("states in its derived copy how many cells were changed, and none begins a formula", () => {
    const rows = parseCsv(readFileSync(join(bag, "data/attribution.spreadsheet.csv"), "utf8"));
    const source = parseCsv(readFileSync(join(bag, "data/attribution.csv"), "utf8"));
    let changed = 0;
    for (const [r, row] of rows.entries()) {
      for (const [c, cell] of row.entries()) {
        expect(cell).not.toMatch(/^[=+\-@\t\r]/);
        if (cell !== (source[r]![c] ?? "")) changed++;
      }
    }
    expect(changed).toBeGreaterThan(0);
    expect(readFileSync(join(bag, "bag-info.txt"), "utf8")).toContain(`Cells-Changed: ${changed}\n`);
  });
});

describe("pseudonyms", () => {
  it.each([
    [0, "Party A"],
    [25, "Party Z"],
    [26, "Party AA"],
    [701, "Party ZZ"],
    [702, "Party AAA"],
  ])("%d is %s", (rank, name) => {
    expect(pseudonym(rank)).toBe(name);
  });
});

it("the defence can replay an exhibit's ledger elsewhere, without any key of the case", async () => {
  const folder = at("defence.case");
  mkdirSync(folder);
  for (const name of ["custody.jsonl", "texts.jsonl"]) cpSync(join(bag, "data", name), join(folder, name));
  process.env.PORTWITNESS_HOME = at("defence-home");
  try {
    const rebuilt = await rebuildCase(folder, null, null, quiet);
    expect(rebuilt).toMatchObject({ acts: 1, differences: [], recorded: false });
    expect(existsSync(join(folder, "case.duckdb"))).toBe(true);
  } finally {
    process.env.PORTWITNESS_HOME = at("home");
  }
});

describe("a key that was rotated or revoked", () => {
  const run = (name: "key.rotate" | "key.revoke", request: object) => {
    const engine = new Engine();
    return engine.run(name, request).finally(() => engine.close());
  };

  it("is followed by one that it signed for, and its exhibits stay good", async () => {
    createCase(at("rotated.case"), { title: "T", examiner: "Rota", language: "en" });
    const old = loadSigner("Rota");
    await exportFrom(at("rotated.case"), at("before.bag"));
    const made = await run("key.rotate", { examiner: "Rota", cases: [at("rotated.case")] });
    expect(made).toMatchObject({ replaces: old.fingerprint, fingerprint: loadSigner("Rota").fingerprint });
    const live = await openCase(at("rotated.case"));
    await live.record("test.note", { inputs: null, parameters: null, outputs: null, result: "done" }, null);
    await live.close();
    expect(
      await verifyCase(at("rotated.case"), { key: loadSigner("Rota").fingerprint }, quiet),
    ).toMatchObject({ ok: true });
    await exportFrom(at("rotated.case"), at("after.bag"));
    for (const name of ["before.bag", "after.bag"]) {
      const key = name === "before.bag" ? old.fingerprint : loadSigner("Rota").fingerprint;
      expect(await verifyBag(at(name), { key })).toMatchObject({ ok: true, signerChecked: true });
      expect(await standAlone(at(name), { key })).toMatchObject({ ok: true, signerChecked: true });
    }
    // The old key, in a thief's hands, seals an exhibit of the later ledger.
    const stolen = at("stolen.bag");
    cpSync(at("after.bag"), stolen, { recursive: true });
    const info = join(stolen, "bag-info.txt");
    writeFileSync(info, readFileSync(info, "utf8").replace(loadSigner("Rota").verifier, old.verifier));
    makeSumsRight(stolen);
    forgeSealText(stolen);
    const text = readFileSync(join(stolen, "seal.note"), "utf8");
    writeFileSync(join(stolen, "seal.note"), signNote(text.slice(0, text.lastIndexOf("\n\n") + 1), old));
    makeSumsRight(stolen);
    const found = await findings(stolen, old.fingerprint);
    expect(found.ours).toContain("data/custody.jsonl");
    expect(found.theirs).toContain("data/custody.jsonl");
  });

  it("revoked, signs no more", async () => {
    createCase(at("revoked.case"), { title: "T", examiner: "Revo", language: "en" });
    const key = loadSigner("Revo");
    await run("key.revoke", { examiner: "Revo", cases: [at("revoked.case")] });
    expect(() => loadSigner("Revo")).toThrow(expect.objectContaining({ code: "usage" }));
    expect(await verifyCase(at("revoked.case"), {}, quiet)).toMatchObject({ ok: true });
    const ledger = new Ledger(at("revoked.case"));
    const { seq, previous, ...last } = ledger.entries.at(-1)!;
    expect([seq, previous.length]).toEqual([2, 64]);
    ledger.append({ ...last, action: "test.note" });
    ledger.writeCheckpoint(key);
    expect(await verifyCase(at("revoked.case"), {}, quiet)).toMatchObject({
      ok: false,
      problems: [{ where: "checkpoints/0000000003.note" }],
    });
  });
});

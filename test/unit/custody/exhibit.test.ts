// An exhibit is a function of the evidence, the ledger, the version and the key; it names no more than it must; and both
// verifiers, which share no code, find every change in it.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyBag as standAlone } from "../../../build/verifier/verify.mjs";
import { sha256Hex } from "../../../electron/engine/case/files";
import { createKey, loadSigner, type Signer } from "../../../electron/engine/case/keys";
import { Ledger, signNote } from "../../../electron/engine/case/ledger";
import { createCase, openCase } from "../../../electron/engine/case/open";
import { rebuildCase } from "../../../electron/engine/case/rebuild";
import { verifyCase } from "../../../electron/engine/case/verify-case";
import { openNative } from "../../../electron/engine/database/native";
import { Engine } from "../../../electron/engine/engine";
import { filesBelow } from "../../../electron/engine/exhibit/bag";
import { type ExportOptions, exportExhibit } from "../../../electron/engine/exhibit/export";
import { pseudonym } from "../../../electron/engine/exhibit/parties";
import { VERIFIER } from "../../../electron/engine/exhibit/reader-part";
import { verifyBag } from "../../../electron/engine/exhibit/verify";
import { parseCsv } from "../../../shared/custody/csv";
import { parseNote } from "../../../shared/custody/signed-note";
import { QUICK_PARTS } from "./parts";
import { dropLastLine, findings, forgeSealText, makeSumsRight } from "./tamper";
import { temporaryHome } from "./temporary";
import { worldKind } from "./world-kind";

const at = temporaryHome();
const quiet = { signal: new AbortController().signal, progress: () => {} };
let bag: string;
let path: string;
let signer: Signer;

const settings = (out: string, more: Partial<ExportOptions> = {}): ExportOptions => ({
  out,
  events: null,
  identify: false,
  authority: null,
  ...more,
});

async function exportFrom(casePath: string, out: string, more: Partial<ExportOptions> = {}) {
  const live = await openCase(casePath);
  try {
    return await exportExhibit(live, settings(out, more), null, quiet, QUICK_PARTS);
  } finally {
    await live.close();
  }
}

const contentOf = (folder: string) =>
  Object.fromEntries(filesBelow(folder).map((name) => [name, sha256Hex(readFileSync(join(folder, name)))]));

beforeAll(async () => {
  path = at("one.case");
  createCase(path, { title: "R v Doe", examiner: "Ada", language: "en" });
  signer = loadSigner("Ada");
  const live = await openCase(path);
  await live.perform(worldKind, null, { note: "a world" }, { ...quiet, examiner: null });
  await live.close();
  bag = at("one.bag");
  await exportFrom(path, bag);
});

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
      expect(await standAlone(bag, { key })).toEqual(expected);
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

// ---------------------------------------------------------------------------------------------------------- tampering

async function tampered(
  change: (folder: string) => void,
  check: (found: { ours: string[]; theirs: string[] }) => void,
  key?: string,
) {
  const folder = at("tampered.bag");
  rmSync(folder, { recursive: true, force: true });
  cpSync(bag, folder, { recursive: true });
  change(folder);
  check(await findings(folder, key));
}

const bothFind = (place: string) => (found: { ours: string[]; theirs: string[] }) => {
  expect(found.ours).toContain(place);
  expect(found.theirs).toContain(place);
};

describe("a changed exhibit", () => {
  it("is found for any byte of any file, and the file is named", async () => {
    const names = filesBelow(bag);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 1, max: 255 }),
        async (name, place, flip) => {
          await tampered((folder) => {
            const bytes = readFileSync(join(folder, name));
            bytes[Math.floor(place * bytes.length)]! ^= flip;
            writeFileSync(join(folder, name), bytes);
          }, bothFind(name));
        },
      ),
      { numRuns: 120 },
    );
  });

  it("is found for any byte of the payload after every sum was made right again", async () => {
    const names = filesBelow(bag, "data");
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.boolean(),
        async (name, place, seal) => {
          await tampered(
            (folder) => {
              const bytes = readFileSync(join(folder, name));
              bytes[Math.floor(place * bytes.length)]! ^= 1;
              writeFileSync(join(folder, name), bytes);
              makeSumsRight(folder);
              if (seal) forgeSealText(folder);
            },
            bothFind(seal ? "seal.note" : "manifest-sha256.txt"),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is found where the ledger's last line was dropped, sums right or not", async () => {
    await tampered(dropLastLine, bothFind("data/custody.jsonl"));
    await tampered((folder) => {
      dropLastLine(folder);
      makeSumsRight(folder);
    }, bothFind("data/custody.jsonl"));
    await tampered((folder) => {
      dropLastLine(folder);
      forgeSealText(folder);
    }, bothFind("data/custody.jsonl"));
  });

  it("is found where a row was changed and the sums made right again: the rows were signed too", async () => {
    await tampered((folder) => {
      const file = join(folder, "data/attribution.csv");
      writeFileSync(file, readFileSync(file, "utf8").replace("ambiguous", "unique   "));
      forgeSealText(folder);
    }, bothFind("data/attribution.csv"));
  });

  it("is found with --key where it was sealed again by another key, whoever that key says it is", async () => {
    process.env.PORTWITNESS_HOME = at("forger");
    createKey("Ada");
    const forger = loadSigner("Ada");
    process.env.PORTWITNESS_HOME = at("home");
    const resealed = (folder: string) => {
      const info = join(folder, "bag-info.txt");
      writeFileSync(info, readFileSync(info, "utf8").replace(signer.verifier, forger.verifier));
      makeSumsRight(folder);
      forgeSealText(folder);
      const note = parseNote(new Uint8Array(readFileSync(join(folder, "seal.note"))));
      if (typeof note === "string") throw new Error(note);
      writeFileSync(join(folder, "seal.note"), signNote(note.text, forger));
      makeSumsRight(folder);
    };
    await tampered(resealed, bothFind("seal.note"), signer.fingerprint);
    await tampered(resealed, bothFind("data/custody.jsonl"));
  });

  it.each([
    [
      "an unlisted file in data/",
      (folder: string) => writeFileSync(join(folder, "data/more.txt"), "x"),
      "data/more.txt",
    ],
    [
      "an unlisted file at the root",
      (folder: string) => writeFileSync(join(folder, "fetch.txt"), "x"),
      "fetch.txt",
    ],
    ["an empty folder", (folder: string) => mkdirSync(join(folder, "data/empty")), "data/empty"],
    ["a file missing", (folder: string) => unlinkSync(join(folder, "data/README.txt")), "data/README.txt"],
    ["the seal missing", (folder: string) => unlinkSync(join(folder, "seal.note")), "seal.note"],
  ])("with %s is refused", async (_, change, place) => {
    await tampered(change, bothFind(place));
  });

  it("in another spelling of the same sums is refused", async () => {
    const respell = (from: RegExp, to: (text: string) => string) => (folder: string) => {
      const file = join(folder, "manifest-sha256.txt");
      writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
    };
    await tampered(
      respell(/^[0-9a-f]{64}/, (sum) => sum.toUpperCase()),
      bothFind("manifest-sha256.txt"),
    );
    await tampered(
      respell(/ {2}/, () => " *"),
      bothFind("manifest-sha256.txt"),
    );
    await tampered(
      respell(/\n/g, () => "\r\n"),
      bothFind("manifest-sha256.txt"),
    );
    await tampered((folder) => {
      // The signature's last base64 digit carries unused bits: set, it decodes to the same bytes.
      const file = join(folder, "seal.note");
      const note = readFileSync(file, "utf8");
      const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
      const changed = note.replace(
        /(.)=\n$/,
        (_, digit: string) => `${digits[digits.indexOf(digit) ^ 1]}=\n`,
      );
      expect(changed).not.toBe(note);
      writeFileSync(file, changed);
      makeSumsRight(folder);
    }, bothFind("seal.note"));
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

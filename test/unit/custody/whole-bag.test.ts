// An exhibit with all of its parts, as others see it: another implementation of BagIt, qpdf, the marks of PDF/A-2b and of a
// tagged document, and what the report says of reviews. Each outside program is skipped, visibly, where it is absent.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyBag as standAlone } from "../../../build/verifier/verify.mjs";
import { builtFile } from "../../../electron/engine/built-file";
import { createKey, loadSigner } from "../../../electron/engine/case/keys";
import { Engine } from "../../../electron/engine/engine";
import { verifyBag } from "../../../electron/engine/exhibit/verify";
import { parseCsv } from "../../../shared/custody/csv";
import { demoWorld } from "../../simulate/demo";
import { temporaryHome } from "./temporary";

const at = temporaryHome();
const built = existsSync(builtFile("viewer/viewer.html"));
/** The Library of Congress's own implementation: `pip install bagit`, or PYTHONPATH to its source. */
const python = spawnSync("python3", ["-c", "import bagit"]).status === 0;
const there = (command: string, ...args: string[]) => spawnSync(command, args).error === undefined;
const qpdf = there("qpdf", "--version");
const pdftotext = there("pdftotext", "-v");
const engine = new Engine();
const path = () => at("one.case");
let bag: string;

const textOf = (pdf: string): string => {
  const done = spawnSync("pdftotext", ["-layout", pdf, "-"], { encoding: "utf8" });
  expect(done.status).toBe(0);
  return done.stdout.replace(/\s+/g, " ");
};

/** Bytes of a PDF with every deflated stream opened: enough to see its metadata and marks. */
function opened(pdf: Buffer): string {
  let out = pdf.toString("latin1");
  for (const match of out.matchAll(/stream\r?\n/g)) {
    try {
      const from = match.index + match[0].length;
      out += inflateSync(pdf.subarray(from), { finishFlush: 2 }).toString("latin1");
    } catch {
      // A stream that is not deflated stands in the bytes already.
    }
  }
  return out;
}

beforeAll(async () => {
  if (!built) return;
  const world = demoWorld(1);
  mkdirSync(at("received"));
  for (const file of world.files) writeFileSync(at(`received/${file.name}`), file.content);
  const ada = { examiner: "Ada" };
  await engine.run("case.new", { case: path(), title: "Betrug, M\u00e4rz", examiner: "Ada", language: "de" });
  for (const file of world.files) {
    const files = [at(`received/${file.name}`)];
    await engine.run("evidence.add", { ...file.add, case: path(), files, receivedFrom: "Webshop GmbH" }, ada);
  }
  await engine.run("clock.calibrate", { case: path(), source: world.server, against: world.nat }, ada);
  const run = await engine.run(
    "attribution.run",
    { case: path(), events: world.server, nat: [world.nat] },
    ada,
  );
  createKey("Bob");
  const opinion = { opinion: "dissent" as const, reason: "Zone nicht belegt", line: 2003 };
  await engine.run(
    "custody.review",
    { case: path(), act: Number(run.id.slice(1)), ...opinion },
    { examiner: "Bob" },
  );
  bag = at("one.bag");
  await engine.run("exhibit.export", { case: path(), out: bag, events: "line >= 2000 and line < 2006" }, ada);
});
afterAll(() => engine.close());

describe.skipIf(!built)("a whole exhibit", () => {
  it("passes both verifiers with the key", async () => {
    const key = loadSigner("Ada").fingerprint;
    expect(await verifyBag(bag, { key })).toMatchObject({ ok: true, signerChecked: true });
    expect(await standAlone(bag, { key })).toMatchObject({ ok: true, signerChecked: true });
  });

  it.skipIf(!python)(
    "is a valid bag for another implementation of BagIt, and not when a byte is changed",
    () => {
      const valid = (folder: string) =>
        spawnSync("python3", ["-c", "import bagit, sys; bagit.Bag(sys.argv[1]).validate()", folder])
          .status === 0;
      expect(valid(bag)).toBe(true);
      cpSync(bag, at("changed.bag"), { recursive: true });
      const file = at("changed.bag/data/README.txt");
      writeFileSync(file, `${readFileSync(file, "utf8")} `);
      expect(valid(at("changed.bag"))).toBe(false);
    },
  );

  it.skipIf(!qpdf)("has a report and a statement that qpdf finds sound", () => {
    for (const pdf of [join(bag, "data/report.pdf"), `${bag}.statement.pdf`]) {
      const done = spawnSync("qpdf", ["--check", pdf], { encoding: "utf8" });
      expect(done.status, done.stdout + done.stderr).toBe(0);
    }
  });

  it("has a report that declares PDF/A-2b, is tagged, names its language and embeds its fonts", () => {
    const pdf = opened(readFileSync(join(bag, "data/report.pdf")));
    expect(pdf).toMatch(/pdfaid:part>\s*2\s*</);
    expect(pdf).toMatch(/pdfaid:conformance>\s*B\s*</);
    expect(pdf).toMatch(/\/Marked true/);
    expect(pdf).toMatch(/\/Lang ?\(de/);
    expect(pdf).toMatch(/\/FontFile[23]?/);
  });

  it.skipIf(!pdftotext)(
    "has a report that tells of receipt, readiness, review and time-stamps, in German",
    () => {
      const german = textOf(join(bag, "data/report.pdf"));
      expect(german).toMatch(
        /Gegenpr\u00fcfungen durch andere Pr\u00fcfer .*Bob .*widerspricht Zone nicht belegt/,
      );
      expect(german).toContain("Kein Zeitstempel einer \u00e4u\u00dferen Stelle ist verzeichnet");
      expect(german).toMatch(/Erhalten von Webshop GmbH/);
      expect(german).toMatch(/Was jedes Protokoll von dem enth\u00e4lt.*Mit Quellport (\d\.\d{3}) \/ \1 /);
      // The clock's and the completeness's sentences are the ledger's, in German; nothing of it stays English.
      expect(german).toContain("korrigierte Zeit ist aufgezeichnete Zeit minus Abweichung");
      expect(german).toMatch(/Vollst\u00e4ndigkeit ist (nicht )?gezeigt/);
      expect(german).not.toMatch(/\b(the|which|records|connections|clock of|reference)\b/);
      // A clock's reference, what computed it, and what it showed at each event.
      expect(german).toMatch(/Berechnet mit portwitness \d/);
      expect(german.match(/Uhr zu dieser Zeit [+\u2212]\d+,\d\d s, \u00b1/g)).toHaveLength(6);
      // A page for each of the six events, each with what it names and does not.
      expect(german.match(/Was dieses Blatt benennt und was nicht/g)).toHaveLength(6);
    },
  );
});

describe.skipIf(!built)("a defence expert's replay", () => {
  const replay = (name: string): string => {
    mkdirSync(at(name));
    for (const file of ["custody.jsonl", "texts.jsonl"])
      cpSync(join(bag, "data", file), join(at(name), file));
    return at(name);
  };

  it("from the bag's ledger and the raw files, elsewhere and under other names, gives the same attributions", async () => {
    mkdirSync(at("copies/deep"), { recursive: true });
    for (const [i, name] of readdirSync(at("received")).entries())
      cpSync(at(`received/${name}`), at(`copies/deep/file-${i}`));
    renameSync(at("received"), at("gone"));
    const home = process.env.PORTWITNESS_HOME;
    process.env.PORTWITNESS_HOME = at("defence");
    try {
      const folder = replay("replay.case");
      const done = await engine.run("case.rebuild", { case: folder, evidence: at("copies") });
      expect(done).toMatchObject({ acts: 4, differences: [] });
      expect(done.unrecorded).toMatch(/no key/);

      const [head, ...records] = parseCsv(readFileSync(join(bag, "data/attribution.csv"), "utf8"));
      const column = (record: (string | null)[], name: string) => record[head!.indexOf(name)] ?? null;
      expect(records).toHaveLength(6);
      const id = column(records[0]!, "run")!;
      for (const record of records) {
        const line = Number(column(record, "line"));
        const page = await engine.run("attribution.page", { case: folder, id, from: line - 1, to: line });
        const [row] = page.rows;
        const text = (value: string | number | null) => (value === null ? null : String(value));
        for (const key of ["line", "offset", "verdict", "rule", "sharedBy", "flipUs"] as const)
          expect(text(row![key]), `${key} of line ${line}`).toBe(column(record, key));
        expect(text(row!.intervalFromUs)).toBe(column(record, "intervalFromUs"));
        // Parties that are no answer stand in the bag under pseudonyms; the answers stand by name.
        expect(row!.insideIp).toBe(column(record, "insideIp"));
      }
    } finally {
      process.env.PORTWITNESS_HOME = home;
      renameSync(at("gone"), at("received"));
    }
  });

  it("says which act lacks its evidence where a file is missing or changed", async () => {
    const folder = replay("lacking.case");
    mkdirSync(at("some"));
    const [first] = readdirSync(at("received"));
    const bytes = readFileSync(at(`received/${first}`));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(at(`some/${first}`), bytes);
    const lacking = engine.run("case.rebuild", { case: folder, evidence: at("some") });
    await expect(lacking).rejects.toThrow(/Act 2 \(evidence\.add\) cannot be replayed/);
  });
});

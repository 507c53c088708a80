// docs/verify-by-hand.md, run word for word: it passes on an exhibit and stops on changed ones.
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createKey, loadSigner, type Signer } from "../../../electron/engine/case/keys";
import { createCase, openCase } from "../../../electron/engine/case/open";
import { exportExhibit } from "../../../electron/engine/exhibit/export";
import { opensslThere } from "./authority";
import { cover } from "./cover";
import { QUICK_PARTS } from "./parts";
import { makeSumsRight } from "./tamper";
import { temporaryHome } from "./temporary";
import { worldKind } from "./world-kind";

const at = temporaryHome();
const quiet = { signal: new AbortController().signal, progress: () => {} };
const page = readFileSync(resolve(import.meta.dirname, "../../../docs/verify-by-hand.md"), "utf8");
const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1]!).join("");
let signer: Signer;

const byHand = (folder: string) => spawnSync("sh", ["-c", commands], { cwd: folder, encoding: "utf8" });

beforeAll(async () => {
  createCase(at("one.case"), { title: "R v Doe", examiner: "Ada", language: "en" });
  signer = loadSigner("Ada");
  const live = await openCase(at("one.case"));
  await live.perform(worldKind, null, { note: 'back\\slash and "quotes"' }, { ...quiet, examiner: null });
  const options = { out: at("one.bag"), events: null, identify: false, authority: null };
  await exportExhibit(live, options, null, quiet, QUICK_PARTS);
  await live.close();
});

describe.skipIf(!opensslThere || process.platform !== "linux")("the check by hand", () => {
  it("passes an exhibit, and prints the fingerprint and the ledger's head", () => {
    const done = byHand(at("one.bag"));
    expect(done.stderr.replaceAll("Signature Verified Successfully\n", "")).toBe("");
    expect(done.status).toBe(0);
    expect(done.stdout).toContain(signer.fingerprint);
    expect(done.stdout).toMatch(/2 acts, head [0-9a-f]{64}/);
    expect(`${done.stdout}${done.stderr}`.match(/Signature Verified Successfully/g)).toHaveLength(2);
  });

  it("is the same in the exhibit's own README", () => {
    const readme = readFileSync(at("one.bag/data/README.txt"), "utf8");
    const part = readme.slice(
      readme.indexOf("By hand, with common tools"),
      readme.indexOf("HOW TO REPLAY IT"),
    );
    const lines = part.split("\n").filter((line) => /^ {4}\S/.test(line));
    const script = lines
      .map((line) => line.replace(/ {4,}\(.*$/, "").replaceAll("/tmp/", `${at("")}/`))
      .join("\n");
    const done = spawnSync("sh", ["-euc", script], { cwd: at("one.bag"), encoding: "utf8" });
    expect(done.status, done.stderr).toBe(0);
    expect(done.stdout + done.stderr).toContain("Signature Verified Successfully");
    expect(done.stdout).toContain(signer.fingerprint);
  });

  const change = (name: string, from: string | RegExp, to: string) => (folder: string) => {
    const file = join(folder, name);
    const text = readFileSync(file, "utf8");
    expect(text.replace(from, to)).not.toBe(text);
    writeFileSync(file, text.replace(from, to));
  };
  it.each([
    ["a changed verdict", change("data/attribution.csv", "ambiguous", "unique   ")],
    ["an unlisted file", (folder: string) => writeFileSync(join(folder, "data/more"), "x")],
    ["a file more at the root", (folder: string) => writeFileSync(join(folder, "fetch.txt"), "x")],
    [
      "a changed verdict and right sums",
      (folder: string) => {
        change("data/attribution.csv", "ambiguous", "unique   ")(folder);
        makeSumsRight(folder);
      },
    ],
    [
      "a changed verdict, right sums and a rewritten seal",
      (folder: string) => {
        change("data/attribution.csv", "ambiguous", "unique   ")(folder);
        cover(folder, "seal", signer, signer);
      },
    ],
    [
      "a changed act and a chain not made right",
      (folder: string) => {
        change("data/custody.jsonl", '"result":"done"', '"result":"undone"')(folder);
        cover(folder, "seal", signer, signer);
      },
    ],
  ])("stops at %s", (_, forge) => {
    const folder = at("forged.bag");
    rmSync(folder, { recursive: true, force: true });
    cpSync(at("one.bag"), folder, { recursive: true });
    forge(folder);
    expect(byHand(folder).status).not.toBe(0);
  });

  it("prints another fingerprint for an exhibit that another key sealed", () => {
    const folder = at("forged.bag");
    rmSync(folder, { recursive: true, force: true });
    cpSync(at("one.bag"), folder, { recursive: true });
    process.env.PORTWITNESS_HOME = at("forger");
    createKey("Ada");
    const forger = loadSigner("Ada");
    process.env.PORTWITNESS_HOME = at("home");
    cover(folder, "key", signer, forger);
    const done = byHand(folder);
    // Its seal holds for its own key; the rows that the examiner signed do not.
    expect(done.status).not.toBe(0);
    expect(done.stdout).toContain(forger.fingerprint);
    expect(done.stdout).not.toContain(signer.fingerprint);
  });
});

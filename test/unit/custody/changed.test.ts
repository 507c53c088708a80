// Both verifiers, which share no code, find every change in an exhibit, whatever its forger made right again.
import { cpSync, mkdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createKey, loadSigner, type Signer } from "../../../electron/engine/case/keys";
import { signNote } from "../../../electron/engine/case/ledger";
import { filesBelow } from "../../../electron/engine/exhibit/bag";
import { parseNote } from "../../../shared/custody/signed-note";
import { smallCase } from "./small-case";
import { dropLastLine, findings, forgeSealText, makeSumsRight } from "./tamper";
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

// Ten thousand tamperings of an exhibit, half of them by a forger who makes every sum right again, some sealed anew with
// another key: both verifiers catch each, and name the place. PORTWITNESS_LONG scales the number (1 = 10,000).
import { cpSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { createKey, loadSigner } from "../../../electron/engine/case/keys";
import { signNote } from "../../../electron/engine/case/ledger";
import { createCase, openCase } from "../../../electron/engine/case/open";
import { filesBelow } from "../../../electron/engine/exhibit/bag";
import { exportExhibit } from "../../../electron/engine/exhibit/export";
import { CORE_PARTS } from "../../../electron/engine/exhibit/parts";
import { findings, forgeSealText, makeSumsRight } from "./tamper";
import { temporaryHome } from "./temporary";
import { worldKind } from "./world-kind";

const at = temporaryHome();
const quiet = { signal: new AbortController().signal, progress: () => {} };
const RUNS = Math.ceil(10_000 * Number(process.env.PORTWITNESS_LONG ?? 1));

const change = fc.record({
  file: fc.nat(),
  place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  how: fc.constantFrom("flip", "insert", "remove", "truncate", "delete"),
  byte: fc.integer({ min: 1, max: 255 }),
  forger: fc.constantFrom("none", "none", "none", "sums", "seal", "key"),
});

it("every tampering is caught by both verifiers at its place", async () => {
  createCase(at("one.case"), { title: "R v Doe", examiner: "Ada", language: "en" });
  const signer = loadSigner("Ada");
  const live = await openCase(at("one.case"));
  await live.perform(worldKind, null, { note: "a world" }, { ...quiet, examiner: null });
  const bag = at("one.bag");
  const options = { out: bag, events: null, identify: false, authority: null };
  await exportExhibit(live, options, null, quiet, CORE_PARTS);
  await live.close();
  process.env.PORTWITNESS_HOME = at("forger");
  createKey("Ada");
  const forger = loadSigner("Ada");
  const names = filesBelow(bag);
  const payload = names.filter((name) => name.startsWith("data/"));

  await fc.assert(
    fc.asyncProperty(change, async ({ file, place, how, byte, forger: by }) => {
      // A forger changes the payload: the tag files follow from it.
      const name = by === "none" ? names[file % names.length]! : payload[file % payload.length]!;
      const folder = at("tampered.bag");
      rmSync(folder, { recursive: true, force: true });
      cpSync(bag, folder, { recursive: true });
      const path = join(folder, name);
      const bytes = readFileSync(path);
      const i = Math.floor(place * bytes.length);
      if (how === "delete") unlinkSync(path);
      else if (how === "flip") {
        bytes[i]! ^= byte;
        writeFileSync(path, bytes);
      } else if (how === "insert")
        writeFileSync(path, Buffer.concat([bytes.subarray(0, i), Buffer.of(byte), bytes.subarray(i)]));
      else if (how === "remove")
        writeFileSync(path, Buffer.concat([bytes.subarray(0, i), bytes.subarray(i + 1)]));
      else writeFileSync(path, bytes.subarray(0, i));
      if (by !== "none") makeSumsRight(folder);
      if (by === "seal" || by === "key") forgeSealText(folder);
      if (by === "key") {
        const seal = join(folder, "seal.note");
        const text = readFileSync(seal, "utf8");
        writeFileSync(seal, signNote(text.slice(0, text.lastIndexOf("\n\n") + 1), forger));
        makeSumsRight(folder);
      }
      const found = await findings(folder, signer.fingerprint);
      const expected = by === "none" ? name : by === "sums" ? "manifest-sha256.txt" : "seal.note";
      expect(found.ours).toContain(expected);
      expect(found.theirs).toContain(expected);
    }),
    { numRuns: RUNS, seed: 20_261_124 },
  );
});

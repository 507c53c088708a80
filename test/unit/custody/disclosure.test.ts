// A disclosure holds its rows, their salts and proofs and nothing of the others; both verifiers find every change in it.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyDisclosure as standAlone } from "../../../build/verifier/verify.mjs";
import { loadSigner } from "../../../electron/engine/case/keys";
import { createCase, openCase } from "../../../electron/engine/case/open";
import { filesBelow } from "../../../electron/engine/exhibit/bag";
import { disclose, verifyDisclosure } from "../../../electron/engine/exhibit/disclosure";
import { exportExhibit } from "../../../electron/engine/exhibit/export";
import { csvRecordSpans, parseCsv } from "../../../shared/custody/csv";
import { QUICK_PARTS } from "./parts";
import { temporaryHome } from "./temporary";
import { worldKind } from "./world-kind";

const at = temporaryHome();
const quiet = { signal: new AbortController().signal, progress: () => {} };
let bag: string;
let part: string;
let fingerprint: string;

beforeAll(async () => {
  createCase(at("one.case"), { title: "R v Doe", examiner: "Ada", language: "en" });
  fingerprint = loadSigner("Ada").fingerprint;
  const live = await openCase(at("one.case"));
  await live.perform(worldKind, null, { note: "a world" }, { ...quiet, examiner: null });
  bag = at("one.bag");
  const options = { out: bag, events: null, identify: false, authority: null };
  await exportExhibit(live, options, null, quiet, QUICK_PARTS);
  await live.close();
  part = at("part");
  await disclose(bag, part, "verdict = unique", quiet.signal);
});

describe("a disclosure", () => {
  it("passes both verifiers, with and without the key, and fails under another", async () => {
    for (const check of [verifyDisclosure, standAlone]) {
      expect(await check(part, {})).toMatchObject({ ok: true, problems: [], signerChecked: false });
      expect(await check(part, { key: fingerprint })).toMatchObject({ ok: true, signerChecked: true });
      expect(await check(part, { key: "0".repeat(64) })).toMatchObject({ ok: false, signerChecked: false });
    }
  });

  it("holds the chosen rows as they were signed, and no salt or byte of another row", () => {
    const csv = readFileSync(join(bag, "data/attribution.csv"));
    const records = csvRecordSpans(csv).map(({ from, to }) => csv.subarray(from, to));
    const [head, ...rows] = parseCsv(csv.toString());
    const verdict = head!.indexOf("verdict");
    const kept = [0, ...rows.flatMap((row, i) => (row[verdict] === "unique" ? [i + 1] : []))];
    expect(kept.length).toBeGreaterThan(1);
    expect(kept.length).toBeLessThan(records.length);
    expect(readFileSync(join(part, "rows.csv"))).toEqual(
      Buffer.concat(kept.flatMap((i) => [records[i]!, Buffer.from("\r\n")])),
    );
    const all = filesBelow(part)
      .map((name) => readFileSync(join(part, name), "latin1"))
      .join("\n");
    const salts = readFileSync(join(bag, "data/rows.salts"), "utf8").trimEnd().split("\n");
    for (const [i, salt] of salts.entries()) {
      expect(all.includes(Buffer.from(salt, "hex").toString("base64")), `salt ${i}`).toBe(kept.includes(i));
      expect(all.includes(salt)).toBe(false);
    }
  });

  it("is caught by both wherever a byte of rows, proofs or signer is changed, a row is left out or a file is added", async () => {
    const caught = async (what: string, change: (folder: string) => void) => {
      const copy = at(`copy-${what.replaceAll("/", "-")}`);
      cpSync(part, copy, { recursive: true });
      change(copy);
      for (const check of [verifyDisclosure, standAlone])
        expect((await check(copy, { key: fingerprint })).ok, what).toBe(false);
      rmSync(copy, { recursive: true });
    };
    const signed = filesBelow(part).filter((name) => !["README.txt", "verify.mjs"].includes(name));
    for (const name of signed) {
      const length = readFileSync(join(part, name)).length;
      for (let k = 0; k < 12; k++) {
        const place = Math.floor((k * (length - 1)) / 11);
        await caught(`${name}-${place}`, (folder) => {
          const bytes = readFileSync(join(folder, name));
          bytes[place]! ^= 1;
          writeFileSync(join(folder, name), bytes);
        });
      }
    }
    const last = readdirSync(join(part, "proofs")).sort().at(-1)!;
    await caught("no-proof", (folder) => rmSync(join(folder, "proofs", last)));
    await caught("one-row-more", (folder) =>
      writeFileSync(
        join(folder, "rows.csv"),
        Buffer.concat([readFileSync(join(folder, "rows.csv")), Buffer.from("x\r\n")]),
      ),
    );
    await caught("no-line-end", (folder) =>
      writeFileSync(join(folder, "rows.csv"), readFileSync(join(folder, "rows.csv")).subarray(0, -2)),
    );
    await caught("more", (folder) => writeFileSync(join(folder, "more.txt"), "more"));
  });

  it("is refused where no row is meant, where the field is unknown, or from an exhibit that does not hold", async () => {
    await expect(disclose(bag, at("none"), "line = 999999", quiet.signal)).rejects.toThrow(/No row/);
    await expect(disclose(bag, at("none"), "colour = 1", quiet.signal)).rejects.toThrow(/colour/);
    const broken = at("broken.bag");
    cpSync(bag, broken, { recursive: true });
    writeFileSync(join(broken, "data/README.txt"), "other");
    await expect(disclose(broken, at("none"), "line > 0", quiet.signal)).rejects.toThrow(/does not hold/);
  });
});

// What a forger does to an exhibit, and what both verifiers say of it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { verifyBag as standAlone } from "../../../build/verifier/verify.mjs";
import { sha256Hex } from "../../../electron/engine/case/files";
import { filesBelow } from "../../../electron/engine/exhibit/bag";
import { verifyBag } from "../../../electron/engine/exhibit/verify";

/** Both verifiers' findings; they must agree that there are some, and on a place. */
export async function findings(folder: string, key?: string): Promise<{ ours: string[]; theirs: string[] }> {
  const places = (report: { ok: boolean; problems: { where: string }[] }) => {
    expect(report.ok).toBe(report.problems.length === 0);
    return report.problems.map((problem) => problem.where.replace(/:\d+$/, ""));
  };
  return {
    ours: places(await verifyBag(folder, { key })),
    theirs: places(await standAlone(folder, { key })),
  };
}

/** What a forger can do without the key: every sum, the manifests and the seal's text made right again. */
export function makeSumsRight(folder: string): void {
  const line = (name: string) => `${sha256Hex(readFileSync(join(folder, name)))}  ${name}\n`;
  const data = filesBelow(folder, "data");
  const bytes = data.reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
  writeFileSync(join(folder, "manifest-sha256.txt"), data.map(line).join(""));
  const info = readFileSync(join(folder, "bag-info.txt"), "utf8").replace(
    /Payload-Oxum: .*/,
    `Payload-Oxum: ${bytes}.${data.length}`,
  );
  writeFileSync(join(folder, "bag-info.txt"), info);
  writeFileSync(
    join(folder, "tagmanifest-sha256.txt"),
    ["bag-info.txt", "bagit.txt", "manifest-sha256.txt", "seal.note"].map(line).join(""),
  );
}

export function forgeSealText(folder: string): void {
  const sum = (name: string) => sha256Hex(readFileSync(join(folder, name)));
  const note = readFileSync(join(folder, "seal.note"), "utf8");
  const forged = note
    .replace(/^manifest .*/m, `manifest ${sum("manifest-sha256.txt")}`)
    .replace(/^bagit .*/m, `bagit ${sum("bagit.txt")}`)
    .replace(/^baginfo .*/m, `baginfo ${sum("bag-info.txt")}`);
  writeFileSync(join(folder, "seal.note"), forged);
  makeSumsRight(folder);
}

export const dropLastLine = (folder: string): void => {
  const file = join(folder, "data/custody.jsonl");
  const lines = readFileSync(file, "utf8").split("\n");
  writeFileSync(file, `${lines.slice(0, -2).join("\n")}\n`);
};

// How a forger covers what was done: every sum made right again, the seal's text rewritten, or a seal by another key.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Signer } from "../../../electron/engine/case/keys";
import { signNote } from "../../../electron/engine/case/ledger";
import { forgeSealText, makeSumsRight } from "./tamper";

export const FORGERS = ["none", "sums", "seal", "key"] as const;
export type Forger = (typeof FORGERS)[number];

/** Makes every sum right again, rewrites the seal's text, or seals with another key and names it in bag-info.txt. */
export function cover(folder: string, by: Forger, signer: Signer, other: Signer): void {
  if (by === "none") return;
  if (by === "key") {
    const info = join(folder, "bag-info.txt");
    writeFileSync(info, readFileSync(info, "utf8").replace(signer.verifier, other.verifier));
  }
  makeSumsRight(folder);
  if (by === "sums") return;
  forgeSealText(folder);
  if (by === "key") {
    const seal = join(folder, "seal.note");
    const text = readFileSync(seal, "utf8");
    writeFileSync(seal, signNote(text.slice(0, text.lastIndexOf("\n\n") + 1), other));
    makeSumsRight(folder);
  }
}

// Copies of evidence that lie in the case before the act that adds them is in the ledger. Where that act fails or is
// killed, its copy belongs to nobody: it is taken away again, so that no later verification finds an unexplained file.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { LedgerEntry } from "../../../shared/custody/ledger-line";

export const COPIES = "evidence";

/** SHA-256 of every file that an act added, in hex. */
export function addedHashes(entries: readonly LedgerEntry[]): Set<string> {
  const out = new Set<string>();
  for (const entry of entries) {
    if (entry.action !== "evidence.add") continue;
    const { files } = (entry.outputs ?? {}) as { readonly files?: readonly { readonly sha256?: unknown }[] };
    for (const { sha256 } of files ?? []) if (typeof sha256 === "string") out.add(sha256);
  }
  return out;
}

/** Names of copies, whole or begun, that no act added. Files of another kind of name are not the program's. */
export function strayCopies(folder: string, entries: readonly LedgerEntry[]): string[] {
  const copies = join(folder, COPIES);
  if (!existsSync(copies)) return [];
  const added = addedHashes(entries);
  return readdirSync(copies)
    .filter((name) => /^[0-9a-f]{64}(\.partial)?$/.test(name) && !added.has(name))
    .sort();
}

/** Removes them. Only for the holder of the case's lock, while no act is under way. Returns their names. */
export function sweepCopies(folder: string, entries: readonly LedgerEntry[]): string[] {
  const stray = strayCopies(folder, entries);
  for (const name of stray) rmSync(join(folder, COPIES, name), { force: true });
  return stray;
}

// Where the bytes of a case's evidence are: at their recorded path, in the case's own copy, or (in a replay) anywhere in a
// folder that is named, found by SHA-256. What is found is only ever used under its hash; a name alone proves nothing.
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, join } from "node:path";
import { ProductError } from "../../../shared/errors";

export const copyPath = (casePath: string, sha256: string): string => join(casePath, "evidence", sha256);

export async function sha256OfFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  for await (const block of createReadStream(path, { highWaterMark: 4 << 20, signal }))
    hash.update(block as Buffer);
  return hash.digest("hex");
}

export interface Wanted {
  readonly name: string;
  /** Recorded path, null where it was withheld. */
  readonly path: string | null;
  readonly sha256: string;
  readonly size: number;
}

/**
 * A path to the bytes of recorded evidence. In `folder` (searched through) only a file of the right hash is taken; the
 * caller of the other places checks the hash while it reads. Throws "input" where none is there.
 */
export async function findEvidence(
  wanted: Wanted,
  casePath: string,
  folder: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  if (folder !== undefined) {
    const sameSize = filesBelow(folder).filter(
      (path) => statSync(path, { throwIfNoEntry: false })?.size === wanted.size,
    );
    const byName = (path: string) => (basename(path) === wanted.name ? 0 : 1);
    sameSize.sort((a, b) => byName(a) - byName(b) || (a < b ? -1 : 1));
    for (const path of sameSize) if ((await sha256OfFile(path, signal)) === wanted.sha256) return path;
  }
  const copy = copyPath(casePath, wanted.sha256);
  if (existsSync(copy)) return copy;
  if (wanted.path !== null && existsSync(wanted.path)) return wanted.path;
  throw new ProductError(
    "input",
    `The evidence ${wanted.name} (SHA-256 ${wanted.sha256}) is not to be found.`,
    "Name the folder that holds it: portwitness rebuild CASE --evidence DIR.",
    { file: wanted.path ?? wanted.name },
  );
}

/** Regular files below a folder, sorted; links are not followed, so that a circle cannot hold the search. */
function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) {
    throw new ProductError("input", `The folder ${folder} is not there.`, "Check --evidence.", {
      file: folder,
    });
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Whether the bytes of recorded evidence are still to be had, by size alone (quick; hashes are checked when bytes are used). */
export function presentPath(
  casePath: string,
  file: { path: string | null; sha256: string; size: number },
): string | null {
  const copy = copyPath(casePath, file.sha256);
  for (const path of [copy, file.path]) {
    if (path && statSync(path, { throwIfNoEntry: false })?.size === file.size) return path;
  }
  return null;
}

/** Copies evidence into the case, read-only, and reads the copy back under its hash. A copy that is there already is checked. */
export async function copyEvidence(
  path: string,
  casePath: string,
  sha256: string,
  signal: AbortSignal,
): Promise<void> {
  const target = copyPath(casePath, sha256);
  if (!existsSync(target)) {
    mkdirSync(join(casePath, "evidence"), { recursive: true });
    const partial = `${target}.partial`;
    rmSync(partial, { force: true });
    copyFileSync(path, partial);
    const fd = openSync(partial, "r");
    fsyncSync(fd);
    closeSync(fd);
    chmodSync(partial, 0o444);
    renameSync(partial, target);
  }
  const again = await sha256OfFile(target, signal);
  if (again === sha256) return;
  rmSync(target, { force: true });
  throw new ProductError(
    "input",
    `The copy of ${basename(path)} in the case reads back with another hash (${again}).`,
    "Check the disk, and add it again.",
    { file: target },
  );
}

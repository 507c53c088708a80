// Folders of this machine, listed for the one user of the session. It tells names and sizes, never contents: evidence is
// read by the engine alone, and where it lies.
import { readdir, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { HostEntry, HostReply } from "../../shared/contract/host";
import { ProductError } from "../../shared/errors";

/** More entries than anyone scrolls through; the count of the rest is told. */
const MOST_ENTRIES = 5_000;

const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

export async function listFolder(path: string): Promise<HostReply<"host.list">> {
  if (!isAbsolute(path))
    throw new ProductError("usage", `${path} is not a whole path.`, "Begin at the root of the disk.");
  const folder = resolve(path);
  const names = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new ProductError(
      "input",
      cause.code === "ENOENT"
        ? `There is no folder ${folder}.`
        : `${folder} cannot be listed (${cause.code ?? cause.message}).`,
      "Choose another folder.",
    );
  });
  const entries: HostEntry[] = [];
  for (const name of names) {
    const facts = await stat(join(folder, name.name)).catch(() => null);
    if (!facts || !(facts.isDirectory() || facts.isFile())) continue;
    const isCase =
      facts.isDirectory() &&
      (await stat(join(folder, name.name, "custody.jsonl")).then(
        (ledger) => ledger.isFile(),
        () => false,
      ));
    entries.push({
      name: name.name,
      kind: isCase ? "case" : facts.isDirectory() ? "folder" : "file",
      bytes: facts.isFile() ? facts.size : 0,
      modifiedMs: Math.round(facts.mtimeMs),
    });
  }
  const rank = (entry: HostEntry) => (entry.kind === "file" ? 1 : 0);
  entries.sort((a, b) => rank(a) - rank(b) || compareBytes(a.name, b.name));
  const parent = dirname(folder);
  return {
    path: folder,
    parent: parent === folder ? null : parent,
    entries: entries.slice(0, MOST_ENTRIES),
    left: Math.max(0, entries.length - MOST_ENTRIES),
  };
}

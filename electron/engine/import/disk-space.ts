// What an import will take on the case's disk, and the refusal to begin one that cannot end: a full disk half-way costs
// the analyst hours, and other programs their files. The estimate is from above; a disk that fills up all the same stops
// the import cleanly (electron/engine/database/native.ts).
import { statfsSync } from "node:fs";
import { ProductError } from "../../../shared/errors";
import type { Role } from "../../../shared/record/columns";

/**
 * Bytes of database a byte of evidence, rounded up from what imports took (a table of port blocks: 2.5), write-ahead
 * log and spilled sorting included. Mappings are stored beside their records and are sorted, so they take most.
 */
const SHARE: Readonly<Record<Role, number>> = { server: 0.5, reference: 0.5, nat: 4, subscriber: 4 };
/** Where the fields are stored too: they are JSON of up to the record's length again, with its keys. */
const FIELDS = 1.5;
/** Left free for everything else that writes to this disk. */
const RESERVE = 64 << 20;

/** Bytes that importing files of `sizes` takes at most in the case's folder; `copied` are those kept as copies too. */
export function spaceNeeded(
  { role, storeFields }: { readonly role: Role; readonly storeFields?: boolean },
  sizes: readonly number[],
  copied: readonly number[],
): number {
  const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
  return Math.ceil(sum(sizes) * (SHARE[role] + (storeFields ? FIELDS : 0))) + sum(copied) + RESERVE;
}

/** Throws "input", with the figures, where `folder`'s disk has less than `needed` bytes free. */
export function checkSpace(folder: string, needed: number, what: string): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= needed) return;
  throw new ProductError(
    "input",
    `Adding ${what} needs up to ${inMegabytes(needed)} on the case's disk, and ${inMegabytes(free)} are free.`,
    "Free some space there, or move the case's folder to a larger disk; nothing was stored.",
    { file: folder },
  );
}

const inMegabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;

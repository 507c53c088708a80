// Members of packed evidence, unpacked into CASE/decoded under their SHA-256: a cache, made again from the evidence when
// it is gone, so that a record's original bytes stay one read away. Unpacking stops where an archive would fill the disk.
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, join } from "node:path";
import type { Progress } from "../../../shared/contract/messages";
import { ProductError } from "../../../shared/errors";
import { cancelled } from "../database/native";
import { membersOf, packingOf } from "./packed/packed";
import { changed, type HashName } from "./scan";

export interface DecodedMember {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly path: string;
}

export interface Decoded {
  readonly hashes: Partial<Record<HashName, string>>;
  readonly size: number;
  readonly members: readonly DecodedMember[];
}

interface DecodeIo {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

export const decodedPath = (casePath: string, memberSha256: string): string =>
  join(casePath, "decoded", memberSha256);

/** Left free on the case's disk whatever an archive holds. */
const KEEP_FREE = 1 << 30;
/** Logs pack to a twentieth, the most repetitive to a hundredth; what unpacks to more, beyond a small size, is made to fill disks. */
const MOST_RATIO = 400;
const SMALL = 64 << 20;
const MOST_MEMBERS = 10_000;

export { packingOf };

/** Unpacks a file's members. Members that are in the cache already are read again all the same: their hash is the check. */
export async function decode(
  path: string,
  casePath: string,
  hashNames: readonly HashName[],
  io: DecodeIo,
): Promise<Decoded> {
  const name = basename(path);
  const before = statSync(path, { bigint: true });
  const size = Number(before.size);
  const hashes = hashNames.map((algorithm) => createHash(algorithm));
  const folder = join(casePath, "decoded");
  mkdirSync(folder, { recursive: true });
  const members: DecodedMember[] = [];
  let total = 0;
  const zip = packingOf(path) === "zip";
  for await (const member of membersOf(path, zip ? [] : hashes)) {
    if (members.length >= MOST_MEMBERS) {
      throw new ProductError(
        "input",
        `${name} has more than ${MOST_MEMBERS} members.`,
        "Unpack it, and add what is needed.",
        {
          file: path,
        },
      );
    }
    const partial = join(folder, `partial-${process.pid}-${members.length}`);
    const hash = createHash("sha256");
    let bytes = 0;
    const fd = openSync(partial, "w");
    try {
      for await (const block of member.content) {
        if (io.signal.aborted) throw cancelled();
        bytes += block.length;
        total += block.length;
        guard(total, size, folder, name, path);
        hash.update(block);
        for (let at = 0; at < block.length; ) at += writeSync(fd, block, at);
        io.progress({ doing: `Unpacking ${name}`, done: total, total: null, unit: "bytes" });
      }
    } catch (error) {
      closeSync(fd);
      rmSync(partial, { force: true });
      throw error;
    }
    closeSync(fd);
    const sha256 = hash.digest("hex");
    const target = decodedPath(casePath, sha256);
    renameSync(partial, target);
    members.push({ name: member.name, sha256, bytes, path: target });
  }
  if (zip) await hashWhole(path, hashes, io.signal);
  const after = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (!after || after.ino !== before.ino || after.size !== before.size || after.mtimeNs !== before.mtimeNs) {
    throw changed({ name, path });
  }
  return {
    hashes: Object.fromEntries(hashNames.map((algorithm, i) => [algorithm, hashes[i]!.digest("hex")])),
    size,
    members,
  };
}

async function hashWhole(
  path: string,
  hashes: readonly ReturnType<typeof createHash>[],
  signal: AbortSignal,
): Promise<void> {
  const { createReadStream } = await import("node:fs");
  for await (const block of createReadStream(path, { highWaterMark: 1 << 20, signal })) {
    for (const hash of hashes) hash.update(block as Buffer);
  }
}

let sinceChecked = 0;

function guard(total: number, size: number, folder: string, name: string, path: string): void {
  if (total > SMALL && total > size * MOST_RATIO) {
    throw new ProductError(
      "input",
      `${name} unpacks to more than ${MOST_RATIO} times its size, as no log does.`,
      "Look at it with another tool before it is trusted.",
      { file: path },
    );
  }
  sinceChecked += 1;
  if (sinceChecked % 64 !== 1) return;
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize > KEEP_FREE) return;
  throw new ProductError(
    "input",
    `Unpacking ${name} would fill the disk.`,
    "Free some space, or move the case.",
    { file: path },
  );
}

/** Makes sure that a member's bytes are in the cache. Returns its path, or null where its evidence is not to be had. */
export async function ensureDecoded(
  casePath: string,
  member: { sha256: string; bytes: number; container: string | null },
): Promise<string | null> {
  const path = decodedPath(casePath, member.sha256);
  if (existsSync(path) && statSync(path).size === member.bytes) return path;
  if (member.container === null) return null;
  const io = { signal: new AbortController().signal, progress: () => {} };
  const { members } = await decode(member.container, casePath, [], io);
  return members.find((m) => m.sha256 === member.sha256)?.path ?? null;
}

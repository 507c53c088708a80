// Packed evidence: .gz, .zst, .xz, .bz2, .tar and .zip, and these inside one another, and UTF-16 text. What is inside is
// recognised by its bytes, never by a name. A member's name is shown and recorded, and never becomes a path. Other
// packings are named and refused.
import type { Hash } from "node:crypto";
import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { basename } from "node:path";
import { createGunzip } from "node:zlib";
import { Decompress } from "fzstd";
import { ProductError } from "../../../../shared/errors";
import { ByteSource } from "./byte-source";
import { unbzip2 } from "./bzip2";
import { isTar, tarMembers } from "./tar";
import { asUtf8, utf16Kind } from "./utf16";
import { unxz } from "./xz";
import { zipMembers } from "./zip";

export interface Member {
  readonly name: string;
  /** To be read to its end before the next member is asked for. */
  readonly content: AsyncIterable<Buffer>;
}

type Packing = "gzip" | "zstd" | "zip" | "tar" | "xz" | "bzip2" | "7z" | "rar" | "utf-16";

/** Packings inside packings that are followed; a deeper nest is made to tire out whoever opens it. */
const DEEPEST = 4;
const HEAD = 512;

const MAGIC: readonly [Packing, readonly number[]][] = [
  ["gzip", [0x1f, 0x8b, 8]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["zip", [0x50, 0x4b, 3, 4]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["7z", [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ["rar", [0x52, 0x61, 0x72, 0x21, 0x1a, 7]],
];

/** What the first bytes of a file or member say it is; null for what is read as it is. */
function packingOfBytes(head: Buffer): Packing | null {
  const found = MAGIC.find(
    ([, magic]) => magic.length <= head.length && magic.every((byte, i) => head[i] === byte),
  );
  // bzip2's magic is three letters: its first block's, or the end of an empty one, follows.
  if (found?.[0] === "bzip2" && !/^(?:1AY&SY|\x17rE8P\x90)$/.test(head.toString("latin1", 4, 10)))
    return null;
  return found?.[0] ?? (isTar(head) ? "tar" : utf16Kind(head) ? "utf-16" : null);
}

export function packingOf(path: string): Packing | null {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return null; // Whoever reads the file says why it cannot be.
  }
  try {
    const head = Buffer.alloc(HEAD);
    return packingOfBytes(head.subarray(0, readSync(fd, head, 0, HEAD, 0)));
  } catch {
    return null; // A folder, or a medium that fails: said where it is read.
  } finally {
    closeSync(fd);
  }
}

/**
 * Members of packed evidence, in order. `hashes` see the packed file's bytes (but for zip, which is not read in order).
 * Throws "input" where it is damaged or of a kind that is not read.
 */
export async function* membersOf(path: string, hashes: readonly Hash[] = []): AsyncGenerator<Member> {
  const packing = packingOf(path);
  const name = basename(path);
  if (packing === null) throw new ProductError("internal", `${name} is not packed.`, "Report this.");
  if (packing === "7z" || packing === "rar") {
    throw new ProductError(
      "input",
      `${name} is packed as ${packing}, which is not read.`,
      "Unpack a copy, and add that.",
      {
        file: path,
      },
    );
  }
  const damaged = (error: unknown): unknown =>
    error instanceof ProductError
      ? error
      : new ProductError(
          "input",
          `${name} cannot be unpacked: ${(error as Error).message}.`,
          "Ask for another copy.",
          {
            file: path,
          },
        );
  try {
    for await (const member of packing === "zip" ? inZip(path) : streamMembers(path, hashes)) {
      yield { name: member.name, content: translated(member.content, damaged) };
    }
  } catch (error) {
    throw damaged(error);
  }
}

/** A member's content is read in its reader's loop, so its errors are translated there. */
async function* translated(
  content: AsyncIterable<Buffer>,
  damaged: (error: unknown) => unknown,
): AsyncGenerator<Buffer> {
  try {
    yield* content;
  } catch (error) {
    throw damaged(error);
  }
}

async function* inZip(path: string): AsyncGenerator<Member> {
  for await (const member of zipMembers(path)) yield* opened(member.name, new ByteSource(member.content), 1);
}

async function* streamMembers(path: string, hashes: readonly Hash[]): AsyncGenerator<Member> {
  const source = new ByteSource(tapped(path, hashes));
  try {
    yield* opened(basename(path), source, 0);
    // What is behind the last member belongs to the hash too.
    for await (const _ of source.blocksOf());
  } finally {
    await source.close();
  }
}

const UNPACK: Readonly<Partial<Record<Packing, (source: ByteSource) => AsyncGenerator<Buffer>>>> = {
  gzip: (source) => gunzip(source.blocksOf()),
  zstd: (source) => unzstd(source.blocksOf()),
  xz: unxz,
  bzip2: unbzip2,
};

/** What stands in a member, whose own packing is opened too. */
async function* opened(name: string, source: ByteSource, depth: number): AsyncGenerator<Member> {
  const head = await source.peek(HEAD);
  const packing = packingOfBytes(head);
  const unpack = packing === null ? undefined : UNPACK[packing];
  if ((unpack || packing === "tar") && depth >= DEEPEST)
    throw new Error(`it is packed more than ${DEEPEST} times over`);
  if (unpack) {
    const inner = new ByteSource(unpack(source));
    try {
      yield* opened(name.replace(/\.(?:gz|zst|zstd|xz|bz2|bzip2)$/i, ""), inner, depth + 1);
      for await (const _ of inner.blocksOf());
    } finally {
      await inner.close();
    }
  } else if (packing === "tar") {
    for await (const member of tarMembers(source))
      yield* opened(member.name, new ByteSource(member.content), depth + 1);
  } else {
    const kind = utf16Kind(head);
    yield { name, content: kind ? asUtf8(source, kind) : source.blocksOf() };
  }
}

async function* tapped(path: string, hashes: readonly Hash[]): AsyncGenerator<Buffer> {
  for await (const block of createReadStream(path, { highWaterMark: 1 << 20 })) {
    for (const hash of hashes) hash.update(block as Buffer);
    yield block as Buffer;
  }
}

async function* gunzip(raw: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { Readable } = await import("node:stream");
  const input = Readable.from(raw, { objectMode: false, highWaterMark: 1 << 20 });
  const output = createGunzip({ chunkSize: 1 << 20 });
  input.on("error", (error) => output.destroy(error));
  for await (const block of input.pipe(output)) yield block as Buffer;
}

async function* unzstd(raw: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let out: Buffer[] = [];
  const decoder = new Decompress((chunk) => {
    if (chunk.length > 0) out.push(Buffer.from(chunk));
  });
  for await (const block of raw) {
    // Small pieces, so that one never becomes a thousand times its size in memory.
    for (let at = 0; at < block.length; at += 65_536) {
      decoder.push(new Uint8Array(block.subarray(at, at + 65_536)));
      yield* out;
      out = [];
    }
  }
  decoder.push(new Uint8Array(0), true);
  yield* out;
}

/** The first bytes of the first member that has any; nothing is kept. */
export async function packedSample(
  path: string,
  bytes: number,
): Promise<{ name: string; head: Buffer; whole: boolean }> {
  for await (const member of membersOf(path)) {
    const source = new ByteSource(member.content);
    const head = Buffer.from(await source.peek(bytes + 1));
    if (head.length > 0)
      return { name: member.name, head: head.subarray(0, bytes), whole: head.length <= bytes };
  }
  throw new ProductError(
    "input",
    `${basename(path)} has nothing in it.`,
    "Check that it is the right file.",
    { file: path },
  );
}

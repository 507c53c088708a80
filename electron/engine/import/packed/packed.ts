// Packed evidence: .gz, .zst, .tar (also packed) and .zip. What is inside is recognised by its bytes, never by a name.
// A member's name is shown and recorded, and never becomes a path. Other packings are named and refused.
import type { Hash } from "node:crypto";
import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { basename } from "node:path";
import { createGunzip } from "node:zlib";
import { Decompress } from "fzstd";
import { ProductError } from "../../../../shared/errors";
import { ByteSource } from "./byte-source";
import { isTar, tarMembers } from "./tar";
import { zipMembers } from "./zip";

export interface Member {
  readonly name: string;
  /** To be read to its end before the next member is asked for. */
  readonly content: AsyncIterable<Buffer>;
}

type Packing = "gzip" | "zstd" | "zip" | "tar" | "xz" | "bzip2" | "7z" | "rar";

const MAGIC: readonly [Packing, readonly number[]][] = [
  ["gzip", [0x1f, 0x8b, 8]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["zip", [0x50, 0x4b, 3, 4]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["7z", [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ["rar", [0x52, 0x61, 0x72, 0x21, 0x1a, 7]],
];

export function packingOf(path: string): Packing | null {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return null; // Whoever reads the file says why it cannot be.
  }
  try {
    const head = Buffer.alloc(512);
    const n = readSync(fd, head, 0, 512, 0);
    const found = MAGIC.find(([, magic]) => magic.length <= n && magic.every((byte, i) => head[i] === byte));
    // bzip2's magic is three letters: its block's follows ("1AY&SY").
    if (found?.[0] === "bzip2" && head.toString("latin1", 4, 10) !== "1AY&SY") return null;
    return found?.[0] ?? (isTar(head.subarray(0, n)) ? "tar" : null);
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
  if (packing === "xz" || packing === "bzip2" || packing === "7z" || packing === "rar") {
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
    for await (const member of packing === "zip" ? zipMembers(path) : streamMembers(path, packing, hashes)) {
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

async function* streamMembers(
  path: string,
  packing: "gzip" | "zstd" | "tar",
  hashes: readonly Hash[],
): AsyncGenerator<Member> {
  const raw = tapped(path, hashes);
  const source = new ByteSource(packing === "gzip" ? gunzip(raw) : packing === "zstd" ? unzstd(raw) : raw);
  try {
    if (isTar(await source.peek(512))) yield* tarMembers(source);
    else yield { name: basename(path).replace(/\.(?:gz|zst|zstd)$/i, ""), content: source.blocksOf() };
    // What is behind the last member belongs to the hash too.
    for await (const _ of source.blocksOf());
  } finally {
    await source.close();
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

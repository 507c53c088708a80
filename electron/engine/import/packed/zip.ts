// Members of a zip archive by its central directory (PKWARE APPNOTE 6.3.10, sections 4.3.7-4.3.16), zip64 included.
// Stored and deflated members are read; an encrypted one is an error. Sizes are checked against what comes out, so that
// a header cannot announce less than it holds.
import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import { createInflateRaw } from "node:zlib";
import type { Member } from "./packed";

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const MAX32 = 0xffffffff;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

function readAt(fd: number, at: number, n: number): Buffer {
  const out = Buffer.alloc(n);
  const got = readSync(fd, out, 0, n, at);
  if (got < n) throw new Error("it ends too early");
  return out;
}

function directory(fd: number, size: number): Entry[] {
  const tailLength = Math.min(size, 65_557);
  const tail = readAt(fd, size - tailLength, tailLength);
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== END) end--;
  if (end < 0) throw new Error("it has no central directory");
  let count = tail.readUInt16LE(end + 10);
  let length = tail.readUInt32LE(end + 12);
  let at = tail.readUInt32LE(end + 16);
  if (end >= 20 && tail.readUInt32LE(end - 20) === LOCATOR64) {
    const end64 = readAt(fd, Number(tail.readBigUInt64LE(end - 12)), 56);
    if (end64.readUInt32LE(0) !== END64) throw new Error("its zip64 directory is damaged");
    count = Number(end64.readBigUInt64LE(32));
    length = Number(end64.readBigUInt64LE(40));
    at = Number(end64.readBigUInt64LE(48));
  }
  if (length > 1 << 28 || at + length > size) throw new Error("its central directory is damaged");
  const bytes = readAt(fd, at, length);
  const entries: Entry[] = [];
  for (let p = 0; entries.length < count; ) {
    if (p + 46 > bytes.length || bytes.readUInt32LE(p) !== ENTRY)
      throw new Error("its central directory is damaged");
    const nameLength = bytes.readUInt16LE(p + 28);
    const extraLength = bytes.readUInt16LE(p + 30);
    const extra = bytes.subarray(p + 46 + nameLength, p + 46 + nameLength + extraLength);
    const wide = wideNumbers(extra);
    const value = (offset: number): number => {
      const small = bytes.readUInt32LE(p + offset);
      return small === MAX32 ? (wide.shift() ?? small) : small;
    };
    const size64 = value(24);
    const packed = value(20);
    const flags = bytes.readUInt16LE(p + 8);
    entries.push({
      name: bytes.toString((flags & 0x800) !== 0 ? "utf8" : "latin1", p + 46, p + 46 + nameLength),
      method: bytes.readUInt16LE(p + 10),
      encrypted: (flags & 1) !== 0,
      size: size64,
      packed,
      offset: value(42),
    });
    p += 46 + nameLength + extraLength + bytes.readUInt16LE(p + 32);
  }
  return entries;
}

/** The zip64 extra field's numbers: those of size, packed size and offset that did not fit, in this order. */
function wideNumbers(extra: Buffer): number[] {
  for (let p = 0; p + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(p + 2);
    if (extra.readUInt16LE(p) === 1) {
      const out: number[] = [];
      for (let q = p + 4; q + 8 <= Math.min(extra.length, p + 4 + length); q += 8)
        out.push(Number(extra.readBigUInt64LE(q)));
      return out;
    }
    p += 4 + length;
  }
  return [];
}

export async function* zipMembers(path: string): AsyncGenerator<Member> {
  const fd = openSync(path, "r");
  try {
    for (const entry of directory(fd, fstatSync(fd).size)) {
      if (entry.name.endsWith("/")) continue;
      if (entry.encrypted) throw new Error(`its member ${entry.name} is encrypted`);
      if (entry.method !== 0 && entry.method !== 8) {
        throw new Error(`its member ${entry.name} is packed by method ${entry.method}, which is not read`);
      }
      yield { name: entry.name, content: content(fd, path, entry) };
    }
  } finally {
    closeSync(fd);
  }
}

async function* content(fd: number, path: string, entry: Entry): AsyncGenerator<Buffer> {
  const local = readAt(fd, entry.offset, 30);
  if (local.readUInt32LE(0) !== LOCAL) throw new Error(`its member ${entry.name} is damaged`);
  const start = entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  let size = 0;
  if (entry.packed > 0) {
    const raw = createReadStream(path, { start, end: start + entry.packed - 1, highWaterMark: 1 << 20 });
    const blocks: AsyncIterable<Buffer> =
      entry.method === 8 ? raw.pipe(createInflateRaw({ chunkSize: 1 << 20 })) : raw;
    for await (const block of blocks) {
      size += block.length;
      if (size > entry.size) break;
      yield block;
    }
  }
  if (size !== entry.size) throw new Error(`its member ${entry.name} is not of the size it states`);
}

// .xz: streams of blocks, each with a check of its own, and an index. Every checksum in the file is verified, the sizes
// that it states are held against what came out, and a window larger than logs need is refused before it is allocated.
// Filters other than LZMA2 are for programs' machine code and are refused by name.
// Source: The .xz File Format, version 1.2.1 (Tukaani), sections 2 to 4.
import { createHash, type Hash } from "node:crypto";
import type { ByteSource } from "./byte-source";
import { LzmaDecoder } from "./lzma";

const MAGIC = "fd377a585a00";
const FOOTER_MAGIC = "YZ";
const LZMA2 = 0x21;
/** xz's own highest preset needs 64 MiB. */
const LARGEST_WINDOW = 256 << 20;
const CHECK_BYTES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

const table = (polynomial: number): Uint32Array =>
  new Uint32Array(256).map((_, i) => {
    let c = i;
    for (let k = 0; k < 8; k++) c = (c & 1) === 1 ? (c >>> 1) ^ polynomial : c >>> 1;
    return c >>> 0;
  });
const CRC32 = table(0xedb88320);

function crc32(bytes: Uint8Array, start = 0): number {
  let c = ~start;
  for (let i = 0; i < bytes.length; i++) c = (c >>> 8) ^ CRC32[(c ^ bytes[i]!) & 255]!;
  return ~c >>> 0;
}

/** CRC-64 (ECMA-182, reflected) in two halves. */
const CRC64 = (() => {
  const low = new Uint32Array(256);
  const high = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    let l = i;
    let h = 0;
    for (let k = 0; k < 8; k++) {
      const odd = (l & 1) === 1;
      l = (l >>> 1) | (h << 31);
      h >>>= 1;
      if (odd) {
        l ^= 0xd7870f42;
        h ^= 0xc96c5795;
      }
    }
    low[i] = l >>> 0;
    high[i] = h >>> 0;
  }
  return { low, high };
})();

/** The check that a stream's blocks carry: fed with the content, compared as bytes. */
class Check {
  private crc = 0;
  private low = -1;
  private high = -1;
  private readonly hash: Hash | null;

  constructor(private readonly type: number) {
    if (![0, 1, 4, 10].includes(type)) throw new Error(`it carries check ${type}, which is not known`);
    this.hash = type === 10 ? createHash("sha256") : null;
  }

  update(bytes: Uint8Array): void {
    if (this.type === 1) this.crc = crc32(bytes, this.crc);
    else if (this.hash) this.hash.update(bytes);
    else if (this.type === 4) {
      let { low, high } = this;
      for (let i = 0; i < bytes.length; i++) {
        const k = (low ^ bytes[i]!) & 255;
        low = ((low >>> 8) | (high << 24)) ^ CRC64.low[k]!;
        high = (high >>> 8) ^ CRC64.high[k]!;
      }
      this.low = low;
      this.high = high;
    }
  }

  digest(): Buffer {
    if (this.hash) return this.hash.digest();
    const out = Buffer.alloc(CHECK_BYTES[this.type]!);
    if (this.type === 1) out.writeUInt32LE(this.crc);
    if (this.type === 4) {
      out.writeUInt32LE(~this.low >>> 0, 0);
      out.writeUInt32LE(~this.high >>> 0, 4);
    }
    return out;
  }
}

/** Takes exactly `n` bytes, or says that the file ends. */
async function take(source: ByteSource, n: number): Promise<Buffer> {
  const out = await source.take(n);
  if (out.length < n) throw new Error("it ends before its end");
  return out;
}

/** A number of the format's own (section 1.2) at `at`, and the position after it. */
function variable(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0;
  for (let i = 0; i < 9; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) break;
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) {
      if (byte === 0 && i > 0) break;
      return [value, at + i + 1];
    }
  }
  throw new Error("a number in it is not valid");
}

interface BlockHead {
  readonly window: number;
  readonly packed: number | null;
  readonly unpacked: number | null;
}

function blockHead(bytes: Buffer): BlockHead {
  const n = bytes.length;
  if (crc32(bytes.subarray(0, n - 4)) !== bytes.readUInt32LE(n - 4))
    throw new Error("a block's header does not match its checksum");
  const flags = bytes[1]!;
  if ((flags & 0x3c) !== 0) throw new Error("a block's header states what is not known");
  let at = 2;
  let packed: number | null = null;
  let unpacked: number | null = null;
  if ((flags & 0x40) !== 0) [packed, at] = variable(bytes, at);
  if ((flags & 0x80) !== 0) [unpacked, at] = variable(bytes, at);
  const [filter, afterFilter] = variable(bytes, at);
  const [size, props] = variable(bytes, afterFilter);
  if ((flags & 3) !== 0 || filter !== LZMA2 || size !== 1)
    throw new Error("it is packed with a filter for machine code, which no log needs");
  const bits = bytes[props]!;
  if (bits > 40) throw new Error("a block states no valid window");
  const window = bits === 40 ? 0xffffffff : (2 | (bits & 1)) * 2 ** (Math.floor(bits / 2) + 11);
  if (window > LARGEST_WINDOW)
    throw new Error(`it needs a window of ${Math.round(window / 2 ** 20)} MiB, more than is given`);
  return { window, packed, unpacked };
}

/** A block's content; returns what it took and gave. */
async function* blockContent(
  source: ByteSource,
  head: BlockHead,
  check: Check,
): AsyncGenerator<Buffer, { packed: number; unpacked: number }> {
  const decoder = new LzmaDecoder(head.window);
  let packed = 0;
  let unpacked = 0;
  let needs = 3; // the first chunk resets the dictionary, the first packed one states properties
  for (;;) {
    const control = (await take(source, 1))[0]!;
    packed++;
    if (control === 0) return { packed, unpacked };
    let content: Uint8Array;
    if (control < 0x80) {
      if (control > 2) throw new Error("a chunk is of no known kind");
      if (control === 1) {
        decoder.resetDictionary();
        needs = 2;
      } else if (needs === 3) throw new Error("its first chunk does not reset the dictionary");
      const size = (await take(source, 2)).readUInt16BE() + 1;
      content = decoder.copy(await take(source, size));
      packed += 2 + size;
    } else {
      const reset = (control >> 5) & 3;
      if (reset < needs) throw new Error("a chunk goes on where nothing came before");
      const sizes = await take(source, 4);
      const gives = ((control & 0x1f) << 16) + sizes.readUInt16BE(0) + 1;
      const size = sizes.readUInt16BE(2) + 1;
      packed += 4 + size;
      if (reset === 3) decoder.resetDictionary();
      if (reset >= 2) {
        decoder.setProperties((await take(source, 1))[0]!);
        packed++;
      }
      if (reset >= 1) decoder.resetState();
      needs = 0;
      content = decoder.decode(await take(source, size), gives);
    }
    unpacked += content.length;
    check.update(content);
    yield Buffer.from(content);
  }
}

/** The content of one or more .xz streams one after another. Throws Error where any checksum or size does not hold. */
export async function* unxz(source: ByteSource): AsyncGenerator<Buffer> {
  for (let streams = 0; ; streams++) {
    if (streams > 0) {
      // Stream padding: zeros, four at a time.
      let next = await source.peek(4);
      while (next.length === 4 && next.readUInt32LE() === 0) {
        await source.take(4);
        next = await source.peek(4);
      }
      if (next.length === 0) return;
    }
    const head = await take(source, 12);
    if (head.toString("hex", 0, 6) !== MAGIC)
      throw new Error(streams === 0 ? "it is no xz" : "something else stands behind its end");
    const flags = head.subarray(6, 8);
    if (crc32(flags) !== head.readUInt32LE(8) || flags[0] !== 0 || flags[1]! > 15)
      throw new Error("its header does not match its checksum");
    const sizes: [number, number][] = [];
    for (;;) {
      const first = (await source.peek(1))[0];
      if (first === undefined) throw new Error("it ends before its end");
      if (first === 0) break;
      const bytes = await take(source, (first + 1) * 4);
      const block = blockHead(bytes);
      const check = new Check(flags[1]!);
      const content = blockContent(source, block, check);
      let next = await content.next();
      for (; !next.done; next = await content.next()) yield next.value;
      const { packed, unpacked } = next.value;
      if ((block.packed ?? packed) !== packed || (block.unpacked ?? unpacked) !== unpacked)
        throw new Error("a block is not of the size it states");
      await take(source, (4 - (packed % 4)) % 4);
      const stated = await take(source, CHECK_BYTES[flags[1]!]!);
      if (!stated.equals(check.digest())) throw new Error("a block's checksum does not hold");
      sizes.push([bytes.length + packed + stated.length, unpacked]);
    }
    await index(source, sizes, flags);
  }
}

/** The index and footer: what they state of the blocks must be what was read. */
async function index(source: ByteSource, sizes: readonly [number, number][], flags: Buffer): Promise<void> {
  let bytes: Buffer = Buffer.alloc(0);
  const number = async (): Promise<number> => {
    const from = bytes.length;
    do bytes = Buffer.concat([bytes, await take(source, 1)]);
    while (bytes[bytes.length - 1]! >= 128 && bytes.length - from < 9);
    return variable(bytes, from)[0];
  };
  bytes = await take(source, 1);
  const count = await number();
  if (count !== sizes.length) throw new Error("its index does not match its blocks");
  for (const [packed, unpacked] of sizes) {
    if ((await number()) !== packed || (await number()) !== unpacked)
      throw new Error("its index does not match its blocks");
  }
  bytes = Buffer.concat([bytes, await take(source, (4 - (bytes.length % 4)) % 4)]);
  if (crc32(bytes) !== (await take(source, 4)).readUInt32LE())
    throw new Error("its index does not match its checksum");
  const footer = await take(source, 12);
  if (
    footer.toString("latin1", 10, 12) !== FOOTER_MAGIC ||
    crc32(footer.subarray(4, 10)) !== footer.readUInt32LE(0) ||
    !footer.subarray(8, 10).equals(flags) ||
    (footer.readUInt32LE(4) + 1) * 4 !== bytes.length + 4
  )
    throw new Error("its end does not match its beginning");
}

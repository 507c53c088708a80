// The blocks of bzip2: a stream of bits with Huffman codes, move-to-front, and the Burrows-Wheeler transform, each block
// under a checksum of its own. What it prevents: a damaged block that is read as evidence, and a small file that grows
// without a bound in memory (a block holds at most 900,000 bytes before its run lengths, which are handed on in pieces).
// Source: J. Seward, bzip2 1.0 (the format has no other document); Wikipedia, "bzip2", File format.

export const BLOCK_MAGIC = "314159265359";
export const END_MAGIC = "177245385090";
/** Compressed bytes of one block at most: 900,000 symbols of 20 bits, and its tables. */
export const LONGEST_BLOCK = 3 << 20;
const LONGEST_CODE = 20;
const GROUP = 50;
const PIECE = 1 << 20;

const CRC = new Int32Array(256).map((_, i) => {
  let c = i << 24;
  for (let k = 0; k < 8; k++) c = c < 0 ? (c << 1) ^ 0x04c11db7 : c << 1;
  return c;
});

/** Bits from the most significant on, out of bytes that stand in memory. `take` throws Error behind the end. */
export class Bits {
  at = 0;
  constructor(private readonly bytes: Uint8Array) {}

  /** The next `n` bits (at most 25) without taking them; zeros behind the end. */
  peek(n: number): number {
    const b = this.bytes;
    const p = this.at >>> 3;
    const word = (b[p]! << 24) | (b[p + 1]! << 16) | (b[p + 2]! << 8) | b[p + 3]!;
    return (word << (this.at & 7)) >>> (32 - n);
  }

  take(n: number): number {
    const value = this.peek(n);
    this.at += n;
    if (this.at > this.bytes.length * 8) throw new Error("it ends inside a block");
    return value;
  }

  hex(n: number): string {
    let out = "";
    for (let i = 0; i < n; i++) out += this.take(4).toString(16);
    return out;
  }
}

/** Canonical Huffman codes: of each length the greatest code (left in 20 bits) and where its symbols begin. */
interface Codes {
  readonly limit: Int32Array;
  readonly base: Int32Array;
  readonly symbols: Uint16Array;
  readonly least: number;
  readonly most: number;
}

function codesOf(lengths: Uint8Array): Codes {
  const count = new Int32Array(LONGEST_CODE + 2);
  for (const n of lengths) count[n]!++;
  let least = 1;
  while (least <= LONGEST_CODE && count[least] === 0) least++;
  let most = LONGEST_CODE;
  while (most > least && count[most] === 0) most--;
  const limit = new Int32Array(LONGEST_CODE + 2);
  const base = new Int32Array(LONGEST_CODE + 2);
  let code = 0;
  let index = 0;
  for (let n = least; n <= most; n++) {
    base[n] = index - code;
    code += count[n]!;
    index += count[n]!;
    if (code > 1 << n) throw new Error("a block's codes contradict each other");
    limit[n] = code << (LONGEST_CODE - n);
    code <<= 1;
  }
  const symbols = new Uint16Array(lengths.length);
  let k = 0;
  for (let n = least; n <= most; n++)
    for (let s = 0; s < lengths.length; s++) if (lengths[s] === n) symbols[k++] = s;
  return { limit, base, symbols, least, most };
}

function symbolOf(bits: Bits, codes: Codes): number {
  const window = bits.peek(LONGEST_CODE);
  let n = codes.least;
  while (n <= codes.most && window >= codes.limit[n]!) n++;
  if (n > codes.most) throw new Error("a block holds a code that no symbol has");
  bits.at += n;
  return codes.symbols[(window >>> (LONGEST_CODE - n)) + codes.base[n]!]!;
}

function readSelectors(bits: Bits, groups: number): Uint8Array {
  const n = bits.take(15);
  if (n < 1) throw new Error("a block names no codes");
  const order = Array.from({ length: groups }, (_, i) => i);
  const out = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    let j = 0;
    while (bits.take(1) === 1)
      if (++j >= groups) throw new Error("a block names codes that it does not have");
    const [chosen] = order.splice(j, 1);
    order.unshift(chosen!);
    out[i] = chosen!;
  }
  return out;
}

function readLengths(bits: Bits, alphabet: number): Uint8Array {
  const out = new Uint8Array(alphabet);
  let length = bits.take(5);
  for (let s = 0; s < alphabet; s++) {
    for (;;) {
      if (length < 1 || length > LONGEST_CODE) throw new Error("a block holds a code of no valid length");
      if (bits.take(1) === 0) break;
      length += bits.take(1) === 0 ? 1 : -1;
    }
    out[s] = length;
  }
  return out;
}

function readAlphabet(bits: Bits): number[] {
  const ranges = bits.take(16);
  const out: number[] = [];
  for (let i = 0; i < 16; i++) {
    if ((ranges & (0x8000 >>> i)) === 0) continue;
    const used = bits.take(16);
    for (let j = 0; j < 16; j++) if ((used & (0x8000 >>> j)) !== 0) out.push(i * 16 + j);
  }
  if (out.length === 0) throw new Error("a block holds no bytes");
  return out;
}

export interface Block {
  readonly count: number;
  readonly first: number;
}

/** Reads a block's symbols into `links`: the bytes in their sorted order, and (in the upper bits) where each leads. */
export function readBlock(bits: Bits, links: Uint32Array): Block {
  if (bits.take(1) === 1) throw new Error("it has a randomised block, as only bzip2 before 0.9.5 wrote");
  const origin = bits.take(24);
  const front = readAlphabet(bits);
  const end = front.length + 1;
  const groups = bits.take(3);
  if (groups < 2 || groups > 6) throw new Error("a block states no valid number of codes");
  const selectors = readSelectors(bits, groups);
  const tables = Array.from({ length: groups }, () => codesOf(readLengths(bits, end + 1)));
  const starts = new Uint32Array(257);
  let count = 0;
  let run = 0;
  let weight = 1;
  let group = 0;
  let left = 0;
  let codes = tables[0]!;
  for (;;) {
    if (left === 0) {
      if (group >= selectors.length) throw new Error("a block is longer than its list of codes");
      codes = tables[selectors[group++]!]!;
      left = GROUP;
    }
    left--;
    const symbol = symbolOf(bits, codes);
    if (symbol <= 1) {
      run += weight << symbol;
      weight <<= 1;
      if (run > links.length) throw new Error("a block is longer than it may be");
      continue;
    }
    if (run > 0) {
      const byte = front[0]!;
      if (count + run > links.length) throw new Error("a block is longer than it may be");
      links.fill(byte, count, count + run);
      starts[byte + 1]! += run;
      count += run;
      run = 0;
      weight = 1;
    }
    if (symbol === end) break;
    if (count >= links.length) throw new Error("a block is longer than it may be");
    const at = symbol - 1;
    const byte = front[at]!;
    for (let i = at; i > 0; i--) front[i] = front[i - 1]!;
    front[0] = byte;
    links[count++] = byte;
    starts[byte + 1]!++;
  }
  bits.take(0);
  if (origin >= count) throw new Error("a block begins beyond its end");
  for (let i = 1; i <= 256; i++) starts[i]! += starts[i - 1]!;
  for (let i = 0; i < count; i++) {
    const byte = links[i]! & 255;
    const to = starts[byte]!;
    starts[byte] = to + 1;
    links[to]! |= i << 8;
  }
  return { count, first: links[origin]! >>> 8 };
}

/** A block's bytes, with the runs of its first stage undone, in pieces; the last value is its checksum. */
export function* bytesOf(block: Block, links: Uint32Array): Generator<Uint8Array, number> {
  let out = new Uint8Array(PIECE);
  let used = 0;
  let crc = -1;
  let at = block.first;
  let previous = -1;
  let same = 0;
  for (let i = 0; i < block.count; i++) {
    const link = links[at]!;
    at = link >>> 8;
    const byte = link & 255;
    let times = 1;
    if (same === 4) {
      times = byte;
      same = 0;
    } else {
      same = byte === previous ? same + 1 : 1;
      previous = byte;
    }
    if (used + times > PIECE) {
      yield out.subarray(0, used);
      out = new Uint8Array(PIECE);
      used = 0;
    }
    for (; times > 0; times--) {
      out[used++] = previous;
      crc = (crc << 8) ^ CRC[(crc >>> 24) ^ previous]!;
    }
    if (same === 0) previous = -1;
  }
  if (used > 0) yield out.subarray(0, used);
  return ~crc >>> 0;
}

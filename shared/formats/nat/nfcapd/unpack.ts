// The block compressions of nfcapd files, each written for hostile input: nothing is read outside the block and nothing
// is written past `most`. Sources: LZ4 block format (lz4_Block_format.md); LZO1X as described in the Linux kernel's
// documentation (lzo.txt); bzip2 in shared/record/bzip2.
import { Bits, BLOCK_MAGIC, bytesOf, END_MAGIC, readBlock } from "../../../record/bzip2";

/** Bytes of an LZ4 block. Null where it is damaged or longer than `most`. */
export function unpackLz4(b: Uint8Array, most: number): Uint8Array | null {
  const out = new Output(most);
  let at = 0;
  /** 15 in a nibble says that the length goes on in bytes, until one that is not 255. */
  const length = (nibble: number): number => {
    let n = nibble;
    if (nibble === 15) {
      let c: number;
      do {
        if (at >= b.length) return Number.NaN;
        c = b[at++]!;
        n += c;
      } while (c === 255);
    }
    return n;
  };
  while (at < b.length) {
    const token = b[at++]!;
    const literals = length(token >> 4);
    if (!out.literals(b, at, literals)) return null;
    at += literals;
    // The last sequence has no match.
    if (at === b.length) return out.bytes();
    if (at + 2 > b.length) return null;
    const distance = b[at]! | (b[at + 1]! << 8);
    at += 2;
    if (!out.match(distance, length(token & 15) + 4)) return null;
  }
  return null;
}

/** Bytes of an LZO1X block. Null where it is damaged or longer than `most`. */
export function unpackLzo(b: Uint8Array, most: number): Uint8Array | null {
  const out = new Output(most);
  let at = 0;
  /** Zero bytes add 255 each, the first other one ends the length. */
  const extended = (short: number, base: number): number => {
    if (short !== 0) return short;
    let n = base;
    while (at < b.length && b[at] === 0) {
      n += 255;
      at++;
    }
    return at < b.length ? n + b[at++]! : Number.NaN;
  };
  /** Literals that the instruction before copied: 0, 1 to 3, or 4 for a run. */
  let state = 0;
  if (b.length > 0 && b[0]! > 17) {
    const n = b[at++]! - 17;
    if (!out.literals(b, at, n)) return null;
    at += n;
    state = Math.min(n, 4);
  }
  while (at < b.length) {
    const t = b[at++]!;
    let distance: number;
    let size: number;
    let literals = t & 3;
    if (t < 16) {
      if (state === 0) {
        const n = extended(t, 15) + 3;
        if (!out.literals(b, at, n)) return null;
        at += n;
        state = 4;
        continue;
      }
      if (at >= b.length) return null;
      distance = (t >> 2) + (b[at++]! << 2) + (state === 4 ? 2049 : 1);
      size = state === 4 ? 3 : 2;
    } else if (t >= 64) {
      if (at >= b.length) return null;
      distance = ((t >> 2) & 7) + (b[at++]! << 3) + 1;
      size = (t >> 5) + 1;
    } else {
      const far = t < 32;
      size = extended(t & (far ? 7 : 31), far ? 7 : 31) + 2;
      if (at + 2 > b.length) return null;
      const word = b[at]! | (b[at + 1]! << 8);
      at += 2;
      literals = word & 3;
      distance = (word >> 2) + (far ? (t & 8) << 11 : 1);
      if (far) {
        if (distance === 0) return at === b.length ? out.bytes() : null;
        distance += 16_384;
      }
    }
    if (!out.match(distance, size) || !out.literals(b, at, literals)) return null;
    at += literals;
    state = literals;
  }
  return null;
}

/** Room of a block's symbols, kept from one to the next. */
let kept: Uint32Array | null = null;

/** Bytes of a bzip2 stream, checksums verified. Null where it is damaged or longer than `most`. */
export function unpackBzip2(b: Uint8Array, most: number): Uint8Array | null {
  const level = (b[3] ?? 0) - 48;
  if (b[0] !== 66 || b[1] !== 90 || b[2] !== 104 || !(level >= 1 && level <= 9)) return null;
  const out = new Output(most);
  kept ??= new Uint32Array(900_000);
  const links = kept.subarray(0, level * 100_000);
  const bits = new Bits(b);
  bits.at = 32;
  try {
    for (let whole = 0; ; ) {
      const magic = bits.hex(12);
      const stated = ((bits.take(16) << 16) | bits.take(16)) >>> 0;
      if (magic === END_MAGIC) return stated === whole ? out.bytes() : null;
      if (magic !== BLOCK_MAGIC) return null;
      const pieces = bytesOf(readBlock(bits, links), links);
      let next = pieces.next();
      for (; !next.done; next = pieces.next())
        if (!out.literals(next.value, 0, next.value.length)) return null;
      if (next.value !== stated) return null;
      whole = (((whole << 1) | (whole >>> 31)) ^ stated) >>> 0;
    }
  } catch {
    // A block that contradicts itself, or ends before it should.
    return null;
  }
}

/** Room for a block's bytes, grown as it fills: what a block says of its length may be crafted. */
class Output {
  private data: Uint8Array;
  private used = 0;

  constructor(private readonly most: number) {
    this.data = new Uint8Array(Math.min(most, 1 << 16));
  }

  private fits(n: number): boolean {
    const need = this.used + n;
    if (need > this.most) return false;
    if (need > this.data.length) {
      const more = new Uint8Array(Math.min(this.most, Math.max(need, 2 * this.data.length)));
      more.set(this.data.subarray(0, this.used));
      this.data = more;
    }
    return true;
  }

  literals(from: Uint8Array, at: number, n: number): boolean {
    if (!(n >= 0) || at + n > from.length || !this.fits(n)) return false;
    this.data.set(from.subarray(at, at + n), this.used);
    this.used += n;
    return true;
  }

  /** Copies what stands `distance` before the end; both may overlap. */
  match(distance: number, n: number): boolean {
    if (!(n >= 0) || distance < 1 || distance > this.used || !this.fits(n)) return false;
    for (let i = 0; i < n; i++, this.used++) this.data[this.used] = this.data[this.used - distance]!;
    return true;
  }

  bytes(): Uint8Array {
    return this.data.slice(0, this.used);
  }
}

// The two block compressions that nfcapd files use most, each written for hostile input: nothing is read outside the
// block and nothing is written past `most`. Sources: LZ4 block format (lz4_Block_format.md); LZO1X as described in the
// Linux kernel's documentation (lzo.txt).

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

class Output {
  private readonly data: Uint8Array;
  private used = 0;

  constructor(most: number) {
    this.data = new Uint8Array(most);
  }

  literals(from: Uint8Array, at: number, n: number): boolean {
    if (!(n >= 0) || at + n > from.length || this.used + n > this.data.length) return false;
    this.data.set(from.subarray(at, at + n), this.used);
    this.used += n;
    return true;
  }

  /** Copies what stands `distance` before the end; both may overlap. */
  match(distance: number, n: number): boolean {
    if (!(n >= 0) || distance < 1 || distance > this.used || this.used + n > this.data.length) return false;
    for (let i = 0; i < n; i++, this.used++) this.data[this.used] = this.data[this.used - distance]!;
    return true;
  }

  bytes(): Uint8Array {
    return this.data.slice(0, this.used);
  }
}

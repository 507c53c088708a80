// LZMA inside LZMA2 chunks: a range coder over adaptive bit models, and a window of what came out last. A distance that
// reaches beyond the window, or a chunk that gives more or less than it states, is damage and never content.
// Source: "LZMA specification" (I. Pavlov, 2015), sections on the range decoder and the state machine; the .xz file
// format 1.2.1, section 5.3.1 (LZMA2).

/** Bytes that one chunk gives at most (LZMA2). */
export const LONGEST_CHUNK = 2 << 20;
const HALF = 1024;
const MIN_MATCH = 2;

const probabilities = (n: number): Uint16Array => new Uint16Array(n).fill(HALF);

/** The window: the last `size` bytes that came out stand before `end`. */
class Window {
  bytes: Uint8Array;
  end = 0;
  /** Since the dictionary was reset: no distance reaches further back. */
  filled = 0;

  constructor(readonly size: number) {
    this.bytes = new Uint8Array(Math.min(size, 1 << 20) + LONGEST_CHUNK);
  }

  /** Room for one chunk more; what is older than the window is given up. */
  reserve(n: number): void {
    if (this.end + n <= this.bytes.length) return;
    const keep = Math.min(this.end, this.size);
    if (keep + n <= this.bytes.length) this.bytes.copyWithin(0, this.end - keep, this.end);
    else {
      const larger = new Uint8Array(
        Math.min(this.size + LONGEST_CHUNK, Math.max(2 * this.bytes.length, keep + n)),
      );
      larger.set(this.bytes.subarray(this.end - keep, this.end));
      this.bytes = larger;
    }
    this.end = keep;
  }
}

/** Lengths of matches: short, middle and long, each a tree of its own. */
class Lengths {
  readonly choice = probabilities(2);
  readonly low = probabilities(16 << 3);
  readonly mid = probabilities(16 << 3);
  readonly high = probabilities(256);
}

export class LzmaDecoder {
  readonly window: Window;
  // Properties: literal context, literal position, position bits.
  private lc = 0;
  private lp = 0;
  private posMask = 0;
  // Range decoder.
  private input: Uint8Array = new Uint8Array(0);
  private at = 0;
  private range = 0;
  private code = 0;
  // Models.
  private literal = probabilities(0);
  private isMatch = probabilities(0);
  private isRep = probabilities(0);
  private isRep0 = probabilities(0);
  private isRep1 = probabilities(0);
  private isRep2 = probabilities(0);
  private isRep0Long = probabilities(0);
  private slots = probabilities(0);
  private special = probabilities(0);
  private align = probabilities(0);
  private matchLengths = new Lengths();
  private repLengths = new Lengths();
  private state = 0;
  private rep0 = 0;
  private rep1 = 0;
  private rep2 = 0;
  private rep3 = 0;
  /** Where the uncompressed position of the dictionary's start counts from. */
  private position = 0;

  constructor(dictionary: number) {
    this.window = new Window(dictionary);
  }

  resetDictionary(): void {
    this.window.filled = 0;
    this.position = 0;
  }

  /** One byte: (pb * 5 + lp) * 9 + lc. */
  setProperties(byte: number): void {
    if (byte >= 225) throw new Error("a chunk states no valid properties");
    const lc = byte % 9;
    const rest = (byte - lc) / 9;
    const lp = rest % 5;
    if (lc + lp > 4) throw new Error("a chunk states no valid properties");
    this.lc = lc;
    this.lp = lp;
    this.posMask = (1 << ((rest - lp) / 5)) - 1;
  }

  resetState(): void {
    this.literal = probabilities(0x300 << (this.lc + this.lp));
    this.isMatch = probabilities(12 << 4);
    this.isRep = probabilities(12);
    this.isRep0 = probabilities(12);
    this.isRep1 = probabilities(12);
    this.isRep2 = probabilities(12);
    this.isRep0Long = probabilities(12 << 4);
    this.slots = probabilities(4 << 6);
    this.special = probabilities(128);
    this.align = probabilities(16);
    this.matchLengths = new Lengths();
    this.repLengths = new Lengths();
    this.state = 0;
    this.rep0 = this.rep1 = this.rep2 = this.rep3 = 0;
  }

  /** Content as it is. */
  copy(bytes: Uint8Array): Uint8Array {
    const { window } = this;
    window.reserve(bytes.length);
    window.bytes.set(bytes, window.end);
    window.end += bytes.length;
    window.filled = Math.min(window.size, window.filled + bytes.length);
    this.position += bytes.length;
    return window.bytes.subarray(window.end - bytes.length, window.end);
  }

  /** One chunk's content, `size` bytes; the view holds until the next call. */
  decode(chunk: Uint8Array, size: number): Uint8Array {
    if (chunk.length < 5 || chunk[0] !== 0) throw new Error("a chunk does not begin as it should");
    this.input = chunk;
    this.code = ((chunk[1]! << 24) | (chunk[2]! << 16) | (chunk[3]! << 8) | chunk[4]!) >>> 0;
    this.range = 0xffffffff;
    this.at = 5;
    this.window.reserve(size);
    const start = this.window.end;
    this.run(start + size);
    if (this.at !== chunk.length || this.code !== 0) throw new Error("a chunk does not end as it should");
    return this.window.bytes.subarray(start, start + size);
  }

  private run(limit: number): void {
    const { window } = this;
    const out = window.bytes;
    let filled = window.filled;
    while (window.end < limit) {
      const here = this.position & this.posMask;
      if (this.bit(this.isMatch, (this.state << 4) + here) === 0) {
        const previous = filled > 0 ? out[window.end - 1]! : 0;
        out[window.end] = this.readLiteral(previous, filled);
        window.end++;
        this.position++;
        if (filled < window.size) filled++;
        continue;
      }
      let length: number;
      if (this.bit(this.isRep, this.state) === 0) {
        this.rep3 = this.rep2;
        this.rep2 = this.rep1;
        this.rep1 = this.rep0;
        length = this.readLength(this.matchLengths, here);
        this.state = this.state < 7 ? 7 : 10;
        this.rep0 = this.readDistance(length);
      } else {
        if (filled === 0) throw new Error("a chunk repeats what never came");
        if (this.bit(this.isRep0, this.state) === 0) {
          if (this.bit(this.isRep0Long, (this.state << 4) + here) === 0) {
            this.state = this.state < 7 ? 9 : 11;
            if (this.rep0 >= filled) throw new Error("a chunk reaches beyond its window");
            out[window.end] = out[window.end - this.rep0 - 1]!;
            window.end++;
            this.position++;
            if (filled < window.size) filled++;
            continue;
          }
        } else {
          let distance: number;
          if (this.bit(this.isRep1, this.state) === 0) distance = this.rep1;
          else {
            if (this.bit(this.isRep2, this.state) === 0) distance = this.rep2;
            else {
              distance = this.rep3;
              this.rep3 = this.rep2;
            }
            this.rep2 = this.rep1;
          }
          this.rep1 = this.rep0;
          this.rep0 = distance;
        }
        length = this.readLength(this.repLengths, here);
        this.state = this.state < 7 ? 8 : 11;
      }
      const distance = this.rep0 + 1;
      if (distance > filled) throw new Error("a chunk reaches beyond its window");
      if (window.end + length > limit) throw new Error("a chunk gives more than it states");
      for (let i = 0; i < length; i++, window.end++) out[window.end] = out[window.end - distance]!;
      this.position += length;
      filled = Math.min(window.size, filled + length);
    }
    window.filled = filled;
    this.normalize();
  }

  private readLiteral(previous: number, filled: number): number {
    const context = ((this.position & ((1 << this.lp) - 1)) << this.lc) + (previous >> (8 - this.lc));
    const at = 0x300 * context;
    let symbol = 1;
    if (this.state >= 7) {
      if (this.rep0 >= filled) throw new Error("a chunk reaches beyond its window");
      let match = this.window.bytes[this.window.end - this.rep0 - 1]!;
      do {
        const matchBit = (match >> 7) & 1;
        match <<= 1;
        const bit = this.bit(this.literal, at + ((1 + matchBit) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (matchBit !== bit) break;
      } while (symbol < 0x100);
    }
    while (symbol < 0x100) symbol = (symbol << 1) | this.bit(this.literal, at + symbol);
    this.state = this.state < 4 ? 0 : this.state < 10 ? this.state - 3 : this.state - 6;
    return symbol & 255;
  }

  private readLength(lengths: Lengths, here: number): number {
    if (this.bit(lengths.choice, 0) === 0) return MIN_MATCH + this.tree(lengths.low, here << 3, 3);
    if (this.bit(lengths.choice, 1) === 0) return MIN_MATCH + 8 + this.tree(lengths.mid, here << 3, 3);
    return MIN_MATCH + 16 + this.tree(lengths.high, 0, 8);
  }

  private readDistance(length: number): number {
    const slot = this.tree(this.slots, Math.min(length - MIN_MATCH, 3) << 6, 6);
    if (slot < 4) return slot;
    const direct = (slot >> 1) - 1;
    const distance = ((2 | (slot & 1)) << direct) >>> 0;
    if (slot < 14) return distance + this.reverse(this.special, distance - slot, direct);
    const high = this.direct(direct - 4) * 16;
    return distance + high + this.reverse(this.align, 0, 4);
  }

  private tree(models: Uint16Array, at: number, bits: number): number {
    let symbol = 1;
    for (let i = 0; i < bits; i++) symbol = (symbol << 1) | this.bit(models, at + symbol);
    return symbol - (1 << bits);
  }

  private reverse(models: Uint16Array, at: number, bits: number): number {
    let symbol = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const bit = this.bit(models, at + symbol);
      symbol = (symbol << 1) | bit;
      value |= bit << i;
    }
    return value;
  }

  private direct(bits: number): number {
    let value = 0;
    for (let i = 0; i < bits; i++) {
      this.normalize();
      this.range = this.range >>> 1;
      const bit = this.code >= this.range ? 1 : 0;
      if (bit === 1) this.code = (this.code - this.range) >>> 0;
      value = value * 2 + bit;
    }
    return value;
  }

  private bit(models: Uint16Array, at: number): number {
    if (this.range < 0x1000000) this.normalize();
    const p = models[at]!;
    const bound = (this.range >>> 11) * p;
    if (this.code < bound) {
      this.range = bound;
      models[at] = p + ((2048 - p) >> 5);
      return 0;
    }
    this.range = this.range - bound;
    this.code = this.code - bound;
    models[at] = p - (p >> 5);
    return 1;
  }

  private normalize(): void {
    if (this.range >= 0x1000000) return;
    if (this.at >= this.input.length) throw new Error("a chunk is shorter than it states");
    this.range = (this.range << 8) >>> 0;
    this.code = ((this.code << 8) | this.input[this.at++]!) >>> 0;
  }
}

// Dictionary ids of cell texts without making a string for a text seen before: an open-addressing table from the bytes
// to the id. Millions of rows name some thousands of subscribers, and a JavaScript string a row is what a CSV import
// would otherwise spend most of its time on. What a look-up then costs is memory that is not in the cache, so hash, id
// and the text itself (as most are: short) lie in one slot of 32 bytes.
import { displayText } from "../../../record/bytes";

/** Texts kept; later new ones go through a string each time. */
const LARGEST = 1 << 20;
/** Numbers a slot takes: hash, length + 1 (0 = free), id, then the text or its position in the arena. */
const WIDTH = 8;
const WORDS = 5;
const INLINE = WORDS * 4;

export class ByteDictionary {
  private slots = new Int32Array(8192 * WIDTH);
  private mask = 8191;
  /** Texts longer than a slot holds. */
  private arena = new Uint8Array(1 << 16);
  private used = 0;
  private count = 0;
  private readonly key = new Int32Array(WORDS);

  /** Id of [from, to), given by `idOf` when its text is new here. */
  id(b: Uint8Array, from: number, to: number, idOf: (text: string) => number): number {
    const length = to - from;
    const { key, slots, mask } = this;
    let hash = length | 0;
    if (length <= INLINE) {
      let i = from;
      for (let w = 0; w < WORDS; w++) {
        let word = 0;
        if (i + 4 <= to) word = b[i]! | (b[i + 1]! << 8) | (b[i + 2]! << 16) | (b[i + 3]! << 24);
        else for (let k = i, shift = 0; k < to; k++, shift += 8) word |= b[k]! << shift;
        i = Math.min(i + 4, to);
        key[w] = word;
        hash = Math.imul(hash ^ word, 0x9e3779b1 | 0);
        hash ^= hash >>> 15;
      }
    } else {
      for (let i = from; i < to; i++) hash = Math.imul(hash ^ b[i]!, 0x01000193);
      hash ^= hash >>> 15;
    }
    let at = hash & mask;
    for (;;) {
      const e = at * WIDTH;
      const kept = slots[e + 1]!;
      if (kept === 0) break;
      if (slots[e] === hash && kept === length + 1 && this.same(e, b, from, length)) return slots[e + 2]!;
      at = (at + 1) & mask;
    }
    const id = idOf(displayText(b, from, to));
    if (this.count < LARGEST && this.used + length < 1 << 28) this.add(b, from, to, hash, at, id);
    return id;
  }

  private same(e: number, b: Uint8Array, from: number, length: number): boolean {
    const { slots, key, arena } = this;
    if (length <= INLINE) {
      for (let w = 0; w < WORDS; w++) if (slots[e + 3 + w] !== key[w]) return false;
      return true;
    }
    const start = slots[e + 3]!;
    for (let i = 0; i < length; i++) if (arena[start + i] !== b[from + i]) return false;
    return true;
  }

  private add(b: Uint8Array, from: number, to: number, hash: number, slot: number, id: number): void {
    const length = to - from;
    const e = slot * WIDTH;
    const { slots } = this;
    slots[e] = hash;
    slots[e + 1] = length + 1;
    slots[e + 2] = id;
    if (length <= INLINE) slots.set(this.key, e + 3);
    else {
      while (this.used + length > this.arena.length) {
        const larger = new Uint8Array(this.arena.length * 2);
        larger.set(this.arena);
        this.arena = larger;
      }
      for (let i = 0; i < length; i++) this.arena[this.used + i] = b[from + i]!;
      slots[e + 3] = this.used;
      this.used += length;
    }
    if (++this.count * 2 > this.mask) this.widen();
  }

  private widen(): void {
    const before = this.slots;
    const mask = this.mask * 2 + 1;
    const slots = new Int32Array((mask + 1) * WIDTH);
    for (let e = 0; e < before.length; e += WIDTH) {
      if (before[e + 1] === 0) continue;
      let at = before[e]! & mask;
      while (slots[at * WIDTH + 1] !== 0) at = (at + 1) & mask;
      for (let k = 0; k < WIDTH; k++) slots[at * WIDTH + k] = before[e + k]!;
    }
    this.slots = slots;
    this.mask = mask;
  }
}

// Dictionary ids of cell texts without making a string for a text seen before: an open-addressing table from the bytes
// to the id, all of it in a few typed arrays. Millions of rows name some thousands of subscribers, and a JavaScript
// string a row is what a CSV import would otherwise spend most of its time on.
import { displayText } from "../../../record/bytes";

/** Texts kept; later new ones go through a string each time. */
const LARGEST = 1 << 20;
/** Numbers an entry takes: hash, position and length in the arena, id. */
const WIDTH = 4;

export class ByteDictionary {
  private slots = new Int32Array(8192);
  private entries = new Int32Array(4096 * WIDTH);
  private arena = new Uint8Array(1 << 16);
  private used = 0;
  private count = 0;

  /** Id of [from, to), given by `idOf` when its text is new here. */
  id(b: Uint8Array, from: number, to: number, idOf: (text: string) => number): number {
    let hash = 0x811c9dc5 | 0;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ b[i]!, 0x01000193);
    hash ^= hash >>> 15;
    const { slots, entries, arena } = this;
    const mask = slots.length - 1;
    const length = to - from;
    let at = hash & mask;
    for (let n = slots[at]!; n !== 0; n = slots[at]!) {
      const e = (n - 1) * WIDTH;
      if (entries[e] === hash && entries[e + 2] === length) {
        const start = entries[e + 1]!;
        let i = 0;
        while (i < length && arena[start + i] === b[from + i]) i++;
        if (i === length) return entries[e + 3]!;
      }
      at = (at + 1) & mask;
    }
    const id = idOf(displayText(b, from, to));
    if (this.count < LARGEST && this.used + length < 1 << 28) this.add(b, from, to, hash, at, id);
    return id;
  }

  private add(b: Uint8Array, from: number, to: number, hash: number, slot: number, id: number): void {
    const length = to - from;
    while (this.used + length > this.arena.length)
      this.arena = grown(this.arena, new Uint8Array(this.arena.length * 2));
    if ((this.count + 1) * WIDTH > this.entries.length)
      this.entries = grown(this.entries, new Int32Array(this.entries.length * 2));
    for (let i = 0; i < length; i++) this.arena[this.used + i] = b[from + i]!;
    this.entries.set([hash, this.used, length, id], this.count * WIDTH);
    this.used += length;
    this.slots[slot] = ++this.count;
    if (this.count * 2 > this.slots.length) this.widen();
  }

  private widen(): void {
    const slots = new Int32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let n = 0; n < this.count; n++) {
      let at = this.entries[n * WIDTH]! & mask;
      while (slots[at] !== 0) at = (at + 1) & mask;
      slots[at] = n + 1;
    }
    this.slots = slots;
  }
}

function grown<T extends Uint8Array | Int32Array>(from: T, into: T): T {
  into.set(from);
  return into;
}

// Dictionary ids of cell texts without making a string for a text seen before: an open-addressing table from the bytes
// to the id. Millions of rows name some thousands of subscribers, and a JavaScript string a row is what a CSV import
// would otherwise spend most of its time on.
import { displayText } from "../../../record/bytes";

const LARGEST = 1 << 20;

export class ByteDictionary {
  private slots = new Int32Array(4096);
  private entries: { bytes: Uint8Array; hash: number; id: number }[] = [];

  /** Id of [from, to), given by `idOf` when its text is new here. */
  id(b: Uint8Array, from: number, to: number, idOf: (text: string) => number): number {
    let hash = 0x811c9dc5;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ b[i]!, 0x01000193);
    hash ^= hash >>> 15;
    const mask = this.slots.length - 1;
    let at = hash & mask;
    for (let n = this.slots[at]!; n !== 0; n = this.slots[at]!) {
      const entry = this.entries[n - 1]!;
      if (entry.hash === hash && same(entry.bytes, b, from, to)) return entry.id;
      at = (at + 1) & mask;
    }
    const id = idOf(displayText(b, from, to));
    if (this.entries.length < LARGEST) {
      this.entries.push({ bytes: b.slice(from, to), hash, id });
      this.slots[at] = this.entries.length;
      if (this.entries.length * 2 > this.slots.length) this.grow();
    }
    return id;
  }

  private grow(): void {
    const slots = new Int32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    this.entries.forEach((entry, i) => {
      let at = entry.hash & mask;
      while (slots[at] !== 0) at = (at + 1) & mask;
      slots[at] = i + 1;
    });
    this.slots = slots;
  }
}

function same(known: Uint8Array, b: Uint8Array, from: number, to: number): boolean {
  if (known.length !== to - from) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== b[from + i]) return false;
  return true;
}

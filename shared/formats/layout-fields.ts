// The `fields` of an access line as JSON bytes, where they are to be stored: keys made once, values copied from the
// evidence. Whatever JSON would escape goes the slow way, so that both give the same text.
import type { Utf8Lane } from "../record/batch";
import { explainLine } from "./layout-explain";
import type { LayoutLine } from "./layout-parser";

const encoder = new TextEncoder();

/** Bytes that stand in JSON text as they are. */
const PLAIN = new Uint8Array(256);
PLAIN.fill(1, 32, 127);
PLAIN[34] = PLAIN[92] = 0;

export class FieldsWriter {
  /** What comes before each step's value; null for a literal. */
  private readonly before: readonly (Uint8Array | null)[];
  private readonly keyBytes: number;
  private readonly simple: boolean;

  constructor(private readonly layout: LayoutLine) {
    const names = layout.steps.filter((s) => s.part !== "literal").map((s) => s.name);
    let first = true;
    this.before = layout.steps.map((s) => {
      if (s.part === "literal") return null;
      const text = `${first ? "{" : '",'}${JSON.stringify(s.name)}:"`;
      first = false;
      return encoder.encode(text);
    });
    this.keyBytes = this.before.reduce((n, key) => n + (key?.length ?? 0), 2);
    // A name that comes twice is one key of the object.
    this.simple = names.length > 0 && new Set(names).size === names.length;
  }

  /** Appends the fields of the line that the layout read last, in `b`. */
  write(b: Uint8Array, length: number, lane: Utf8Lane): void {
    if (this.simple && this.plain(b, length, lane)) return;
    const text = encoder.encode(JSON.stringify(explainLine(this.layout, b).fields));
    lane.reserve(text.length);
    lane.bytes.set(text, lane.used);
    lane.used += text.length;
  }

  private plain(b: Uint8Array, length: number, lane: Utf8Lane): boolean {
    const { froms, tos } = this.layout;
    lane.reserve(this.keyBytes + length);
    const out = lane.bytes;
    let n = lane.used;
    for (let i = 0; i < this.before.length; i++) {
      const key = this.before[i]!;
      if (key === null) continue;
      for (let k = 0; k < key.length; k++) out[n++] = key[k]!;
      const to = tos[i]!;
      for (let p = froms[i]!; p < to; p++) {
        const c = b[p]!;
        if (PLAIN[c] === 0) return false;
        out[n++] = c;
      }
    }
    out[n++] = 34;
    out[n++] = 125;
    lane.used = n;
    return true;
  }
}

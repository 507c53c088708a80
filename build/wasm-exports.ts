/**
 * duckdb-wasm is linked so that extensions can be loaded into it: it exports each of its 75,000 functions and globals by its
 * mangled name, a quarter of the file, and a browser makes an object of each before the first query. The viewer loads no
 * extension, so only what the engine's own script asks for stays.
 *
 * Sections as in the WebAssembly Core Specification, section 5.5: id, size, contents; the import section is 2, the export
 * section 7. The code and its numbering are not touched.
 */
const IMPORTS = 2;
const EXPORTS = 7;
const FUNCTION = 0;
const TABLE = 1;
const MEMORY = 2;
const GLOBAL = 3;
const TAG = 4;

class Reader {
  constructor(
    readonly bytes: Uint8Array,
    public at: number,
  ) {}
  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new Error("the engine's wasm ends inside a section");
    return value;
  }
  /** An unsigned LEB128 of at most 32 bits. */
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }
  name(): string {
    const length = this.number();
    this.at += length;
    return Buffer.from(this.bytes.subarray(this.at - length, this.at)).toString("utf8");
  }
  limits(): void {
    const flags = this.byte();
    this.number();
    if (flags & 1) this.number();
  }
}

function leb128(value: number): Uint8Array {
  const out: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.of(...out, rest);
    out.push((rest % 128) + 128);
  }
}

/** Names that the module imports: those of its own table of offsets are looked up among its exports. */
function imported(reader: Reader): Set<string> {
  const names = new Set<string>();
  for (let left = reader.number(); left > 0; left--) {
    reader.name();
    names.add(reader.name());
    const kind = reader.byte();
    if (kind === FUNCTION) reader.number();
    else if (kind === TABLE) {
      reader.byte();
      reader.limits();
    } else if (kind === MEMORY) reader.limits();
    else if (kind === GLOBAL) reader.at += 2;
    else if (kind === TAG) {
      reader.byte();
      reader.number();
    } else throw new Error(`the engine's wasm imports something of kind ${kind}`);
  }
  return names;
}

/** `wasm` with only those exports that `script` names, as a word anywhere in it, and those that the module itself imports. */
export function keepExports(wasm: Uint8Array, script: string): Uint8Array {
  const words = new Set(script.match(/[A-Za-z_$][\w$]*/g));
  const reader = new Reader(wasm, 8);
  const out = [wasm.subarray(0, 8)];
  let own = new Set<string>();
  while (reader.at < wasm.length) {
    const from = reader.at;
    const id = reader.byte();
    const size = reader.number();
    const end = reader.at + size;
    if (id === IMPORTS) own = imported(new Reader(wasm, reader.at));
    if (id === EXPORTS) {
      const kept: Uint8Array[] = [];
      for (let left = reader.number(); left > 0; left--) {
        const start = reader.at;
        const name = reader.name();
        reader.byte();
        reader.number();
        if (words.has(name) || own.has(name)) kept.push(wasm.subarray(start, reader.at));
      }
      const body = Buffer.concat([leb128(kept.length), ...kept]);
      out.push(Uint8Array.of(id), leb128(body.length), body);
    } else out.push(wasm.subarray(from, end));
    reader.at = end;
  }
  return Buffer.concat(out);
}

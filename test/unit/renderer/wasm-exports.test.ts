import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { keepExports } from "../../../build/wasm-exports";

// Two functions, a memory and a global of its own import, exported as f, g, memory and off; g is imported back by name.
const small = Uint8Array.from(
  [
    "00 61 73 6d 01 00 00 00",
    "01 05 01 60 00 01 7f", // type: () -> i32
    "02 0e 01 07 474f542e6d656d 01 67 03 7f 01", // import "GOT.mem" "g", a mutable i32
    "03 03 02 00 00", // two functions
    "05 03 01 00 01", // a memory
    "07 18 04 01 66 00 00 01 67 00 01 06 6d656d6f7279 02 00 03 6f6666 00 01", // exports
    "0a 0b 02 04 00 41 07 0b 04 00 41 08 0b", // bodies: 7 and 8
  ]
    .join("")
    .replace(/\s/g, "")
    .match(/../g)!
    .map((byte) => Number.parseInt(byte, 16)),
);
const names = (wasm: Uint8Array) =>
  WebAssembly.Module.exports(new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>)).map((one) => one.name);

test("only exports that the script names, or the module itself imports, stay, and do what they did", () => {
  expect(names(small)).toEqual(["f", "g", "memory", "off"]);
  const kept = keepExports(small, "call(exports.f); grow(memory)");
  expect(names(kept)).toEqual(["f", "g", "memory"]);
  const module = new WebAssembly.Module(kept as Uint8Array<ArrayBuffer>);
  const instance = new WebAssembly.Instance(module, {
    "GOT.mem": { g: new WebAssembly.Global({ value: "i32", mutable: true }, 0) },
  });
  expect((instance.exports.f as () => number)()).toBe(7);
  expect((instance.exports.g as () => number)()).toBe(8);
});

test("a cut module is refused, not packed", () => {
  expect(() => keepExports(small.subarray(0, small.length - 14), "f")).toThrow();
});

test("of the engine's exports few hundred stay, and its code is untouched", () => {
  const engine = dirname(createRequire(import.meta.url).resolve("@duckdb/duckdb-wasm/dist/duckdb-eh.wasm"));
  const wasm = readFileSync(join(engine, "duckdb-eh.wasm"));
  const script = readFileSync(join(engine, "duckdb-browser-eh.worker.js"), "utf8");
  const kept = keepExports(wasm, script);
  expect(wasm.length - kept.length).toBeGreaterThan(7_000_000);
  // The code and the data, which follow the exports.
  expect(Buffer.from(kept.subarray(-26_000_000)).equals(wasm.subarray(-26_000_000))).toBe(true);
  const left = new Set(names(kept));
  expect(left.size).toBeLessThan(500);
  for (const called of ["malloc", "free", "duckdb_web_open", "duckdb_web_query_run_buffer", "memory"])
    if (names(wasm).includes(called)) expect(left).toContain(called);
});

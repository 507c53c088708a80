import { builtinModules } from "node:module";
import { resolve } from "node:path";
import { defineConfig } from "vite";

// Electron's main process and preload, one CommonJS file each: a sandboxed preload may not load a second file.
// PORTWITNESS_SHELL picks which, since a library build has one entry when it must not share chunks.
const root = resolve(import.meta.dirname, "..");
const part = process.env.PORTWITNESS_SHELL === "preload" ? "preload" : "main";

export default defineConfig({
  root,
  logLevel: "warn",
  build: {
    ssr: true,
    target: "node20",
    outDir: "dist",
    emptyOutDir: false,
    minify: false,
    rolldownOptions: {
      input: { [part]: resolve(root, `electron/${part}/${part}.ts`) },
      external: [...builtinModules, /^node:/, "electron"],
      output: { entryFileNames: "[name].cjs", format: "cjs", codeSplitting: false },
    },
  },
  ssr: { noExternal: true },
});

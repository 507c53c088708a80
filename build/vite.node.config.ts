import { builtinModules } from "node:module";
import { resolve } from "node:path";
import { defineConfig } from "vite";

// Everything that runs under Node: the command line, the engine, the import worker, the loopback session and the
// benchmark. Natives and packages with a binary stay outside the bundle; all else is bundled, so that `dist/` plus
// the three packages under "dependencies" is the whole program.
const root = resolve(import.meta.dirname, "..");

export default defineConfig({
  root,
  logLevel: "warn",
  build: {
    ssr: true,
    target: "node20",
    outDir: "dist",
    emptyOutDir: false,
    minify: false,
    sourcemap: false,
    rolldownOptions: {
      input: {
        cli: resolve(root, "electron/cli/cli.ts"),
        engine: resolve(root, "electron/engine/process.ts"),
        "import-worker": resolve(root, "electron/engine/import/worker.ts"),
        session: resolve(root, "electron/session/main.ts"),
        bench: resolve(root, "test/bench/bench.ts"),
        validate: resolve(root, "test/validate/validate.ts"),
      },
      external: [...builtinModules, /^node:/, /^@duckdb\//, /^@myriaddreamin\//, "electron"],
      output: { entryFileNames: "[name].js", chunkFileNames: "chunk-[name].js", format: "es" },
    },
  },
  ssr: {
    noExternal: true,
    external: ["@duckdb/node-api", "@duckdb/node-bindings", "@myriaddreamin/typst-ts-node-compiler"],
  },
});

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { gzipSync } from "fflate";
import { defineConfig, type Plugin } from "vite";
import { keepExports } from "./wasm-exports.ts";

// The exhibit's viewer: one HTML file that opens from file:// with nothing installed. Its policy names the script by
// hash, so the packing is our own. The engine's wasm is compressed by fflate, a pinned JavaScript deflate, because zlib's
// output differs between builds and the viewer is hashed in every exhibit.
const root = resolve(import.meta.dirname, "..");
/** Characters of base64 in one element: small, so that the page can work on one while the next arrives. */
const PART_CHARACTERS = 1_048_576;

export const policy = (script: string): string =>
  [
    "default-src 'none'",
    `script-src 'sha256-${createHash("sha256").update(script).digest("base64")}' 'wasm-unsafe-eval'`,
    "worker-src blob:",
    "style-src 'unsafe-inline'",
    "font-src data:",
    "img-src data:",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");

function parts(name: string, bytes: Uint8Array): string {
  const text = Buffer.from(gzipSync(bytes, { level: 9, mtime: 0 })).toString("base64");
  let html = "";
  for (let at = 0; at < text.length; at += PART_CHARACTERS) {
    const last = at + PART_CHARACTERS >= text.length ? " data-last" : "";
    html += `<script type="application/octet-stream" data-part="${name}"${last}>${text.slice(at, at + PART_CHARACTERS)}</script>\n`;
  }
  return html;
}

function pack(): Plugin {
  return {
    name: "portwitness-viewer",
    enforce: "post",
    generateBundle(_options, bundle) {
      let script = "";
      let style = "";
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type === "chunk") script += file.code;
        else if (name.endsWith(".css")) style += file.source;
        delete bundle[name];
      }
      // Neither may end its own element early.
      script = script.replaceAll("</script", "<\\/script");
      const engine = dirname(
        createRequire(import.meta.url).resolve("@duckdb/duckdb-wasm/dist/duckdb-eh.wasm"),
      );
      const worker = readFileSync(join(engine, "duckdb-browser-eh.worker.js"));
      const wasm = keepExports(readFileSync(join(engine, "duckdb-eh.wasm")), worker.toString("utf8"));
      const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Portwitness exhibit</title>
<style>${style.replaceAll("</style", "<\\/style")}</style>
</head>
<body>
<div id="root"></div>
<noscript>This page needs JavaScript, which it carries in itself. The figures also stand in report.pdf and attribution.csv beside it.</noscript>
<script>${script}</script>
${parts("worker", worker)}${parts("wasm", wasm)}<!--portwitness:data-->
</body>
</html>
`;
      this.emitFile({ type: "asset", fileName: "viewer.html", source: html });
    },
  };
}

export default defineConfig({
  root,
  logLevel: "warn",
  plugins: [react(), pack()],
  build: {
    target: "es2022",
    outDir: "dist/viewer",
    emptyOutDir: true,
    assetsInlineLimit: 10_000_000,
    cssCodeSplit: false,
    modulePreload: false,
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      input: { viewer: resolve(root, "renderer/viewer/main.tsx") },
      output: {
        format: "iife",
        codeSplitting: false,
        entryFileNames: "viewer.js",
        assetFileNames: "viewer[extname]",
      },
    },
  },
});

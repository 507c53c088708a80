import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The window's interface. Relative addresses, since it is served from app:// and from the loopback session alike.
export default defineConfig({
  root: resolve(import.meta.dirname, "../renderer"),
  logLevel: "warn",
  base: "./",
  plugins: [react()],
  build: {
    target: "chrome120",
    outDir: "../dist/renderer",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000,
  },
});

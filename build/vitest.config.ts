import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: resolve(import.meta.dirname, ".."),
  test: {
    include: [
      "test/unit/**/*.test.ts",
      "test/contract/**/*.test.ts",
      "test/crash/**/*.test.ts",
      "test/fuzz/**/*.test.ts",
    ],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Tests that start processes can meet a machine that is busy with something else; one that fails twice is broken.
    retry: process.env.CI ? 1 : 0,
    pool: "forks",
    maxWorkers: 2,
  },
});

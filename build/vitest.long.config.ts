import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

// The seeded runs that take minutes to hours; `PORTWITNESS_LONG` scales them (1 = the published figures).
export default defineConfig({
  root: resolve(import.meta.dirname, ".."),
  test: {
    include: ["test/**/*.long.ts"],
    testTimeout: 4 * 3_600_000,
    hookTimeout: 600_000,
    pool: "forks",
    maxWorkers: 2,
  },
});

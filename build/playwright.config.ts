import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "@playwright/test";

// The installed Chromium, offline and headless; the flags keep it from talking to anybody.
const root = resolve(import.meta.dirname, "..");
const chromium =
  process.env.PORTWITNESS_CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);

export default defineConfig({
  testDir: resolve(root, "test/e2e"),
  outputDir: resolve(root, ".tsc/e2e"),
  timeout: 300_000,
  expect: { timeout: 30_000 },
  workers: 1,
  // A slow machine can miss a frame; a test that fails twice is broken. The list names what passed only at its second try.
  retries: process.env.CI ? 1 : 0,
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    timezoneId: "UTC",
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
    screenshot: "off",
    trace: "off",
  },
});

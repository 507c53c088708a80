// The whole demo, and a walk through the window in a real Chromium, in a network namespace that has loopback and no
// route: nothing that either needs, or that the browser asks for in between, comes from a network.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
const work = mkdtempSync(join(tmpdir(), "portwitness-namespace-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const LOOPBACK = 'ip link set lo up && exec "$@"';
const alone = [["-n"], ["-rn"]].find(
  (flags) => spawnSync("unshare", [...flags, "sh", "-c", LOOPBACK, "sh", "true"]).status === 0,
);
const chromium = [process.env.PORTWITNESS_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"].some(
  (path) => path && existsSync(path),
);
const inside = (...words: string[]) =>
  spawnSync("unshare", [...alone!, "sh", "-c", LOOPBACK, "sh", ...words], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, PORTWITNESS_HOME: join(work, "home") },
  });

describe.skipIf(!alone || !existsSync(join(root, "dist/cli.js")))(
  "in a namespace with loopback and no route (needs unshare, ip, dist/)",
  () => {
    it("there is nothing to reach", () => {
      expect(inside("cat", "/proc/net/route").stdout.trim().split("\n")).toHaveLength(1);
      const reach =
        "fetch('http://192.0.2.1/').catch((e) => { console.log(e.cause.code); process.exit(9); })";
      expect(inside(process.execPath, "-e", reach)).toMatchObject({ status: 9, stdout: "ENETUNREACH\n" });
    });

    it("the demo is finished and verified", () => {
      const demo = inside(process.execPath, join(root, "dist/cli.js"), "demo", join(work, "demo"));
      expect(demo.stdout, demo.stderr).toContain("The demo is finished and verified.");
      expect(demo.status).toBe(0);
    });

    it.skipIf(!chromium)(
      "the job is done in the window, from the evidence to the exhibit (needs Chromium)",
      () => {
        const walk = inside(
          ...[process.execPath, join(root, "node_modules/@playwright/test/cli.js"), "test"],
          ...["--config", "build/playwright.config.ts", "--reporter=line", "test/e2e/job.spec.ts"],
        );
        expect(walk.status, `${walk.stdout}\n${walk.stderr}`).toBe(0);
        expect(walk.stdout).toMatch(/\d+ passed/);
        expect(walk.stdout).not.toMatch(/\d+ (failed|skipped)/);
      },
    );
  },
);

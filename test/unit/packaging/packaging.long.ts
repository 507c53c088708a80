// The Linux package made with a dummy in Electron's place: what our configuration packs, unpacks and switches off, twice
// with the same contents, and that what is packed does the whole demo. Electron itself is not tried here.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dummyElectron } from "./dummy";

const root = resolve(import.meta.dirname, "../../..");
const tools = join(root, "build/packaging");
const installed = existsSync(join(tools, "node_modules/electron-builder"));
const work = mkdtempSync(join(tmpdir(), "portwitness-package-"));

/** SHA-256 of every file below a folder. */
const listing = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [relative(folder, path), createHash("sha256").update(readFileSync(path)).digest("hex")]),
  );

describe.skipIf(!installed || process.platform !== "linux")(
  "the package, with a dummy for Electron (needs npm ci --ignore-scripts --prefix build/packaging)",
  () => {
    const pack = (name: string): string => {
      const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
        devDependencies: { electron: string };
      };
      dummyElectron(join(work, "electron"), devDependencies.electron);
      const done = spawnSync(process.execPath, [join(tools, "package.mjs"), "--linux", "dir", "--as-built"], {
        cwd: root,
        encoding: "utf8",
        env: {
          ...process.env,
          PORTWITNESS_ELECTRON_DIST: join(work, "electron"),
          PORTWITNESS_RELEASE: join(work, name),
          SOURCE_DATE_EPOCH: "1795000000",
        },
      });
      expect(done.status, done.stderr).toBe(0);
      expect(done.stdout).toContain("release-parts/sbom.cdx.json is valid CycloneDX");
      return join(work, name, "linux-unpacked");
    };
    let packed: string;
    beforeAll(() => {
      packed = pack("first");
    });
    afterAll(() => rmSync(work, { recursive: true, force: true }));

    it("has its fuses set: no Node, no NODE_OPTIONS, no inspector, only its own archive", () => {
      const executable = readFileSync(join(packed, "portwitness"));
      const at = executable.indexOf("dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX") + 32;
      expect([...executable.subarray(at, at + 2)]).toEqual([1, 9]);
      // RunAsNode, cookies, NODE_OPTIONS, inspect, asar integrity, only asar, snapshot, file:// privileges, wasm traps.
      expect(executable.subarray(at + 2, at + 11).toString()).toBe("000011001");
      expect(existsSync(join(packed, "resources/default_app.asar"))).toBe(false);
    });

    it("holds the program, its natives beside the archive, its licences and its bill of materials", () => {
      const files = Object.keys(listing(packed));
      for (const name of [
        "sbom.cdx.json",
        "THIRD-PARTY-LICENSES.txt",
        "LICENSE.portwitness.txt",
        "resources/app.asar",
      ])
        expect(files).toContain(name);
      const natives = files.filter((name) => /\.(node|so(\.\d+)*)$/.test(name));
      expect(natives.length).toBeGreaterThanOrEqual(3);
      expect(natives.every((name) => name.startsWith("resources/app.asar.unpacked/node_modules/"))).toBe(
        true,
      );
    });

    it("has the same contents when it is made again", () => {
      expect(listing(pack("second"))).toEqual(listing(packed));
    });

    it("does the whole demo from what is packed, and from nothing else", () => {
      const { extractAll } = createRequire(join(tools, "package.json"))("@electron/asar") as {
        extractAll(archive: string, to: string): void;
      };
      const app = join(work, "app");
      mkdirSync(app);
      extractAll(join(packed, "resources/app.asar"), app);
      cpSync(join(packed, "resources/app.asar.unpacked"), app, { recursive: true });
      expect(readdirSync(app).sort()).toEqual(["dist", "node_modules", "package.json"]);
      const demo = spawnSync(process.execPath, [join(app, "dist/cli.js"), "demo", join(work, "demo")], {
        encoding: "utf8",
        env: { ...process.env, PORTWITNESS_HOME: join(work, "home") },
      });
      expect(demo.stderr).toBe("");
      expect(demo.stdout).toContain("0 wrong");
      expect(demo.stdout).toContain("The demo is finished and verified.");
      expect(demo.status).toBe(0);
    });
  },
);

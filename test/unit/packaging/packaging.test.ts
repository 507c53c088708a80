// What a release says of itself: a bill of materials of what is shipped and nothing else, every part's licence, and sums
// that sha256sum and openssl alone can check.
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { SUMS, writeManifest } from "../../../build/packaging/manifest.mjs";
import { billOfMaterials, licenceTexts, shippedPackages } from "../../../build/packaging/sbom.mjs";

const root = resolve(import.meta.dirname, "../../..");
const work = mkdtempSync(join(tmpdir(), "portwitness-release-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const built = ["node", "window", "viewer", "main", "preload"].every((part) =>
  existsSync(join(root, "dist", `.built-${part}.json`)),
);

describe.skipIf(!built)("the bill of materials (needs dist/)", () => {
  const shipped = built ? shippedPackages() : [];
  const seconds = 1_795_000_000;
  const bom = built ? billOfMaterials(shipped, seconds) : null;

  it("names what is bundled and what is packed beside it, and no tool of the build or the tests", () => {
    const names = new Set(bom!.components.map((one) => one.name));
    for (const name of [
      "electron",
      "react",
      "ag-grid-community",
      "valibot",
      "ws",
      "@duckdb/duckdb-wasm",
      "fflate",
    ])
      expect(names, name).toContain(name);
    expect(names).toContain("@duckdb/node-bindings");
    for (const name of ["vite", "vitest", "typescript", "@playwright/test", "fast-check", "knip"])
      expect(names, name).not.toContain(name);
    expect(bom!.components).toHaveLength(shipped.length);
    const refs = new Set(bom!.dependencies.map((one) => one.ref));
    for (const { dependsOn } of bom!.dependencies) for (const ref of dependsOn) expect(refs).toContain(ref);
  });

  it("is the same for the same sources, and another for another time", () => {
    expect(billOfMaterials(shipped, seconds)).toEqual(bom);
    expect(billOfMaterials(shipped, seconds + 1).serialNumber).not.toBe(bom!.serialNumber);
    expect(JSON.stringify(bom)).not.toContain(root);
  });

  it("has a licence for every part", () => {
    const texts = licenceTexts(bom!);
    for (const one of bom!.components) expect(texts).toContain(`\n${one.name} ${one.version}\n`);
    expect(() => licenceTexts({ ...bom!, components: [{ name: "@none/such", version: "1" }] })).toThrow(
      "no licence",
    );
  });
});

describe("a release's checksums", () => {
  it("are checked by sha256sum, and their signature by openssl; a changed file and a changed sum are found", () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const key = join(mkdtempSync(join(work, "key-")), "release-key.pem");
    writeFileSync(key, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    const folder = mkdtempSync(join(work, "out-"));
    writeFileSync(join(folder, "portwitness.deb"), "a package");
    writeFileSync(join(folder, "sbom.cdx.json"), "{}");
    writeFileSync(join(folder, "builder-debug.yml"), "where it was built");
    expect(writeManifest(folder, key)).toEqual(["portwitness.deb", "sbom.cdx.json"]);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining([SUMS, `${SUMS}.sig`, "release.pem"]));
    expect(readFileSync(join(folder, "release.pem"), "utf8")).not.toContain("PRIVATE");

    const sums = () => spawnSync("sha256sum", ["-c", SUMS], { cwd: folder }).status;
    const words = ["pkeyutl", "-verify", "-pubin", "-inkey", "release.pem", "-rawin", "-in", SUMS];
    const signature = () =>
      spawnSync("openssl", [...words, "-sigfile", `${SUMS}.sig`], { cwd: folder }).status;
    expect(sums()).toBe(0);
    expect(signature()).toBe(0);
    writeFileSync(join(folder, "portwitness.deb"), "another");
    expect(sums()).not.toBe(0);
    writeManifest(folder);
    expect(sums()).toBe(0);
    expect(signature()).not.toBe(0);
  });
});

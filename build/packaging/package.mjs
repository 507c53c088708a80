// `npm run package [-- --linux|--win|--mac [TARGET] [--as-built]]`: builds (or takes dist/ as it is), writes the bill of materials and the licences, packs, and signs
// the checksums. Its tools are installed apart: npm ci --prefix build/packaging. PORTWITNESS_RELEASE_KEY names the key.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeManifest } from "./manifest.mjs";
import { writeParts } from "./sbom.mjs";

const root = resolve(import.meta.dirname, "../..");
process.chdir(root);
const say = (text) => process.stdout.write(`${text}\n`);
const out = resolve(process.env.PORTWITNESS_RELEASE ?? "release");

if (!existsSync(join(import.meta.dirname, "node_modules/electron-builder"))) {
  say("The packaging tools are not installed. Run: npm ci --ignore-scripts --prefix build/packaging");
  process.exit(2);
}
// The time of the sources, not of the build: the same sources give the same contents.
const seconds = Number(
  process.env.SOURCE_DATE_EPOCH ??
    execFileSync("git", ["log", "-1", "--format=%ct"], { cwd: root, encoding: "utf8" }).trim(),
);
process.env.SOURCE_DATE_EPOCH = String(seconds);
const asBuilt = process.argv.includes("--as-built");
if (!asBuilt) execFileSync(process.execPath, ["build/prepare.mjs"], { cwd: root, stdio: "inherit" });

const parts = join(root, "release-parts");
rmSync(parts, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
try {
  const bom = writeParts(parts, seconds);
  execFileSync(process.execPath, ["build/packaging/validate-sbom.mjs", "release-parts/sbom.cdx.json"], {
    stdio: "inherit",
  });
  const { build, Platform, createTargets } = (await import("electron-builder")).default;
  const { default: config } = await import("./builder.mjs");
  const words = process.argv.slice(2).filter((word) => word !== "--as-built");
  const flags = { "--linux": Platform.LINUX, "--win": Platform.WINDOWS, "--mac": Platform.MAC };
  const platforms = words.filter((word) => word in flags).map((word) => flags[word]);
  const targets = words.filter((word) => !(word in flags));
  await build({
    projectDir: root,
    config,
    publish: "never",
    targets: createTargets(
      platforms.length > 0 ? platforms : [Platform.current()],
      targets[0] ?? null,
      "x64",
    ),
  });
  writeFileSync(join(out, "sbom.cdx.json"), `${JSON.stringify(bom, null, 2)}\n`);
  const key = process.env.PORTWITNESS_RELEASE_KEY;
  const names = writeManifest(out, key);
  say(
    `${names.length} files in ${out}, summed in SHA256SUMS${key ? " and signed" : "; not signed: PORTWITNESS_RELEASE_KEY names no key"}.`,
  );
} finally {
  rmSync(parts, { recursive: true, force: true });
}

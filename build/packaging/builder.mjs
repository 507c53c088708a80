// electron-builder's configuration, for Linux (AppImage, deb), Windows (installer, portable zip) and macOS (dmg, zip).
// What is packed is dist/ and the packages with native code; the fuses are set and read back in after-pack.mjs.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import afterPack from "./after-pack.mjs";

const root = resolve(import.meta.dirname, "../..");
const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** electron-builder fills in what stands as ${name}; the version goes with every name. */
const named = (pattern) => `portwitness-{version}-${pattern}`.replace(/\{(\w+)\}/g, "$${$1}");

/** @type {import("electron-builder").Configuration} */
export default {
  appId: "portwitness",
  productName: "Portwitness",
  copyright: "The Portwitness contributors. Apache-2.0.",
  electronVersion: devDependencies.electron,
  // A folder with Electron unpacked, where it cannot be downloaded: an offline build machine.
  ...(process.env.PORTWITNESS_ELECTRON_DIST ? { electronDist: process.env.PORTWITNESS_ELECTRON_DIST } : {}),
  directories: { output: process.env.PORTWITNESS_RELEASE ?? "release", buildResources: "build/packaging" },
  // Prebuilt natives come with their packages; nothing is compiled on the build machine.
  npmRebuild: false,
  nodeGypRebuild: false,
  files: [
    "dist/**",
    "!dist/.built-*",
    "!dist/bench*",
    "!dist/validate*",
    "!**/*.{d.ts,d.cts,d.mts,map,md}",
    "!build/**",
    "!docs/**",
    "!test/**",
  ],
  extraFiles: [
    { from: "release-parts/sbom.cdx.json", to: "sbom.cdx.json" },
    { from: "release-parts/THIRD-PARTY-LICENSES.txt", to: "THIRD-PARTY-LICENSES.txt" },
    { from: "LICENSE", to: "LICENSE.portwitness.txt" },
  ],
  asar: true,
  // A library is loaded by the system's loader, which knows no archive: each native package lies beside it whole.
  asarUnpack: [
    "node_modules/@duckdb/node-bindings-*/**",
    "node_modules/@myriaddreamin/typst-ts-node-compiler-*/**",
  ],
  // No publisher, no updater: the program asks no server for anything.
  publish: null,
  afterPack,
  linux: {
    executableName: "portwitness",
    category: "Science",
    synopsis: "Names the subscriber behind a shared IP address and port",
    target: ["AppImage", "deb"],
  },
  deb: {
    depends: ["libgtk-3-0", "libnss3", "libasound2 | libasound2t64", "libgbm1"],
    packageName: "portwitness",
  },
  appImage: { artifactName: named("{arch}.AppImage") },
  win: { executableName: "portwitness", target: ["nsis", "zip"] },
  nsis: {
    oneClick: false,
    perMachine: false,
    allowToChangeInstallationDirectory: true,
    artifactName: named("{arch}-setup.{ext}"),
  },
  mac: {
    executableName: "portwitness",
    category: "public.app-category.utilities",
    target: ["dmg", "zip"],
    hardenedRuntime: true,
  },
  artifactName: named("{os}-{arch}.{ext}"),
};

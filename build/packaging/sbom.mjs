// What a release consists of: a CycloneDX bill of materials and the licence texts of every part. `npm sbom` knows the
// packages from the lockfile; which of them are shipped, the build knows (dist/.built-*.json) and the lockfile's own
// runtime packages. Electron and Chromium come as a whole with their own licence files. Same sources, same bytes.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const read = (file) => JSON.parse(readFileSync(join(root, file), "utf8"));

/** name@version of every package that is shipped, in order. */
export function shippedPackages() {
  const shipped = new Set();
  const stamps = readdirSync(join(root, "dist")).filter((name) => /^\.built-.*\.json$/.test(name));
  if (stamps.length === 0) throw new Error("dist/ is not built: npm run build");
  for (const stamp of stamps) {
    const { packages } = read(join("dist", stamp));
    if (!packages) throw new Error(`dist/${stamp} names no packages: npm run build`);
    for (const one of packages) shipped.add(one);
  }
  for (const [path, entry] of Object.entries(read("package-lock.json").packages)) {
    const at = path.lastIndexOf("node_modules/");
    // Another platform's natives are not installed here, and are not packed.
    const packed = at >= 0 && !entry.dev && !entry.devOptional && existsSync(join(root, path));
    if (packed) shipped.add(`${path.slice(at + 13)}@${entry.version}`);
  }
  shipped.add(`electron@${read("package.json").devDependencies.electron}`);
  return [...shipped].sort();
}

/** The bill of materials, as an object. `seconds`: of the sources (SOURCE_DATE_EPOCH), so that it can be made again. */
export function billOfMaterials(shipped, seconds) {
  const all = JSON.parse(
    execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"], {
      cwd: root,
      encoding: "utf8",
      maxBuffer: 64 << 20,
      shell: process.platform === "win32",
    }),
  );
  const wanted = new Set(shipped);
  const components = all.components
    .filter((one) => wanted.has(`${one.name}@${one.version}`))
    .map((one) => ({ ...one, scope: "required", properties: [] }))
    .sort((a, b) => (a["bom-ref"] < b["bom-ref"] ? -1 : 1));
  const known = new Set(components.map((one) => `${one.name}@${one.version}`));
  const missing = shipped.filter((one) => !known.has(one));
  if (missing.length > 0)
    throw new Error(`The lockfile does not know what is shipped: ${missing.join(", ")}`);
  const refs = new Set([all.metadata.component["bom-ref"], ...components.map((one) => one["bom-ref"])]);
  const bom = {
    ...all,
    metadata: {
      ...all.metadata,
      timestamp: new Date(seconds * 1000).toISOString(),
      lifecycles: [{ phase: "build" }],
      component: { ...all.metadata.component, type: "application", name: "portwitness" },
    },
    components,
    dependencies: all.dependencies
      .filter((one) => refs.has(one.ref))
      .map((one) => ({ ...one, dependsOn: (one.dependsOn ?? []).filter((ref) => refs.has(ref)).sort() }))
      .sort((a, b) => (a.ref < b.ref ? -1 : 1)),
  };
  const hash = createHash("sha256")
    .update(JSON.stringify({ ...bom, serialNumber: "" }))
    .digest("hex");
  // A version 8 UUID (RFC 9562): the digest's bits, so that the same content has the same number.
  const uuid = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
  return { ...bom, serialNumber: `urn:uuid:${uuid}` };
}

const LICENCE_FILE = /^(licen[cs]e|notice|copying|ofl|copyright)([.-].*)?$/i;

/** Every shipped package with its licence and the texts that it carries. */
export function licenceTexts(bom) {
  const parts = [
    "The parts of Portwitness that others wrote, each with its licence. Electron and Chromium carry theirs in\nLICENSE.electron.txt and LICENSES.chromium.html beside this file.\n",
  ];
  for (const one of bom.components) {
    const names = (one.licenses ?? []).map((l) => l.license?.id ?? l.license?.name ?? l.expression);
    const folder = join(root, "node_modules", one.name);
    const texts = existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => LICENCE_FILE.test(name))
          .sort()
          .map((name) => readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n").trim())
      : [];
    const head = `${one.name} ${one.version}\nLicence: ${names.join(", ") || "see the text below"}`;
    if (names.length === 0 && texts.length === 0)
      throw new Error(`${one.name} has no licence that is known.`);
    parts.push([head, ...texts].join("\n\n"));
  }
  return `${parts.join(`\n\n${"=".repeat(80)}\n\n`)}\n`;
}

/** Writes both into a folder. */
export function writeParts(folder, seconds) {
  const bom = billOfMaterials(shippedPackages(), seconds);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "sbom.cdx.json"), `${JSON.stringify(bom, null, 2)}\n`);
  writeFileSync(join(folder, "THIRD-PARTY-LICENSES.txt"), licenceTexts(bom));
  return bom;
}

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

interface Entry {
  readonly version?: string;
  readonly optionalDependencies?: Record<string, string>;
}
const root = resolve(import.meta.dirname, "../../..");
const read = <T>(file: string): T => JSON.parse(readFileSync(resolve(root, file), "utf8")) as T;

describe("the lockfile", () => {
  const { packages } = read<{ packages: Record<string, Entry> }>("package-lock.json");

  // npm drops what a registry does not serve for this machine's platform, and `npm ci` then refuses everywhere.
  it("holds every platform's optional packages, with their versions", () => {
    const known = new Set(
      Object.keys(packages).map((path) => path.slice(path.lastIndexOf("node_modules/") + 13)),
    );
    const missing = Object.values(packages).flatMap((entry) =>
      Object.keys(entry.optionalDependencies ?? {}).filter((name) => !known.has(name)),
    );
    expect(missing).toEqual([]);
    expect(Object.entries(packages).filter(([path, entry]) => path !== "" && !entry.version)).toEqual([]);
  });

  it("names no registry, so that an offline mirror serves as well", () => {
    expect(readFileSync(resolve(root, "package-lock.json"), "utf8")).not.toMatch(/"resolved": "https?:/);
  });

  it("pins exactly what package.json asks for", () => {
    type Manifest = { dependencies: Record<string, string>; devDependencies: Record<string, string> };
    const { dependencies, devDependencies } = read<Manifest>("package.json");
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect(version, name).toMatch(/^\d/);
      expect(packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
  });
});

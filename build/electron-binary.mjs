// Where Electron's executable is, without asking its package: `require("electron")` starts a download where the binary is
// missing, and this program fetches nothing at run time. The package writes path.txt once it has one.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** `{path}`, or `{reason}` why there is none. */
export function electronBinary() {
  let home;
  try {
    home = dirname(createRequire(import.meta.url).resolve("electron/package.json"));
  } catch {
    return { reason: "Electron is not installed" };
  }
  const missing = { reason: "Electron's package is here, but its binary was never downloaded" };
  const note = join(home, "path.txt");
  if (!existsSync(note)) return missing;
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(home, "dist");
  const path = join(folder, readFileSync(note, "utf8"));
  return existsSync(path) ? { path } : missing;
}

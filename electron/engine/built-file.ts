// Where the build's files lie: beside the bundle that runs, or in dist/ where the sources run directly (tests).
import { resolve } from "node:path";

const here = import.meta.dirname;

/** Absolute path of a file of dist/. */
export const builtFile = (name: string): string =>
  import.meta.url.endsWith(".ts") ? resolve(here, "../../dist", name) : resolve(here, name);

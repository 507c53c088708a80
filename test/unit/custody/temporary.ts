// A home for keys and a folder for cases that last as long as the tests of a file.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";

/** Sets PORTWITNESS_HOME for the file's tests; returns a function that names a path in the temporary folder. */
export function temporaryHome(): (name: string) => string {
  let folder = "";
  let before: string | undefined;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "portwitness-custody-"));
    before = process.env.PORTWITNESS_HOME;
    process.env.PORTWITNESS_HOME = join(folder, "home");
  });
  afterAll(() => {
    if (before === undefined) delete process.env.PORTWITNESS_HOME;
    else process.env.PORTWITNESS_HOME = before;
    rmSync(folder, { recursive: true, force: true });
  });
  return (name) => join(folder, name);
}

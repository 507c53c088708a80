// The layers of the program are held by the compiler and by dependency-cruiser. These tests write files that break each
// rule into a folder of their own, and see the rule named: a rule that no longer bites fails here.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
let folder: string;

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "portwitness-layers-")));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

describe("dependency-cruiser", () => {
  let violations: readonly Violation[] = [];
  beforeAll(() => {
    write({
      ...Object.fromEntries(
        ["electron", "react", "valibot"].flatMap((name) => [
          [
            `node_modules/${name}/package.json`,
            `{"name": "${name}", "version": "1.0.0", "main": "index.js"}`,
          ],
          [`node_modules/${name}/index.js`, "module.exports = {};"],
        ]),
      ),
      "package.json": `{"dependencies": {"electron": "1.0.0", "react": "1.0.0", "valibot": "1.0.0"}}`,
      // What is allowed.
      "shared/good.ts": `import "valibot";\nexport const one = 1;`,
      "electron/engine/good.ts": `import "node:fs";\nimport { one } from "../../shared/good";\nexport const two = one + 1;`,
      "renderer/good.ts": `import "react";\nimport { one } from "../shared/good";\nexport const three = one + 2;`,
      "electron/main/good.ts": `import "electron";\nimport { served } from "../engine/protocol";\nexport const window = served;`,
      "electron/engine/protocol.ts": `export const served = 1;`,
      "electron/cli/demo.ts": `import { world } from "../../test/simulate/world";\nexport const demo = world;`,
      "test/simulate/world.ts": `export const world = 1;`,
      "shared/knows-a.ts": `import type { B } from "./knows-b";\nexport interface A { b: B | null }`,
      "shared/knows-b.ts": `import type { A } from "./knows-a";\nexport interface B { a: A | null }`,
      // What is not.
      "shared/circle-a.ts": `import { b } from "./circle-b";\nexport const a = (): unknown => b;`,
      "shared/circle-b.ts": `import { a } from "./circle-a";\nexport const b = (): unknown => a;`,
      "shared/reads-files.ts": `import { readFileSync } from "node:fs";\nexport const read = readFileSync;`,
      "shared/draws.ts": `import "react";`,
      "shared/reaches-engine.ts": `import { two } from "../electron/engine/good";\nexport const t = two;`,
      "renderer/reaches-engine.ts": `import { two } from "../electron/engine/good";\nexport const t = two;`,
      "electron/engine/draws.ts": `import { three } from "../../renderer/good";\nexport const t = three;`,
      "electron/engine/simulates.ts": `import { world } from "../../test/simulate/world";\nexport const w = world;`,
      "electron/engine/opens-window.ts": `import "electron";`,
      "renderer/opens-window.ts": `import "electron";`,
      "electron/main/queries.ts": `import { two } from "../engine/good";\nexport const t = two;`,
      "electron/preload/queries.ts": `import { two } from "../engine/good";\nexport const t = two;`,
      "test/simulate/peeks.ts": `import { one } from "../../shared/good";\nexport const p = one;`,
      "electron/engine/dangles.ts": `import { gone } from "./gone";\nexport const g = gone;`,
    });
    const cruise = spawnSync(
      process.execPath,
      [
        join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs"),
        "--config",
        join(root, "build/dependency-cruiser.cjs"),
        "--output-type",
        "json",
        "shared",
        "electron",
        "renderer",
        "test",
      ],
      { cwd: folder, encoding: "utf8", maxBuffer: 64_000_000 },
    );
    expect(cruise.stderr).toBe("");
    violations = (JSON.parse(cruise.stdout) as { summary: { violations: Violation[] } }).summary.violations;
  });

  const rulesBrokenBy = (file: string) => violations.filter((v) => v.from === file).map((v) => v.rule.name);

  it.each([
    ["no-circles", "shared/circle-a.ts"],
    ["shared-is-pure", "shared/reads-files.ts"],
    ["shared-is-pure", "shared/draws.ts"],
    ["shared-is-pure", "shared/reaches-engine.ts"],
    ["renderer-not-electron", "renderer/reaches-engine.ts"],
    ["electron-not-renderer", "electron/engine/draws.ts"],
    ["product-not-test", "electron/engine/simulates.ts"],
    ["only-the-shell-imports-electron", "electron/engine/opens-window.ts"],
    ["only-the-shell-imports-electron", "renderer/opens-window.ts"],
    ["sql-and-files-in-engine-only", "electron/main/queries.ts"],
    ["sql-and-files-in-engine-only", "electron/preload/queries.ts"],
    ["simulator-shares-nothing", "test/simulate/peeks.ts"],
    ["no-unresolvable", "electron/engine/dangles.ts"],
  ])("%s bites on %s", (rule, file) => {
    expect(rulesBrokenBy(file)).toContain(rule);
  });

  it("lets everything through that keeps to the layers", () => {
    expect(violations.filter((v) => /(good|demo|knows-[ab])\.ts$/.test(v.from))).toEqual([]);
  });
});

describe("the compiler", () => {
  const compile = (project: string, text: string): string => {
    write({
      "probe/tsconfig.json": JSON.stringify({
        extends: join(root, project, "tsconfig.json"),
        compilerOptions: {
          rootDir: ".",
          outDir: "out",
          tsBuildInfoFile: "out/info",
          composite: false,
          emitDeclarationOnly: false,
        },
        include: ["probe.ts"],
        references: [],
      }),
      "probe/probe.ts": text,
    });
    const done = spawnSync(
      process.execPath,
      [join(root, "node_modules/typescript/bin/tsc"), "-p", join(folder, "probe"), "--noEmit"],
      { encoding: "utf8" },
    );
    return done.stdout;
  };

  it.each([
    ["Node", "export const home = process.env;", "process"],
    ["the DOM", "export const title = document.title;", "document"],
    [
      "a module of Node",
      `import { readFileSync } from "node:fs";\nexport const read = readFileSync;`,
      "node:fs",
    ],
    ["a timer", "setTimeout(() => {}, 1);\nexport {};", "setTimeout"],
  ])("keeps %s out of shared/", (_, text, named) => {
    expect(compile("shared", text)).toContain(named);
  });

  it("keeps Node and the DOM out of the simulator", () => {
    expect(compile("test/simulate", "export const home = process.env;")).toContain("process");
    expect(compile("test/simulate", "export const title = document.title;")).toContain("document");
  });

  it("treats an element that may be absent as absent", () => {
    expect(compile("shared", "export const first = (list: string[]): string => list[0];")).toContain(
      "undefined",
    );
  });

  it("lets pure code through", () => {
    expect(compile("shared", "export const sum = (a: number, b: number): number => a + b;")).toBe("");
  });
});

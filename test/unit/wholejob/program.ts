// The program as a user has it: `node dist/cli.js` in a process of its own, over a generated world whose truth is known.
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { demoWorld } from "../../simulate/demo";
import type { World } from "../../simulate/world";

const root = resolve(import.meta.dirname, "../../..");
// A copy of its own, where the packages beside dist/ are found too: an exhibit is a function of the program's version,
// and another build of the tree must not change the program halfway through a case.
const frozen = mkdtempSync(join(tmpdir(), "portwitness-program-"));
const cli = join(frozen, "dist", "cli.js");
process.on("exit", () => rmSync(frozen, { recursive: true, force: true }));

/** Brings dist/ up to date with the sources, so that no test passes on an earlier build, and takes the copy. */
export function build(): void {
  execFileSync(process.execPath, [join(root, "build/prepare.mjs"), "--only", "node"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  cpSync(join(root, "dist"), join(frozen, "dist"), { recursive: true });
  if (!existsSync(join(frozen, "node_modules")))
    symlinkSync(join(root, "node_modules"), join(frozen, "node_modules"));
}

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Program {
  readonly folder = mkdtempSync(join(tmpdir(), "portwitness-job-"));
  readonly home = join(this.folder, "home");

  run(words: readonly string[], env: Record<string, string> = {}, cwd = this.folder): Run {
    const inherited = { ...process.env };
    delete inherited.PORTWITNESS_EXAMINER;
    const done = spawnSync(process.execPath, [cli, ...words], {
      cwd,
      encoding: "utf8",
      maxBuffer: 256_000_000,
      env: { ...inherited, PORTWITNESS_HOME: this.home, ...env },
    });
    return { status: done.status, stdout: done.stdout, stderr: done.stderr };
  }

  /** Runs what must succeed. */
  ok(words: readonly string[], env: Record<string, string> = {}, cwd?: string): string {
    const done = this.run(words, env, cwd);
    if (done.status !== 0) {
      throw new Error(`portwitness ${words.join(" ")}: exit ${done.status}\n${done.stderr}\n${done.stdout}`);
    }
    return done.stdout;
  }

  /** One JSON object. */
  json<T = Record<string, unknown>>(words: readonly string[]): T {
    return JSON.parse(this.ok([...words, "--json"])) as T;
  }

  /** JSON Lines. */
  lines<T = Record<string, unknown>>(words: readonly string[]): T[] {
    return jsonLines<T>(this.ok([...words, "--json"]));
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** Writes a world's files and returns the words that add each to a case. */
  receive(world: World, folder = "evidence"): { add: (casePath: string) => string[][]; paths: string[] } {
    mkdirSync(this.path(folder), { recursive: true });
    const paths: string[] = [];
    for (const file of world.files) {
      paths.push(this.path(folder, file.name));
      writeFileSync(this.path(folder, file.name), file.content);
    }
    return {
      paths,
      add: (casePath) =>
        world.files.map((file) => {
          const { as, role, format, layout, map, zone, year, extent, window } = file.add;
          const words = ["add", casePath, this.path(folder, file.name), "--as", as, "--role", role];
          if (format) words.push("--format", format);
          if (layout) words.push("--layout", layout);
          if (map)
            words.push(
              "--map",
              Object.entries(map)
                .map(([k, column]) => `${k}="${column}"`)
                .join(","),
            );
          if (zone) words.push("--zone", zone);
          if (year) words.push("--year", String(year));
          if (extent) words.push("--extent", extent);
          if (window) words.push("--window", window);
          return words;
        }),
    };
  }

  /** A case of one world with its evidence added, up to but not including calibration. */
  caseOf(world: World, name: string): string {
    const path = this.path(name);
    this.ok(["new", path, "--title", "The whole job", "--examiner", "A. Weber"]);
    for (const words of this.receive(world, `${name}-evidence`).add(path)) this.ok(words);
    return path;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const world = (seed: number): World => demoWorld(seed);

export const jsonLines = <T = Record<string, unknown>>(text: string): T[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);

/** Every file below a folder with its bytes, by its path in it. */
export function contents(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const found = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(found.map((path) => [relative(folder, path), readFileSync(path)]));
}

/** The stand-alone verifier of a bag, run by Node alone. */
export function standalone(
  bag: string,
  args: readonly string[] = [],
  verifier = join(bag, "data", "verify.mjs"),
): Run {
  const done = spawnSync(process.execPath, [verifier, bag, ...args], { encoding: "utf8" });
  return { status: done.status, stdout: done.stdout, stderr: done.stderr };
}

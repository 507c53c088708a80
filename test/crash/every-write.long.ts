// The whole program (the built command line) killed at every call by which an act writes: each write, sync, rename and
// removal, of the database's own code too, as strace counts them. After each kill the ledger verifies, the case opens,
// the act is there in whole or not at all, and the same act goes through. Every point is named by call, file and number;
// the state after one is the state before the next. PORTWITNESS_LONG scales how many are tried (1 = every one).
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const CALLS = ["write", "pwrite64", "fsync", "ftruncate", "rename", "unlink", "mkdir"] as const;
const SHARE = Number(process.env.PORTWITNESS_LONG ?? "1");

const work = mkdtempSync(join(tmpdir(), "portwitness-writes-"));
const home = join(work, "home");
// A copy of the built program: a build meanwhile would change it between two runs.
const built = existsSync(join(root, "dist/cli.js"));
const cli = join(work, "dist/cli.js");
const env = { ...process.env, PORTWITNESS_HOME: home };
const traces = spawnSync("strace", ["-qq", "-o", "/dev/null", "true"]).status === 0;

const program = (...args: string[]) => spawnSync(process.execPath, [cli, ...args], { env, encoding: "utf8" });
const traced = (log: string, inject: readonly string[], args: readonly string[]) =>
  spawnSync(
    "strace",
    [
      "-f",
      "-qq",
      "-y",
      "-o",
      log,
      "-e",
      `trace=${CALLS.join(",")}`,
      ...inject,
      process.execPath,
      cli,
      ...args,
    ],
    { env, encoding: "utf8" },
  );

interface Act {
  readonly name: string;
  readonly of: (path: string) => string[];
  /** The act is done: what a case that has it lists. */
  readonly done: (path: string) => boolean;
}
const sources = (path: string): string[] => {
  const listed = program("sources", path, "--json");
  expect(listed.status, listed.stderr).toBe(0);
  return [...listed.stdout.matchAll(/"source":"([^"]+)"/g)].map((m) => m[1]!);
};

/** Calls on files of the case in a trace, each named by call, file and its number there. */
function points(log: string, path: string): string[] {
  const counts = new Map<string, number>();
  const out: string[] = [];
  for (const line of readFileSync(log, "utf8").split("\n")) {
    const call = /^\d+ +(\w+)\((.*)/.exec(line);
    const text = call?.[2] ?? "";
    const at = text.indexOf(path);
    if (!call || at < 0) continue;
    const file = text
      .slice(at + path.length)
      .replace(/[">,) ].*/, "")
      .replace(/\d{2,}/g, "N");
    const key = `${call[1]} ${file}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    out.push(`${key} ${counts.get(key)}`);
  }
  return out;
}

describe.skipIf(!traces || !built)(
  "the program killed at each of its writes (needs strace, and dist/)",
  () => {
    const pristine = join(work, "pristine.case");
    const web = join(work, "web.log");
    const nat = join(work, "nat.csv");
    const acts: readonly Act[] = [
      {
        name: "add a server log",
        of: (path) => ["add", path, web, "--as", "web", "--layout", "%h:%{remote}p %l %u %t", "--json"],
        done: (path) => sources(path).includes("web"),
      },
      {
        name: "add an operator's table",
        of: (path) => [
          ...["add", path, nat, "--as", "nat", "--role", "nat", "--copy", "--json"],
          ...["--map", "from=from,to=to,publicIp=public,portLow=low,portHigh=high,subscriber=line"],
        ],
        done: (path) => sources(path).includes("nat"),
      },
    ];

    beforeAll(() => {
      mkdirSync(home, { recursive: true });
      cpSync(join(root, "dist"), join(work, "dist"), { recursive: true });
      symlinkSync(join(root, "node_modules"), join(work, "node_modules"));
      const lines = Array.from(
        { length: 500 },
        (_, i) =>
          `198.51.100.${i % 9}:${2000 + i} - - [24/Nov/2026:05:${String(i % 60).padStart(2, "0")}:00 +0000]\n`,
      );
      writeFileSync(web, lines.join(""));
      const rows = Array.from(
        { length: 300 },
        (_, i) =>
          `2026-11-24T04:00:00Z,2026-11-24T07:00:00Z,198.51.100.${i % 9},${1024 + 64 * i},${1087 + 64 * i},L-${i}\n`,
      );
      writeFileSync(nat, `from,to,public,low,high,line\n${rows.join("")}`);
      expect(program("new", pristine, "--title", "Kills", "--examiner", "Ada").status).toBe(0);
    });
    afterAll(() => rmSync(work, { recursive: true, force: true }));

    it.each(acts)("$name", async (act) => {
      const whole = join(work, "whole.case");
      cpSync(pristine, whole, { recursive: true });
      const log = join(work, "whole.trace");
      expect(traced(log, [], act.of(whole)).status).toBe(0);
      const all = points(log, whole);
      rmSync(whole, { recursive: true });

      const killed = new Set<string>();
      for (const call of CALLS) {
        // strace counts each thread's calls apart, and other files' too: go on until the act is no longer killed.
        const step = Math.max(1, Math.round(1 / SHARE));
        for (let n = 1; ; n += step) {
          const path = join(work, `${acts.indexOf(act)}-${call}-${n}.case`);
          cpSync(pristine, path, { recursive: true });
          const trace = join(work, "killed.trace");
          const run = traced(trace, ["-e", `inject=${call}:signal=SIGKILL:when=${n}`], act.of(path));
          const acknowledged = run.status === 0;
          if (!acknowledged) {
            const last = points(trace, path).at(-1);
            if (last !== undefined) killed.add(last);
          }
          const where = `${call} ${n}: ${readFileSync(trace, "utf8").split("\n").slice(-3).join(" / ")}`;
          const verified = program("verify", path, "--json");
          expect(verified.stdout, `${where} ${verified.stderr}`).toMatch(/"ok":true/);
          const done = act.done(path);
          if (acknowledged) expect(done, where).toBe(true);
          // Again: it goes through where it was not done, and is refused as a repeat where it was.
          expect(program(...act.of(path)).status, where).toBe(done ? 2 : 0);
          expect(act.done(path), where).toBe(true);
          expect(program("verify", path, "--json").stdout, where).toMatch(/"ok":true/);
          rmSync(path, { recursive: true });
          if (acknowledged) break;
        }
      }
      process.stdout.write(`${act.name}: ${all.length} writes, killed at ${killed.size} named points\n`);
      expect(killed.size).toBeGreaterThan(SHARE < 1 ? 0 : 40);
    });
  },
);

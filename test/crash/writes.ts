// Every call by which an act changes a file, by name, and the program killed or refused at one of them. ./writes.c is
// compiled here and preloaded into the command line (the whole program) or into the engine alone; Linux with gcc has it.
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
import { startChildEngine } from "../../electron/engine/child-engine";
import { connect } from "../../shared/contract/client";
import type { OperationName } from "../../shared/contract/contract";
import { ProductError } from "../../shared/errors";

const root = resolve(import.meta.dirname, "../..");
export const work = mkdtempSync(join(tmpdir(), "portwitness-writes-"));
export const clear = (): void => rmSync(work, { recursive: true, force: true });

const shim = join(work, "writes.so");
const compiled =
  process.platform === "linux" &&
  spawnSync("gcc", [
    "-shared",
    "-fPIC",
    "-O1",
    "-o",
    shim,
    join(import.meta.dirname, "writes.c"),
    "-ldl",
    "-lpthread",
  ]).status === 0;
const built = existsSync(join(root, "dist/cli.js")) && existsSync(join(root, "dist/engine.js"));
/** Why these tests cannot run here, or null. */
export const missing: string | null = !compiled
  ? "needs Linux with gcc"
  : !built
    ? "needs dist/: npm run build"
    : null;

// A copy of the built program, since a build meanwhile would change it between two runs.
const dist = join(work, "dist");
if (missing === null) {
  cpSync(join(root, "dist"), dist, { recursive: true });
  symlinkSync(join(root, "node_modules"), join(work, "node_modules"));
}

/** All that an act changes lies below this folder: the case, the examiners' keys, and what leaves the lab. */
export const run = join(work, "run");
export const casePath = join(run, "test.case");
export const out = join(run, "out/exhibit");
const web = join(work, "web.log");
const nat = join(work, "nat.csv");
const UNDER = [
  `case=${casePath}`,
  `keys=${join(run, "home")}`,
  `out=${join(run, "out")}`,
  `place=${run}`,
].join(":");

export interface Act {
  readonly name: string;
  readonly operation: OperationName;
  readonly request: Record<string, unknown>;
  /** The same act for the command line. */
  readonly words: readonly string[];
  /** Makes the act possible once more where it is there already. */
  readonly again: Record<string, unknown>;
}

const MAP = {
  from: "from",
  to: "to",
  publicIp: "public",
  portLow: "low",
  portHigh: "high",
  subscriber: "line",
};
const LAYOUT = "%h:%{remote}p %l %u %t";
const act = (
  name: string,
  operation: OperationName,
  request: Record<string, unknown>,
  words: readonly string[],
  again: Record<string, unknown> = {},
): Act => ({
  name,
  operation,
  request: operation === "case.new" ? request : { case: casePath, ...request },
  words: [...words, "--json"],
  again,
});
export const ACTS: readonly Act[] = [
  act(
    "new",
    "case.new",
    { case: casePath, title: "Kills", examiner: "Ada" },
    ["new", casePath, "--title", "Kills", "--examiner", "Ada"],
    { case: join(run, "second.case") },
  ),
  act(
    "add",
    "evidence.add",
    { files: [web], as: "web", layout: LAYOUT },
    ["add", casePath, web, "--as", "web", "--layout", LAYOUT],
    { as: "web2" },
  ),
  act(
    "add with a copy",
    "evidence.add",
    { files: [nat], as: "nat", role: "nat", map: MAP, copy: true },
    [
      ...["add", casePath, nat, "--as", "nat", "--role", "nat", "--copy"],
      ...[
        "--map",
        Object.entries(MAP)
          .map(([key, column]) => `${key}=${column}`)
          .join(","),
      ],
    ],
    { as: "nat2" },
  ),
  act("calibrate", "clock.calibrate", { source: "web", declare: "+2 s +/- 1 s", reason: "measured" }, [
    "calibrate",
    casePath,
    "web",
    "--declare",
    "+2 s +/- 1 s",
    "--reason",
    "measured",
  ]),
  act("attribute", "attribution.run", { events: "web", nat: ["nat"] }, [
    "attribute",
    casePath,
    "--events",
    "web",
    "--nat",
    "nat",
  ]),
  act(
    "tag",
    "records.tag",
    { source: "web", tag: "seen", filter: "line <= 3" },
    ["tag", casePath, "web", "seen", "--filter", "line <= 3"],
    { tag: "again" },
  ),
  act("export", "exhibit.export", { out }, ["export", casePath, out], { out: `${out}-2` }),
];

export function writeEvidence(): void {
  const clock = (i: number) => `05:${String(i % 60).padStart(2, "0")}:00`;
  const lines = Array.from(
    { length: 60 },
    (_, i) => `198.51.100.${i % 9}:${1030 + 64 * i} - - [24/Nov/2026:${clock(i)} +0000]\n`,
  );
  writeFileSync(web, lines.join(""));
  const rows = Array.from(
    { length: 60 },
    (_, i) =>
      `2026-11-24T04:00:00Z,2026-11-24T07:00:00Z,198.51.100.${i % 9},${1024 + 64 * i},${1087 + 64 * i},L-${i}\n`,
  );
  writeFileSync(nat, `from,to,public,low,high,line\n${rows.join("")}`);
}

const home = join(run, "home");
/** Before anything of the program runs in this process: keys are looked for in the folder that is reset. */
process.env.PORTWITNESS_HOME = home;
delete process.env.PORTWITNESS_EXAMINER;

const stateOf = (index: number): string => join(work, `before-${index}`);
/** Puts case, keys and exhibits back to where they stood before an act. */
export function reset(index: number): void {
  rmSync(run, { recursive: true, force: true });
  cpSync(stateOf(index), run, { recursive: true });
}

export type Moment = "before" | "during" | "after" | { readonly errno: number };
export interface Point {
  readonly name: string;
  readonly moment: Moment;
}
export interface Done {
  readonly acknowledged: boolean;
  readonly killed: boolean;
  /** What the program said instead of an answer. */
  readonly said: string;
  readonly status: number | null;
}

const preload = (point: Point | null, log: string | null): NodeJS.ProcessEnv => ({
  ...process.env,
  LD_PRELOAD: shim,
  PW_WRITES_UNDER: UNDER,
  ...(log ? { PW_WRITES_LOG: log } : {}),
  ...(point
    ? {
        PW_WRITES_POINT: point.name,
        PW_WRITES_DO: typeof point.moment === "string" ? point.moment : String(point.moment.errno),
      }
    : {}),
});

/** The whole program: one command in a process of its own. */
export function wholeProgram(one: Act, point: Point | null, log: string | null = null): Done {
  const done = spawnSync(process.execPath, [join(dist, "cli.js"), ...one.words], {
    env: preload(point, log),
    encoding: "utf8",
  });
  return {
    acknowledged: done.stdout.trimEnd() !== "",
    killed: done.signal === "SIGKILL",
    said: done.stderr,
    status: done.status,
  };
}

/** The engine alone, under a parent that lives on and must be told. */
export async function engineAlone(one: Act, point: Point | null, log: string | null = null): Promise<Done> {
  const engine = startChildEngine(join(dist, "engine.js"), preload(point, log));
  const exit = new Promise<void>((gone) => engine.onExit(() => gone()));
  const client = connect(engine.port());
  let said = "";
  let lost = false;
  let acknowledged = false;
  try {
    await client.request(one.operation, one.request as never);
    acknowledged = true;
  } catch (error) {
    if (!(error instanceof ProductError)) throw error;
    lost = error.code === "engine-lost";
    said = `${error.code}: ${error.message} ${error.mend}`;
  }
  if (!lost) await engine.stop();
  await exit;
  return { acknowledged, killed: lost, said, status: null };
}

/** Does the acts one after the other, keeps the state before each, and returns the names of each act's writes. */
export function scenario(): string[][] {
  writeEvidence();
  mkdirSync(join(run, "out"), { recursive: true });
  mkdirSync(home, { recursive: true });
  return ACTS.map((one, index) => {
    cpSync(run, stateOf(index), { recursive: true });
    const log = join(work, `writes-${index}.log`);
    const done = wholeProgram(one, null, log);
    if (!done.acknowledged || done.status !== 0) throw new Error(`${one.name}: ${done.said}`);
    return readFileSync(log, "utf8").trimEnd().split("\n");
  });
}

/** The moments of a write by name: the kernel does all but the writing of bytes as one. */
export const momentsOf = (name: string): Moment[] =>
  name.startsWith("write ") ? ["before", "during", "after"] : ["before", "after"];

// The real program for a test: the built session with its own home, and a generated world's evidence in a folder. Nothing of
// the machine's user is touched.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { demoWorld } from "../simulate/demo";

const root = resolve(import.meta.dirname, "../..");
export const DIST = join(root, "dist");
export const built = existsSync(join(DIST, "session.js")) && existsSync(join(DIST, "engine.js"));

export interface Real {
  readonly folder: string;
  readonly evidence: string;
  readonly address: string;
  /** Kills the engine as a crash would, and returns its process id. */
  killEngine(): number;
  /** Runs the command line; its exit status and output. */
  cli(...args: string[]): { status: number; out: string };
  close(): Promise<void>;
}

export async function startReal(): Promise<Real> {
  const folder = mkdtempSync(join(tmpdir(), "pw-e2e-"));
  const evidence = join(folder, "received");
  mkdirSync(evidence);
  for (const file of demoWorld(1).files) writeFileSync(join(evidence, file.name), file.content);
  const env: NodeJS.ProcessEnv = { ...process.env, HOME: folder, PORTWITNESS_HOME: join(folder, "keys") };
  delete env.PORTWITNESS_EXAMINER;
  const session: ChildProcess = spawn(process.execPath, [join(DIST, "session.js"), "--until-input-ends"], {
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const address = await new Promise<string>((resolve, reject) => {
    session.stdout?.once("data", (line) => {
      resolve((JSON.parse(String(line).split("\n")[0] ?? "") as { address: string }).address);
    });
    session.once("exit", (code) => reject(new Error(`the session ended with ${code}`)));
  });
  return {
    folder,
    evidence,
    address,
    killEngine: () => {
      const children = readFileSync(`/proc/${session.pid}/task/${session.pid}/children`, "utf8")
        .trim()
        .split(" ");
      const engine = children
        .map(Number)
        .find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("engine.js"));
      if (!engine) throw new Error("no engine is running");
      process.kill(engine, "SIGKILL");
      return engine;
    },
    cli: (...args) => {
      try {
        const out = execFileSync(process.execPath, [join(DIST, "cli.js"), ...args], {
          env,
          encoding: "utf8",
          maxBuffer: 1 << 28,
        });
        return { status: 0, out };
      } catch (cause) {
        const failed = cause as { status: number; stdout: string; stderr: string };
        return { status: failed.status, out: `${failed.stdout}${failed.stderr}` };
      }
    },
    close: async () => {
      const ended = new Promise((resolve) => session.once("exit", resolve));
      session.stdin?.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

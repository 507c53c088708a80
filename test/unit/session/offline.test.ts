// No network from any process: the program does its work where there is none (a network namespace without a route), and
// no process or thread of it asks the system for an internet socket.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const cli = resolve(import.meta.dirname, "../../../dist/cli.js");
const works = (command: string, args: string[]) => spawnSync(command, [...args, "true"]).status === 0;
/** As root, or as anyone where the system grants user namespaces. */
const alone = [["-n"], ["-rn"]].find((flags) => works("unshare", flags));
const traces = works("strace", ["-qq", "-o", "/dev/null"]);
const built = existsSync(cli);

const work = mkdtempSync(join(tmpdir(), "portwitness-offline-"));
const env = { ...process.env, PORTWITNESS_HOME: join(work, "home") };
const log = join(work, "access.log");

beforeAll(() => {
  writeFileSync(log, '198.51.100.7:4711 - - [24/Nov/2026:05:34:12 +0000] "GET / HTTP/1.1" 200 5\n');
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** A small job, each command prefixed. */
function job(name: string, prefix: readonly string[]): void {
  const path = join(work, name);
  const layout = '%h:%{remote}p %l %u %t "%r" %>s %b';
  for (const args of [
    ["new", path, "--title", "Offline", "--examiner", "Ada"],
    ["add", path, log, "--as", "web", "--layout", layout],
    ["records", path, "web", "--json"],
    ["verify", path],
  ]) {
    const [command, ...rest] = [...prefix, process.execPath, cli, ...args];
    const done = spawnSync(command!, rest, { env, encoding: "utf8" });
    expect(done.status, `${args[0]}: ${done.stderr}`).toBe(0);
    if (args[0] === "records") expect(done.stdout).toContain('"srcPort":4711');
  }
}

describe.skipIf(!built)("without a network (needs dist/)", () => {
  it.skipIf(!alone)("the command line does its work in a network namespace without a route", () => {
    const routes = spawnSync("unshare", [...alone!, "cat", "/proc/net/route"], { encoding: "utf8" });
    expect(routes.stdout.trim().split("\n")).toHaveLength(1);
    job("namespace.case", ["unshare", ...alone!]);
  });

  it.skipIf(!traces)("no process of it asks for an internet socket (needs strace)", () => {
    const trace = join(work, "trace");
    job("traced.case", ["strace", "-f", "-qq", "-A", "-o", trace, "-e", "trace=socket,execve"]);
    const calls = readFileSync(trace, "utf8");
    expect(calls.match(/execve\(/g)!.length).toBeGreaterThanOrEqual(4);
    expect(calls).not.toMatch(/AF_INET/);
  });
});

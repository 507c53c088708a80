// The command line as a process: interrupted, its reader gone, its case held by another program.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startChildEngine } from "../../../electron/engine/child-engine";
import { connect } from "../../../shared/contract/client";
import { build, Program, world } from "../wholejob/program";

const root = resolve(import.meta.dirname, "../../..");
const cli = join(root, "dist/cli.js");
const program = new Program();
const demo = world(5);
const server = demo.files.find((file) => file.add.as === demo.server)!;
let casePath: string;

beforeAll(() => {
  build();
  casePath = program.path("process.case");
  program.ok(["new", casePath, "--title", "Processes", "--examiner", "A. Weber"]);
});
afterAll(() => program.remove());

describe("Ctrl-C", () => {
  it("stops an import, exits 130, and leaves a case without half an import and without a lock", async () => {
    const large = program.path("large.log");
    writeFileSync(large, server.content.repeat(150));
    const child = spawn(
      process.execPath,
      [cli, "add", casePath, large, "--as", "large", "--role", "server"],
      {
        env: { ...process.env, PORTWITNESS_HOME: program.home },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let stderr = "";
    child.stderr.on("data", (data: Buffer) => {
      stderr += data.toString();
    });
    const ended = new Promise<number | null>((done) => child.on("exit", (code) => done(code)));
    while (!existsSync(join(casePath, "lock")) && child.exitCode === null) await pause(5);
    await pause(200);
    child.kill("SIGINT");
    expect(await ended, stderr).toBe(130);
    expect(existsSync(join(casePath, "lock"))).toBe(false);
    const after = program.run(["sources", casePath, "--json"]);
    expect(after).toMatchObject({ status: 0, stdout: "", stderr: "" });
  });
});

describe("a reader that has seen enough", () => {
  it("ends a long listing without an error", () => {
    for (const words of program.receive(demo).add(casePath)) program.ok(words);
    const piped = spawnSync(
      "sh",
      [
        "-c",
        `"$0" "$@" | head -n 2; true`,
        process.execPath,
        cli,
        "records",
        casePath,
        demo.server,
        "--json",
      ],
      {
        encoding: "utf8",
        env: { ...process.env, PORTWITNESS_HOME: program.home },
      },
    );
    expect(piped.stdout.trim().split("\n")).toHaveLength(2);
    expect(piped.stderr).toBe("");
    expect(existsSync(join(casePath, "lock"))).toBe(false);
  });
});

describe("a case that another program holds", () => {
  it("is exit 3, with the holder's name; the case is untouched", async () => {
    const env = { ...process.env, PORTWITNESS_HOME: program.home };
    const engine = startChildEngine(join(root, "dist/engine.js"), env);
    try {
      await connect(engine.port()).request("case.open", { case: casePath });
      const second = program.run(["sources", casePath]);
      expect(second.status).toBe(3);
      expect(second.stderr).toContain(String(engine.pid));
      expect(program.run(["verify", casePath]).status).toBe(0);
    } finally {
      await engine.stop();
    }
    expect(program.run(["sources", casePath]).status).toBe(0);
  });
});

describe("help", () => {
  it("names every command, and each command its options, without opening anything", () => {
    const overview = program.ok(["help"]);
    for (const name of ["new", "add", "calibrate", "attribute", "export", "verify", "rebuild", "demo"]) {
      expect(overview).toMatch(new RegExp(`^  ${name} `, "m"));
      expect(program.ok([name, "--help"])).toContain("--json");
      expect(program.ok(["help", name])).toBe(program.ok([name, "--help"]));
    }
  });

  it("is exit 2 where no command is given, and 0 where it is asked for", () => {
    expect(program.run([]).status).toBe(2);
    expect(program.run(["--help"]).status).toBe(0);
    expect(program.ok(["--version"]).trim()).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

// The packaged command: Electron's main process without a window. Electron itself is a stand-in here, in a process of its
// own; what is shown is that our main process runs the command, passes its output and exit code on, and opens nothing.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandWords } from "../../../electron/main/command-line";

describe("the program's words", () => {
  it("are a command's where there is one, and the window's otherwise", () => {
    const packaged = (...words: string[]) => commandWords(["/opt/Portwitness/portwitness", ...words], true);
    expect(packaged()).toBeNull();
    expect(packaged("--no-sandbox")).toBeNull();
    expect(packaged("-psn_0_12345")).toBeNull();
    expect(packaged("--inspect=9229")).toBeNull();
    expect(packaged("verify", "a.case", "--json")).toEqual(["verify", "a.case", "--json"]);
    expect(packaged("--no-sandbox", "--version")).toEqual(["--version"]);
    expect(commandWords(["electron", "dist/main.cjs"], false)).toBeNull();
    expect(commandWords(["electron", "dist/main.cjs", "help"], false)).toEqual(["help"]);
  });
});

const root = resolve(import.meta.dirname, "../../..");
const main = join(root, "dist/main.cjs");
const built = existsSync(main) && existsSync(join(root, "dist/cli.js"));
const work = mkdtempSync(join(tmpdir(), "portwitness-main-"));
const stand = join(work, "stand-in.cjs");

describe.skipIf(!built)("the packaged command (needs dist/)", () => {
  beforeAll(() => {
    mkdirSync(work, { recursive: true });
    writeFileSync(
      stand,
      `const { Module } = require("node:module");
const load = Module._load;
const opened = () => { process.stdout.write("a window was opened\\n"); process.exit(99); };
const electron = {
  app: {
    isPackaged: true,
    commandLine: { appendSwitch: (name, value) => process.stderr.write("switch " + name + "=" + value + "\\n") },
    disableHardwareAcceleration() {}, enableSandbox: opened, whenReady: opened, on: opened,
    exit: (code) => process.exit(code),
  },
  BrowserWindow: opened, protocol: { registerSchemesAsPrivileged: opened },
};
Module._load = (name, ...rest) => (name === "electron" ? electron : load(name, ...rest));
// As the packaged program has it: the executable, then the words.
process.argv = [process.argv[0], ...process.argv.slice(2)];
`,
    );
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));
  const portwitness = (...words: string[]) =>
    spawnSync(process.execPath, ["-r", stand, main, ...words], {
      encoding: "utf8",
      env: { ...process.env, PORTWITNESS_HOME: join(work, "home") },
    });

  it("does a command with its output and exit code, without a window or a display", () => {
    const made = portwitness("new", join(work, "a.case"), "--title", "T", "--examiner", "Ada");
    expect(made.stderr).toContain("switch ozone-platform=headless");
    expect(made.stdout).toContain('Case "T" is open');
    expect(made.status).toBe(0);
    const verified = portwitness("verify", join(work, "a.case"), "--json");
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true });
    expect(portwitness("verify", join(work, "none.case")).status).toBe(3);
    expect(portwitness("no-such-command").status).toBe(2);
  });

  it("opens the window where no command is given", () => {
    expect(portwitness()).toMatchObject({ status: 99, stdout: "a window was opened\n" });
  });
});

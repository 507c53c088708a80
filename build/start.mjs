// `npm start`: the window. Electron where its binary is; else the same interface on loopback, in an installed Chromium's
// own window; else the address to open. It says which, and why.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { electronBinary } from "./electron-binary.mjs";

const root = resolve(import.meta.dirname, "..");
const dist = join(root, "dist");
const say = (text) => process.stdout.write(`${text}\n`);

const hasDisplay = () =>
  process.platform === "win32" ||
  process.platform === "darwin" ||
  Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

function chromiumBinary() {
  const fixed =
    process.platform === "darwin"
      ? [
          "/Applications/Chromium.app/Contents/MacOS/Chromium",
          "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        ]
      : process.platform === "win32"
        ? [process.env.PROGRAMFILES, process.env["PROGRAMFILES(X86)"], process.env.LOCALAPPDATA]
            .filter(Boolean)
            .flatMap((folder) => [
              join(folder, "Google/Chrome/Application/chrome.exe"),
              join(folder, "Microsoft/Edge/Application/msedge.exe"),
            ])
        : (process.env.PATH ?? "")
            .split(delimiter)
            .flatMap((folder) =>
              ["chromium", "chromium-browser", "google-chrome", "microsoft-edge"].map((name) =>
                join(folder, name),
              ),
            );
  return fixed.find((path) => existsSync(path)) ?? null;
}

const electron = electronBinary();
if (!existsSync(join(dist, "session.js"))) {
  say("The program is not built yet. Run: npm run build");
  process.exit(3);
}
if (electron.path && hasDisplay()) {
  say("Opening Portwitness in Electron.");
  spawn(electron.path, [join(dist, "main.cjs")], { stdio: "inherit", env: process.env }).once(
    "exit",
    (code) => process.exit(code ?? 0),
  );
} else {
  const why = electron.path ? "there is no display" : electron.reason;
  openSession(why);
}

function openSession(why) {
  const session = spawn(process.execPath, [join(dist, "session.js"), "--until-input-ends"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const end = () => session.stdin.end();
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  session.once("exit", (code) => process.exit(code ?? 0));
  session.stdout.once("data", (line) => {
    const { address } = JSON.parse(String(line).split("\n")[0]);
    const chromium = hasDisplay() ? chromiumBinary() : null;
    if (!chromium) {
      say(
        `Portwitness runs as a loopback session: ${why}, and ${hasDisplay() ? "no Chromium is installed" : "there is no display"}.`,
      );
      say(`Open this address on this machine; it works once:\n  ${address}`);
      say("Ctrl C ends it.");
      return;
    }
    say(`Portwitness opens as a loopback session in a Chromium window: ${why}.`);
    // mkdtemp's folder is its owner's alone. A command line is everybody's to read, so the address goes by way of a file.
    const profile = mkdtempSync(join(tmpdir(), "portwitness-"));
    const door = join(profile, "open.html");
    writeFileSync(
      door,
      `<!doctype html><meta http-equiv="refresh" content="0;url=${address}"><title>Portwitness</title>`,
      { mode: 0o600 },
    );
    const window = spawn(
      chromium,
      [
        `--app=${pathToFileURL(door).href}`,
        `--user-data-dir=${profile}`,
        "--window-size=1440,900",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-extensions",
      ],
      { stdio: "ignore" },
    );
    window.once("exit", () => {
      rmSync(profile, { recursive: true, force: true });
      end();
    });
  });
}

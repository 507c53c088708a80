// Electron's main process: one window on app://portwitness/, an engine in a utilityProcess beside it, and the system's
// dialogs; or, where the program was started with a command, that command and no window. It hands the window a port to the engine and never looks into what travels there.
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { homedir, userInfo } from "node:os";
import { join, sep } from "node:path";
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  protocol,
  session,
  type UtilityProcess,
  utilityProcess,
} from "electron";
import * as v from "valibot";
import { toWire } from "../../shared/contract/client";
import { HOST_OPERATIONS, type HostName, type HostReply, type HostRequest } from "../../shared/contract/host";
import { ProductError } from "../../shared/errors";
import { commandWords, runCommand } from "./command-line";
import { contentHeaders, contentOf } from "./content";
import { harden, isHostName, isOwnFrame, PAGE, SCHEME, webPreferences } from "./shell";
import { type EngineProcess, supervise } from "./supervisor";

const dist = __dirname;

interface ShellEngine extends EngineProcess {
  readonly child: UtilityProcess;
}

const engines = supervise<ShellEngine>(() => {
  const child = utilityProcess.fork(join(dist, "engine.js"), [], {
    serviceName: "Portwitness engine",
    stdio: "inherit",
  });
  return {
    child,
    onExit: (listener) => child.once("exit", (code) => listener(`exit ${code}`)),
    kill: () => child.kill(),
  };
});

const accountName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return "";
  }
};
const casesFolder = (): string => join(homedir(), "Portwitness");

const host: { [N in HostName]: (request: HostRequest<N>, window: BrowserWindow) => Promise<HostReply<N>> } = {
  "host.info": async () => ({
    carrier: "electron",
    dialogs: true,
    separator: sep === "\\" ? "\\" : "/",
    home: homedir(),
    cases: casesFolder(),
    examiner: process.env.PORTWITNESS_EXAMINER ?? accountName(),
  }),
  "host.list": async () => {
    throw new ProductError("usage", "This window has the system's dialogs.", "Choose with host.choose.");
  },
  "host.choose": async (request, window) => {
    if (request.kind === "save") {
      const chosen = await dialog.showSaveDialog(window, {
        title: request.title,
        defaultPath: request.suggested,
      });
      return { paths: chosen.canceled || !chosen.filePath ? [] : [chosen.filePath] };
    }
    const properties =
      request.kind === "files" ? (["openFile", "multiSelections"] as const) : (["openDirectory"] as const);
    const chosen = await dialog.showOpenDialog(window, { title: request.title, properties: [...properties] });
    return { paths: chosen.canceled ? [] : chosen.filePaths };
  },
  "host.demo": async () => ({ case: await makeDemo() }),
};

/** The command line's own demo, in a process of its own, so that its case is closed before the window opens it. */
async function makeDemo(): Promise<string> {
  await mkdir(casesFolder(), { recursive: true });
  let folder = join(casesFolder(), "demo");
  for (let n = 2; existsSync(folder); n++) folder = join(casesFolder(), `demo-${n}`);
  const child = utilityProcess.fork(join(dist, "cli.js"), ["demo", folder, "--json"], {
    env: { ...process.env, PORTWITNESS_DEMO_KEYS: "shared" },
    stdio: "pipe",
  });
  let out = "";
  let wrong = "";
  child.stdout?.on("data", (part) => {
    out += String(part);
  });
  child.stderr?.on("data", (part) => {
    wrong += String(part);
  });
  const code = await new Promise<number>((resolve) => child.once("exit", resolve));
  if (code !== 0)
    throw new ProductError(
      "internal",
      `The demo case could not be made: ${wrong.trim() || `exit ${code}`}`,
      "Run `portwitness demo` in a terminal to see the whole message.",
    );
  for (const line of out.split("\n")) {
    try {
      const value: unknown = JSON.parse(line);
      if (typeof value === "object" && value !== null && "case" in value && typeof value.case === "string")
        return value.case;
    } catch {
      // Prose of the same run.
    }
  }
  return join(folder, "demo.case");
}

function openWindow(): void {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 1024,
    minHeight: 640,
    show: false,
    backgroundColor: "#14181d",
    title: "Portwitness",
    webPreferences: webPreferences(join(dist, "preload.cjs")),
  });
  harden(window.webContents as never, window.webContents.session as never);
  window.once("ready-to-show", () => window.show());
  void window.loadURL(PAGE);
}

function openShell(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
  app.enableSandbox();

  void app.whenReady().then(() => {
    Menu.setApplicationMenu(null);
    session.defaultSession.protocol.handle(SCHEME, async (request) => {
      const url = new URL(request.url);
      if (request.method !== "GET" || url.host !== "portwitness") return new Response(null, { status: 405 });
      const content = await contentOf(join(dist, "renderer"), url.pathname);
      if (!content) return new Response("There is nothing here.", { status: 404 });
      return new Response(new Uint8Array(content.body), {
        headers: { ...contentHeaders("'none'"), "Content-Type": content.type },
      });
    });

    ipcMain.on("portwitness:connect", (event) => {
      if (!isOwnFrame(event.senderFrame)) return;
      const { port1, port2 } = new MessageChannelMain();
      try {
        engines.current().child.postMessage({ kind: "connect" }, [port1]);
      } catch {
        // Given up on: the closed port tells the window.
        port1.close();
      }
      event.senderFrame?.postMessage("portwitness:engine", null, [port2]);
    });
    ipcMain.handle("portwitness:host", async (event, name: unknown, body: unknown) => {
      try {
        if (!isOwnFrame(event.senderFrame))
          throw new ProductError("usage", "The sender is not the window.", "");
        const window = BrowserWindow.fromWebContents(event.sender);
        if (!window || !isHostName(name))
          throw new ProductError("usage", "There is no such host operation.", "");
        const parsed = v.safeParse(HOST_OPERATIONS[name].request, body);
        if (!parsed.success)
          throw new ProductError("usage", `${name}: ${parsed.issues[0].message}`, "Correct the request.");
        return { reply: await host[name](parsed.output as never, window) };
      } catch (thrown) {
        return { error: toWire(thrown) };
      }
    });
    openWindow();
    app.on("activate", () => {
      if (BrowserWindow.getAllWindows().length === 0) openWindow();
    });
  });
  app.on("web-contents-created", (_event, contents) => {
    contents.on("will-attach-webview", (event) => event.preventDefault());
  });
  app.on("window-all-closed", () => app.quit());
  app.on("will-quit", () => engines.close());
}

const words = commandWords(process.argv, app.isPackaged);
if (words) void runCommand(app, words, join(dist, "cli.js"));
else openShell();

// What Electron's shell refuses, tried against stand-ins for its objects: the binary is not needed to know that.
import { describe, expect, it } from "vitest";
import { contentPolicy } from "../../../electron/main/content";
import {
  type Hardened,
  type HardenedSession,
  harden,
  isHostName,
  isOwnFrame,
  isOwnPage,
  webPreferences,
} from "../../../electron/main/shell";
import { type EngineProcess, supervise } from "../../../electron/main/supervisor";

function contents() {
  const listeners = new Map<string, (event: { url: string; preventDefault(): void }) => void>();
  let opens = "allow";
  const fake: Hardened = {
    on: (event: string, listener: (event: never) => void) => {
      listeners.set(event, listener as never);
    },
    setWindowOpenHandler: (handler: () => { action: "deny" }) => {
      opens = handler().action;
    },
  } as Hardened;
  const tries = (event: string, url: string): boolean => {
    let prevented = false;
    listeners.get(event)?.({ url, preventDefault: () => (prevented = true) });
    return !prevented;
  };
  return { fake, tries, opens: () => opens };
}
function sessionOf() {
  const answers: {
    request?: (contents: unknown, permission: string, done: (granted: boolean) => void) => void;
    check?: () => boolean;
    device?: () => boolean;
  } = {};
  let download = false;
  const fake = {
    setPermissionRequestHandler: (handler: never) => {
      answers.request = handler;
    },
    setPermissionCheckHandler: (handler: () => boolean) => {
      answers.check = handler;
    },
    setDevicePermissionHandler: (handler: () => boolean) => {
      answers.device = handler;
    },
    on: (_event: string, listener: (event: { preventDefault(): void }) => void) =>
      listener({ preventDefault: () => (download = true) }),
  } as unknown as HardenedSession;
  const asks = (permission: string): boolean => {
    let granted = false;
    answers.request?.(null, permission, (answer) => (granted = answer));
    return granted;
  };
  return { fake, asks, answers, downloadRefused: () => download };
}

describe("the window's page", () => {
  it("is app://portwitness and nothing that looks like it", () => {
    expect(isOwnPage("app://portwitness/")).toBe(true);
    expect(isOwnPage("app://portwitness/index.html")).toBe(true);
    for (const url of [
      "app://portwitness.evil.example/",
      "app://evil/portwitness/",
      "app://user@portwitness/",
      "app2://portwitness/",
      "https://portwitness/",
      "file:///portwitness/index.html",
      "javascript:alert(1)",
      "",
    ])
      expect(isOwnPage(url), url).toBe(false);
  });
  it("cannot be left by navigation or redirect, in any frame", () => {
    const page = contents();
    harden(page.fake, sessionOf().fake);
    for (const event of ["will-navigate", "will-redirect", "will-frame-navigate"]) {
      expect(page.tries(event, "https://example.org/"), event).toBe(false);
      expect(page.tries(event, "app://portwitness/#records"), event).toBe(true);
    }
    expect(page.tries("will-attach-webview", "")).toBe(false);
  });
  it("opens no second window, downloads nothing, and is granted nothing but copying", () => {
    const page = contents();
    const session = sessionOf();
    harden(page.fake, session.fake);
    expect(page.opens()).toBe("deny");
    expect(session.downloadRefused()).toBe(true);
    for (const permission of [
      "media",
      "geolocation",
      "notifications",
      "clipboard-read",
      "openExternal",
      "fileSystem",
    ])
      expect(session.asks(permission), permission).toBe(false);
    expect(session.asks("clipboard-sanitized-write")).toBe(true);
    expect(session.answers.check?.()).toBe(false);
    expect(session.answers.device?.()).toBe(false);
  });
  it("runs sandboxed, isolated and without Node", () => {
    expect(webPreferences("/p.cjs")).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
    });
  });
  it("may run no inline script and reach no network", () => {
    const policy = contentPolicy("'none'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("connect-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
  });
});

describe("a message to the shell", () => {
  it("counts only from the main frame of the window's own page", () => {
    expect(isOwnFrame({ url: "app://portwitness/", parent: null })).toBe(true);
    expect(isOwnFrame({ url: "app://portwitness/", parent: {} })).toBe(false);
    expect(isOwnFrame({ url: "https://evil.example/", parent: null })).toBe(false);
    expect(isOwnFrame(null)).toBe(false);
  });
  it("names one of the contract's host operations", () => {
    expect(isHostName("host.choose")).toBe(true);
    for (const name of ["host.exec", "evidence.add", "__proto__", 7, null])
      expect(isHostName(name)).toBe(false);
  });
});

describe("the engine's supervisor", () => {
  const engine = () => {
    let gone: ((reason: string) => void) | null = null;
    const one: EngineProcess & { die(): void } = {
      onExit: (listener) => {
        gone = listener;
      },
      kill: () => gone?.("killed"),
      die: () => gone?.("signal 9"),
    };
    return one;
  };
  it("starts a fresh engine after a death, and tells of it", () => {
    const supervised = supervise(engine);
    const told: string[] = [];
    supervised.onStopped((reason) => told.push(reason));
    const first = supervised.current();
    expect(supervised.current()).toBe(first);
    first.die();
    expect(told).toEqual(["signal 9"]);
    expect(supervised.current()).not.toBe(first);
    expect(supervised.starts).toBe(2);
  });
  it("gives up on an engine that dies again and again, with the reason, and tries anew after a while", () => {
    let now = 0;
    const supervised = supervise(engine, () => now);
    for (let i = 0; i < 5; i++) supervised.current().die();
    expect(() => supervised.current()).toThrow(/stopped 5 times.*signal 9/);
    now = 31_000;
    expect(() => supervised.current()).not.toThrow();
  });
  it("takes a closing for no death", () => {
    const supervised = supervise(engine);
    const told: string[] = [];
    supervised.onStopped((reason) => told.push(reason));
    supervised.current();
    supervised.close();
    expect(told).toEqual([]);
    expect(() => supervised.current()).toThrow("closed");
  });
});

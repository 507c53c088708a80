// What the shell decides, apart from Electron itself: which page may ask, what may be navigated to, what is handed over.
// Electron comes in as an interface, so that each refusal is tested without its binary. No business logic stands here.
import { HOST_NAMES, type HostName } from "../../shared/contract/host";

export const SCHEME = "app";
export const PAGE = `${SCHEME}://portwitness/`;

/** True for the window's own page and nothing that only looks like it. */
export function isOwnPage(url: string): boolean {
  try {
    const parsed = new URL(url);
    return (
      parsed.protocol === `${SCHEME}:` &&
      parsed.host === "portwitness" &&
      parsed.username === "" &&
      parsed.password === ""
    );
  } catch {
    return false;
  }
}

/** The frame that a message came from, by shape. */
export interface Sender {
  readonly url: string;
  readonly parent: unknown;
}

/** A message counts only from the main frame of the window's own page. */
export const isOwnFrame = (sender: Sender | null): boolean =>
  sender !== null && sender.parent === null && isOwnPage(sender.url);

export const isHostName = (name: unknown): name is HostName =>
  typeof name === "string" && (HOST_NAMES as readonly string[]).includes(name);

/** A window's contents, as far as its hardening goes. */
export interface Hardened {
  on(
    event: "will-navigate" | "will-redirect" | "will-frame-navigate",
    listener: (event: { url: string; preventDefault(): void }) => void,
  ): void;
  on(event: "will-attach-webview", listener: (event: { preventDefault(): void }) => void): void;
  setWindowOpenHandler(handler: () => { action: "deny" }): void;
}
export interface HardenedSession {
  setPermissionRequestHandler(
    handler: (contents: unknown, permission: string, done: (granted: boolean) => void) => void,
  ): void;
  setPermissionCheckHandler(handler: () => boolean): void;
  setDevicePermissionHandler(handler: () => boolean): void;
  on(event: "will-download", listener: (event: { preventDefault(): void }) => void): void;
}

/** Refuses every way out of the window's own page. Copying text is the one permission that a page of tables needs. */
export function harden(contents: Hardened, session: HardenedSession): void {
  for (const event of ["will-navigate", "will-redirect", "will-frame-navigate"] as const)
    contents.on(event, (about) => {
      if (!isOwnPage(about.url)) about.preventDefault();
    });
  contents.on("will-attach-webview", (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
  session.setPermissionRequestHandler((_contents, permission, done) =>
    done(permission === "clipboard-sanitized-write"),
  );
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on("will-download", (event) => event.preventDefault());
}

/** The security settings of every window; a test states each. */
export const webPreferences = (preload: string) => ({
  preload,
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
});

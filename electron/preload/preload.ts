// What the sandboxed window gets of Electron: a port to the engine, the host's operations by name, and where a dropped file
// lies. The lists are derived from the contract; nothing else passes, and no channel can be named by the page.
import { contextBridge, ipcRenderer, webUtils } from "electron";
import { OPERATION_NAMES } from "../../shared/contract/contract";
import { HOST_NAMES } from "../../shared/contract/host";

const operations = new Set<string>(OPERATION_NAMES);
const hostNames = new Set<string>(HOST_NAMES);

contextBridge.exposeInMainWorld("portwitness", {
  connect: (): void => ipcRenderer.send("portwitness:connect"),
  host: (name: string, request: unknown): Promise<unknown> =>
    hostNames.has(name)
      ? ipcRenderer.invoke("portwitness:host", name, request)
      : Promise.resolve({ error: { code: "usage", message: "There is no such host operation.", mend: "" } }),
  pathOf: (file: File): string => webUtils.getPathForFile(file),
  operations: [...operations],
});

// The page's globals by shape: this project is Node's and knows no DOM.
interface PagePort {
  onmessage: ((message: { data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  addEventListener(type: "close", listener: () => void): void;
  start(): void;
  close(): void;
}
interface Page {
  readonly MessageChannel: new () => { readonly port1: PagePort; readonly port2: PagePort };
  readonly location: { readonly origin: string };
  postMessage(message: unknown, origin: string, transfer: readonly PagePort[]): void;
}

// A port cannot cross the bridge: it is posted to the page itself (Electron, "MessagePorts in Electron"). What the page
// asks passes through here, so that only the contract's operations reach the engine.
ipcRenderer.on("portwitness:engine", (event) => {
  const engine = event.ports[0] as unknown as PagePort | undefined;
  if (!engine) return;
  const page = globalThis as unknown as Page;
  const { port1, port2 } = new page.MessageChannel();
  port1.onmessage = ({ data: asked }) => {
    if (typeof asked !== "object" || asked === null || !("kind" in asked)) return;
    if (asked.kind === "request" && !("operation" in asked && operations.has(String(asked.operation))))
      return;
    engine.postMessage(asked);
  };
  engine.onmessage = ({ data }) => port1.postMessage(data);
  engine.addEventListener("close", () => port1.close());
  port1.addEventListener("close", () => engine.close());
  engine.start();
  page.postMessage("portwitness:engine", page.location.origin, [port2]);
});

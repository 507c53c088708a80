// Firefox as a reader would start it, driven through its own WebDriver BiDi socket (https://w3c.github.io/webdriver-bidi/):
// no driver program is needed. Only what the viewer's test asks for.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";

const NAMES = [process.env.PORTWITNESS_FIREFOX, "firefox-esr", "firefox"].filter(
  (name) => name !== undefined,
);
export const firefoxThere = NAMES.find((name) => spawnSync(name, ["--version"]).status === 0);

interface Answer {
  readonly id?: number;
  readonly type: string;
  readonly result?: Record<string, unknown>;
  readonly message?: string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
}

export class Firefox {
  private next = 1;
  private readonly waiting = new Map<
    number,
    { done(value: Record<string, unknown>): void; fail(e: Error): void }
  >();
  /** Addresses that were asked for. */
  readonly requests: string[] = [];
  readonly errors: string[] = [];
  private tab = "";

  private constructor(
    private readonly process: ChildProcess,
    private readonly socket: WebSocket,
    private readonly profile: string,
  ) {
    socket.on("message", (data) => this.hear(JSON.parse(String(data)) as Answer));
  }

  static async start(): Promise<Firefox> {
    const profile = mkdtempSync(join(tmpdir(), "pw-firefox-"));
    // Nothing of the browser's own may go out or come in between: the test counts requests.
    writeFileSync(
      join(profile, "user.js"),
      [
        'user_pref("network.proxy.type", 1);',
        'user_pref("network.proxy.socks", "127.0.0.1");',
        'user_pref("network.proxy.socks_port", 1);',
        'user_pref("app.update.enabled", false);',
        'user_pref("datareporting.policy.dataSubmissionEnabled", false);',
        'user_pref("toolkit.telemetry.enabled", false);',
      ].join("\n"),
    );
    const args = ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"];
    const started = spawn(firefoxThere!, [...args, "--width", "1280", "--height", "900"], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, HOME: profile },
    });
    const address = await new Promise<string>((resolve, reject) => {
      let said = "";
      started.stderr!.on("data", (data) => {
        said += String(data);
        const match = /WebDriver BiDi listening on (ws:\S+)/.exec(said);
        if (match) resolve(match[1]!);
      });
      started.once("exit", (code) => reject(new Error(`Firefox ended with ${code}: ${said.slice(-400)}`)));
    });
    const socket = new WebSocket(`${address}/session`);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", () => resolve());
      socket.once("error", reject);
    });
    const browser = new Firefox(started, socket, profile);
    await browser.ask("session.new", { capabilities: {} });
    await browser.ask("session.subscribe", { events: ["network.beforeRequestSent", "log.entryAdded"] });
    const tree = (await browser.ask("browsingContext.getTree", {})) as { contexts: { context: string }[] };
    browser.tab = tree.contexts[0]!.context;
    return browser;
  }

  async open(url: string): Promise<void> {
    await this.ask("browsingContext.navigate", { context: this.tab, url, wait: "complete" });
  }

  /** The value of an expression in the page, awaited there. */
  async evaluate(expression: string): Promise<unknown> {
    const answer = (await this.ask("script.evaluate", {
      expression: `(async () => JSON.stringify(await (${expression})))()`,
      target: { context: this.tab },
      awaitPromise: true,
    })) as { type: string; result?: { value?: string }; exceptionDetails?: { text: string } };
    if (answer.type !== "success") throw new Error(answer.exceptionDetails?.text ?? "the page threw");
    return answer.result?.value === undefined ? undefined : JSON.parse(answer.result.value);
  }

  /** Asks again until it is true, at most a minute. */
  async until(expression: string): Promise<void> {
    for (let i = 0; i < 300; i++) {
      if ((await this.evaluate(expression)) === true) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`it never came true: ${expression}`);
  }

  async setFiles(selector: string, files: readonly string[]): Promise<void> {
    const found = (await this.ask("browsingContext.locateNodes", {
      context: this.tab,
      locator: { type: "css", value: selector },
    })) as { nodes: { sharedId: string }[] };
    await this.ask("input.setFiles", {
      context: this.tab,
      element: { sharedId: found.nodes[0]!.sharedId },
      files: [...files],
    });
  }

  async close(): Promise<void> {
    this.socket.close();
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGKILL");
    await ended;
    rmSync(this.profile, { recursive: true, force: true });
  }

  private ask(method: string, params: Record<string, unknown>): Promise<Record<string, unknown>> {
    const id = this.next++;
    return new Promise((done, fail) => {
      this.waiting.set(id, { done, fail });
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }

  private hear(answer: Answer): void {
    if (answer.method === "network.beforeRequestSent")
      this.requests.push((answer.params as { request: { url: string } }).request.url);
    if (answer.method === "log.entryAdded") {
      const entry = answer.params as { level: string; text: string };
      if (entry.level === "error") this.errors.push(entry.text);
    }
    const waiting = answer.id === undefined ? undefined : this.waiting.get(answer.id);
    if (!waiting) return;
    this.waiting.delete(answer.id!);
    if (answer.type === "error") waiting.fail(new Error(answer.message ?? "Firefox refused"));
    else waiting.done(answer.result ?? {});
  }
}

// The window's one line to the engine and to its machine. It promises that an engine which died is reconnected to, that
// a question which was being answered is asked again, and that an act never is: whether a stopped act was recorded is
// for the ledger to say, not for a blind repeat.
import {
  type Client,
  type ClientPort,
  connect,
  engineLost,
  fromWire,
  type RequestOptions,
} from "../../shared/contract/client";
import { OPERATIONS, type OperationName, type Reply, type Request } from "../../shared/contract/contract";
import type { HostName, HostReply, HostRequest } from "../../shared/contract/host";
import type { Progress, WireError } from "../../shared/contract/messages";
import { overMessagePort, overSocket } from "../../shared/contract/ports";

/** What the preload lends the window (electron/preload). Ports arrive as window messages, the one way a sandbox allows. */
export interface Bridge {
  /** Asks the main process for a fresh connection to the engine. */
  connect(): void;
  host(name: HostName, request: unknown): Promise<{ reply: unknown } | { error: WireError }>;
  pathOf(file: File): string;
}
declare global {
  interface Window {
    readonly portwitness?: Bridge;
  }
}

export type LinkState = "connecting" | "up" | "lost";

/** How long between tries to reach an engine again, and how often. */
const RETRY_MS = 400;
const MOST_TRIES = 20;
/** A connection that lasted less says that the engine cannot start; so many in a row, and the window gives up. */
const BRIEF_MS = 1_500;
const MOST_BRIEF = 8;

/** An answer that takes longer is waited for visibly: up to here a person takes it for an immediate one. */
const SOON_MS = 100;

class Link {
  private readonly busyListeners = new Set<() => void>();
  private overdue = 0;
  private client: Promise<Client> | null = null;
  private readonly listeners = new Set<(state: LinkState, again: boolean) => void>();
  private was = false;
  private brief = 0;
  state: LinkState = "connecting";

  /** `again`: an engine had been there before, and this is a fresh one. */
  onState(listener: (state: LinkState, again: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Told when `waiting` has changed. */
  onBusy = (listener: () => void): (() => void) => {
    this.busyListeners.add(listener);
    return () => this.busyListeners.delete(listener);
  };

  /** Whether an answer is overdue, and how far the one that spoke last is; null where none said so. */
  waiting: { readonly overdue: boolean; readonly progress: Progress | null } = {
    overdue: false,
    progress: null,
  };

  private tellBusy(progress: Progress | null): void {
    this.waiting = { overdue: this.overdue > 0, progress: this.overdue > 0 ? progress : null };
    for (const listener of [...this.busyListeners]) listener();
  }

  private count(step: 1 | -1): void {
    this.overdue += step;
    // The answer that spoke may be the one that has come.
    if (step < 0 || this.overdue === 1) this.tellBusy(null);
  }

  async request<N extends OperationName>(
    operation: N,
    body: Request<N>,
    options: RequestOptions = {},
  ): Promise<Reply<N>> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.count(1);
    }, SOON_MS);
    try {
      return await this.ask(operation, body, {
        ...options,
        progress: (progress) => {
          options.progress?.(progress);
          if (late) this.tellBusy(progress);
        },
      });
    } finally {
      clearTimeout(timer);
      if (late) this.count(-1);
    }
  }

  private async ask<N extends OperationName>(
    operation: N,
    body: Request<N>,
    options: RequestOptions = {},
  ): Promise<Reply<N>> {
    const client = await this.reach();
    try {
      return await client.request(operation, body, options);
    } catch (cause) {
      const lost = cause instanceof Error && "code" in cause && cause.code === "engine-lost";
      if (!lost || OPERATIONS[operation].act !== null || options.signal?.aborted) throw cause;
      const fresh = await this.reach();
      return fresh.request(operation, body, options);
    }
  }

  async host<N extends HostName>(name: N, body: HostRequest<N>): Promise<HostReply<N>> {
    const bridge = window.portwitness;
    let answer: { reply?: unknown; error?: WireError };
    if (bridge) answer = await bridge.host(name, body);
    else {
      const response = await fetch(`/host/${name}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      if (response.status === 403) throw engineLost();
      answer = (await response.json()) as typeof answer;
    }
    if (answer.error) throw fromWire(answer.error);
    return answer.reply as HostReply<N>;
  }

  private tell(state: LinkState): void {
    const again = state === "up" && this.was;
    if (state === "up") this.was = true;
    this.state = state;
    for (const listener of [...this.listeners]) listener(state, again);
  }

  private reach(): Promise<Client> {
    this.client ??= this.open();
    return this.client;
  }

  /** Begins to reconnect at once, so that the window is whole again before anybody asks. */
  wake(): void {
    this.reach().catch(() => {});
  }

  private async open(): Promise<Client> {
    for (let tries = 0; ; tries++) {
      try {
        const client = connect(await openPort());
        const since = performance.now();
        client.onClose(() => {
          // An engine that goes as soon as it came is not asked for in a tight circle.
          const brief = performance.now() - since < BRIEF_MS;
          this.brief = brief ? this.brief + 1 : 0;
          this.client = null;
          if (this.brief > MOST_BRIEF) {
            this.brief = 0;
            this.tell("lost");
            return;
          }
          this.tell("connecting");
          setTimeout(() => this.wake(), brief ? RETRY_MS : 0);
        });
        this.tell("up");
        return client;
      } catch {
        if (tries >= MOST_TRIES) {
          this.client = null;
          this.tell("lost");
          throw engineLost();
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}

function openPort(): Promise<ClientPort> {
  const bridge = window.portwitness;
  if (!bridge) return openSocket();
  return new Promise((resolve) => {
    const onMessage = (event: MessageEvent) => {
      const port = event.ports[0];
      if (event.source !== window || event.data !== "portwitness:engine" || !port) return;
      window.removeEventListener("message", onMessage);
      resolve(overMessagePort(port as never));
    };
    window.addEventListener("message", onMessage);
    bridge.connect();
  });
}

function openSocket(): Promise<ClientPort> {
  const socket = new WebSocket(`ws://${window.location.host}/engine`);
  return new Promise((resolve, reject) => {
    socket.addEventListener("open", () => resolve(overSocket(socket as never)), { once: true });
    socket.addEventListener("close", () => reject(engineLost()), { once: true });
  });
}

export const link = new Link();

// The parent's side of an engine in a forked process. One channel carries every connection; `connection` tells them
// apart, so that views and cancels stay with the window or socket that they belong to.
import { type ChildProcess, fork } from "node:child_process";
import type { ClientPort } from "../../shared/contract/client";
import type { FromEngine, ToEngine } from "../../shared/contract/messages";
import { Closing } from "../../shared/contract/ports";

export type ToChild =
  | { readonly connection: string; readonly message: ToEngine }
  | { readonly connection: string; readonly closed: true };
export type FromChild =
  | { readonly connection: string; readonly message: FromEngine }
  | { readonly connection: string; readonly closed: true };

export interface ChildEngine {
  readonly pid: number;
  /** A new connection to it. Its port closes when the child dies. */
  port(): ClientPort;
  /** Called once, when the child is gone; true where it was stopped by `stop`. */
  onExit(listener: (asked: boolean) => void): void;
  /** Asks it to close its cases and end; resolves when it is gone. */
  stop(): Promise<void>;
}

/** Starts dist/engine.js (`file`). */
export function startChildEngine(file: string, env: NodeJS.ProcessEnv = process.env): ChildEngine {
  const child: ChildProcess = fork(file, [], { env, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const connections = new Map<string, { deliver(message: FromEngine): void; closed(): void }>();
  const exit = new Closing();
  let asked = false;
  let next = 1;

  const send = (envelope: ToChild) => {
    if (child.connected) child.send(envelope);
  };
  child.on("message", (received) => {
    const envelope = received as FromChild;
    const known = connections.get(envelope.connection);
    if ("closed" in envelope) known?.closed();
    else known?.deliver(envelope.message);
  });
  const gone = () => {
    for (const connection of [...connections.values()]) connection.closed();
    connections.clear();
    exit.fire();
  };
  child.on("exit", gone);
  child.on("error", gone);

  return {
    pid: child.pid ?? 0,
    port: () => {
      const connection = `c${next++}`;
      const closing = new Closing();
      const listeners: ((message: FromEngine) => void)[] = [];
      const alive = child.exitCode === null && child.signalCode === null && child.connected;
      if (alive) {
        connections.set(connection, {
          deliver: (message) => {
            for (const listener of listeners) listener(message);
          },
          closed: () => {
            connections.delete(connection);
            closing.fire();
          },
        });
      } else closing.fire();
      return {
        post: (message) => send({ connection, message }),
        onMessage: (listener) => {
          listeners.push(listener);
        },
        onClose: (listener) => closing.add(listener),
        close: () => {
          send({ connection, closed: true });
          connections.delete(connection);
          closing.fire();
        },
      };
    },
    onExit: (listener) => exit.add(() => listener(asked)),
    stop: () => {
      asked = true;
      const ended = new Promise<void>((resolve) => exit.add(resolve));
      child.disconnect();
      // A child that hangs in native code is not waited for: its lock is found stale by the next opening.
      const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
      timer.unref();
      return ended.finally(() => clearTimeout(timer));
    },
  };
}

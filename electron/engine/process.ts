// The engine in a process of its own, so that a crash in native code costs no window its place. Two parents start it:
//   Electron's utilityProcess   each MessagePort that arrives on process.parentPort is one connection
//   child_process.fork          one channel carries all connections, see ./child-engine.ts
// It ends with its parent, and closes its cases first, so that no lock is left behind.
import type { EnginePort } from "../../shared/contract/client";
import type { FromEngine, ToEngine } from "../../shared/contract/messages";
import { Closing } from "../../shared/contract/ports";
import type { FromChild, ToChild } from "./child-engine";
import { Engine } from "./engine";
import { serve } from "./protocol";

/** Electron's MessagePortMain and process.parentPort, by shape: only the shell may import electron. */
interface MainPort {
  on(event: "message", listener: (event: { data: unknown }) => void): void;
  on(event: "close", listener: () => void): void;
  start(): void;
  close(): void;
  postMessage(message: unknown): void;
}
interface ParentPort {
  on(event: "message", listener: (event: { data: unknown; ports: MainPort[] }) => void): void;
}

const engine = new Engine();
const examiner = process.env.PORTWITNESS_EXAMINER ?? null;

/** A close that hangs in native code is not waited for: the lock of a process that is gone is found stale. */
const END_MS = 8_000;

let ending = false;
const end = async () => {
  if (ending) return;
  ending = true;
  setTimeout(() => process.exit(1), END_MS);
  await engine.close().catch(() => {});
  process.exit(0);
};

function overMainPort(port: MainPort): EnginePort {
  const closing = new Closing();
  port.on("close", () => closing.fire());
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on("message", (event) => listener(event.data as ToEngine));
      port.start();
    },
    onClose: (listener) => closing.add(listener),
    close: () => {
      port.close();
      closing.fire();
    },
  };
}

function serveChannel(): void {
  const connections = new Map<string, { deliver(message: ToEngine): void; closed(): void }>();
  const send = (envelope: FromChild) => {
    if (process.connected) process.send?.(envelope);
  };
  const open = (connection: string) => {
    const closing = new Closing();
    const listeners: ((message: ToEngine) => void)[] = [];
    connections.set(connection, {
      deliver: (message) => {
        for (const listener of listeners) listener(message);
      },
      closed: () => closing.fire(),
    });
    const port: EnginePort = {
      post: (message: FromEngine) => send({ connection, message }),
      onMessage: (listener) => {
        listeners.push(listener);
      },
      onClose: (listener) => closing.add(listener),
      close: () => {
        send({ connection, closed: true });
        closing.fire();
      },
    };
    void serve(engine, port, { connection, examiner }).then(() => connections.delete(connection));
  };
  process.on("message", (received) => {
    const envelope = received as ToChild;
    if (!connections.has(envelope.connection) && !("closed" in envelope)) open(envelope.connection);
    const known = connections.get(envelope.connection);
    if ("closed" in envelope) known?.closed();
    else known?.deliver(envelope.message);
  });
  // What was asked for by those who are gone is not finished first: a sort of fifty million rows would hold the lock.
  process.on("disconnect", () => {
    for (const connection of connections.values()) connection.closed();
    void end();
  });
}

const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort;
if (parentPort) {
  parentPort.on("message", (event) => {
    for (const port of event.ports) void serve(engine, overMainPort(port), { examiner });
  });
} else if (process.send) {
  serveChannel();
} else {
  process.stderr.write(
    "The engine is started by Portwitness itself, not by hand.\nUse: node dist/cli.js help\n",
  );
  process.exit(2);
}
process.on("SIGTERM", () => void end());
process.on("SIGINT", () => void end());

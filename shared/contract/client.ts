// The typed client of the contract: what the window, the loopback page and the tests hold in place of the engine. It
// promises that every request settles exactly once - with a reply, with the engine's own ProductError, or with
// "engine-lost" where the carrier closed - so that no screen waits for an answer that can no longer come.
// Pure: the carrier (MessagePort, WebSocket, a child process) is handed in as a Port.
import { type ErrorCode, ProductError } from "../errors";
import type { OperationName, Reply, Request } from "./contract";
import type { FromEngine, Progress, ToEngine, WireError } from "./messages";

/** One end of a carrier. Messages arrive in order, whole; what is posted is JSON (CONTRACT, "Carriers"). */
export interface Port<Out, In> {
  post(message: Out): void;
  onMessage(listener: (message: In) => void): void;
  /** Called once, when the other end is gone or `close` was called. */
  onClose(listener: () => void): void;
  close(): void;
}

export type ClientPort = Port<ToEngine, FromEngine>;
export type EnginePort = Port<FromEngine, ToEngine>;

export interface RequestOptions {
  /** Aborting cancels the operation in the engine; the promise rejects with code "cancelled". */
  readonly signal?: AbortSignal;
  readonly progress?: (progress: Progress) => void;
}

export interface Client {
  request<N extends OperationName>(
    operation: N,
    request: Request<N>,
    options?: RequestOptions,
  ): Promise<Reply<N>>;
  /** False once the carrier closed: every later request rejects with "engine-lost". */
  readonly connected: boolean;
  onClose(listener: () => void): void;
  close(): void;
}

export const engineLost = (): ProductError =>
  new ProductError(
    "engine-lost",
    "The engine stopped before it answered.",
    "Try again: a stopped act leaves nothing half-done.",
  );

export const cancelled = (): ProductError =>
  new ProductError("cancelled", "Cancelled.", "Nothing was recorded; start it again when you want it.");

export const fromWire = (error: WireError): ProductError =>
  new ProductError(error.code, error.message, error.mend, {
    ...(error.file === undefined ? {} : { file: error.file }),
    ...(error.line === undefined ? {} : { line: error.line }),
    ...(error.candidates === undefined ? {} : { candidates: error.candidates }),
  });

/** Anything thrown, as it crosses a carrier. What is no ProductError is a fault of the program and says so. */
export const toWire = (thrown: unknown): WireError => {
  if (thrown instanceof ProductError) {
    const { file, line, candidates } = thrown.where;
    return {
      code: thrown.code,
      message: thrown.message,
      mend: thrown.mend,
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
      ...(candidates === undefined ? {} : { candidates: [...candidates] }),
    };
  }
  const code: ErrorCode = isAbort(thrown) ? "cancelled" : "internal";
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return code === "cancelled"
    ? { code, message: cancelled().message, mend: cancelled().mend }
    : {
        code,
        message,
        mend: "This is a fault in Portwitness, not in the evidence. Nothing was recorded; please report it.",
      };
};

export const isAbort = (thrown: unknown): boolean =>
  typeof thrown === "object" && thrown !== null && "name" in thrown && thrown.name === "AbortError";

interface Waiting {
  resolve(reply: unknown): void;
  reject(error: ProductError): void;
  progress?: (progress: Progress) => void;
}

export function connect(port: ClientPort): Client {
  const waiting = new Map<number, Waiting>();
  const closing: (() => void)[] = [];
  let next = 1;
  let connected = true;

  port.onMessage((message) => {
    const one = waiting.get(message.id);
    if (!one) return; // an answer that crossed our cancel
    if (message.kind === "progress") {
      one.progress?.(message.progress);
      return;
    }
    waiting.delete(message.id);
    if (message.kind === "reply") one.resolve(message.reply);
    else one.reject(fromWire(message.error));
  });
  port.onClose(() => {
    if (!connected) return;
    connected = false;
    const lost = [...waiting.values()];
    waiting.clear();
    for (const one of lost) one.reject(engineLost());
    for (const listener of closing) listener();
  });

  const request = <N extends OperationName>(
    operation: N,
    body: Request<N>,
    options: RequestOptions = {},
  ): Promise<Reply<N>> => {
    const { signal, progress } = options;
    if (signal?.aborted) return Promise.reject(cancelled());
    if (!connected) return Promise.reject(engineLost());
    const id = next++;
    return new Promise<Reply<N>>((resolve, reject) => {
      // The engine answers a cancel with "cancelled" once the work has really stopped; until then it counts as running.
      const onAbort = () => {
        if (waiting.has(id)) port.post({ kind: "cancel", id });
      };
      const settle = () => signal?.removeEventListener("abort", onAbort);
      waiting.set(id, {
        resolve: (reply) => {
          settle();
          resolve(reply as Reply<N>);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
        ...(progress ? { progress } : {}),
      });
      signal?.addEventListener("abort", onAbort, { once: true });
      port.post({ kind: "request", id, operation, request: body });
    });
  };

  return {
    request,
    get connected() {
      return connected;
    },
    onClose: (listener) => {
      closing.push(listener);
    },
    close: () => port.close(),
  };
}

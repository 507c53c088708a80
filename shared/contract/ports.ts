// Ports over the carriers there are, stated by shape so that Node's and the browser's MessagePort and WebSocket both fit
// and this file stays pure. What cannot be read as a message closes the port: a peer that does not speak the contract
// is not answered.
import type { Port } from "./client";

/** `type` is there so that the platforms' own Event types fit. */
interface MessageEventLike {
  readonly data?: unknown;
  readonly type?: string;
}

/** A WHATWG MessagePort: the browser's, a preload's, or Node's from worker_threads. */
export interface MessagePortLike {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: MessageEventLike) => void): void;
  addEventListener(type: "close", listener: () => void): void;
  start?(): void;
  close(): void;
}

/** A WHATWG WebSocket: the browser's or ws's. Messages are JSON text. */
export interface SocketLike {
  send(text: string): void;
  addEventListener(type: "message", listener: (event: MessageEventLike) => void): void;
  addEventListener(type: "close", listener: () => void): void;
  close(): void;
}

/** Calls each listener at most once, also when it is added after the fact. */
export class Closing {
  private done = false;
  private readonly listeners: (() => void)[] = [];

  add(listener: () => void): void {
    if (this.done) listener();
    else this.listeners.push(listener);
  }

  fire(): void {
    if (this.done) return;
    this.done = true;
    for (const listener of this.listeners) listener();
  }
}

export function overMessagePort<Out, In>(port: MessagePortLike): Port<Out, In> {
  const closing = new Closing();
  port.addEventListener("close", () => closing.fire());
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.addEventListener("message", (event) => listener(event.data as In));
      port.start?.();
    },
    onClose: (listener) => closing.add(listener),
    close: () => {
      port.close();
      closing.fire();
    },
  };
}

/** The socket must be open already. */
export function overSocket<Out, In>(socket: SocketLike): Port<Out, In> {
  const closing = new Closing();
  socket.addEventListener("close", () => closing.fire());
  return {
    post: (message) => socket.send(JSON.stringify(message)),
    onMessage: (listener) =>
      socket.addEventListener("message", (event) => {
        let message: unknown;
        try {
          if (typeof event.data !== "string") throw new Error("not text");
          message = JSON.parse(event.data);
        } catch {
          socket.close();
          return;
        }
        listener(message as In);
      }),
    onClose: (listener) => closing.add(listener),
    close: () => {
      socket.close();
      closing.fire();
    },
  };
}

/** Two ends in one process. Values are copied as JSON, so that nothing travels here that could not travel elsewhere. */
export function portPair<A, B>(): [Port<A, B>, Port<B, A>] {
  const closing = new Closing();
  const toLeft: ((message: B) => void)[] = [];
  const toRight: ((message: A) => void)[] = [];
  let closed = false;
  const copy = <T>(message: T): T => JSON.parse(JSON.stringify(message)) as T;
  const close = () => {
    closed = true;
    closing.fire();
  };
  const end = <Out, In>(
    mine: ((message: In) => void)[],
    theirs: ((message: Out) => void)[],
  ): Port<Out, In> => ({
    post: (message) => {
      const copied = copy(message);
      void Promise.resolve().then(() => {
        if (!closed) for (const listener of theirs) listener(copied);
      });
    },
    onMessage: (listener) => {
      mine.push(listener);
    },
    onClose: (listener) => closing.add(listener),
    close,
  });
  return [end<A, B>(toLeft, toRight), end<B, A>(toRight, toLeft)];
}

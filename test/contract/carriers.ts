// The carriers of the contract, each as a function that joins a client to an engine: in one process, over a MessagePort
// and over a WebSocket. The suite runs over every one of them.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { MessageChannel } from "node:worker_threads";
import { WebSocket, WebSocketServer } from "ws";
import { serve } from "../../electron/engine/protocol";
import { type Client, connect } from "../../shared/contract/client";
import type { FromEngine, ToEngine } from "../../shared/contract/messages";
import { overMessagePort, overSocket, portPair } from "../../shared/contract/ports";

type ServedEngine = Parameters<typeof serve>[0];

export interface Joined {
  readonly client: Client;
  /** Sends anything to the engine's end as a peer that keeps to no schema would. */
  sendRaw(message: unknown): void;
  /** Resolves when the engine's end has let go of the connection. */
  readonly served: Promise<void>;
  close(): Promise<void>;
}

export interface Carrier {
  readonly name: string;
  join(engine: ServedEngine): Promise<Joined>;
}

const inProcess: Carrier = {
  name: "in process",
  async join(engine) {
    const [left, right] = portPair<ToEngine, FromEngine>();
    const served = serve(engine, right);
    const client = connect(left);
    return {
      client,
      sendRaw: (message) => left.post(message as ToEngine),
      served,
      close: async () => {
        client.close();
        await served;
      },
    };
  },
};

const messagePort: Carrier = {
  name: "MessagePort",
  async join(engine) {
    const { port1, port2 } = new MessageChannel();
    const served = serve(engine, overMessagePort<FromEngine, ToEngine>(port2));
    const client = connect(overMessagePort<ToEngine, FromEngine>(port1));
    return {
      client,
      sendRaw: (message) => port1.postMessage(message),
      served,
      close: async () => {
        client.close();
        await served;
      },
    };
  },
};

const webSocket: Carrier = {
  name: "WebSocket",
  async join(engine) {
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    await once(server, "listening");
    const accepted = once(server, "connection") as Promise<[WebSocket]>;
    const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const [theirs] = await accepted;
    const served = serve(engine, overSocket<FromEngine, ToEngine>(theirs as never));
    if (socket.readyState !== socket.OPEN) await once(socket, "open");
    const client = connect(overSocket<ToEngine, FromEngine>(socket as never));
    return {
      client,
      sendRaw: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
      served,
      close: async () => {
        client.close();
        await served;
        server.close();
      },
    };
  },
};

export const CARRIERS: readonly Carrier[] = [inProcess, messagePort, webSocket];

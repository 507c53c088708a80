// The same interface on loopback, for a machine without Electron: one HTTP server that hands out dist/renderer and carries
// the table of operations over a WebSocket to an engine process. It promises that nobody but the holder of the one-time
// address gets in (./doors.ts), and that an engine's death closes the sockets at once, so that the window reconnects to
// a fresh one and re-opens its views instead of waiting for ever.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { type ClientPort, toWire } from "../../shared/contract/client";
import { overSocket } from "../../shared/contract/ports";
import { ProductError } from "../../shared/errors";
import { contentHeaders, contentOf } from "../main/content";
import { type EngineProcess, supervise } from "../main/supervisor";
import { Doors, isElsewhere } from "./doors";

/** An engine with any number of connections, as ../engine/child-engine.ts starts it. */
export interface SessionEngine extends EngineProcess {
  port(): ClientPort;
}

export interface SessionOptions {
  /** dist/renderer. */
  readonly renderer: string;
  readonly startEngine: () => SessionEngine;
  readonly host: (name: string, request: unknown) => Promise<unknown>;
  /** 0, the default, takes any free port. */
  readonly port?: number;
}

export interface Session {
  /** Opens the session, once: it carries the token. */
  readonly address: string;
  readonly origin: string;
  /** How many engines were started so far. */
  readonly engines: number;
  /** For tests of what the window does when its engine dies. */
  killEngine(): void;
  close(): Promise<void>;
}

/** A request of the window: the largest holds a CSV of pairs. */
const MOST_BYTES = 64 << 20;
/** WebSocket close codes (RFC 6455, 7.4.1; 1012 is registered as "service restart"). */
const RESTART = 1012;
const FAILED = 1011;

export async function startSession(options: SessionOptions): Promise<Session> {
  const engines = supervise(options.startEngine);
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const doors = new Doors((server.address() as AddressInfo).port);
  const headers = contentHeaders(`'self' ws://${doors.host}`);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_BYTES, perMessageDeflate: false });

  server.on("request", (request, response) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) plain(response, 500, "The session failed to answer.");
      else response.destroy();
    });
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const reason =
      doors.refusal(request, { origin: true, cookie: true }) ??
      (request.url === "/engine" ? null : "There is nothing here.");
    if (reason) {
      socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${reason}`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, join);
  });

  /** One socket, one connection of the engine: what it asks goes on, what comes back returns, and both end together. */
  function join(socket: WebSocket): void {
    let engine: ClientPort;
    try {
      engine = engines.current().port();
    } catch (cause) {
      socket.close(FAILED, (cause instanceof Error ? cause.message : String(cause)).slice(0, 120));
      return;
    }
    // The browser's socket by shape: ws types its listeners differently from the standard it follows.
    const page = overSocket<unknown, never>(socket as never);
    page.onMessage((message) => engine.post(message));
    engine.onMessage((message) => {
      if (socket.readyState === socket.OPEN) page.post(message);
    });
    page.onClose(() => engine.close());
    engine.onClose(() => {
      if (socket.readyState === socket.OPEN) socket.close(RESTART, "The engine stopped.");
    });
  }

  function plain(response: ServerResponse, status: number, text: string, extra: Record<string, string> = {}) {
    response.writeHead(status, { ...headers, ...extra, "Content-Type": "text/plain; charset=utf-8" });
    response.end(`${text}\n`);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", doors.origin);
    const opening = url.pathname === "/open" && request.method === "GET";
    const asking = url.pathname.startsWith("/host/") && request.method === "POST";
    const refused = doors.refusal(request, { origin: asking, cookie: !opening });
    if (refused) return plain(response, 403, refused);
    if (opening) {
      const cookie = doors.redeem(url.searchParams.get("token") ?? "");
      if (cookie === null)
        return plain(response, 403, "This address was used before, or is not the session's.");
      if (!isElsewhere(request))
        return plain(response, 303, "Open.", { "Set-Cookie": cookie, Location: "/" });
      // A strict cookie is not sent along a redirect that began in a file: a page of this site goes on instead.
      response.writeHead(200, {
        ...headers,
        "Content-Type": "text/html; charset=utf-8",
        "Set-Cookie": cookie,
      });
      response.end('<!doctype html><meta http-equiv="refresh" content="0;url=/"><title>Portwitness</title>');
      return;
    }
    if (asking) return askHost(request, response, url.pathname.slice("/host/".length));
    if (request.method !== "GET" && request.method !== "HEAD")
      return plain(response, 405, "Only reading is answered here.", { Allow: "GET, HEAD" });
    const content = await contentOf(options.renderer, url.pathname);
    if (!content) return plain(response, 404, "There is nothing here.");
    response.writeHead(200, {
      ...headers,
      "Content-Type": content.type,
      "Content-Length": content.body.length,
    });
    response.end(request.method === "HEAD" ? undefined : content.body);
  }

  async function askHost(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    let status = 200;
    let body: unknown;
    try {
      body = { reply: await options.host(name, await jsonOf(request)) };
    } catch (thrown) {
      status = 400;
      body = { error: toWire(thrown) };
    }
    response.writeHead(status, { ...headers, "Content-Type": "application/json" });
    response.end(JSON.stringify(body));
  }

  return {
    address: doors.address,
    origin: doors.origin,
    get engines() {
      return engines.starts;
    },
    killEngine: () => engines.current().kill(),
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      engines.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  if (request.headers["content-type"] !== "application/json")
    throw new ProductError("usage", "The request is not JSON.", "Send application/json.");
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > 1 << 20) throw new ProductError("usage", "The request is too large.", "Ask for less.");
    parts.push(part as Buffer);
  }
  return JSON.parse(Buffer.concat(parts).toString("utf8"));
}

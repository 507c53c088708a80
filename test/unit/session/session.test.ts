// What keeps the loopback session the analyst's own.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { sessionHost } from "../../../electron/session/host";
import { type Session, type SessionEngine, startSession } from "../../../electron/session/session";
import type { ClientPort } from "../../../shared/contract/client";
import type { FromEngine, ToEngine } from "../../../shared/contract/messages";
import { Closing } from "../../../shared/contract/ports";

const folder = mkdtempSync(join(tmpdir(), "pw-session-"));
const renderer = join(folder, "renderer");
let session: Session;

/** An engine that answers each request with its operation's name and says so of cancels. */
function echoEngine(): SessionEngine {
  const exit = new Closing();
  const ports = new Set<Closing>();
  return {
    port: (): ClientPort => {
      const closing = new Closing();
      ports.add(closing);
      const listeners: ((message: FromEngine) => void)[] = [];
      return {
        post: (message: ToEngine) => {
          if (message.kind !== "request") return;
          for (const listener of listeners)
            listener({ kind: "reply", id: message.id, reply: { ran: message.operation } });
        },
        onMessage: (listener) => {
          listeners.push(listener);
        },
        onClose: (listener) => closing.add(listener),
        close: () => closing.fire(),
      };
    },
    onExit: (listener) => exit.add(() => listener("killed")),
    kill: () => {
      exit.fire();
      for (const port of ports) port.fire();
    },
  };
}

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}
function ask(
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
  body?: string,
): Promise<Answer> {
  const { port } = new URL(session.origin);
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: "127.0.0.1", port, path, method, headers: { Host: `127.0.0.1:${port}`, ...headers } },
      (response) => {
        let text = "";
        response.on("data", (part) => {
          text += String(part);
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}
const socket = (headers: Record<string, string>): Promise<WebSocket | number> =>
  new Promise((resolve) => {
    const one = new WebSocket(`${session.origin.replace("http", "ws")}/engine`, { headers });
    one.once("open", () => resolve(one));
    one.once("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
    one.once("error", () => {});
  });

let cookie = "";
beforeAll(async () => {
  mkdirSync(renderer);
  mkdirSync(join(folder, "renderer-secret"));
  writeFileSync(join(renderer, "index.html"), "<!doctype html><title>Portwitness</title>");
  writeFileSync(join(folder, "renderer-secret", "key.json"), "{}");
  writeFileSync(join(folder, "outside.html"), "outside");
  symlinkSync(join(folder, "outside.html"), join(renderer, "link.html"));
  session = await startSession({
    renderer,
    startEngine: echoEngine,
    host: sessionHost({ cli: "none", env: { HOME: folder, PORTWITNESS_EXAMINER: "M. Aurel" } }),
  });
});
afterAll(async () => {
  await session.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the loopback session", () => {
  it("shows nothing before the one-time address was opened", async () => {
    expect((await ask("/")).status).toBe(403);
    expect(await socket({ Origin: session.origin })).toBe(403);
  });

  it("refuses a wrong token and leaves the right one usable", async () => {
    expect((await ask(`/open?token=${"0".repeat(64)}`)).status).toBe(403);
  });

  it("exchanges the token once for a cookie that no script and no other site can use", async () => {
    const path = session.address.slice(session.origin.length);
    const opened = await ask(path);
    expect(opened.status).toBe(303);
    const set = String(opened.headers["set-cookie"]);
    expect(set).toMatch(/HttpOnly/);
    expect(set).toMatch(/SameSite=Strict/);
    cookie = set.split(";")[0] ?? "";
    expect((await ask(path)).status).toBe(403);
    expect((await ask("/", { Cookie: cookie })).status).toBe(200);
  });

  it("allows no inline script and no address but its own", async () => {
    const policy = String((await ask("/", { Cookie: cookie })).headers["content-security-policy"]);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/connect-src 'self' ws:\/\/127\.0\.0\.1:\d+;/);
    expect(policy).not.toContain("unsafe-eval");
  });

  it("refuses another name for this machine, which a rebound DNS name would be", async () => {
    const { port } = new URL(session.origin);
    for (const host of [
      `localhost:${port}`,
      `evil.example:${port}`,
      "127.0.0.1",
      `127.0.0.1.evil.example:${port}`,
    ])
      expect((await ask("/", { Cookie: cookie, Host: host })).status, host).toBe(403);
  });

  it("refuses another origin and a request that another site began", async () => {
    expect((await ask("/", { Cookie: cookie, Origin: "http://evil.example" })).status).toBe(403);
    expect((await ask("/", { Cookie: cookie, "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
    expect(await socket({ Cookie: cookie, Origin: "http://evil.example" })).toBe(403);
    expect(await socket({ Cookie: cookie })).toBe(403);
  });

  it("hands out the interface's files and nothing beside them", async () => {
    for (const path of [
      "/../outside.html",
      "/%2e%2e/outside.html",
      "/..%2fouter.html",
      "/..%2frenderer-secret/key.json",
      "/link.html",
      "/%00.html",
      "/%",
    ])
      expect((await ask(path, { Cookie: cookie })).status, path).toBe(404);
    expect((await ask("/", { Cookie: cookie }, "PUT")).status).toBe(405);
  });

  it("lists folders only for a request of this very origin", async () => {
    const headers = { Cookie: cookie, "Content-Type": "application/json" };
    const body = JSON.stringify({ path: folder });
    expect((await ask("/host/host.list", headers, "POST", body)).status).toBe(403);
    const listed = await ask("/host/host.list", { ...headers, Origin: session.origin }, "POST", body);
    const { reply } = JSON.parse(listed.body) as { reply: { entries: { name: string; kind: string }[] } };
    expect(reply.entries.map((entry) => `${entry.kind} ${entry.name}`)).toEqual([
      "folder renderer",
      "folder renderer-secret",
      "file outside.html",
    ]);
  });

  it("says which folder cannot be listed, and what to do", async () => {
    const answer = await ask(
      "/host/host.list",
      { Cookie: cookie, "Content-Type": "application/json", Origin: session.origin },
      "POST",
      JSON.stringify({ path: join(folder, "nowhere") }),
    );
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({
      error: { code: "input", mend: "Choose another folder." },
    });
  });

  it("closes the socket when the engine dies, and serves a fresh engine to the next", async () => {
    const first = await socket({ Cookie: cookie, Origin: session.origin });
    if (typeof first === "number") throw new Error(`refused: ${first}`);
    const answered = new Promise((resolve) =>
      first.once("message", (data) => resolve(JSON.parse(String(data)))),
    );
    first.send(JSON.stringify({ kind: "request", id: 7, operation: "formats.list", request: {} }));
    expect(await answered).toEqual({ kind: "reply", id: 7, reply: { ran: "formats.list" } });
    const closed = new Promise((resolve) => first.once("close", resolve));
    session.killEngine();
    expect(await closed).toBe(1012);
    const second = await socket({ Cookie: cookie, Origin: session.origin });
    if (typeof second === "number") throw new Error(`refused: ${second}`);
    expect(session.engines).toBe(2);
    second.close();
  });

  it("closes a socket that does not speak JSON", async () => {
    const one = await socket({ Cookie: cookie, Origin: session.origin });
    if (typeof one === "number") throw new Error(`refused: ${one}`);
    const closed = new Promise((resolve) => one.once("close", () => resolve(true)));
    one.send("{not json");
    expect(await closed).toBe(true);
  });
});

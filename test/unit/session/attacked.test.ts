// The session as others on the machine meet it: another user with the port, a page that rebinds a name, an address used
// again, the cookie of another session. The token stands where its user alone can read it.
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Session, startSession } from "../../../electron/session/session";

const root = resolve(import.meta.dirname, "../../..");
const work = mkdtempSync(join(tmpdir(), "portwitness-attacked-"));
chmodSync(work, 0o755);
const renderer = join(work, "renderer");
let session: Session;
let other: Session;
const noEngine = (): never => {
  throw new Error("no engine is needed here");
};
const start = () => startSession({ renderer, startEngine: noEngine, host: async () => ({}) });
beforeAll(async () => {
  mkdirSync(renderer);
  writeFileSync(join(renderer, "index.html"), "<!doctype html><title>secret</title>");
  session = await start();
  other = await start();
});
afterAll(async () => {
  await session.close();
  await other.close();
  rmSync(work, { recursive: true, force: true });
});
const get = (address: string, headers: Record<string, string> = {}) =>
  fetch(address, { redirect: "manual", headers });

describe("the session's one-time address", () => {
  it("opened from a file of the user's own goes on as a page of the session, with a strict cookie", async () => {
    const opened = await get(session.address, {
      "Sec-Fetch-Site": "cross-site",
      "Sec-Fetch-Mode": "navigate",
    });
    expect(opened.status).toBe(200);
    expect(await opened.text()).toContain('content="0;url=/"');
    const cookie = opened.headers.get("set-cookie")!;
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await get(`${session.origin}/`, { Cookie: cookie.split(";")[0]! })).status).toBe(200);
    // With the cookie, but begun by another site.
    const begun = { Cookie: cookie.split(";")[0]!, "Sec-Fetch-Site": "cross-site" };
    expect((await get(`${session.origin}/`, begun)).status).toBe(403);
  });

  it("works once: whoever repeats it, with or without its cookie's name, stays outside", async () => {
    for (let i = 0; i < 3; i++) expect((await get(session.address)).status).toBe(403);
    expect((await get(session.address, { Cookie: "portwitness=" })).status).toBe(403);
  });

  it("opens no other session, and neither does its cookie", async () => {
    const token = new URL(session.address).search;
    expect((await get(`${other.origin}/open${token}`)).status).toBe(403);
    const opened = await get(other.address);
    const cookie = opened.headers.get("set-cookie")!.split(";")[0]!;
    expect((await get(`${other.origin}/`, { Cookie: cookie })).status).toBe(200);
    expect((await get(`${session.origin}/`, { Cookie: cookie })).status).toBe(403);
  });

  it("is not found by trying: a thousand guesses leave the door as it was", async () => {
    const third = await start();
    try {
      for (let i = 0; i < 1000; i++) {
        const guess = i.toString(16).padStart(64, "0");
        expect((await get(`${third.origin}/open?token=${guess}`)).status).toBe(403);
      }
      expect((await get(third.address)).status).toBe(303);
    } finally {
      await third.close();
    }
  });
});

describe.skipIf(process.getuid?.() !== 0)(
  "another user of the machine (needs the right to become one)",
  () => {
    it("reaches the port and gets nothing from it", async () => {
      const ask = `for (const path of ["/", "/open", "/open?token=", "/host/host.list", "/engine"])
      await fetch(${JSON.stringify(session.origin)} + path, { method: path.startsWith("/host") ? "POST" : "GET" })
        .then(async (r) => console.log(path, r.status, (await r.text()).includes("secret")));`;
      const child = spawn(process.execPath, ["--input-type=module", "-e", ask], {
        uid: 65_534,
        gid: 65_534,
        cwd: "/",
        env: { PATH: process.env.PATH ?? "" },
        stdio: ["ignore", "pipe", "inherit"],
      });
      let said = "";
      child.stdout.on("data", (part) => {
        said += String(part);
      });
      expect(await new Promise((gone) => child.once("exit", gone))).toBe(0);
      expect(said.trim().split("\n")).toEqual(
        ["/", "/open", "/open?token=", "/host/host.list", "/engine"].map((path) => `${path} 403 false`),
      );
    });
  },
);

const built = existsSync(join(root, "dist/session.js"));
describe.skipIf(!built || process.platform !== "linux")("the window's browser (needs dist/, Linux)", () => {
  it("is given the address by a file that its user alone can read, never on the command line", async () => {
    const bin = join(work, "bin");
    mkdirSync(bin);
    const seen = join(work, "seen.txt");
    // Stands for Chromium: notes its words and what the file said and how it lay, and ends.
    writeFileSync(
      join(bin, "chromium"),
      `#!/bin/sh\nprintf '%s\\n' "$@" > ${seen}.part\ncp "$(printf '%s' "$1" | sed 's,--app=file://,,')" ${seen}.html\nstat -c %a "$(dirname "$(printf '%s' "$1" | sed 's,--app=file://,,')")" > ${seen}.mode\nmv ${seen}.part ${seen}\n`,
      { mode: 0o755 },
    );
    const child = spawn(process.execPath, [join(root, "build/start.mjs")], {
      cwd: root,
      env: { ...process.env, DISPLAY: ":99", PATH: `${bin}:/usr/bin:/bin`, HOME: work },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const code = await new Promise((gone) => child.once("exit", gone));
    expect(code).toBe(0);
    const words = readFileSync(seen, "utf8");
    expect(words).toMatch(/^--app=file:\/\//);
    expect(words).not.toMatch(/token|127\.0\.0\.1/);
    const page = readFileSync(`${seen}.html`, "utf8");
    expect(page).toMatch(/url=http:\/\/127\.0\.0\.1:\d+\/open\?token=[0-9a-f]{64}"/);
    expect(readFileSync(`${seen}.mode`, "utf8").trim()).toBe("700");
    // Gone with the window.
    expect(existsSync(dirname(fileURLToPath(words.split("\n")[0]!.slice(6))))).toBe(false);
  });
});

// The table of operations with the real engine behind it, the same over every carrier.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startChildEngine } from "../../electron/engine/child-engine";
import { Engine } from "../../electron/engine/engine";
import { type Client, connect } from "../../shared/contract/client";
import type { OperationName } from "../../shared/contract/contract";
import type { Progress } from "../../shared/contract/messages";
import type { ProductError } from "../../shared/errors";
import { demoWorld } from "../simulate/demo";
import { CARRIERS } from "./carriers";

const world = demoWorld(3);
const server = world.files.find((file) => file.add.as === world.server)!;
let folder: string;
let evidence: string;
const before = { home: process.env.PORTWITNESS_HOME, examiner: process.env.PORTWITNESS_EXAMINER };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "portwitness-contract-"));
  evidence = join(folder, server.name);
  writeFileSync(evidence, server.content);
  process.env.PORTWITNESS_HOME = join(folder, "home");
  delete process.env.PORTWITNESS_EXAMINER;
});
afterAll(() => {
  if (before.home === undefined) delete process.env.PORTWITNESS_HOME;
  else process.env.PORTWITNESS_HOME = before.home;
  if (before.examiner !== undefined) process.env.PORTWITNESS_EXAMINER = before.examiner;
  rmSync(folder, { recursive: true, force: true });
});

const failure = (promise: Promise<unknown>): Promise<ProductError> =>
  promise.then(
    () => {
      throw new Error("nothing failed");
    },
    (error: ProductError) => error,
  );

for (const [n, carrier] of CARRIERS.entries()) {
  describe(`the operations over ${carrier.name}`, () => {
    const engine = new Engine();
    let client: Client;
    let other: Client;
    let close: () => Promise<void>;
    let casePath: string;
    beforeAll(async () => {
      const one = await carrier.join(engine);
      const two = await carrier.join(engine);
      client = one.client;
      other = two.client;
      close = async () => {
        await one.close();
        await two.close();
        await engine.close();
      };
      casePath = join(folder, `carrier-${n}.case`);
      await client.request("case.new", { case: casePath, title: carrier.name, examiner: "A. Weber" });
    });
    afterAll(() => close());

    it("refuse an operation that is not in the table", async () => {
      const error = await failure(
        client.request("evidence.erase" as OperationName, { case: casePath } as never),
      );
      expect(error.code).toBe("usage");
      expect(error.message).toContain("evidence.erase");
    });

    it.each(["constructor", "__proto__", "toString"])("refuse %s, which every object has", async (name) => {
      expect((await failure(client.request(name as OperationName, {} as never))).code).toBe("usage");
    });

    it("refuse a request that does not fit its schema, and name the place", async () => {
      const error = await failure(client.request("evidence.rejects", { case: casePath, source: 7 } as never));
      expect(error.code).toBe("usage");
      expect(error.message).toContain("source");
    });

    it("add evidence with progress, and list it", async () => {
      const seen: Progress[] = [];
      const reply = await client.request(
        "evidence.add",
        { case: casePath, files: [evidence], as: world.server, role: "server" },
        { progress: (report) => seen.push(report) },
      );
      expect(reply.files[0]!.records).toBeGreaterThan(1_000);
      expect(seen.length).toBeGreaterThan(0);
      const sources = await other.request("evidence.sources", { case: casePath });
      expect(sources.map((source) => source.name)).toEqual([world.server]);
    });

    it("page a view within its connection, and know nothing of it on another", async () => {
      const view = await client.request("records.open", { case: casePath, source: world.server });
      const page = await client.request("records.page", {
        case: casePath,
        view: view.view,
        from: 10,
        to: 20,
      });
      expect(page.rows.map((row) => row.row)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
      const theirs = await failure(
        other.request("records.page", { case: casePath, view: view.view, from: 0, to: 1 }),
      );
      expect(theirs.code).toBe("view-gone");
      await client.request("records.close", { case: casePath, view: view.view });
      const gone = await failure(
        client.request("records.page", { case: casePath, view: view.view, from: 0, to: 1 }),
      );
      expect(gone.code).toBe("view-gone");
    });

    it("refuse a page of more than 1,000 rows", async () => {
      const view = await client.request("records.open", { case: casePath, source: world.server });
      const error = await failure(
        client.request("records.page", { case: casePath, view: view.view, from: 0, to: 1_001 }),
      );
      expect(error.code).toBe("usage");
    });

    it("stop an import that is cancelled, and leave nothing of it", async () => {
      const large = join(folder, `large-${n}.log`);
      writeFileSync(large, server.content.repeat(40));
      const acts = (await client.request("custody.ledger", { case: casePath })).total;
      const controller = new AbortController();
      const error = await failure(
        client.request(
          "evidence.add",
          { case: casePath, files: [large], as: "large", role: "server" },
          { signal: controller.signal, progress: () => controller.abort() },
        ),
      );
      expect(error.code).toBe("cancelled");
      const sources = await client.request("evidence.sources", { case: casePath });
      expect(sources.map((source) => source.name)).toEqual([world.server]);
      const { acts: after } = await client.request("custody.ledger", { case: casePath, from: acts });
      expect(after.filter((act) => act.result === "done")).toEqual([]);
    });
  });
}

describe("an engine in a process of its own", () => {
  const root = resolve(import.meta.dirname, "../..");
  const start = () =>
    startChildEngine(join(root, "dist/engine.js"), {
      ...process.env,
      PORTWITNESS_HOME: join(folder, "home"),
    });
  beforeAll(() => {
    execFileSync(process.execPath, [join(root, "build/prepare.mjs"), "--only", "node"], {
      stdio: ["ignore", "ignore", "inherit"],
    });
  });

  it("serves several connections over its one channel", async () => {
    const engine = start();
    const [one, two] = [connect(engine.port()), connect(engine.port())];
    const [a, b] = await Promise.all([one.request("formats.list", {}), two.request("formats.list", {})]);
    expect(a.length).toBeGreaterThan(0);
    expect(b).toEqual(a);
    one.close();
    expect((await two.request("formats.list", {})).length).toBe(a.length);
    await engine.stop();
  });

  it("tells every request that is open when it is killed, and leaves a case that opens again", async () => {
    const casePath = join(folder, "killed.case");
    const engine = start();
    const client = connect(engine.port());
    await client.request("case.new", { case: casePath, title: "Killed", examiner: "A. Weber" });
    const large = join(folder, "killed.log");
    writeFileSync(large, server.content.repeat(40));
    const killed = failure(
      client.request(
        "evidence.add",
        { case: casePath, files: [large], as: "large", role: "server" },
        { progress: () => process.kill(engine.pid, "SIGKILL") },
      ),
    );
    expect((await killed).code).toBe("engine-lost");
    expect(client.connected).toBe(false);

    const next = start();
    const again = connect(next.port());
    expect(await again.request("evidence.sources", { case: casePath })).toEqual([]);
    await next.stop();
    expect(readFileSync(join(casePath, "custody.jsonl"), "utf8")).not.toContain("evidence.add");
  });

  it("closes its cases when it is asked to stop, so that the next program finds no lock", async () => {
    const casePath = join(folder, "stopped.case");
    const engine = start();
    const client = connect(engine.port());
    await client.request("case.new", { case: casePath, title: "Stopped", examiner: "A. Weber" });
    await engine.stop();
    const next = start();
    const info = await connect(next.port()).request("case.open", { case: casePath });
    expect(info.recovered).toEqual([]);
    await next.stop();
  });
});

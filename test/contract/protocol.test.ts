import { afterEach, describe, expect, it } from "vitest";
import type { Progress } from "../../shared/contract/messages";
import { ProductError } from "../../shared/errors";
import { CARRIERS, type Joined } from "./carriers";

// An engine whose one operation does as the test says, so that timing is in the test's hand.
interface Call {
  readonly name: string;
  readonly request: unknown;
  readonly signal: AbortSignal;
  readonly connection: string;
  progress(report: Progress): void;
  reply(value: unknown): void;
  fail(error: unknown): void;
}

function scripted() {
  const calls: Call[] = [];
  const waiting: ((call: Call) => void)[] = [];
  const disconnected: string[] = [];
  const engine = {
    run: (
      name: string,
      request: unknown,
      options: { signal: AbortSignal; connection: string; progress(p: Progress): void },
    ) =>
      new Promise((resolve, reject) => {
        const call: Call = {
          name,
          request,
          signal: options.signal,
          connection: options.connection,
          progress: options.progress,
          reply: resolve,
          fail: reject,
        };
        options.signal.addEventListener("abort", () => reject(options.signal.reason));
        calls.push(call);
        waiting.shift()?.(call);
      }),
    disconnect: async (connection: string) => {
      disconnected.push(connection);
    },
  };
  const nextCall = () => new Promise<Call>((resolve) => waiting.push(resolve));
  return { engine: engine as never, calls, nextCall, disconnected };
}

const settled = (promise: Promise<unknown>) =>
  promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error: error as ProductError }),
  );

for (const carrier of CARRIERS) {
  describe(`the message loop over ${carrier.name}`, () => {
    let joined: Joined | undefined;
    afterEach(async () => {
      await joined?.close();
      joined = undefined;
    });

    it("gives each reply to the request that asked for it, in whatever order they end", async () => {
      const { engine, calls } = scripted();
      joined = await carrier.join(engine);
      const first = joined.client.request("custody.ledger", { case: "a" });
      const second = joined.client.request("custody.ledger", { case: "b" });
      await expect.poll(() => calls.length).toBe(2);
      calls[1]!.reply({ of: "b" });
      calls[0]!.reply({ of: "a" });
      expect(await first).toEqual({ of: "a" });
      expect(await second).toEqual({ of: "b" });
    });

    it("carries an error whole: code, message, mend, file, line and candidates", async () => {
      const { engine, nextCall } = scripted();
      joined = await carrier.join(engine);
      const call = nextCall();
      const answer = settled(joined.client.request("evidence.sources", { case: "a" }));
      const where = { file: "access.log", line: 12, candidates: ["csv", "openssh"] };
      (await call).fail(new ProductError("input", "Two formats fit.", "Name one with --format.", where));
      const { error } = (await answer) as { error: ProductError };
      expect(error).toBeInstanceOf(ProductError);
      expect({ code: error.code, message: error.message, mend: error.mend, where: error.where }).toEqual({
        code: "input",
        message: "Two formats fit.",
        mend: "Name one with --format.",
        where,
      });
    });

    it("says of a fault that it is the program's, not the evidence's", async () => {
      const { engine, nextCall } = scripted();
      joined = await carrier.join(engine);
      const call = nextCall();
      const answer = settled(joined.client.request("formats.list", {}));
      (await call).fail(new TypeError("x is undefined"));
      const { error } = (await answer) as { error: ProductError };
      expect(error.code).toBe("internal");
      expect(error.mend).toMatch(/fault in Portwitness/);
    });

    it("takes a cancel to the running work, and the request then ends as cancelled", async () => {
      const { engine, nextCall } = scripted();
      joined = await carrier.join(engine);
      const controller = new AbortController();
      const call = nextCall();
      const answer = settled(joined.client.request("formats.list", {}, { signal: controller.signal }));
      const running = await call;
      controller.abort();
      const { error } = (await answer) as { error: ProductError };
      expect(running.signal.aborted).toBe(true);
      expect(error.code).toBe("cancelled");
    });

    it("cancels one request and leaves its neighbour running", async () => {
      const { engine, calls } = scripted();
      joined = await carrier.join(engine);
      const controller = new AbortController();
      const stopped = settled(joined.client.request("formats.list", {}, { signal: controller.signal }));
      const kept = joined.client.request("formats.list", {});
      await expect.poll(() => calls.length).toBe(2);
      controller.abort();
      await stopped;
      expect(calls[1]!.signal.aborted).toBe(false);
      calls[1]!.reply([]);
      expect(await kept).toEqual([]);
    });

    it("sends no request whose signal is aborted already", async () => {
      const { engine, calls } = scripted();
      joined = await carrier.join(engine);
      const answer = await settled(
        joined.client.request("formats.list", {}, { signal: AbortSignal.abort() }),
      );
      expect((answer as { error: ProductError }).error.code).toBe("cancelled");
      expect(calls).toHaveLength(0);
    });

    it("reports progress at most about ten times a second, and the end of it always", async () => {
      const { engine, nextCall } = scripted();
      joined = await carrier.join(engine);
      const seen: Progress[] = [];
      const call = nextCall();
      const answer = joined.client.request("formats.list", {}, { progress: (report) => seen.push(report) });
      const running = await call;
      const began = performance.now();
      for (let done = 0; done <= 1_000; done++)
        running.progress({ doing: "Reading", done, total: 1_000, unit: "bytes" });
      const took = performance.now() - began;
      running.reply([]);
      await answer;
      expect(seen.length).toBeGreaterThanOrEqual(2);
      expect(seen.length).toBeLessThanOrEqual(2 + Math.ceil(took / 100));
      expect(seen.at(-1)?.done).toBe(1_000);
    });

    it("cancels what a lost connection was running, and drops its views", async () => {
      const { engine, nextCall, disconnected } = scripted();
      joined = await carrier.join(engine);
      const call = nextCall();
      const answer = settled(joined.client.request("formats.list", {}));
      const running = await call;
      await joined.close();
      expect(running.signal.aborted).toBe(true);
      expect(disconnected).toEqual([running.connection]);
      expect(((await answer) as { error: ProductError }).error.code).toBe("engine-lost");
      expect(joined.client.connected).toBe(false);
    });

    it("answers every request after the connection is lost with engine-lost", async () => {
      const { engine } = scripted();
      joined = await carrier.join(engine);
      await joined.close();
      const answer = await settled(joined.client.request("formats.list", {}));
      expect((answer as { error: ProductError }).error.code).toBe("engine-lost");
    });

    it.each([
      ["a message of no known kind", { kind: "eval", id: 1, code: "1" }],
      ["a request without an id", { kind: "request", operation: "formats.list", request: {} }],
      [
        "a request with more than the contract's keys",
        { kind: "request", id: 1, operation: "formats.list", request: {}, as: "root" },
      ],
      ["a value that is no object", 7],
    ])("hangs up on %s", async (_, message) => {
      const { engine, calls } = scripted();
      joined = await carrier.join(engine);
      joined.sendRaw(message);
      await joined.served;
      expect(calls).toHaveLength(0);
    });

    it("hangs up on a peer that uses a running request's id again", async () => {
      const { engine, calls } = scripted();
      joined = await carrier.join(engine);
      joined.sendRaw({ kind: "request", id: 5, operation: "formats.list", request: {} });
      joined.sendRaw({ kind: "request", id: 5, operation: "formats.list", request: {} });
      await joined.served;
      expect(calls).toHaveLength(1);
    });

    it("gives each connection its own name, so that views cannot be taken over", async () => {
      const { engine, calls } = scripted();
      joined = await carrier.join(engine);
      const other = await carrier.join(engine);
      void settled(joined.client.request("formats.list", {}));
      void settled(other.client.request("formats.list", {}));
      await expect.poll(() => calls.length).toBe(2);
      expect(calls[0]!.connection).not.toBe(calls[1]!.connection);
      await other.close();
    });
  });
}

describe("a WebSocket", () => {
  it("is hung up on when it sends what is not JSON", async () => {
    const { engine, calls } = scripted();
    const joined = await CARRIERS.find((carrier) => carrier.name === "WebSocket")!.join(engine);
    joined.sendRaw("GET / HTTP/1.1");
    await joined.served;
    expect(calls).toHaveLength(0);
    await joined.close();
  });
});

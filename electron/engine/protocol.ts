// The message loop of the engine, over any carrier. It promises that each request is answered exactly once, that a
// cancel and a lost connection reach the work that they concern, and that nothing runs on an unchecked message: shape
// here, operation and schema in the engine. CONTRACT, "Carriers".
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { type EnginePort, toWire } from "../../shared/contract/client";
import type { OperationName } from "../../shared/contract/contract";
import type { Progress, ToEngine } from "../../shared/contract/messages";
import { ProductError } from "../../shared/errors";
import type { Engine } from "./engine";

/** Messages of progress a request may send: ten a second are enough for the eye, and never a flood for a slow carrier. */
const PROGRESS_EVERY_MS = 100;

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const toEngine = v.variant("kind", [
  v.strictObject({ kind: v.literal("request"), id, operation: v.string(), request: v.unknown() }),
  v.strictObject({ kind: v.literal("cancel"), id }),
]);

export interface ServeOptions {
  /** Name of the connection its views belong to; unique in the process. */
  readonly connection?: string;
  /** Examiner of this connection's acts, where the carrier knows one. */
  readonly examiner?: string | null;
}

/** Serves one connection until its port closes. Resolves then, when its running requests have ended. */
export function serve(
  engine: Pick<Engine, "run" | "disconnect">,
  port: EnginePort,
  options: ServeOptions = {},
): Promise<void> {
  const connection = options.connection ?? randomUUID();
  const running = new Map<number, { controller: AbortController; ended: Promise<void> }>();
  let open = true;

  const run = async (message: ToEngine & { kind: "request" }, signal: AbortSignal): Promise<void> => {
    let last = 0;
    const progress = (report: Progress) => {
      const now = performance.now();
      const finished = report.total !== null && report.done === report.total;
      if (!open || (now - last < PROGRESS_EVERY_MS && !finished)) return;
      last = now;
      port.post({ kind: "progress", id: message.id, progress: report });
    };
    try {
      const reply = await engine.run(message.operation as OperationName, message.request, {
        connection,
        signal,
        examiner: options.examiner ?? null,
        progress,
      });
      if (open) port.post({ kind: "reply", id: message.id, reply });
    } catch (thrown) {
      // An interrupted query surfaces as whatever DuckDB makes of it; what was asked for decides.
      const error = signal.aborted && !(thrown instanceof ProductError) ? signal.reason : thrown;
      if (open) port.post({ kind: "error", id: message.id, error: toWire(error) });
    }
  };

  return new Promise((resolve) => {
    port.onMessage((received) => {
      const parsed = v.safeParse(toEngine, received);
      if (!parsed.success) {
        port.close();
        return;
      }
      const message = parsed.output;
      if (message.kind === "cancel") {
        running.get(message.id)?.controller.abort();
        return;
      }
      if (running.has(message.id)) {
        port.close();
        return;
      }
      const controller = new AbortController();
      const ended = run(message as ToEngine & { kind: "request" }, controller.signal).finally(() =>
        running.delete(message.id),
      );
      running.set(message.id, { controller, ended });
    });
    port.onClose(() => {
      open = false;
      for (const { controller } of running.values()) controller.abort();
      const endings = [...running.values()].map(({ ended }) => ended);
      void Promise.allSettled(endings)
        .then(() => engine.disconnect(connection))
        .then(resolve, resolve);
    });
  });
}

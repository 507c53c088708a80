// The import worker: reads, hashes and parses in a thread of its own, so that the thread that owns the database only
// appends. Built to dist/import-worker.js; speaks over the port it is given (a worker's default port drops messages
// that are read synchronously).
import { type MessagePort, workerData } from "node:worker_threads";
import { ProductError } from "../../../shared/errors";
import { formatById } from "../../../shared/formats/registry";
import { type FromWorker, IN_FLIGHT, type Job, runJob, type ToWorker, type WorkerError } from "./job";

const { port, job } = workerData as { port: MessagePort; job: Job };

const free: ArrayBuffer[] = [];
let permits = IN_FLIGHT;
let waiting: (() => void) | null = null;
port.on("message", (message: ToWorker) => {
  free.push(message.buffer);
  permits++;
  waiting?.();
  waiting = null;
});

const post = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

runJob(job, formatById(job.format), {
  ship: async (shipment) => {
    post({ kind: "shipment", shipment }, [shipment.buffer]);
    permits--;
    if (permits === 0) {
      await new Promise<void>((resolve) => {
        waiting = resolve;
      });
    }
    return free.pop();
  },
  fileEnd: async (file, end) => post({ kind: "file-end", file, end }),
  breathe: async () => {},
}).then(
  () => {
    post({ kind: "done" });
    port.close();
  },
  (error: unknown) => {
    post({ kind: "error", error: asWorkerError(error) });
    port.close();
  },
);

function asWorkerError(error: unknown): WorkerError {
  if (error instanceof ProductError) {
    const { file, line } = error.where;
    return {
      product: true,
      code: error.code,
      message: error.message,
      mend: error.mend,
      where: { file, line },
    };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { product: false, code: "internal", message, mend: "Report this.", where: {} };
}

// The database's side of an import: takes shipments in order, appends them, and keeps the account of each file, by
// which conservation is checked. Works in staging tables only; publishing is the act's.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MessageChannel, Worker } from "node:worker_threads";
import type { Progress } from "../../../shared/contract/messages";
import { type ErrorCode, ProductError } from "../../../shared/errors";
import type { Format } from "../../../shared/formats/format";
import { formatById } from "../../../shared/formats/registry";
import { type Counts, zeroCounts } from "../../../shared/record/batch";
import { columnsOf } from "../../../shared/record/columns";
import { createRejectTable } from "../catalogue";
import { openAppender, type TableAppender, toCells } from "../database/appender";
import { cancelled, type NativeDatabase } from "../database/native";
import { whileHeld } from "./hold";
import { type FromWorker, type Job, runJob, type ToWorker } from "./job";
import { RecordTable } from "./record-table";
import type { ScanEnd } from "./scan";
import { type Shipment, unpack } from "./shipment";

export interface ImportIo {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

export interface ImportedFile extends ScanEnd {
  readonly counts: Counts;
  readonly records: number;
}

/** What an import makes; `address` and `text` hold only what the case did not know. */
export const stagingTables = (staging: string) => ({
  record: `${staging}_record`,
  rows: `${staging}_rows`,
  constant: `${staging}_constant`,
  reject: `${staging}_reject`,
  address: `${staging}_address`,
  text: `${staging}_text`,
});

/**
 * Runs a job into fresh staging tables and returns each file's account. Rows keep file order, so rowid is the row
 * number. Throws "cancelled", or what the parsing thread threw; the caller drops the tables.
 */
export async function importFiles(
  db: NativeDatabase,
  staging: string,
  job: Job,
  sizes: readonly number[],
  io: ImportIo,
  worker: URL | null = workerFile(),
): Promise<ImportedFile[]> {
  if (worker === null) return importJob(db, staging, job, formatById(job.format), sizes, io);
  return intoTables(db, staging, job, sizes, io, (intake) => runInWorker(worker, job, intake, io.signal));
}

/** The same in this thread alone, with the format given. */
export function importJob(
  db: NativeDatabase,
  staging: string,
  job: Job,
  format: Format | undefined,
  sizes: readonly number[],
  io: ImportIo,
): Promise<ImportedFile[]> {
  return intoTables(db, staging, job, sizes, io, (intake) => runHere(job, format, intake, io.signal));
}

async function intoTables(
  db: NativeDatabase,
  staging: string,
  job: Job,
  sizes: readonly number[],
  io: ImportIo,
  run: (intake: Intake) => Promise<void>,
): Promise<ImportedFile[]> {
  const tables = stagingTables(staging);
  await db.run(createRejectTable(tables.reject));
  await db.run(`CREATE TABLE "${tables.address}" AS FROM address LIMIT 0`);
  await db.run(`CREATE TABLE "${tables.text}" AS FROM text_value LIMIT 0`);
  const intake = await Intake.open(db, tables, job, sizes, io);
  try {
    await run(intake);
    return await intake.close();
  } catch (error) {
    // All of them: an open transaction would keep the case from being closed.
    await intake.abandon();
    throw error;
  }
}

/** Appends shipments and keeps the accounts. */
class Intake {
  private readonly counts: Counts[];
  private readonly records: number[];
  private readonly ends: (ScanEnd | undefined)[] = [];
  private readonly fileSlot: number;

  private constructor(
    private readonly db: NativeDatabase,
    private readonly record: RecordTable,
    private readonly reject: TableAppender,
    private readonly address: TableAppender,
    private readonly text: TableAppender,
    private readonly job: Job,
    private readonly sizes: readonly number[],
    private readonly io: ImportIo,
  ) {
    this.counts = job.files.map(() => zeroCounts());
    this.records = job.files.map(() => 0);
    this.fileSlot = columnsOf(job.role).findIndex((c) => c.name === "file");
  }

  static async open(
    db: NativeDatabase,
    tables: ReturnType<typeof stagingTables>,
    job: Job,
    sizes: readonly number[],
    io: ImportIo,
  ): Promise<Intake> {
    const opened: TableAppender[] = [];
    try {
      for (const table of [tables.reject, tables.address, tables.text]) {
        opened.push(await openAppender(db, table));
      }
    } catch (error) {
      for (const appender of opened) await appender.abandon();
      throw error;
    }
    const record = new RecordTable(db, tables, job.role, job.files.length > 1 ? ["file", "line"] : []);
    return new Intake(db, record, opened[0]!, opened[1]!, opened[2]!, job, sizes, io);
  }

  async take(shipment: Shipment): Promise<void> {
    // The parsing thread waits for its buffers, so that what is held here holds the reading too.
    await whileHeld(this.db, this.io.signal);
    const { file } = shipment;
    if (shipment.rows > 0) await this.record.append(unpack(shipment, this.fileSlot), shipment.rows);
    this.records[file]! += shipment.rows;
    const total = this.counts[file]!;
    for (const key of Object.keys(total) as (keyof Counts)[]) total[key] += shipment.counts[key];
    this.takeRejects(shipment);
    this.takeNames(shipment);
    const before = this.sizes.slice(0, file).reduce((a, b) => a + b, 0);
    this.io.progress({
      doing: `Reading ${this.job.files[file]!.name}`,
      done: before + shipment.position,
      total: this.sizes.reduce((a, b) => a + b, 0),
      unit: "bytes",
      lines: shipment.line - 1,
      records: this.records[file]!,
      rejects: total.rejects,
    });
  }

  private takeRejects(shipment: Shipment): void {
    const listed = [
      ...shipment.rejects.map((row) => ({ row, partial: 0 })),
      ...shipment.partials.map((row) => ({ row, partial: 1 })),
    ].sort((a, b) => a.row.offset - b.row.offset || a.partial - b.partial);
    const n = listed.length;
    if (n === 0) return;
    const numbers = (kind: "i64" | "i32" | "u8", of: (l: (typeof listed)[number]) => number) =>
      toCells({ kind, values: Float64Array.from(listed, of) }, n);
    this.reject.append(
      [
        { kind: "constant", width: 4, value: shipment.file },
        numbers("i64", (l) => l.row.line),
        numbers("i64", (l) => l.row.offset),
        numbers("i64", (l) => l.row.length),
        { kind: "strings", values: listed.map((l) => l.row.reason) },
        numbers("u8", (l) => l.partial),
      ],
      n,
    );
  }

  private takeNames(shipment: Shipment): void {
    const { addresses, texts } = shipment;
    if (addresses.length > 0) {
      const wide = (of: (i: number) => string) =>
        ({
          kind: "cells",
          width: 8,
          buffer: BigInt64Array.from(addresses, (_, i) => BigInt(of(i))).buffer,
          offset: 0,
          validity: null,
          validityOffset: 0,
        }) as const;
      const n = addresses.length;
      this.address.append(
        [
          toCells({ kind: "i64", values: Float64Array.from(addresses, (a) => a.id) }, n),
          toCells({ kind: "u8", values: Uint8Array.from(addresses, (a) => a.family) }, n),
          wide((i) => addresses[i]!.hi),
          wide((i) => addresses[i]!.lo),
          { kind: "strings", values: addresses.map((a) => a.text) },
        ],
        n,
      );
    }
    if (texts !== null) {
      const { firstId, rows, offset } = texts;
      const { buffer } = shipment;
      this.text.append(
        [
          toCells({ kind: "i32", values: Int32Array.from({ length: rows }, (_, i) => firstId + i) }, rows),
          {
            kind: "utf8",
            buffer,
            offset,
            ends: new Uint32Array(buffer, texts.ends, rows),
            validity: null,
            validityOffset: 0,
          },
        ],
        rows,
      );
    }
  }

  fileEnd(file: number, end: ScanEnd): void {
    this.ends[file] = end;
  }

  async close(): Promise<ImportedFile[]> {
    for (const appender of [this.record, this.reject, this.address, this.text]) await appender.close();
    return this.job.files.map((file, i) => {
      const end = this.ends[i];
      if (!end) throw new ProductError("internal", `${file.name} was not read to its end.`, "Report this.");
      return { ...end, counts: this.counts[i]!, records: this.records[i]! };
    });
  }

  async abandon(): Promise<void> {
    for (const appender of [this.record, this.reject, this.address, this.text]) await appender.abandon();
  }
}

async function runHere(
  job: Job,
  format: Format | undefined,
  intake: Intake,
  signal: AbortSignal,
): Promise<void> {
  await runJob(job, format, {
    ship: async (shipment) => {
      await intake.take(shipment);
      return shipment.buffer;
    },
    fileEnd: async (file, end) => intake.fileEnd(file, end),
    breathe: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      if (signal.aborted) throw cancelled();
    },
  });
}

/** The built worker beside this program, or null where the sources run as they are. */
function workerFile(): URL | null {
  const url = new URL("./import-worker.js", import.meta.url);
  return existsSync(fileURLToPath(url)) ? url : null;
}

async function runInWorker(file: URL, job: Job, intake: Intake, signal: AbortSignal): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(file, { workerData: { port: port2, job }, transferList: [port2] });
  // One after another: a shipment may have to wait for the database, and rows keep their order.
  let turn: Promise<void> = Promise.resolve();
  let over = false;
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (error: unknown) => {
        over = true;
        reject(error);
      };
      const stop = () => fail(cancelled());
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { once: true });
      const handle = async (message: FromWorker): Promise<void> => {
        if (over) return;
        if (message.kind === "shipment") {
          await intake.take(message.shipment);
          const { buffer } = message.shipment;
          port1.postMessage({ kind: "free", buffer } satisfies ToWorker, [buffer]);
        } else if (message.kind === "file-end") intake.fileEnd(message.file, message.end);
        else if (message.kind === "done") resolve();
        else throw asError(message);
      };
      port1.on("message", (message: FromWorker) => {
        turn = turn.then(() => handle(message)).catch(fail);
      });
      worker.on("error", fail);
      worker.on("exit", (code) => {
        if (code !== 0)
          fail(new ProductError("internal", "The import stopped.", "Report this; nothing was stored."));
      });
    });
  } finally {
    over = true;
    // What is being appended ends first: the caller drops its tables.
    await turn;
    port1.close();
    await worker.terminate();
  }
}

function asError(message: Extract<FromWorker, { kind: "error" }>): ProductError {
  const { product, code, mend, where } = message.error;
  return new ProductError(product ? (code as ErrorCode) : "internal", message.error.message, mend, where);
}

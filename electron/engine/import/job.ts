// An import job as the parsing thread runs it; the same code in a worker thread and, where no built worker is beside
// this program (tests on the sources), in the thread that asked.

import { ProductError } from "../../../shared/errors";
import type { Format, ParseOptions } from "../../../shared/formats/format";
import type { AddressRow } from "../../../shared/record/address";
import { AddressBook } from "../../../shared/record/address";
import { ColumnBatch, TextDictionary } from "../../../shared/record/batch";
import type { Role } from "../../../shared/record/columns";
import { Re2Matcher } from "./line-matcher";
import { type ScanEnd, type ScanFile, scanFile, surveyFile } from "./scan";
import { pack, type Shipment } from "./shipment";

export interface Job {
  readonly files: readonly ScanFile[];
  readonly format: string;
  readonly options: ParseOptions;
  readonly role: Role;
  /** IPv6 addresses and dictionary texts that the case knows; fresh ones get the ids behind. */
  readonly addresses: readonly Pick<AddressRow, "id" | "text">[];
  readonly texts: readonly { id: number; text: string }[];
}

export interface JobHooks {
  /** Takes a shipment over; returns (once there is room for the next) a buffer to use again, if there is one. */
  ship(shipment: Shipment): Promise<ArrayBuffer | undefined>;
  fileEnd(file: number, end: ScanEnd): Promise<void>;
  breathe(file: number, position: number): Promise<void>;
}

/** Runs a job: all its files one after another, rows in file order. */
export async function runJob(job: Job, format: Format | undefined, hooks: JobHooks): Promise<void> {
  if (!format)
    throw new ProductError("usage", `There is no format "${job.format}".`, "portwitness formats lists them.");
  const batch = new ColumnBatch(job.role, new AddressBook(job.addresses), new TextDictionary(job.texts));
  let spare: ArrayBuffer | undefined;
  const survey = job.files.length > 1 ? format.survey?.(job.options) : undefined;
  if (survey) {
    for (const [index, file] of job.files.entries())
      await surveyFile(file, index, survey, (position) => hooks.breathe(index, position));
  }
  const matcher = new Re2Matcher();
  const options = { ...job.options, matcher };
  try {
    for (const [index, file] of job.files.entries()) {
      const end = await scanFile(file, format, survey?.open(index) ?? format.open(options), batch, {
        ship: async (position, line) => {
          spare = await hooks.ship(pack(batch, { file: index, position, line }, spare));
        },
        breathe: (position) => hooks.breathe(index, position),
      });
      await hooks.fileEnd(index, end);
    }
  } finally {
    await matcher.close();
  }
}

/** Messages between the importing thread and the one that owns the database. */
export type FromWorker =
  | { readonly kind: "shipment"; readonly shipment: Shipment }
  | { readonly kind: "file-end"; readonly file: number; readonly end: ScanEnd }
  | { readonly kind: "done" }
  | { readonly kind: "error"; readonly error: WorkerError };
export interface WorkerError {
  readonly product: boolean;
  readonly code: string;
  readonly message: string;
  readonly mend: string;
  readonly where: { file?: string; line?: number };
}
/** A buffer sent back is also the leave to send one shipment more. */
export type ToWorker = { readonly kind: "free"; readonly buffer: ArrayBuffer };

/** Shipments under way at once: enough to keep both threads busy, few enough that memory does not follow the file. */
export const IN_FLIGHT = 4;

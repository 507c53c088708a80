// What every part of an exhibit is made from, and how it writes its file. All of it follows from the evidence, the ledger
// as it stood when the command began, the program's version and the key (CASE): no clock, no locale, no path is here.
import { createHmac } from "node:crypto";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { LedgerEntry } from "../../../shared/custody/ledger-line";
import type { ActIo } from "../case/act";
import type { Signer } from "../case/keys";
import type { LiveCase } from "../case/live-case";
import type { Parties } from "./parties";
import type { Run } from "./runs";

export interface ExhibitContext {
  readonly live: LiveCase;
  readonly signer: Signer;
  /** The covered acts: the ledger without the acts of exporting, verifying and rebuilding at its end. */
  readonly entries: readonly LedgerEntry[];
  readonly ledgerOrigin: string;
  /** SHA-256 of the ledger's first line. */
  readonly firstLine: string;
  /** RFC 6962 root over the covered lines. */
  readonly ledgerRoot: Uint8Array;
  /** RFC 3339 time of the last covered act: the date of everything in the bag. */
  readonly date: string;
  /** The latest run of each pair of event source and NAT logs. */
  readonly runs: readonly Run[];
  readonly parties: Parties;
  /** The filter of `--events`, null for all. */
  readonly filter: string | null;
  /** The authority under which every party is named; null where others than the answer are pseudonyms. */
  readonly authority: string | null;
  /** The bag's data folder. */
  readonly data: string;
  readonly io: ActIo;
  /** Filled by the parts: what bag-info and the ledger say of the exhibit. */
  readonly facts: ExhibitFacts;
}

export interface ExhibitFacts {
  events: number;
  mappings: number;
  pseudonyms: number;
  spreadsheetCellsChanged: number;
}

/** One file of an exhibit. Adding one is adding its module to ./parts.ts. */
export interface ExhibitPart {
  /** Its path below data/. */
  readonly name: string;
  build(context: ExhibitContext): Promise<void>;
}

const BUFFER = 1 << 20;

/** A file of the bag, written from front to back and durable once closed. */
export class DataFile {
  private readonly fd: number;
  private pending: Buffer[] = [];
  private size = 0;

  constructor(folder: string, name: string) {
    this.fd = openSync(join(folder, name), "wx", 0o644);
  }

  write(content: string | Uint8Array): void {
    const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : Buffer.from(content);
    this.pending.push(bytes);
    this.size += bytes.length;
    if (this.size >= BUFFER) this.flush();
  }

  close(): void {
    this.flush();
    fsyncSync(this.fd);
    closeSync(this.fd);
  }

  private flush(): void {
    const bytes = Buffer.concat(this.pending);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.fd, bytes, at);
    this.pending = [];
    this.size = 0;
  }
}

export function writeData(context: ExhibitContext, name: string, content: string | Uint8Array): void {
  const file = new DataFile(context.data, name);
  file.write(content);
  file.close();
}

/** The case's secret, which only the key's holder can make again: salts of rows come from it. */
export function caseSecret(signer: Signer, firstLine: string): Uint8Array {
  return hmac(signer.seed(), `portwitness/case-secret/v1\n${firstLine}\n`);
}

/** 16 bytes for one row of one exhibit. */
export function rowSalt(
  secret: Uint8Array,
  ledgerRoot: Uint8Array,
  row: number,
  record: Uint8Array,
): Uint8Array {
  const head = `portwitness/row-salt/v1\n${Buffer.from(ledgerRoot).toString("hex")}\n${row}\n`;
  return hmac(secret, Buffer.concat([Buffer.from(head), record])).subarray(0, 16);
}

const hmac = (key: Uint8Array, data: string | Uint8Array): Uint8Array =>
  new Uint8Array(createHmac("sha256", key).update(data).digest());

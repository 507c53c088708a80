// An open case, as the operations see it. Made by ./registry.ts.
import type { Database } from "../../../shared/database";
import type { ActIo, ActKind, Json } from "./act";

export interface LedgerLine {
  readonly seq: number;
  readonly time: string;
  readonly bootId: string;
  readonly monotonicMs: number;
  readonly examiner: string;
  readonly account: string;
  readonly host: string;
  readonly tool: string;
  readonly action: string;
  readonly inputs: Json;
  readonly parameters: Json;
  readonly outputs: Json;
  readonly result: string;
  readonly previous: string;
}

export interface OpenCase {
  readonly path: string;
  readonly readOnly: boolean;
  readonly title: string;
  readonly language: string;
  readonly db: Database;
  /** Sentences of what opening found and mended. */
  readonly recovered: readonly string[];
  /** The acts so far, oldest first. */
  ledger(): readonly LedgerLine[];
  /** Number of acts, and SHA-256 of the last line. */
  head(): { acts: number; hash: string };
  /** An act with work on the database, through the commit protocol. Serialised: one at a time. Returns its seq and outputs. */
  perform<P extends Json>(
    kind: ActKind<P>,
    inputs: Json,
    parameters: P,
    io: ActIo & { examiner: string | null },
  ): Promise<{ seq: number; outputs: Json; result: string }>;
  /** An act without work on the database (verifying, exporting, failing). */
  record(
    action: string,
    entry: { inputs: Json; parameters: Json; outputs: Json; result: string },
    examiner: string | null,
  ): Promise<number>;
  /** Free text for the ledger: stores it beside (salted) and returns what stands in the line. Equal text in one act gives equal reference. */
  hideText(text: string): Promise<Json>;
  /** The text behind a reference from `hideText`, or null where it was withheld or erased. */
  revealText(reference: Json): string | null;
  close(): Promise<void>;
}

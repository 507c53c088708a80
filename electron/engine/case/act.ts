// An act is anything the ledger records. Acts that change the database are described once, as an ActKind, and the same
// description serves the act itself, recovery after a crash, and `rebuild`: stage does the work into staging tables,
// publish makes them the case's, in one transaction with the ledger's seq (CASE, "Commit").
import type { Progress } from "../../../shared/contract/messages";
import type { OpenCase } from "./open-case";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface ActIo {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
  /** Set in a replay: where evidence is looked for by its SHA-256 before its recorded place. */
  readonly evidenceFolder?: string;
  /** Set in a replay: the ledger line's `outputs`. Only to find the evidence by its hash, never to copy a result from. */
  readonly recorded?: Json;
}

export interface Staged {
  /** For the ledger line; what a replay must reproduce. */
  readonly outputs: Json;
  readonly result: "done" | "refused";
}

export interface ActKind<P extends Json = Json> {
  /** The ledger's `action`, the operation's name: "evidence.add". */
  readonly action: string;
  /**
   * Does the work. Writes only tables whose name begins with `staging` (for example `${staging}_record`), and nothing
   * else in the database. Must be a function of the case's published state, `parameters` and the evidence: a replay
   * calls it again and compares `outputs`. Throwing leaves nothing: the staging tables are dropped by the caller.
   */
  stage(openCase: OpenCase, staging: string, parameters: P, io: ActIo): Promise<Staged>;
  /**
   * Runs inside a transaction, after the ledger line is durable: renames staging tables, inserts catalogue rows.
   * `seq` is the act's number; names derived from it are stable over a rebuild. Must not read anything but the database,
   * `parameters` and `outputs`: recovery calls it from the ledger line alone.
   */
  publish(openCase: OpenCase, staging: string, seq: number, parameters: P, outputs: Json): Promise<void>;
}

// An open case and its commit protocol (CASE, "Commit"): stage, flush the database, append and fsync the ledger line
// (the commit point), sign the checkpoint, publish in one transaction that stores the line's seq. A process that dies
// anywhere in between leaves either the act whole or nothing of it; ./recover.ts finishes what was begun.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../../../shared/custody/ledger-line";
import type { Database } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import { TOOL } from "../../../shared/version";
import type { ActIo, ActKind, Json } from "./act";
import { sweepCopies } from "./copies";
import { crashPoint } from "./crash-points";
import { dropStaging, markPublished, markStaged, stagingName } from "./database-state";
import { activeKey, examinerName, loadSigner, type Signer } from "./keys";
import { type KnownKey, Ledger } from "./ledger";
import type { CaseLock } from "./lock";
import type { LedgerLine, OpenCase } from "./open-case";
import type { Texts } from "./texts";
import { account, bootId, host, monotonicMs, wallClock } from "./workstation";

export const DATABASE = "case.duckdb";

/** `result` of a case.open line that notes a circumstance and mends nothing. */
export const NOTED = "noted";

export interface CaseParts {
  readonly path: string;
  readonly ledger: Ledger;
  readonly texts: Texts;
  /** Null where there is none to be had: a damaged or busy case that is only looked at. */
  readonly db: Database | null;
  /** Null for reading only. */
  readonly lock: CaseLock | null;
}

export interface ActEntry {
  readonly inputs: Json;
  readonly parameters: Json;
  readonly outputs: Json;
  readonly result: string;
}

/** The value as the ledger holds it: what is not JSON is refused, undefined members are gone. */
export const normal = <T extends Json>(value: T): T => JSON.parse(canonicalJson(value)) as T;

export class LiveCase implements OpenCase {
  readonly path: string;
  readonly ledgerFile: Ledger;
  readonly texts: Texts;
  readonly recovered: string[] = [];
  private readonly lock: CaseLock | null;
  private database: Database | null;
  private turn: Promise<unknown> = Promise.resolve();
  private signers = new Map<string, Signer>();
  private closed = false;
  /** Set where an act failed behind its commit point: only opening again can finish it. */
  private halted = false;

  constructor(parts: CaseParts) {
    this.path = parts.path;
    this.ledgerFile = parts.ledger;
    this.texts = parts.texts;
    this.database = parts.db;
    this.lock = parts.lock;
  }

  get readOnly(): boolean {
    return this.lock === null;
  }

  get mustReopen(): boolean {
    return this.halted || this.closed;
  }

  get db(): Database {
    if (this.database) return this.database;
    throw existsSync(join(this.path, DATABASE))
      ? new ProductError(
          "case-in-use",
          "The case's database is not open here.",
          "Open the case for writing, or close the program that has it.",
          { file: this.path },
        )
      : new ProductError(
          "case-damaged",
          "The case has no database.",
          "Make it again from ledger and evidence: portwitness rebuild CASE.",
          { file: this.path },
        );
  }

  /** For recovery and rebuild, which change the file under the case. */
  swapDatabase(db: Database | null): void {
    this.database = db;
  }

  get title(): string {
    const first = this.ledgerFile.entries[0]?.parameters as { readonly title?: Json } | undefined;
    return (first?.title === undefined ? null : this.texts.reveal(first.title)) ?? "(title withheld)";
  }

  get language(): string {
    const first = this.ledgerFile.entries[0]?.parameters as { readonly language?: Json } | undefined;
    return typeof first?.language === "string" ? first.language : "en";
  }

  ledger(): readonly LedgerLine[] {
    return this.ledgerFile.entries as readonly LedgerLine[];
  }

  head(): { acts: number; hash: string } {
    return { acts: this.ledgerFile.leaves.length, hash: this.ledgerFile.head };
  }

  /** Examiners whose keys the ledger knows, in order of their first act. */
  examiners(): string[] {
    return [...new Set(this.ledgerFile.keys().map((key) => key.examiner))];
  }

  keys(): readonly KnownKey[] {
    return this.ledgerFile.keys();
  }

  perform<P extends Json>(
    kind: ActKind<P>,
    inputs: Json,
    parameters: P,
    io: ActIo & { examiner: string | null },
  ): Promise<{ seq: number; outputs: Json; result: string }> {
    return this.inTurn(async () => {
      const signer = this.signerFor(io.examiner);
      const seq = this.ledgerFile.leaves.length + 1;
      const staging = stagingName(seq);
      const given = normal(parameters);
      let outputs: Json;
      let result: string;
      try {
        crashPoint("stage.before");
        await dropStaging(this.db);
        const staged = await kind.stage(this, staging, given, stageIo(io));
        outputs = normal(staged.outputs);
        result = staged.result;
        io.signal.throwIfAborted();
        await markStaged(this.db, seq, this.ledgerFile.head);
        crashPoint("stage.after");
        await this.flush();
        io.signal.throwIfAborted();
        this.append(signer, kind.action, { inputs: normal(inputs), parameters: given, outputs, result });
      } catch (error) {
        // A database that a full disk stopped cannot drop it now: the next opening does. The first error is what counts.
        await dropStaging(this.db).catch(() => undefined);
        this.recordFailure(kind.action, error, io.signal.aborted, signer);
        throw error;
      } finally {
        this.texts.actEnded();
      }
      await this.behindCommitPoint(async () => {
        this.ledgerFile.writeCheckpoint(signer);
        crashPoint("publish.before");
        await this.db.transaction(async () => {
          await kind.publish(this, staging, seq, given, outputs);
          await markPublished(this.db, seq, this.ledgerFile.head);
          crashPoint("publish.during");
        });
        await dropStaging(this.db);
        crashPoint("publish.after");
      });
      return { seq, outputs, result };
    });
  }

  /** Records that an operation failed or was cancelled after it had begun. Its own error is what the caller is told. */
  failed(action: string, error: unknown, signal: AbortSignal, examiner: string | null): Promise<void> {
    return this.inTurn(async () => {
      if (this.readOnly || this.mustReopen) return;
      try {
        this.recordFailure(action, error, signal.aborted, this.signerFor(examiner));
      } catch {
        // No key is at hand: then nothing can be recorded.
      } finally {
        this.texts.actEnded();
      }
    });
  }

  record(action: string, entry: ActEntry, examiner: string | null): Promise<number> {
    return this.inTurn(async () => {
      try {
        return this.recordNow(action, entry, this.signerFor(examiner));
      } finally {
        this.texts.actEnded();
      }
    });
  }

  /** Records that a key signs no more, by that key; with `successor` that another takes its place. */
  endKey(signer: Signer, successor: { fingerprint: string; verifier: string } | null): Promise<number> {
    return this.inTurn(async () => {
      this.mustWrite();
      const outputs = successor ? { ended: signer.fingerprint, ...successor } : { ended: signer.fingerprint };
      const entry = { inputs: null, parameters: { examiner: signer.examiner }, outputs, result: "done" };
      return this.recordNow(successor ? "key.rotate" : "key.revoke", entry, signer);
    });
  }

  /** Lets an examiner's key stand in the ledger before something that must not add a line itself (an export). */
  introduce(examiner: string | null): Promise<Signer> {
    return this.inTurn(async () => this.signerFor(examiner));
  }

  async hideText(text: string): Promise<Json> {
    this.mustWrite();
    return this.texts.hide(text);
  }

  revealText(reference: Json): string | null {
    return this.texts.reveal(reference);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    await this.turn;
    this.closed = true;
    try {
      // The binding may keep a closed database alive until its results are collected; nothing may hang on its log then.
      if (this.lock !== null) await this.database?.run("CHECKPOINT");
    } finally {
      await this.database?.close();
      this.database = null;
      if (this.halted && this.lock !== null) this.sweepHalted();
      this.lock?.release();
    }
  }

  /** An act that was cut short may have left a copy of its evidence: by what the ledger on the disk says of it now. */
  private sweepHalted(): void {
    const onDisk = new Ledger(this.path);
    if (onDisk.problems.length === 0 && onDisk.torn.length === 0) sweepCopies(this.path, onDisk.entries);
  }

  /** The examiner of an act: the one named, else the only one who works on the case; who only reviews it does not. */
  examinerOf(named: string | null): string {
    if (named !== null) return examinerName(named);
    const reviewing = new Set(["key.new", "key.backup", "custody.review"]);
    const working = new Set(
      this.ledgerFile.entries.filter((act) => !reviewing.has(act.action)).map((act) => act.examiner),
    );
    const known = this.examiners().filter((examiner) => working.has(examiner));
    if (known.length === 1) return known[0]!;
    throw new ProductError(
      "usage",
      `The case has ${known.length} examiners (${known.join(", ")}) and none was named.`,
      "Name the examiner: --examiner, or PORTWITNESS_EXAMINER.",
    );
  }

  /** Only for callers that hold the turn (recovery runs before there is any other). */
  recordNow(action: string, entry: ActEntry, signer: Signer): number {
    const clean: ActEntry = {
      inputs: normal(entry.inputs),
      parameters: normal(entry.parameters),
      outputs: normal(entry.outputs),
      result: entry.result,
    };
    const seq = this.append(signer, action, clean);
    try {
      this.ledgerFile.writeCheckpoint(signer);
    } catch (error) {
      this.halted = true;
      throw error;
    }
    return seq;
  }

  /** The examiner's key; an act key.new goes before where the ledger does not know it yet. */
  signerFor(named: string | null): Signer {
    this.mustWrite();
    const examiner = this.examinerOf(named);
    const cached = this.signers.get(examiner);
    // Another window or program may have rotated the key meanwhile.
    const signer =
      cached && activeKey(examiner)?.fingerprint === cached.fingerprint ? cached : loadSigner(examiner);
    this.signers.set(examiner, signer);
    if (!this.keys().some((key) => key.fingerprint === signer.fingerprint)) {
      const outputs = { fingerprint: signer.fingerprint, verifier: signer.verifier };
      this.recordNow("key.new", { inputs: null, parameters: { examiner }, outputs, result: "done" }, signer);
    }
    this.noteClockStep(signer);
    return signer;
  }

  /** Wrong use begins nothing and leaves no line. What cannot be written (a full disk) must not hide the first error. */
  private recordFailure(of: string, error: unknown, cancelled: boolean, signer: Signer): void {
    const code = error instanceof ProductError ? error.code : "internal";
    if (code === "usage" || this.mustReopen || this.ledgerFile.problems.length > 0) return;
    try {
      if (of === "evidence.add") sweepCopies(this.path, this.ledgerFile.entries);
      const message = this.texts.hide(error instanceof Error ? error.message : String(error));
      const outputs = { of, code: cancelled ? "cancelled" : code };
      const entry = { inputs: null, parameters: { message }, outputs, result: "failed" };
      this.recordNow("case.failure", entry, signer);
    } catch (second) {
      if (!(second instanceof Error)) throw second;
    }
  }

  private append(signer: Signer, action: string, entry: ActEntry): number {
    const line = this.ledgerFile.append({
      time: wallClock(),
      bootId: bootId(),
      monotonicMs: monotonicMs(),
      examiner: signer.examiner,
      account: account(),
      host: host(),
      tool: TOOL,
      action,
      ...entry,
    });
    return line.seq;
  }

  /** A step back of the workstation's clock is recorded before the act that would otherwise seem older than the last. */
  private noteClockStep(signer: Signer): void {
    const last = this.ledgerFile.entries.at(-1);
    const stepMs = last ? Date.parse(last.time) - Date.parse(wallClock()) : 0;
    if (stepMs <= 0) return;
    const found = [`The workstation's clock stands ${stepMs} ms before the time of act ${last!.seq}.`];
    this.recordNow(
      "case.open",
      { inputs: null, parameters: null, outputs: { found }, result: NOTED },
      signer,
    );
  }

  private async flush(): Promise<void> {
    crashPoint("flush.before");
    const flushed = this.db.run("CHECKPOINT");
    crashPoint("flush.during");
    await flushed;
    crashPoint("flush.after");
  }

  private async behindCommitPoint(fn: () => Promise<void>): Promise<void> {
    try {
      await fn();
    } catch (error) {
      this.halted = true;
      throw error;
    }
  }

  private mustWrite(): void {
    const damage = this.ledgerFile.problems[0];
    if (damage) {
      throw new ProductError(
        "case-damaged",
        `The case's ledger is damaged: ${damage.message}`,
        "Restore it from a copy; nothing is written behind a broken chain.",
        {
          file: join(this.path, damage.where),
        },
      );
    }
    if (this.readOnly)
      throw new ProductError("usage", "The case is open for reading only.", "Open it for writing.");
    if (this.mustReopen) {
      throw new ProductError(
        "case-damaged",
        "An act was cut short behind its commit point.",
        "Close and open the case again: that completes it.",
      );
    }
  }

  private inTurn<T>(fn: () => Promise<T>): Promise<T> {
    const next = this.turn.then(fn);
    this.turn = next.catch(() => {});
    return next;
  }
}

/** The first report of progress is a kill point: in the middle of the work. */
function stageIo(io: ActIo): ActIo {
  return {
    signal: io.signal,
    progress: (progress) => {
      crashPoint("stage.during");
      io.progress(progress);
    },
  };
}

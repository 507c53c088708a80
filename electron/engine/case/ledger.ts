// The ledger of a case on disk: custody.jsonl, append-only, and the signed checkpoint after every acknowledged act. What
// is read here is judged before anything is written behind it: a broken chain is never continued.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { equalBytes, hex, utf8 } from "../../../shared/custody/bytes";
import {
  type Checkpoint,
  checkpointText,
  ledgerOrigin,
  parseCheckpoint,
} from "../../../shared/custody/checkpoint";
import {
  formatLedgerLine,
  GENESIS,
  type LedgerEntry,
  lineHash,
  walkLedger,
} from "../../../shared/custody/ledger-line";
import { leafHash, MerkleFrontier } from "../../../shared/custody/merkle";
import {
  formatNote,
  keyId,
  type NoteKey,
  parseNote,
  parseVerifierKey,
  signatureBy,
} from "../../../shared/custody/signed-note";
import type { Json } from "./act";
import { crashPoint } from "./crash-points";
import { appendFile, replaceFile, sha256 } from "./files";
import { type Signer, verifyEd25519 } from "./keys";

export const LEDGER = "custody.jsonl";
export const CHECKPOINTS = "checkpoints";

export const checkpointFile = (size: number): string => `${String(size).padStart(10, "0")}.note`;

/** A key that the ledger made known, with the stretch of acts whose checkpoints it may sign. */
export interface KnownKey {
  readonly examiner: string;
  readonly verifier: string;
  readonly fingerprint: string;
  readonly sinceSeq: number;
  /** The act that rotated or revoked it; Infinity where none did. */
  readonly untilSeq: number;
  readonly key: NoteKey;
}

/** Acts that make a key known by `outputs.verifier`. */
const INTRODUCING = new Set(["case.new", "key.new", "key.rotate"]);

/** The keys that the ledger's acts made known, oldest first. An act of rotating or revoking ends the one it names. */
export function knownKeys(entries: readonly LedgerEntry[]): KnownKey[] {
  const out: KnownKey[] = [];
  for (const entry of entries) {
    const outputs = (typeof entry.outputs === "object" ? entry.outputs : null) as {
      readonly [name: string]: Json;
    } | null;
    const ended = entry.action === "key.rotate" || entry.action === "key.revoke" ? outputs?.ended : undefined;
    for (const [i, known] of out.entries()) {
      if (known.fingerprint === ended && known.untilSeq === Number.POSITIVE_INFINITY)
        out[i] = { ...known, untilSeq: entry.seq };
    }
    const verifier = INTRODUCING.has(entry.action) ? outputs?.verifier : undefined;
    const key = typeof verifier === "string" ? parseVerifierKey(verifier, sha256) : null;
    if (!key) continue;
    const fingerprint = hex(sha256(key.publicKey));
    const { examiner, seq } = entry;
    out.push({
      examiner,
      verifier: verifier as string,
      fingerprint,
      sinceSeq: seq,
      untilSeq: Number.POSITIVE_INFINITY,
      key,
    });
  }
  return out;
}

/** The keys that may sign a ledger of `size` acts. */
export const keysFor = (keys: readonly KnownKey[], size: number): KnownKey[] =>
  keys.filter((key) => key.sinceSeq <= size && size <= key.untilSeq);

/** Signs a text as a note. */
export const signNote = (text: string, signer: Signer): string =>
  formatNote(text, [
    { name: signer.key.name, keyId: keyId(signer.key, sha256), signature: signer.sign(utf8(text)) },
  ]);

/** The key among `keys` whose signature on the note holds, or the reason why none does. */
export function noteSigner<K extends { readonly key: NoteKey }>(
  bytes: Uint8Array,
  keys: readonly K[],
): { text: string; by: K } | string {
  const note = parseNote(bytes);
  if (typeof note === "string") return note;
  if (note.signatures.length !== 1) return `it has ${note.signatures.length} signatures instead of one`;
  let claimed = false;
  for (const known of keys) {
    const signature = signatureBy(note, known.key, sha256);
    if (!signature) continue;
    claimed = true;
    if (verifyEd25519(known.key.publicKey, utf8(note.text), signature.signature))
      return { text: note.text, by: known };
  }
  return claimed ? "its signature does not fit its text" : "it is signed by no key that the ledger knows";
}

export interface LedgerFinding {
  readonly where: string;
  readonly message: string;
}

export class Ledger {
  readonly entries: LedgerEntry[];
  /** RFC 6962 leaf hashes of the lines. */
  readonly leaves: Uint8Array[] = [];
  /** SHA-256 of each line, hex. */
  readonly hashes: string[] = [];
  /** Why nothing may be appended; empty where the ledger is sound. */
  readonly problems: LedgerFinding[] = [];
  /** Bytes behind the last newline. */
  readonly torn: Uint8Array;
  /** True where the last line has no checkpoint: its act was never acknowledged. */
  readonly unacknowledged: boolean;
  private readonly tree = new MerkleFrontier(sha256);
  private known: { length: number; keys: readonly KnownKey[] } | undefined;
  private size: number;

  constructor(private readonly folder: string) {
    const file = join(folder, LEDGER);
    const bytes = new Uint8Array(readFileSync(file));
    const chain = walkLedger(bytes, sha256);
    this.entries = [...chain.entries];
    this.torn = chain.torn;
    this.size = bytes.length - chain.torn.length;
    for (const problem of chain.problems)
      this.problems.push({ where: `${LEDGER}:${problem.line}`, message: problem.message });
    for (const line of chain.lines) {
      const leaf = leafHash(line, sha256);
      this.leaves.push(leaf);
      this.tree.appendLeafHash(leaf);
      this.hashes.push(lineHash(line, sha256));
    }
    this.unacknowledged = this.checkNewestCheckpoint();
  }

  get file(): string {
    return join(this.folder, LEDGER);
  }

  /** Length of the whole lines. */
  get bytes(): number {
    return this.size;
  }

  get head(): string {
    return this.hashes.at(-1) ?? GENESIS;
  }

  get origin(): string {
    return ledgerOrigin(this.hashes[0] ?? GENESIS);
  }

  keys(): readonly KnownKey[] {
    // Asked for at every checkpoint: walked once for each length of the ledger.
    if (this.known?.length !== this.entries.length) {
      this.known = { length: this.entries.length, keys: knownKeys(this.entries) };
    }
    return this.known.keys;
  }

  checkpoint(): Checkpoint {
    return { origin: this.origin, size: this.leaves.length, root: this.tree.root() };
  }

  /** Appends a line durably: the commit point. `seq` and `previous` are filled in. */
  append(entry: Omit<LedgerEntry, "seq" | "previous">): LedgerEntry {
    const whole: LedgerEntry = { ...entry, seq: this.leaves.length + 1, previous: this.head };
    const line = utf8(formatLedgerLine(whole));
    crashPoint("line.before");
    this.size = appendFile(this.file, new Uint8Array([...line, 10]), this.size, "line.during");
    crashPoint("line.after");
    // What is remembered is what stands in the file, so that a value means the same now and after reopening.
    this.entries.push(JSON.parse(new TextDecoder().decode(line)) as LedgerEntry);
    const leaf = leafHash(line, sha256);
    this.leaves.push(leaf);
    this.tree.appendLeafHash(leaf);
    this.hashes.push(lineHash(line, sha256));
    return this.entries.at(-1)!;
  }

  /** Signs the ledger as it now is. */
  writeCheckpoint(signer: Signer): void {
    const folder = join(this.folder, CHECKPOINTS);
    mkdirSync(folder, { recursive: true });
    crashPoint("checkpoint.before");
    const note = signNote(checkpointText(this.checkpoint()), signer);
    replaceFile(join(folder, checkpointFile(this.leaves.length)), utf8(note), {
      during: "checkpoint.during",
    });
    crashPoint("checkpoint.after");
  }

  /** Removes half-written checkpoints that a killed process left. */
  sweepCheckpoints(): void {
    const folder = join(this.folder, CHECKPOINTS);
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder))
      if (name.endsWith(".partial")) rmSync(join(folder, name), { force: true });
  }

  /** Sizes that have a checkpoint, ascending. */
  checkpointSizes(): number[] {
    const folder = join(this.folder, CHECKPOINTS);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => /^[0-9]{10}\.note$/.test(name))
      .map((name) => Number(name.slice(0, 10)))
      .sort((a, b) => a - b);
  }

  /** What is wrong with the checkpoint of a size, or null. */
  checkCheckpoint(size: number, tree?: { root(): Uint8Array }): string | null {
    const path = join(this.folder, CHECKPOINTS, checkpointFile(size));
    if (!existsSync(path)) return "it is missing";
    const signed = noteSigner(new Uint8Array(readFileSync(path)), keysFor(this.keys(), size));
    if (typeof signed === "string") return signed;
    const checkpoint = parseCheckpoint(signed.text);
    if (!checkpoint) return "its text is no checkpoint";
    if (checkpoint.origin !== this.origin) return "it belongs to another ledger";
    if (checkpoint.size !== size) return `it is for ${checkpoint.size} lines`;
    if (size > this.leaves.length)
      return `the ledger has only ${this.leaves.length} lines: lines were removed`;
    const root = tree?.root() ?? this.rootAt(size);
    return equalBytes(root, checkpoint.root)
      ? null
      : `the ledger's first ${size} lines are not the ones that were signed`;
  }

  rootAt(size: number): Uint8Array {
    const tree = new MerkleFrontier(sha256);
    for (let i = 0; i < size; i++) tree.appendLeafHash(this.leaves[i]!);
    return tree.root();
  }

  private checkNewestCheckpoint(): boolean {
    const sizes = this.checkpointSizes();
    const newest = sizes.at(-1);
    if (newest === undefined) return this.entries.length > 0;
    const wrong = this.checkCheckpoint(newest);
    const where = `${CHECKPOINTS}/${checkpointFile(newest)}`;
    if (wrong !== null)
      this.problems.push({ where, message: `The newest checkpoint does not hold: ${wrong}.` });
    // The protocol leaves at most one line without: the one whose act a crash cut short. More were not written by it.
    if (newest + 1 < this.leaves.length)
      this.problems.push({
        where: `${LEDGER}:${newest + 2}`,
        message: `Lines ${newest + 1} to ${this.leaves.length} have no checkpoint.`,
      });
    return newest < this.leaves.length;
  }
}

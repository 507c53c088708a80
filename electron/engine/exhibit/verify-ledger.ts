// What a verifier learns on its one walk along an exhibit's ledger, line by line: the chain, the tree's root (and the roots
// that earlier checkpoints sign), the keys, and what other files of the bag must agree with.
import { equalBytes, hex } from "../../../shared/custody/bytes";
import { ledgerOrigin, parseCheckpoint } from "../../../shared/custody/checkpoint";
import { type LedgerEntry, LedgerWalk } from "../../../shared/custody/ledger-line";
import { MerkleFrontier } from "../../../shared/custody/merkle";
import { STAMP_REPLY, STAMPED_NOTE } from "../../../shared/custody/payload";
import { parseNote } from "../../../shared/custody/signed-note";
import type { Json } from "../case/act";
import { sha256 } from "../case/files";
import { type KnownKey, keysFor, knownKeys, noteSigner } from "../case/ledger";
import { checkStamp } from "../case/stamp-check";
import { stampSentence } from "../case/stamps";
import { hiddenIn } from "../case/texts";
import type { BagFiles } from "./bag-files";
import { evidenceRecords } from "./evidence-part";

export const LEDGER = "data/custody.jsonl";

/** Acts that begin or end keys: all that `knownKeys` looks at. */
const KEY_ACTS = new Set(["case.new", "key.new", "key.rotate", "key.revoke"]);

export interface LedgerFacts {
  readonly size: number;
  /** Origin of its checkpoints; the hash of its first line is behind it. */
  readonly origin: string;
  readonly firstLine: string;
  readonly root: Uint8Array;
  readonly roots: ReadonlyMap<number, Uint8Array>;
  readonly keys: readonly KnownKey[];
  /** Hashes of the texts that its lines refer to. */
  readonly hidden: ReadonlySet<string>;
  /** The records that evidence.csv must have, in order. */
  readonly evidence: readonly string[];
  /** SHA-256 of each time-stamp that an act brought in. */
  readonly stamps: ReadonlySet<string>;
}

/** The size that a note claims to be a checkpoint of, whoever signed it. */
export function claimedSize(note: Uint8Array): number | null {
  const parsed = parseNote(note);
  return typeof parsed === "string" ? null : (parseCheckpoint(parsed.text)?.size ?? null);
}

/** Walks the ledger. `sizes`: where the root of a shorter tree is wanted. */
export async function walkBagLedger(bag: BagFiles, sizes: ReadonlySet<number>): Promise<LedgerFacts> {
  const walk = new LedgerWalk(sha256);
  const tree = new MerkleFrontier(sha256);
  const roots = new Map<number, Uint8Array>();
  const hidden = new Set<string>();
  const stamps = new Set<string>();
  const evidence: string[] = [];
  const keyActs: LedgerEntry[] = [];
  let firstLine = "";
  for await (const line of bag.lines(LEDGER)) {
    const bytes = line ?? new Uint8Array(0);
    const { entry, problems } = walk.add(bytes);
    for (const problem of problems) bag.problem(`${LEDGER}:${walk.line}`, problem);
    tree.append(bytes);
    if (walk.line === 1) firstLine = walk.head;
    if (sizes.has(walk.line)) roots.set(walk.line, tree.root());
    if (!entry) continue;
    if (KEY_ACTS.has(entry.action)) keyActs.push(entry);
    for (const value of [entry.inputs, entry.parameters, entry.outputs])
      for (const hash of hiddenIn(value as Json)) hidden.add(hash);
    if (entry.action === "timestamp.import") {
      const { sha256: sum } = (entry.outputs ?? {}) as { readonly sha256?: Json };
      if (typeof sum === "string") stamps.add(sum);
    }
    evidence.push(...evidenceRecords(entry));
  }
  if (walk.line === 0) bag.problem(LEDGER, "The ledger is empty.");
  return {
    size: walk.line,
    origin: ledgerOrigin(firstLine),
    firstLine,
    root: tree.root(),
    roots,
    keys: knownKeys(keyActs),
    hidden,
    evidence,
    stamps,
  };
}

/** The bag's own checkpoint signs exactly its ledger. */
export async function checkCheckpoint(bag: BagFiles, ledger: LedgerFacts): Promise<void> {
  const where = "data/checkpoint.note";
  const signed = noteSigner(await bag.whole(where), keysFor(ledger.keys, ledger.size));
  if (typeof signed === "string") return bag.problem(where, `The checkpoint does not hold: ${signed}.`);
  const stated = parseCheckpoint(signed.text);
  if (!stated) return bag.problem(where, "Its text is no checkpoint.");
  if (stated.origin !== ledger.origin) bag.problem(where, "It belongs to another ledger.");
  if (stated.size !== ledger.size) {
    bag.problem(LEDGER, `The ledger has ${ledger.size} lines, its checkpoint signs ${stated.size}.`);
  } else if (!equalBytes(stated.root, ledger.root))
    bag.problem(LEDGER, "The ledger's lines are not the ones that its checkpoint signs.");
}

/** An earlier checkpoint must be one of this ledger: it shows a rollback and a rewriting. */
export function checkEarlier(bag: BagFiles, where: string, note: Uint8Array, ledger: LedgerFacts): void {
  const size = claimedSize(note) ?? 0;
  const signed = noteSigner(note, keysFor(ledger.keys, size));
  if (typeof signed === "string")
    return void bag.problem(where, `The earlier checkpoint does not hold: ${signed}.`);
  const stated = parseCheckpoint(signed.text);
  if (!stated) return void bag.problem(where, "The note is no checkpoint.");
  if (stated.origin !== ledger.origin)
    return void bag.problem(where, "The earlier checkpoint belongs to another ledger.");
  if (size > ledger.size) {
    const told = `The earlier checkpoint has ${size} acts, the ledger only ${ledger.size}: it was rolled back.`;
    return void bag.problem(LEDGER, told);
  }
  const root = ledger.roots.get(size);
  if (!root || !equalBytes(root, stated.root))
    bag.problem(LEDGER, `The first ${size} acts are not those of the earlier checkpoint: it was rewritten.`);
}

/**
 * Checkpoints that were stamped are this ledger's, each time-stamp came in by an act, and its signature and chain hold.
 * Returns what they show, in sentences.
 */
export async function checkStamps(bag: BagFiles, ledger: LedgerFacts): Promise<string[]> {
  const said: string[] = [];
  for (const path of bag.sizes.keys()) {
    const size = STAMPED_NOTE.exec(path)?.[1];
    const [, stamped, head] = STAMP_REPLY.exec(path) ?? [];
    if (size !== undefined) {
      const note = await bag.whole(path);
      checkEarlier(bag, path, note, ledger);
      if (claimedSize(note) !== Number(size))
        bag.problem(path, "It is another checkpoint than its name says.");
    } else if (stamped !== undefined) {
      const reply = await bag.whole(path);
      const sum = hex(sha256(reply));
      if (!ledger.stamps.has(sum) || !sum.startsWith(head!))
        bag.problem(path, "No act of the ledger brought in this time-stamp.");
      if (!bag.has(`data/timestamps/${stamped}.note`))
        bag.problem(path, "The checkpoint that it stamps is not here.");
      try {
        const note = await bag.whole(`data/timestamps/${stamped}.note`);
        said.push(stampSentence(Number(stamped), checkStamp(reply, sha256(note), [])));
      } catch (error) {
        bag.problem(path, `The time-stamp does not hold: ${(error as Error).message}.`);
      }
    }
  }
  return said;
}

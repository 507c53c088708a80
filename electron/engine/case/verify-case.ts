// Verifying a case on disk: the ledger's chain, every checkpoint, the texts beside it, the copies of evidence and the
// evidence where it lies. Reads only, needs no lock and no database. Evidence that is elsewhere is said, not a failure:
// the ledger stands without it.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { equalBytes, isSha256Hex } from "../../../shared/custody/bytes";
import { parseCheckpoint } from "../../../shared/custody/checkpoint";
import { MerkleFrontier } from "../../../shared/custody/merkle";
import { parseNote } from "../../../shared/custody/signed-note";
import { ProductError } from "../../../shared/errors";
import type { ActIo, Json } from "./act";
import { COPIES, strayCopies } from "./copies";
import { hashFile, sha256 } from "./files";
import { openingNotices } from "./known-errors";
import { CHECKPOINTS, checkpointFile, keysFor, LEDGER, Ledger, noteSigner } from "./ledger";
import { leftBehind } from "./lock";
import { checkStamps } from "./stamps";
import { hiddenHash, hiddenIn, parseTexts, TEXTS } from "./texts";

export interface VerifyReport {
  readonly ok: boolean;
  readonly problems: { where: string; message: string }[];
  readonly keyFingerprint: string | null;
  readonly signerChecked: boolean;
  readonly notes: string[];
}

export interface VerifyOptions {
  /** Fingerprint that the signer must have. */
  readonly key?: string;
  /** File with an earlier checkpoint of the same ledger, or an earlier exhibit's folder: shows a rollback. */
  readonly since?: string;
}

export interface EarlierNote {
  readonly where: string;
  readonly note: Uint8Array;
}

/** The note of --since: its file, or the folder of an earlier exhibit. Throws "usage" where there is none. */
export function readEarlier(path: string): EarlierNote {
  const folder = existsSync(path) && statSync(path).isDirectory();
  const file = folder ? join(path, "data/checkpoint.note") : path;
  if (!existsSync(file) || !statSync(file).isFile() || statSync(file).size > 65_536)
    throw new ProductError(
      "usage",
      `${path} is no earlier checkpoint.`,
      "Give the note of an earlier checkpoint of this case, or the folder of an earlier exhibit.",
      { file: path },
    );
  return { where: path, note: new Uint8Array(readFileSync(file)) };
}

/** The fingerprint given, or "usage". */
export function keyOption(key: string | undefined): string | null {
  if (key === undefined) return null;
  const lower = key.toLowerCase().replaceAll(/[\s:]/g, "");
  if (isSha256Hex(lower)) return lower;
  throw new ProductError(
    "usage",
    `"${key}" is no key's fingerprint.`,
    "Give the 64 hex digits that portwitness key show prints.",
  );
}

export async function verifyCase(folder: string, options: VerifyOptions, io: ActIo): Promise<VerifyReport> {
  const expected = keyOption(options.key);
  const ledger = new Ledger(folder);
  const problems: { where: string; message: string }[] = [];
  const notes: string[] = [];
  const problem = (where: string, message: string) => problems.push({ where, message });

  for (const found of ledger.problems)
    if (found.where.startsWith(LEDGER)) problem(found.where, found.message);
  // A killed process leaves its lock, and what it was cut short in is then expected: opening mends and records it.
  const crashed = leftBehind(folder);
  const unfinished: Report = (where, message) => {
    if (crashed === null) problem(where, message);
    else notes.push(`${where}: ${message} A process was cut short here: ${crashed}.`);
  };
  if (ledger.torn.length > 0) {
    const where = `${LEDGER}:${ledger.leaves.length + 1}`;
    unfinished(where, "The last line is torn; opening the case for writing sets it aside.");
  }
  if (ledger.leaves.length === 0) problem(LEDGER, "The ledger is empty.");
  checkCheckpoints(ledger, problem, unfinished);
  checkTexts(folder, ledger, problem, notes);
  const signer = newestSigner(folder, ledger);
  if (expected !== null && signer !== expected) {
    problem(
      CHECKPOINTS,
      signer === null
        ? "No checkpoint is signed by a known key."
        : `The newest checkpoint is signed by ${signer}, not by the key given.`,
    );
  }
  if (options.since !== undefined) checkSince(readEarlier(options.since), ledger, problem, notes);
  checkStamps(folder, ledger, problem, notes);
  await checkEvidence(folder, ledger, problem, unfinished, notes, io);
  notes.push(...openingNotices(ledger.entries));
  if (problems.length === 0 && expected === null)
    notes.push("Consistent; signer not established (give --key).");
  return {
    ok: problems.length === 0,
    problems,
    keyFingerprint: signer,
    signerChecked: expected !== null && signer === expected,
    notes,
  };
}

type Report = (where: string, message: string) => void;

function checkCheckpoints(ledger: Ledger, problem: Report, unfinished: Report): void {
  const tree = new MerkleFrontier(sha256);
  const sizes = new Set(ledger.checkpointSizes());
  const total = ledger.leaves.length;
  for (const [index, leaf] of ledger.leaves.entries()) {
    tree.appendLeafHash(leaf);
    const size = index + 1;
    const where = `${CHECKPOINTS}/${checkpointFile(size)}`;
    if (size === total && total > 1 && !sizes.has(size) && sizes.has(size - 1)) {
      unfinished(
        where,
        `Act ${size} has no checkpoint: it was never acknowledged, and no signature covers it.`,
      );
      continue;
    }
    const wrong = ledger.checkCheckpoint(size, tree);
    if (wrong !== null) problem(where, `The checkpoint of act ${size} does not hold: ${wrong}.`);
  }
  for (const size of sizes) {
    if (size <= total) continue;
    const where = `${CHECKPOINTS}/${checkpointFile(size)}`;
    problem(
      where,
      `There is a checkpoint of ${size} acts, but the ledger has only ${total}: acts were removed.`,
    );
  }
}

function checkTexts(folder: string, ledger: Ledger, problem: Report, notes: string[]): void {
  const file = join(folder, TEXTS);
  const { entries, bad } = existsSync(file)
    ? parseTexts(readFileSync(file, "utf8"))
    : { entries: new Map(), bad: [] };
  for (const line of bad) {
    // A crash may tear a text before its act's line; nothing refers to it then.
    notes.push(`${TEXTS}:${line} holds no text with its hash.`);
  }
  let withheld = 0;
  for (const entry of ledger.entries) {
    const hashes = [entry.inputs, entry.parameters, entry.outputs].flatMap((value) =>
      hiddenIn(value as Json),
    );
    for (const hash of hashes) {
      if (entries.has(hash)) continue;
      withheld++;
      if (bad.length > 0)
        problem(
          `${TEXTS}:${bad[0]}`,
          `A text of act ${entry.seq} is missing while a damaged line stands here: it was changed.`,
        );
    }
  }
  if (withheld > 0) notes.push(`${withheld} texts of the ledger are withheld or erased.`);
}

function newestSigner(folder: string, ledger: Ledger): string | null {
  const size = ledger.checkpointSizes().at(-1);
  if (size === undefined) return null;
  const signed = noteSigner(
    new Uint8Array(readFileSync(join(folder, CHECKPOINTS, checkpointFile(size)))),
    ledger.keys(),
  );
  return typeof signed === "string" ? null : signed.by.fingerprint;
}

function checkSince(since: EarlierNote, ledger: Ledger, problem: Report, notes: string[]): void {
  const { where, note } = since;
  const parsed = parseNote(note);
  const claimed = typeof parsed === "string" ? null : parseCheckpoint(parsed.text);
  const signed = noteSigner(note, keysFor(ledger.keys(), claimed?.size ?? 0));
  if (typeof signed === "string")
    return void problem(where, `The earlier checkpoint does not hold: ${signed}.`);
  const earlier = parseCheckpoint(signed.text);
  if (!earlier) return void problem(where, "The note is no checkpoint.");
  if (earlier.origin !== ledger.origin)
    return void problem(where, "The earlier checkpoint belongs to another ledger.");
  if (earlier.size > ledger.leaves.length) {
    return void problem(
      LEDGER,
      `The earlier checkpoint has ${earlier.size} acts, the ledger only ${ledger.leaves.length}: it was rolled back.`,
    );
  }
  if (!equalBytes(earlier.root, ledger.rootAt(earlier.size))) {
    return void problem(
      LEDGER,
      `The first ${earlier.size} acts are not those of the earlier checkpoint: the ledger was rewritten.`,
    );
  }
  notes.push(`The ledger continues the earlier checkpoint of ${earlier.size} acts.`);
}

interface EvidenceFile {
  readonly seq: number;
  readonly sha256: string;
  /** Hash of the text that holds its path. */
  readonly path: string | null;
}

/** The files of acts that added evidence: the hash in the act's outputs, beside the path in its parameters. */
export function evidenceFiles(ledger: Ledger): EvidenceFile[] {
  const out = new Map<string, EvidenceFile>();
  for (const entry of ledger.entries) {
    if (entry.action !== "evidence.add") continue;
    const paths =
      (entry.parameters as { readonly files?: readonly { readonly path?: Json }[] } | null)?.files ?? [];
    const files =
      (entry.outputs as { readonly files?: readonly { readonly sha256?: Json }[] } | null)?.files ?? [];
    for (const [index, file] of files.entries()) {
      if (typeof file.sha256 !== "string" || !isSha256Hex(file.sha256)) continue;
      const path = hiddenHash(paths[index]?.path);
      out.set(`${file.sha256} ${path}`, { seq: entry.seq, sha256: file.sha256, path });
    }
  }
  return [...out.values()];
}

async function checkEvidence(
  folder: string,
  ledger: Ledger,
  problem: Report,
  unfinished: Report,
  notes: string[],
  io: ActIo,
): Promise<void> {
  const files = evidenceFiles(ledger);
  const known = new Set(files.map((file) => file.sha256));
  const copies = join(folder, COPIES);
  const stray = new Set(strayCopies(folder, ledger.entries));
  for (const name of existsSync(copies) ? readdirSync(copies).sort() : []) {
    const where = `evidence/${name}`;
    if (stray.has(name)) unfinished(where, "No act of the ledger added this file.");
    else if (!known.has(name)) problem(where, "No act of the ledger added this file.");
    else await checkHash(join(copies, name), name, where, problem, io);
  }
  const textsFile = join(folder, TEXTS);
  const texts = existsSync(textsFile)
    ? parseTexts(readFileSync(textsFile, "utf8")).entries
    : new Map<string, { text: string }>();
  const absent = new Set<string>();
  for (const file of files) {
    if (file.path === null) continue;
    const path = texts.get(file.path)?.text;
    if (path !== undefined && existsSync(path) && statSync(path).isFile()) {
      await checkHash(resolve(path), file.sha256, path, problem, io);
    } else if (!existsSync(join(copies, file.sha256))) absent.add(file.sha256);
  }
  if (absent.size > 0)
    notes.push(`${absent.size} evidence files are not where the ledger has them, and were not hashed again.`);
}

async function checkHash(
  path: string,
  expected: string,
  where: string,
  problem: Report,
  io: ActIo,
): Promise<void> {
  let done = 0;
  const total = statSync(path).size;
  const { sha256: found } = await hashFile(path, io.signal, (bytes) => {
    done += bytes;
    io.progress({ doing: `Hashing ${where}`, done, total, unit: "bytes" });
  });
  if (found !== expected) problem(where, `Its SHA-256 is ${found}, the ledger has ${expected}.`);
}

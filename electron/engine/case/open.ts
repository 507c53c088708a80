// Making and opening cases. Opening judges the ledger first; a sound one is mended where a crash tore it and the database
// is brought up to it, a damaged one is opened for reading only, with what is wrong (CASE, "Commit").
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, truncateSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ProductError } from "../../../shared/errors";
import { TOOL } from "../../../shared/version";
import { type NativeDatabase, openNative } from "../database/native";
import type { ActIo } from "./act";
import { sweepCopies } from "./copies";
import { databaseState, prepareDatabase } from "./database-state";
import { partialOf, replaceFile, sha256Hex, sizeOf, sweepPartials, syncFolder } from "./files";
import { activeKey, createKey, examinerName, loadSigner } from "./keys";
import { LEDGER, Ledger } from "./ledger";
import { DATABASE, LiveCase } from "./live-case";
import { type CaseLock, lockCase } from "./lock";
import { catchUp, differenceText, pendingActs } from "./replay";
import { Texts } from "./texts";
import { account, bootId, host, monotonicMs, wallClock } from "./workstation";

const QUIET: ActIo = { signal: new AbortController().signal, progress: () => {} };

/** `result` of a case.open line that mended the ledger. */
export const MENDED = "mended";

export const isCase = (path: string): boolean => existsSync(join(path, LEDGER));
export const isBag = (path: string): boolean => existsSync(join(path, "bagit.txt"));

/** Makes a case: its folder appears whole or not at all. Throws "usage" where the path is taken. */
export function createCase(
  path: string,
  settings: { title: string; examiner: string; language: string },
): void {
  const folder = resolve(path);
  if (existsSync(folder) && (isCase(folder) || readdirSync(folder).length > 0)) {
    throw new ProductError("usage", `${path} exists already.`, "Choose another path for the new case.", {
      file: path,
    });
  }
  const examiner = examinerName(settings.examiner);
  if (settings.title.trim() === "")
    throw new ProductError("usage", "The case has no title.", "Give one: --title.");
  if (!/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(settings.language)) {
    throw new ProductError(
      "usage",
      `"${settings.language}" is not a language tag.`,
      "Give one like en, de or pt-BR (BCP 47).",
    );
  }
  const keyCreated = activeKey(examiner) === undefined;
  if (keyCreated) createKey(examiner);
  const signer = loadSigner(examiner);
  mkdirSync(dirname(folder), { recursive: true });
  const partial = partialOf(folder);
  sweepPartials(folder);
  mkdirSync(partial);
  try {
    mkdirSync(join(partial, "evidence"));
    replaceFile(join(partial, LEDGER), new Uint8Array(0));
    const title = new Texts(partial).hide(settings.title.trim());
    const ledger = new Ledger(partial);
    ledger.append({
      time: wallClock(),
      bootId: bootId(),
      monotonicMs: monotonicMs(),
      examiner,
      account: account(),
      host: host(),
      tool: TOOL,
      action: "case.new",
      inputs: null,
      parameters: { title, language: settings.language },
      outputs: { fingerprint: signer.fingerprint, verifier: signer.verifier, keyCreated },
      result: "done",
    });
    ledger.writeCheckpoint(signer);
    syncFolder(partial);
    if (existsSync(folder)) rmdirSync(folder);
    renameSync(partial, folder);
    syncFolder(dirname(folder));
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

export interface OpenOptions {
  readonly readOnly?: boolean;
  readonly io?: ActIo;
  /** For rebuild: the database is left alone, whatever its state. */
  readonly withoutDatabase?: boolean;
}

/** Opens a case. Throws ProductError: "input" where there is none, "case-in-use" with the holder's name. */
export async function openCase(path: string, options: OpenOptions = {}): Promise<LiveCase> {
  const folder = resolve(path);
  if (!isCase(folder)) {
    const bag = isBag(folder);
    throw new ProductError(
      "input",
      bag ? `${path} is an exhibit, not a case.` : `There is no case at ${path}.`,
      bag
        ? "To replay it, copy its data/custody.jsonl and data/texts.jsonl into a new folder, and rebuild that with --evidence."
        : "Make one: portwitness new CASE --title T --examiner E.",
      { file: path },
    );
  }
  if (options.readOnly) return openForReading(folder);
  let lock: CaseLock;
  try {
    lock = lockCase(folder);
  } catch (error) {
    // A read-only medium, or a folder of someone else's: there is nothing to lock, for nothing can be written.
    if (!UNWRITABLE.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
    const live = await openForReading(folder);
    live.recovered.push("The case's folder cannot be written to: the case is open for reading only.");
    return live;
  }
  let live: LiveCase | undefined;
  try {
    const ledger = new Ledger(folder);
    if (ledger.problems.length > 0) {
      lock.release();
      return await openForReading(folder, ledger);
    }
    live = mendLedger(folder, ledger, lock);
    if (!options.withoutDatabase) await openDatabase(live, options.io ?? QUIET);
    return live;
  } catch (error) {
    if (live) await live.close();
    lock.release();
    throw error;
  }
}

const UNWRITABLE = new Set(["EROFS", "EACCES", "EPERM"]);

async function openForReading(folder: string, known?: Ledger): Promise<LiveCase> {
  const ledger = known ?? new Ledger(folder);
  const live = new LiveCase({ path: folder, ledger, texts: new Texts(folder), db: null, lock: null });
  for (const problem of ledger.problems)
    live.recovered.push(`${problem.where}: ${problem.message} The case is open for reading only.`);
  if (ledger.torn.length > 0)
    live.recovered.push("The ledger's last line is torn; opening for writing sets it aside.");
  if (!existsSync(join(folder, DATABASE))) return live;
  try {
    const db = await openNative(join(folder, DATABASE), { readOnly: true });
    live.swapDatabase(db);
    const state = await databaseState(db);
    const behind = pendingActs(live, state.published).length;
    if (behind > 0)
      live.recovered.push(`The database lacks the last ${behind} acts; opening for writing completes them.`);
  } catch (error) {
    if (!(error instanceof ProductError)) throw error;
    live.recovered.push(`The database cannot be read now: ${error.message}`);
  }
  return live;
}

/** Sets a torn last line aside, signs an act that was never acknowledged, and records both. */
function mendLedger(folder: string, ledger: Ledger, lock: CaseLock): LiveCase {
  ledger.sweepCheckpoints();
  const found: string[] = [];
  let setAside: { name: string; bytes: number; sha256: string } | null = null;
  let current = ledger;
  if (ledger.torn.length > 0) {
    setAside = setTornLineAside(folder, ledger);
    found.push(
      `The ledger's last line was torn (${setAside.bytes} bytes); it was set aside as ${setAside.name}.`,
    );
    current = new Ledger(folder);
  }
  if (current.entries.length === 0) {
    throw new ProductError(
      "case-damaged",
      "The ledger has no first act.",
      "Restore it from a copy, or make a new case.",
      { file: join(folder, LEDGER) },
    );
  }
  const fresh = current.checkpointSizes().length === 0;
  if (current.unacknowledged && !fresh) {
    const last = current.entries.at(-1)!;
    found.push(`Act ${last.seq} (${last.action}) had no checkpoint: it was never acknowledged. It stands.`);
  }
  const live = new LiveCase({ path: folder, ledger: current, texts: new Texts(folder), db: null, lock });
  // Only after a program that died: copies that an older ledger, put back, does not know must not be lost.
  if (lock.takenOver !== null) {
    live.recovered.push(lock.takenOver);
    const swept = sweepCopies(folder, current.entries);
    if (swept.length > 0)
      found.push(
        `Copies of evidence whose act was cut short were removed; nothing refers to them: ${swept.join(", ")}.`,
      );
  }
  live.recovered.push(...found);
  if (found.length > 0) recordMending(live, found, setAside);
  return live;
}

function recordMending(
  live: LiveCase,
  found: string[],
  setAside: { name: string; bytes: number; sha256: string } | null,
): void {
  try {
    const signer = loadSigner(live.examinerOf(live.ledgerFile.entries.at(-1)!.examiner));
    if (live.ledgerFile.unacknowledged) live.ledgerFile.writeCheckpoint(signer);
    live.recordNow(
      "case.open",
      { inputs: null, parameters: null, outputs: { found, setAside }, result: MENDED },
      signer,
    );
  } catch (error) {
    if (!(error instanceof ProductError)) throw error;
    live.recovered.push(`This was not recorded: ${error.message}`);
  }
}

function setTornLineAside(folder: string, ledger: Ledger): { name: string; bytes: number; sha256: string } {
  const aside = join(folder, "torn");
  mkdirSync(aside, { recursive: true });
  const sha256 = sha256Hex(ledger.torn);
  const name = `torn/${String(ledger.leaves.length + 1).padStart(10, "0")}-${sha256.slice(0, 16)}`;
  replaceFile(join(folder, name), ledger.torn);
  truncateSync(ledger.file, ledger.bytes);
  return { name, bytes: ledger.torn.length, sha256 };
}

/** The case's database, brought up to the ledger; one that belongs to another ledger is made again. */
async function openDatabase(live: LiveCase, io: ActIo): Promise<void> {
  const file = join(live.path, DATABASE);
  const existed = existsSync(file);
  let db = await openWhole(live, file);
  live.swapDatabase(db);
  await prepareDatabase(db);
  const state = await databaseState(db);
  const expected = state.published === 0 ? "" : live.ledgerFile.hashes[state.published - 1];
  if (state.publishedHash !== expected) {
    live.swapDatabase(null);
    await db.close();
    removeDatabase(file);
    live.recovered.push("The database belonged to another state of the ledger; it was made again.");
    db = await openNative(file);
    live.swapDatabase(db);
    await prepareDatabase(db);
  } else if (!existed && pendingActs(live, 0).length > 0) {
    live.recovered.push("The database was missing; it was made again from ledger and evidence.");
  }
  try {
    const { said, differences } = await catchUp(live, db, io);
    live.recovered.push(...said, ...differences.map(differenceText));
  } catch (error) {
    if (!(error instanceof ProductError) || error.code === "cancelled") throw error;
    throw new ProductError(
      error.code,
      `The database lacks acts of the ledger, and they cannot be replayed: ${error.message}`,
      "Give the folder that holds the evidence: portwitness rebuild CASE --evidence DIR.",
      error.where,
    );
  }
}

/** Bytes of a DuckDB file's three headers: what is shorter was cut off while it was made, and never held anything. */
const HEADERS = 3 * 4096;

/** Opens the database; one that a kill cut off while it was made is made again. */
async function openWhole(live: LiveCase, file: string): Promise<NativeDatabase> {
  try {
    return await openNative(file);
  } catch (error) {
    const damaged = error instanceof ProductError && error.code === "case-damaged";
    const bytes = sizeOf(file) ?? 0;
    if (!damaged || (bytes >= HEADERS && pendingActs(live, 0).length > 0)) throw error;
    removeDatabase(file);
    live.recovered.push(
      bytes < HEADERS
        ? "The database was cut off while it was made; it was made again."
        : "The database was damaged and held no act's work; it was made again.",
    );
    return openNative(file);
  }
}

export function removeDatabase(file: string): void {
  for (const suffix of ["", ".wal"]) rmSync(`${file}${suffix}`, { force: true });
  rmSync(`${file}.tmp`, { recursive: true, force: true });
}

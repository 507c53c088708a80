// Time-stamps of a case (RFC 3161): a query over the newest checkpoint, carried to an authority by hand; its reply, checked
// and kept. What a reply shows is that the ledger's head existed at its time: nothing before it was written later.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { hex } from "../../../shared/custody/bytes";
import type { LedgerEntry } from "../../../shared/custody/ledger-line";
import { timeStampQuery } from "../../../shared/custody/timestamp";
import { ProductError } from "../../../shared/errors";
import type { Json } from "./act";
import { replaceFile, sha256, sha256Hex } from "./files";
import { CHECKPOINTS, checkpointFile, type Ledger } from "./ledger";
import type { LiveCase } from "./live-case";
import { type CheckedStamp, certificatesOf, checkStamp } from "./stamp-check";

export const STAMPS = "timestamps";
/** Bytes. A reply with its chain has a few thousand. */
const MOST = 1 << 20;

/** A time-stamp that an act of the ledger brought in. */
export interface StampAct {
  readonly seq: number;
  /** Acts that the stamped checkpoint covers. */
  readonly size: number;
  /** SHA-256 of the reply, hex. */
  readonly sha256: string;
  readonly timeUs: number;
  readonly accuracyUs: number | null;
  readonly authority: string;
  readonly trusted: boolean;
  /** SHA-256 of the certificates that the examiner trusted, as given; null where none were. */
  readonly trust: string | null;
}

/** The acts of a ledger that brought in time-stamps. */
export function stampActs(entries: readonly LedgerEntry[]): StampAct[] {
  return entries.flatMap((entry) =>
    entry.action === "timestamp.import" && entry.result === "done"
      ? [{ seq: entry.seq, ...(entry.outputs as unknown as Omit<StampAct, "seq">) }]
      : [],
  );
}

export const stampFile = (stamp: { readonly size: number; readonly sha256: string }): string =>
  `${String(stamp.size).padStart(10, "0")}-${stamp.sha256.slice(0, 16)}.tsr`;
const trustFile = (sum: string): string => `trust-${sum.slice(0, 16)}.pem`;

/** Writes a query's bytes over a digest where nothing is yet. Returns the nonce in hex. */
export function writeQuery(out: string, digest: Uint8Array): string {
  if (existsSync(out))
    throw new ProductError("usage", `${out} exists already.`, "Name a file that does not exist yet.", {
      file: out,
    });
  const nonce = new Uint8Array(randomBytes(8));
  replaceFile(out, timeStampQuery(digest, nonce));
  return hex(nonce).replace(/^0+(?=.)/, "");
}

const checkpointBytes = (folder: string, size: number): Uint8Array =>
  new Uint8Array(readFileSync(join(folder, CHECKPOINTS, checkpointFile(size))));

/** A query over the newest checkpoint; the act that records it comes behind that checkpoint. */
export async function queryStamp(
  live: LiveCase,
  out: string,
  examiner: string | null,
): Promise<{ size: number; digest: string }> {
  await live.introduce(examiner);
  const size = live.head().acts;
  const digest = sha256(checkpointBytes(live.path, size));
  const nonce = writeQuery(out, digest);
  const outputs: Json = { size, digest: hex(digest), nonce };
  await live.record(
    "timestamp.query",
    { inputs: null, parameters: { out: await live.hideText(out) }, outputs, result: "done" },
    examiner,
  );
  return { size, digest: hex(digest) };
}

/** Checks a reply, keeps it in the case and records it. Throws "input" with what does not hold. */
export async function importStamp(
  live: LiveCase,
  files: { reply: string; trust: string | null },
  examiner: string | null,
): Promise<StampAct & { chain: readonly string[] }> {
  const reply = readSmall(files.reply);
  const trust = files.trust === null ? null : readSmall(files.trust);
  const size = stampedSize(live, reply, files.reply);
  const checked = check(reply, sha256(checkpointBytes(live.path, size)), trust, files);
  checkNonce(live, size, checked, files.reply);
  const sum = sha256Hex(reply);
  const trustSum = trust === null ? null : sha256Hex(trust);
  if (stampActs(live.ledgerFile.entries).some((known) => known.sha256 === sum))
    throw new ProductError("usage", `${files.reply} is in the case already.`, "Nothing is to be done.", {
      file: files.reply,
    });
  const folder = join(live.path, STAMPS);
  await live.introduce(examiner);
  mkdirSync(folder, { recursive: true });
  replaceFile(join(folder, stampFile({ size, sha256: sum })), reply);
  if (trust !== null) replaceFile(join(folder, trustFile(trustSum!)), trust);
  const { info, authority, trusted, anchor, chain } = checked;
  const outputs = {
    size,
    sha256: sum,
    timeUs: info.timeUs,
    accuracyUs: info.accuracyUs,
    authority,
    trusted,
    trust: trustSum,
    anchor,
    policy: info.policy,
    serial: info.serial,
  };
  const parameters: Json = { reply: await live.hideText(files.reply) };
  const entry = { inputs: null, parameters, outputs, result: "done" };
  const seq = await live.record("timestamp.import", entry, examiner);
  return { seq, ...outputs, chain };
}

/** Checks a reply over any bytes (the seal of an exhibit). Throws "input" with what does not hold. */
export function checkReply(
  stamped: Uint8Array,
  files: { reply: string; trust: string | null },
): CheckedStamp {
  const trust = files.trust === null ? null : readSmall(files.trust);
  return check(readSmall(files.reply), sha256(stamped), trust, files);
}

function check(
  reply: Uint8Array,
  digest: Uint8Array,
  trust: Uint8Array | null,
  files: { reply: string; trust: string | null },
): CheckedStamp {
  try {
    const anchors = trust === null ? [] : certificatesOf(Buffer.from(trust).toString("latin1"));
    return checkStamp(reply, digest, anchors);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new ProductError(
      "input",
      `The time-stamp ${files.reply} does not hold: ${error.message}.`,
      "Give the authority's reply to this very query (.tsr), and --trust with the certificates of an authority you trust (PEM).",
      { file: files.reply },
    );
  }
}

/** The checkpoint that a reply stamps: one that was queried, or any other of the case. */
function stampedSize(live: LiveCase, reply: Uint8Array, file: string): number {
  const text = hex(reply);
  const sizes = live.ledgerFile.checkpointSizes().reverse();
  const found = sizes.find((size) => text.includes(hex(sha256(checkpointBytes(live.path, size)))));
  if (found !== undefined) return found;
  throw new ProductError(
    "input",
    `${file} stamps no checkpoint of this case.`,
    "Give the reply to a query that portwitness timestamp CASE --query wrote.",
    { file },
  );
}

/** Where the program asked, the reply must carry its number: an older reply over the same bytes is another's. */
function checkNonce(live: LiveCase, size: number, checked: CheckedStamp, file: string): void {
  const asked = live.ledger().flatMap((entry) => {
    const outputs = entry.outputs as { readonly size?: Json; readonly nonce?: Json } | null;
    return entry.action === "timestamp.query" && outputs?.size === size ? [String(outputs.nonce)] : [];
  });
  if (asked.length === 0 || checked.info.nonce === null || asked.includes(checked.info.nonce)) return;
  throw new ProductError(
    "input",
    `${file} answers another query: its nonce is not one that was asked with.`,
    "Give the reply to the query that this case wrote.",
    { file },
  );
}

function readSmall(file: string): Uint8Array {
  if (!existsSync(file) || !statSync(file).isFile())
    throw new ProductError("input", `There is no file ${file}.`, "Give a file that exists.", { file });
  if (statSync(file).size > MOST)
    throw new ProductError("input", `${file} is far too large for this.`, "Give the file itself.", { file });
  return new Uint8Array(readFileSync(file));
}

/** What is wrong with the time-stamps that a case keeps, and what they show. */
export function checkStamps(
  folder: string,
  ledger: Ledger,
  problem: (where: string, message: string) => void,
  notes: string[],
): void {
  for (const stamp of stampActs(ledger.entries)) {
    const where = `${STAMPS}/${stampFile(stamp)}`;
    const file = join(folder, where);
    if (!existsSync(file) || sha256Hex(readFileSync(file)) !== stamp.sha256) {
      problem(where, `The time-stamp that act ${stamp.seq} brought in is missing or changed.`);
      continue;
    }
    const trust = stamp.trust === null ? null : join(folder, STAMPS, trustFile(stamp.trust));
    const kept = trust !== null && existsSync(trust) ? readFileSync(trust) : null;
    if (stamp.trust !== null && (kept === null || sha256Hex(kept) !== stamp.trust)) {
      problem(
        `${STAMPS}/${trustFile(stamp.trust)}`,
        "The certificates of the authority are missing or changed.",
      );
      continue;
    }
    try {
      const digest = sha256(checkpointBytes(folder, stamp.size));
      const anchors = kept === null ? [] : certificatesOf(kept.toString("latin1"));
      const checked = checkStamp(new Uint8Array(readFileSync(file)), digest, anchors);
      notes.push(stampSentence(stamp.size, checked));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      problem(where, `The time-stamp does not hold: ${error.message}.`);
    }
  }
}

/** What a time-stamp shows, in a sentence. */
export function stampSentence(size: number, checked: CheckedStamp): string {
  const time = new Date(Math.floor(checked.info.timeUs / 1000)).toISOString();
  const trust = checked.trusted ? "a certificate that was given as trusted" : "no certificate that was given";
  return `The first ${size} acts existed at ${time}, says the time-stamp of ${checked.authority} (its chain ends in ${trust}; revocation was not looked up).`;
}

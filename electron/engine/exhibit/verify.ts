// Verifying an exhibit. It demands the one canonical form, so that every byte of a bag is either sealed or refused, and
// names the place of each finding. build/verifier/verify.mjs does the same without this code; a test holds them together.
import { existsSync } from "node:fs";
import { equalBytes, hex, textOf } from "../../../shared/custody/bytes";
import { BAGIT_TXT, parseBagInfo, parseManifest, payloadOxum } from "../../../shared/custody/manifest";
import { isPayload, PAYLOAD, STAMPED_NOTE } from "../../../shared/custody/payload";
import { parseSeal } from "../../../shared/custody/seal";
import { type NoteKey, parseNote, parseVerifierKey } from "../../../shared/custody/signed-note";
import { ProductError } from "../../../shared/errors";
import { sha256 } from "../case/files";
import { keysFor, noteSigner } from "../case/ledger";
import { keyOption, readEarlier, type VerifyReport } from "../case/verify-case";
import { ROOT_FILES, SEALED_TAGS } from "./bag";
import { BagFiles } from "./bag-files";
import {
  checkCheckpoint,
  checkEarlier,
  checkStamps,
  claimedSize,
  LEDGER,
  type LedgerFacts,
  walkBagLedger,
} from "./verify-ledger";
import { checkEvidence, checkRows, checkTexts } from "./verify-rows";

const REQUIRED: readonly string[] = [...ROOT_FILES, ...PAYLOAD.map((name) => `data/${name}`)];

interface Signing {
  readonly fingerprint: string;
  readonly key: NoteKey;
}

/**
 * Checks a bag. `key`: the fingerprint that the signer must have; `since`: an earlier checkpoint, or an earlier exhibit.
 * Throws "usage" for a fingerprint or checkpoint that is none, "input" where there is no bag.
 */
export async function verifyBag(
  folder: string,
  options: { key?: string; since?: string },
  signal?: AbortSignal,
): Promise<VerifyReport> {
  const expected = keyOption(options.key);
  if (!existsSync(folder))
    throw new ProductError("input", `There is no exhibit at ${folder}.`, "Give the folder of a bag.", {
      file: folder,
    });
  const earlier = options.since === undefined ? null : readEarlier(options.since);
  const bag = new BagFiles(folder, signal);
  for (const path of REQUIRED) if (!bag.has(path)) bag.problem(path, "This file is missing.");
  for (const path of bag.sizes.keys()) {
    if (!REQUIRED.includes(path) && !isPayload(path))
      bag.problem(path, "This file is no part of the exhibit.");
  }
  const sealer = await checkBagInfo(bag);
  const sizes = new Set([...bag.sizes.keys()].map((path) => Number(STAMPED_NOTE.exec(path)?.[1])));
  if (earlier) sizes.add(claimedSize(earlier.note) ?? 0);
  const ledger = await walkBagLedger(bag, sizes);
  const inForce = keysFor(ledger.keys, ledger.size);
  if (sealer && !inForce.some((key) => key.fingerprint === sealer.fingerprint))
    bag.problem(LEDGER, "No act of the ledger made the sealing key known, or one ended it.");
  await checkCheckpoint(bag, ledger);
  if (earlier) checkEarlier(bag, earlier.where, earlier.note, ledger);
  const stamps = await checkStamps(bag, ledger);
  await checkRows(bag, sealer?.key ?? null, ledger);
  await checkTexts(bag, ledger);
  await checkEvidence(bag, ledger);
  await checkManifests(bag);
  const signer = await checkSeal(bag, sealer, ledger);
  if (expected !== null && signer?.fingerprint !== expected) {
    const found = signer
      ? `It is signed by ${signer.fingerprint}, not by the key that was given.`
      : "Its signer is not established.";
    bag.problem("seal.note", found);
  }
  const ok = bag.problems.length === 0;
  const notes = [...stamps];
  if (ok && earlier) notes.push(`The ledger continues the earlier checkpoint ${earlier.where}.`);
  if (ok && expected === null) notes.push("Consistent; signer not established (give --key).");
  return {
    ok,
    problems: [...bag.problems],
    keyFingerprint: signer?.fingerprint ?? null,
    signerChecked: expected !== null && signer?.fingerprint === expected,
    notes,
  };
}

async function checkManifests(bag: BagFiles): Promise<void> {
  if (textOf(await bag.whole("bagit.txt")) !== BAGIT_TXT)
    bag.problem("bagit.txt", "It is not the declaration of a BagIt 1.0 bag.");
  const payload = await bag.whole("manifest-sha256.txt");
  const tags = await bag.whole("tagmanifest-sha256.txt");
  await bag.readRest();
  checkManifest(bag, "manifest-sha256.txt", payload, bag.payload());
  const sealed = SEALED_TAGS.filter((path) => bag.has(path));
  checkManifest(bag, "tagmanifest-sha256.txt", tags, sealed);
}

function checkManifest(bag: BagFiles, name: string, bytes: Uint8Array, expected: readonly string[]): void {
  const text = textOf(bytes);
  const entries = text === null ? { line: 1, message: "it is not UTF-8" } : parseManifest(text);
  if (!Array.isArray(entries)) {
    bag.problem(`${name}:${entries.line}`, `The manifest is not in canonical form: ${entries.message}.`);
    return;
  }
  const there = new Set(expected);
  const listed = new Set<string>();
  for (const [index, { path, sha256: sum }] of entries.entries()) {
    listed.add(path);
    if (!there.has(path)) {
      bag.problem(path, `${name} lists this file, which is not there or has no place in it.`);
      bag.problem(`${name}:${index + 1}`, "The line names a file that is not there or has no place here.");
    } else if (bag.sums.get(path) !== sum) {
      bag.problem(path, `Its SHA-256 is ${bag.sums.get(path)}, ${name} has ${sum}.`);
      bag.problem(`${name}:${index + 1}`, `The line does not fit ${path}: one of the two was changed.`);
    }
  }
  for (const path of expected) {
    if (listed.has(path)) continue;
    bag.problem(path, `${name} does not list this file.`);
    bag.problem(name, `It does not list ${path}.`);
  }
}

/** The key that bag-info.txt names as the sealing one. */
async function checkBagInfo(bag: BagFiles): Promise<Signing | null> {
  const text = textOf(await bag.whole("bag-info.txt"));
  const info = text === null ? 1 : parseBagInfo(text);
  if (typeof info === "number") {
    bag.problem(`bag-info.txt:${info}`, "The line is not one `Label: value`.");
    return null;
  }
  const payload = bag.payload();
  const oxum = payloadOxum(
    payload.reduce((sum, path) => sum + bag.sizes.get(path)!, 0),
    payload.length,
  );
  if (info.get("Payload-Oxum") !== oxum)
    bag.problem("bag-info.txt", `Payload-Oxum is ${info.get("Payload-Oxum")}, the files make ${oxum}.`);
  const key = parseVerifierKey(info.get("Portwitness-Key") ?? "", sha256);
  if (key) return { key, fingerprint: hex(sha256(key.publicKey)) };
  bag.problem("bag-info.txt", "Portwitness-Key is not a verifier key.");
  return null;
}

async function checkSeal(
  bag: BagFiles,
  sealer: Signing | null,
  ledger: LedgerFacts,
): Promise<Signing | null> {
  const bytes = await bag.whole("seal.note");
  const note = parseNote(bytes);
  const signed = noteSigner(bytes, sealer ? [sealer] : []);
  if (typeof signed === "string") bag.problem("seal.note", `The seal does not hold: ${signed}.`);
  const signer = typeof signed === "string" ? null : signed.by;
  const seal = typeof note === "string" ? null : parseSeal(note.text);
  if (!seal) {
    bag.problem("seal.note", "Its text does not have the form of a seal.");
    return signer;
  }
  const sealed = {
    "manifest-sha256.txt": seal.manifest,
    "bagit.txt": seal.bagit,
    "bag-info.txt": seal.baginfo,
  };
  for (const [name, sum] of Object.entries(sealed)) {
    if (bag.sums.get(name) !== sum) bag.problem(name, "It is not the one that was sealed.");
  }
  if (seal.ledgerSize !== ledger.size)
    bag.problem(LEDGER, `The ledger has ${ledger.size} lines, ${seal.ledgerSize} were sealed.`);
  else if (!equalBytes(seal.ledgerRoot, ledger.root))
    bag.problem(LEDGER, "The ledger's lines are not the ones that were sealed.");
  return signer;
}

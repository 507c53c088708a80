// Verifying an exhibit. It demands the one canonical form, so that every byte of a bag is either sealed or refused, and
// names the place of each finding. build/verifier/verify.mjs does the same without this code; a test holds them together.
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compareUtf8, concat, equalBytes, hex, textOf } from "../../../shared/custody/bytes";
import { ledgerOrigin, parseCheckpoint, rowsOrigin } from "../../../shared/custody/checkpoint";
import { csvRecordSpans, parseCsv } from "../../../shared/custody/csv";
import { type Chain, walkLedger } from "../../../shared/custody/ledger-line";
import { BAGIT_TXT, parseBagInfo, parseManifest, payloadOxum } from "../../../shared/custody/manifest";
import { leafHash, MerkleFrontier } from "../../../shared/custody/merkle";
import { parseSeal } from "../../../shared/custody/seal";
import { type NoteKey, parseNote, parseVerifierKey } from "../../../shared/custody/signed-note";
import { ProductError } from "../../../shared/errors";
import type { Json } from "../case/act";
import { hashFile, sha256, sha256Hex } from "../case/files";
import { keysFor, knownKeys, noteSigner } from "../case/ledger";
import { formatText, hiddenIn, parseTexts } from "../case/texts";
import { keyOption, type VerifyReport } from "../case/verify-case";
import { ROOT_FILES, SEALED_TAGS } from "./bag";

/** Files that no exhibit lacks, below data/. */
export const REQUIRED_DATA = [
  "README.txt",
  "attribution.csv",
  "attribution.spreadsheet.csv",
  "checkpoint.note",
  "custody.jsonl",
  "evidence.csv",
  "records.duckdb",
  "rows.note",
  "rows.salts",
  "texts.jsonl",
  "verify.mjs",
] as const;

const LEDGER = "data/custody.jsonl";

interface Signing {
  readonly fingerprint: string;
  readonly key: NoteKey;
}

class BagCheck {
  readonly problems: { where: string; message: string }[] = [];
  readonly sums = new Map<string, string>();
  readonly sizes = new Map<string, number>();

  constructor(readonly folder: string) {}

  problem(where: string, message: string): void {
    this.problems.push({ where, message });
  }

  has(path: string): boolean {
    return this.sizes.has(path);
  }

  read(path: string): Uint8Array {
    return this.has(path) ? new Uint8Array(readFileSync(join(this.folder, path))) : new Uint8Array(0);
  }

  list(prefix = ""): void {
    const names = readdirSync(join(this.folder, prefix)).sort(compareUtf8);
    if (names.length === 0 && prefix !== "")
      this.problem(prefix, "This folder is empty; it is no part of the exhibit.");
    for (const name of names) {
      const path = prefix === "" ? name : `${prefix}/${name}`;
      const stat = lstatSync(join(this.folder, path));
      if (stat.isDirectory()) this.list(path);
      else if (stat.isFile()) this.sizes.set(path, stat.size);
      else this.problem(path, "This is a link or a device, not a file.");
    }
  }
}

/** Checks a bag. Throws "usage" for a fingerprint that is none, "input" where there is no bag. */
export async function verifyBag(
  folder: string,
  options: { key?: string },
  signal?: AbortSignal,
): Promise<VerifyReport> {
  const expected = keyOption(options.key);
  if (!existsSync(folder))
    throw new ProductError("input", `There is no exhibit at ${folder}.`, "Give the folder of a bag.", {
      file: folder,
    });
  const bag = new BagCheck(folder);
  bag.list();
  for (const path of [...ROOT_FILES, ...REQUIRED_DATA.map((name) => `data/${name}`)]) {
    if (!bag.has(path)) bag.problem(path, "This file is missing.");
  }
  for (const path of bag.sizes.keys())
    bag.sums.set(path, (await hashFile(join(folder, path), signal)).sha256);

  checkManifests(bag);
  const sealer = checkBagInfo(bag);
  const chain = checkLedger(bag);
  const known = keysFor(knownKeys(chain.entries), chain.lines.length);
  if (sealer && !known.some((key) => key.fingerprint === sealer.fingerprint)) {
    bag.problem(LEDGER, "No act of the ledger made the sealing key known, or one ended it.");
  }
  const root = ledgerRoot(chain);
  const signer = checkSeal(bag, sealer, chain.lines.length, root);
  checkCheckpoint(bag, chain, root);
  checkRows(bag, sealer, chain);
  checkTexts(bag, chain);
  checkEvidence(bag, chain);
  if (expected !== null && signer?.fingerprint !== expected) {
    const found = signer
      ? `It is signed by ${signer.fingerprint}, not by the key that was given.`
      : "Its signer is not established.";
    bag.problem("seal.note", found);
  }
  const ok = bag.problems.length === 0;
  return {
    ok,
    problems: bag.problems,
    keyFingerprint: signer?.fingerprint ?? null,
    signerChecked: expected !== null && signer?.fingerprint === expected,
    notes: ok && expected === null ? ["Consistent; signer not established (give --key)."] : [],
  };
}

function checkManifests(bag: BagCheck): void {
  if (textOf(bag.read("bagit.txt")) !== BAGIT_TXT)
    bag.problem("bagit.txt", "It is not the declaration of a BagIt 1.0 bag.");
  const payload = [...bag.sizes.keys()].filter((path) => path.startsWith("data/"));
  checkManifest(bag, "manifest-sha256.txt", payload);
  checkManifest(
    bag,
    "tagmanifest-sha256.txt",
    SEALED_TAGS.filter((path) => bag.has(path)),
  );
  for (const path of bag.sizes.keys()) {
    if (!path.startsWith("data/") && !ROOT_FILES.includes(path as (typeof ROOT_FILES)[number])) {
      bag.problem(path, "This file is no part of the exhibit.");
    }
  }
}

function checkManifest(bag: BagCheck, name: string, expected: readonly string[]): void {
  const text = textOf(bag.read(name));
  const entries = text === null ? { line: 1, message: "it is not UTF-8" } : parseManifest(text);
  if (!Array.isArray(entries)) {
    bag.problem(`${name}:${entries.line}`, `The manifest is not in canonical form: ${entries.message}.`);
    return;
  }
  const listed = new Set<string>();
  for (const [index, { path, sha256: sum }] of entries.entries()) {
    listed.add(path);
    if (!expected.includes(path)) {
      bag.problem(path, `${name} lists this file, which is not there or has no place in it.`);
    } else if (bag.sums.get(path) !== sum) {
      bag.problem(path, `Its SHA-256 is ${bag.sums.get(path)}, ${name} has ${sum}.`);
      bag.problem(`${name}:${index + 1}`, `The line does not fit ${path}: one of the two was changed.`);
    }
  }
  for (const path of expected) if (!listed.has(path)) bag.problem(path, `${name} does not list this file.`);
}

/** The key that bag-info.txt names as the sealing one. */
function checkBagInfo(bag: BagCheck): Signing | null {
  const text = textOf(bag.read("bag-info.txt"));
  const info = text === null ? 1 : parseBagInfo(text);
  if (typeof info === "number") {
    bag.problem(`bag-info.txt:${info}`, "The line is not one `Label: value`.");
    return null;
  }
  const payload = [...bag.sizes].filter(([path]) => path.startsWith("data/"));
  const oxum = payloadOxum(
    payload.reduce((sum, [, bytes]) => sum + bytes, 0),
    payload.length,
  );
  if (info.get("Payload-Oxum") !== oxum)
    bag.problem("bag-info.txt", `Payload-Oxum is ${info.get("Payload-Oxum")}, the files make ${oxum}.`);
  const key = parseVerifierKey(info.get("Portwitness-Key") ?? "", sha256);
  if (key) return { key, fingerprint: hex(sha256(key.publicKey)) };
  bag.problem("bag-info.txt", "Portwitness-Key is not a verifier key.");
  return null;
}

function checkLedger(bag: BagCheck): Chain {
  const chain = walkLedger(bag.read(LEDGER), sha256);
  for (const problem of chain.problems) bag.problem(`${LEDGER}:${problem.line}`, problem.message);
  if (chain.torn.length > 0)
    bag.problem(`${LEDGER}:${chain.lines.length + 1}`, "The last line does not end in LF.");
  if (chain.lines.length === 0) bag.problem(LEDGER, "The ledger is empty.");
  return chain;
}

function ledgerRoot(chain: Chain): Uint8Array {
  const tree = new MerkleFrontier(sha256);
  for (const line of chain.lines) tree.append(line);
  return tree.root();
}

const firstLine = (chain: Chain): string => (chain.lines[0] ? sha256Hex(chain.lines[0]) : "");

function checkSeal(bag: BagCheck, sealer: Signing | null, size: number, root: Uint8Array): Signing | null {
  const bytes = bag.read("seal.note");
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
  if (seal.ledgerSize !== size)
    bag.problem(LEDGER, `The ledger has ${size} lines, ${seal.ledgerSize} were sealed.`);
  else if (!equalBytes(seal.ledgerRoot, root))
    bag.problem(LEDGER, "The ledger's lines are not the ones that were sealed.");
  return signer;
}

function checkCheckpoint(bag: BagCheck, chain: Chain, root: Uint8Array): void {
  const where = "data/checkpoint.note";
  const signed = noteSigner(bag.read(where), keysFor(knownKeys(chain.entries), chain.lines.length));
  if (typeof signed === "string") return void bag.problem(where, `The checkpoint does not hold: ${signed}.`);
  const stated = parseCheckpoint(signed.text);
  if (!stated) return void bag.problem(where, "Its text is no checkpoint.");
  if (stated.origin !== ledgerOrigin(firstLine(chain))) bag.problem(where, "It belongs to another ledger.");
  if (stated.size !== chain.lines.length) {
    bag.problem(LEDGER, `The ledger has ${chain.lines.length} lines, its checkpoint signs ${stated.size}.`);
  } else if (!equalBytes(stated.root, root)) {
    bag.problem(LEDGER, "The ledger's lines are not the ones that its checkpoint signs.");
  }
}

function checkRows(bag: BagCheck, sealer: Signing | null, chain: Chain): void {
  const where = "data/rows.note";
  const signed = noteSigner(bag.read(where), sealer ? [sealer] : []);
  if (typeof signed === "string") return void bag.problem(where, `The note does not hold: ${signed}.`);
  const stated = parseCheckpoint(signed.text);
  if (!stated) return void bag.problem(where, "Its text is malformed.");
  if (stated.origin !== rowsOrigin(firstLine(chain))) bag.problem(where, "It belongs to another ledger.");
  const csv = bag.read("data/attribution.csv");
  const spans = csvRecordSpans(csv);
  if (csv.length > 0 && csv.at(-1) !== 10)
    return void bag.problem("data/attribution.csv", "Its last record does not end in CR LF.");
  if (spans.length !== stated.size) {
    return void bag.problem(
      "data/attribution.csv",
      `It has ${spans.length} records, ${stated.size} were signed in rows.note.`,
    );
  }
  const salts = (textOf(bag.read("data/rows.salts")) ?? "").split("\n");
  salts.pop();
  const bad = salts.findIndex((line) => !/^[0-9a-f]{32}$/.test(line));
  if (bad >= 0)
    return void bag.problem(`data/rows.salts:${bad + 1}`, "The line is not a salt of 16 bytes in hex.");
  if (salts.length !== stated.size) {
    return void bag.problem(
      "data/rows.salts",
      `It has ${salts.length} salts, ${stated.size} rows were signed in rows.note.`,
    );
  }
  const tree = new MerkleFrontier(sha256);
  for (const [i, { from, to }] of spans.entries()) {
    tree.appendLeafHash(leafHash(concat(Buffer.from(salts[i]!, "hex"), csv.subarray(from, to)), sha256));
  }
  if (!equalBytes(tree.root(), stated.root))
    bag.problem("data/attribution.csv", "Its rows are not the ones that were signed in rows.note.");
}

function checkTexts(bag: BagCheck, chain: Chain): void {
  const where = "data/texts.jsonl";
  const content = textOf(bag.read(where));
  if (content === null || (content !== "" && !content.endsWith("\n"))) {
    return void bag.problem(where, "It is not UTF-8 text whose last line ends in LF.");
  }
  const { entries, bad } = parseTexts(content);
  for (const line of bad) bag.problem(`${where}:${line}`, "The text does not have its hash.");
  const known = new Set(
    chain.entries.flatMap((entry) =>
      [entry.inputs, entry.parameters, entry.outputs].flatMap((value) => hiddenIn(value as Json)),
    ),
  );
  const spelled = [...entries.values()].map(formatText).join("");
  if (bad.length === 0 && spelled !== content) bag.problem(where, "Its lines are not in canonical form.");
  for (const entry of entries.values()) {
    if (!known.has(entry.hidden))
      bag.problem(where, `No line of the ledger refers to the text ${entry.hidden}.`);
  }
}

function checkEvidence(bag: BagCheck, chain: Chain): void {
  const where = "data/evidence.csv";
  let records: (string | null)[][];
  try {
    records = parseCsv(textOf(bag.read(where)) ?? "");
  } catch (error) {
    return void bag.problem(where, `It is not CSV: ${(error as Error).message}.`);
  }
  const column = records[0]?.indexOf("sha256") ?? -1;
  const named = new Set<string>();
  for (const entry of chain.entries) {
    if (entry.action !== "evidence.add") continue;
    const files =
      (entry.outputs as { readonly files?: readonly { readonly sha256?: Json }[] } | null)?.files ?? [];
    for (const file of files) if (typeof file.sha256 === "string") named.add(file.sha256);
  }
  for (const [index, record] of records.entries()) {
    if (index === 0) continue;
    const sum = record[column];
    if (!sum || !named.has(sum))
      bag.problem(`${where}:${index + 1}`, "No act of the ledger names this file's SHA-256.");
  }
}

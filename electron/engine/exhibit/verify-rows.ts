// The parts of a verification that are about content: the signed tree over the rows of attribution.csv, the disclosed
// texts, and evidence.csv against the ledger. Rows and salts go by side by side; neither is held.
import { createHash, type Hash } from "node:crypto";
import { equalBytes, textOf, unbase64, utf8 } from "../../../shared/custody/bytes";
import { parseCheckpoint, rowsOrigin } from "../../../shared/custody/checkpoint";
import { csvRecordSpans } from "../../../shared/custody/csv";
import { MerkleFrontier } from "../../../shared/custody/merkle";
import type { NoteKey } from "../../../shared/custody/signed-note";
import { sha256 } from "../case/files";
import { noteSigner } from "../case/ledger";
import { formatText, type HiddenText, textHash } from "../case/texts";
import type { BagFiles } from "./bag-files";
import { EVIDENCE_HEAD } from "./evidence-part";
import type { LedgerFacts } from "./verify-ledger";

const ROWS = "data/attribution.csv";
const SALTS = "data/rows.salts";
const QUOTE = 0x22;
const CR = 0x0d;
const LF = 0x0a;

/** A record's leaf (RFC 6962: 0x00 first) while its bytes go by. The CR of its CR LF is not part of it. */
class Leaf {
  private readonly hash: Hash = createHash("sha256").update(Uint8Array.of(0));
  private heldCr = false;

  constructor(salt: Uint8Array) {
    this.hash.update(salt);
  }

  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.heldCr) this.hash.update(Uint8Array.of(CR));
    this.heldCr = bytes.at(-1) === CR;
    this.hash.update(this.heldCr ? bytes.subarray(0, -1) : bytes);
  }

  get endsInCr(): boolean {
    return this.heldCr;
  }

  digest(): Uint8Array {
    return new Uint8Array(this.hash.digest());
  }
}

/** The salts, one a line of 32 hex digits; one that is none is a finding and counts as empty. */
async function* salts(bag: BagFiles): AsyncGenerator<Uint8Array> {
  let line = 0;
  for await (const bytes of bag.lines(SALTS)) {
    line++;
    const text = bytes === null ? null : textOf(bytes);
    const right = text !== null && /^[0-9a-f]{32}$/.test(text);
    if (!right) bag.problem(`${SALTS}:${line}`, "The line is not a salt of 16 bytes in hex.");
    yield right ? new Uint8Array(Buffer.from(text, "hex")) : new Uint8Array(0);
  }
}

async function readRows(bag: BagFiles): Promise<{ tree: MerkleFrontier; salts: number }> {
  const tree = new MerkleFrontier(sha256);
  const salt = salts(bag);
  let saltCount = 0;
  const next = async (): Promise<Leaf> => {
    const { value, done } = await salt.next();
    if (!done) saltCount++;
    return new Leaf(done ? new Uint8Array(0) : value);
  };
  let leaf: Leaf | null = null;
  let quoted = false;
  for await (const part of bag.read(ROWS)) {
    let from = 0;
    for (let i = 0; i < part.length; i++) {
      const byte = part[i];
      if (byte === QUOTE) quoted = !quoted;
      if (byte !== LF || quoted) continue;
      leaf ??= await next();
      leaf.add(part.subarray(from, i));
      if (!leaf.endsInCr) bag.problem(`${ROWS}:${tree.size + 1}`, "The record does not end in CR LF.");
      tree.appendLeafHash(leaf.digest());
      leaf = null;
      from = i + 1;
    }
    if (from === part.length) continue;
    leaf ??= await next();
    leaf.add(part.subarray(from));
  }
  if (leaf) bag.problem(ROWS, "Its last record does not end in CR LF.");
  for await (const _ of salt) saltCount++;
  return { tree, salts: saltCount };
}

export async function checkRows(bag: BagFiles, sealer: NoteKey | null, ledger: LedgerFacts): Promise<void> {
  const where = "data/rows.note";
  const signed = noteSigner(await bag.whole(where), sealer ? [{ key: sealer }] : []);
  const rows = await readRows(bag);
  if (typeof signed === "string") return bag.problem(where, `The note does not hold: ${signed}.`);
  const stated = parseCheckpoint(signed.text);
  if (!stated) return bag.problem(where, "Its text is malformed.");
  if (stated.origin !== rowsOrigin(ledger.firstLine)) bag.problem(where, "It belongs to another ledger.");
  const { tree } = rows;
  if (tree.size !== stated.size)
    return bag.problem(ROWS, `It has ${tree.size} records, ${stated.size} were signed in rows.note.`);
  if (rows.salts !== stated.size)
    return bag.problem(SALTS, `It has ${rows.salts} salts, ${stated.size} rows were signed in rows.note.`);
  if (!equalBytes(tree.root(), stated.root))
    bag.problem(ROWS, "Its rows are not the ones that were signed in rows.note.");
}

/** Disclosed texts: each is what a line of the ledger refers to, spelled in one way, once. */
export async function checkTexts(bag: BagFiles, ledger: LedgerFacts): Promise<void> {
  const where = "data/texts.jsonl";
  const seen = new Set<string>();
  let line = 0;
  for await (const bytes of bag.lines(where)) {
    line++;
    const problem = (message: string) => bag.problem(`${where}:${line}`, message);
    const entry = bytes === null ? null : parseHidden(bytes);
    if (!entry) problem("The text does not have its hash.");
    else if (!ledger.hidden.has(entry.hidden)) problem("No line of the ledger refers to this text.");
    else if (seen.has(entry.hidden)) problem("This text stands here twice.");
    if (entry) seen.add(entry.hidden);
  }
}

function parseHidden(bytes: Uint8Array): HiddenText | null {
  const text = textOf(bytes);
  if (text === null) return null;
  try {
    const entry = JSON.parse(text) as HiddenText;
    if (typeof entry.text !== "string" || typeof entry.salt !== "string") return null;
    const salt = unbase64(entry.salt);
    const fits = salt?.length === 16 && textHash(salt, entry.text) === entry.hidden;
    return fits && formatText(entry) === `${text}\n` ? entry : null;
  } catch {
    return null;
  }
}

/** evidence.csv is what the ledger gives, to the byte. */
export async function checkEvidence(bag: BagFiles, ledger: LedgerFacts): Promise<void> {
  const where = "data/evidence.csv";
  const found = await bag.whole(where);
  const expected = [EVIDENCE_HEAD, ...ledger.evidence];
  if (equalBytes(found, utf8(expected.join("")))) return;
  const spans = csvRecordSpans(found);
  const differs = expected.findIndex((record, i) => {
    const span = spans[i];
    return !span || !equalBytes(found.subarray(span.from, span.to), utf8(record.slice(0, -2)));
  });
  const line = differs < 0 ? expected.length + 1 : differs + 1;
  bag.problem(`${where}:${line}`, "The record is not what the ledger has of this file.");
}

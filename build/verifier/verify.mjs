#!/usr/bin/env node
// Checks an exhibit (a sealed BagIt bag) with nothing but Node 18 or newer: no packages, no network, no code of the
// program that made it. Read it before you run it; it only reads files under the bag's folder.
//
//   node verify.mjs [BAG] [--key FINGERPRINT] [--since NOTE] [--json]
//
// BAG is the exhibit's folder; without it, the folder above the one that holds this file. FINGERPRINT is the signer's,
// as it reached you by another way than the exhibit itself; without it the exhibit can only be shown to be consistent.
// NOTE is an earlier checkpoint of the same case, or the folder of an earlier exhibit: the ledger must continue it.
// Every file is read once, in pieces: the size of an exhibit does not matter.
// Exit status: 0 everything holds, 1 something does not (each finding names its place), 2 wrong use.
//
// A verifier that came with the exhibit proves nothing against someone who replaced it. Compare its SHA-256 with the one
// in the statement that travelled separately, or take this file from a source you trust.
import {
  constants,
  createHash,
  createPublicKey,
  verify as verifySignature,
  X509Certificate,
} from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

// ---------------------------------------------------------------------------------------------- bytes and their texts

const hash = (...parts) => parts.reduce((h, part) => h.update(part), createHash("sha256")).digest();
const hexHash = (...parts) => hash(...parts).toString("hex");
const isHash = (text) => typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const LF = 10;
/** A control or direction character in a file's name must not be able to repaint this program's answer. */
const shown = (text) =>
  text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** Strict UTF-8 to text, or null. */
function utf8(bytes) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.startsWith("\ufeff") ? null : text;
  } catch {
    return null;
  }
}

/** Bytes of base64 in its one canonical spelling, or null. */
function base64(text) {
  if (typeof text !== "string") return null;
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : null;
}

/** JSON in its one canonical spelling: no spaces, keys of nested objects sorted, no more levels than any act has. */
function canonical(value, depth = 0) {
  if (depth > 100) throw new RangeError("JSON of more than 100 levels");
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one, depth + 1)).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key], depth + 1)}`);
  return `{${members.join(",")}}`;
}

// ---------------------------------------------------------------------------------- Merkle tree (RFC 6962, section 2.1)

const leafOf = (...parts) => hash(Buffer.of(0), ...parts);

/** The tree as it grows: one pending subtree for each power of two. */
class Tree {
  size = 0;
  #pending = [];

  add(leaf) {
    let node = { size: 1, value: leaf };
    while (this.#pending.at(-1)?.size === node.size) {
      const left = this.#pending.pop();
      node = { size: node.size * 2, value: hash(Buffer.of(1), left.value, node.value) };
    }
    this.#pending.push(node);
    this.size++;
  }

  root() {
    if (this.size === 0) return hash();
    return this.#pending
      .map((node) => node.value)
      .reduceRight((right, left) => hash(Buffer.of(1), left, right));
  }
}

// ------------------------------------------------------------------------------------------ signed notes (C2SP, Ed25519)

/** `name+id+base64(1 || key)` to {name, id, raw, fingerprint}, or null. */
function publicKey(verifier) {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(verifier ?? "");
  const data = match && base64(match[3]);
  if (data?.length !== 33 || data[0] !== 1) return null;
  const id = hash(`${match[1]}\n`, data).subarray(0, 4);
  if (id.toString("hex") !== match[2]) return null;
  const raw = data.subarray(1);
  return { name: match[1], id, raw, fingerprint: hexHash(raw) };
}

function signatureHolds(key, text, signature) {
  try {
    // The fixed head of an Ed25519 SubjectPublicKeyInfo (RFC 8410).
    const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), key.raw]);
    return verifySignature(
      null,
      Buffer.from(text),
      createPublicKey({ key: der, format: "der", type: "spki" }),
      signature,
    );
  } catch {
    return false;
  }
}

/** The note's text and the one of `keys` that signed it; `wrong` says why there is none. */
function openNote(bytes, keys) {
  const whole = utf8(bytes);
  if (whole === null) return { wrong: "it is not UTF-8" };
  const cut = whole.lastIndexOf("\n\n");
  if (cut < 0 || !whole.endsWith("\n")) return { wrong: "it is not a signed note" };
  const text = whole.slice(0, cut + 1);
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text)) return { wrong: "its text holds control characters" };
  const signatures = [];
  for (const line of whole.slice(cut + 2, -1).split("\n")) {
    const match = /^\u2014 ([^ ]+) ([^ ]+)$/.exec(line);
    const data = match && base64(match[2]);
    if (data?.length !== 68) return { text, wrong: "a signature line is malformed" };
    signatures.push({ name: match[1], id: data.subarray(0, 4), signature: data.subarray(4) });
  }
  if (signatures.length !== 1)
    return { text, wrong: `it has ${signatures.length} signatures instead of one` };
  const [only] = signatures;
  const claimed = keys.filter((key) => key.name === only.name && key.id.equals(only.id));
  if (claimed.length === 0) return { text, wrong: "it is signed by no key that is known here" };
  const signer = claimed.find((key) => signatureHolds(key, text, only.signature));
  return signer ? { text, signer } : { text, wrong: "its signature does not fit its text" };
}

/** Origin, size and root of a checkpoint's text, or null. */
function checkpoint(text) {
  const match = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([^\n]+)\n$/.exec(text ?? "");
  const root = match && base64(match[3]);
  return root && root.length === 32 ? { origin: match[1], size: Number(match[2]), root } : null;
}

// -------------------------------------------------------------------------------------------------------- the bag's files

const DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
const SEALED_TAGS = ["bag-info.txt", "bagit.txt", "manifest-sha256.txt", "seal.note"];
const ROOT_FILES = [...SEALED_TAGS, "tagmanifest-sha256.txt"];
const PAYLOAD = [
  "README.txt",
  "attribution.csv",
  "attribution.spreadsheet.csv",
  "case.jsonld",
  "checkpoint.note",
  "custody.jsonl",
  "evidence.csv",
  "records.duckdb",
  "report.pdf",
  "rows.note",
  "rows.salts",
  "texts.jsonl",
  "verify.mjs",
  "viewer.html",
].map((name) => `data/${name}`);
/** Checkpoints that a time-stamping authority was asked about, and its replies (RFC 3161). */
const STAMPED = /^data\/timestamps\/(\d{10})\.note$/;
const STAMP = /^data\/timestamps\/(\d{10})-([0-9a-f]{16})\.tsr$/;
/** Longer than any tag file, note or line of the ledger that the program writes; what is longer is not read into memory. */
const MOST = 64 * 1_048_576;

/** A folder whose files are each read once, from front to back, and hashed in the same reading. */
class Folder {
  sizes = new Map();
  sums = new Map();

  constructor(root, problem) {
    this.root = root;
    this.problem = problem;
    this.#list("");
  }

  /** Every file below the folder as `a/b`; links, devices and folders without a file are findings. */
  #list(prefix) {
    const raw = readdirSync(join(this.root, prefix), { encoding: "buffer" });
    if (raw.length === 0 && prefix !== "")
      this.problem(prefix, "This folder is empty; it is no part of the exhibit.");
    for (const bytes of raw.sort(Buffer.compare)) {
      const name = utf8(bytes);
      const path = prefix === "" ? `${name}` : `${prefix}/${name}`;
      if (name === null) {
        this.problem(
          `${prefix === "" ? "" : `${prefix}/`}${bytes.toString("latin1")}`,
          "Its name is not UTF-8; it is no part of the exhibit.",
        );
        continue;
      }
      const stat = lstatSync(join(this.root, path));
      if (stat.isDirectory()) this.#list(path);
      else if (stat.isFile()) this.sizes.set(path, stat.size);
      else this.problem(path, "This is a link or a device, not a file.");
    }
  }

  /** The pieces of a file; its SHA-256 is known after the last. A file that is not there has none. */
  async *pieces(path) {
    if (!this.sizes.has(path)) return;
    const sum = createHash("sha256");
    const highWaterMark = Math.min(1 << 20, this.sizes.get(path) + 1);
    try {
      for await (const piece of createReadStream(join(this.root, path), { highWaterMark })) {
        sum.update(piece);
        yield piece;
      }
    } catch (error) {
      this.problem(path, `It cannot be read: ${error.code ?? error.message}.`);
      return;
    }
    this.sums.set(path, sum.digest("hex"));
  }

  /** All of a file that must be small. */
  async small(path) {
    const pieces = [];
    let size = 0;
    for await (const piece of this.pieces(path)) {
      size += piece.length;
      if (size <= MOST) pieces.push(piece);
    }
    if (size > MOST) this.problem(path, `It has ${size} bytes, far more than such a file can have.`);
    return size > MOST ? Buffer.alloc(0) : Buffer.concat(pieces);
  }

  /** Each line's bytes without its LF. Null stands for a line that is too long to be one. */
  async *lines(path) {
    let held = [];
    let size = 0;
    let any = false;
    for await (const piece of this.pieces(path)) {
      let from = 0;
      for (let to = piece.indexOf(LF); to >= 0; to = piece.indexOf(LF, from)) {
        const part = piece.subarray(from, to);
        const whole = size + part.length;
        yield whole > MOST ? null : held.length === 0 ? part : Buffer.concat([...held, part]);
        held = [];
        size = 0;
        from = to + 1;
      }
      size += piece.length - from;
      if (size > MOST) held = [];
      else if (from < piece.length) held.push(piece.subarray(from));
      any = size > 0;
    }
    if (any) this.problem(path, "Its last line does not end in LF.");
  }

  async hashRest() {
    for (const path of this.sizes.keys()) {
      if (this.sums.has(path)) continue;
      for await (const _ of this.pieces(path));
    }
  }
}

/** path -> hash of a manifest in canonical form: lower-case hex, two spaces, sorted by bytes, LF. */
function readManifest(name, bytes, problem) {
  const listed = new Map();
  const text = utf8(bytes);
  if (text === null || (text !== "" && !text.endsWith("\n"))) {
    problem(name, "It is not UTF-8 text whose last line ends in LF.");
    return listed;
  }
  let before = null;
  for (const [index, line] of text.split("\n").slice(0, -1).entries()) {
    const match = /^([0-9a-f]{64}) {2}([^\u0000-\u001f\u007f%\\]+)$/.exec(line);
    const parts = match ? match[2].split("/") : [];
    if (!match || parts.some((part) => part === "" || part === "." || part === "..")) {
      problem(
        `${name}:${index + 1}`,
        "The line is not in canonical form: 64 lower-case hex digits, two spaces, a path.",
      );
      continue;
    }
    if (before !== null && byBytes(before, match[2]) >= 0)
      problem(`${name}:${index + 1}`, "The lines are not sorted by their bytes.");
    before = match[2];
    listed.set(match[2], match[1]);
  }
  return listed;
}

function readBagInfo(bytes, problem) {
  const info = new Map();
  const text = utf8(bytes);
  if (text === null || !text.endsWith("\n")) {
    problem("bag-info.txt", "It is not UTF-8 text whose last line ends in LF.");
    return info;
  }
  for (const [index, line] of text.split("\n").slice(0, -1).entries()) {
    const match = /^([A-Za-z][A-Za-z0-9-]*): ([^\r]*)$/.exec(line);
    if (!match || info.has(match[1]))
      problem(`bag-info.txt:${index + 1}`, "The line is not one `Label: value`.");
    else info.set(match[1], match[2]);
  }
  return info;
}

// -------------------------------------------------------------------------------------------------------------- the ledger

const LEDGER = "data/custody.jsonl";
const LINE_KEYS =
  "seq time bootId monotonicMs examiner account host tool action inputs parameters outputs result previous".split(
    " ",
  );

/** Walks the chain: each line carries the SHA-256 of the line before. `sizes`: where an earlier root is asked for. */
async function readLedger(folder, sizes, problem) {
  const ledger = {
    lines: 0,
    first: "",
    root: hash(),
    roots: new Map(),
    keys: [],
    /** Hashes of hidden texts that lines refer to. */
    hidden: new Set(),
    /** The records that evidence.csv must have, in order. */
    evidence: [],
    /** SHA-256 of every time-stamp that an act brought in. */
    stamps: new Set(),
  };
  const tree = new Tree();
  let previous = "0".repeat(64);
  for await (const line of folder.lines(LEDGER)) {
    const number = ++ledger.lines;
    const where = `${LEDGER}:${number}`;
    const bytes = line ?? Buffer.alloc(0);
    const entry = line === null ? null : parseLine(line);
    if (entry === null) problem(where, `Line ${number} is not an act in canonical form.`);
    else {
      if (entry.seq !== number) problem(where, `Line ${number} has seq ${entry.seq}.`);
      if (entry.previous !== previous)
        problem(where, `"previous" of line ${number} is not the SHA-256 of line ${number - 1}.`);
      noteKeys(ledger.keys, entry);
      for (const [, sum] of bytes.toString("latin1").matchAll(/\{"hidden":"([0-9a-f]{64})"\}/g))
        ledger.hidden.add(sum);
      if (entry.action === "evidence.add") ledger.evidence.push(...evidenceOf(entry));
      if (entry.action === "timestamp.import" && isHash(entry.outputs?.sha256))
        ledger.stamps.add(entry.outputs.sha256);
    }
    previous = hexHash(bytes);
    if (number === 1) ledger.first = previous;
    tree.add(leafOf(bytes));
    if (sizes.has(number)) ledger.roots.set(number, tree.root());
  }
  if (ledger.lines === 0) problem(LEDGER, "The ledger is empty.");
  ledger.root = tree.root();
  return ledger;
}

/** Keys that may sign a ledger of `size` acts. */
const keysAt = (ledger, size) =>
  ledger.keys.filter((key) => key.since <= size && (key.until === undefined || size <= key.until));

/** Acts make keys known; an act of rotating or revoking ends the key that it names, from the next act on. */
function noteKeys(keys, entry) {
  const ends = ["key.rotate", "key.revoke"].includes(entry.action) ? entry.outputs?.ended : undefined;
  for (const key of keys) if (key.fingerprint === ends && key.until === undefined) key.until = entry.seq;
  const introduces = ["case.new", "key.new", "key.rotate"].includes(entry.action);
  const key = introduces ? publicKey(entry.outputs?.verifier) : null;
  if (key) keys.push({ ...key, since: entry.seq });
}

function parseLine(bytes) {
  const text = utf8(bytes);
  try {
    const entry = JSON.parse(text);
    const spelled = `{${LINE_KEYS.map((key) => `"${key}":${canonical(entry[key])}`).join(",")}}`;
    return spelled === text ? entry : null;
  } catch {
    return null;
  }
}

/** Disclosed texts: SHA-256(salt || text) must be what a line of the ledger holds. */
async function checkTexts(folder, ledger, problem) {
  const seen = new Set();
  let number = 0;
  for await (const line of folder.lines("data/texts.jsonl")) {
    const where = `data/texts.jsonl:${++number}`;
    const text = line && utf8(line);
    let entry = null;
    try {
      entry = JSON.parse(text);
    } catch {}
    const salt = base64(entry?.salt);
    const fits =
      salt?.length === 16 &&
      typeof entry.text === "string" &&
      hexHash(salt, entry.text) === entry.hidden &&
      JSON.stringify({ hidden: entry.hidden, salt: entry.salt, text: entry.text }) === text;
    if (!fits) problem(where, "The text does not have its hash.");
    else if (!ledger.hidden.has(entry.hidden)) problem(where, "No line of the ledger refers to this text.");
    else if (seen.has(entry.hidden)) problem(where, "This text stands here twice.");
    seen.add(entry?.hidden);
  }
}

// ---------------------------------------------------------------------------------------------------- rows and evidence

/** The records of CSV bytes, each without its CR LF. A line break inside quotes does not end a record. */
function csvRecords(bytes) {
  const records = [];
  let from = 0;
  let quoted = false;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === 0x22) quoted = !quoted;
    else if (bytes[i] === LF && !quoted) {
      records.push(bytes.subarray(from, i > from && bytes[i - 1] === 0x0d ? i - 1 : i));
      from = i + 1;
    }
  }
  return from < bytes.length ? null : records;
}

/** rows.note signs a tree over attribution.csv: a leaf is a row's salt and its bytes, the head of the table first. */
async function checkRows(folder, ledger, signers, problem) {
  const opened = openNote(await folder.small("data/rows.note"), signers);
  const stated = checkpoint(opened.text);
  if (opened.wrong || !stated)
    problem("data/rows.note", `The note does not hold: ${opened.wrong ?? "its text is malformed"}.`);
  else if (stated.origin !== `portwitness/rows/${ledger.first}`)
    problem("data/rows.note", "It belongs to another ledger.");
  const salts = folder.lines("data/rows.salts");
  let saltCount = 0;
  const nextSalt = async () => {
    const { value, done } = await salts.next();
    if (done) return null;
    saltCount++;
    const text = value?.toString("latin1") ?? "";
    if (/^[0-9a-f]{32}$/.test(text)) return Buffer.from(text, "hex");
    problem(`data/rows.salts:${saltCount}`, "The line is not a salt of 16 bytes in hex.");
    return Buffer.alloc(0);
  };

  const csv = "data/attribution.csv";
  const tree = new Tree();
  let sum = null; // the leaf's hash, while its record goes by
  let cr = false; // a CR is held back: it may belong to the CR LF that ends the record
  let quoted = false;
  const take = (part) => {
    if (part.length === 0) return;
    if (cr) sum.update("\r");
    cr = part[part.length - 1] === 0x0d;
    sum.update(cr ? part.subarray(0, -1) : part);
  };
  const begin = async () => {
    sum ??= createHash("sha256")
      .update(Buffer.of(0))
      .update((await nextSalt()) ?? Buffer.alloc(0));
  };
  for await (const piece of folder.pieces(csv)) {
    let from = 0;
    for (let i = 0; i < piece.length; i++) {
      if (piece[i] === 0x22) quoted = !quoted;
      else if (piece[i] === LF && !quoted) {
        await begin();
        take(piece.subarray(from, i));
        if (!cr) problem(`${csv}:${tree.size + 1}`, "The record does not end in CR LF.");
        tree.add(sum.digest());
        sum = null;
        cr = false;
        from = i + 1;
      }
    }
    if (from < piece.length) {
      await begin();
      take(piece.subarray(from));
    }
  }
  if (sum !== null) problem(csv, "Its last record does not end in CR LF.");
  while ((await nextSalt()) !== null);
  if (opened.wrong || !stated) return;
  if (tree.size !== stated.size)
    problem(csv, `It has ${tree.size} records, ${stated.size} were signed in rows.note.`);
  else if (saltCount !== stated.size)
    problem("data/rows.salts", `It has ${saltCount} salts, ${stated.size} rows were signed in rows.note.`);
  else if (!tree.root().equals(stated.root))
    problem(csv, "Its rows are not the ones that were signed in rows.note.");
}

const EVIDENCE = "name size sha256 source role format member lines records rejects".split(" ");

/** The records of evidence.csv that an act of adding evidence gives. */
function evidenceOf(entry) {
  const cell = (value) => {
    if (typeof value === "number") return String(value);
    if (typeof value !== "string") return "";
    return value === "" || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  };
  const files = Array.isArray(entry.outputs?.files) ? entry.outputs.files : [];
  return files.map((file) => [...EVIDENCE.map((name) => cell(file?.[name])), entry.seq].join(","));
}

/** evidence.csv must say what the ledger says, file for file. */
async function checkEvidence(folder, ledger, problem) {
  const where = "data/evidence.csv";
  const bytes = await folder.small(where);
  if (bytes.length > 0 && bytes[bytes.length - 1] !== LF)
    problem(where, "Its last record does not end in CR LF.");
  const expected = [[...EVIDENCE, "act"].join(","), ...ledger.evidence];
  const text = expected.map((record) => `${record}\r\n`).join("");
  if (bytes.equals(Buffer.from(text))) return;
  const found = csvRecords(bytes) ?? [];
  const differs = expected.findIndex((record, i) => !found[i]?.equals(Buffer.from(record)));
  const line = differs < 0 ? expected.length + 1 : differs + 1;
  problem(`${where}:${line}`, "The record is not what the ledger has of this file.");
}

// --------------------------------------------------------------------------------------------------------------- the seal

function checkSeal(bytes, sums, ledger, signers, problem) {
  const opened = openNote(bytes, signers);
  if (opened.wrong) problem("seal.note", `The seal does not hold: ${opened.wrong}.`);
  const form =
    /^portwitness\/seal\/v1\nmanifest (\S+)\nbagit (\S+)\nbaginfo (\S+)\nledger ([1-9]\d{0,15}) (\S+)\n$/;
  const match = form.exec(opened.text ?? "");
  if (!match) {
    problem("seal.note", "Its text does not have the form of a seal.");
    return opened.signer ?? null;
  }
  const sealed = { "manifest-sha256.txt": match[1], "bagit.txt": match[2], "bag-info.txt": match[3] };
  for (const [name, sum] of Object.entries(sealed)) {
    if (sums.get(name) !== sum) problem(name, "It is not the one that was sealed.");
  }
  if (Number(match[4]) !== ledger.lines) {
    problem(LEDGER, `The ledger has ${ledger.lines} lines, ${match[4]} were sealed.`);
  } else if (ledger.root.toString("base64") !== match[5]) {
    problem(LEDGER, "The ledger's lines are not the ones that were sealed.");
  }
  return opened.signer ?? null;
}

function checkCheckpoint(bytes, ledger, problem) {
  const opened = openNote(bytes, keysAt(ledger, ledger.lines));
  const stated = checkpoint(opened.text);
  const where = "data/checkpoint.note";
  if (opened.wrong || !stated)
    return problem(where, `The checkpoint does not hold: ${opened.wrong ?? "its text is malformed"}.`);
  if (stated.origin !== `portwitness/ledger/${ledger.first}`) problem(where, "It belongs to another ledger.");
  if (stated.size !== ledger.lines) {
    problem(LEDGER, `The ledger has ${ledger.lines} lines, its checkpoint signs ${stated.size}.`);
  } else if (!stated.root.equals(ledger.root))
    problem(LEDGER, "The ledger's lines are not the ones that its checkpoint signs.");
}

/** An earlier checkpoint of the same ledger: shows a ledger that was rolled back or written anew. */
function checkEarlier(where, bytes, ledger, problem) {
  const claimed = checkpoint(openNote(bytes, []).text);
  const opened = openNote(bytes, claimed ? keysAt(ledger, claimed.size) : []);
  if (opened.wrong || !claimed)
    return problem(
      where,
      `The earlier checkpoint does not hold: ${opened.wrong ?? "its text is malformed"}.`,
    );
  if (claimed.origin !== `portwitness/ledger/${ledger.first}`)
    return problem(where, "The earlier checkpoint belongs to another ledger.");
  if (claimed.size > ledger.lines)
    problem(
      LEDGER,
      `The earlier checkpoint has ${claimed.size} acts, the ledger only ${ledger.lines}: it was rolled back.`,
    );
  else if (!ledger.roots.get(claimed.size)?.equals(claimed.root))
    problem(
      LEDGER,
      `The first ${claimed.size} acts are not those of the earlier checkpoint: it was rewritten.`,
    );
}

// ------------------------------------------------------------------------------------- time-stamps (RFC 3161, RFC 5652)

/** A DER element at `at`: {tag, body, raw}. Throws where there is none. */
function derAt(bytes, at = 0) {
  const tag = bytes[at];
  const first = bytes[at + 1];
  const more = first < 0x80 ? 0 : first & 0x7f;
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f || first === 0x80 || more > 4)
    throw new RangeError("it is not DER");
  let length = more === 0 ? first : 0;
  for (let i = 0; i < more; i++) length = length * 256 + bytes[at + 2 + i];
  const from = at + 2 + more;
  if (!(from + length <= bytes.length)) throw new RangeError("it ends inside an element");
  return { tag, body: bytes.subarray(from, from + length), raw: bytes.subarray(at, from + length) };
}

function parts(element, tag) {
  if (element === undefined || (tag !== undefined && element.tag !== tag))
    throw new RangeError("an element is missing or of another kind");
  const out = [];
  for (let at = 0; at < element.body.length; at += out.at(-1).raw.length) out.push(derAt(element.body, at));
  return out;
}

function oid(element) {
  if (element?.tag !== 0x06) throw new RangeError("an object identifier is missing");
  const arcs = [0];
  for (const byte of element.body) {
    arcs.push(arcs.pop() * 128 + (byte & 0x7f));
    if (byte < 0x80) arcs.push(0);
  }
  const [first, ...rest] = arcs.slice(0, -1);
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest].join(".");
}

const [SEQUENCE, SET, CONTEXT] = [0x30, 0x31, 0xa0];
const DIGESTS = {
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};
/** Signatures that name their digest; rsaEncryption takes the signer's. Others are left to openssl, and that is said. */
const SIGNATURES = {
  "1.2.840.113549.1.1.1": null,
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
  "1.2.840.10045.4.3.4": "sha512",
};
const ATTRIBUTE = { kind: "1.2.840.113549.1.9.3", digest: "1.2.840.113549.1.9.4" };
const TST_INFO = "1.2.840.113549.1.9.16.1.4";
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";

/**
 * Checks a reply over 32 bytes of SHA-256: that it stamps them, that the certificate which it names signed it, that this
 * certificate is for time-stamps and was valid then, and each further signature of the chain that came with it. Throws
 * RangeError with the first thing that does not hold. Returns {time, names, left}: the authority's time, the chain's
 * subjects from the signer upwards, and why the signature was not looked at (null where it was).
 */
function checkReply(bytes, stamped) {
  const [status, token] = parts(derAt(bytes), SEQUENCE);
  const code = parts(status, SEQUENCE)[0];
  if (code?.tag !== 0x02 || code.body.length !== 1 || code.body[0] > 1)
    throw new RangeError("the authority refused");
  const signed = parts(parts(parts(token, SEQUENCE)[1], CONTEXT)[0], SEQUENCE);
  const content = parts(parts(signed[2], SEQUENCE)[1], CONTEXT)[0].body;
  const [, , print, , time] = parts(derAt(content), SEQUENCE);
  const [algorithm, digest] = parts(print, SEQUENCE);
  if (DIGESTS[oid(parts(algorithm, SEQUENCE)[0])] !== "sha256" || !digest?.body.equals(stamped))
    throw new RangeError("it stamps other bytes than these");
  const said = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d(?:\.\d+)?)Z$/.exec(time.body.toString("latin1"));
  if (!said) throw new RangeError("its time is not in UTC to the second");
  const [y, mo, d, h, mi, sec] = said.slice(1);
  const utc = `${y}-${mo}-${d}T${h}:${mi}:${sec}Z`;

  const certificates = signed
    .filter((part) => part.tag === CONTEXT)
    .flatMap((part) => parts(part))
    .map((one) => new X509Certificate(one.raw));
  const [, sid, , attributes, kind, signature] = parts(parts(signed.at(-1), SET)[0], SEQUENCE);
  const [issuer, serial] = parts(sid, SEQUENCE);
  const signer = certificates.find((one) => {
    const fields = parts(parts(derAt(one.raw), SEQUENCE)[0], SEQUENCE).filter((part) => part.tag !== CONTEXT);
    return fields[0].body.equals(serial.body) && fields[2].raw.equals(issuer.raw);
  });
  const values = new Map(
    parts(attributes, CONTEXT).map((one) => {
      const [type, set] = parts(one, SEQUENCE);
      return [oid(type), parts(set, SET)[0]];
    }),
  );
  const digestName = DIGESTS[oid(parts(parts(parts(signed.at(-1), SET)[0], SEQUENCE)[2], SEQUENCE)[0])];
  if (oid(values.get(ATTRIBUTE.kind)) !== TST_INFO) throw new RangeError("what is signed is no time-stamp");
  const [signatureOid, parameters] = parts(kind, SEQUENCE);
  const method = oid(signatureOid);
  const ed25519 = method === "1.3.101.112";
  const pss = method === "1.2.840.113549.1.1.10";
  const known = ed25519 || pss || method in SIGNATURES;
  if (!signer || digestName === undefined || !known)
    return {
      time: utc,
      names: [],
      left: !signer ? "its certificate is not in it" : "its algorithms are not known here",
    };
  const stated = values.get(ATTRIBUTE.digest)?.body;
  if (!stated?.equals(createHash(digestName).update(content).digest()))
    throw new RangeError("its signed digest is not that of its content");
  // The signature is over the attributes as a SET (RFC 5652, section 5.4).
  const data = Buffer.concat([Buffer.of(SET), attributes.raw.subarray(1)]);
  const padding = pss
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
    : {};
  const own = pss ? pssDigest(parameters) : SIGNATURES[method];
  const name = ed25519 ? null : (own ?? digestName);
  if (!verifySignature(name, data, { key: signer.publicKey, ...padding }, signature.body))
    throw new RangeError("its signature does not hold");
  if (signer.keyUsage?.length !== 1 || signer.keyUsage[0] !== TIME_STAMPING)
    throw new RangeError("the certificate that signed it is not for time-stamping alone");

  const chain = [signer];
  const at = Date.parse(utc);
  for (let one = signer; ; ) {
    if (!(Date.parse(one.validFrom) <= at && at <= Date.parse(one.validTo)))
      throw new RangeError("a certificate of its chain was not valid at the time that it states");
    const above = certificates.find((other) => !chain.includes(other) && one.checkIssued(other));
    if (!above) break;
    if (!above.ca || !one.verify(above.publicKey))
      throw new RangeError("a certificate of its chain is not signed by its issuer");
    chain.push(above);
    one = above;
  }
  return { time: utc, names: chain.map((one) => one.subject.split("\n").reverse().join(", ")), left: null };
}

/** Digest of RSASSA-PSS parameters: RSASSA-PSS-params ::= SEQUENCE { [0] AlgorithmIdentifier, ... }. */
function pssDigest(parameters) {
  const hashed = parts(parameters, SEQUENCE).find((part) => part.tag === CONTEXT);
  const name = hashed && DIGESTS[oid(parts(parts(hashed)[0], SEQUENCE)[0])];
  if (!name) throw new RangeError("its signature's digest is not accepted");
  return name;
}

/** Stamped checkpoints are checkpoints of this ledger, and an act of it brought in each reply, which holds in itself. */
async function checkStamps(folder, ledger, problem, note) {
  for (const path of folder.sizes.keys()) {
    const stamped = STAMPED.exec(path);
    const stamp = STAMP.exec(path);
    if (stamped) {
      const bytes = await folder.small(path);
      checkEarlier(path, bytes, ledger, problem);
      if (checkpoint(openNote(bytes, []).text)?.size !== Number(stamped[1]))
        problem(path, "It is another checkpoint than its name says.");
    } else if (stamp) {
      const bytes = await folder.small(path);
      const sum = hexHash(bytes);
      if (!ledger.stamps.has(sum) || !sum.startsWith(stamp[2]))
        problem(path, "No act of the ledger brought in this time-stamp.");
      const over = `data/timestamps/${stamp[1]}.note`;
      if (!folder.sizes.has(over)) problem(path, "The checkpoint that it stamps is not here.");
      try {
        const { time, names, left } = checkReply(bytes, hash(await folder.small(over)));
        note(
          `${path}: the first ${Number(stamp[1])} acts existed at ${time}, says ${names[0] ?? "an authority"}. ` +
            (left === null
              ? `Its signature and ${names.length === 1 ? "certificate" : `chain of ${names.length} certificates`} hold, up to ${names.at(-1)}; whether that authority is to be trusted, and that nothing was revoked, is not shown here: `
              : `Its signature was not checked: ${left}. `) +
            `openssl ts -verify -data ${over} -in ${path} -CAfile CA.pem`,
        );
      } catch (error) {
        const why = error instanceof RangeError ? error.message : "it cannot be read";
        problem(path, `The time-stamp does not hold: ${why}.`);
      }
    }
  }
}

// ------------------------------------------------------------------------------------------------------------- everything

/** The note of --since: a file, or the folder of an earlier exhibit. Null where there is none. */
function sinceNote(path) {
  if (!existsSync(path)) return null;
  const file = lstatSync(path).isDirectory() ? join(path, "data/checkpoint.note") : path;
  if (!existsSync(file)) return null;
  const fd = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(65_536);
    return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(fd);
  }
}

/**
 * Checks the bag in `root`. `key`: the fingerprint that the signer must have; `since`: an earlier checkpoint's file, or
 * an earlier exhibit's folder. Returns {ok, problems: [{where, message}], notes, keyFingerprint, signerChecked}; a note
 * says what a time-stamp shows, and what it leaves to be checked.
 */
export async function verifyBag(root, { key, since } = {}) {
  const problems = [];
  const problem = (where, message) => void problems.push({ where: shown(where), message: shown(message) });
  const notes = [];
  const folder = new Folder(root, problem);
  for (const path of [...ROOT_FILES, ...PAYLOAD])
    if (!folder.sizes.has(path)) problem(path, "This file is missing.");
  for (const path of folder.sizes.keys()) {
    const known = [...ROOT_FILES, ...PAYLOAD].includes(path) || STAMPED.test(path) || STAMP.test(path);
    if (!known) problem(path, "This file is no part of the exhibit.");
  }
  if ((await folder.small("bagit.txt")).toString("latin1") !== DECLARATION)
    problem("bagit.txt", "It is not the declaration of a BagIt 1.0 bag.");

  const payload = [...folder.sizes].filter(([path]) => path.startsWith("data/"));
  const info = readBagInfo(await folder.small("bag-info.txt"), problem);
  const oxum = `${payload.reduce((sum, [, bytes]) => sum + bytes, 0)}.${payload.length}`;
  if (info.get("Payload-Oxum") !== oxum)
    problem("bag-info.txt", `Payload-Oxum is ${info.get("Payload-Oxum")}, the files make ${oxum}.`);
  const sealKey = publicKey(info.get("Portwitness-Key"));
  if (!sealKey) problem("bag-info.txt", "Portwitness-Key is not a verifier key.");
  const signers = sealKey ? [sealKey] : [];

  const earlier = since === undefined ? null : sinceNote(since);
  if (since !== undefined && earlier === null) problem(since, "There is no earlier checkpoint here.");
  const sizes = new Set([...folder.sizes.keys()].map((path) => Number(STAMPED.exec(path)?.[1])));
  sizes.add(earlier ? checkpoint(openNote(earlier, []).text)?.size : 0);
  const ledger = await readLedger(folder, sizes, problem);
  if (sealKey && !keysAt(ledger, ledger.lines).some((known) => known.fingerprint === sealKey.fingerprint))
    problem(LEDGER, "No act of the ledger made the sealing key known, or one ended it.");
  checkCheckpoint(await folder.small("data/checkpoint.note"), ledger, problem);
  if (earlier) checkEarlier(since, earlier, ledger, problem);
  await checkStamps(folder, ledger, problem, (text) => void notes.push(shown(text)));
  await checkRows(folder, ledger, signers, problem);
  await checkTexts(folder, ledger, problem);
  await checkEvidence(folder, ledger, problem);

  const manifests = {
    "manifest-sha256.txt": payload.map(([path]) => path),
    "tagmanifest-sha256.txt": SEALED_TAGS.filter((path) => folder.sizes.has(path)),
  };
  const read = { "seal.note": await folder.small("seal.note") };
  for (const name of Object.keys(manifests)) read[name] = await folder.small(name);
  await folder.hashRest();
  const { sums } = folder;
  for (const [name, expected] of Object.entries(manifests)) {
    const manifest = readManifest(name, read[name], problem);
    const there = new Set(expected);
    for (const [index, [path, sum]] of [...manifest].entries()) {
      if (!there.has(path)) {
        problem(path, `${name} lists this file, which is not there or has no place in it.`);
        problem(`${name}:${index + 1}`, "The line names a file that is not there or has no place here.");
      } else if (sums.get(path) !== sum) {
        problem(path, `Its SHA-256 is ${sums.get(path)}, ${name} has ${sum}.`);
        problem(`${name}:${index + 1}`, `The line does not fit ${path}: one of the two was changed.`);
      }
    }
    for (const path of expected) {
      if (manifest.has(path)) continue;
      problem(path, `${name} does not list this file.`);
      problem(name, `It does not list ${path}.`);
    }
  }
  const signer = checkSeal(read["seal.note"], sums, ledger, signers, problem);
  if (key !== undefined && signer?.fingerprint !== key) {
    problem(
      "seal.note",
      signer
        ? `It is signed by ${signer.fingerprint}, not by the key that was given.`
        : "Its signer is not established.",
    );
  }
  return {
    ok: problems.length === 0,
    problems,
    notes,
    keyFingerprint: signer?.fingerprint ?? null,
    signerChecked: key !== undefined && signer?.fingerprint === key,
  };
}

// ---------------------------------------------------------------------------------------- a disclosed part of an exhibit

/** Root that a leaf's path leads to (RFC 9162, section 2.1.3.2), or null where it does not fit. */
function rootFrom(leaf, index, size, path) {
  if (index >= size) return null;
  let [node, last, value] = [BigInt(index), BigInt(size - 1), leaf];
  for (const sibling of path) {
    if (last === 0n) return null;
    if (node % 2n === 1n || node === last) {
      value = hash(Buffer.of(1), sibling, value);
      while (node % 2n === 0n && node !== 0n) [node, last] = [node >> 1n, last >> 1n];
    } else value = hash(Buffer.of(1), value, sibling);
    [node, last] = [node >> 1n, last >> 1n];
  }
  return last === 0n ? value : null;
}

/** A C2SP tlog-proof whose extra data is the row's salt, or null. */
function readProof(text) {
  const [head, note] = [text?.slice(0, text.indexOf("\n\n") + 1), text?.slice(text.indexOf("\n\n") + 2)];
  const [version, extra, index, ...path] = (head ?? "").split("\n").slice(0, -1);
  const salt = base64(/^extra (.+)$/.exec(extra ?? "")?.[1]);
  const at = /^index (0|[1-9]\d{0,14})$/.exec(index ?? "")?.[1];
  const siblings = path.map(base64);
  const right = version === "c2sp.org/tlog-proof@v1" && salt?.length === 16 && at !== undefined;
  return right && siblings.every((one) => one?.length === 32)
    ? { salt, index: Number(at), siblings, note }
    : null;
}

/** The records of a CSV file, one by one, each without its CR LF; a record is never longer than MOST. */
async function* recordsOf(folder, path, problem) {
  let held = [];
  let quoted = false;
  let count = 0;
  for await (const piece of folder.pieces(path)) {
    let from = 0;
    for (let i = 0; i < piece.length; i++) {
      if (piece[i] === 0x22) quoted = !quoted;
      else if (piece[i] === LF && !quoted) {
        const record = Buffer.concat([...held, piece.subarray(from, i)]);
        held = [];
        from = i + 1;
        count++;
        if (record.at(-1) !== 0x0d) problem(`${path}:${count}`, "The record does not end in CR LF.");
        yield record.at(-1) === 0x0d ? record.subarray(0, -1) : record;
      }
    }
    if (from < piece.length) held.push(Buffer.from(piece.subarray(from)));
    if (held.reduce((sum, part) => sum + part.length, 0) > MOST)
      return problem(`${path}:${count + 1}`, "The record is longer than any can be.");
  }
  if (held.length > 0) problem(path, "Its last record does not end in CR LF.");
}

const DISCLOSED = ["README.txt", "rows.csv", "signer.txt", "verify.mjs"];
const PROOF = /^proofs\/(0|[1-9]\d{0,14})\.tlog-proof$/;

/** Checks a disclosure as verifyBag checks a bag, and returns the same. */
export async function verifyDisclosure(root, { key } = {}) {
  const problems = [];
  const problem = (where, message) => void problems.push({ where: shown(where), message: shown(message) });
  const folder = new Folder(root, problem);
  for (const name of DISCLOSED) if (!folder.sizes.has(name)) problem(name, "This file is missing.");
  const numbers = [];
  for (const path of folder.sizes.keys()) {
    const proof = PROOF.exec(path);
    if (proof) numbers.push(Number(proof[1]));
    else if (!DISCLOSED.includes(path)) problem(path, "This file is no part of the disclosure.");
  }
  numbers.sort((a, b) => a - b);
  const signer = publicKey((utf8(await folder.small("signer.txt")) ?? "").replace(/\n$/, ""));
  if (!signer) problem("signer.txt", "It is not a verifier key.");
  if (numbers[0] !== 0) problem("proofs", "The header's proof is missing.");
  const rows = recordsOf(folder, "rows.csv", problem);
  let note = null;
  let holds = 0;
  let count = 0;
  for await (const record of rows) {
    const n = numbers[count++];
    if (n === undefined) continue;
    const where = `proofs/${n}.tlog-proof`;
    const proof = readProof(utf8(await folder.small(where)));
    if (!proof || proof.index !== n) {
      problem(where, "It is not the proof of this row.");
      continue;
    }
    const opened = openNote(Buffer.from(proof.note), signer ? [signer] : []);
    const stated = checkpoint(opened.text);
    if (opened.wrong || !stated?.origin.startsWith("portwitness/rows/")) {
      problem(where, `Its note does not hold: ${opened.wrong ?? "it is not over rows"}.`);
      continue;
    }
    if (note !== null && note !== proof.note)
      problem(where, "Its note is another than that of the rows before.");
    note = proof.note;
    const leaf = hash(Buffer.of(0), proof.salt, record);
    if (rootFrom(leaf, n, stated.size, proof.siblings)?.equals(stated.root)) holds++;
    else problem(`rows.csv:${count}`, `The record is not row ${n} of the rows that were signed.`);
  }
  if (count !== numbers.length || count < 2)
    problem("rows.csv", `It has ${count} records, and there are ${numbers.length} proofs.`);
  const keyFingerprint = signer && holds > 0 ? signer.fingerprint : null;
  if (key !== undefined && keyFingerprint !== key)
    problem("signer.txt", `It is signed by ${keyFingerprint ?? "nobody"}, not by the key that was given.`);
  return {
    ok: problems.length === 0,
    problems,
    notes: [],
    keyFingerprint,
    signerChecked: key !== undefined && keyFingerprint === key,
  };
}

// -------------------------------------------------------------------------------------------------------- command line

function wrongUse(message) {
  process.stderr.write(
    `${message}\nUse: node verify.mjs [BAG] [--key FINGERPRINT] [--since NOTE] [--json]\n`,
  );
  process.exit(2);
}

async function main(args) {
  let bag = null;
  let key;
  let since;
  let json = false;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--json") json = true;
    else if (args[i] === "--key") {
      key = (args[++i] ?? "").toLowerCase().replaceAll(":", "");
      if (!isHash(key)) wrongUse("--key wants the 64 hex digits of a fingerprint.");
    } else if (args[i] === "--since") {
      since = args[++i];
      if (since === undefined || sinceNote(since) === null)
        wrongUse("--since wants the file of an earlier checkpoint, or an earlier exhibit.");
    } else if (args[i].startsWith("-") || bag !== null) wrongUse(`"${args[i]}" is not understood.`);
    else bag = args[i];
  }
  const folder = resolve(bag ?? join(dirname(fileURLToPath(import.meta.url)), ".."));
  if (!existsSync(folder) || !lstatSync(folder).isDirectory()) wrongUse(`There is no folder ${folder}.`);
  // What looks like an exhibit is checked as one, whatever else was put beside it.
  const exhibit = existsSync(join(folder, "bagit.txt")) || existsSync(join(folder, "data"));
  const part = !exhibit && existsSync(join(folder, "signer.txt")) && existsSync(join(folder, "proofs"));
  if (!part && !exhibit) wrongUse(`${folder} is not an exhibit.`);
  if (part && since !== undefined) wrongUse("--since is for exhibits.");
  const report = await (part ? verifyDisclosure(folder, { key }) : verifyBag(folder, { key, since }));
  const what = part ? "disclosed part of an exhibit" : "exhibit";
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else {
    for (const { where, message } of report.problems) process.stdout.write(`${where}: ${message}\n`);
    for (const text of report.notes) process.stdout.write(`${text}\n`);
    if (!report.ok) process.stdout.write(`The ${what} does NOT hold: ${report.problems.length} findings.\n`);
    else if (report.signerChecked)
      process.stdout.write(`The ${what} holds. It is signed by the key ${report.keyFingerprint}.\n`);
    else
      process.stdout.write(
        `The ${what} is consistent; signer not established. It is signed by the key ${report.keyFingerprint}; compare it with --key.\n`,
      );
  }
  process.exitCode = report.ok ? 0 : 1;
}

if (
  process.argv[1] &&
  existsSync(process.argv[1]) &&
  import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href
) {
  await main(process.argv.slice(2));
}

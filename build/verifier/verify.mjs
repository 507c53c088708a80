#!/usr/bin/env node
// Checks an exhibit (a sealed BagIt bag) with nothing but Node 18 or newer: no packages, no network, no code of the
// program that made it. Read it before you run it; it only reads files under the bag's folder.
//
//   node verify.mjs [BAG] [--key FINGERPRINT] [--json]
//
// BAG is the exhibit's folder; without it, the folder above the one that holds this file. FINGERPRINT is the signer's,
// as it reached you by another way than the exhibit itself; without it the exhibit can only be shown to be consistent.
// Exit status: 0 everything holds, 1 something does not (each finding names its place), 2 wrong use.
//
// A verifier that came with the exhibit proves nothing against someone who replaced it. Compare its SHA-256 with the one
// in the statement that travelled separately, or take this file from a source you trust.
import { createHash, createPublicKey, verify as verifySignature } from "node:crypto";
import { createReadStream, existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

// ---------------------------------------------------------------------------------------------- bytes and their texts

const hash = (...parts) => parts.reduce((h, part) => h.update(part), createHash("sha256")).digest();
const hexHash = (...parts) => hash(...parts).toString("hex");
const isHash = (text) => typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

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

/** JSON in its one canonical spelling: no spaces, keys of nested objects sorted. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${members.join(",")}}`;
}

// ---------------------------------------------------------------------------------- Merkle tree (RFC 6962, section 2.1)

/** Root over leaves (each a list of byte parts); one pending subtree for each power of two. */
function merkleRoot(leaves) {
  const pending = [];
  for (const parts of leaves) {
    let node = { size: 1, value: hash(Buffer.of(0), ...parts) };
    while (pending.length > 0 && pending[pending.length - 1].size === node.size) {
      const left = pending.pop();
      node = { size: node.size * 2, value: hash(Buffer.of(1), left.value, node.value) };
    }
    pending.push(node);
  }
  if (pending.length === 0) return hash();
  return pending.map((node) => node.value).reduceRight((right, left) => hash(Buffer.of(1), left, right));
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
const REQUIRED = [
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
];

/** Every file below a folder as `a/b`; links, devices and folders without a file are findings. */
function listFiles(folder, problem, prefix = "") {
  const names = readdirSync(join(folder, prefix)).sort(byBytes);
  if (names.length === 0 && prefix !== "")
    problem(prefix, "This folder is empty; it is no part of the exhibit.");
  return names.flatMap((name) => {
    const path = prefix === "" ? name : `${prefix}/${name}`;
    const stat = lstatSync(join(folder, path));
    if (stat.isDirectory()) return listFiles(folder, problem, path);
    if (!stat.isFile()) problem(path, "This is a link or a device, not a file.");
    return stat.isFile() ? [{ path, bytes: stat.size }] : [];
  });
}

async function hashOfFile(path) {
  const sum = createHash("sha256");
  for await (const chunk of createReadStream(path)) sum.update(chunk);
  return sum.digest("hex");
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

/** Walks the chain: each line carries the SHA-256 of the line before. */
function readLedger(bytes, problem) {
  const lines = [];
  const keys = [];
  let previous = "0".repeat(64);
  let at = 0;
  while (at < bytes.length) {
    const number = lines.length + 1;
    const end = bytes.indexOf(10, at);
    const line = bytes.subarray(at, end < 0 ? bytes.length : end);
    if (end < 0) problem(`${LEDGER}:${number}`, "The last line does not end in LF.");
    at = end < 0 ? bytes.length : end + 1;
    lines.push(line);
    const entry = parseLine(line);
    if (entry === null) problem(`${LEDGER}:${number}`, `Line ${number} is not an act in canonical form.`);
    else {
      if (entry.seq !== number) problem(`${LEDGER}:${number}`, `Line ${number} has seq ${entry.seq}.`);
      if (entry.previous !== previous) {
        problem(
          `${LEDGER}:${number}`,
          `"previous" of line ${number} is not the SHA-256 of line ${number - 1}.`,
        );
      }
      noteKeys(keys, entry);
    }
    previous = hexHash(line);
  }
  if (lines.length === 0) problem(LEDGER, "The ledger is empty.");
  const inForce = keys.filter((key) => key.until === undefined || lines.length <= key.until);
  return {
    lines,
    keys: inForce,
    root: merkleRoot(lines.map((line) => [line])),
    first: lines.length > 0 ? hexHash(lines[0]) : "",
  };
}

/** Acts make keys known; an act of rotating or revoking ends the key that it names, from the next act on. */
function noteKeys(keys, entry) {
  const ends = ["key.rotate", "key.revoke"].includes(entry.action) ? entry.outputs?.ended : undefined;
  for (const key of keys) if (key.fingerprint === ends && key.until === undefined) key.until = entry.seq;
  const introduces = ["case.new", "key.new", "key.rotate"].includes(entry.action);
  const key = introduces ? publicKey(entry.outputs?.verifier) : null;
  if (key) keys.push(key);
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
function checkTexts(bytes, ledger, problem) {
  const all = Buffer.concat(ledger.lines.map((line) => Buffer.concat([line, Buffer.of(10)])));
  const lines = (utf8(bytes) ?? "?").split("\n");
  if (lines.pop() !== "") problem("data/texts.jsonl", "It is not UTF-8 text whose last line ends in LF.");
  for (const [index, line] of lines.entries()) {
    const where = `data/texts.jsonl:${index + 1}`;
    let entry = null;
    try {
      entry = JSON.parse(line);
    } catch {}
    const salt = base64(entry?.salt);
    const fits =
      salt?.length === 16 &&
      typeof entry.text === "string" &&
      hexHash(salt, entry.text) === entry.hidden &&
      JSON.stringify({ hidden: entry.hidden, salt: entry.salt, text: entry.text }) === line;
    if (!fits) problem(where, "The text does not have its hash.");
    else if (!all.includes(`{"hidden":"${entry.hidden}"}`))
      problem(where, "No line of the ledger refers to this text.");
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
    else if (bytes[i] === 0x0a && !quoted) {
      records.push(bytes.subarray(from, i > from && bytes[i - 1] === 0x0d ? i - 1 : i));
      from = i + 1;
    }
  }
  return from < bytes.length ? null : records;
}

/** rows.note signs a tree over attribution.csv: a leaf is a row's salt and its bytes, the head of the table first. */
function checkRows(read, ledger, signers, problem) {
  const opened = openNote(read("rows.note"), signers);
  const stated = checkpoint(opened.text);
  if (opened.wrong || !stated)
    return problem("data/rows.note", `The note does not hold: ${opened.wrong ?? "its text is malformed"}.`);
  if (stated.origin !== `portwitness/rows/${ledger.first}`)
    problem("data/rows.note", "It belongs to another ledger.");
  const records = csvRecords(read("attribution.csv"));
  if (records === null) return problem("data/attribution.csv", "Its last record does not end in CR LF.");
  const saltLines = (utf8(read("rows.salts")) ?? "").split("\n");
  saltLines.pop();
  const malformed = saltLines.findIndex((line) => !/^[0-9a-f]{32}$/.test(line));
  if (malformed >= 0)
    return problem(`data/rows.salts:${malformed + 1}`, "The line is not a salt of 16 bytes in hex.");
  if (records.length !== stated.size) {
    return problem(
      "data/attribution.csv",
      `It has ${records.length} records, ${stated.size} were signed in rows.note.`,
    );
  }
  if (saltLines.length !== stated.size) {
    return problem(
      "data/rows.salts",
      `It has ${saltLines.length} salts, ${stated.size} rows were signed in rows.note.`,
    );
  }
  const root = merkleRoot(records.map((record, i) => [Buffer.from(saltLines[i], "hex"), record]));
  if (!root.equals(stated.root))
    problem("data/attribution.csv", "Its rows are not the ones that were signed in rows.note.");
}

/** Every file that evidence.csv names must be one that an act of the ledger names by its hash. */
function checkEvidence(bytes, ledger, problem) {
  const all = Buffer.concat(ledger.lines);
  for (const [index, record] of (csvRecords(bytes) ?? []).entries()) {
    if (index === 0) continue;
    const found = /(?:^|,)([0-9a-f]{64})(?:,|$)/.exec(record.toString("latin1"));
    if (!found || !all.includes(found[1]))
      problem(`data/evidence.csv:${index + 1}`, "No act of the ledger names this file's SHA-256.");
  }
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
  if (Number(match[4]) !== ledger.lines.length) {
    problem(LEDGER, `The ledger has ${ledger.lines.length} lines, ${match[4]} were sealed.`);
  } else if (ledger.root.toString("base64") !== match[5]) {
    problem(LEDGER, "The ledger's lines are not the ones that were sealed.");
  }
  return opened.signer ?? null;
}

function checkCheckpoint(bytes, ledger, problem) {
  const opened = openNote(bytes, ledger.keys);
  const stated = checkpoint(opened.text);
  const where = "data/checkpoint.note";
  if (opened.wrong || !stated)
    return problem(where, `The checkpoint does not hold: ${opened.wrong ?? "its text is malformed"}.`);
  if (stated.origin !== `portwitness/ledger/${ledger.first}`) problem(where, "It belongs to another ledger.");
  if (stated.size !== ledger.lines.length) {
    problem(LEDGER, `The ledger has ${ledger.lines.length} lines, its checkpoint signs ${stated.size}.`);
  } else if (!stated.root.equals(ledger.root))
    problem(LEDGER, "The ledger's lines are not the ones that its checkpoint signs.");
}

// ------------------------------------------------------------------------------------------------------------- everything

/**
 * Checks the bag in `folder`. `key`: the fingerprint that the signer must have. Returns
 * {ok, problems: [{where, message}], keyFingerprint, signerChecked}.
 */
export async function verifyBag(folder, { key } = {}) {
  const problems = [];
  const problem = (where, message) => void problems.push({ where, message });
  const files = listFiles(folder, problem);
  const present = new Set(files.map((file) => file.path));
  const missing = [...ROOT_FILES, ...REQUIRED.map((name) => `data/${name}`)].filter(
    (path) => !present.has(path),
  );
  for (const path of missing) problem(path, "This file is missing.");
  const readPath = (path) => (present.has(path) ? readFileSync(join(folder, path)) : Buffer.alloc(0));
  const read = (name) => readPath(`data/${name}`);

  const sums = new Map();
  for (const { path } of files) sums.set(path, await hashOfFile(join(folder, path)));
  if (utf8(readPath("bagit.txt")) !== DECLARATION)
    problem("bagit.txt", "It is not the declaration of a BagIt 1.0 bag.");
  const payload = files.filter((file) => file.path.startsWith("data/"));
  const listed = {
    "manifest-sha256.txt": payload.map((file) => file.path),
    "tagmanifest-sha256.txt": SEALED_TAGS.filter((path) => present.has(path)),
  };
  for (const [name, expected] of Object.entries(listed)) {
    const manifest = readManifest(name, readPath(name), problem);
    for (const [index, [path, sum]] of [...manifest].entries()) {
      if (!expected.includes(path)) {
        problem(path, `${name} lists this file, which is not there or has no place in it.`);
      } else if (sums.get(path) !== sum) {
        problem(path, `Its SHA-256 is ${sums.get(path)}, ${name} has ${sum}.`);
        problem(`${name}:${index + 1}`, `The line does not fit ${path}: one of the two was changed.`);
      }
    }
    for (const path of expected) if (!manifest.has(path)) problem(path, `${name} does not list this file.`);
  }
  for (const { path } of files) {
    if (!path.startsWith("data/") && !ROOT_FILES.includes(path))
      problem(path, "This file is no part of the exhibit.");
  }

  const info = readBagInfo(readPath("bag-info.txt"), problem);
  const oxum = `${payload.reduce((sum, file) => sum + file.bytes, 0)}.${payload.length}`;
  if (info.get("Payload-Oxum") !== oxum)
    problem("bag-info.txt", `Payload-Oxum is ${info.get("Payload-Oxum")}, the files make ${oxum}.`);
  const sealKey = publicKey(info.get("Portwitness-Key"));
  if (!sealKey) problem("bag-info.txt", "Portwitness-Key is not a verifier key.");
  const signers = sealKey ? [sealKey] : [];

  const ledger = readLedger(read("custody.jsonl"), problem);
  if (sealKey && !ledger.keys.some((known) => known.fingerprint === sealKey.fingerprint)) {
    problem(LEDGER, "No act of the ledger made the sealing key known, or one ended it.");
  }
  const signer = checkSeal(readPath("seal.note"), sums, ledger, signers, problem);
  checkCheckpoint(read("checkpoint.note"), ledger, problem);
  checkRows(read, ledger, signers, problem);
  checkTexts(read("texts.jsonl"), ledger, problem);
  checkEvidence(read("evidence.csv"), ledger, problem);
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

/** Checks a disclosure as verifyBag checks a bag, and returns the same. */
export function verifyDisclosure(folder, { key } = {}) {
  const problems = [];
  const problem = (where, message) => void problems.push({ where, message });
  const isFile = (path) => existsSync(join(folder, path)) && lstatSync(join(folder, path)).isFile();
  const read = (path) => {
    if (isFile(path)) return readFileSync(join(folder, path));
    problem(path, "This file is missing.");
    return Buffer.alloc(0);
  };
  for (const name of readdirSync(folder)) {
    if (!["README.txt", "proofs", "rows.csv", "signer.txt", "verify.mjs"].includes(name))
      problem(name, "This file is no part of the disclosure.");
  }
  const signer = publicKey((utf8(read("signer.txt")) ?? "").replace(/\n$/, ""));
  if (!signer) problem("signer.txt", "It is not a verifier key.");
  const csv = read("rows.csv");
  const records = csvRecords(csv) ?? [];
  if (!Buffer.concat(records.flatMap((record) => [record, Buffer.from("\r\n")])).equals(csv))
    problem("rows.csv", "A record does not end in CR LF.");
  const numbers = readdirSync(join(folder, "proofs"))
    .map((name) => Number(/^(0|[1-9]\d{0,14})\.tlog-proof$/.exec(name)?.[1] ?? -1))
    .sort((a, b) => a - b);
  if (numbers[0] !== 0) problem("proofs", "A file is no proof, or the header's proof is missing.");
  if (records.length !== numbers.length || records.length < 2)
    problem("rows.csv", `It has ${records.length} records, and there are ${numbers.length} proofs.`);
  let note = null;
  let holds = 0;
  for (const [place, n] of numbers.entries()) {
    if (n < 0) continue;
    const where = `proofs/${n}.tlog-proof`;
    const proof = readProof(utf8(read(where)));
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
    const leaf = records[place] && hash(Buffer.of(0), proof.salt, records[place]);
    if (leaf && rootFrom(leaf, n, stated.size, proof.siblings)?.equals(stated.root)) holds++;
    else problem(`rows.csv:${place + 1}`, `The record is not row ${n} of the rows that were signed.`);
  }
  const keyFingerprint = signer && holds > 0 ? signer.fingerprint : null;
  if (key !== undefined && keyFingerprint !== key)
    problem("signer.txt", `It is signed by ${keyFingerprint ?? "nobody"}, not by the key that was given.`);
  return {
    ok: problems.length === 0,
    problems,
    keyFingerprint,
    signerChecked: key !== undefined && keyFingerprint === key,
  };
}

// -------------------------------------------------------------------------------------------------------- command line

function wrongUse(message) {
  process.stderr.write(`${message}\nUse: node verify.mjs [BAG] [--key FINGERPRINT] [--json]\n`);
  process.exit(2);
}

async function main(args) {
  let bag = null;
  let key;
  let json = false;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--json") json = true;
    else if (args[i] === "--key") {
      key = (args[++i] ?? "").toLowerCase().replaceAll(":", "");
      if (!isHash(key)) wrongUse("--key wants the 64 hex digits of a fingerprint.");
    } else if (args[i].startsWith("-") || bag !== null) wrongUse(`"${args[i]}" is not understood.`);
    else bag = args[i];
  }
  const folder = resolve(bag ?? join(dirname(fileURLToPath(import.meta.url)), ".."));
  if (!existsSync(folder) || !lstatSync(folder).isDirectory()) wrongUse(`There is no folder ${folder}.`);
  const part = existsSync(join(folder, "signer.txt")) && existsSync(join(folder, "proofs"));
  if (!part && !existsSync(join(folder, "bagit.txt")) && !existsSync(join(folder, "data")))
    wrongUse(`${folder} is not an exhibit.`);
  const report = part ? verifyDisclosure(folder, { key }) : await verifyBag(folder, { key });
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else {
    for (const { where, message } of report.problems) process.stdout.write(`${where}: ${message}\n`);
    if (!report.ok) process.stdout.write(`The exhibit does NOT hold: ${report.problems.length} findings.\n`);
    else if (report.signerChecked)
      process.stdout.write(`The exhibit holds. It is sealed by the key ${report.keyFingerprint}.\n`);
    else
      process.stdout.write(
        `Consistent; signer not established. It is sealed by the key ${report.keyFingerprint}; compare it with --key.\n`,
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

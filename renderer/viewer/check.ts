// The exhibit's check in the page: manifest and tag manifest, the ledger's chain, checkpoint and seal, and that the records
// embedded in this page are the bag's own. Small hashes run in noble-hashes (synchronous, as shared/custody asks), whole
// files and Ed25519 in WebCrypto. The bag's two other verifiers check more; this one needs nothing installed.
import { sha256 } from "@noble/hashes/sha2.js";
import { compareUtf8, equalBytes, hex, textOf, utf8 } from "../../shared/custody/bytes";
import { ledgerOrigin, parseCheckpoint } from "../../shared/custody/checkpoint";
import { type Chain, walkLedger } from "../../shared/custody/ledger-line";
import { BAGIT_TXT, parseBagInfo, parseManifest, payloadOxum } from "../../shared/custody/manifest";
import { MerkleFrontier } from "../../shared/custody/merkle";
import { isPayload, PAYLOAD } from "../../shared/custody/payload";
import { parseSeal } from "../../shared/custody/seal";
import {
  fingerprintOf,
  type NoteKey,
  parseNote,
  parseVerifierKey,
  signatureBy,
} from "../../shared/custody/signed-note";

export interface Finding {
  readonly ok: boolean;
  /** File, with its line where it has one. */
  readonly where: string;
  readonly text: string;
}

export interface FolderFile {
  /** Path below the bag's folder. */
  readonly path: string;
  readonly file: Blob;
}

const TAGS = ["bag-info.txt", "bagit.txt", "manifest-sha256.txt", "seal.note"];
const LEDGER = "data/custody.jsonl";

/** Files of an <input webkitdirectory>, with the chosen folder's own name taken off. */
export const filesOf = (list: FileList): FolderFile[] =>
  [...list].map((file) => ({
    path: file.webkitRelativePath.split("/").slice(1).join("/") || file.name,
    file,
  }));

/** Files of a dropped folder, read through the entry interface that both browsers have. */
export async function filesOfDrop(data: DataTransfer): Promise<FolderFile[]> {
  const roots = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const out: FolderFile[] = [];
  const walk = async (entry: FileSystemEntry, prefix: string): Promise<void> => {
    if (entry.isFile) {
      const file = await new Promise<File>((resolve, reject) =>
        (entry as FileSystemFileEntry).file(resolve, reject),
      );
      out.push({ path: prefix + entry.name, file });
      return;
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    for (;;) {
      const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      );
      if (batch.length === 0) return;
      for (const child of batch) await walk(child, `${prefix}${entry.name}/`);
    }
  };
  for (const root of roots) await walk(root, "");
  // A single dropped folder is the bag itself.
  return roots.length === 1 && roots[0]!.isDirectory
    ? out.map(({ path, file }) => ({ path: path.slice(roots[0]!.name.length + 1), file }))
    : out;
}

export interface CheckOptions {
  /** SHA-256 of the records embedded in this page. */
  readonly recordsSha256: string;
  /** Fingerprint of the signer's key, from elsewhere. */
  readonly key: string | null;
}

export async function checkFolder(
  files: readonly FolderFile[],
  options: CheckOptions,
  say: (text: string) => void = () => {},
): Promise<Finding[]> {
  const bag = new Map(files.map((f) => [f.path, f.file]));
  if (!bag.has("manifest-sha256.txt") || !bag.has("bagit.txt"))
    return [
      { ok: false, where: "the folder", text: "is no exhibit: it has no bagit.txt and manifest-sha256.txt." },
    ];
  const check = new Check(bag, options);
  let n = 0;
  for (const [path, file] of [...bag].sort(([a], [b]) => compareUtf8(a, b))) {
    say(`Hashing ${path} (${++n} of ${bag.size})`);
    check.sums.set(
      path,
      hex(new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()))),
    );
  }
  await check.manifests();
  const sealer = await check.bagInfo();
  const chain = await check.ledger();
  await check.notes(sealer, chain);
  check.ownRecords();
  return check.findings;
}

class Check {
  readonly findings: Finding[] = [];
  readonly sums = new Map<string, string>();

  constructor(
    private readonly bag: ReadonlyMap<string, Blob>,
    private readonly options: CheckOptions,
  ) {}

  private bad(where: string, text: string): void {
    this.findings.push({ ok: false, where, text });
  }

  private good(where: string, text: string): void {
    this.findings.push({ ok: true, where, text });
  }

  private async read(path: string): Promise<Uint8Array> {
    const file = this.bag.get(path);
    return file ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array(0);
  }

  async manifests(): Promise<void> {
    if (textOf(await this.read("bagit.txt")) !== BAGIT_TXT)
      this.bad("bagit.txt", "is not the declaration of a BagIt 1.0 bag.");
    const payload = [...this.bag.keys()].filter((path) => path.startsWith("data/"));
    await this.manifest("manifest-sha256.txt", payload);
    await this.manifest(
      "tagmanifest-sha256.txt",
      TAGS.filter((path) => this.bag.has(path)),
    );
    for (const path of [...TAGS, "tagmanifest-sha256.txt", ...PAYLOAD.map((name) => `data/${name}`)])
      if (!this.bag.has(path)) this.bad(path, "is missing.");
    for (const path of this.bag.keys())
      if (!isPayload(path) && path !== "tagmanifest-sha256.txt" && !TAGS.includes(path))
        this.bad(path, "is no part of the exhibit.");
  }

  private async manifest(name: string, expected: readonly string[]): Promise<void> {
    const before = this.findings.length;
    const text = textOf(await this.read(name));
    const entries = text === null ? { line: 1, message: "it is not UTF-8" } : parseManifest(text);
    if (!Array.isArray(entries))
      return this.bad(`${name}:${entries.line}`, `is not in canonical form: ${entries.message}.`);
    const listed = new Set<string>();
    for (const [i, entry] of entries.entries()) {
      listed.add(entry.path);
      if (!expected.includes(entry.path))
        this.bad(entry.path, `is listed in ${name}:${i + 1} and is not here.`);
      else if (this.sums.get(entry.path) !== entry.sha256)
        this.bad(entry.path, `does not have the SHA-256 that ${name}:${i + 1} states.`);
    }
    for (const path of expected) if (!listed.has(path)) this.bad(path, `is not listed in ${name}.`);
    if (this.findings.length === before)
      this.good(name, `${listed.size} files have the SHA-256 that it states.`);
  }

  async bagInfo(): Promise<NoteKey | null> {
    const text = textOf(await this.read("bag-info.txt"));
    const info = text === null ? 1 : parseBagInfo(text);
    if (typeof info === "number") {
      this.bad(`bag-info.txt:${info}`, "is not one label and value.");
      return null;
    }
    const payload = [...this.bag].filter(([path]) => path.startsWith("data/"));
    const oxum = payloadOxum(
      payload.reduce((sum, [, file]) => sum + file.size, 0),
      payload.length,
    );
    if (info.get("Payload-Oxum") !== oxum)
      this.bad("bag-info.txt", `states another size than the files have (${oxum}).`);
    const key = parseVerifierKey(info.get("Portwitness-Key") ?? "", sha256);
    if (!key) this.bad("bag-info.txt", "names no key.");
    return key;
  }

  async ledger(): Promise<Chain> {
    const chain = walkLedger(await this.read(LEDGER), sha256);
    for (const problem of chain.problems) this.bad(`${LEDGER}:${problem.line}`, problem.message);
    if (chain.torn.length > 0) this.bad(`${LEDGER}:${chain.lines.length + 1}`, "does not end in LF.");
    if (chain.problems.length === 0 && chain.torn.length === 0)
      this.good(LEDGER, `${chain.lines.length} acts, each carrying the hash of the one before.`);
    return chain;
  }

  async notes(sealer: NoteKey | null, chain: Chain): Promise<void> {
    const tree = new MerkleFrontier(sha256);
    for (const line of chain.lines) tree.append(line);
    const root = tree.root();
    const known = keysIn(chain);
    if (sealer && !known.some((key) => equalBytes(key.publicKey, sealer.publicKey)))
      this.bad(LEDGER, "no act made the sealing key known.");
    await this.checkpoint(known, chain, root);
    await this.seal(sealer, chain, root);
  }

  private async checkpoint(known: readonly NoteKey[], chain: Chain, root: Uint8Array): Promise<void> {
    const where = "data/checkpoint.note";
    const signed = await signedBy(await this.read(where), known);
    if (typeof signed === "string") return this.bad(where, signed);
    const stated = parseCheckpoint(signed.text);
    const origin = chain.lines[0] ? ledgerOrigin(hex(sha256(chain.lines[0]))) : "";
    if (!stated || stated.origin !== origin) this.bad(where, "belongs to another ledger.");
    else if (stated.size !== chain.lines.length || !equalBytes(stated.root, root))
      this.bad(LEDGER, "is not the ledger that its checkpoint signs.");
    else this.good(where, `signs these ${stated.size} acts, by ${signed.key.name}.`);
  }

  private async seal(sealer: NoteKey | null, chain: Chain, root: Uint8Array): Promise<void> {
    const where = "seal.note";
    const signed = await signedBy(await this.read(where), sealer ? [sealer] : []);
    if (typeof signed === "string") return this.bad(where, signed);
    const seal = parseSeal(signed.text);
    if (!seal) return this.bad(where, "does not have the form of a seal.");
    const before = this.findings.length;
    const sealed = {
      "manifest-sha256.txt": seal.manifest,
      "bagit.txt": seal.bagit,
      "bag-info.txt": seal.baginfo,
    };
    for (const [name, sum] of Object.entries(sealed))
      if (this.sums.get(name) !== sum) this.bad(name, "is not the one that was sealed.");
    if (seal.ledgerSize !== chain.lines.length || !equalBytes(seal.ledgerRoot, root))
      this.bad(LEDGER, "is not the ledger that was sealed.");
    const fingerprint = fingerprintOf(signed.key.publicKey, sha256);
    if (this.options.key !== null && this.options.key.toLowerCase() !== fingerprint)
      this.bad(where, `is signed by ${fingerprint}, not by the key that was given.`);
    if (this.findings.length > before) return;
    const who = this.options.key === null ? "consistent; signer not established" : "signer as given";
    this.good(where, `holds: ${who}. Key ${fingerprint}.`);
  }

  ownRecords(): void {
    const where = "data/records.duckdb";
    if (this.sums.get(where) === this.options.recordsSha256) this.good(where, "is what this page shows.");
    else
      this.bad(
        where,
        "is not what this page shows: page and folder belong to different exhibits, or one was changed.",
      );
  }
}

/** Keys in force at the ledger's end: acts make them known, and rotating or revoking ends the one that the act names. */
function keysIn(chain: Chain): NoteKey[] {
  let known: { key: NoteKey; fingerprint: string }[] = [];
  // An act that ends a key is itself signed by it; only from the next act on is the key out of force.
  let ended: string | null = null;
  for (const entry of chain.entries) {
    known = known.filter((one) => one.fingerprint !== ended);
    const outputs = entry.outputs as { readonly verifier?: unknown; readonly ended?: unknown } | null;
    const ends = entry.action === "key.rotate" || entry.action === "key.revoke";
    ended = ends && typeof outputs?.ended === "string" ? outputs.ended : null;
    const introduces =
      entry.action === "case.new" || entry.action === "key.new" || entry.action === "key.rotate";
    const key =
      introduces && typeof outputs?.verifier === "string" ? parseVerifierKey(outputs.verifier, sha256) : null;
    if (key) known.push({ key, fingerprint: fingerprintOf(key.publicKey, sha256) });
  }
  return known.map((one) => one.key);
}

async function signedBy(
  bytes: Uint8Array,
  keys: readonly NoteKey[],
): Promise<{ text: string; key: NoteKey } | string> {
  const note = parseNote(bytes);
  if (typeof note === "string") return `is no signed note: ${note}.`;
  if (note.signatures.length !== 1) return `has ${note.signatures.length} signatures instead of one.`;
  for (const key of keys) {
    const signature = signatureBy(note, key, sha256);
    if (!signature) continue;
    const imported = await crypto.subtle.importKey("raw", key.publicKey as BufferSource, "Ed25519", false, [
      "verify",
    ]);
    const holds = await crypto.subtle.verify(
      "Ed25519",
      imported,
      signature.signature as BufferSource,
      utf8(note.text) as BufferSource,
    );
    return holds ? { text: note.text, key } : "its signature does not fit its text.";
  }
  return "is signed by no key that the ledger knows.";
}

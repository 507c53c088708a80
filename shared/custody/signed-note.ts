// C2SP signed-note: a text that ends in LF, an empty line, and signature lines `— name base64(key id || signature)`.
// Only Ed25519 (type 0x01). Reading is strict, so that a note has one spelling: https://c2sp.org/signed-note
import { base64, concat, equalBytes, hex, type Sha256, textOf, unbase64, utf8 } from "./bytes";

const ED25519 = 0x01;

/** A public key with the name it signs under. */
export interface NoteKey {
  readonly name: string;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

export interface NoteSignature {
  readonly name: string;
  /** First four bytes of SHA-256(name LF type key). */
  readonly keyId: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

export interface Note {
  /** The signed text, its last LF included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** True for a name that a note may carry: not empty, no Unicode space, no plus, no control character. */
export const isKeyName = (name: string): boolean => name.length > 0 && !/[\s+\p{Cc}\p{Cs}\u0085]/u.test(name);

/** A key name from an examiner's name: spaces, plus signs and control characters become hyphens. */
export function keyNameOf(examiner: string): string {
  const name = examiner
    .normalize("NFC")
    .replace(/[\s+\p{Cc}\p{Cs}\u0085]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return name === "" ? "examiner" : name;
}

export function keyId(key: NoteKey, sha256: Sha256): Uint8Array {
  return sha256(concat(utf8(`${key.name}\n`), new Uint8Array([ED25519]), key.publicKey)).slice(0, 4);
}

/** `name+hex(id)+base64(type || key)`. */
export function verifierKey(key: NoteKey, sha256: Sha256): string {
  return `${key.name}+${hex(keyId(key, sha256))}+${base64(concat(new Uint8Array([ED25519]), key.publicKey))}`;
}

/** The key of a verifier string, or null where it is malformed or its id does not fit. */
export function parseVerifierKey(text: string, sha256: Sha256): NoteKey | null {
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text);
  if (!match) return null;
  const data = unbase64(match[3]!);
  if (data?.length !== 33 || data[0] !== ED25519 || !isKeyName(match[1]!)) return null;
  const key = { name: match[1]!, publicKey: data.slice(1) };
  return hex(keyId(key, sha256)) === match[2] ? key : null;
}

/** Fingerprint of a key: lower-case hex SHA-256 of its 32 bytes. */
export const fingerprintOf = (publicKey: Uint8Array, sha256: Sha256): string => hex(sha256(publicKey));

/** The note's bytes as text. `text` ends in LF and holds no other control character. */
export function formatNote(text: string, signatures: readonly NoteSignature[]): string {
  if (!isNoteText(text)) throw new RangeError("a note's text must end in LF and hold no control characters");
  const lines = signatures.map((s) => `\u2014 ${s.name} ${base64(concat(s.keyId, s.signature))}\n`);
  return `${text}\n${lines.join("")}`;
}

const isNoteText = (text: string): boolean =>
  text.endsWith("\n") && !/[\u0000-\u0009\u000b-\u001f]/.test(text);

/** A note, or the reason why these bytes are none. */
export function parseNote(bytes: Uint8Array): Note | string {
  const whole = textOf(bytes);
  if (whole === null) return "it is not UTF-8";
  const cut = whole.lastIndexOf("\n\n");
  if (cut < 0) return "it has no signature block";
  const text = whole.slice(0, cut + 1);
  const block = whole.slice(cut + 2);
  if (!isNoteText(text)) return "its text holds control characters";
  if (!block.endsWith("\n")) return "its last line does not end in LF";
  const signatures: NoteSignature[] = [];
  for (const line of block.slice(0, -1).split("\n")) {
    const match = /^\u2014 ([^ ]+) ([^ ]+)$/.exec(line);
    const data = match ? unbase64(match[2]!) : null;
    if (!match || !isKeyName(match[1]!) || !data || data.length !== 68)
      return "a signature line is malformed";
    signatures.push({ name: match[1]!, keyId: data.slice(0, 4), signature: data.slice(4) });
  }
  return { text, signatures };
}

/** The signature that claims to be a key's, or undefined. */
export function signatureBy(note: Note, key: NoteKey, sha256: Sha256): NoteSignature | undefined {
  const id = keyId(key, sha256);
  return note.signatures.find((s) => s.name === key.name && equalBytes(s.keyId, id));
}

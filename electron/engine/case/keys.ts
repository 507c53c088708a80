// Examiners' keys: Ed25519, one an examiner, outside every case in $PORTWITNESS_HOME, mode 0600, PKCS#8, encrypted where
// a passphrase is given. Losing a case never loses a key, and copying a case never copies one (CASE, "Key").
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import {
  fingerprintOf,
  keyNameOf,
  type NoteKey,
  parseVerifierKey,
  verifierKey,
} from "../../../shared/custody/signed-note";
import { ProductError } from "../../../shared/errors";
import { replaceFile, sha256, syncFolder } from "./files";

export interface KeyInfo {
  readonly examiner: string;
  readonly fingerprint: string;
  /** C2SP verifier key: `name+id+base64`. */
  readonly verifier: string;
  readonly path: string;
  readonly encrypted: boolean;
  readonly state: "pending" | "active" | "rotated" | "revoked";
}

/** A key that can sign. */
export interface Signer {
  readonly examiner: string;
  readonly fingerprint: string;
  readonly verifier: string;
  readonly key: NoteKey;
  sign(data: Uint8Array): Uint8Array;
  /** 32 secret bytes of this key, for what must be reproducible by its holder alone (row salts). */
  seed(): Uint8Array;
}

/** $PORTWITNESS_HOME, else the user's configuration folder. */
export function portwitnessHome(): string {
  const given = process.env.PORTWITNESS_HOME;
  if (given) return given;
  if (process.platform === "win32") return join(process.env.APPDATA ?? homedir(), "Portwitness");
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "Portwitness");
  return join(process.env.XDG_CONFIG_HOME || join(homedir(), ".config"), "portwitness");
}

const keysFolder = (): string => join(portwitnessHome(), "keys");

/** A name that may stand in ledger and notes: trimmed, composed, without control characters. */
export function examinerName(text: string): string {
  const name = text.normalize("NFC").trim();
  if (
    name === "" ||
    name.length > 200 ||
    /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(name)
  ) {
    throw new ProductError(
      "usage",
      `"${JSON.stringify(text).slice(1, -1)}" is not an examiner's name.`,
      "Give a name of 1 to 200 printable characters.",
    );
  }
  return name;
}

/** All keys, by examiner, then fingerprint. */
export function listKeys(): KeyInfo[] {
  const folder = keysFolder();
  if (!existsSync(folder)) return [];
  const out: KeyInfo[] = [];
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith(".json")) continue;
    const card = JSON.parse(readFileSync(join(folder, name), "utf8")) as Omit<KeyInfo, "path">;
    out.push({ ...card, path: join(folder, `${card.fingerprint}.pem`) });
  }
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return out.sort((a, b) => order(a.examiner, b.examiner) || order(a.fingerprint, b.fingerprint));
}

export const activeKey = (examiner: string): KeyInfo | undefined =>
  listKeys().find((key) => key.examiner === examiner && key.state === "active");

/** Makes an examiner's key. Throws "usage" where there is one. */
export function createKey(examiner: string, passphrase?: string): KeyInfo {
  const name = examinerName(examiner);
  const known = activeKey(name);
  if (known) {
    throw new ProductError(
      "usage",
      `${name} has a key already: ${known.fingerprint}.`,
      "Use it, or rotate it: portwitness key rotate.",
    );
  }
  return makeKey(name, passphrase, "active");
}

/** Makes the key that shall take another's place; it signs nothing until `setKeyState` makes it active. */
export const createSuccessor = (examiner: string, passphrase?: string): KeyInfo =>
  makeKey(examinerName(examiner), passphrase, "pending");

/** Gives a key another state; the key itself stays, since what it signed must stay checkable. */
export function setKeyState(fingerprint: string, state: KeyInfo["state"]): void {
  const { path: _, ...card } = listKeys().find((key) => key.fingerprint === fingerprint)!;
  writeCard({ ...card, state });
}

function makeKey(name: string, passphrase: string | undefined, state: KeyInfo["state"]): KeyInfo {
  if (passphrase === "")
    throw new ProductError("usage", "The passphrase is empty.", "Give one, or leave it out.");
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export(
    passphrase === undefined
      ? { type: "pkcs8", format: "pem" }
      : { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase },
  ) as string;
  const raw = rawPublicKey(publicKey);
  const key: NoteKey = { name: keyNameOf(name), publicKey: raw };
  const card = {
    examiner: name,
    fingerprint: fingerprintOf(raw, sha256),
    verifier: verifierKey(key, sha256),
    encrypted: passphrase !== undefined,
    state,
  };
  return store(card, pem);
}

function store(card: Omit<KeyInfo, "path">, pem: string): KeyInfo {
  const folder = keysFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const path = join(folder, `${card.fingerprint}.pem`);
  // The card comes last: a key without a card is unknown, a card without a key never appears.
  replaceFile(path, Buffer.from(pem), { mode: 0o600 });
  writeCard(card);
  syncFolder(portwitnessHome());
  return { ...card, path };
}

/** Takes in a key that comes back from its backup. Throws "input" where card and key do not fit, "usage" where it is known. */
export function adoptKey(card: Omit<KeyInfo, "path" | "encrypted">, key: KeyObject, pem: string): KeyInfo {
  const states: readonly KeyInfo["state"][] = ["pending", "active", "rotated", "revoked"];
  const said = parseVerifierKey(card.verifier, sha256);
  const raw = rawPublicKey(createPublicKey(key));
  const fits =
    said !== null &&
    Buffer.compare(Buffer.from(said.publicKey), Buffer.from(raw)) === 0 &&
    fingerprintOf(raw, sha256) === card.fingerprint &&
    said.name === keyNameOf(examinerName(card.examiner)) &&
    states.includes(card.state);
  if (!fits)
    throw new ProductError("input", "The backup's key is not the one that it names.", "Use another backup.");
  const known = listKeys().find(
    (one) =>
      one.fingerprint === card.fingerprint ||
      (card.state === "active" && one.examiner === card.examiner && one.state === "active"),
  );
  if (known)
    throw new ProductError(
      "usage",
      `${known.examiner} has the key ${known.fingerprint} here already.`,
      "A key is brought back only where it is missing.",
    );
  return store({ ...card, encrypted: true }, pem);
}

const writeCard = (card: Omit<KeyInfo, "path">): void =>
  replaceFile(
    join(keysFolder(), `${card.fingerprint}.json`),
    Buffer.from(`${JSON.stringify(card, null, 2)}\n`),
    {
      mode: 0o600,
    },
  );

/** The examiner's active key, ready to sign. The passphrase of an encrypted one comes from PORTWITNESS_PASSPHRASE. */
export function loadSigner(examiner: string): Signer {
  const info = activeKey(examiner);
  if (!info) {
    throw new ProductError(
      "usage",
      `There is no key of the examiner ${examiner} in ${portwitnessHome()}.`,
      `Make one (portwitness key new --examiner "${examiner}"), or set PORTWITNESS_HOME to the folder that holds it.`,
    );
  }
  if (process.platform !== "win32" && (statSync(info.path).mode & 0o077) !== 0) {
    throw new ProductError(
      "usage",
      `Others may read the key ${info.path}.`,
      `Run chmod 600 on it, and rotate it if it was exposed.`,
      {
        file: info.path,
      },
    );
  }
  const privateKey = openKey(info);
  const publicKey = rawPublicKey(createPublicKey(privateKey));
  const key = parseVerifierKey(info.verifier, sha256);
  if (!key || Buffer.compare(Buffer.from(key.publicKey), Buffer.from(publicKey)) !== 0) {
    throw new ProductError(
      "input",
      `The key file ${info.path} does not hold the key of its card.`,
      "Restore both from their backup.",
      {
        file: info.path,
      },
    );
  }
  return {
    examiner,
    fingerprint: info.fingerprint,
    verifier: info.verifier,
    key,
    sign: (data) => new Uint8Array(sign(null, data, privateKey)),
    seed: () =>
      new Uint8Array(Buffer.from((privateKey.export({ format: "jwk" }) as { d: string }).d, "base64url")),
  };
}

/** The private key of a card; the passphrase of an encrypted one comes from PORTWITNESS_PASSPHRASE. */
export function openKey(info: KeyInfo): KeyObject {
  try {
    return createPrivateKey({
      key: readFileSync(info.path),
      passphrase: process.env.PORTWITNESS_PASSPHRASE ?? "",
    });
  } catch {
    throw new ProductError(
      "usage",
      info.encrypted
        ? `The key of ${info.examiner} is not opened by this passphrase.`
        : `The key file ${info.path} cannot be read.`,
      info.encrypted ? "Set PORTWITNESS_PASSPHRASE to the key's passphrase." : "Restore it from its backup.",
      { file: info.path },
    );
  }
}

/** The last 32 bytes of an Ed25519 SubjectPublicKeyInfo are the key (RFC 8410). */
const rawPublicKey = (key: KeyObject): Uint8Array =>
  new Uint8Array((key.export({ type: "spki", format: "der" }) as Buffer).subarray(-32));

const SPKI = Buffer.from("302a300506032b6570032100", "hex");

export function verifyEd25519(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: "der", type: "spki" });
    return verify(null, data, key, signature);
  } catch {
    return false;
  }
}

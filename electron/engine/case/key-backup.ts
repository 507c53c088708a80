// A key's way into safe-keeping and back: one JSON file with the key as encrypted PKCS#8 and what its card says. A backup
// leaves the machine, so it is never written without a passphrase.
import { createPrivateKey, type KeyObject } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { ProductError } from "../../../shared/errors";
import { replaceFile, sha256Hex } from "./files";
import { adoptKey, type KeyInfo, openKey } from "./keys";

const FORM = "portwitness/key-backup/v1";

interface Backup {
  readonly form: string;
  readonly examiner: string;
  readonly fingerprint: string;
  readonly verifier: string;
  readonly state: KeyInfo["state"];
  /** PKCS#8, encrypted. */
  readonly pem: string;
}

/** Writes the backup of a key. Returns its SHA-256. Throws "usage" without a passphrase, or where `out` is taken. */
export function backUpKey(info: KeyInfo, out: string, passphrase: string | undefined): string {
  if (!passphrase) {
    throw new ProductError(
      "usage",
      "A backup is not written without a passphrase.",
      "Set PORTWITNESS_PASSPHRASE to the one that shall open the backup.",
    );
  }
  if (existsSync(out))
    throw new ProductError("usage", `${out} exists already.`, "Name a file that does not exist yet.", {
      file: out,
    });
  const { examiner, fingerprint, verifier, state } = info;
  const pem = encrypted(openKey(info), passphrase);
  const backup: Backup = { form: FORM, examiner, fingerprint, verifier, state, pem };
  const bytes = Buffer.from(`${JSON.stringify(backup, null, 2)}\n`);
  replaceFile(out, bytes, { mode: 0o600 });
  return sha256Hex(bytes);
}

const encrypted = (key: KeyObject, passphrase: string): string =>
  key.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase }) as string;

/** Brings a key back; it stays encrypted under the backup's passphrase. Throws "input" for what is no backup. */
export function restoreKey(file: string, passphrase: string | undefined): KeyInfo {
  const refuse = (what: string, mend: string): never => {
    throw new ProductError("input", what, mend, { file });
  };
  if (!existsSync(file)) refuse(`There is no file ${file}.`, "Give the file of a backup.");
  let backup: Backup;
  try {
    backup = JSON.parse(readFileSync(file, "utf8")) as Backup;
  } catch {
    return refuse(`${file} is no backup of a key.`, "Give a file that portwitness key backup wrote.");
  }
  if (backup.form !== FORM || typeof backup.pem !== "string")
    refuse(`${file} is no backup of a key.`, "Give a file that portwitness key backup wrote.");
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: backup.pem, passphrase: passphrase ?? "" });
  } catch {
    return refuse(
      "The passphrase does not open this backup.",
      "Set PORTWITNESS_PASSPHRASE to the one that it was written with.",
    );
  }
  const { pem, form: _, ...card } = backup;
  return adoptKey(card, key, pem);
}

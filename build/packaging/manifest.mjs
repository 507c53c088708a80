// Checksums of a release's files and a signature over them, checked with sha256sum and openssl alone (docs/install.md).
// The key is an Ed25519 key in PEM, kept by whoever releases; without one the sums are written and it is said.
import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const SUMS = "SHA256SUMS";
const MADE = new Set([SUMS, `${SUMS}.sig`, "release.pem"]);
/** electron-builder's own notes of the run, which say where it ran. */
const NOTES = /^(builder-debug\.yml|builder-effective-config\.yaml|latest.*\.yml|.*\.blockmap)$/;

/** Writes SHA256SUMS, and with a key SHA256SUMS.sig and release.pem. Returns the names summed. */
export function writeManifest(folder, keyFile) {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !MADE.has(entry.name) && !NOTES.test(entry.name))
    .map((entry) => entry.name)
    .sort();
  const sum = (name) =>
    createHash("sha256")
      .update(readFileSync(join(folder, name)))
      .digest("hex");
  const text = names.map((name) => `${sum(name)}  ${name}\n`).join("");
  writeFileSync(join(folder, SUMS), text);
  if (!keyFile) return names;
  const key = createPrivateKey(readFileSync(keyFile));
  if (key.asymmetricKeyType !== "ed25519") throw new Error(`${keyFile} is not an Ed25519 key.`);
  const publicKey = createPublicKey(key);
  const signature = sign(null, Buffer.from(text), key);
  if (!verify(null, Buffer.from(text), publicKey, signature))
    throw new Error("The signature does not verify.");
  writeFileSync(join(folder, `${SUMS}.sig`), signature);
  writeFileSync(join(folder, "release.pem"), publicKey.export({ type: "spki", format: "pem" }));
  return names;
}

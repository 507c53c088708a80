// Closing a bag: manifests, bag-info and the seal over what lies in data/ (CASE, "Exhibit" and "Seal").
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { compareUtf8, utf8 } from "../../../shared/custody/bytes";
import {
  BAGIT_TXT,
  formatBagInfo,
  formatManifest,
  type ManifestEntry,
  payloadOxum,
} from "../../../shared/custody/manifest";
import { sealText } from "../../../shared/custody/seal";
import { hashFile, sha256Hex, syncFolder } from "../case/files";
import type { Signer } from "../case/keys";
import { signNote } from "../case/ledger";
import { DataFile } from "./context";

export const SEALED_TAGS = ["bag-info.txt", "bagit.txt", "manifest-sha256.txt", "seal.note"] as const;
export const ROOT_FILES = [...SEALED_TAGS, "tagmanifest-sha256.txt"] as const;

export interface ClosedBag {
  /** SHA-256 of manifest-sha256.txt and of seal.note. */
  readonly manifest: string;
  readonly seal: string;
  /** Of the payload. */
  readonly files: number;
  readonly bytes: number;
}

/** Regular files below a folder, as `a/b`, sorted by bytes. */
export function filesBelow(folder: string, prefix = ""): string[] {
  const names = readdirSync(join(folder, prefix)).sort(compareUtf8);
  return names.flatMap((name) => {
    const path = prefix === "" ? name : `${prefix}/${name}`;
    return statSync(join(folder, path)).isDirectory() ? filesBelow(folder, path) : [path];
  });
}

/** Writes the tag files of the bag in `folder`, whose data/ is complete. */
export async function closeBag(
  folder: string,
  info: readonly (readonly [string, string])[],
  ledger: { size: number; root: Uint8Array },
  signer: Signer,
): Promise<ClosedBag> {
  const write = (name: string, text: string): string => {
    const file = new DataFile(folder, name);
    file.write(text);
    file.close();
    return sha256Hex(text);
  };
  const entries: ManifestEntry[] = [];
  let bytes = 0;
  for (const path of filesBelow(folder, "data")) {
    const hashed = await hashFile(join(folder, path));
    entries.push({ path, sha256: hashed.sha256 });
    bytes += hashed.bytes;
  }
  const manifest = write("manifest-sha256.txt", formatManifest(entries));
  const bagit = write("bagit.txt", BAGIT_TXT);
  const baginfo = write(
    "bag-info.txt",
    formatBagInfo([...info, ["Payload-Oxum", payloadOxum(bytes, entries.length)]]),
  );
  const text = sealText({ manifest, bagit, baginfo, ledgerSize: ledger.size, ledgerRoot: ledger.root });
  const seal = write("seal.note", signNote(text, signer));
  const tags = SEALED_TAGS.map((path) => ({
    path,
    sha256: sha256Hex(utf8(readFileSync(join(folder, path), "utf8"))),
  }));
  write("tagmanifest-sha256.txt", formatManifest(tags));
  syncFolder(join(folder, "data"));
  syncFolder(folder);
  return { manifest, seal, files: entries.length, bytes };
}

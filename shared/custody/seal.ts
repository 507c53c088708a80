// The seal of an exhibit: what is signed at the bag's root (CASE, "Seal"). It binds manifest, declaration, bag-info and
// the ledger's head, so that a forger who makes every sum right again still breaks it.
import { base64, isSha256Hex, unbase64 } from "./bytes";

export interface Seal {
  readonly manifest: string;
  readonly bagit: string;
  readonly baginfo: string;
  readonly ledgerSize: number;
  /** RFC 6962 root of the ledger's lines, as in its checkpoint. */
  readonly ledgerRoot: Uint8Array;
}

export const SEAL_V1 = "portwitness/seal/v1";

export const sealText = (seal: Seal): string =>
  `${SEAL_V1}\nmanifest ${seal.manifest}\nbagit ${seal.bagit}\nbaginfo ${seal.baginfo}\nledger ${seal.ledgerSize} ${base64(seal.ledgerRoot)}\n`;

export function parseSeal(text: string): Seal | null {
  const match =
    /^portwitness\/seal\/v1\nmanifest ([^\n]*)\nbagit ([^\n]*)\nbaginfo ([^\n]*)\nledger ([1-9][0-9]{0,15}) ([^\n ]*)\n$/.exec(
      text,
    );
  if (!match) return null;
  const [, manifest, bagit, baginfo, size, root] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const ledgerRoot = unbase64(root);
  if (!isSha256Hex(manifest) || !isSha256Hex(bagit) || !isSha256Hex(baginfo)) return null;
  return ledgerRoot?.length === 32
    ? { manifest, bagit, baginfo, ledgerSize: Number(size), ledgerRoot }
    : null;
}

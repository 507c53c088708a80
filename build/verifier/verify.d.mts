interface Report {
  ok: boolean;
  problems: { where: string; message: string }[];
  /** What each time-stamp shows, and what it leaves to openssl. */
  notes: string[];
  keyFingerprint: string | null;
  signerChecked: boolean;
}

/**
 * Checks the bag in `folder`; `key` is the fingerprint that the signer must have, `since` the file of an earlier
 * checkpoint or the folder of an earlier exhibit, which the ledger must continue.
 */
export function verifyBag(folder: string, options?: { key?: string; since?: string }): Promise<Report>;

/** Checks the disclosed part of an exhibit in `folder`. */
export function verifyDisclosure(folder: string, options?: { key?: string }): Promise<Report>;

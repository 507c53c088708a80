/** Checks the bag in `folder`; `key` is the fingerprint that the signer must have. */
export function verifyBag(
  folder: string,
  options?: { key?: string },
): Promise<{
  ok: boolean;
  problems: { where: string; message: string }[];
  keyFingerprint: string | null;
  signerChecked: boolean;
}>;

/** Checks the disclosed part of an exhibit in `folder`. */
export function verifyDisclosure(
  folder: string,
  options?: { key?: string },
): {
  ok: boolean;
  problems: { where: string; message: string }[];
  keyFingerprint: string | null;
  signerChecked: boolean;
};

export declare const SUMS: string;
/** Writes SHA256SUMS, and with an Ed25519 key in PEM SHA256SUMS.sig and release.pem. Returns the names summed. */
export declare function writeManifest(folder: string, keyFile?: string): string[];

// C2SP tlog-checkpoint: origin, tree size and RFC 6962 root as the text of a signed note. The ledger's checkpoint and
// the exhibit's row tree have this form: https://c2sp.org/tlog-checkpoint
import { base64, unbase64 } from "./bytes";

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** Origin of a case's ledger: the hash of its first line makes it its own. */
export const ledgerOrigin = (firstLineHash: string): string => `portwitness/ledger/${firstLineHash}`;
/** Origin of an exhibit's row tree. */
export const rowsOrigin = (firstLineHash: string): string => `portwitness/rows/${firstLineHash}`;

export const checkpointText = (c: Checkpoint): string => `${c.origin}\n${c.size}\n${base64(c.root)}\n`;

/** The checkpoint in a note's text, or null where it has another form. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const match = /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([^\n]+)\n$/.exec(text);
  if (!match) return null;
  const root = unbase64(match[3]!);
  const size = Number(match[2]);
  return root && root.length === 32 && Number.isSafeInteger(size) ? { origin: match[1]!, size, root } : null;
}

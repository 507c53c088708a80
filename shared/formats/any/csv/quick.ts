// Cells as programs write them nearly always (no quotes, no blanks, no sign): read up to their delimiter in one go. What
// is out of the ordinary in any way is NOT_QUICK, and Cells.read decides about it: nothing is accepted here that it
// would refuse, and nothing read otherwise than it reads it.
import { LF, QUOTE } from "../../../record/bytes";

/** The cell is one for Cells.read. */
export const NOT_QUICK = -1;

/** The number that a quick reader found; valid where it returned a position. */
export const found = { value: 0 };

/** Position of the delimiter (or LF) behind the dotted quad at `at`, or NOT_QUICK. */
export function quickIpv4(b: Uint8Array, at: number, end: number, delimiter: number): number {
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let i = at; i < end; i++) {
    const c = b[i]!;
    const d = c - 48;
    if (d >= 0 && d <= 9) {
      // A leading zero is read as octal by some software.
      if (octet === 0) return NOT_QUICK;
      octet = octet < 0 ? d : octet * 10 + d;
      if (octet > 255) return NOT_QUICK;
    } else if (octet < 0) return NOT_QUICK;
    else if (c === 46 && dots < 3) {
      value = value * 256 + octet;
      octet = -1;
      dots++;
    } else if ((c === delimiter || c === LF) && dots === 3) {
      found.value = value * 256 + octet;
      return i;
    } else return NOT_QUICK;
  }
  return NOT_QUICK;
}

/** The same for a port: 0 to 65,535 in at most five digits. */
export function quickPort(b: Uint8Array, at: number, end: number, delimiter: number): number {
  let value = 0;
  for (let i = at; i < end; i++) {
    const c = b[i]!;
    const d = c - 48;
    if (d >= 0 && d <= 9) {
      if (i - at === 5) return NOT_QUICK;
      value = value * 10 + d;
    } else if ((c === delimiter || c === LF) && i > at && value <= 65_535) {
      found.value = value;
      return i;
    } else return NOT_QUICK;
  }
  return NOT_QUICK;
}

/** The same for a text: not quoted, without blanks at its ends, and not the "-" that stands for none. */
export function quickText(b: Uint8Array, at: number, end: number, delimiter: number): number {
  let i = at;
  let c = b[i]!;
  if (c <= 32 || c === QUOTE) return NOT_QUICK;
  while (i < end && c !== delimiter && c !== LF) c = b[++i]!;
  if (i >= end || i === at || b[i - 1]! <= 32 || (i === at + 1 && b[at] === 45)) return NOT_QUICK;
  return i;
}

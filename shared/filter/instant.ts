// An instant as the analyst writes one: RFC 3339 with an explicit offset (or Z), so that no zone is guessed
// (rule of evidence 4), or an integer of microseconds since the epoch.
import { readIso } from "../time/stamp";

/** Microseconds since the epoch, UTC, and the precision of the digits written; null where the text is no such instant. */
export function parseInstant(text: string): { us: number; precisionUs: number } | null {
  if (/^-?\d{1,16}$/.test(text)) {
    const us = Number(text);
    return Number.isSafeInteger(us) ? { us, precisionUs: 1 } : null;
  }
  const stamp = readIso(text);
  if (!stamp || stamp.end !== text.length || stamp.offsetUs === null) return null;
  return { us: stamp.wallUs - stamp.offsetUs, precisionUs: stamp.precisionUs };
}

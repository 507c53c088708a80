// Fields of an access log's line, read straight from its bytes.
import { latin1 } from "../record/bytes";
import { civilToUs, dateExists, MINUTE } from "../time/civil";
import { monthOf } from "../time/stamp";

export const QUOTE = 34;
export const BACKSLASH = 92;
export const COLON = 58;

/** HTTP/1 and HTTP/2 are TCP (RFC 9112, 9113), HTTP/3 is UDP (RFC 9114); anything else leaves it open. */
export function protocolAt(b: Uint8Array, from: number, to: number): number {
  // "HTTP/1.1", "HTTP/2.0", "HTTP/2", "HTTP/3.0", "HTTP/3"
  for (const n of [8, 6]) {
    const p = to - n;
    if (p < from) continue;
    if (b[p] === 72 && b[p + 1] === 84 && b[p + 2] === 84 && b[p + 3] === 80 && b[p + 4] === 47) {
      if (p > from && b[p - 1] !== 32) return -1;
      const major = b[p + 5]! - 48;
      if (n === 8 && b[p + 6] !== 46) return -1;
      return major === 3 ? 17 : major === 1 || major === 2 || major === 0 ? 6 : -1;
    }
  }
  return -1;
}

/** Microseconds, in UTC, of the minute of a CLF time; NaN where it is none. */
export function clfMinute(b: Uint8Array, at: number): number {
  const two = (p: number): number => {
    const x = b[p]! - 48;
    const y = b[p + 1]! - 48;
    return x >= 0 && x <= 9 && y >= 0 && y <= 9 ? x * 10 + y : NaN;
  };
  if (b[at + 2] !== 47 || b[at + 6] !== 47 || b[at + 11] !== 58 || b[at + 14] !== 58 || b[at + 20] !== 32)
    return NaN;
  const day = two(at);
  const month = monthOf(latin1(b, at + 3, at + 6));
  const year = two(at + 7) * 100 + two(at + 9);
  const hour = two(at + 12);
  const minute = two(at + 15);
  const sign = b[at + 21] === 43 ? 1 : b[at + 21] === 45 ? -1 : NaN;
  const zone = sign * (two(at + 22) * 60 + two(at + 24)) * MINUTE;
  if (
    !(dateExists(year, month, day) && hour < 24 && minute < 60) ||
    Number.isNaN(zone) ||
    two(at + 22) > 18 ||
    two(at + 24) > 59
  )
    return NaN;
  return civilToUs(year, month, day, hour, minute) - zone;
}

export function digitsOrDash(b: Uint8Array, from: number, to: number): boolean {
  if (dash(b, from, to)) return true;
  for (let i = from; i < to; i++) if (b[i]! < 48 || b[i]! > 57) return false;
  return to > from;
}

export const dash = (b: Uint8Array, from: number, to: number): boolean => to - from === 1 && b[from] === 45;

export function fits(b: Uint8Array, at: number, to: number, word: Uint8Array, n: number): boolean {
  if (at + n > to) return false;
  for (let k = 1; k < n; k++) if (b[at + k] !== word[k]) return false;
  return true;
}

// Reading fields straight from evidence bytes, for parsers' hot paths: no string is made for a number or an address.
// Every function takes a slice [from, to) of a block and never looks outside it, so that a crafted line cannot make a
// parser read its neighbour. Failure is -1 (numbers are never negative here), so that no exception is thrown per line.
import { type Groups, parseIpv6 } from "./address";

export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const QUOTE = 34;
export const COMMA = 44;

/** Position of `byte` in [from, to), or `to` where there is none. For short spans: a loop beats the native call. */
export function findByte(b: Uint8Array, byte: number, from: number, to: number): number {
  let i = from;
  while (i < to && b[i] !== byte) i++;
  return i;
}

/** Position of `byte` in [from, to), or `to`: the native search, for long spans. */
export function findFar(b: Uint8Array, byte: number, from: number, to: number): number {
  const at = b.indexOf(byte, from);
  return at < 0 || at > to ? to : at;
}

/** Position of the LF that ends the line at `from`, or `to` at the end of a file without one. */
export const lineEnd = (b: Uint8Array, from: number, to: number): number => findFar(b, LF, from, to);

/** `end` without a CR before it: the end of a line's content, given the position of its LF. */
export const withoutCr = (b: Uint8Array, from: number, end: number): number =>
  end > from && b[end - 1] === CR ? end - 1 : end;

/** True where [from, to) holds only spaces and tabs (or nothing): a blank line. */
export function isBlank(b: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const c = b[i];
    if (c !== SPACE && c !== 9 && c !== CR) return false;
  }
  return true;
}

/** First position in [from, to) that is no ASCII digit. */
export function skipDigits(b: Uint8Array, from: number, to: number): number {
  let i = from;
  while (i < to && b[i]! >= 48 && b[i]! <= 57) i++;
  return i;
}

/** First position in [from, to) that is neither space nor tab. */
export function skipSpaces(b: Uint8Array, from: number, to: number): number {
  let i = from;
  while (i < to && (b[i] === SPACE || b[i] === 9)) i++;
  return i;
}

/** The unsigned decimal that [from, to) is in whole; -1 where it is empty, has another character, or passes 2^53. */
export function parseUint(b: Uint8Array, from: number, to: number): number {
  const n = to - from;
  if (n <= 0 || n > 16) return -1;
  let value = 0;
  for (let i = from; i < to; i++) {
    const d = b[i]! - 48;
    if (d < 0 || d > 9) return -1;
    value = value * 10 + d;
  }
  return value <= Number.MAX_SAFE_INTEGER ? value : -1;
}

/** A port in [from, to): 0..65535, or -1 (also where a longer digit string has it as its start). */
export function parsePort(b: Uint8Array, from: number, to: number): number {
  if (to - from > 5) return -1;
  const value = parseUint(b, from, to);
  return value <= 65_535 ? value : -1;
}

/** Exactly two digits at `at` as a number, or -1. */
export function twoDigits(b: Uint8Array, at: number): number {
  const a = b[at]! - 48;
  const c = b[at + 1]! - 48;
  return a >= 0 && a <= 9 && c >= 0 && c <= 9 ? a * 10 + c : -1;
}

/** Exactly four digits at `at` as a number, or -1. */
export function fourDigits(b: Uint8Array, at: number): number {
  const high = twoDigits(b, at);
  const low = twoDigits(b, at + 2);
  return high >= 0 && low >= 0 ? high * 100 + low : -1;
}

/** The unsigned hexadecimal (no 0x) that [from, to) is in whole, at most 13 digits; -1 otherwise. */
export function parseHex(b: Uint8Array, from: number, to: number): number {
  const n = to - from;
  if (n <= 0 || n > 13) return -1;
  let value = 0;
  for (let i = from; i < to; i++) {
    const d = hexDigit(b[i]!);
    if (d < 0) return -1;
    value = value * 16 + d;
  }
  return value;
}

function hexDigit(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  const lower = c | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** The dotted quad that [from, to) is in whole, as its 32-bit number (= its address id); -1 otherwise, leading zeros included. */
export function parseIpv4Bytes(b: Uint8Array, from: number, to: number): number {
  const n = to - from;
  if (n < 7 || n > 15) return -1;
  let value = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  for (let i = from; i < to; i++) {
    const c = b[i]!;
    if (c === 46) {
      if (digits === 0 || octet > 255 || ++dots > 3) return -1;
      value = value * 256 + octet;
      octet = 0;
      digits = 0;
    } else {
      const d = c - 48;
      if (d < 0 || d > 9 || (digits === 1 && octet === 0)) return -1;
      octet = octet * 10 + d;
      if (++digits > 3) return -1;
    }
  }
  return digits > 0 && octet <= 255 && dots === 3 ? value * 256 + octet : -1;
}

/** The IPv6 address that [from, to) is in whole (brackets and zone id allowed), or null. */
export function parseIpv6Bytes(b: Uint8Array, from: number, to: number): Groups | null {
  const n = to - from;
  if (n < 2 || n > 64) return null;
  return parseIpv6(latin1(b, from, to));
}

/** An AddressBook as far as this needs one. */
interface Addresses {
  idOfGroups(groups: Groups): number;
}

/** Address id of the IPv4 or IPv6 text in [from, to); -1 where it is neither. */
export function parseAddress(b: Uint8Array, from: number, to: number, addresses: Addresses): number {
  const v4 = parseIpv4Bytes(b, from, to);
  if (v4 >= 0) return v4;
  if (findByte(b, 58, from, to) === to) return -1;
  const groups = parseIpv6Bytes(b, from, to);
  return groups === null ? -1 : addresses.idOfGroups(groups);
}

/** True where the ASCII `word` stands at `at` and within `to`. */
export function startsWith(b: Uint8Array, at: number, to: number, word: Uint8Array): boolean {
  if (at + word.length > to) return false;
  for (let i = 0; i < word.length; i++) if (b[at + i] !== word[i]) return false;
  return true;
}

/** Position of `word` in [from, to), or -1. */
export function findWord(b: Uint8Array, from: number, to: number, word: Uint8Array): number {
  const first = word[0]!;
  const last = to - word.length;
  for (let i = from; i <= last; i++) if (b[i] === first && startsWith(b, i, to, word)) return i;
  return -1;
}

/** ASCII text as bytes, for `startsWith` and `findWord` (made once, outside the loop). */
export function ascii(text: string): Uint8Array {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

/** The engine's own blocks are Node's buffers, which make such a string in one copy. */
interface Latin1Slice {
  latin1Slice?(from: number, to: number): string;
}

/**
 * [from, to) as Latin-1: every byte is the character of its number, so nothing is lost. (A TextDecoder of that name
 * would be windows-1252, which changes 0x80-0x9f.)
 */
export function latin1(b: Uint8Array & Latin1Slice, from: number, to: number): string {
  if (b.latin1Slice) return from < to ? b.latin1Slice(from, Math.min(to, b.length)) : "";
  let out = "";
  for (let i = from; i < to; i += 4096) {
    out += String.fromCharCode.apply(null, b.subarray(i, Math.min(i + 4096, to)) as unknown as number[]);
  }
  return out;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** [from, to) as text for display and storing: UTF-8 where it is valid, else each byte above ASCII as \xHH. Never loses a byte silently. */
export function displayText(b: Uint8Array, from: number, to: number): string {
  let i = from;
  while (i < to && b[i]! < 128) i++;
  if (i === to) return latin1(b, from, to);
  if (isUtf8(b, i, to)) return decoder.decode(b.subarray(from, to));
  return latin1(b, from, to).replace(/[\x80-\xff]/g, (c) => `\\x${c.charCodeAt(0).toString(16)}`);
}

/** Whether [from, to) is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF). */
export function isUtf8(b: Uint8Array, from: number, to: number): boolean {
  let i = from;
  while (i < to) {
    const c = b[i++]!;
    if (c < 0x80) continue;
    let more: number;
    let low = 0x80;
    let high = 0xbf;
    if (c >= 0xc2 && c <= 0xdf) more = 1;
    else if (c >= 0xe0 && c <= 0xef) {
      more = 2;
      if (c === 0xe0) low = 0xa0;
      else if (c === 0xed) high = 0x9f;
    } else if (c >= 0xf0 && c <= 0xf4) {
      more = 3;
      if (c === 0xf0) low = 0x90;
      else if (c === 0xf4) high = 0x8f;
    } else return false;
    if (i + more > to) return false;
    if (b[i]! < low || b[i]! > high) return false;
    for (let k = 1; k < more; k++) if ((b[i + k]! & 0xc0) !== 0x80) return false;
    i += more;
  }
  return true;
}

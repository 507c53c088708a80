// DER (X.690), as far as RFC 3161 time-stamps need it: definite lengths, one-byte tags, elements read in order. What is
// not DER is refused with its place; nothing is guessed.
import { concat } from "./bytes";

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  none: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  time: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Tag of a context-specific constructed element. */
export const context = (n: number): number => 0xa0 + n;

export interface Der {
  readonly tag: number;
  /** The content's bytes. */
  readonly body: Uint8Array;
  /** The whole element, head and content. */
  readonly raw: Uint8Array;
}

/** The element at `at`. Throws RangeError where there is none. */
export function readDer(bytes: Uint8Array, at = 0): Der {
  const wrong = (what: string): never => {
    throw new RangeError(`byte ${at}: ${what}`);
  };
  const tag = bytes[at] ?? wrong("it ends where an element must begin");
  if ((tag & 0x1f) === 0x1f) wrong("a tag of several bytes");
  const first = bytes[at + 1] ?? wrong("it ends in an element's head");
  if (first === 0x80) wrong("an indefinite length, which DER does not have");
  const more = first < 0x80 ? 0 : first & 0x7f;
  if (more > 4) wrong("a length of more than four bytes");
  let length = more === 0 ? first : 0;
  for (let i = 0; i < more; i++) length = length * 256 + (bytes[at + 2 + i] ?? wrong("it ends in a length"));
  if (more > 0 && (length < 0x80 || bytes[at + 2] === 0)) wrong("a length longer than it need be");
  const from = at + 2 + more;
  if (from + length > bytes.length) wrong("it ends inside an element");
  return { tag, body: bytes.subarray(from, from + length), raw: bytes.subarray(at, from + length) };
}

/** The elements of a constructed one, in order. */
export function childrenOf(element: Der): Der[] {
  const out: Der[] = [];
  for (let at = 0; at < element.body.length; at += out.at(-1)!.raw.length)
    out.push(readDer(element.body, at));
  return out;
}

/** The element, which must have this tag. */
export function expectTag(element: Der | undefined, tag: number, what: string): Der {
  if (element?.tag !== tag) throw new RangeError(`${what} is missing or of another kind`);
  return element;
}

/** Dotted text of an object identifier (X.690, section 8.19). */
export function oidText(element: Der): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of element.body) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [first = 0, ...rest] = arcs;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest].join(".");
}

export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = concat(...parts);
  if (body.length < 0x80) return concat(Uint8Array.of(tag, body.length), body);
  const length: number[] = [];
  for (let n = body.length; n > 0; n = Math.floor(n / 256)) length.unshift(n & 255);
  return concat(Uint8Array.of(tag, 0x80 + length.length, ...length), body);
}

/** A positive INTEGER of big-endian bytes: leading zeros go, one comes where the sign would be set. */
export function derInteger(bytes: Uint8Array): Uint8Array {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from++;
  const short = bytes.subarray(from);
  return der(TAG.integer, (short[0] ?? 0) >= 0x80 ? concat(Uint8Array.of(0), short) : short);
}

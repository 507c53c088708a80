// A flow record of nfdump's files as a record of an IPFIX template: its extensions are the information elements that the
// exporter sent, in the writer's byte order. So a stored record says of a translation what the message itself said.
// Source: nfdump 1.7, src/libnffile/nfxV3.h (record and extension layout), id.h (record types).
import { elementOf } from "../ipfix/elements";
import type { Field, Template } from "../ipfix/templates";
import { addressText } from "../ipfix/values";

/** Element, position in the extension's data, bytes; "6" marks an IPv6 address (two 64-bit words). */
type Part = readonly [id: number, at: number, length: number, kind?: "6"];

const GENERIC = 1;
const RECEIVED_V4 = 12;
const RECEIVED_V6 = 13;
const NSEL = 19;
const USER = 24;
const NAT = 25;
const BLOCK = 26;
const NOKIA_STRING = 41;

/** Extensions by their number, with the least bytes that they have. */
const EXTENSIONS = new Map<number, { readonly bytes: number; readonly parts: readonly Part[] }>([
  [
    GENERIC,
    {
      bytes: 48,
      parts: [
        [152, 0, 8],
        [153, 8, 8],
        [2, 24, 8],
        [1, 32, 8],
        [7, 40, 2],
        [11, 42, 2],
        [4, 44, 1],
        [6, 45, 1],
        [5, 47, 1],
      ],
    },
  ],
  [
    2,
    {
      bytes: 8,
      parts: [
        [8, 0, 4],
        [12, 4, 4],
      ],
    },
  ],
  [
    3,
    {
      bytes: 32,
      parts: [
        [27, 0, 16, "6"],
        [28, 16, 16, "6"],
      ],
    },
  ],
  [
    4,
    {
      bytes: 8,
      parts: [
        [10, 0, 4],
        [14, 4, 4],
      ],
    },
  ],
  [
    NSEL,
    {
      bytes: 15,
      parts: [
        [323, 0, 8],
        [148, 8, 4],
        [33_002, 12, 2],
        [233, 14, 1],
      ],
    },
  ],
  [
    20,
    {
      bytes: 8,
      parts: [
        [225, 0, 4],
        [226, 4, 4],
      ],
    },
  ],
  [
    21,
    {
      bytes: 32,
      parts: [
        [281, 0, 16, "6"],
        [282, 16, 16, "6"],
      ],
    },
  ],
  [
    22,
    {
      bytes: 4,
      parts: [
        [227, 0, 2],
        [228, 2, 2],
      ],
    },
  ],
  [
    NAT,
    {
      bytes: 13,
      parts: [
        [323, 0, 8],
        [283, 8, 4],
        [230, 12, 1],
      ],
    },
  ],
  [
    BLOCK,
    {
      bytes: 8,
      parts: [
        [361, 0, 2],
        [362, 2, 2],
        [363, 4, 2],
        [364, 6, 2],
      ],
    },
  ],
  [
    36,
    {
      bytes: 8,
      parts: [
        [235, 0, 4],
        [234, 4, 4],
      ],
    },
  ],
  [39, { bytes: 8, parts: [[148, 0, 8]] }],
]);

export interface FlowRecord {
  readonly template: Template;
  readonly bytes: Uint8Array;
  /** From and to of each field in `bytes`. */
  readonly spans: Int32Array;
  /** When the collector received it, µs; null where it does not say. */
  readonly receivedUs: number | null;
  readonly exporter: string | null;
}

const templates = new Map<string, Template>();

/** The record b[at, to) behind its 12-byte header, or a reason why it cannot be one. */
export function flowRecord(b: Uint8Array, at: number, to: number): FlowRecord | string {
  const u16 = (p: number): number => b[p]! | (b[p + 1]! << 8);
  const found = new Map<number, { from: number; length: number }>();
  for (let p = at; p < to; ) {
    if (p + 4 > to) return "it ends inside an extension's head";
    const length = u16(p + 2);
    if (length < 4 || p + length > to) return `extension ${u16(p)} of ${length} bytes does not fit in it`;
    found.set(u16(p), { from: p + 4, length: length - 4 });
    p += length;
  }
  const fields: { id: number; pen: number; from: number; length: number; six: boolean }[] = [];
  for (const [type, place] of found) {
    const known = EXTENSIONS.get(type);
    if (known && place.length < known.bytes) return `extension ${type} has ${place.length} bytes`;
    for (const [id, from, length, kind] of known?.parts ?? []) {
      if (type === GENERIC && id >= 152 && repeatsEvent(id, b, place.from, found)) continue;
      // A set of ports without an end is told by its step and count.
      if (type === BLOCK && u16(place.from + from) === 0 && id !== 361) continue;
      fields.push({ id, pen: 0, from: place.from + from, length, six: kind === "6" });
    }
    if (type === USER && place.length > 0)
      fields.push({ id: 40_000, pen: 0, from: place.from, length: place.length, six: false });
    if (type === NOKIA_STRING && place.length > 0)
      fields.push({ id: 93, pen: 637, from: place.from, length: place.length, six: false });
  }
  return assemble(b, fields, found);
}

/**
 * A NAT event has one time; nfdump repeats it as the flow's first and last, which would be read as a start that the log
 * never stated. A security event's first is its flow's, unless it is the event's own.
 */
function repeatsEvent(
  id: number,
  b: Uint8Array,
  generic: number,
  found: ReadonlyMap<number, { from: number }>,
): boolean {
  if (found.has(NAT)) return !found.has(NOKIA_STRING);
  const nsel = found.get(NSEL);
  if (!nsel) return false;
  if (id === 153) return true;
  for (let i = 0; i < 8; i++) if (b[generic + i] !== b[nsel.from + i]) return false;
  return true;
}

function assemble(
  b: Uint8Array,
  fields: readonly { id: number; pen: number; from: number; length: number; six: boolean }[],
  found: ReadonlyMap<number, { from: number; length: number }>,
): FlowRecord {
  const key = fields.map((f) => `${f.pen}/${f.id}:${f.length}`).join(" ");
  let template = templates.get(key);
  if (!template) {
    template = templateOf(fields);
    // Lengths of texts vary: what is kept is bounded.
    if (templates.size < 4096) templates.set(key, template);
  }
  const bytes = new Uint8Array(template.minimum);
  const spans = new Int32Array(2 * fields.length);
  let p = 0;
  fields.forEach((f, i) => {
    const text = f.id === 40_000 || f.pen !== 0;
    for (let k = 0; k < f.length; k++) {
      // Numbers are little-endian; an IPv6 address is two of them, the upper half first.
      const from = text ? k : f.six ? (k & 8) + 7 - (k & 7) : f.length - 1 - k;
      bytes[p + k] = b[f.from + from]!;
    }
    spans[2 * i] = p;
    spans[2 * i + 1] = p + f.length;
    p += f.length;
  });
  const received = word(b, found.get(GENERIC)?.from, 16);
  return {
    template,
    bytes,
    spans,
    receivedUs: received === null || received === 0 ? null : received * 1000,
    exporter: exporterOf(b, found),
  };
}

function word(b: Uint8Array, base: number | undefined, at: number): number | null {
  if (base === undefined) return null;
  let value = 0;
  for (let i = 7; i >= 0; i--) value = value * 256 + b[base + at + i]!;
  return Number.isSafeInteger(value * 1000) ? value : null;
}

function exporterOf(
  b: Uint8Array,
  found: ReadonlyMap<number, { from: number; length: number }>,
): string | null {
  const v4 = found.get(RECEIVED_V4);
  if (v4 && v4.length >= 4) return addressText(b.slice(v4.from, v4.from + 4).reverse(), 0, 4);
  const v6 = found.get(RECEIVED_V6);
  if (!v6 || v6.length < 16) return null;
  const upper = b.slice(v6.from, v6.from + 8).reverse();
  const lower = b.slice(v6.from + 8, v6.from + 16).reverse();
  return addressText(Uint8Array.from([...upper, ...lower]), 0, 16);
}

function templateOf(parts: readonly { id: number; pen: number; length: number }[]): Template {
  const at = new Map<number, number>();
  const enterprise = new Map<string, number>();
  let offset = 0;
  const fields: Field[] = parts.map(({ id, pen, length }, i) => {
    if (pen !== 0) enterprise.set(`${pen}/${id}`, i);
    else if (!at.has(id)) at.set(id, i);
    const field = { id, pen, length, element: elementOf(pen, id, length), offset };
    offset += length;
    return field;
  });
  return { id: 256, fields, options: false, minimum: offset, fixed: true, at, enterprise };
}

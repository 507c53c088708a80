// Where the groups of a layout's regular expression stand in a record's bytes. RE2 inside the database gives what a group
// took, not where; but what stands before a group can be a group too, and its length is the place. Of a group that is no
// piece of the whole (in an alternative, say) the place is known where its text occurs once in the line. A wrong place
// would be worse than none, so each is compared with the bytes before it is given.
import { latin1 } from "../../../record/bytes";
import type { Span } from "../../format";
import { BEFORE, type GroupKey, type LinePattern } from "./pattern";

const KIND: Partial<Record<GroupKey, Span["kind"]>> = {
  time: "time",
  start: "time",
  end: "time",
  srcIp: "srcIp",
  srcPort: "srcPort",
  dstIp: "dstIp",
  dstPort: "dstPort",
  publicIp: "publicIp",
  portLow: "port",
  portHigh: "port",
  insideIp: "insideIp",
  insidePort: "port",
  subscriber: "subscriber",
  protocol: "protocol",
};

/** The same expression with what stands before each piece as groups, which come first, the longest before all. */
export function placing(pattern: LinePattern): LinePattern {
  const { pieces, expression } = pattern;
  let out = BEFORE + "(".repeat(pieces.length);
  let at = BEFORE.length;
  for (const piece of pieces) {
    out += `${expression.slice(at, piece.at)})`;
    at = piece.at;
  }
  return {
    ...pattern,
    expression: out + expression.slice(at),
    groups: [...pieces.map(() => ({ key: null, field: "" })), ...pattern.groups],
    pieces: [],
  };
}

/** Spans of a record from what `placing(pattern)` found in its text: the whole, then each group. */
export function placed(
  pattern: LinePattern,
  record: Uint8Array,
  text: string,
  found: readonly string[],
): Span[] {
  if (found[0] === undefined || found[0] === "") return [];
  const n = pattern.pieces.length;
  const utf8 = new TextEncoder();
  const decoder = new TextDecoder();
  // Text that is no UTF-8 was taken byte for byte.
  const single = latin1(record, 0, record.length).startsWith(text);
  const size = (part: string): number => (single ? part.length : utf8.encode(part).length);
  const shown = (from: number, to: number): string =>
    single ? latin1(record, from, to) : decoder.decode(record.subarray(from, to));
  const before = new Map(pattern.pieces.map(({ group }, i) => [group, found[n - i]!]));
  const out: Span[] = [];
  pattern.groups.forEach(({ key }, group) => {
    const value = found[1 + n + group] ?? "";
    if (value === "") return;
    const head = before.get(group) ?? (once(text, value) ? text.slice(0, text.indexOf(value)) : null);
    if (head === null) return;
    const from = size(head);
    const to = from + size(value);
    if (to <= record.length && shown(from, to) === value)
      out.push({ from, to, kind: (key === null ? undefined : KIND[key]) ?? "other" });
  });
  return out.sort((a, b) => a.from - b.from);
}

const once = (text: string, value: string): boolean => text.indexOf(value) === text.lastIndexOf(value);

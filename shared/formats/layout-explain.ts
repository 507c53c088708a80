// Fields and spans of an access line that a layout has read, for the raw view and for formats that leave them in the
// evidence.
import { latin1 } from "../record/bytes";
import type { Span } from "./format";
import { COLON } from "./layout-bytes";
import type { LayoutLine } from "./layout-parser";
import { readable } from "./lines";

const TIMES: ReadonlySet<string> = new Set([
  "clf",
  "iso",
  "strftime",
  "epochSeconds",
  "epochMillis",
  "epochMicros",
]);
const KINDS: Readonly<Record<string, Span["kind"]>> = {
  port: "srcPort",
  local: "dstIp",
  localPort: "dstPort",
};

/** Fields and spans of the line that `layout` read last, in `b`. */
export function explainLine(
  layout: LayoutLine,
  b: Uint8Array,
): { fields: Record<string, string | number | null>; spans: Span[] } {
  const fields: Record<string, string | number | null> = {};
  const spans: Span[] = [];
  layout.steps.forEach((s, i) => {
    if (s.part === "literal") return;
    const from = layout.froms[i]!;
    const to = layout.tos[i]!;
    const isSource = i === layout.sourceStep;
    const kind = isSource ? "srcIp" : (KINDS[s.part] ?? (TIMES.has(s.part) ? "time" : "other"));
    if (s.joined) {
      let colon = to - 1;
      while (colon > from && b[colon] !== COLON) colon--;
      spans.push({ from, to: colon, kind }, { from: colon + 1, to, kind: isSource ? "srcPort" : "other" });
    } else spans.push({ from, to, kind });
    fields[s.name] = readable(latin1(b, from, to));
  });
  return { fields, spans };
}

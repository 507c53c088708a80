// The original bytes of a record, with the parts that were read out of it marked, as text or in hex. Nothing is stripped:
// a hidden character stands as a box, a byte that is no UTF-8 as \xNN.

import { useMemo } from "react";
import { Scroll } from "../parts/parts";
import { t } from "../words/words";
import { bytesText } from "./escape";
import { Evidence } from "./text";

export interface Span {
  readonly from: number;
  readonly to: number;
  readonly kind: string;
}

const partClass = (kind: string): string =>
  kind === "time" ? "part-time" : /ip|port/i.test(kind) ? "part-place" : "part";

export function RawText({ bytes, spans }: { bytes: Uint8Array; spans: readonly Span[] }) {
  const parts = useMemo(() => {
    const out: { from: number; text: string; kind: string | null }[] = [];
    let at = 0;
    for (const span of [...spans].sort((a, b) => a.from - b.from)) {
      if (span.from < at || span.to > bytes.length || span.to <= span.from) continue;
      if (span.from > at) out.push({ from: at, text: bytesText(bytes.subarray(at, span.from)), kind: null });
      out.push({ from: span.from, text: bytesText(bytes.subarray(span.from, span.to)), kind: span.kind });
      at = span.to;
    }
    if (at < bytes.length) out.push({ from: at, text: bytesText(bytes.subarray(at)), kind: null });
    return out;
  }, [bytes, spans]);
  return (
    <Scroll label={t("Original bytes as text")} className="bytes">
      {parts.map((part) => (
        <span
          key={part.from}
          className={part.kind ? partClass(part.kind) : undefined}
          title={part.kind ?? undefined}
        >
          <Evidence text={part.text} />
        </span>
      ))}
    </Scroll>
  );
}

const WIDTH = 16;

export function RawHex({ bytes, base }: { bytes: Uint8Array; base: number }) {
  const lines = useMemo(() => {
    const out: string[] = [];
    for (let at = 0; at < bytes.length; at += WIDTH) {
      const part = [...bytes.subarray(at, at + WIDTH)];
      const hex = part.map((byte) => byte.toString(16).padStart(2, "0"));
      const left = hex.slice(0, 8).join(" ").padEnd(23);
      const right = hex.slice(8).join(" ").padEnd(23);
      const text = part.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
      out.push(`${(base + at).toString(16).padStart(8, "0")}  ${left}  ${right}  ${text}`);
    }
    return out.join("\n");
  }, [bytes, base]);
  return (
    <Scroll label={t("Original bytes in hex")} className="bytes hex">
      {lines}
    </Scroll>
  );
}

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

interface Cell {
  readonly at: number;
  readonly hex: string;
  readonly text: string;
  readonly span: Span | null;
}
/** Neighbours of one span, so that its mark is one line under all of them. */
const runsOf = (cells: readonly Cell[]): Cell[][] =>
  cells.reduce<Cell[][]>((runs, cell) => {
    const last = runs.at(-1);
    if (last?.[0] && last[0].span === cell.span) last.push(cell);
    else runs.push([cell]);
    return runs;
  }, []);

/** Sixteen bytes a line: their offset in the file, their values, their letters, each with the part that it belongs to. */
export function RawHex({ bytes, spans, base }: { bytes: Uint8Array; spans: readonly Span[]; base: number }) {
  const lines = useMemo(() => {
    const of: (Span | null)[] = new Array(bytes.length).fill(null);
    for (const span of spans)
      for (let i = Math.max(0, span.from); i < Math.min(span.to, bytes.length); i++) of[i] ??= span;
    const cells = Array.from(
      bytes,
      (byte, at): Cell => ({
        at,
        hex: byte.toString(16).padStart(2, "0"),
        text: byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".",
        span: of[at] ?? null,
      }),
    );
    const out: Cell[][] = [];
    for (let at = 0; at < cells.length; at += WIDTH) out.push(cells.slice(at, at + WIDTH));
    return out;
  }, [bytes, spans]);
  // The wider gap in the middle, and blanks to the letters where the last line is short.
  const gap = (cell: Cell): string => (cell.at % WIDTH === 0 ? "" : cell.at % WIDTH === 8 ? "  " : " ");
  const marked = (line: readonly Cell[], show: (run: readonly Cell[]) => string) =>
    runsOf(line).map((run) => {
      const [first] = run;
      const kind = first?.span?.kind;
      return (
        <span key={first?.at} className={kind ? partClass(kind) : undefined} title={kind}>
          {show(run)}
        </span>
      );
    });
  return (
    <Scroll label={t("Original bytes in hex")} className="bytes hex">
      {lines.map((line) => {
        const at = line[0]?.at ?? 0;
        const width = line.reduce((sum, cell) => sum + gap(cell).length + 2, 0);
        return (
          <div key={at}>
            {(base + at).toString(16).padStart(8, "0")}
            {"  "}
            {runsOf(line).map((run) => (
              <span key={run[0]?.at}>
                {run[0] ? gap(run[0]) : ""}
                {marked(run, (cells) =>
                  cells.map((cell, i) => (i === 0 ? "" : gap(cell)) + cell.hex).join(""),
                )}
              </span>
            ))}
            {" ".repeat(3 * WIDTH - width + 2)}
            {marked(line, (cells) => cells.map((cell) => cell.text).join(""))}
          </div>
        );
      })}
    </Scroll>
  );
}

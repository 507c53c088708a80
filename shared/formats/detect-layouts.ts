// How well compiled layouts explain a sample.

import { ProductError } from "../errors";
import { TimeReader } from "../time/reader";
import { NOT_THIS, tellingLines } from "./detect";
import type { Detection, ParseOptions, Question, Sample } from "./format";
import type { Layout } from "./layout";
import { LayoutLine } from "./layout-parser";
import { latin1Bytes } from "./lines";
import { readSyslog } from "./syslog";
import { unwrapLine } from "./wrapper";

/** Share of lines that one of the layouts fits in whole, with the question that times without offset leave open. */
export function detectStampless(
  sample: Sample,
  options: ParseOptions,
  layouts: readonly Layout[],
  specificity: number,
  what: string,
  tried = false,
): Detection {
  const lines = tellingLines(sample);
  let found = 0;
  const questions: Question[] = [];
  const open = layouts.map((layout) => new LayoutLine(layout, new TimeReader(options), tried));
  // With a layout that has no zone the times read the same under any; the question is asked once.
  const blind = layouts.map(
    (layout) => new LayoutLine(layout, new TimeReader({ zone: { kind: "unknown" }, year: 2000 }), tried),
  );
  let likely = 0;
  for (const { text, line } of lines) {
    let bytes = latin1Bytes(text);
    let at = blind[likely]!.read(bytes, 0, bytes.length, line) ? likely : -1;
    if (at < 0) at = blind.findIndex((l) => l.read(bytes, 0, bytes.length, line));
    if (at < 0 && /[ \t]$/.test(text)) {
      // Blanks that an export put at the line's end, as the parser passes over them.
      bytes = latin1Bytes(text.trimEnd());
      at = blind.findIndex((l) => l.read(bytes, 0, bytes.length, line));
    }
    if (at < 0) {
      const inner = unwrapLine(text, readSyslog);
      const message = inner.head?.message ?? inner.wrapped?.message;
      if (message) {
        bytes = latin1Bytes(message);
        at = blind.findIndex((l) => l.read(bytes, 0, bytes.length, line));
      }
    }
    if (at < 0) continue;
    likely = at;
    found++;
    if (questions.length < 2) {
      try {
        open[at]!.read(bytes, 0, bytes.length, line);
      } catch (error) {
        if (!(error instanceof ProductError)) throw error;
        const kind = error.message.includes("year") ? "year" : "zone";
        if (!questions.some((q) => q.kind === kind)) questions.push({ kind, text: error.message, line });
      }
    }
  }
  if (found === 0) return NOT_THIS;
  return {
    score: found / lines.length,
    reasons: [`${found} of ${lines.length} lines are ${what}.`],
    specificity,
    questions,
  };
}

// Helpers for `detect`: what share of a sample's lines a format explains, in sentences an analyst can check. Lines that
// begin with "#" and blank lines say nothing about a format and do not count.

import { stampQuestions } from "../time/reader";
import type { Stamp } from "../time/stamp";
import { arrayLine, bundled } from "./bundle";
import type { Detection, ParseOptions, Question, Sample } from "./format";
import { ObjectLines, onOneLine } from "./object-lines";
import { readSyslog, type SyslogHead } from "./syslog";
import { unwrapLine } from "./wrapper";

export const NOT_THIS: Detection = { score: 0, reasons: [], specificity: 0 };

/** Lines of a sample that say something, the likes of a thousand being enough. */
export function tellingLines(sample: Sample, limit = 1000): { text: string; line: number }[] {
  const out: { text: string; line: number }[] = [];
  const objects = new ObjectLines();
  for (let i = 0; i < sample.lines.length && out.length < limit; i++) {
    let text = sample.lines[i]!;
    if (i === 0 && text.startsWith("\xef\xbb\xbf")) text = text.slice(3);
    let fed = objects.feed(text.trimEnd(), i + 1, 0, 0);
    if (typeof fed === "object" && "done" in fed) {
      const object = onOneLine(fed.done.text);
      if (object !== null)
        for (const entry of bundled(object) ?? [object]) out.push({ text: entry, line: fed.done.line });
      if (fed.again) fed = objects.feed(text.trimEnd(), i + 1, 0, 0);
    }
    if (fed !== "other" || text.trim() === "" || text.startsWith("#")) continue;
    const line = arrayLine(text.trimEnd());
    for (const entry of bundled(line) ?? [line === text.trimEnd() ? text : line])
      out.push({ text: entry, line: i + 1 });
  }
  return out;
}

export interface LineFinding {
  /** The line belongs to the record before it: it counts for the format as that one does. */
  readonly continuation?: boolean;
  /** The time found, for the questions that it leaves open; null where the line has none. */
  readonly stamp: Stamp | null;
}

/** Share of the lines for which `find` finds the format, with the questions that their times leave open. */
export function detectLines(
  sample: Sample,
  options: ParseOptions,
  what: string,
  specificity: number,
  find: (text: string, before: string | null) => LineFinding | null,
): Detection {
  const lines = tellingLines(sample);
  let found = 0;
  const stamps: Stamp[] = [];
  let first: number | undefined;
  let before: string | null = null;
  let taken = false;
  for (const { text, line } of lines) {
    const finding = find(text, before);
    if (!finding?.continuation) before = text;
    else if (!taken) continue;
    taken = finding !== null;
    if (!finding) continue;
    found++;
    if (finding.stamp) {
      if (first === undefined && (finding.stamp.yearless || finding.stamp.offsetUs === null)) first = line;
      stamps.push(finding.stamp);
    }
  }
  if (found === 0) return NOT_THIS;
  return {
    score: found / lines.length,
    reasons: [`${found} of ${lines.length} lines are ${what}.`],
    specificity,
    questions: stampQuestions(stamps, options, first),
  };
}

/** Detection of a format that is one program's lines in a syslog file, where other programs' lines may stand between. */
export function detectProgram(
  sample: Sample,
  options: ParseOptions,
  what: string,
  isProgram: (head: SyslogHead) => boolean,
  headless?: (message: string) => unknown,
): Detection {
  const lines = tellingLines(sample);
  let found = 0;
  let heads = 0;
  const stamps: Stamp[] = [];
  let first: number | undefined;
  const others = new Set<string>();
  for (const { text, line } of lines) {
    const { head, wrapped } = unwrapLine(text, readSyslog);
    if (!head) {
      if (headless?.(wrapped?.message ?? text)) {
        found++;
        heads++;
        if (wrapped?.stamp) stamps.push(wrapped.stamp);
      }
      continue;
    }
    heads++;
    // The first line's own year is asked for, whoever wrote the line: the tracker runs over all of them.
    if (head.stamp) {
      if (first === undefined && (head.stamp.yearless || head.stamp.offsetUs === null)) first = line;
      stamps.push(head.stamp);
    }
    if (isProgram(head)) found++;
    else if (head.program && others.size < 4) others.add(head.program);
  }
  if (found === 0) return NOT_THIS;
  const share = found / lines.length;
  const reasons = [`${found} of ${lines.length} lines are syslog from ${what}.`];
  if (others.size > 0) reasons.push(`Other programs write in it too: ${[...others].join(", ")}.`);
  // In a mixed file each program has its share only; a file that is syslog throughout still holds this format for certain.
  const score = heads === lines.length ? Math.max(share, 0.5 + share * 0.5) : share;
  return { score, reasons, specificity: 3, questions: stampQuestions(stamps, options, first) };
}

/** Merges questions of the same kind, keeping the first. */
export function uniqueQuestions(questions: readonly Question[]): Question[] {
  return questions.filter((q, i) => questions.findIndex((other) => other.kind === q.kind) === i);
}

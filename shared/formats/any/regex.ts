// Text that no other format reads, by a regular expression of the analyst's own: a server's events or an operator's
// mappings, a line a record. Nothing is guessed: without such a layout this format claims no file.

import { ProductError } from "../../errors";
import { stampQuestions } from "../../time/reader";
import type { Stamp } from "../../time/stamp";
import type { Detection, Format, ParseOptions, Sample } from "../format";
import { PatternParser } from "./regex/parser";
import { isPattern, patternOf, roleOf } from "./regex/pattern";
import { readTime } from "./regex/times";

const format: Format = {
  id: "regex",
  title: "Text by a regular expression (--layout re:...)",
  role: "server",
  roles: ["server", "nat", "subscriber"],
  byPattern: true,
  gives: {
    port: "when-configured",
    precision: "that of the digits written",
    timeMeans: "connect",
    writes: "truncates",
    year: true,
    zone: "when-configured",
  },
  source: "RE2 syntax (google/re2, wiki/Syntax)",
  detect,
  open: (options) => {
    if (!isPattern(options.layout))
      throw new ProductError(
        "usage",
        "This format needs a regular expression.",
        "Give --layout 're:EXPRESSION' with named groups: (?<src_ip>...), (?<src_port>...), (?<time>...).",
      );
    return new PatternParser(patternOf(options.layout), options);
  },
};
export default format;

function detect(sample: Sample, options: ParseOptions): Detection {
  const { layout } = options;
  const { matched } = sample;
  if (!isPattern(layout) || matched === undefined) return { score: 0, reasons: [], specificity: 10 };
  const pattern = patternOf(layout);
  const lines = sample.lines.filter((line) => line.trim() !== "").length;
  const fits = matched[0]?.filter((text) => text !== "").length ?? 0;
  const times: Stamp[] = [];
  let first: number | undefined;
  pattern.groups.forEach(({ key }, i) => {
    if (key !== "time" && key !== "start" && key !== "end") return;
    matched[i + 1]?.forEach((text, k) => {
      const stamp = text === "" ? null : readTime(pattern, text);
      if (stamp === null) return;
      if (stamp.offsetUs === null || stamp.yearless !== null) first = Math.min(first ?? k + 1, k + 1);
      times.push(stamp);
    });
  });
  return {
    // A layout given by hand chooses, also where most lines are others.
    score: 1,
    reasons: [`the regular expression fits ${fits} of ${lines} lines`],
    specificity: 10,
    layout,
    role: roleOf(pattern.groups) ?? "server",
    questions: stampQuestions(times, options, first),
  };
}

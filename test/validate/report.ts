// The validation report, in Markdown and as PDF/A: summary, what missed its target, tables.
import { compilePdf } from "../../electron/engine/report/compile";
import template from "./report.typ?raw";
import { covered, type Line, recall, segmentsOf, sum, type Table, tablesOf, widthRatio } from "./tables";

export interface Report {
  readonly title: string;
  readonly lead: readonly string[];
  readonly missed: readonly string[];
  readonly tables: readonly Table[];
}

/** A share of few segments says little: no coverage is judged below this many. */
const JUDGED_SEGMENTS = 40;

export function reportOf(lines: readonly Line[], version: string, seed: number): Report {
  const outcomes = lines.flatMap((l) => l.outcomes);
  const clocks = lines.flatMap((l) => l.clocks);
  const unrelated = lines.filter((l) => !l.scenario.related);
  const refused = [...unrelated.flatMap((l) => l.outcomes), ...unrelated.flatMap((l) => l.clocks)];
  const unique = sum(outcomes.map((o) => o.ours.unique));
  const wrong = sum(outcomes.map((o) => o.ours.wrongUnique));
  return {
    title: "Validation report",
    lead: [
      `Portwitness ${version}; worlds from seed ${seed}: ${outcomes.length} through the whole program with ${sum(outcomes.map((o) => o.ours.events))} events attributed, and ${clocks.length} through the estimators alone.`,
      `${unique} answers were \`unique\`, ${wrong} of them wrong. Of ${refused.length} sources without shared traffic ${refused.filter((o) => o.refused).length} were refused.`,
      "Every figure comes from simulated worlds with known truth (test/simulate, which shares no code with the program), written in real formats and taken through import, calibration and attribution by the program itself. The assumptions stand in test/simulate/assumptions.md, written before the run. Figures for worlds say nothing of evidence that breaks the assumptions in ways not tried here.",
    ],
    missed: lines.flatMap(missedBy),
    tables: tablesOf(lines),
  };
}

function missedBy(line: Line): string[] {
  const { scenario, outcomes, clocks } = line;
  const out: string[] = [];
  const wrong = sum(outcomes.map((o) => o.ours.wrongUnique));
  if (wrong > 0) out.push(`${scenario.name}: ${wrong} wrong unique answers.`);
  const accepted = [...outcomes, ...clocks].filter((o) => !o.refused).length;
  if (!scenario.related) {
    if (accepted > 0) out.push(`${scenario.name}: ${accepted} sources without shared traffic were accepted.`);
    return out;
  }
  if (!scenario.assumed) return out;
  const segments = segmentsOf(line);
  const share = segments.filter(covered).length / segments.length;
  if (segments.length >= JUDGED_SEGMENTS && (share < 0.93 || share > 0.99)) {
    out.push(
      `${scenario.name}: the stated 95 % covers ${(100 * share).toFixed(1)} % of ${segments.length} segments.`,
    );
  }
  const beyond = segments.filter((s) => s.worstUs > s.guardUs).length;
  if (beyond > 0) out.push(`${scenario.name}: the guard missed the truth in ${beyond} segments.`);
  const ratio = widthRatio(clocks);
  if (ratio > 2)
    out.push(`${scenario.name}: the stated half-width is ${ratio.toFixed(2)} times the ideal one.`);
  const found = recall(outcomes);
  if (found < 0.95)
    out.push(`${scenario.name}: ${(100 * found).toFixed(1)} % of the oracle's unique answers were given.`);
  return out;
}

const tableText = ({ head, rows }: Table): string =>
  [
    `| ${head.join(" | ")} |`,
    `|${head.map((_, i) => (i === 0 ? "---" : "---:")).join("|")}|`,
    ...rows.map((r) => `| ${r.join(" | ")} |`),
  ].join("\n");

export function markdown(report: Report): string {
  const missed =
    report.missed.length === 0 ? "Every target was met." : report.missed.map((m) => `- ${m}`).join("\n");
  const tables = report.tables.map((t) => `## ${t.title}\n\n${t.text}\n\n${tableText(t)}`);
  return `${[`# ${report.title}`, ...report.lead, `## Targets missed\n\n${missed}`, ...tables].join("\n\n")}\n`;
}

/** `timestamp`: seconds since the epoch, the date in the PDF's metadata. */
export function pdf(report: Report, timestamp: number): Buffer {
  const plain = (text: string): string => text.replaceAll("`", "");
  return compilePdf(
    template,
    {
      ...report,
      lead: report.lead.map(plain),
      tables: report.tables.map((t) => ({ ...t, text: plain(t.text) })),
    },
    { timestamp },
  );
}

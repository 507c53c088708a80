// The validation report: by scenario, how often a wrong name was given and how sure that figure is, what was answered at
// all, and whether the clock's stated uncertainty held. For a laboratory's file (ISO 17025) and a court's error rate.
import type { Scenario } from "../simulate/scenarios";
import type { Baseline, Outcome, Verdicts } from "./world";

export interface Line {
  readonly scenario: Scenario;
  readonly outcomes: readonly Outcome[];
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const percent = (part: number, whole: number): string =>
  whole === 0 ? "-" : `${((100 * part) / whole).toFixed(2)} %`;
const seconds = (us: number): string => (Number.isNaN(us) ? "-" : `${(us / 1e6).toFixed(3)} s`);
const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? Number.NaN : sorted[sorted.length >> 1]!;
};

/**
 * Upper 95 % bound of a share whose errors come in clusters: worlds, not answers, are independent. With none wrong it is
 * the rule of three over worlds (the share of worlds with any wrong answer), else the mean of the worlds' shares and 1.645
 * of its standard errors.
 */
export function clusteredBound(wrong: readonly number[], all: readonly number[]): number {
  const worlds = all.filter((n) => n > 0).length;
  if (worlds === 0) return 1;
  const rate = sum(wrong) / sum(all);
  if (rate === 0) return Math.min(1, 3 / worlds);
  const mean = sum(all) / all.length;
  const spread = sum(wrong.map((w, i) => ((w - rate * all[i]!) / mean) ** 2)) / Math.max(1, worlds - 1);
  return Math.min(1, rate + 1.645 * Math.sqrt(spread / worlds));
}

const total = (outcomes: readonly Outcome[], pick: (v: Verdicts) => number): number =>
  sum(outcomes.map((o) => pick(o.ours)));
const baseline = (outcomes: readonly Outcome[], pick: (o: Outcome) => Baseline): string => {
  const named = sum(outcomes.map((o) => pick(o).named));
  return named === 0 ? "names none" : percent(sum(outcomes.map((o) => pick(o).wrong)), named);
};

function verdictRow({ scenario, outcomes }: Line): string[] {
  const events = total(outcomes, (v) => v.events);
  const unique = total(outcomes, (v) => v.unique);
  const wrong = total(outcomes, (v) => v.wrongUnique);
  const solved = outcomes.filter((o) => o.oracle !== null);
  const oracle = sum(solved.map((o) => o.oracle!.unique));
  return [
    scenario.name,
    String(outcomes.length),
    String(outcomes.filter((o) => o.refused).length),
    String(events),
    String(unique),
    String(wrong),
    unique === 0
      ? "-"
      : `${(
          100 *
            clusteredBound(
              outcomes.map((o) => o.ours.wrongUnique),
              outcomes.map((o) => o.ours.unique),
            )
        ).toFixed(2)} %`,
    percent(unique, events),
    percent(sum(solved.map((o) => o.ours.unique)), oracle),
    percent(
      total(outcomes, (v) => v.only),
      events,
    ),
    String(total(outcomes, (v) => v.wrongOnly)),
    percent(
      total(outcomes, (v) => v.ambiguous),
      events,
    ),
    baseline(outcomes, (o) => o.nearest),
    baseline(outcomes, (o) => o.median),
  ];
}

function clockRow({ scenario, outcomes }: Line): string[] {
  const segments = outcomes.flatMap((o) => o.segments);
  const n = segments.length;
  return [
    scenario.name,
    String(n),
    percent(segments.filter((s) => s.covered).length, n),
    percent(segments.filter((s) => s.guarded).length, n),
    String(sum(outcomes.map((o) => o.unguarded))),
    seconds(median(segments.map((s) => s.uncertaintyUs))),
    seconds(median(segments.map((s) => s.guardUs))),
  ];
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [
    `| ${head.join(" | ")} |`,
    `|${head.map((_, i) => (i === 0 ? "---" : "---:")).join("|")}|`,
    ...rows.map((r) => `| ${r.join(" | ")} |`),
  ].join("\n");

export function report(lines: readonly Line[], version: string, seed: number): string {
  const all = lines.flatMap((l) => l.outcomes);
  const related = lines.filter((l) => l.scenario.related);
  const unrelated = lines.filter((l) => !l.scenario.related).flatMap((l) => l.outcomes);
  return `# Validation report

Portwitness ${version}; worlds from seed ${seed}; ${all.length} worlds, ${total(all, (v) => v.events)} events, ${total(all, (v) => v.unique)} \`unique\` answers, of which ${total(all, (v) => v.wrongUnique)} wrong.
Sources without shared traffic: ${unrelated.filter((o) => o.refused).length} of ${unrelated.length} refused.

Every figure comes from simulated worlds with known truth (\`test/simulate\`, which shares no code with the program), written in real formats and taken through import, calibration and attribution by the program itself. The assumptions stand in \`test/simulate/assumptions.md\`. Figures for worlds say nothing of evidence that breaks them in ways not tried here.

## Verdicts
Bound: upper 95 % limit of the share of wrong \`unique\` answers; with none wrong it is the rule of three over worlds, since answers of one world are not independent. Oracle: \`unique\` answers as a share of those that the same rules give with a right clock. Nearest: share of wrong names of the record nearest in time, uncorrected. Median: the same after correction by the median difference (three anchors or more, MAD below a minute).

${table(["scenario", "worlds", "refused", "events", "unique", "wrong", "bound", "unique / events", "of the oracle", "only", "wrong only", "ambiguous", "nearest wrong", "median wrong"], lines.map(verdictRow))}

## Clocks
Covered: segments whose true offset stayed within the stated 95 % half-width over all of their lines. Guarded: the same for the guard that attribution uses. Unguarded lines: lines whose true offset lay in the guard of no segment used for them.

${table(["scenario", "segments", "covered", "guarded", "unguarded lines", "95 % (median)", "guard (median)"], related.map(clockRow))}
`;
}

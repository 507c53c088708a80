// The validation's figures as tables, by scenario: what a laboratory files (ISO 17025) and a court asks for (an error rate
// and how sure it is). One source for the Markdown and the PDF.
import type { Scenario } from "../simulate/scenarios";
import type { ClockOutcome, SegmentOutcome } from "./clock";
import type { Baseline, Outcome, Verdicts } from "./world";

/** Outcomes of one scenario: worlds through the whole program, and worlds through the estimators alone. */
export interface Line {
  readonly scenario: Scenario;
  readonly outcomes: readonly Outcome[];
  readonly clocks: readonly ClockOutcome[];
}

export interface Table {
  readonly title: string;
  readonly text: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const percent = (part: number, whole: number, digits = 1): string =>
  whole === 0 ? "-" : `${((100 * part) / whole).toFixed(digits)} %`;
const median = (values: readonly number[]): number => {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted.length === 0 ? Number.NaN : sorted[sorted.length >> 1]!;
};
const seconds = (us: number): string => (Number.isNaN(us) ? "-" : `${(us / 1e6).toPrecision(3)} s`);

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

const baseline = (outcomes: readonly Outcome[], pick: (o: Outcome) => Baseline): string[] => {
  const named = sum(outcomes.map((o) => pick(o).named));
  const wrong = sum(outcomes.map((o) => pick(o).wrong));
  return [String(named), percent(wrong, named)];
};

function verdictRow({ scenario, outcomes }: Line): string[] {
  const unique = total(outcomes, (v) => v.unique);
  const bound = clusteredBound(
    outcomes.map((o) => o.ours.wrongUnique),
    outcomes.map((o) => o.ours.unique),
  );
  return [
    scenario.name,
    scenario.assumed ? "held" : "broken",
    String(outcomes.length),
    String(outcomes.filter((o) => o.refused).length),
    String(total(outcomes, (v) => v.events)),
    String(unique),
    String(total(outcomes, (v) => v.wrongUnique)),
    unique === 0 ? "-" : percent(bound, 1, 2),
    String(total(outcomes, (v) => v.only)),
    String(total(outcomes, (v) => v.wrongOnly)),
  ];
}

/** `unique` as a share of the oracle's, over worlds that were not refused; NaN where the oracle names none. */
export function recall(outcomes: readonly Outcome[]): number {
  const solved = outcomes.filter((o) => o.oracle !== null);
  const oracle = sum(solved.map((o) => o.oracle!.unique));
  return oracle === 0 ? Number.NaN : sum(solved.map((o) => o.ours.unique)) / oracle;
}

function answerRow({ scenario, outcomes }: Line): string[] {
  const events = total(outcomes, (v) => v.events);
  const share = recall(outcomes);
  return [
    scenario.name,
    percent(
      total(outcomes, (v) => v.unique),
      events,
    ),
    Number.isNaN(share) ? "-" : percent(share, 1),
    percent(
      total(outcomes, (v) => v.only),
      events,
    ),
    percent(
      total(outcomes, (v) => v.ambiguous),
      events,
    ),
    percent(
      total(outcomes, (v) => v.none),
      events,
    ),
    percent(
      total(outcomes, (v) => v.outside),
      events,
    ),
    ...baseline(outcomes, (o) => o.nearest),
    ...baseline(outcomes, (o) => o.median),
  ];
}

export const covered = (s: SegmentOutcome): boolean => s.worstUs <= s.uncertaintyUs;
const guarded = (s: SegmentOutcome): boolean => s.worstUs <= s.guardUs;

/** Median over worlds of the stated half-width against the ideal estimator's on the same world; NaN where not computed. */
export function widthRatio(clocks: readonly ClockOutcome[]): number {
  return median(
    clocks.map(
      (c) => median(c.segments.map((s) => s.uncertaintyUs)) / median(c.idealUs.filter((u) => u > 0)),
    ),
  );
}

/** Segments of both kinds of worlds. */
export const segmentsOf = (line: Line): SegmentOutcome[] => [
  ...line.outcomes.flatMap((o) => o.segments),
  ...line.clocks.flatMap((c) => c.segments),
];

function clockRow(line: Line): string[] {
  const segments = segmentsOf(line);
  const folds = line.clocks.flatMap((c) => c.folds);
  const ratio = widthRatio(line.clocks);
  const refused = line.clocks.filter((c) => c.refused).length + line.outcomes.filter((o) => o.refused).length;
  return [
    line.scenario.name,
    String(line.clocks.length + line.outcomes.length),
    String(refused),
    String(segments.length),
    percent(segments.filter(covered).length, segments.length),
    seconds(median(segments.map((s) => s.uncertaintyUs))),
    Number.isNaN(ratio) ? "-" : ratio.toFixed(2),
    `${segments.filter(guarded).length} / ${segments.length}`,
    `${folds.filter((f) => f <= 1).length} / ${folds.length}`,
    seconds(median(segments.map((s) => s.guardUs))),
    String(sum(line.outcomes.map((o) => o.unguarded))),
  ];
}

export function tablesOf(lines: readonly Line[]): Table[] {
  const whole = lines.filter((l) => l.outcomes.length > 0);
  const related = lines.filter((l) => l.scenario.related);
  const tables: Table[] = [];
  if (whole.length > 0) {
    tables.push(
      {
        title: "Names",
        text: "Assumptions: whether the scenario keeps to those of the method. Bound: upper 95 % limit of the share of wrong `unique` answers, by worlds, since answers of one world are not independent; with none wrong it is the rule of three over worlds that gave any.",
        head: [
          "scenario",
          "assumptions",
          "worlds",
          "refused",
          "events",
          "unique",
          "wrong",
          "bound",
          "only",
          "wrong only",
        ],
        rows: whole.map(verdictRow),
      },
      {
        title: "Answers, the oracle and two baselines",
        text: "Of the oracle: `unique` answers as a share of those that the same rules give where both clocks are right, in worlds that were not refused. Nearest: names given by the record nearest in time, uncorrected, and the share of them that is wrong. Median: the same after correction by the median difference (three anchors or more, MAD below a minute).",
        head: [
          "scenario",
          "unique",
          "of the oracle",
          "only",
          "ambiguous",
          "none",
          "out of range",
          "nearest names",
          "wrong",
          "median names",
          "wrong",
        ],
        rows: whole.map(answerRow),
      },
    );
  }
  tables.push({
    title: "Clocks",
    text: "Covered: segments whose true offset stayed within the stated 95 % half-width over all of their lines. Ratio: median over worlds of that half-width against the ideal estimator's, which is told every law of the scenario's noise, each connection's mapping and the clock's changes. Guard: segments, and fits with a fold left out, whose truth stayed within the guard that attribution uses. Unguarded: lines through the whole program whose true offset lay in the guard of no segment used for them.",
    head: [
      "scenario",
      "worlds",
      "refused",
      "segments",
      "covered",
      "95 % (median)",
      "ratio",
      "guard",
      "guard, folds",
      "guard (median)",
      "unguarded",
    ],
    rows: related.map(clockRow),
  });
  return tables;
}

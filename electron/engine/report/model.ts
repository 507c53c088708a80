// What the report says, as data. Every figure and sentence is made here and in ./build.ts, in the case's language; the
// template (report.typ) only sets them. Times are already written, with their zone; texts from evidence are already escaped.

export interface Cell {
  readonly label: string;
  readonly value: string;
  /** Set where the value is a quotation from evidence or a hash: monospaced. */
  readonly mono?: boolean;
}

/** A sentence of the ledger or the engine, as the report's reader is to see it. */
export interface LedgerText {
  readonly text: string;
  /** Where it had to stay in the ledger's own English, in a report of another language. */
  readonly foreign: boolean;
}

export interface VerdictShare {
  readonly verdict: string;
  readonly count: string;
  readonly share: string;
  readonly means: string;
}

export interface EvidenceEntry {
  readonly name: string;
  readonly source: string;
  readonly cells: readonly Cell[];
}

/** Whether a server's log holds what the question needs. */
export interface ReadinessEntry {
  readonly source: string;
  readonly cells: readonly Cell[];
  /** What stands between the log and an attribution; empty where nothing does. */
  readonly missing: readonly LedgerText[];
}

/** Fractions 0..1 of the plot's width and height, from the lower left corner. */
export interface Plot {
  readonly points: readonly (readonly [number, number])[];
  /** Line of the calibration and its 95 % band, as polylines per segment: [x, low, middle, high]. */
  readonly bands: readonly (readonly (readonly [number, number, number, number])[])[];
  readonly xLabels: readonly string[];
  readonly yLabels: readonly string[];
  readonly caption: string;
  readonly alt: string;
}

export interface ClockEntry {
  readonly title: string;
  /** In the case's language. */
  readonly summary: readonly string[];
  /** As the ledger has it. */
  readonly statement: LedgerText;
  readonly cells: readonly Cell[];
  readonly segments: readonly (readonly string[])[];
  readonly plot: Plot | null;
  /** Act, method, reference, offsets, outcome of each that was tried; empty where it is the only one. */
  readonly tried: readonly (readonly string[])[];
}

export interface Lane {
  readonly party: string;
  /** Fractions of the timeline's width; certain is empty where from >= to. */
  readonly possible: readonly [number, number];
  readonly certain: readonly [number, number];
  readonly note: string;
}

export interface EventEntry {
  readonly line: string;
  readonly time: string;
  readonly address: string;
  readonly port: string;
  readonly verdict: string;
  readonly rule: string;
  readonly answer: string;
  readonly flip: string;
}

export interface EventStatement {
  readonly title: string;
  readonly verdict: string;
  readonly verdictSentence: string;
  readonly cells: readonly Cell[];
  readonly candidates: readonly (readonly string[])[];
  /** Holders before and after where no mapping meets the interval; never candidates. */
  readonly nearest: readonly (readonly string[])[];
  readonly lanes: readonly Lane[];
  readonly interval: readonly [number, number];
  readonly laneLabels: readonly string[];
  readonly alt: string;
}

export interface RunEntry {
  readonly title: string;
  readonly basis: readonly Cell[];
  readonly verdicts: readonly VerdictShare[];
  readonly events: readonly EventEntry[];
  readonly shown: string;
  /** Set where the rows are too many to stand among the results: they follow in the annex. */
  readonly annexed: boolean;
  readonly completeness: readonly LedgerText[];
}

export interface ReportModel {
  readonly lang: string;
  readonly words: Readonly<Record<string, string>>;
  readonly caseTitle: string;
  readonly date: string;
  readonly head: readonly Cell[];
  readonly question: string;
  readonly answer: readonly string[];
  /** Rule of evidence 14: what a result names and does not name. */
  readonly names: readonly string[];
  readonly method: readonly string[];
  readonly evidence: readonly EvidenceEntry[];
  readonly clocks: readonly ClockEntry[];
  readonly runs: readonly RunEntry[];
  readonly statements: readonly EventStatement[];
  readonly statementsShown: string;
  readonly limits: readonly string[];
  readonly readiness: readonly ReadinessEntry[];
  /** Act, examiner, what was reviewed, agreement or dissent, reason. */
  readonly reviews: readonly (readonly string[])[];
  /** Acts covered, time, authority, whether the chain ends in a certificate that was given. */
  readonly stamps: readonly (readonly string[])[];
  readonly rejects: readonly (readonly string[])[];
  readonly rejectsShown: string;
  readonly acts: readonly (readonly string[])[];
  readonly actsShown: string;
  readonly appendix: readonly {
    readonly title: string;
    readonly rows: readonly (readonly [string, string])[];
  }[];
}

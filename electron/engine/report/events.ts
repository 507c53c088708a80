// The results of the report: each run with its counts and rows, and one page for each event where few enough are selected.
import { type AttributionRow, VERDICTS, type Verdict } from "../../../shared/contract/attribution";
import { detailOf } from "../attribution/detail";
import type { RunBody } from "../attribution/results";
import type { ExhibitContext } from "../exhibit/context";
import { partyKey } from "../exhibit/parties";
import { isAnswer, type Run, resultsOf } from "../exhibit/runs";
import type { Cell, EventEntry, EventStatement, Lane, RunEntry } from "./model";
import { count, instant, printable, share, signedSeconds } from "./text";
import { ledgerText, type Words } from "./words";

/** Rows printed of one run; the rest stands in attribution.csv, and the report says so. */
const ROWS_SHOWN = 200;
/** Beyond this many selected events no page for each is made: whoever charges events selects them with --events. */
export const STATEMENTS_LIMIT = 40;

const zeroed = (): Record<Verdict, number> => ({
  unique: 0,
  only: 0,
  ambiguous: 0,
  none: 0,
  "out-of-range": 0,
  "no-port": 0,
});

export interface RunReport {
  readonly entry: RunEntry;
  readonly counts: Record<Verdict, number>;
  readonly total: number;
  readonly rows: readonly AttributionRow[];
}

export async function runReport(
  context: ExhibitContext,
  run: Run,
  body: RunBody,
  words: Words,
  lang: string,
): Promise<RunReport> {
  const counts = zeroed();
  const shown: AttributionRow[] = [];
  let total = 0;
  for await (const rows of resultsOf(context.live, run, context.io.signal)) {
    for (const row of rows) {
      counts[row.verdict]++;
      total++;
      if (shown.length < ROWS_SHOWN) shown.push(row);
    }
  }
  const l = words.labels;
  const entry: RunEntry = {
    title: `${printable(run.events)} / ${run.nat.map(printable).join(", ")}`,
    basis: [
      { label: l.act!, value: String(run.seq) },
      { label: l.calibrations!, value: body.calibrations.length ? body.calibrations.join(", ") : l.none! },
      {
        label: l.filter!,
        value: context.filter === null ? l.none! : printable(context.filter),
        mono: context.filter !== null,
      },
    ],
    verdicts: VERDICTS.map((verdict) => ({
      verdict,
      count: count(counts[verdict], lang),
      share: share(counts[verdict], total, lang),
      means: words.means[verdict],
    })),
    events: shown.map((row) => eventEntry(context, row, words)),
    shown:
      lang === "de"
        ? `Gezeigt sind ${count(shown.length, lang)} von ${count(total, lang)} Ereignissen; alle stehen in attribution.csv.`
        : `Shown are ${count(shown.length, lang)} of ${count(total, lang)} events; all stand in attribution.csv.`,
    completeness: body.completeness.map((one) => ledgerText(printable(one), lang)),
  };
  return { entry, counts, total, rows: shown };
}

function eventEntry(context: ExhibitContext, row: AttributionRow, words: Words): EventEntry {
  return {
    line: String(row.line),
    time: row.timeUs === null ? words.labels.open! : instant(row.timeUs),
    address: row.srcIp ?? "",
    port: row.srcPort === null ? "" : String(row.srcPort),
    verdict: row.verdict,
    rule: row.rule,
    answer: answerOf(context, row, words),
    flip: row.flipUs === null ? "" : signedSeconds(row.flipUs),
  };
}

function answerOf(context: ExhibitContext, row: AttributionRow, words: Words): string {
  if (isAnswer(row)) return printable(row.subscriber ?? row.insideIp ?? "");
  if (row.verdict === "ambiguous") {
    const names = [...new Set(row.candidates.map((c) => partyText(context, c)))];
    return `${words.labels.nobody}; ${words.labels.possible}: ${names.slice(0, 6).join(", ")}${names.length > 6 ? ", …" : ""}`;
  }
  return words.labels.nobody!;
}

const partyText = (
  context: ExhibitContext,
  party: { subscriber: string | null; insideIp: string | null },
): string => {
  const shown = context.parties.show(party);
  return printable(shown.subscriber ?? shown.insideIp ?? "?");
};

/** "line 7" in running text: a German noun keeps its capital. */
const lineWord = (words: Words): string =>
  words.labels.line === "Zeile" ? words.labels.line : words.labels.line!.toLowerCase();

/** The files of the event's source, by name and hash: where its line is to be found. */
function fileCells(context: ExhibitContext, run: Run, words: Words): Cell[] {
  const added = context.entries.find((entry) => entry.seq === run.eventsN);
  const { files } = (added?.outputs ?? {}) as {
    readonly files?: readonly { name?: string; sha256?: string }[];
  };
  return (files ?? []).slice(0, 3).flatMap((file) => [
    { label: words.labels.file!, value: printable(file.name ?? ""), mono: true },
    { label: words.labels.sha256!, value: file.sha256 ?? "", mono: true },
  ]);
}

/** Lanes start this share of the picture's width before the event's interval. */
const MARGIN = 0.3;

export async function statement(
  context: ExhibitContext,
  run: Run,
  body: RunBody,
  row: AttributionRow,
  words: Words,
): Promise<EventStatement> {
  const l = words.labels;
  const detail = await detailOf(context.live.db, run.seq, body, row.row, context.io.signal);
  const from = row.intervalFromUs;
  const to = row.intervalToUs;
  const interval = from !== null && to !== null;
  const width = interval ? Math.max(2_000_000, (to - from) / (1 - 2 * MARGIN)) : 0;
  const left = interval ? (from + to) / 2 - width / 2 : 0;
  const at = (us: number | null, open: number) =>
    us === null ? open : Math.round(Math.min(1, Math.max(0, (us - left) / width)) * 1e4) / 1e4;
  // Least data: only parties that the result itself speaks of.
  const spoken = new Set([...row.candidates, ...row.nearest].map(partyKey));
  const lanes: Lane[] = interval
    ? detail.holds
        .filter((h) => spoken.has(partyKey(h)))
        .filter((h) => (h.possibleFromUs ?? -Infinity) < left + width && (h.possibleToUs ?? Infinity) > left)
        .slice(0, 10)
        .map((h) => ({
          party: partyText(context, h),
          possible: [at(h.possibleFromUs, 0), at(h.possibleToUs, 1)] as const,
          certain:
            h.certainFromUs === null || h.certainToUs === null || h.certainFromUs >= h.certainToUs
              ? ([0, 0] as const)
              : ([at(h.certainFromUs, 0), at(h.certainToUs, 1)] as const),
          note: `${printable(h.natSource)}, ${lineWord(words)} ${h.natLine}`,
        }))
    : [];
  const held = (us: number | null) => (us === null ? l.open! : instant(us));
  return {
    title: `${printable(run.events)}, ${lineWord(words)} ${row.line}`,
    verdict: row.verdict,
    verdictSentence: words.rule[row.rule],
    cells: [
      { label: l.names1!, value: answerOf(context, row, words) },
      { label: l.recorded!, value: row.timeUs === null ? l.open! : instant(row.timeUs), mono: true },
      { label: l.address!, value: `${row.srcIp ?? l.none} : ${row.srcPort ?? l.none}`, mono: true },
      ...(interval ? [{ label: l.corrected!, value: `${instant(from)} / ${instant(to)}`, mono: true }] : []),
      { label: l.rule!, value: row.rule, mono: true },
      { label: l.flipAt!, value: row.flipUs === null ? l.none! : signedSeconds(row.flipUs) },
      {
        label: l.provenanceEvent!,
        value: `${printable(run.events)}, ${lineWord(words)} ${row.line}, Offset ${row.offset}`,
      },
      ...fileCells(context, run, words),
      { label: l.calibrations!, value: body.calibrations.length ? body.calibrations.join(", ") : l.none! },
    ],
    candidates: row.candidates.map((c) => {
      const shown = context.parties.show(c);
      return [
        printable(shown.subscriber ?? shown.insideIp ?? "?"),
        shown.subscriber !== null && shown.insideIp !== null ? shown.insideIp : "",
        held(c.fromUs),
        held(c.toUs),
        `${printable(c.natSource)}, ${c.natLine}`,
      ];
    }),
    lanes,
    interval: interval ? [at(from, 0), at(to, 1)] : [0, 0],
    laneLabels: interval ? [instant(Math.floor(left)), instant(Math.ceil(left + width))] : [],
    alt: lanes.map((lane) => `${lane.party}: ${lane.note}`).join("; "),
    notes: [],
  };
}

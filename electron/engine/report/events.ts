// The results of the report: each run with its counts and rows, and one page for each event where few enough are selected.

import { offsetAt } from "../../../shared/clock/calibration";
import { type AttributionRow, VERDICTS, type Verdict } from "../../../shared/contract/attribution";
import { detailOf } from "../attribution/detail";
import type { RunBody } from "../attribution/results";
import type { ExhibitContext } from "../exhibit/context";
import { partyKey } from "../exhibit/parties";
import { isAnswer, type Run, resultsOf } from "../exhibit/runs";
import type { ClockFacts } from "./clocks";
import type { Cell, EventEntry, EventStatement, Lane, RunEntry } from "./model";
import { count, halfWidth, instant, printable, share, signedSeconds, tick } from "./text";
import { ledgerText, type Words } from "./words";

/** Rows printed of one run; the rest stands in attribution.csv, and the report says so. */
const ROWS_SHOWN = 200;
/** More rows than these stand in the annex: what they rest on comes first. */
const ROWS_AMONG_RESULTS = 25;
/** Beyond this many selected events no page for each is made: whoever charges events selects them with --events. */
export const STATEMENTS_LIMIT = 40;

type Holder = AttributionRow["candidates"][number];

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
  let least: { us: number; line: number } | null = null;
  let total = 0;
  for await (const rows of resultsOf(context.live, run, context.io.signal)) {
    for (const row of rows) {
      counts[row.verdict]++;
      total++;
      const flip = row.verdict === "unique" ? row.flipUs : null;
      if (flip !== null && (least === null || Math.abs(flip) < Math.abs(least.us)))
        least = { us: flip, line: row.line };
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
      ...leastCell(least, words, lang),
    ],
    verdicts: VERDICTS.map((verdict) => ({
      verdict,
      count: count(counts[verdict], lang),
      share: share(counts[verdict], total, lang),
      means: words.means[verdict],
    })),
    events: shown.map((row) => eventEntry(context, row, words, lang)),
    annexed: shown.length > ROWS_AMONG_RESULTS,
    shown:
      lang === "de"
        ? `Gezeigt sind ${count(shown.length, lang)} von ${count(total, lang)} Ereignissen; alle stehen in attribution.csv.`
        : `Shown are ${count(shown.length, lang)} of ${count(total, lang)} events; all stand in attribution.csv.`,
    completeness: body.completeness.map((one) => ledgerText(printable(one), lang)),
  };
  return { entry, counts, total, rows: shown };
}

/** How far the clock may be off before the first proven answer changes. */
function leastCell(least: { us: number; line: number } | null, words: Words, lang: string): Cell[] {
  if (least === null) return [];
  const l = words.labels;
  const value = `${signedSeconds(least.us, lang)} ${l.leastNote} ${count(least.line, lang)}`;
  return [{ label: l.least!, value }];
}

function eventEntry(context: ExhibitContext, row: AttributionRow, words: Words, lang: string): EventEntry {
  return {
    line: String(row.line),
    time: row.timeUs === null ? words.labels.open! : instant(row.timeUs),
    address: row.srcIp ?? "",
    port: row.srcPort === null ? "" : String(row.srcPort),
    verdict: row.verdict,
    rule: row.rule,
    answer: answerOf(context, row, words),
    flip: row.flipUs === null ? "" : signedSeconds(row.flipUs, lang),
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

/** The files of a source, by name and hash: where its lines are to be found. */
function fileCells(context: ExhibitContext, act: number, label: string, words: Words): Cell[] {
  const added = context.entries.find((entry) => entry.seq === act);
  const { files } = (added?.outputs ?? {}) as {
    readonly files?: readonly { name?: string; sha256?: string }[];
  };
  return (files ?? []).slice(0, 3).flatMap((file) => [
    { label, value: printable(file.name ?? ""), mono: true },
    { label: words.labels.sha256!, value: file.sha256 ?? "", mono: true },
  ]);
}

/** What the event's clock showed at its own time: offset, and how sure it is. */
function clockCells(
  body: RunBody,
  row: AttributionRow,
  clocks: readonly ClockFacts[],
  words: Words,
  lang: string,
): Cell[] {
  const facts = clocks.find(
    (one) => one.source === body.events && body.calibrations.includes(one.calibration.id),
  );
  const { timeUs } = row;
  const segment = facts?.calibration.segments.find(
    (s) => timeUs !== null && s.fromUs <= timeUs && timeUs <= s.toUs,
  );
  if (!segment || timeUs === null) return [];
  const l = words.labels;
  const offset = signedSeconds(offsetAt(segment, timeUs), lang);
  const value = `${offset}, ${halfWidth(segment.uncertaintyUs, lang)} (95 %), ${l.guard!.slice(2)} ${halfWidth(segment.guardUs, lang)}`;
  return [{ label: l.clockThen!, value }];
}

/** Lanes start this share of the picture's width before the event's interval. */
const MARGIN = 0.3;

export async function statement(
  context: ExhibitContext,
  run: Run,
  body: RunBody,
  row: AttributionRow,
  clocks: readonly ClockFacts[],
  words: Words,
  lang: string,
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
  const record = (c: Holder) => {
    const at = detail.holds.find((h) => h.natSource === c.natSource && h.natLine === c.natLine)?.natOffset;
    const own = `${printable(c.natSource)}, ${lineWord(words)} ${c.natLine}${at === undefined ? "" : `, Offset ${at}`}`;
    const leases = (c.chain ?? []).map((one) => `${printable(one.source)}, ${lineWord(words)} ${one.line}`);
    return [own, ...leases].join("; ");
  };
  const holderRow = (c: Holder) => {
    const shown = context.parties.show(c);
    const both = shown.subscriber !== null && shown.insideIp !== null;
    return [partyText(context, c), both ? shown.insideIp! : "", held(c.fromUs), held(c.toUs), record(c)];
  };
  return {
    title: `${printable(run.events)}, ${lineWord(words)} ${row.line}`,
    verdict: row.verdict,
    verdictSentence: row.verdict === "only" && detail.doubtful ? words.doubtful : words.rule[row.rule],
    cells: [
      { label: l.names1!, value: answerOf(context, row, words) },
      { label: l.recorded!, value: row.timeUs === null ? l.open! : instant(row.timeUs), mono: true },
      { label: l.address!, value: `${row.srcIp ?? l.none} : ${row.srcPort ?? l.none}`, mono: true },
      ...(interval ? [{ label: l.corrected!, value: `${instant(from)} / ${instant(to)}`, mono: true }] : []),
      { label: l.rule!, value: row.rule, mono: true },
      ...clockCells(body, row, clocks, words, lang),
      { label: l.flipAt!, value: row.flipUs === null ? l.none! : signedSeconds(row.flipUs, lang) },
      {
        label: l.provenanceEvent!,
        value: `${printable(run.events)}, ${lineWord(words)} ${row.line}, Offset ${row.offset}`,
      },
      ...fileCells(context, run.eventsN, l.file!, words),
      ...body.natN.flatMap((n) => fileCells(context, n, l.natFile!, words)),
      { label: l.calibrations!, value: body.calibrations.length ? body.calibrations.join(", ") : l.none! },
    ],
    candidates: row.candidates.map(holderRow),
    nearest: row.candidates.length === 0 ? row.nearest.map(holderRow) : [],
    lanes,
    interval: interval ? [at(from, 0), at(to, 1)] : [0, 0],
    laneLabels: interval ? [left, left + width].map((us) => tick(Math.round(us), width)) : [],
    alt: lanes.map((lane) => `${lane.party}: ${lane.note}`).join("; "),
  };
}

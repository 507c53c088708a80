// The clock statement of the report: for each source the calibration in force, what it rests on, its picture, and how many
// were tried (rule of evidence 10).
import type { Calibration } from "../../../shared/clock/calibration";
import { offsetAt } from "../../../shared/clock/calibration";
import type { ExhibitContext } from "../exhibit/context";
import type { ClockEntry, Plot } from "./model";
import { count, halfWidth, instant, nats, ppm, printable, signedSeconds, tick } from "./text";
import { ledgerText, type Words } from "./words";

/** One pair of a calibration's picture: recorded time, and the offsets that it allows. */
export interface Residual {
  readonly timeUs: number;
  readonly lowUs: number | null;
  readonly highUs: number | null;
  readonly pointUs: number | null;
}

export interface ClockFacts {
  readonly source: string;
  readonly calibration: Calibration;
  readonly act: number;
  /** Program and version that computed it. */
  readonly tool: string;
  /** The act that calibrated the reference itself; null where none did. */
  readonly referenceAct: number | null;
  /** Calibrations tried for this source: accepted, previewed, refused, undone; in order of their acts. */
  readonly tried: readonly {
    readonly act: number;
    readonly state: string;
    readonly calibration: Calibration;
  }[];
  readonly residuals: readonly Residual[];
}

const PLOT_POINTS = 600;

export function clockEntry(facts: ClockFacts, words: Words, lang: string): ClockEntry {
  const { calibration: c } = facts;
  const l = words.labels;
  const range =
    c.validFromUs === null || c.validToUs === null
      ? l.open!
      : `${instant(c.validFromUs)} / ${instant(c.validToUs)}`;
  const cells = [
    { label: l.act!, value: String(facts.act) },
    { label: l.method!, value: words.clockMethod[c.method] },
    { label: l.computedBy!, value: facts.tool },
    { label: l.reference!, value: referenceText(facts, words) },
    { label: l.pairs!, value: count(c.pairs, lang) },
    ...(facts.residuals.length === 0
      ? []
      : [{ label: l.agreeing!, value: `${agreement(facts, lang)} ${l.agreeingNote}` }]),
    ...(c.confidence === null ? [] : [{ label: l.confidence!, value: nats(c.confidence, lang) }]),
    { label: l.validity!, value: range, mono: true },
    ...(c.zoneFaultUs ? [{ label: l.zoneFault!, value: signedSeconds(c.zoneFaultUs, lang) }] : []),
    { label: l.tried!, value: String(Math.max(1, facts.tried.length)) },
  ];
  return {
    title:
      c.against === null ? printable(facts.source) : `${printable(facts.source)} / ${printable(c.against)}`,
    summary: c.segments.map((s) => summary(facts, s, lang)),
    statement: ledgerText(printable(c.statement), lang),
    cells,
    segments: c.segments.map((s) => [
      instant(s.fromUs),
      instant(s.toUs),
      signedSeconds(s.offsetUs, lang),
      ppm(s.skewPpm, lang),
      halfWidth(s.uncertaintyUs, lang),
      halfWidth(s.guardUs, lang),
    ]),
    plot: plotOf(facts, lang),
    // One that was accepted at the first try needs no list.
    tried:
      facts.tried.length < 2
        ? []
        : facts.tried.map(({ act, state, calibration: one }) => [
            String(act),
            words.clockMethod[one.method],
            one.against === null ? "" : printable(one.against),
            one.segments
              .map((s) => `${signedSeconds(s.offsetUs, lang)} ${halfWidth(s.uncertaintyUs, lang)}`)
              .join("; "),
            words.outcome[state] ?? state,
          ]),
  };
}

/** What the reference is, and how far its own time is known. */
function referenceText({ calibration: c, referenceAct }: ClockFacts, words: Words): string {
  const l = words.labels;
  if (c.against !== null) {
    const known = referenceAct === null ? l.referenceOwn : `${l.referenceKnown} ${referenceAct}`;
    return `${printable(c.against)}: ${known}`;
  }
  if (c.method === "ntp") return l.referenceNtp!;
  if (c.method === "self") return l.referenceSelf!;
  return c.method === "declared" ? l.referenceDeclared! : l.referenceGiven!;
}

/** How many pairs allow an offset that the line, with its 95 %, goes through. */
function agreement({ calibration, residuals }: ClockFacts, lang: string): string {
  const agree = residuals.filter((r) =>
    calibration.segments.some((s) => {
      if (r.timeUs < s.fromUs || r.timeUs > s.toUs) return false;
      const line = offsetAt(s, r.timeUs);
      const low = r.pointUs ?? r.lowUs ?? -Infinity;
      const high = r.pointUs ?? r.highUs ?? Infinity;
      return low - s.uncertaintyUs <= line && line <= high + s.uncertaintyUs;
    }),
  );
  return `${count(agree.length, lang)} / ${count(residuals.length, lang)}`;
}

/** The figures of a segment in a sentence of the case's language; the ledger's own statement stands below it. */
function summary(
  { source, calibration: c }: ClockFacts,
  s: Calibration["segments"][number],
  lang: string,
): string {
  const [name, against] = [printable(source), c.against === null ? null : printable(c.against)];
  const fast = s.offsetUs >= 0;
  const by = signedSeconds(Math.abs(s.offsetUs), lang).slice(1);
  if (lang === "de") {
    const of = against === null ? "ihrer Referenz" : `der von ${against}`;
    return `Die Uhr von ${name} ging gegenüber ${of} um ${by} ${fast ? "vor" : "nach"}, ${halfWidth(s.uncertaintyUs, lang)} mit 95 % Sicherheit, in der Mitte des Zeitraums von ${instant(s.fromUs)} bis ${instant(s.toUs)} nach ihrer eigenen Anzeige; Gang ${ppm(s.skewPpm, lang)}. Für die Zuordnung gilt das weitere Schutzband ${halfWidth(s.guardUs, lang)}.`;
  }
  const of = against === null ? "its reference" : `that of ${against}`;
  return `The clock of ${name} was ${by} ${fast ? "fast" : "slow"} against ${of}, ${halfWidth(s.uncertaintyUs, lang)} at 95 %, at the middle of the time from ${instant(s.fromUs)} to ${instant(s.toUs)} by its own reading; skew ${ppm(s.skewPpm, lang)}. Attribution uses the wider guard, ${halfWidth(s.guardUs, lang)}.`;
}

function plotOf({ calibration, residuals }: ClockFacts, lang: string): Plot | null {
  const { segments } = calibration;
  if (segments.length === 0) return null;
  const from = Math.min(...segments.map((s) => s.fromUs));
  const to = Math.max(...segments.map((s) => s.toUs));
  const width = Math.max(1, to - from);
  const edges = segments.flatMap((s) => [s.fromUs, s.toUs].map((t) => ({ t, s, middle: offsetAt(s, t) })));
  const reach = Math.max(...segments.map((s) => Math.max(s.guardUs, s.uncertaintyUs)));
  const low = Math.min(...edges.map((e) => e.middle)) - 3 * reach;
  const high = Math.max(...edges.map((e) => e.middle)) + 3 * reach;
  const x = (t: number) => (t - from) / width;
  const y = (offset: number) => (offset - low) / Math.max(1, high - low);
  // A pair that gives an interval is drawn by its two edges: the line must pass between the clouds.
  const points = residuals
    .flatMap((r) =>
      (r.pointUs === null ? [r.lowUs, r.highUs] : [r.pointUs]).map((us) => [r.timeUs, us] as const),
    )
    .flatMap(([t, us]) => (us === null ? [] : [[x(t), y(us)] as const]))
    .filter(([px, py]) => px >= 0 && px <= 1 && py >= 0 && py <= 1);
  const step = Math.max(1, Math.ceil(points.length / PLOT_POINTS));
  const shown = points.filter((_, i) => i % step === 0);
  return {
    points: shown.map(([px, py]) => [round(px), round(py)]),
    bands: segments.map((s) =>
      [s.fromUs, s.toUs].map((t) => {
        const middle = offsetAt(s, t);
        return [
          round(x(t)),
          round(y(middle - s.uncertaintyUs)),
          round(y(middle)),
          round(y(middle + s.uncertaintyUs)),
        ] as const;
      }),
    ),
    xLabels: [from, from + Math.floor(width / 2), to].map((t) => tick(t, width)),
    yLabels: [low, (low + high) / 2, high].map((v) => signedSeconds(v, lang)),
    caption:
      lang === "de"
        ? `Abweichung über der eigenen Uhr der Quelle. Band: ±95 %. ${count(shown.length, lang)} Punkte oder Ränder aus ${count(residuals.length, lang)} Paaren; Paare, die ein Intervall zulassen, sind durch dessen Ränder gezeichnet, zwischen denen die Linie verläuft.`
        : `Offset over the source's own clock. Band: ±95 %. ${count(shown.length, lang)} points or edges from ${count(residuals.length, lang)} pairs; a pair that allows an interval is drawn by its edges, between which the line passes.`,
    alt: `${segments.length} segment(s), offset between ${signedSeconds(low, lang)} and ${signedSeconds(high, lang)}`,
  };
}

/** Five decimals of a plot are finer than print; fixed, so that floats do not differ in their last digit. */
const round = (value: number): number => Math.round(value * 1e5) / 1e5;

/** Calibrations of the case up to the covered act, the one in force for each source and reference. */
export async function clockFacts(
  context: ExhibitContext,
  residualsOf: (source: string, id: string) => Promise<readonly Residual[]>,
): Promise<ClockFacts[]> {
  const { db } = context.live;
  const rows = await db.query(
    "SELECT c.seq, c.source, c.against, c.state, c.body, s.name FROM calibration c JOIN source s ON s.n = c.source WHERE c.seq <= ? ORDER BY c.seq",
    [context.entries.length],
  );
  const latest = new Map<string, (typeof rows)[number]>();
  for (const row of rows) if (row.state === "accepted") latest.set(`${row.source}/${row.against ?? ""}`, row);
  const accepted = [...latest.values()].sort((a, b) => Number(a.seq) - Number(b.seq));
  const bodyOf = (row: (typeof rows)[number]) =>
    (JSON.parse(String(row.body)) as { calibration: Calibration }).calibration;
  const out: ClockFacts[] = [];
  for (const row of accepted) {
    const calibration = bodyOf(row);
    const act = Number(row.seq);
    out.push({
      source: String(row.name),
      calibration,
      act,
      tool: context.entries.find((entry) => entry.seq === act)?.tool ?? "",
      referenceAct:
        row.against === null
          ? null
          : Number(accepted.find((one) => one.source === row.against)?.seq ?? 0) || null,
      tried: rows
        .filter((one) => one.source === row.source)
        .map((one) => ({ act: Number(one.seq), state: String(one.state), calibration: bodyOf(one) })),
      residuals: await residualsOf(String(row.name), calibration.id),
    });
  }
  return out;
}

// What the report says of custody: how evidence came, what other examiners say, what outside authorities stamped, and
// whether each log holds what the question needs.
import { formatUtc } from "../../../shared/time/civil";
import type { Json } from "../case/act";
import { stampActs } from "../case/stamps";
import { allSources, type SourceRow } from "../catalogue";
import type { ExhibitContext } from "../exhibit/context";
import { sourceReadiness } from "../readiness/source-readiness";
import type { Cell, ReadinessEntry } from "./model";
import { count, halfWidth, printable, stretch } from "./text";
import { ledgerText, type Words } from "./words";

type Parameters = { readonly [key: string]: Json };

/** How a source's evidence came, as it was stated when it was added; which act added it, and by whom. */
export function receiptCells(context: ExhibitContext, source: SourceRow, words: Words): Cell[] {
  const l = words.labels;
  const entry = context.entries.find((one) => one.seq === source.n);
  if (entry?.action !== "evidence.add") return [];
  const given = (entry.parameters ?? {}) as Parameters;
  const told = (key: string, label: string): Cell[] => {
    const reference = given[key];
    if (reference === null || reference === undefined) return [];
    return [{ label, value: printable(context.live.revealText(reference) ?? l.open!) }];
  };
  const at = typeof given.receivedAtUs === "number" ? formatUtc(given.receivedAtUs) : null;
  const cells = [
    ...told("receivedFrom", l.receivedFrom!),
    ...(at === null ? [] : [{ label: l.receivedAt!, value: at, mono: true }]),
    ...told("exhibitRef", l.exhibitRef!),
    ...told("authority", l.onAuthority!),
  ];
  const by = `${l.act} ${entry.seq}, ${printable(entry.examiner)}, ${entry.time}`;
  const noted = cells.length === 0 ? by : `${by}; ${l.asserted}`;
  return [...cells, { label: l.added!, value: noted }];
}

export async function readinessEntries(
  context: ExhibitContext,
  words: Words,
  lang: string,
): Promise<ReadinessEntry[]> {
  const l = words.labels;
  const { db } = context.live;
  const out: ReadinessEntry[] = [];
  for (const source of await allSources(db)) {
    if (source.n > context.entries.length) continue;
    const ready = await sourceReadiness(db, source, context.io.signal);
    if (!ready) continue;
    const { facts, judged } = ready;
    const ports = `${count(facts.withPort, lang)} / ${count(facts.records, lang)}`;
    out.push({
      source: printable(source.name),
      cells: [
        { label: l.withPort!, value: ports },
        { label: l.finest!, value: facts.coarsestUs === null ? l.open! : stretch(facts.coarsestUs) },
        { label: l.zone!, value: source.zone ?? l.none! },
        {
          label: l.clockKnown!,
          value:
            facts.uncertaintyUs === null
              ? l.notCalibrated!
              : `${halfWidth(facts.uncertaintyUs, lang)} (95 %)`,
        },
      ],
      missing: judged.missing.map((one) => ledgerText(printable(one), lang)),
    });
  }
  return out;
}

/** Act, reviewer, what was reviewed, opinion, reason. */
export function reviewRows(context: ExhibitContext, words: Words): string[][] {
  const l = words.labels;
  return context.entries.flatMap((entry) => {
    if (entry.action !== "custody.review") return [];
    const subject = (entry.inputs ?? {}) as { act?: number; line?: number | null; exhibit?: number };
    const reviewed =
      subject.act === undefined
        ? `${l.act} ${subject.exhibit} (exhibit.export)`
        : `${l.act} ${subject.act}${subject.line ? `, ${l.line} ${subject.line}` : ""}`;
    const reason = context.live.revealText((entry.parameters as Parameters).reason ?? null) ?? l.open!;
    const opinion = entry.result === "agree" ? l.agree! : l.dissent!;
    return [[String(entry.seq), printable(entry.examiner), reviewed, opinion, printable(reason)]];
  });
}

/** How many acts the stamp covers, its time, the authority, and how far its chain leads. */
export function stampRows(context: ExhibitContext, words: Words, lang: string): string[][] {
  const l = words.labels;
  return stampActs(context.entries).map((stamp) => [
    count(stamp.size, lang),
    `${formatUtc(stamp.timeUs)}${stamp.accuracyUs === null ? "" : ` ${halfWidth(stamp.accuracyUs, lang)}`}`,
    printable(stamp.authority),
    stamp.trusted ? l.trusted! : l.untrusted!,
  ]);
}

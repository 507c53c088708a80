// The report's model from an exhibit's context: everything in it follows from the covered ledger, the evidence, the program
// and the key, as the rest of the bag does.

import type { AttributionRow } from "../../../shared/contract/attribution";
import { VERDICTS } from "../../../shared/contract/attribution";
import { base64 } from "../../../shared/custody/bytes";
import { said } from "../../../shared/german/german";
import { formatUtc } from "../../../shared/time/civil";
import { TOOL } from "../../../shared/version";
import type { RunBody } from "../attribution/results";
import { noticesOf } from "../case/known-errors";
import { allSources } from "../catalogue";
import type { ExhibitContext } from "../exhibit/context";
import type { Run } from "../exhibit/runs";
import { type ClockFacts, clockEntry, clockFacts, type Residual } from "./clocks";
import { readinessEntries, receiptCells, reviewRows, stampRows } from "./custody";
import { type RunReport, runReport, STATEMENTS_LIMIT, statement } from "./events";
import type { Cell, EventStatement, EvidenceEntry, ReportModel } from "./model";
import { count, printable } from "./text";
import { languageOf, type Words, wordsOf } from "./words";

/** Rejects and acts printed by default; the rest is in the case, and the report says how many there are. */
const REJECTS_SHOWN = 30;
const ACTS_SHOWN = 200;

export interface ReportOptions {
  residualsOf(source: string, id: string): Promise<readonly Residual[]>;
}

export async function reportModel(context: ExhibitContext, options: ReportOptions): Promise<ReportModel> {
  const lang = languageOf(context.live.language);
  const words = wordsOf(context.live.language);
  const bodies = await runBodies(context);
  const runs: { run: Run; body: RunBody; report: RunReport }[] = [];
  for (const run of context.runs) {
    const body = bodies.get(run.seq)!;
    runs.push({ run, body, report: await runReport(context, run, body, words, lang) });
  }
  const clocks = await clockFacts(context, options.residualsOf);
  const total = runs.reduce((sum, r) => sum + r.report.total, 0);
  const { statements, statementsShown } = await eventPages(context, runs, total, clocks, words, lang);
  const rejects = await rejectRows(context, lang);
  const acts = context.entries.slice(-ACTS_SHOWN);
  return {
    lang,
    words: { ...words.labels },
    caseTitle: printable(context.live.title),
    date: context.date,
    head: headCells(context, words),
    question: words.question(count(total, lang)),
    answer: VERDICTS.flatMap((verdict) => {
      const n = runs.reduce((sum, r) => sum + r.report.counts[verdict], 0);
      return n === 0 ? [] : [words.answer[verdict](count(n, lang))];
    }),
    names: words.names,
    method: words.method,
    evidence: await evidenceEntries(context, words, lang),
    clocks: clocks.map((facts) => clockEntry(facts, words, lang)),
    runs: runs.map((r) => r.report.entry),
    statements,
    statementsShown,
    readiness: await readinessEntries(context, words, lang),
    reviews: reviewRows(context, words),
    stamps: stampRows(context, words, lang),
    limits: [...noticesOf(context.entries, undefined, lang).map(printable), ...words.limits],
    rejects: rejects.rows,
    rejectsShown: rejects.shown,
    acts: acts.map((a) => [
      String(a.seq),
      a.time,
      printable(a.examiner),
      ...actWords(a.action, a.result, lang),
    ]),
    actsShown:
      lang === "de"
        ? `${count(acts.length, lang)} von ${count(context.entries.length, lang)} Vorgängen; alle stehen, verkettet, in custody.jsonl.`
        : `${count(acts.length, lang)} of ${count(context.entries.length, lang)} acts; all stand, chained, in custody.jsonl.`,
    appendix: appendix(context, lang),
  };
}

const headCells = (context: ExhibitContext, words: Words): Cell[] => {
  const l = words.labels;
  return [
    { label: l.caseExaminer!, value: printable(context.live.examiners().join(", ")) },
    { label: l.coveredTo!, value: `${l.act} ${context.entries.length}, ${context.date}` },
    { label: l.head!, value: context.live.ledgerFile.hashes[context.entries.length - 1]!, mono: true },
    { label: l.root!, value: base64(context.ledgerRoot), mono: true },
    { label: l.key!, value: context.signer.fingerprint, mono: true },
    { label: l.program!, value: TOOL },
  ];
};

async function runBodies(context: ExhibitContext): Promise<Map<number, RunBody>> {
  const rows = await context.live.db.query("SELECT seq, body FROM attribution ORDER BY seq");
  return new Map(rows.map((row) => [Number(row.seq), JSON.parse(String(row.body)) as RunBody]));
}

async function eventPages(
  context: ExhibitContext,
  runs: readonly { run: Run; body: RunBody; report: RunReport }[],
  total: number,
  clocks: readonly ClockFacts[],
  words: Words,
  lang: string,
): Promise<{ statements: EventStatement[]; statementsShown: string }> {
  if (total > STATEMENTS_LIMIT) {
    return {
      statements: [],
      statementsShown:
        lang === "de"
          ? `Kein Blatt je Ereignis: ${count(total, lang)} Ereignisse sind ausgewählt, mehr als ${STATEMENTS_LIMIT}.`
          : `No page for each event: ${count(total, lang)} events are selected, more than ${STATEMENTS_LIMIT}.`,
    };
  }
  const statements: EventStatement[] = [];
  for (const { run, body, report } of runs)
    for (const row of report.rows as readonly AttributionRow[])
      statements.push(await statement(context, run, body, row, clocks, words, lang));
  return { statements, statementsShown: "" };
}

async function evidenceEntries(
  context: ExhibitContext,
  words: Words,
  lang: string,
): Promise<EvidenceEntry[]> {
  const l = words.labels;
  const { db } = context.live;
  const out: EvidenceEntry[] = [];
  for (const source of await allSources(db)) {
    if (source.n > context.entries.length) continue;
    const files = await db.query("SELECT * FROM source_file WHERE n = ? ORDER BY file", [source.n]);
    for (const file of files) {
      const n = (key: string) => count(Number(file[key] ?? 0), lang);
      const name =
        String(file.member ?? file.path)
          .split(/[\\/]/)
          .pop() ?? "";
      out.push({
        name: printable(nameIn(context, source.n, Number(file.file)) ?? name),
        source: `${printable(source.name)}, ${source.role}`,
        cells: [
          { label: l.sha256!, value: String(file.sha256), mono: true },
          {
            label: l.format!,
            value: source.layout === null ? source.format : `${source.format}, ${printable(source.layout)}`,
          },
          {
            label: l.lines!,
            value:
              lang === "de"
                ? `${n("lines")} = ${n("record_lines")} in Datensätzen + ${n("rejects")} verworfen + ${n("blank")} leer + ${n("headers")} Kopfzeilen`
                : `${n("lines")} = ${n("record_lines")} in records + ${n("rejects")} rejects + ${n("blank")} blank + ${n("headers")} headers`,
          },
          { label: l.withPort!, value: `${n("with_port")} / ${n("records")}` },
          {
            label: l.span!,
            value:
              file.first_time_us === null || file.last_time_us === null
                ? l.open!
                : `${formatUtc(Number(file.first_time_us))} / ${formatUtc(Number(file.last_time_us))}`,
            mono: true,
          },
          { label: l.zone!, value: source.zone ?? l.none! },
          { label: l.extent!, value: words.extent[source.extent] ?? source.extent },
          ...receiptCells(context, source, words),
        ],
      });
    }
  }
  return out;
}

/** The file's name as the ledger has it: the report shows no folder (CASE: no path of the case stands in a file). */
function nameIn(context: ExhibitContext, act: number, file: number): string | null {
  const entry = context.entries.find((e) => e.seq === act);
  const outputs = entry?.outputs as
    | { readonly files?: readonly { readonly name?: string }[] }
    | null
    | undefined;
  return outputs?.files?.[file]?.name ?? null;
}

async function rejectRows(
  context: ExhibitContext,
  lang: string,
): Promise<{ rows: string[][]; shown: string }> {
  const { db } = context.live;
  const rows: string[][] = [];
  let total = 0;
  for (const source of await allSources(db)) {
    if (source.n > context.entries.length) continue;
    const counted = await db.query(`SELECT count(*)::BIGINT AS n FROM "reject_${source.n}"`);
    total += Number(counted[0]?.n ?? 0);
    if (rows.length >= REJECTS_SHOWN) continue;
    for (const r of await db.query(
      `SELECT line, reason FROM "reject_${source.n}" WHERE rowid < ? ORDER BY rowid`,
      [REJECTS_SHOWN - rows.length],
    ))
      rows.push([
        printable(source.name),
        count(Number(r.line), lang),
        printable(said(String(r.reason), lang, "reason").text),
      ]);
  }
  return {
    rows,
    shown:
      lang === "de"
        ? `${count(rows.length, lang)} von ${count(total, lang)} verworfenen oder nur teilweise gelesenen Zeilen.`
        : `${count(rows.length, lang)} of ${count(total, lang)} lines that were rejected or read in part.`,
  };
}

/** Facts are filled in; what a person must attest stays blank. */
function appendix(context: ExhibitContext, lang: string): ReportModel["appendix"] {
  const evidence = context.entries.filter((e) => e.action === "evidence.add").length;
  const de = lang === "de";
  const blank = "";
  return [
    {
      title: "FRE 902(13), 902(14)",
      rows: [
        [de ? "Vorgang" : "Process", TOOL],
        [de ? "Hashverfahren" : "Hash function", "SHA-256 (FIPS 180-4)"],
        [de ? "Signatur" : "Signature", "Ed25519 (RFC 8032), C2SP signed-note"],
        [de ? "Vorgänge der Aufnahme" : "Acts of adding evidence", String(evidence)],
        [de ? "Erklärung einer befähigten Person" : "Certification of a qualified person", blank],
        [de ? "Ort, Datum, Unterschrift" : "Place, date, signature", blank],
      ],
    },
    {
      title: "ISO/IEC 27037",
      rows: [
        [
          de ? "Prüfbarkeit" : "Auditability",
          de ? "Jeder Vorgang steht im verketteten Journal." : "Every act stands in the chained ledger.",
        ],
        [
          de ? "Wiederholbarkeit" : "Repeatability",
          de ? "portwitness rebuild stellt jeden Vorgang nach." : "portwitness rebuild does every act again.",
        ],
        [
          de
            ? "Identifizierung, Sammlung, Erwerb, Bewahrung"
            : "Identification, collection, acquisition, preservation",
          blank,
        ],
      ],
    },
    {
      title: "NIST SP 800-86",
      rows: [
        [
          de ? "Untersuchung" : "Examination",
          de
            ? "Zeilenerhaltung je Datei im Abschnitt Beweismittel."
            : "Conservation of lines for each file, in the section on evidence.",
        ],
        [
          de ? "Analyse" : "Analysis",
          de ? "Uhren und Ergebnisse in diesem Bericht." : "Clocks and results in this report.",
        ],
        [de ? "Sammlung" : "Collection", blank],
      ],
    },
  ];
}

/** An act and its result; beside a translation the ledger's own word, by which it is found in custody.jsonl. */
function actWords(action: string, result: string, lang: string): [string, string] {
  const shown = said(action, lang, "action").text;
  return [shown === action ? action : `${shown} (${action})`, said(result, lang, "result").text];
}

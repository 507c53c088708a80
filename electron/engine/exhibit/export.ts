// Exporting an exhibit. It is made beside its place and renamed into it, after the program's own verifier has passed it:
// a failed or cancelled export leaves nothing, and no exhibit leaves that does not verify. The act of exporting follows.
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { base64 } from "../../../shared/custody/bytes";
import { ProductError } from "../../../shared/errors";
import { TOOL } from "../../../shared/version";
import type { ActIo, Json } from "../case/act";
import { hashFile, partialOf, replaceFile, sweepPartials, syncFolder } from "../case/files";
import type { Signer } from "../case/keys";
import { type LiveCase, NOTED } from "../case/live-case";
import { statementPdf } from "../report/statement";
import { type ClosedBag, closeBag } from "./bag";
import type { ExhibitContext, ExhibitFacts, ExhibitPart } from "./context";
import { Parties, rankParties } from "./parties";
import { EXHIBIT_PARTS } from "./parts";
import { verifierSha256 } from "./reader-part";
import { latestRuns, survey } from "./runs";
import { selectEvents } from "./select";
import { type Encrypted, encryptFolder, recipientsOf } from "./transport";
import { verifyBag } from "./verify";

export interface ExportOptions {
  readonly out: string;
  readonly events: string | null;
  readonly identify: boolean;
  readonly authority: string | null;
  /** age recipients that an encrypted copy for transport is made for; none by default. */
  readonly recipients?: readonly string[];
}

export interface Exported extends ExhibitFacts, ClosedBag {
  readonly path: string;
  readonly statement: string;
  /** The encrypted copy, where recipients were named. */
  readonly encrypted: (Encrypted & { readonly path: string }) | null;
}

/** Acts that follow an exhibit rather than belong to it: a repeat of the export gives the same bytes (CASE). */
const FOLLOWING = new Set(["exhibit.export", "exhibit.disclose", "custody.verify", "case.rebuild"]);

/** How many acts an exhibit covers: all but those at the end that follow exhibits. */
export function coveredActs(live: LiveCase): number {
  const entries = live.ledger();
  let covered = entries.length;
  while (covered > 1) {
    const last = entries[covered - 1]!;
    const { of } = (last.action === "case.failure" ? last.outputs : {}) as { readonly of?: Json };
    const follows =
      FOLLOWING.has(typeof of === "string" ? of : last.action) ||
      (last.action === "case.open" && last.result === NOTED);
    if (!follows) break;
    covered--;
  }
  return covered;
}

export async function exportExhibit(
  live: LiveCase,
  options: ExportOptions,
  examiner: string | null,
  io: ActIo,
  parts: readonly ExhibitPart[] = EXHIBIT_PARTS,
): Promise<Exported> {
  const out = resolve(options.out);
  const statement = `${out}.statement.pdf`;
  const sealed = `${out}.tar.age`;
  const recipients = options.recipients?.length ? recipientsOf(options.recipients) : [];
  if (!existsSync(dirname(out))) {
    throw new ProductError("usage", `There is no folder ${dirname(out)}.`, "Make it first.", {
      file: dirname(out),
    });
  }
  // A statement beside a bag that a killed export did not finish is that export's: it began only where none stood.
  if (!existsSync(out) && sweepPartials(out) > 0) rmSync(statement, { force: true });
  for (const path of recipients.length === 0 ? [out, statement] : [out, statement, sealed]) {
    if (existsSync(path))
      throw new ProductError("usage", `${path} exists already.`, "Name a place that does not exist yet.", {
        file: path,
      });
  }
  if (out === live.path || out.startsWith(`${live.path}/`)) {
    throw new ProductError(
      "usage",
      "An exhibit cannot lie inside its case.",
      "Name a place outside the case's folder.",
      { file: out },
    );
  }
  if (options.identify && !options.authority?.trim()) {
    throw new ProductError(
      "usage",
      "Naming every party needs an authority.",
      'State it: --identify --authority "court order ...".',
    );
  }
  const signer = await live.introduce(examiner);
  const partial = partialOf(out);
  try {
    const context = await contextOf(live, signer, partial, options, io);
    mkdirSync(context.data, { recursive: true });
    for (const part of parts) {
      io.signal.throwIfAborted();
      await part.build(context);
    }
    const ledger = { size: context.entries.length, root: context.ledgerRoot };
    const closed = await closeBag(partial, bagInfo(context), ledger, signer);
    await mustVerify(partial, signer, io.signal);
    replaceFile(statement, await statementOf(context, closed, partial));
    const encrypted =
      recipients.length === 0
        ? null
        : { path: sealed, ...(await encryptFolder(partial, basename(out), sealed, recipients, io.signal)) };
    renameSync(partial, out);
    syncFolder(dirname(out));
    const exported = { ...context.facts, ...closed, path: out, statement, encrypted };
    await recordExport(live, options, exported, examiner);
    return exported;
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(out)) {
      rmSync(statement, { force: true });
      if (recipients.length > 0) rmSync(sealed, { force: true });
    }
    await live.failed("exhibit.export", error, io.signal, examiner);
    throw error;
  }
}

async function contextOf(
  live: LiveCase,
  signer: Signer,
  partial: string,
  options: ExportOptions,
  io: ActIo,
): Promise<ExhibitContext> {
  const covered = coveredActs(live);
  const entries = live.ledgerFile.entries.slice(0, covered);
  const runs = await selectEvents(live, await latestRuns(live.db, covered), options.events, io.signal);
  const { answers, others } = await survey(live, runs, io.signal);
  const ranks = options.identify ? new Map<string, number>() : await rankParties(live.db, others);
  return {
    live,
    signer,
    entries,
    ledgerOrigin: live.ledgerFile.origin,
    firstLine: live.ledgerFile.hashes[0]!,
    ledgerRoot: live.ledgerFile.rootAt(covered),
    date: entries.at(-1)!.time,
    runs,
    parties: new Parties(answers, ranks, options.identify),
    filter: options.events,
    authority: options.identify ? (options.authority?.trim() ?? null) : null,
    data: join(partial, "data"),
    io,
    facts: { events: 0, mappings: 0, pseudonyms: 0, spreadsheetCellsChanged: 0 },
  };
}

function bagInfo(context: ExhibitContext): [string, string][] {
  const info: [string, string][] = [
    ["Bagging-Date", context.date.slice(0, 10)],
    ["Bag-Software-Agent", TOOL],
    ["External-Description", context.live.title],
    ["External-Identifier", context.ledgerOrigin],
    ["Portwitness-Ledger", `${context.entries.length} ${base64(context.ledgerRoot)}`],
    ["Portwitness-Last-Act", context.date],
    ["Portwitness-Examiner", context.signer.examiner],
    ["Portwitness-Key", context.signer.verifier],
    ["Portwitness-Language", context.live.language],
    ["Portwitness-Events", String(context.facts.events)],
    ["Portwitness-Spreadsheet-Cells-Changed", String(context.facts.spreadsheetCellsChanged)],
    [
      "Portwitness-Parties",
      context.authority === null ? `${context.facts.pseudonyms} under pseudonyms` : "all named",
    ],
  ];
  if (context.filter !== null) info.push(["Portwitness-Events-Filter", context.filter]);
  if (context.authority !== null) info.push(["Portwitness-Authority", context.authority]);
  return info;
}

async function mustVerify(folder: string, signer: Signer, signal: AbortSignal): Promise<void> {
  const report = await verifyBag(folder, { key: signer.fingerprint }, signal);
  const first = report.problems[0];
  if (first)
    throw new ProductError(
      "internal",
      `The exhibit does not verify (${first.where}: ${first.message}), and was not kept.`,
      "Report this.",
    );
}

/** Travels another way than the bag, so that someone who replaced the bag is found out. */
async function statementOf(context: ExhibitContext, closed: ClosedBag, partial: string): Promise<Buffer> {
  const viewer = join(partial, "data/viewer.html");
  return statementPdf({
    caseTitle: context.live.title,
    language: context.live.language,
    date: context.date,
    examiner: context.signer.examiner,
    fingerprint: context.signer.fingerprint,
    seal: closed.seal,
    manifest: closed.manifest,
    verifier: verifierSha256(),
    viewer: existsSync(viewer) ? (await hashFile(viewer)).sha256 : null,
    ledgerSize: context.entries.length,
    ledgerRoot: context.ledgerRoot,
    ledgerHead: context.live.ledgerFile.hashes[context.entries.length - 1]!,
  });
}

async function recordExport(
  live: LiveCase,
  options: ExportOptions,
  exported: Exported,
  examiner: string | null,
): Promise<void> {
  const parameters: Json = {
    out: await live.hideText(exported.path),
    events: options.events === null ? null : await live.hideText(options.events),
    identify: options.identify,
    authority: options.authority === null ? null : await live.hideText(options.authority),
  };
  const { manifest, seal, events, mappings, pseudonyms, files, bytes } = exported;
  const encrypted: { readonly [key: string]: Json } =
    exported.encrypted === null ? {} : { encrypted: exported.encrypted.sha256 };
  const outputs: Json = { manifest, seal, events, mappings, pseudonyms, files, bytes, ...encrypted };
  await live.record("exhibit.export", { inputs: null, parameters, outputs, result: "done" }, examiner);
}

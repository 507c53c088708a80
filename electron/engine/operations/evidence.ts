// evidence.* and formats.list: adding evidence is an act; the rest only reads.
import { basename, resolve } from "node:path";
import type { ParsedRequest, Reply } from "../../../shared/contract/contract";
import type { AddReport } from "../../../shared/contract/evidence";
import type { Database, SqlRow } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import { parseInstant } from "../../../shared/filter/instant";
import { FORMATS } from "../../../shared/formats/registry";
import type { Json } from "../case/act";
import type { OpenCase } from "../case/open-case";
import { allSources, type SourceRow } from "../catalogue";
import { acceptedCalibration } from "../clock/accepted";
import type { Handlers } from "../engine";
import { type AddOutputs, type AddParameters, evidenceAddKind, hashNames } from "../import/act";
import { type Reading, type Settled, settle } from "../import/detect";
import { presentPath } from "../import/evidence-file";
import { holdImports } from "../import/hold";
import { preview } from "../import/preview";

type Names = "evidence.preview" | "evidence.add" | "evidence.hold" | "evidence.sources" | "formats.list";

export const evidenceHandlers: Pick<Handlers, Names> = {
  "evidence.preview": async (request) => preview(resolve(request.file), readingOf(request)),

  "evidence.add": async (request, context) => {
    const openCase = await context.cases.get(request.case, { examiner: context.examiner });
    const paths = request.files.map((file) => resolve(file));
    const settled = await settleAll(paths, readingOf(request));
    const parameters = await parametersOf(openCase, request, paths, settled);
    const { seq, outputs } = await openCase.perform(
      evidenceAddKind,
      { files: parameters.files } as unknown as Json,
      parameters,
      { signal: context.signal, progress: context.progress, examiner: context.examiner },
    );
    const { files, mappings } = outputs as unknown as AddOutputs;
    return {
      act: seq,
      mappings,
      files: files.map(({ name: _name, size: _size, given, ...file }) => ({ ...file, path: paths[given]! })),
    };
  },

  "evidence.sources": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const sources = await allSources(openCase.db);
    return Promise.all(sources.map((source) => sourceReport(openCase, source)));
  },

  "evidence.hold": async (request, context) => {
    const { db } = await context.cases.get(request.case, { readOnly: true });
    holdImports(db, request.hold);
    return { held: request.hold };
  },

  "formats.list": async () =>
    FORMATS.map(({ id, title, role, binary, gives, source }) => ({
      id,
      title,
      role,
      binary: binary ?? false,
      port: gives.port,
      precision: gives.precision,
      timeMeans: gives.timeMeans,
      writes: gives.writes,
      year: gives.year,
      zone: gives.zone,
      source,
    })),
};

function readingOf(request: ParsedRequest<"evidence.preview"> | ParsedRequest<"evidence.add">): Reading {
  const { role, format, layout, map, zone, year } = request;
  return { role, format, layout, map, zone, year };
}

/** One format and layout for all files of a source; the first file settles it and the others must agree. */
async function settleAll(paths: readonly string[], reading: Reading): Promise<Settled> {
  const settled: Settled[] = [];
  for (const path of paths) settled.push(await settle(path, reading));
  const first = settled[0]!;
  settled.forEach((other, i) => {
    const same =
      other.format.id === first.format.id &&
      other.role === first.role &&
      other.options.layout === first.options.layout;
    if (same) return;
    const told = ({ format, options }: Settled): string =>
      other.format.id === first.format.id && options.layout !== undefined
        ? `${format.id} (${options.layout.slice(0, 60)})`
        : format.id;
    throw new ProductError(
      "input",
      `${basename(paths[i]!)} is ${told(other)}, but ${basename(paths[0]!)} is ${told(first)}: the files of one source have one format.`,
      "Add them as two sources, or name the format with --format.",
      { file: paths[i]! },
    );
  });
  return first;
}

async function parametersOf(
  openCase: OpenCase,
  request: ParsedRequest<"evidence.add">,
  paths: readonly string[],
  { format, role, options }: Settled,
): Promise<AddParameters> {
  const hide = async (text: string | undefined): Promise<Json> =>
    text === undefined ? null : openCase.hideText(text);
  const window = windowOf(request.window);
  hashNames(request.expect ?? []);
  const files: { name: string; path: Json }[] = [];
  for (const path of paths) files.push({ name: basename(path), path: await openCase.hideText(path) });
  return {
    name: request.as,
    role,
    format: format.id,
    layout: options.layout ?? null,
    map: request.map ?? null,
    zone: request.zone ?? null,
    year: request.year ?? null,
    files,
    expect: (request.expect ?? []).map((text) => text.toLowerCase()),
    copy: request.copy,
    ...(request.storeFields ? { storeFields: true } : {}),
    extent: request.extent,
    windowFromUs: window?.fromUs ?? null,
    windowToUs: window?.toUs ?? null,
    retentionUs: durationOf(request.retention),
    receivedFrom: await hide(request.receivedFrom),
    receivedAtUs: instantOf(request.receivedAt, "--received-at"),
    exhibitRef: await hide(request.exhibitRef),
    authority: await hide(request.authority),
  };
}

function instantOf(text: string | undefined, flag: string): number | null {
  if (text === undefined) return null;
  const instant = parseInstant(text);
  if (instant) return instant.us;
  throw new ProductError(
    "usage",
    `${flag} "${text}" is no time with an offset.`,
    "Write it as 2026-11-24T12:00:00+01:00.",
  );
}

function windowOf(text: string | undefined): { fromUs: number; toUs: number } | null {
  if (text === undefined) return null;
  const parts = text.split("/");
  if (parts.length !== 2)
    throw new ProductError("usage", `--window "${text}" is not FROM/TO.`, "Give two times with offsets.");
  const fromUs = instantOf(parts[0], "--window")!;
  const toUs = instantOf(parts[1], "--window")!;
  if (fromUs >= toUs)
    throw new ProductError("usage", `--window "${text}" ends before it begins.`, "Give FROM/TO in order.");
  return { fromUs, toUs };
}

/** "30d", "12h", "90m", "45s"; null where not given. */
function durationOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const match = /^(\d{1,6})\s*([dhms])$/.exec(text.trim());
  if (!match)
    throw new ProductError(
      "usage",
      `The retention "${text}" is no duration.`,
      'Write it as "30d", "12h", "90m" or "45s".',
    );
  const seconds = { d: 86_400, h: 3_600, m: 60, s: 1 }[match[2] as "d" | "h" | "m" | "s"];
  return Number(match[1]) * seconds * 1_000_000;
}

async function sourceReport(openCase: OpenCase, s: SourceRow): Promise<Reply<"evidence.sources">[number]> {
  const { db } = openCase;
  const rows = await db.query("SELECT * FROM source_file WHERE n = ? ORDER BY file", [s.n]);
  const present = rows.every(
    (row) =>
      presentPath(openCase.path, {
        path: String(row.path),
        sha256: String(row.sha256),
        size: Number(row.size),
      }) !== null,
  );
  return {
    name: s.name,
    role: s.role,
    format: s.format,
    rows: s.rows,
    files: rows.map((row) => fileReport(s, row)),
    extent: s.extent,
    windowFromUs: s.window_from_us,
    windowToUs: s.window_to_us,
    zone: s.zone,
    writes: s.writes,
    clock: await clockOf(db, s.n),
    mappings: mappingsOf(openCase, s.n),
    present,
  };
}

/** As the act that added the source counted them. */
function mappingsOf(openCase: OpenCase, act: number): AddOutputs["mappings"] {
  const line = openCase.ledger().find((one) => one.seq === act);
  return line === undefined ? null : (line.outputs as unknown as AddOutputs).mappings;
}

async function clockOf(db: Database, n: number): Promise<Reply<"evidence.sources">[number]["clock"]> {
  const stored = await acceptedCalibration(db, n);
  const segments = stored?.full.segments ?? [];
  const last = segments[segments.length - 1];
  if (!stored || !last) return null;
  return {
    id: stored.id,
    against: stored.full.against,
    offsetUs: last.offsetUs,
    uncertaintyUs: last.uncertaintyUs,
    segments: segments.length,
  };
}

export function fileReport(s: SourceRow, row: SqlRow): AddReport {
  const n = (name: string): number => Number(row[name]);
  return {
    source: s.name,
    role: s.role,
    format: s.format,
    layout: s.layout,
    sha256: String(row.sha256),
    memberSha256: row.member_sha256 as string | null,
    path: String(row.path),
    member: row.member as string | null,
    bytes: n("bytes"),
    lines: n("lines"),
    recordLines: n("record_lines"),
    records: n("records"),
    rejects: n("rejects"),
    blank: n("blank"),
    headers: n("headers"),
    partial: n("partial"),
    withPort: n("with_port"),
    lost: n("lost"),
    noTemplate: n("no_template"),
    firstTimeUs: row.first_time_us as number | null,
    lastTimeUs: row.last_time_us as number | null,
  };
}

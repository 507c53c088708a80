// Which format a file is, with the reasons: every format looks at the same sample, and a tie or a doubt is said rather
// than settled (rule of evidence 4). What a file leaves open (no zone, no year) is a question that stops the import.
import { closeSync, fstatSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import { ProductError } from "../../../shared/errors";
import { isPattern } from "../../../shared/formats/any/regex/pattern";
import type { Detection, Format, ParseOptions, Question, Sample } from "../../../shared/formats/format";
import { FORMATS, formatById } from "../../../shared/formats/registry";
import { LF, latin1, lineEnd, withoutCr } from "../../../shared/record/bytes";
import type { Role } from "../../../shared/record/columns";
import { parseZone } from "../../../shared/time/zone";
import { matchedSample, Re2Matcher } from "./line-matcher";
import { packedSample, packingOf } from "./packed/packed";
import { openEvidence, refuseUtf16 } from "./scan";

/** How a source's files are to be read, as asked for: `reading` of the contract. */
export interface Reading {
  readonly role?: Role;
  readonly format: string;
  readonly layout?: string;
  readonly map?: Readonly<Record<string, string>>;
  readonly zone?: string;
  readonly year?: number;
}

export interface Candidate {
  readonly format: Format;
  readonly role: Role;
  readonly detection: Detection;
}

/** A reading with nothing left open. */
export interface Settled {
  readonly format: Format;
  readonly role: Role;
  readonly options: ParseOptions;
}

const SAMPLE_BYTES = 256 << 10;
/** Scores this close are no difference: one odd line in fifty must not choose a format. */
const WHISKER = 0.02;
/** Below this share of explained lines a format is not taken unasked. */
const DOUBT = 0.5;

/** The start of a file, or of the first member that has bytes where it is packed. */
export async function readSample(path: string): Promise<{ sample: Sample; size: number }> {
  const name = basename(path);
  if (packingOf(path) !== null) {
    const { name: member, head, whole } = await packedSample(path, SAMPLE_BYTES);
    return { sample: sampleOf(head, basename(member), whole), size: statSync(path).size };
  }
  const fd = openEvidence({ name, path });
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile())
      throw new ProductError("input", `${name} is not a file.`, "Give the path of a file.", { file: path });
    const buffer = Buffer.alloc(Math.min(SAMPLE_BYTES, stat.size));
    let filled = 0;
    while (filled < buffer.length) {
      const n = readSync(fd, buffer, filled, buffer.length - filled, filled);
      if (n === 0) break;
      filled += n;
    }
    return { sample: sampleOf(buffer.subarray(0, filled), name, filled === stat.size), size: stat.size };
  } finally {
    closeSync(fd);
  }
}

export function sampleOf(bytes: Uint8Array, name: string, whole: boolean): Sample {
  const lastLine = bytes.lastIndexOf(LF);
  const end = whole || lastLine < 0 ? bytes.length : lastLine + 1;
  const lines: string[] = [];
  if (!looksBinary(bytes)) {
    for (let at = bom(bytes); at < end; ) {
      const stop = lineEnd(bytes, at, end);
      lines.push(latin1(bytes, at, withoutCr(bytes, at, stop)));
      at = stop + 1;
    }
  }
  return { bytes: lines.length > 0 ? bytes.subarray(0, end) : bytes, lines, name, whole };
}

export const bom = (b: Uint8Array): number => (b[0] === 0xef && b[1] === 0xbb && b[2] === 0xbf ? 3 : 0);

/** Text has few control bytes; NUL alone does not tell, since torn log writes leave runs of it. */
function looksBinary(bytes: Uint8Array): boolean {
  let odd = 0;
  const n = Math.min(bytes.length, 8192);
  for (let i = 0; i < n; i++) {
    const c = bytes[i]!;
    if (c < 9 || (c > 13 && c < 32 && c !== 27)) odd++;
  }
  return odd > n * 0.3;
}

export function parseOptions(reading: Reading): ParseOptions {
  return {
    layout: reading.layout,
    map: reading.map,
    zone: reading.zone === undefined ? undefined : parseZone(reading.zone),
    year: reading.year,
  };
}

export const rolesOf = (format: Format): readonly Role[] => format.roles ?? [format.role];

/** Every format that the reading allows and that explains some of the sample, best first. */
export function rank(sample: Sample, reading: Reading): Candidate[] {
  const options = parseOptions(reading);
  const named = reading.format !== "auto";
  if (named && !formatById(reading.format)) throw unknownFormat(reading.format);
  let refused: ProductError | null = null;
  const candidates: Candidate[] = [];
  const byPattern = isPattern(reading.layout);
  if (named && byPattern && !formatById(reading.format)!.byPattern)
    throw new ProductError(
      "usage",
      `A regular expression is no layout of ${reading.format}.`,
      "Leave --format out, or name the format regex.",
    );
  for (const format of FORMATS) {
    if (named && format.id !== reading.format) continue;
    // A regular expression is a layout of no server's own.
    if (byPattern && !format.byPattern) continue;
    if (reading.role !== undefined && !rolesOf(format).includes(reading.role)) continue;
    try {
      const detection = format.detect(sample, options);
      if (named || detection.score > 0)
        candidates.push({ format, role: reading.role ?? detection.role ?? format.role, detection });
    } catch (e) {
      // A layout of another kind of software ("dmy" to a web server): its formats alone are out, unless none is left.
      if (named || !(e instanceof ProductError) || e.code !== "usage" || reading.layout === undefined)
        throw e;
      refused ??= e;
    }
  }
  const fitting = refused === null ? candidates : candidates.filter((c) => c.detection.layout !== undefined);
  if (refused !== null && fitting.length === 0) throw refused;
  return fitting.sort(
    (a, b) =>
      b.detection.score - a.detection.score ||
      b.detection.specificity - a.detection.specificity ||
      (a.format.id < b.format.id ? -1 : 1),
  );
}

/** The one format that the sample settles. Throws "input" with the candidates where it does not. */
export function choose(candidates: readonly Candidate[], reading: Reading, path: string): Candidate {
  const where = { file: path, candidates: candidates.map((c) => c.format.id) };
  const name = basename(path);
  const best = candidates[0];
  if (reading.format !== "auto") {
    if (best) return best;
    const format = formatById(reading.format)!;
    throw new ProductError(
      "usage",
      `${format.id} gives ${rolesOf(format).join(" or ")} records.`,
      "Leave --role out.",
      where,
    );
  }
  if (!best) {
    throw new ProductError(
      "input",
      `${name} is in no format that is known${reading.role ? ` for ${reading.role} records` : ""}.`,
      'Name it with --format (see "portwitness formats"), give its --layout, or map a table with --map.',
      where,
    );
  }
  if (best.detection.score < DOUBT) {
    throw new ProductError(
      "input",
      `It is not sure what ${name} is. ${told(candidates)}`,
      "Name the format with --format.",
      where,
    );
  }
  const near = candidates.filter((c) => c.detection.score >= best.detection.score - WHISKER);
  const top = Math.max(...near.map((c) => c.detection.specificity));
  const first = near.filter((c) => c.detection.specificity === top);
  if (first.length > 1) {
    throw new ProductError(
      "input",
      `${name} can be read in ${first.length} ways. ${told(first)}`,
      "Name one with --format.",
      where,
    );
  }
  return first[0]!;
}

const told = (candidates: readonly Candidate[]): string =>
  candidates
    .slice(0, 6)
    .map((c) => `${c.format.id}: ${c.detection.reasons.join(" ")}`)
    .join(" ");

const unknownFormat = (id: string): ProductError =>
  new ProductError("usage", `There is no format "${id}".`, '"portwitness formats" lists them.', {
    candidates: FORMATS.map((f) => f.id),
  });

/** What the analyst must still say. */
export function openQuestions(candidate: Candidate, reading: Reading): Question[] {
  return (candidate.detection.questions ?? []).filter(
    (q) =>
      !(q.kind === "zone" && reading.zone !== undefined) &&
      !(q.kind === "year" && reading.year !== undefined) &&
      !(q.kind === "role" && reading.role !== undefined),
  );
}

const FLAGS: Readonly<Record<Question["kind"], string>> = {
  zone: "Give --zone (an IANA name, +hh:mm, or unknown).",
  year: "Give --year, that of the first line.",
  layout: "Give --layout.",
  map: "Give --map.",
  dayMonth: "Give --layout dmy or --layout mdy.",
  role: "Give --role.",
};

/** The layout given, or a detection's that completes it: each of its words stands there too (a table's columns after "mdy"). */
export function settledLayout(given: string | undefined, detection: Detection): string | undefined {
  const found = detection.layout?.split(" ");
  return given === undefined || (found && given.split(" ").every((word) => found.includes(word)))
    ? detection.layout
    : given;
}

/** Format, role and options of one file. Throws "input" where something is left open. */
export async function settle(path: string, reading: Reading): Promise<Settled> {
  const matcher = new Re2Matcher();
  let sample: Sample;
  try {
    sample = await matchedSample((await readSample(path)).sample, reading.layout, matcher, { file: path });
  } finally {
    await matcher.close();
  }
  const candidate = settleSample(sample, reading, path);
  const open = openQuestions(candidate, reading);
  if (open.length > 0) {
    throw new ProductError(
      "input",
      `${basename(path)} leaves open: ${open.map((q) => q.text).join(" ")}`,
      [...new Set(open.map((q) => FLAGS[q.kind]))].join(" "),
      { file: path, line: open.find((q) => q.line !== undefined)?.line },
    );
  }
  const options = { ...parseOptions(reading), layout: settledLayout(reading.layout, candidate.detection) };
  return { format: candidate.format, role: candidate.role, options };
}

function settleSample(sample: Sample, reading: Reading, path: string): Candidate {
  if (sample.bytes.length === 0 && reading.format === "auto") {
    throw new ProductError(
      "input",
      `${basename(path)} is empty.`,
      "Name its format with --format to record it as such.",
      {
        file: path,
      },
    );
  }
  const candidates = rank(sample, reading);
  // Where a format claims the bytes for certain (a magic number), text encodings are beside the point.
  if (!candidates.some((c) => c.format.binary && c.detection.score >= DOUBT)) {
    refuseUtf16(sample.bytes.subarray(0, 4096), { name: basename(path), path });
  }
  return choose(candidates, reading, path);
}

// evidence.preview: how a file would be read, from its first 256 KiB, with nothing stored. Problems and open questions
// are part of the answer, so that a window can show them beside the lines.
import type { Reply } from "../../../shared/contract/contract";
import { ProductError } from "../../../shared/errors";
import { isPattern } from "../../../shared/formats/any/regex/pattern";
import type { Cursor, LineMatcher, Sample } from "../../../shared/formats/format";
import { AddressBook, formatIpv4, IPV6_BASE } from "../../../shared/record/address";
import { ColumnBatch as Batch, type ColumnBatch, TextDictionary } from "../../../shared/record/batch";
import { isBlank, latin1, lineEnd, withoutCr } from "../../../shared/record/bytes";
import type { ColumnName } from "../../../shared/record/columns";
import {
  bom,
  type Candidate,
  choose,
  openQuestions,
  parseOptions,
  type Reading,
  rank,
  readSample,
  settledLayout,
} from "./detect";
import { matchedSample, Re2Matcher } from "./line-matcher";
import { refuseUtf16 } from "./scan";

type Preview = Reply<"evidence.preview">;
type PreviewLine = Preview["lines"][number];

const LINES = 100;
const RAW = 4096;

export async function preview(path: string, reading: Reading): Promise<Preview> {
  const { sample: read, size } = await readSample(path);
  const matcher = new Re2Matcher();
  let candidates: Candidate[] = [];
  let chosen: Candidate | null = null;
  let problem: Preview["problem"] = null;
  let lines: PreviewLine[] = [];
  try {
    const sample = await matchedSample(read, reading.layout, matcher, { file: path });
    candidates = rank(sample, reading);
    if (!candidates.some((c) => c.format.binary && c.detection.score >= 0.5)) {
      refuseUtf16(sample.bytes.subarray(0, 4096), { name: sample.name, path });
    }
    chosen = choose(candidates, reading, path);
    lines = await previewLines(sample, chosen, reading, matcher);
  } catch (error) {
    if (!(error instanceof ProductError)) throw error;
    // A format that is not there is a mistake of whoever asks, not of the file.
    if (candidates.length === 0 && error.code === "usage" && !isPattern(reading.layout)) throw error;
    problem = { message: error.message, mend: error.mend };
  } finally {
    await matcher.close();
  }
  const shown = chosen ?? candidates[0];
  return {
    bytes: size,
    candidates: candidates.map((c) => ({
      format: c.format.id,
      title: c.format.title,
      role: c.role,
      score: c.detection.score,
      reasons: [...c.detection.reasons],
      layout: c.detection.layout ?? null,
    })),
    chosen: chosen?.format.id ?? null,
    questions: shown
      ? openQuestions(shown, reading).map(({ kind, text, line }) => ({ kind, text, line }))
      : [],
    lines,
    problem,
  };
}

async function previewLines(
  sample: Sample,
  chosen: Candidate,
  reading: Reading,
  matcher: LineMatcher,
): Promise<PreviewLine[]> {
  const { format, role, detection } = chosen;
  const options = { ...parseOptions(reading), layout: settledLayout(reading.layout, detection) };
  // A file whose zone or year is not settled is shown as it would be with UTC and this year's place taken by 2000.
  const assumed = {
    ...options,
    zone: options.zone ?? ({ kind: "unknown" } as const),
    year: options.year ?? 2000,
    matcher,
  };
  const addresses = new AddressBook();
  const batch = new Batch(role, addresses, new TextDictionary(), 4096);
  const cursor: Cursor = { base: 0, line: 1 };
  const parser = format.open(assumed);
  const { bytes } = sample;
  const end = format.binary ? bytes.length : endOfLines(bytes, bom(bytes), LINES);
  // The parser may look at two newlines behind the end.
  const block = new Uint8Array(end + 2).fill(10);
  block.set(bytes.subarray(0, end));
  let at = format.binary ? 0 : bom(bytes);
  if (at < end) await parser.prepare?.(block, at, end, 0);
  while (at < end && !batch.full) {
    const next = parser.parse(block, at, end, batch, cursor);
    if (next <= at) break;
    at = next;
  }
  if (!batch.full) parser.finish(batch, cursor);
  const names = new Map(addresses.drain().map((row) => [row.id, row.text]));
  const shown = new Map<number, PreviewLine>();
  for (let row = 0; row < batch.rows; row++) {
    const cell = (name: ColumnName) => cellAt(batch, name, row);
    const offset = cell("offset") ?? 0;
    const length = cell("length") ?? 0;
    const source = cell("src_addr");
    const line = cell("line") ?? 0;
    if (shown.has(line)) continue;
    shown.set(line, {
      line,
      offset,
      length,
      raw: latin1(block, offset, Math.min(offset + Math.min(length, RAW), end)),
      kind: "record",
      reason: batch.partials.find((p) => p.line === line)?.reason ?? null,
      timeUs: cell("time_us"),
      srcIp: source === null ? null : source < IPV6_BASE ? formatIpv4(source) : (names.get(source) ?? null),
      srcPort: cell("src_port"),
    });
  }
  const other = (
    line: number,
    offset: number,
    length: number,
    kind: PreviewLine["kind"],
    reason: string | null,
  ) =>
    shown.set(line, {
      line,
      offset,
      length,
      raw: latin1(block, offset, offset + Math.min(length, RAW)),
      kind,
      reason,
      timeUs: null,
      srcIp: null,
      srcPort: null,
    });
  for (const r of batch.rejects)
    if (!shown.has(r.line)) other(r.line, r.offset, r.length, "reject", r.reason);
  if (!format.binary) {
    const records = [...shown.values()];
    let line = 1;
    for (let from = bom(bytes); from < end; line++) {
      const stop = lineEnd(block, from, end);
      const offset = from;
      const inside = records.some((r) => r.offset <= offset && offset < r.offset + r.length);
      if (!shown.has(line) && !inside) {
        const to = withoutCr(block, from, stop);
        other(line, from, to - from, isBlank(block, from, to) ? "blank" : "header", null);
      }
      from = stop + 1;
    }
  }
  return [...shown.values()].sort((a, b) => a.line - b.line).slice(0, LINES);
}

function endOfLines(bytes: Uint8Array, from: number, lines: number): number {
  let at = from;
  for (let i = 0; i < lines && at < bytes.length; i++)
    at = Math.min(bytes.length, lineEnd(bytes, at, bytes.length) + 1);
  return at;
}

/** One numeric cell of a batch, null where not set. */
export function cellAt(batch: ColumnBatch, name: ColumnName, row: number): number | null {
  const c = batch.columns[batch.slot(name)];
  if (!c?.data || c.valid[row] === 0) return null;
  if (c.column.kind !== "i64") return c.data[row]!;
  return (c.data[2 * row + 1]! | 0) * 4_294_967_296 + c.data[2 * row]!;
}

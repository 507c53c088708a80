// Runs any format over bytes in random block splits and checks what no format may get wrong: every physical line is
// exactly one of record line, reject, blank or header, and where the blocks are cut never shows in the result.
import { expect } from "vitest";
import type { Format, ParseOptions, Sample } from "../../../shared/formats/format";
import { AddressBook, formatIpv4, IPV6_BASE } from "../../../shared/record/address";
import {
  ColumnBatch,
  type Counts,
  type RejectRow,
  TextDictionary,
  zeroCounts,
} from "../../../shared/record/batch";
import { natEventName, timeMeansName } from "../../../shared/record/columns";
import { textCell } from "../record/text-cell";

export interface Row {
  line: number;
  offset: number;
  length: number;
  timeUs: number | null;
  precisionUs: number | null;
  slackUs: number | null;
  timeMeans: string | null;
  otherTimeUs: number | null;
  durationUs: number | null;
  srcIp: string | null;
  srcPort: number | null;
  dstIp: string | null;
  dstPort: number | null;
  protocol: number | null;
  fields: Record<string, string | number | null>;
  event?: string | null;
  startUs?: number | null;
  endUs?: number | null;
  publicIp?: string | null;
  portLow?: number | null;
  portHigh?: number | null;
  portStep?: number | null;
  insideIp?: string | null;
  insidePort?: number | null;
  realm?: string | null;
  subscriber?: string | null;
  device?: string | null;
  conn?: number | null;
  sequence?: number | null;
}

export interface Outcome {
  rows: Row[];
  rejects: RejectRow[];
  partials: RejectRow[];
  counts: Counts;
  lines: number;
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** mulberry32: a small generator, so that a failing split can be repeated from its seed. */
export function random(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function sampleOf(bytes: Uint8Array, name = "evidence.log"): Sample {
  const whole = bytes.length <= 262_144;
  const end = whole ? bytes.length : bytes.lastIndexOf(10, 262_143) + 1;
  const cut = bytes.subarray(0, end);
  const lines: string[] = [];
  let at = 0;
  while (at < cut.length) {
    const lf = cut.indexOf(10, at);
    const stop = lf < 0 ? cut.length : lf;
    let text = "";
    for (let i = at; i < stop; i++) text += String.fromCharCode(cut[i]!);
    lines.push(text.endsWith("\r") ? text.slice(0, -1) : text);
    at = stop + 1;
  }
  return { bytes: cut, lines, name, whole };
}

/** Cuts at line ends only, as the importer does; `seed` 0 gives one block. */
export function runFormat(
  format: Format,
  bytes: Uint8Array,
  options: ParseOptions = {},
  seed = 0,
  capacity = seed === 0 ? 4096 : 3 + (seed % 7),
): Outcome {
  const next = random(seed);
  const addresses = new AddressBook();
  const dictionary = new TextDictionary();
  const batch = new ColumnBatch(format.role, addresses, dictionary, capacity);
  // Fields are left in the evidence unless asked for; read-back.test.ts shows that both are the same.
  const parser = format.open({ ...options, storeFields: true });
  const texts = new Map<number, string>();
  const names = new Map<number, string>();
  const outcome: Outcome = { rows: [], rejects: [], partials: [], counts: zeroCounts(), lines: 0 };
  const take = (): void => {
    for (const a of addresses.drain()) texts.set(a.id, a.text);
    for (const t of dictionary.drain()) names.set(t.id, t.text);
    for (let i = 0; i < batch.rows; i++) outcome.rows.push(rowOf(batch, i, texts, names));
    outcome.rejects.push(...batch.rejects);
    outcome.partials.push(...batch.partials);
    for (const key of Object.keys(batch.counts) as (keyof Counts)[]) outcome.counts[key] += batch.counts[key];
    batch.clear();
  };
  let line = 1;
  let at = 0;
  while (at < bytes.length) {
    let cut = seed === 0 ? bytes.length : at + 1 + Math.floor(next() * 400);
    if (cut >= bytes.length) cut = bytes.length;
    else {
      const lf = bytes.indexOf(10, cut - 1);
      cut = lf < 0 ? bytes.length : lf + 1;
    }
    // The block stands somewhere in a larger buffer, with foreign bytes around it, as in the importer.
    const before = seed === 0 ? 0 : Math.floor(next() * 9);
    const block = new Uint8Array(before + cut - at + 9).fill(0x31);
    block.set(bytes.subarray(at, cut), before);
    const cursor = { base: at - before, line };
    let position = before;
    let stuck = 0;
    while (position < before + cut - at) {
      const reached = parser.parse(block, position, before + cut - at, batch, cursor);
      expect(reached, "a parser never goes back").toBeGreaterThanOrEqual(position);
      stuck = reached === position ? stuck + 1 : 0;
      expect(stuck, "a parser moves on when its batch is emptied").toBeLessThan(1000);
      position = reached;
      take();
    }
    line = cursor.line;
    at = cut;
  }
  for (let i = 0; i < 10_000; i++) {
    parser.finish(batch, { base: bytes.length, line });
    const full = batch.full;
    take();
    if (!full) break;
  }
  outcome.lines = line - 1;
  return outcome;
}

function rowOf(batch: ColumnBatch, row: number, texts: Map<number, string>, names: Map<number, string>): Row {
  const cell = (name: string): number | string | null => {
    const c = batch.columns.find((column) => column.column.name === name);
    if (!c || c.valid[row] === 0) return null;
    if (c.text) return textCell(c, row);
    if (c.column.kind === "i64") {
      const lanes = c.data as Uint32Array;
      return (lanes[row * 2 + 1]! | 0) * 4_294_967_296 + lanes[row * 2]!;
    }
    return c.data![row]!;
  };
  const number = (name: string): number | null => cell(name) as number | null;
  const address = (name: string): string | null => {
    const id = number(name);
    if (id === null) return null;
    return id < IPV6_BASE ? formatIpv4(id) : (texts.get(id) ?? null);
  };
  const word = (name: string): string | null => names.get(number(name) ?? -1) ?? null;
  const fields = cell("fields");
  const row_: Row = {
    line: number("line")!,
    offset: number("offset")!,
    length: number("length")!,
    timeUs: number("time_us"),
    precisionUs: number("precision_us"),
    slackUs: number("slack_us"),
    timeMeans: timeMeansName(number("time_means")),
    otherTimeUs: number("other_time_us"),
    durationUs: number("duration_us"),
    srcIp: address("src_addr"),
    srcPort: number("src_port"),
    dstIp: address("dst_addr"),
    dstPort: number("dst_port"),
    protocol: number("protocol"),
    fields: fields === null ? {} : JSON.parse(fields as string),
  };
  if (batch.role === "nat" || batch.role === "subscriber") {
    row_.event = natEventName(number("event"));
    row_.startUs = number("start_us");
    row_.endUs = number("end_us");
    row_.publicIp = address("pub_addr");
    row_.portLow = number("port_low");
    row_.portHigh = number("port_high");
    row_.portStep = number("port_step");
    row_.insideIp = address("in_addr");
    row_.insidePort = number("in_port");
    row_.realm = word("realm");
    row_.subscriber = word("subscriber");
    row_.device = word("device");
    row_.conn = number("conn");
    row_.sequence = number("sequence");
  }
  return row_;
}

export function countLines(bytes: Uint8Array): number {
  let n = 0;
  for (const b of bytes) if (b === 10) n++;
  return bytes.length > 0 && bytes[bytes.length - 1] !== 10 ? n + 1 : n;
}

/** Parses in one block and in random splits; checks conservation, provenance and that both give the same. */
export function checkFormat(
  format: Format,
  bytes: Uint8Array,
  options: ParseOptions = {},
  seeds: readonly number[] = [1, 2, 3],
): Outcome {
  const whole = runFormat(format, bytes, options);
  const { counts } = whole;
  const lines = countLines(bytes);
  if (!format.binary) {
    expect(whole.lines, "physical lines passed").toBe(lines);
    expect(
      counts.recordLines + counts.rejects + counts.blanks + counts.headers,
      "conservation of lines",
    ).toBe(lines);
    const seen = new Set<number>();
    for (const r of whole.rejects) {
      expect(seen.has(r.line), `line ${r.line} is rejected once`).toBe(false);
      seen.add(r.line);
    }
    for (const r of whole.rows) {
      expect(seen.has(r.line), `line ${r.line} is no record and reject at once`).toBe(false);
      const start = r.offset === 0 || bytes[r.offset - 1] === 10;
      expect(start, `record at line ${r.line} begins a line`).toBe(true);
      const after = bytes[r.offset + r.length];
      expect(
        after === undefined || after === 10 || (after === 13 && bytes[r.offset + r.length + 1] === 10),
        `record at line ${r.line} ends with its line`,
      ).toBe(true);
    }
  }
  for (const seed of seeds) {
    const split = runFormat(format, bytes, options, seed);
    expect(split.rows, `rows under split ${seed}`).toEqual(whole.rows);
    expect(split.rejects, `rejects under split ${seed}`).toEqual(whole.rejects);
    expect(split.counts, `counts under split ${seed}`).toEqual(whole.counts);
  }
  return whole;
}

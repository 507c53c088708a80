// Runs a parser over text as the importer does, in blocks of any size, and reads the batch back as objects.
import type { Format, ParseOptions } from "../../../shared/formats/format";
import { AddressBook, formatIpv4, IPV6_BASE } from "../../../shared/record/address";
import {
  ColumnBatch,
  type Counts,
  type RejectRow,
  TextDictionary,
  zeroCounts,
} from "../../../shared/record/batch";
import { NAT_EVENT, natEventName, type Role, timeMeansName } from "../../../shared/record/columns";
import { textCell } from "../record/text-cell";

export type Row = Record<string, number | string | null>;

export interface Parsed {
  readonly rows: Row[];
  readonly rejects: RejectRow[];
  readonly partials: RejectRow[];
  readonly counts: Counts;
  readonly lines: number;
}

const ADDRESSES = new Set(["src_addr", "dst_addr", "pub_addr", "in_addr"]);
const TEXTS = new Set(["realm", "subscriber", "device"]);

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export interface Run {
  readonly role?: Role;
  /** Sizes of the blocks; the last repeats. */
  readonly blocks?: readonly number[];
  readonly capacity?: number;
}

export function parse(format: Format, bytes: Uint8Array, options: ParseOptions = {}, run: Run = {}): Parsed {
  const parser = format.open(options);
  const role = run.role ?? format.role;
  const book = new AddressBook();
  const texts = new TextDictionary();
  const out = new ColumnBatch(role, book, texts, run.capacity ?? 4096);
  const cursor = { base: 0, line: 1 };
  const addresses = new Map<number, string>();
  const words = new Map<number, string>();
  const parsed = { rows: [] as Row[], rejects: [] as RejectRow[], partials: [] as RejectRow[] };
  const counts = zeroCounts();
  const ship = (): void => {
    for (const row of book.drain()) addresses.set(row.id, row.text);
    for (const row of texts.drain()) words.set(row.id, row.text);
    for (let r = 0; r < out.rows; r++) parsed.rows.push(rowOf(out, r, addresses, words));
    parsed.rejects.push(...out.rejects);
    parsed.partials.push(...out.partials);
    for (const key of Object.keys(counts) as (keyof Counts)[]) counts[key] += out.counts[key];
    out.clear();
  };
  const sizes = [...(run.blocks ?? [1 << 22])];
  let rest = new Uint8Array(0);
  for (let at = 0; at < bytes.length || rest.length > 0; ) {
    const size = Math.max(1, sizes.length > 1 ? sizes.shift()! : sizes[0]!);
    const fresh = bytes.subarray(at, at + size);
    at += fresh.length;
    const ended = at >= bytes.length;
    const block = new Uint8Array(rest.length + fresh.length);
    block.set(rest);
    block.set(fresh, rest.length);
    cursor.base = at - block.length;
    const end = format.binary || ended ? block.length : block.lastIndexOf(10) + 1;
    let p = 0;
    while (p < end) {
      const next = parser.parse(block, p, end, out, cursor);
      const full = out.full;
      if (full) ship();
      if (next === p && !full) break;
      p = next;
    }
    rest = block.slice(p);
    if (ended) {
      if (rest.length > 0 && format.binary) {
        out.reject(cursor.line, at - rest.length, rest.length, "the file ends inside this data record");
        cursor.line++;
      }
      break;
    }
  }
  for (;;) {
    parser.finish(out, cursor);
    if (!out.full) break;
    ship();
  }
  ship();
  return { ...parsed, counts, lines: cursor.line - 1 };
}

export const parseText = (format: Format, text: string, options: ParseOptions = {}, run: Run = {}): Parsed =>
  parse(format, bytesOf(text), options, run);

function rowOf(
  out: ColumnBatch,
  r: number,
  addresses: ReadonlyMap<number, string>,
  words: ReadonlyMap<number, string>,
): Row {
  const row: Row = {};
  for (const cells of out.columns) {
    const { column, data, text, valid } = cells;
    if (!valid[r]) continue;
    let value: number | string | null;
    if (text) value = textCell(cells, r);
    else if (column.kind === "i64") {
      const lanes = data as Uint32Array;
      value = (lanes[2 * r + 1]! | 0) * 4_294_967_296 + lanes[2 * r]!;
    } else value = data![r]!;
    if (ADDRESSES.has(column.name) && typeof value === "number")
      value = value >= IPV6_BASE ? (addresses.get(value) ?? `?${value}`) : formatIpv4(value);
    else if (TEXTS.has(column.name) && typeof value === "number") value = words.get(value) ?? `?${value}`;
    else if (column.name === "event") value = natEventName(value as number);
    else if (column.name === "time_means") value = timeMeansName(value as number);
    row[column.name] = value;
  }
  return row;
}

/** Conservation: every physical line is record, reject, blank or header. */
export const accounted = (p: Parsed): number =>
  p.counts.recordLines + p.counts.rejects + p.counts.blanks + p.counts.headers;

export const physicalLines = (text: string): number =>
  text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);

export const us = (iso: string): number => Date.parse(iso) * 1000;
export { NAT_EVENT };

const instant = (v: unknown): string => {
  if (typeof v !== "number") return "-";
  const iso = new Date(v / 1000).toISOString().replace(".000Z", "Z").slice(5);
  return v % 1000 === 0 ? iso : `${iso}+${v % 1000}us`;
};

/** A NAT record in one line: event, time, protocol, inside > public to destination, then what else it states. */
export function told(r: Row): string {
  const port = (p: unknown): string => (p === undefined ? "" : `:${p}`);
  const high = r.port_high === r.port_low ? "" : `-${r.port_high}`;
  const out = [
    r.event,
    instant(r.time_us),
    `p${r.protocol ?? "*"}`,
    `${r.in_addr ?? "-"}${port(r.in_port)}`,
    ">",
    `${r.pub_addr ?? "-"}${port(r.port_low)}${high}`,
  ];
  if (r.dst_addr !== undefined) out.push("to", `${r.dst_addr}${port(r.dst_port)}`);
  if (r.realm !== undefined) out.push(`realm=${r.realm}`);
  if (r.subscriber !== undefined) out.push(`sub=${r.subscriber}`);
  if (r.conn !== undefined) out.push(`conn=${r.conn}`);
  if (r.device !== undefined) out.push(`dev=${r.device}`);
  if (r.other_time_us !== undefined) out.push(`other=${instant(r.other_time_us)}`);
  if (r.start_us !== undefined) out.push(`start=${instant(r.start_us)}/${r.start_precision_us}`);
  if (r.end_us !== undefined) out.push(`end=${instant(r.end_us)}/${r.end_precision_us}`);
  if (r.duration_us !== undefined) out.push(`dur=${r.duration_us}`);
  return out.join(" ");
}

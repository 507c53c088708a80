// lineParser: a format that is read line by line as text. It carries the bookkeeping that no format may get wrong:
// every physical line ends as part of a record, reject, blank or header (rule of evidence 1), records over several
// lines keep the first line's number and the whole length, and block boundaries never show in the result.
//
// Text is latin1: one character a byte, so a position in the text is a position in the evidence. Field values are
// turned into Unicode when they are stored.

import type { ColumnBatch } from "../record/batch";
import { isBlank, latin1, lineEnd, withoutCr } from "../record/bytes";
import { NAT_EVENT, type NatEvent, type Role, TIME_MEANS, type TimeMeans } from "../record/columns";
import type { Moment } from "../time/reader";
import type { Cursor, Parser, Span } from "./format";

export type FieldValue = string | number | null | undefined;

/** What a line says. Whatever is left out is NULL; addresses are text and must be addresses (a name goes into fields). */
export interface LineRecord {
  /** When; null where the line has no time at all. */
  readonly time: Moment | null;
  readonly timeMeans: TimeMeans;
  readonly durationUs?: number | null;
  readonly otherTimeUs?: number | null;
  readonly srcIp?: string | null;
  readonly srcPort?: number | null;
  readonly dstIp?: string | null;
  readonly dstPort?: number | null;
  readonly protocol?: number | null;
  /** The format's own fields, in the order in which they are to be shown; null and undefined are left out. */
  readonly fields?: Readonly<Record<string, FieldValue>>;
  /** Why a part of the line did not parse although it is a record. */
  readonly partial?: string;
  readonly spans?: readonly Span[];
  // NAT and subscriber records:
  readonly event?: NatEvent;
  readonly startUs?: number | null;
  readonly endUs?: number | null;
  readonly startPrecisionUs?: number | null;
  readonly endPrecisionUs?: number | null;
  readonly publicIp?: string | null;
  readonly portLow?: number | null;
  readonly portHigh?: number | null;
  readonly portStep?: number | null;
  readonly insideIp?: string | null;
  readonly insidePort?: number | null;
  readonly realm?: string | null;
  readonly subscriber?: string | null;
  readonly device?: string | null;
  readonly conn?: number | null;
  readonly sequence?: number | null;
}

/** A reject's reason completes "no record, because ...". */
export type LineOutcome =
  | LineRecord
  | readonly LineRecord[]
  | { readonly reject: string }
  | "header"
  | "blank";

export interface LineMeta {
  /** Number of the (first) line. */
  readonly line: number;
  readonly offset: number;
  /** True for a last line that no line break ends: it may be cut short. */
  readonly cut?: boolean;
}

export interface LineRules {
  /** `text`: the line, or the record's lines joined by LF. latin1, without CR at the end. */
  read(text: string, meta: LineMeta): LineOutcome;
  /** True where `text` belongs to the record that `before` (its lines so far) began. */
  continues?(text: string, before: string): boolean;
}

/** Longer lines are rejected unread: no server or NAT writes one, and a crafted one must not cost the import. */
export const LONGEST_LINE = 1_048_576;
/** Physical lines that one record may span; a longer one is cut there. */
const LONGEST_RECORD_LINES = 20_000;

export function latin1Bytes(text: string): Uint8Array {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A latin1 value as the Unicode it most likely is: UTF-8 where it is valid UTF-8, else byte for byte. */
export function readable(value: string): string {
  let ascii = true;
  for (let i = 0; i < value.length; i++) {
    const c = value.charCodeAt(i);
    // Above latin1 it is Unicode already (a JSON escape).
    if (c > 255) return value;
    if (c > 127) ascii = false;
  }
  if (ascii) return value;
  try {
    return strictUtf8.decode(latin1Bytes(value));
  } catch {
    return value;
  }
}

/** Fields as JSON in their order, null and undefined left out; null where nothing is left. */
export function fieldsJson(fields: Readonly<Record<string, FieldValue>> | undefined): string | null {
  if (!fields) return null;
  let out = "";
  for (const key in fields) {
    const value = fields[key];
    if (value === null || value === undefined) continue;
    out += `${out === "" ? "{" : ","}${quoted(key)}:${typeof value === "string" ? quoted(value) : JSON.stringify(value)}`;
  }
  return out === "" ? null : `${out}}`;
}

/** What JSON writes otherwise than it stands, and what may be UTF-8 in latin1. */
const NOT_PLAIN = /["\\\0-\x1f\x7f-\uffff]/;
const quoted = (text: string): string =>
  NOT_PLAIN.test(text) ? JSON.stringify(readable(text)) : `"${text}"`;

function readableFields(
  fields: Readonly<Record<string, FieldValue>>,
): Record<string, string | number | null> {
  const out: Record<string, string | number | null> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (value === null || value === undefined) continue;
    out[key] = typeof value === "string" ? readable(value) : value;
  }
  return out;
}

interface Pending {
  text: string;
  readonly line: number;
  readonly offset: number;
  /** Offset and length of each physical line. */
  readonly parts: { offset: number; length: number }[];
  cut: boolean;
}

class LineParser implements Parser {
  private readonly rules: LineRules;
  private pending: Pending | null = null;
  /** Records that found no room in the batch, with the physical lines they still count for. */
  private queue: { record: LineRecord; line: number; offset: number; length: number; lines: number }[] = [];

  constructor(
    private readonly role: Role,
    private readonly make: () => LineRules,
  ) {
    this.rules = make();
  }

  parse(block: Uint8Array, start: number, end: number, out: ColumnBatch, cursor: Cursor): number {
    this.drain(out);
    let at = start;
    while (at < end && !out.full) {
      const lf = lineEnd(block, at, end);
      const stop = withoutCr(block, at, lf);
      this.line(block, at, stop, lf >= end, out, cursor);
      cursor.line++;
      at = lf < end ? lf + 1 : end;
    }
    return at;
  }

  finish(out: ColumnBatch, _cursor: Cursor): void {
    this.drain(out);
    if (this.queue.length === 0) this.flush(out);
  }

  explain(record: Uint8Array): { fields: Record<string, string | number | null>; spans: Span[] } {
    let text = latin1(record, 0, record.length);
    if (text.endsWith("\n")) text = text.slice(0, -1);
    const outcome = this.make().read(text.replaceAll("\r\n", "\n"), { line: 1, offset: 0 });
    const first = Array.isArray(outcome) ? (outcome as readonly LineRecord[])[0] : outcome;
    if (!first || typeof first === "string" || "reject" in first) return { fields: {}, spans: [] };
    const found = first as LineRecord;
    return {
      fields: readableFields(found.fields ?? {}),
      spans: found.spans ? [...found.spans] : spansOf(text, found),
    };
  }

  private line(
    block: Uint8Array,
    from: number,
    to: number,
    cut: boolean,
    out: ColumnBatch,
    cursor: Cursor,
  ): void {
    const offset = cursor.base + from;
    const length = to - from;
    if (length > LONGEST_LINE) {
      this.flush(out);
      out.reject(cursor.line, offset, length, `the line is longer than ${LONGEST_LINE} bytes`);
      return;
    }
    const blank = isBlank(block, from, to);
    const continues = this.rules.continues;
    if (!continues) {
      if (blank) out.blank();
      else this.single(this.decode(block, from, to, offset), cursor.line, offset, length, cut, out);
      return;
    }
    const text = this.decode(block, from, to, offset);
    const pending = this.pending;
    if (
      pending &&
      pending.parts.length < LONGEST_RECORD_LINES &&
      pending.text.length + text.length < LONGEST_LINE &&
      this.rules.continues!(text, pending.text)
    ) {
      pending.text += `\n${text}`;
      pending.parts.push({ offset, length });
      pending.cut = cut;
      return;
    }
    this.flush(out);
    if (blank) out.blank();
    else this.pending = { text, line: cursor.line, offset, parts: [{ offset, length }], cut };
  }

  /**
   * A byte order mark at the start of the file is no part of its first line's text, and blanks at a line's end are what
   * exports add; a line of blanks alone stays as it is, since a statement over several lines may hold one.
   */
  private decode(block: Uint8Array, from: number, to: number, offset: number): string {
    let end = to;
    while (end > from && (block[end - 1] === 32 || block[end - 1] === 9)) end--;
    const text = latin1(block, from, end > from ? end : to);
    return offset === 0 && text.startsWith("\xef\xbb\xbf") ? text.slice(3) : text;
  }

  /** A record of one line, as nearly all are: written at once where there is room, without a queue. */
  private single(
    text: string,
    line: number,
    offset: number,
    length: number,
    cut: boolean,
    out: ColumnBatch,
  ): void {
    const outcome = this.rules.read(text, { line, offset, cut });
    if (
      typeof outcome === "object" &&
      !Array.isArray(outcome) &&
      !("reject" in outcome) &&
      this.queue.length === 0 &&
      out.rows < out.capacity
    )
      this.write(outcome as LineRecord, line, offset, length, 1, out);
    else this.account(outcome, { text, line, offset, parts: [{ offset, length }], cut }, out);
  }

  private flush(out: ColumnBatch): void {
    const pending = this.pending;
    if (!pending) return;
    this.pending = null;
    this.emit(pending, out);
  }

  private emit(p: Pending, out: ColumnBatch): void {
    this.account(this.rules.read(p.text, { line: p.line, offset: p.offset, cut: p.cut }), p, out);
  }

  private account(outcome: LineOutcome, p: Pending, out: ColumnBatch): void {
    const rejected =
      typeof outcome === "string"
        ? null
        : "reject" in outcome
          ? outcome.reject
          : Array.isArray(outcome) && outcome.length === 0
            ? "holds no record"
            : null;
    if (outcome === "header" || outcome === "blank" || rejected !== null) {
      p.parts.forEach(({ offset, length }, i) => {
        if (rejected !== null) out.reject(p.line + i, offset, length, rejected);
        else if (outcome === "header") out.header();
        else out.blank();
      });
      return;
    }
    const records = Array.isArray(outcome) ? (outcome as readonly LineRecord[]) : [outcome as LineRecord];
    const last = p.parts[p.parts.length - 1]!;
    const length = last.offset + last.length - p.offset;
    records.forEach((record, i) => {
      this.queue.push({
        record,
        line: p.line,
        offset: p.offset,
        length,
        lines: i === 0 ? p.parts.length : 0,
      });
    });
    this.drain(out);
  }

  private drain(out: ColumnBatch): void {
    if (this.queue.length === 0) return;
    let done = 0;
    for (const q of this.queue) {
      if (out.rows >= out.capacity) break;
      this.write(q.record, q.line, q.offset, q.length, q.lines, out);
      done++;
    }
    this.queue = done === this.queue.length ? [] : this.queue.slice(done);
  }

  private write(
    r: LineRecord,
    line: number,
    offset: number,
    length: number,
    lines: number,
    out: ColumnBatch,
  ): void {
    out.set("line", line);
    out.set("offset", offset);
    out.set("length", length);
    if (r.time) {
      out.set("time_us", r.time.us);
      out.set("precision_us", r.time.precisionUs);
      out.set("slack_us", r.time.slackUs);
    }
    out.set("time_means", TIME_MEANS[r.timeMeans]);
    out.set("duration_us", r.durationUs);
    out.set("other_time_us", r.otherTimeUs);
    out.set("src_addr", this.address(r.srcIp, out));
    out.set("src_port", r.srcPort);
    out.set("dst_addr", this.address(r.dstIp, out));
    out.set("dst_port", r.dstPort);
    out.set("protocol", r.protocol);
    out.set("fields", fieldsJson(r.fields));
    if (this.role === "nat" || this.role === "subscriber") {
      out.set("event", r.event === undefined ? null : NAT_EVENT[r.event]);
      out.set("start_us", r.startUs);
      out.set("end_us", r.endUs);
      out.set("start_precision_us", r.startPrecisionUs);
      out.set("end_precision_us", r.endPrecisionUs);
      out.set("pub_addr", this.address(r.publicIp, out));
      out.set("port_low", r.portLow);
      out.set("port_high", r.portHigh);
      out.set("port_step", r.portStep ?? (r.portLow === null || r.portLow === undefined ? null : 1));
      out.set("in_addr", this.address(r.insideIp, out));
      out.set("in_port", r.insidePort);
      const entry = (text: string | null | undefined): number | null =>
        text === null || text === undefined || text === "" ? null : out.dictionary.id(readable(text));
      out.set("realm", entry(r.realm));
      out.set("subscriber", entry(r.subscriber));
      out.set("device", entry(r.device));
      out.set("conn", r.conn);
      out.set("sequence", r.sequence);
    }
    if (r.srcPort !== null && r.srcPort !== undefined) out.counts.withPort++;
    out.endRow(lines);
    if (r.partial !== undefined && lines > 0) out.partial(line, offset, length, r.partial);
  }

  private address(text: string | null | undefined, out: ColumnBatch): number | null {
    return text === null || text === undefined ? null : out.addresses.id(text);
  }
}

/** Where address and port stand in the text, for formats that do not say so themselves: the last place where both meet. */
function spansOf(text: string, r: LineRecord): Span[] {
  const out: Span[] = [];
  if (!r.srcIp) return out;
  let at = text.lastIndexOf(r.srcIp);
  if (r.srcPort !== null && r.srcPort !== undefined) {
    const port = String(r.srcPort);
    for (let i = at; i >= 0; i = i === 0 ? -1 : text.lastIndexOf(r.srcIp, i - 1)) {
      const after = text.indexOf(port, i + r.srcIp.length);
      if (after >= 0 && after - (i + r.srcIp.length) <= 8) {
        out.push({ from: i, to: i + r.srcIp.length, kind: "srcIp" });
        out.push({ from: after, to: after + port.length, kind: "srcPort" });
        return out;
      }
    }
    at = text.lastIndexOf(r.srcIp);
  }
  if (at >= 0) out.push({ from: at, to: at + r.srcIp.length, kind: "srcIp" });
  return out;
}

/** A parser from rules that see one record's text at a time. `make` gives fresh state (year, headers) for each file. */
export const lineParser = (role: Role, make: () => LineRules): Parser => new LineParser(role, make);

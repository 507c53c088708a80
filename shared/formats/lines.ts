// lineParser: a format that is read line by line as text. It carries the bookkeeping that no format may get wrong:
// every physical line ends as part of a record, reject, blank or header (rule of evidence 1), records over several
// lines keep the first line's number and the whole length, and block boundaries never show in the result.
//
// Text is latin1: one character a byte, so a position in the text is a position in the evidence. Field values are
// turned into Unicode when they are stored.

import type { ColumnBatch } from "../record/batch";
import { latin1, lineEnd } from "../record/bytes";
import type { NatEvent, Role, TimeMeans } from "../record/columns";
import type { Moment } from "../time/reader";
import type { Cursor, Parser, Span } from "./format";
import { LineCells } from "./line-cells";
import { contentEnd, readableFields, recordText, spansOf } from "./line-text";
import { type HeldObject, mayBegin, ObjectLines } from "./object-lines";

export { fieldsJson, latin1Bytes, readable } from "./line-text";

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
  readonly fields?: Readonly<Record<string, FieldValue>> | undefined;
  /** The same as JSON already, in place of `fields`: for columns that the file itself names. */
  readonly fieldsText?: string | null | undefined;
  /** True: its fields cannot be read back from its lines alone, and are stored. */
  readonly keepsFields?: boolean;
  /** Why a part of the line did not parse although it is a record. */
  readonly partial?: string | undefined;
  readonly spans?: readonly Span[] | undefined;
  // NAT and subscriber records:
  readonly event?: NatEvent | undefined;
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
  /** Records that sequence numbers show as lost before this one; negative where a late line takes some back. */
  readonly lost?: number;
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
  /** False where the record's fields are left in the evidence: they need not be made. */
  readonly fields?: boolean;
}

export interface LineRules {
  /** `text`: the line, or the record's lines joined by LF. latin1, without CR at the end. */
  read(text: string, meta: LineMeta): LineOutcome;
  /** True where `text` belongs to the record that `before` (its lines so far) began. */
  continues?(text: string, before: string): boolean;
  /** True where JSON objects and journal entries over several lines are given to `read` as one text (./object-lines). */
  readonly objects?: boolean;
}

/** Whether a format's fields are stored, or read back from the evidence when they are asked for. */
export interface LineFields {
  /** ParseOptions.storeFields. */
  readonly store?: boolean | undefined;
  /** True where those of a JSON object are read back too: for formats that are JSON. */
  readonly json?: boolean;
  /**
   * Rules that read the fields of one record by itself, whatever stands before it: what its lines say must not hang on
   * others, and a date must exist in the year that they were given.
   */
  readBack(): LineRules;
}

/** Longer lines are rejected unread: no server or NAT writes one, and a crafted one must not cost the import. */
export const LONGEST_LINE = 1_048_576;
/** Physical lines that one record may span; a longer one is cut there. */
const LONGEST_RECORD_LINES = 20_000;

interface Pending {
  text: string;
  readonly line: number;
  readonly offset: number;
  /** Offset and length of each physical line. */
  readonly parts: { offset: number; length: number }[];
  cut: boolean;
}

/** Bytes made into text at once: a call a line costs more than the line. Lines are slices of it, not copies. */
const STRETCH = 65_536;

class LineParser implements Parser {
  private readonly rules: LineRules;
  private cells: LineCells | null = null;
  private pending: Pending | null = null;
  private readonly objects: ObjectLines | null;
  /** Records that found no room in the batch, with the physical lines they still count for. */
  private queue: {
    record: LineRecord;
    line: number;
    offset: number;
    length: number;
    lines: number;
    fields: boolean;
  }[] = [];

  constructor(
    private readonly role: Role,
    private readonly make: () => LineRules,
    private readonly how: LineFields | undefined,
  ) {
    this.rules = make();
    this.objects = this.rules.objects ? new ObjectLines() : null;
  }

  parse(block: Uint8Array, start: number, end: number, out: ColumnBatch, cursor: Cursor): number {
    if (this.cells?.out !== out) this.cells = new LineCells(out, this.role);
    this.drain(out);
    let at = start;
    while (at < end && !out.full) at = this.stretch(block, at, stretchEnd(block, at, end), out, cursor);
    return at;
  }

  finish(out: ColumnBatch, _cursor: Cursor): void {
    if (this.cells?.out !== out) this.cells = new LineCells(out, this.role);
    this.drain(out);
    if (this.queue.length > 0) return;
    this.flush(out);
    const left = this.objects?.finish();
    if (left) this.ended(left, out);
  }

  explain(record: Uint8Array): { fields: Record<string, string | number | null>; spans: Span[] } {
    const text = recordText(record);
    const rules = this.how ? this.how.readBack() : this.make();
    const outcome = rules.read(text, { line: 1, offset: 0, fields: true });
    const first = Array.isArray(outcome) ? (outcome as readonly LineRecord[])[0] : outcome;
    if (!first || typeof first === "string" || "reject" in first) return { fields: {}, spans: [] };
    const found = first as LineRecord;
    return {
      fields: found.fieldsText ? JSON.parse(found.fieldsText) : readableFields(found.fields ?? {}),
      spans: found.spans ? [...found.spans] : spansOf(text, found),
    };
  }

  /** The lines of [start, end) until the batch is full; returns the position reached. */
  private stretch(block: Uint8Array, start: number, end: number, out: ColumnBatch, cursor: Cursor): number {
    const text = latin1(block, start, end);
    const base = cursor.base + start;
    const size = text.length;
    let at = 0;
    while (at < size && !out.full) {
      const lf = text.indexOf("\n", at);
      const stop = lf < 0 ? size : lf;
      const crlf = stop > at && text.charCodeAt(stop - 1) === 13;
      this.line(text, at, crlf ? stop - 1 : stop, base + at, lf < 0, out, cursor);
      cursor.line++;
      at = stop + 1;
    }
    return start + Math.min(at, size);
  }

  private line(
    block: string,
    from: number,
    to: number,
    offset: number,
    cut: boolean,
    out: ColumnBatch,
    cursor: Cursor,
  ): void {
    const length = to - from;
    if (length > LONGEST_LINE) {
      this.flush(out);
      out.reject(cursor.line, offset, length, `the line is longer than ${LONGEST_LINE} bytes`);
      return;
    }
    const { objects } = this;
    if (
      objects !== null &&
      (objects.open || mayBegin(block.charCodeAt(from), length)) &&
      this.held(block.slice(from, contentEnd(block, from, to)), offset, length, cut, out, cursor)
    )
      return;
    const blank = isBlank(block, from, to);
    if (blank && !this.rules.continues) {
      out.blank();
      return;
    }
    // A byte order mark at the start of the file is no part of its first line's text; a line of blanks alone stays as it
    // is, since a statement over several lines may hold one.
    let text = block.slice(from, contentEnd(block, from, to));
    if (offset === 0 && text.startsWith("\xef\xbb\xbf")) text = text.slice(3);
    if (!this.rules.continues) {
      this.single(text, cursor.line, offset, length, cut, out);
      return;
    }
    const pending = this.pending;
    if (
      pending &&
      pending.parts.length < LONGEST_RECORD_LINES &&
      pending.text.length + text.length < LONGEST_LINE &&
      this.rules.continues(text, pending.text)
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

  /** True where the line is part of an object over several lines, or stands around such objects. */
  private held(
    text: string,
    offset: number,
    length: number,
    cut: boolean,
    out: ColumnBatch,
    cursor: Cursor,
  ): boolean {
    const objects = this.objects!;
    const { pending } = this;
    // A line of a statement may be a bracket too.
    if (!objects.open && pending && this.rules.continues?.(text, pending.text)) return false;
    const fed = objects.feed(text, cursor.line, offset, length);
    if (fed === "other") return false;
    this.flush(out);
    if (fed === "held") return true;
    if ("frame" in fed) {
      for (let i = 0; i < fed.frame.length; i++) out.header();
      return true;
    }
    this.ended(fed, out);
    return "done" in fed && fed.again === true ? this.held(text, offset, length, cut, out, cursor) : true;
  }

  private ended(
    end: { readonly done: HeldObject } | { readonly broken: HeldObject },
    out: ColumnBatch,
  ): void {
    if ("broken" in end) {
      const { line, parts } = end.broken;
      parts.forEach((p, i) => {
        out.reject(line + i, p.offset, p.length, "its JSON object does not end");
      });
      return;
    }
    const { text, line, parts } = end.done;
    const { offset } = parts[0]!;
    const outcome = this.rules.read(text, { line, offset, fields: true });
    this.account(outcome, { text, line, offset, parts: [...parts], cut: false }, true, out);
  }

  /** Fields are stored where they cannot be read back, and of a JSON object, whose text is not that of its bytes. */
  private stored(text: string): boolean {
    const { how } = this;
    return how === undefined || how.store === true || (how.json !== true && isJson(text));
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
    const fields = this.stored(text);
    const outcome = this.rules.read(text, { line, offset, cut, fields });
    if (
      typeof outcome === "object" &&
      !Array.isArray(outcome) &&
      !("reject" in outcome) &&
      this.queue.length === 0 &&
      out.rows < out.capacity
    )
      this.cells!.write(outcome as LineRecord, line, offset, length, 1, fields);
    else this.account(outcome, { text, line, offset, parts: [{ offset, length }], cut }, fields, out);
  }

  private flush(out: ColumnBatch): void {
    const p = this.pending;
    if (!p) return;
    this.pending = null;
    const fields = this.stored(p.text);
    const outcome = this.rules.read(p.text, { line: p.line, offset: p.offset, cut: p.cut, fields });
    this.account(outcome, p, fields, out);
  }

  private account(outcome: LineOutcome, p: Pending, fields: boolean, out: ColumnBatch): void {
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
        // What is read back from a record's bytes is its first.
        fields: fields || records.length > 1,
      });
    });
    this.drain(out);
  }

  private drain(out: ColumnBatch): void {
    if (this.queue.length === 0) return;
    let done = 0;
    for (const q of this.queue) {
      if (out.rows >= out.capacity) break;
      this.cells!.write(q.record, q.line, q.offset, q.length, q.lines, q.fields);
      done++;
    }
    this.queue = done === this.queue.length ? [] : this.queue.slice(done);
  }
}

/** The end of the lines that begin in block[at, at + STRETCH), at least of one. */
function stretchEnd(block: Uint8Array, at: number, end: number): number {
  if (end - at <= STRETCH) return end;
  const lf = block.lastIndexOf(10, at + STRETCH - 1);
  return lf >= at ? lf + 1 : Math.min(end, lineEnd(block, at + STRETCH, end) + 1);
}

const isJson = (text: string): boolean => text.charCodeAt(0) === 123 && /^\{[^\d}]/.test(text);

/** True where [from, to) holds only spaces, tabs and carriage returns (or nothing). */
function isBlank(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i);
    if (c !== 32 && c !== 9 && c !== 13) return false;
  }
  return true;
}

/**
 * A parser from rules that see one record's text at a time. `make` gives fresh state (year, headers) for each file; without
 * `how` fields are always stored.
 */
export const lineParser = (role: Role, make: () => LineRules, how?: LineFields): Parser =>
  new LineParser(role, make, how);

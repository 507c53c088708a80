// The sets of export messages in file order, to rows. A data set whose template has not come yet waits, and everything
// behind it, so that records keep the file's order and numbers; a set whose template never comes is one reject. What
// waits is bounded. Sequence numbers show what was lost on the way (RFC 7011 section 3.1; RFC 3954 section 5.1).
import type { ColumnBatch } from "../../../record/batch";
import type { Cursor } from "../../format";
import { type Elsewhere, fills, type TemplateBook } from "./elsewhere";
import { emit, emitV5, type Origin } from "./emit";
import { SequenceBook } from "./sequence";
import { measure, readTemplates, type Template } from "./templates";

/** A set (or the records of a version 5 message) as framed by a container. */
export interface RawSet {
  readonly origin: Origin;
  /** Set id; -1 for version 5 records, -2 for bytes that are no set (then `reason` says why). */
  readonly id: number;
  /** Content after the set's header. A copy: it may wait. */
  readonly bytes: Uint8Array;
  /** Offset of bytes[0] in the evidence, and of every further piece of a reassembled packet. */
  readonly offset: (at: number) => number;
  readonly reason?: string;
}

/** Bytes that may wait for a template. */
const WAITING = 32 << 20;
const MOST_TEMPLATES = 100_000;
const MOST_FIELDS = 65_536;

export const NO_SET = -2;
export const V5_RECORDS = -1;

interface Early {
  readonly serial: number;
  readonly template: Template;
}

export class SetReader {
  private readonly templates = new Map<string, Template>();
  /** Templates of sets that still wait, by key, in file order. */
  private readonly early = new Map<string, Early[]>();
  private queue: { set: RawSet; serial: number }[] = [];
  private head = 0;
  private serial = 0;
  private waiting = 0;
  /** Position in the set at the head of the queue. */
  private at = 0;
  private readonly sequences = new SequenceBook();
  private readonly spans = new Int32Array(2 * MOST_FIELDS);

  constructor(private readonly elsewhere: Elsewhere | null = null) {}

  accept(set: RawSet): void {
    const serial = this.serial++;
    this.queue.push({ set, serial });
    this.waiting += set.bytes.length;
    if (!isTemplates(set)) return;
    const { templates } = readTemplates(set.bytes, version(set), isOptions(set));
    for (const template of templates) {
      const key = keyOf(set.origin, template.id);
      const list = this.early.get(key);
      if (list) list.push({ serial, template });
      else this.early.set(key, [{ serial, template }]);
    }
  }

  /** Writes rows until the batch is full (false) or nothing more can be decided (true). `final`: nothing follows. */
  pump(out: ColumnBatch, cursor: Cursor, final: boolean): boolean {
    while (this.head < this.queue.length) {
      const { set, serial } = this.queue[this.head]!;
      const done = this.one(set, serial, out, cursor, final || this.waiting > WAITING);
      if (done === "full") return false;
      if (done === "wait") return true;
      this.waiting -= set.bytes.length;
      this.at = 0;
      this.head++;
      if (this.head > 1024 && this.head * 2 > this.queue.length) {
        this.queue = this.queue.slice(this.head);
        this.head = 0;
      }
    }
    this.queue = [];
    this.head = 0;
    return !out.full;
  }

  private one(
    set: RawSet,
    serial: number,
    out: ColumnBatch,
    cursor: Cursor,
    giveUp: boolean,
  ): "done" | "full" | "wait" {
    if (out.full) return "full";
    if (set.id === NO_SET) {
      this.reject(out, cursor, set, 0, set.bytes.length, set.reason ?? "no set");
      return "done";
    }
    if (this.at === 0) out.counts.lost += this.sequences.message(set.origin);
    if (set.id === V5_RECORDS) return this.v5(set, out, cursor);
    if (isTemplates(set)) {
      this.learn(set, serial, out, cursor);
      return "done";
    }
    const key = keyOf(set.origin, set.id);
    const template = this.templates.get(key) ?? this.early.get(key)?.[0]?.template;
    if (template) return this.records(set, template, out, cursor);
    if (!giveUp) return "wait";
    const other = this.elsewhere?.template(key) ?? null;
    if (other !== null && other !== "several" && fills(other, set.bytes, this.spans))
      return this.records(set, other, out, cursor);
    out.counts.noTemplate++;
    this.sequences.unknown(set.origin);
    const why =
      other === null
        ? "whose template never came"
        : other === "several"
          ? "which the templates of other files explain in several ways"
          : "whose template never came; that of another file does not fit it";
    this.reject(out, cursor, set, 0, set.bytes.length, `data set ${set.id}, ${why}`);
    return "done";
  }

  private learn(set: RawSet, serial: number, out: ColumnBatch, cursor: Cursor): void {
    const { templates, withdrawn, fault } = readTemplates(set.bytes, version(set), isOptions(set));
    for (const id of withdrawn) {
      // Id 2 or 3 withdraws all templates of its kind (RFC 7011 section 8.1).
      if (id >= 256) this.templates.delete(keyOf(set.origin, id));
    }
    for (const template of templates) {
      const key = keyOf(set.origin, template.id);
      const list = this.early.get(key);
      if (list?.[0]?.serial === serial) {
        list.shift();
        if (list.length === 0) this.early.delete(key);
      }
      if (this.templates.size < MOST_TEMPLATES || this.templates.has(key)) this.templates.set(key, template);
    }
    if (fault) this.reject(out, cursor, set, fault.offset, fault.length, fault.reason);
  }

  private records(set: RawSet, template: Template, out: ColumnBatch, cursor: Cursor): "done" | "full" {
    const b = set.bytes;
    while (this.at + template.minimum <= b.length) {
      if (out.full) return "full";
      const start = this.at;
      const next = measure(template, b, start, b.length, this.spans);
      if (next < 0) break;
      this.at = next;
      out.counts.lost -= this.sequences.record(set.origin);
      if (template.options) {
        // It describes the exporter: counted, but no record of a connection.
        out.header();
        cursor.line++;
        continue;
      }
      out.set("line", cursor.line);
      out.set("offset", set.offset(start));
      out.set("length", next - start);
      const fault = emit(out, template, b, this.spans, set.origin);
      if (fault !== null) {
        out.abandonRow();
        this.reject(out, cursor, set, start, next - start, fault);
        continue;
      }
      out.endRow();
      if (set.origin.flaw !== null)
        out.partial(cursor.line, set.offset(start), next - start, set.origin.flaw);
      cursor.line++;
    }
    const rest = b.subarray(this.at);
    // Padding is shorter than a record, and zeros (RFC 7011 section 3.3.1).
    if (rest.some((c) => c !== 0)) {
      if (out.full) return "full";
      this.reject(
        out,
        cursor,
        set,
        this.at,
        rest.length,
        "left over at the end of a data set: no whole record",
      );
    }
    return "done";
  }

  private v5(set: RawSet, out: ColumnBatch, cursor: Cursor): "done" | "full" {
    const b = set.bytes;
    for (; this.at + 48 <= b.length; this.at += 48) {
      if (out.full) return "full";
      out.set("line", cursor.line);
      out.set("offset", set.offset(this.at));
      out.set("length", 48);
      emitV5(out, b, this.at, set.origin);
      out.endRow();
      cursor.line++;
    }
    return "done";
  }

  private reject(
    out: ColumnBatch,
    cursor: Cursor,
    set: RawSet,
    at: number,
    length: number,
    reason: string,
  ): void {
    out.reject(cursor.line, set.offset(at), length, reason);
    cursor.line++;
  }
}

/** Keeps the templates that a set of file `file` brings, for the other files of its import. */
export function surveySet(set: RawSet, file: number, book: TemplateBook): void {
  if (!isTemplates(set)) return;
  for (const template of readTemplates(set.bytes, version(set), isOptions(set)).templates)
    book.learn(keyOf(set.origin, template.id), file, template);
}

const version = (set: RawSet): 9 | 10 => (set.origin.version === 9 ? 9 : 10);
/** Set ids: IPFIX 2 templates, 3 options; version 9: 0 and 1. */
const isTemplates = (set: RawSet): boolean =>
  set.origin.version === 9
    ? set.id === 0 || set.id === 1
    : set.origin.version === 10 && (set.id === 2 || set.id === 3);
const isOptions = (set: RawSet): boolean => (set.origin.version === 9 ? set.id === 1 : set.id === 3);
const keyOf = (origin: Origin, id: number): string =>
  `${origin.exporter ?? ""}/${origin.version}/${origin.domain}/${id}`;

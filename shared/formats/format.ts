// What a log format is. A format is one file in shared/formats/{server,nat,subscriber,reference}/ that
// default-exports a `Format`, plus one sample in test/data/; import.meta.glob finds it.
//
// Bytes in, columns out: `parse(block, start, end, out)` sees whole lines only (the importer keeps the remainder), and
// accounts for every line it passes: endRow, reject, blank or header. Rare formats use `lineParser` (./lines.ts).
import type { ColumnBatch } from "../record/batch";
import type { Role, TimeMeans } from "../record/columns";
import type { ZoneRule } from "../time/zone";
import type { LinePattern } from "./any/regex/pattern";

/** Runs the analyst's regular expression outside of JavaScript (rule of evidence 13). */
export interface LineMatcher {
  /**
   * What the expression's groups are in each text: a column a group, the whole match first. A text that does not fit
   * has "" everywhere, and so has a group that took no part. Throws "usage" where RE2 refuses the expression.
   */
  match(pattern: LinePattern, texts: readonly string[]): Promise<readonly (readonly string[])[]>;
}

export interface ParseOptions {
  /** A layout string of the software's own kind, from --layout. */
  layout?: string;
  /** --map: column map of a CSV. */
  map?: Readonly<Record<string, string>>;
  /** Fills a time without a zone; undefined = none was given. Never overrides a zone that the record carries. */
  zone?: ZoneRule;
  /** Year of the first line, where lines carry none. */
  year?: number;
  /** True: write the format's own fields to the `fields` column even where `explain` could read them back from the evidence. */
  storeFields?: boolean;
  /** For a layout that is a regular expression; what only opens a parser to explain a record has none. */
  matcher?: LineMatcher;
}

/** Something the file leaves open and the analyst must settle before import; an import without it is refused. */
export interface Question {
  readonly kind: "zone" | "year" | "layout" | "map" | "dayMonth" | "role";
  /** A sentence: "Times have no UTC offset." */
  readonly text: string;
  readonly line?: number;
}

export interface Detection {
  /** 0..1: share of the sample's non-blank lines that this format explains in full. 0 = not this format. */
  readonly score: number;
  /** Sentences, for the analyst: "40 of 40 lines are RFC 3164 syslog from sshd". */
  readonly reasons: readonly string[];
  /** More specific beats more general at an equal score (a map or layout given by hand: 10; a magic number: 5; a tagged text: 3; a bare layout: 1). */
  readonly specificity: number;
  /** A layout that detection settled on (for example "combined"), passed back in ParseOptions. */
  readonly layout?: string;
  /** The role that detection settled on, for a format with several. */
  readonly role?: Role;
  readonly questions?: readonly Question[];
}

/** The first bytes of the evidence (up to 256 KiB, cut at a line end for text) and a few facts. */
export interface Sample {
  readonly bytes: Uint8Array;
  /** Lines of it, latin1, without CR LF; empty for binary. */
  readonly lines: readonly string[];
  /** Name of the file as received, without its folder; never decides alone. */
  readonly name: string;
  /** True where `bytes` is the whole file. */
  readonly whole: boolean;
  /** Where the layout is a regular expression: what it finds in each of `lines` (LineMatcher.match). */
  readonly matched?: readonly (readonly string[])[];
}

/** Where parts of one record stand in its bytes, for the raw view. Byte positions relative to the record's first byte. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly kind:
    | "time"
    | "srcIp"
    | "srcPort"
    | "dstIp"
    | "dstPort"
    | "publicIp"
    | "port"
    | "insideIp"
    | "subscriber"
    | "protocol"
    | "other";
}

export interface Parser {
  /**
   * Parses lines of block[start, end) into `out` until the end or until `out.full`, and returns the position reached.
   * block[start] begins a line; block[end - 1] is LF except at the end of the file. `cursor` says where that is.
   */
  parse(block: Uint8Array, start: number, end: number, out: ColumnBatch, cursor: Cursor): number;
  /**
   * Where a parser needs something that takes its time: called with each stretch of whole lines before `parse` gets it,
   * in one call or in several. `base` is the offset of block[0] in the evidence.
   */
  prepare?(block: Uint8Array, start: number, end: number, base: number): Promise<void>;
  /** The end of the file: emits what a multi-line record still holds. */
  finish(out: ColumnBatch, cursor: Cursor): void;
  /** The format's own fields and spans of one record's bytes, for the raw view and `records`; {} where `fields` is stored. */
  explain?(record: Uint8Array): { fields: Record<string, string | number | null>; spans: Span[] };
}

/** What the files of one import say about each other (templates of an exporter that stand in another file). */
export interface Survey {
  /** Bytes of file `file` (from 0, in the order of the import), as `Parser.parse` gets them; nothing is written. */
  read(file: number, block: Uint8Array, start: number, end: number, base: number): number;
  /** The end of that file. */
  finish(file: number): void;
  /** A parser of that file that knows what the others say; called when all have been read. */
  open(file: number): Parser;
}

/** Position in the evidence; the parser keeps `line` up to date as it passes lines. */
export interface Cursor {
  /** Offset of block[0] in the (decoded) evidence. */
  base: number;
  /** Number of the line at the current position, from 1. */
  line: number;
}

export interface Format {
  /** Stable, dotted: "apache.access", "openssh", "juniper.srx", "csv". */
  readonly id: string;
  readonly title: string;
  readonly role: Role;
  /** Every role it may have, where that depends on the file or on --map (a CSV); `role` is the default. The batch's `role` tells the parser. */
  readonly roles?: readonly Role[];
  /** True: not lines of text (pcap, IPFIX); `parse` gets arbitrary blocks and a line is one data record. */
  readonly binary?: boolean;
  /** True: its layout is a regular expression, and it reads nothing else. */
  readonly byPattern?: boolean;
  /** What it can give at best, for `portwitness formats` and readiness. */
  readonly gives: {
    readonly port: "always" | "when-configured" | "never";
    readonly precision: string;
    readonly timeMeans: TimeMeans;
    /** How the writer makes a time of its precision. */
    readonly writes: "truncates" | "rounds";
    readonly year: boolean;
    readonly zone: "always" | "never" | "when-configured" | "utc";
  };
  /** Where these facts stand: vendor document, RFC and section, source file. */
  readonly source: string;
  detect(sample: Sample, options: ParseOptions): Detection;
  /** For formats whose files explain each other: where an import has several, each is read for this before the first is parsed. */
  survey?(options: ParseOptions): Survey;
  /** Throws ProductError("usage" | "input") where options are missing or wrong, before any byte is read. */
  open(options: ParseOptions): Parser;
}

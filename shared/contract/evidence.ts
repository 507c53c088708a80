import * as v from "valibot";
import { casePath, count, int, nullable, operation, role, text } from "./operation";

/** CONTRACT, `add`: one object per member of an archive. lines = recordLines + rejects + blank + headers. */
export const addReport = v.object({
  source: text,
  role,
  format: text,
  layout: nullable(text),
  sha256: text,
  memberSha256: nullable(text),
  path: text,
  member: nullable(text),
  bytes: count,
  lines: count,
  recordLines: count,
  records: count,
  rejects: count,
  blank: count,
  headers: count,
  partial: count,
  withPort: count,
  lost: count,
  noTemplate: count,
  firstTimeUs: nullable(int),
  lastTimeUs: nullable(int),
});
export type AddReport = v.InferOutput<typeof addReport>;

/** How a source's files are to be read; the same for `evidence.preview` and `evidence.add`. */
const reading = {
  role: v.optional(role),
  format: v.optional(text, "auto"),
  layout: v.optional(text),
  map: v.optional(v.record(text, text)),
  zone: v.optional(text),
  year: v.optional(int),
};

export const question = v.object({
  kind: v.picklist(["zone", "year", "layout", "map", "dayMonth", "role"]),
  text,
  line: v.optional(count),
});
export const candidate = v.object({
  format: text,
  title: text,
  role,
  score: v.number(),
  reasons: v.array(text),
  layout: nullable(text),
});

export const previewLine = v.object({
  line: count,
  offset: count,
  length: count,
  /** Latin-1 of the raw bytes, at most 4,096. */
  raw: text,
  kind: v.picklist(["record", "reject", "blank", "header"]),
  reason: nullable(text),
  timeUs: nullable(int),
  srcIp: nullable(text),
  srcPort: nullable(int),
});

/** What the records of an operator's source make of its mappings; null for a source without any. */
const mappingCounts = nullable(
  v.object({
    mappings: count,
    /** Certainly held while another party certainly holds the same address, port and protocol. */
    overlaps: count,
    /** Whose end, or start, no record shows. */
    openEnds: count,
    lostStarts: count,
  }),
);
export type MappingCounts = v.InferOutput<typeof mappingCounts>;

export const evidenceOperations = {
  /** Detection with its reasons and the first lines as they would be parsed; nothing is stored. */
  "evidence.preview": operation(
    v.object({ case: v.optional(casePath), file: text, ...reading }),
    v.object({
      bytes: count,
      candidates: v.array(candidate),
      chosen: nullable(text),
      questions: v.array(question),
      lines: v.array(previewLine),
      problem: nullable(v.object({ message: text, mend: text })),
    }),
  ),
  "evidence.add": operation(
    v.object({
      case: casePath,
      files: v.pipe(v.array(text), v.minLength(1)),
      as: v.pipe(text, v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)),
      ...reading,
      extent: v.optional(v.picklist(["full", "query"]), "full"),
      window: v.optional(text),
      retention: v.optional(text),
      expect: v.optional(v.array(text)),
      receivedFrom: v.optional(text),
      receivedAt: v.optional(text),
      exhibitRef: v.optional(text),
      authority: v.optional(text),
      copy: v.optional(v.boolean(), false),
      /** Keeps each record's fields in the database, so that they are shown without the evidence. */
      storeFields: v.optional(v.boolean(), false),
    }),
    v.object({ act: count, files: v.array(addReport), mappings: mappingCounts }),
    "evidence.add",
  ),
  "evidence.sources": operation(
    v.object({ case: casePath }),
    v.array(
      v.object({
        name: text,
        role,
        format: text,
        rows: count,
        files: v.array(addReport),
        extent: v.picklist(["full", "query"]),
        windowFromUs: nullable(int),
        windowToUs: nullable(int),
        zone: nullable(text),
        writes: v.picklist(["truncates", "rounds"]),
        /** Latest accepted calibration, in short; null where there is none. */
        clock: nullable(
          v.object({
            id: text,
            against: nullable(text),
            offsetUs: int,
            uncertaintyUs: count,
            segments: count,
          }),
        ),
        mappings: mappingCounts,
        /** False where the evidence file is not where it was or has another hash or size. */
        present: v.boolean(),
      }),
    ),
  ),
  /** Holds the imports of this case where they stand, or lets them go on; what was read so far is kept. */
  "evidence.hold": operation(
    v.object({ case: casePath, hold: v.boolean() }),
    v.object({ held: v.boolean() }),
  ),
  /**
   * Rows [from, to) of the lines that no record came from and of those read in part, in file order; narrowed by a text
   * in the reason (in any case) and by kind. `total` counts what is left. With `reasons`, the most frequent of all.
   */
  "evidence.rejects": operation(
    v.object({
      case: casePath,
      source: text,
      from: v.optional(count, 0),
      to: v.optional(count, 1000),
      contains: v.optional(text, ""),
      kind: v.optional(v.picklist(["all", "reject", "partial"]), "all"),
      reasons: v.optional(v.boolean(), false),
    }),
    v.object({
      total: count,
      /** Without narrowing. */
      all: count,
      rejects: v.array(
        v.object({
          /** Its number among all rejects of the source, for `evidence.line`. */
          row: count,
          line: count,
          offset: count,
          length: count,
          reason: text,
          partial: v.boolean(),
        }),
      ),
      reasons: v.array(v.object({ reason: text, partial: v.boolean(), lines: count })),
    }),
  ),
  /** The original bytes of a reject, at most `most` of them; `length` is the line's own. */
  "evidence.line": operation(
    v.object({ case: casePath, source: text, row: count, most: v.optional(count, 65_536) }),
    v.object({ sha256: text, path: text, line: count, offset: count, length: count, base64: text }),
  ),
  "formats.list": operation(
    v.object({}),
    v.array(
      v.object({
        id: text,
        title: text,
        role,
        /** Not lines of text: a line is one data record. */
        binary: v.optional(v.boolean(), false),
        port: text,
        precision: text,
        timeMeans: text,
        writes: text,
        year: v.boolean(),
        zone: text,
        source: text,
      }),
    ),
  ),
};

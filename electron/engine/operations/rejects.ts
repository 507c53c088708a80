// The lines that no record came from, and those of which a part was unreadable: listed, narrowed, and each one's bytes.
import type { ParsedRequest } from "../../../shared/contract/contract";
import type { Database, SqlValue } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import { sourceByName } from "../catalogue";
import type { Handlers } from "../engine";
import { EvidenceReader, missingEvidence, sourceFiles } from "../records/bytes";

/** Reasons told apart in the summary; the rest is still in the list. */
const REASONS = 50;

/** A narrowed list is kept by row numbers, so that its pages are ranges; the last one asked of each database. */
const lists = new WeakMap<Database, { readonly key: string; readonly rows: readonly number[] }>();

export const rejectsHandlers: Pick<Handlers, "evidence.rejects" | "evidence.line"> = {
  "evidence.rejects": async (request, context) => {
    const { db } = await context.cases.get(request.case, { readOnly: true });
    const source = await sourceByName(db, request.source);
    const table = `"reject_${source.n}"`;
    const { sql, params } = condition(request);
    const from = request.from;
    const to = Math.max(from, request.to);
    const columns = `rowid AS "row", line, "offset", length, reason, partial`;
    const [all] = await db.query(`SELECT count(*)::BIGINT AS n FROM ${table}`);
    let total = Number(all!.n);
    let rejects: readonly Record<string, unknown>[];
    if (sql === null) {
      rejects = await db.query(
        `SELECT ${columns} FROM ${table} WHERE rowid >= ? AND rowid < ? ORDER BY rowid`,
        [from, to],
        context.signal,
      );
    } else {
      const key = JSON.stringify([source.n, total, request.contains, request.kind]);
      let list = lists.get(db);
      if (list?.key !== key) {
        const found = await db.query(
          `SELECT rowid AS "row" FROM ${table} WHERE ${sql} ORDER BY rowid`,
          params,
          context.signal,
        );
        list = { key, rows: found.map((row) => Number(row.row)) };
        lists.set(db, list);
      }
      total = list.rows.length;
      const page = list.rows.slice(from, to);
      rejects =
        page.length === 0
          ? []
          : await db.query(
              `SELECT ${columns} FROM ${table} WHERE rowid >= ? AND rowid <= ? AND ${sql} ORDER BY rowid`,
              [page[0]!, page[page.length - 1]!, ...params],
              context.signal,
            );
    }
    const reasons = request.reasons
      ? await db.query(
          `SELECT reason, partial, count(*)::BIGINT AS n FROM ${table} GROUP BY reason, partial
             ORDER BY n DESC, reason, partial LIMIT ${REASONS}`,
          [],
          context.signal,
        )
      : [];
    return {
      total,
      all: Number(all!.n),
      rejects: rejects.map((r) => ({
        row: Number(r.row),
        line: Number(r.line),
        offset: Number(r.offset),
        length: Number(r.length),
        reason: String(r.reason),
        partial: isPartial(r.partial),
      })),
      reasons: reasons.map((r) => ({
        reason: String(r.reason),
        partial: isPartial(r.partial),
        lines: Number(r.n),
      })),
    };
  },

  "evidence.line": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const source = await sourceByName(openCase.db, request.source);
    const [row] = await openCase.db.query(
      `SELECT file, line, "offset", length FROM "reject_${source.n}" WHERE rowid = ? ORDER BY rowid`,
      [request.row],
      context.signal,
    );
    if (!row)
      throw new ProductError(
        "usage",
        `${source.name} has no reject number ${request.row}.`,
        "Take a row of the list of rejects.",
      );
    const file = (await sourceFiles(openCase.db, source.n))[Number(row.file)]!;
    const reader = new EvidenceReader(openCase.path, [file]);
    try {
      const length = Number(row.length);
      const bytes = await reader.read(0, Number(row.offset), Math.min(length, request.most));
      if (bytes === null) throw missingEvidence(file);
      return {
        sha256: file.sha256,
        path: file.path,
        line: Number(row.line),
        offset: Number(row.offset),
        length,
        base64: Buffer.from(bytes).toString("base64"),
      };
    } finally {
      reader.close();
    }
  },
};

const isPartial = (value: unknown): boolean => value === 1 || value === true;

function condition(request: ParsedRequest<"evidence.rejects">): { sql: string | null; params: SqlValue[] } {
  const parts: string[] = [];
  const params: SqlValue[] = [];
  if (request.kind !== "all") parts.push(request.kind === "partial" ? "partial" : "NOT partial");
  if (request.contains !== "") {
    // A plain text, in any case; no pattern of the reader's is ever run.
    parts.push("contains(lower(reason), lower(?))");
    params.push(request.contains);
  }
  return { sql: parts.length === 0 ? null : parts.join(" AND "), params };
}

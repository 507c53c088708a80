// records.*: views over a source's records, pages of them, and the original bytes of one.
import { ProductError } from "../../../shared/errors";
import { isPattern } from "../../../shared/formats/any/regex/pattern";
import { sourceByName } from "../catalogue";
import type { Handlers } from "../engine";
import { EvidenceReader, missingEvidence, sourceFiles } from "../records/bytes";
import { rowsById } from "../records/fetch";
import { histogram } from "../records/histogram";
import { patternSpans } from "../records/pattern-spans";
import { parserOf, recordRows } from "../records/rows";
import { closeView, openView, viewOf, viewRows } from "../records/views";

type Names = "records.open" | "records.page" | "records.close" | "records.histogram" | "records.raw";

const PAGE = 1000;

export const recordsHandlers: Pick<Handlers, Names> = {
  "records.open": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const source = await sourceByName(openCase.db, request.source);
    const { filter, sort } = request;
    const view = await openView(
      openCase,
      source,
      filter,
      sort,
      context.connection,
      context.cases,
      context.signal,
      context.progress,
    );
    return { view: view.id, rows: view.rows };
  },

  "records.page": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const view = viewOf(context.connection, request.view, openCase);
    const { from, to } = request;
    if (to < from || to - from > PAGE) {
      throw new ProductError("usage", `A page holds at most ${PAGE} rows.`, "Ask for fewer rows at once.");
    }
    const ids = await viewRows(view, from, to, context.signal);
    return { rows: await recordRows(openCase, view.source, ids, context.signal) };
  },

  "records.close": async (request, context) => {
    await closeView(context.connection, request.view);
    return {};
  },

  "records.histogram": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const view = viewOf(context.connection, request.view, openCase);
    return histogram(view, Math.min(request.buckets, 10_000), context.signal);
  },

  "records.raw": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const source = await sourceByName(openCase.db, request.source);
    if (request.row >= source.rows) {
      throw new ProductError("usage", `${source.name} has ${source.rows} records.`, "Name a row below that.");
    }
    const [row] = await rowsById(
      openCase.db,
      `record_${source.n}`,
      'r.file, r.line, r."offset", r.length, r.fields',
      [request.row],
      context.signal,
    );
    const files = await sourceFiles(openCase.db, source.n);
    const file = files[Number(row!.file)]!;
    const reader = new EvidenceReader(openCase.path, files);
    try {
      const bytes = await reader.read(file.file, Number(row!.offset), Number(row!.length));
      if (bytes === null) throw missingEvidence(file);
      const explained = isPattern(source.layout ?? undefined)
        ? { fields: {}, spans: await patternSpans(source.layout!, bytes) }
        : (parserOf(source)?.explain?.(bytes) ?? { fields: {}, spans: [] });
      return {
        sha256: file.sha256,
        path: file.path,
        line: Number(row!.line),
        offset: Number(row!.offset),
        length: Number(row!.length),
        base64: Buffer.from(bytes).toString("base64"),
        spans: explained.spans.map(({ from, to, kind }) => ({ from, to, kind })),
        fields: row!.fields === null ? explained.fields : JSON.parse(String(row!.fields)),
      };
    } finally {
      reader.close();
    }
  },
};

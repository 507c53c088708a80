// records.tag, records.note, records.marks. What is wrong in the request is said before an act begins.
import { ProductError } from "../../../shared/errors";
import type { Json } from "../case/act";
import { type SourceRow, sourceByName } from "../catalogue";
import type { Handlers } from "../engine";
import { rowsById } from "../records/fetch";
import { recordsNoteKind, recordsTagKind } from "../records/mark-acts";
import { marksOf, tagReference, tagsOf } from "../records/marks";
import { withFilter } from "../records/select";

type Names = "records.tag" | "records.note" | "records.marks";

export const marksHandlers: Pick<Handlers, Names> = {
  "records.tag": async (request, context) => {
    const { tag, remove, filter } = request;
    const openCase = await context.cases.get(request.case, { examiner: context.examiner });
    const source = await sourceByName(openCase.db, request.source);
    if ((request.rows === undefined) === (filter === undefined)) {
      throw new ProductError("usage", "Either rows or a filter name the records.", "Give one of them.");
    }
    const rows = request.rows === undefined ? null : [...new Set(request.rows)].sort((a, b) => a - b);
    for (const row of rows ?? []) mustHave(source, row);
    if (filter !== undefined)
      await withFilter(openCase, source, filter, context.signal, async () => undefined);
    const { seq, outputs } = await openCase.perform(
      recordsTagKind,
      { source: source.name },
      {
        source: source.name,
        tag: tag === null ? null : await tagReference(openCase, tag),
        rows,
        filter: filter === undefined ? null : await openCase.hideText(filter),
        remove,
      },
      { signal: context.signal, progress: context.progress, examiner: context.examiner },
    );
    return { act: seq, rows: Number((outputs as { readonly rows: Json }).rows) };
  },

  "records.note": async (request, context) => {
    const { row, note } = request;
    const openCase = await context.cases.get(request.case, { examiner: context.examiner });
    const source = await sourceByName(openCase.db, request.source);
    mustHave(source, row);
    const replaces = request.replaces ?? null;
    if (note === null && replaces === null)
      throw new ProductError("usage", "There is no note to take back.", "Name the act that set it.");
    if (replaces !== null) {
      const marks = await marksOf(openCase, source.n, [row], context.signal);
      if (!marks.some((mark) => mark.kind === "note" && mark.act === replaces)) {
        throw new ProductError(
          "usage",
          `Act ${replaces} set no note on this record that still stands.`,
          `List them: portwitness marks CASE ${source.name}.`,
        );
      }
    }
    const { seq, outputs } = await openCase.perform(
      recordsNoteKind,
      { source: source.name },
      {
        source: source.name,
        row,
        note: note === null ? null : await openCase.hideText(note),
        replaces,
      },
      { signal: context.signal, progress: context.progress, examiner: context.examiner },
    );
    return { act: seq, line: Number((outputs as { readonly line: Json }).line) };
  },

  "records.marks": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const source = await sourceByName(openCase.db, request.source);
    const marks = await marksOf(openCase, source.n, null, context.signal);
    const lines = await rowsById(
      openCase.db,
      `record_${source.n}`,
      "r.line",
      marks.map((mark) => mark.row),
      context.signal,
    );
    return {
      tags: (await tagsOf(openCase, source.n)).map(({ tag, rows }) => ({ tag, rows })),
      marks: marks.map((mark, i) => ({ ...mark, line: Number(lines[i]!.line) })),
    };
  },
};

function mustHave(source: SourceRow, row: number): void {
  if (row < source.rows) return;
  throw new ProductError("usage", `${source.name} has ${source.rows} records.`, "Name a row below that.");
}

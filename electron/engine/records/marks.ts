// What analysts set on records: bookmarks, tags and notes. Each is an act; the ledger holds a text as its salted hash, and
// the hash is the tag: equal tags of a case have one, so that a replay without the texts still knows which records share
// a tag, and only those who hold the texts know which.
import type { RecordRow } from "../../../shared/contract/records";
import type { Database } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import { ANY_TEXT } from "../../../shared/filter/compile";
import type { MarkKind } from "../../../shared/filter/fields";
import type { Json } from "../case/act";
import type { OpenCase } from "../case/open-case";
import { hiddenHash } from "../case/texts";

type Marks = NonNullable<RecordRow["marks"]>;

/** What stands in place of a text that was withheld or erased. */
export const WITHHELD = "(withheld)";

/** The text behind a stored reference, or null. */
const textOf = (openCase: OpenCase, ref: string): string | null => openCase.revealText({ hidden: ref });

/** The reference of a tag: the one that the ledger has for this text already, else a new one. */
export async function tagReference(openCase: OpenCase, tag: string): Promise<Json> {
  for (const line of openCase.ledger()) {
    if (line.action !== "records.tag") continue;
    const reference = (line.parameters as { readonly tag?: Json } | null)?.tag ?? null;
    if (hiddenHash(reference) !== null && openCase.revealText(reference) === tag) return reference;
  }
  return openCase.hideText(tag);
}

/** How a filter finds marks of a source (shared/filter/compile.ts): a condition over `r.rowid`. */
export async function marksSql(
  openCase: OpenCase,
  n: number,
): Promise<(kind: MarkKind, fits: (text: string) => boolean) => string> {
  const known = await openCase.db.query(
    "SELECT DISTINCT kind, ref FROM record_mark WHERE n = ? ORDER BY kind, ref",
    [n],
  );
  return (kind, fits) => {
    const all = known.filter((row) => row.kind === kind).map((row) => String(row.ref));
    // A test that any text passes asks whether there is a mark at all; that needs no text.
    const any = fits === ANY_TEXT || kind === "bookmark";
    const refs = any
      ? all
      : all.filter((ref) => {
          const text = textOf(openCase, ref);
          if (text !== null) return fits(text);
          throw new ProductError(
            "input",
            `The text of a ${kind} was withheld or erased, so it is not known which records the filter means.`,
            "Put the case's texts back beside its ledger, or filter by fields.",
          );
        });
    if (refs.length === 0) return "FALSE";
    const list = refs.map((ref) => `'${ref.replaceAll("'", "''")}'`).join(", ");
    return `(r.rowid IN (SELECT k."row" FROM record_mark k WHERE k.n = ${n} AND k.kind = '${kind}' AND k.ref IN (${list})))`;
  };
}

export interface Mark {
  readonly row: number;
  readonly kind: MarkKind;
  /** The tag or note; null for a bookmark. */
  readonly text: string | null;
  readonly act: number;
  readonly time: string;
  readonly examiner: string;
}

/** The marks of some rows of a source, in the rows' order and then the acts'; all rows where none are named. */
export async function marksOf(
  openCase: OpenCase,
  n: number,
  rows: readonly number[] | null,
  signal?: AbortSignal,
): Promise<Mark[]> {
  if (rows !== null && rows.length === 0) return [];
  const within = rows === null ? "" : ` AND "row" IN (${rows.map(Number).join(", ")})`;
  const found = await openCase.db.query(
    `SELECT "row", kind, ref, seq FROM record_mark WHERE n = ?${within} ORDER BY "row", seq, kind, ref`,
    [n],
    signal,
  );
  const ledger = openCase.ledger();
  return found.map((one) => {
    const act = Number(one.seq);
    const line = ledger[act - 1];
    return {
      row: Number(one.row),
      kind: one.kind as MarkKind,
      text: one.kind === "bookmark" ? null : (textOf(openCase, String(one.ref)) ?? WITHHELD),
      act,
      time: line?.time ?? "",
      examiner: line?.examiner ?? "",
    };
  });
}

/** Marks as a record's row shows them; rows without any are absent. */
export async function rowMarks(
  openCase: OpenCase,
  n: number,
  rows: readonly number[],
  signal?: AbortSignal,
): Promise<Map<number, Marks>> {
  const out = new Map<number, Marks>();
  for (const mark of await marksOf(openCase, n, rows, signal)) {
    const marks = out.get(mark.row) ?? { bookmarked: false, tags: [], notes: [] };
    out.set(mark.row, marks);
    if (mark.kind === "bookmark") marks.bookmarked = true;
    else if (mark.kind === "tag") marks.tags.push(mark.text!);
    else marks.notes.push({ act: mark.act, text: mark.text!, examiner: mark.examiner, time: mark.time });
  }
  return out;
}

/** A source's tags with the records that carry each, in the tag's own order. */
export async function tagsOf(
  openCase: OpenCase,
  n: number,
): Promise<{ ref: string; tag: string; rows: number }[]> {
  const rows = await openCase.db.query(
    `SELECT ref, count(DISTINCT "row") AS n FROM record_mark WHERE n = ? AND kind = 'tag' GROUP BY ref ORDER BY ref`,
    [n],
  );
  return rows
    .map((row) => ({
      ref: String(row.ref),
      tag: textOf(openCase, String(row.ref)) ?? WITHHELD,
      rows: Number(row.n),
    }))
    .sort((a, b) => (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0));
}

/** Removes and adds marks; inside a transaction. `rows` is a table of (row). */
export async function applyMark(
  db: Database,
  mark: { seq: number; n: number; kind: MarkKind; ref: string; rows: string; remove: boolean },
): Promise<void> {
  const { seq, n, kind, ref, rows, remove } = mark;
  const same = "n = ? AND kind = ? AND ref = ?";
  if (remove) {
    await db.run(`DELETE FROM record_mark WHERE ${same} AND "row" IN (SELECT row FROM "${rows}")`, [
      n,
      kind,
      ref,
    ]);
    return;
  }
  // Who marked a record first stays the one who did.
  await db.run(
    `INSERT INTO record_mark SELECT ?, ?, m.row, ?, ? FROM "${rows}" m
     WHERE m.row NOT IN (SELECT "row" FROM record_mark WHERE ${same}) ORDER BY m.row`,
    [seq, n, kind, ref, n, kind, ref],
  );
}

// records.tag and records.note as acts: what an analyst sets on records, or takes back.
import { createHash } from "node:crypto";
import { ProductError } from "../../../shared/errors";
import type { ActKind, Json, Staged } from "../case/act";
import { hiddenHash } from "../case/texts";
import { sourceByName } from "../catalogue";
import { appendColumns } from "../database/appender";
import { applyMark } from "./marks";
import { withFilter } from "./select";

export type TagParameters = {
  readonly source: string;
  /** Reference to the tag's text; null for a bookmark. */
  readonly tag: Json;
  /** The records, in ascending order; null where a filter names them. */
  readonly rows: readonly number[] | null;
  /** Reference to the filter's text. */
  readonly filter: Json;
  readonly remove: boolean;
};

export type NoteParameters = {
  readonly source: string;
  readonly row: number;
  /** Reference to the note's text; null where one is only taken back. */
  readonly note: Json;
  /** The act whose note this one takes the place of. */
  readonly replaces: number | null;
};

const rowTable = (staging: string): string => `${staging}_row`;

export const recordsTagKind: ActKind<TagParameters> = {
  action: "records.tag",

  async stage(openCase, staging, p, io): Promise<Staged> {
    const { db } = openCase;
    const source = await sourceByName(db, p.source);
    const table = rowTable(staging);
    if (p.rows !== null) {
      await db.run(`CREATE TABLE "${table}"(row BIGINT NOT NULL)`);
      const cells = [{ kind: "i64", values: Float64Array.from(p.rows) }] as const;
      if (p.rows.length > 0) await appendColumns(db, table, cells, p.rows.length);
    } else {
      const filter = openCase.revealText(p.filter);
      if (filter === null) {
        throw new ProductError(
          "input",
          "The filter of a tag was withheld or erased, so the records that it names are not known.",
          "Put the case's texts back beside its ledger, and repeat.",
        );
      }
      await withFilter(openCase, source, filter, io.signal, ({ sql, params, from }) =>
        db.run(
          `CREATE TABLE "${table}" AS SELECT r.rowid AS row FROM ${from} WHERE ${sql} ORDER BY r.rowid`,
          params,
          io.signal,
        ),
      );
    }
    const hash = createHash("sha256");
    let rows = 0;
    for await (const chunk of db.stream(`SELECT row FROM "${table}" ORDER BY row`, [], io.signal)) {
      for (const { row } of chunk) hash.update(`${row}\n`);
      rows += chunk.length;
    }
    return { outputs: { rows, sha256: hash.digest("hex") }, result: "done" };
  },

  async publish(openCase, staging, seq, p): Promise<void> {
    const source = await sourceByName(openCase.db, p.source);
    await applyMark(openCase.db, {
      seq,
      n: source.n,
      kind: p.tag === null ? "bookmark" : "tag",
      ref: hiddenHash(p.tag) ?? "",
      rows: rowTable(staging),
      remove: p.remove,
    });
  },
};

export const recordsNoteKind: ActKind<NoteParameters> = {
  action: "records.note",

  async stage(openCase, _staging, p): Promise<Staged> {
    const source = await sourceByName(openCase.db, p.source);
    const [record] = await openCase.db.query(
      `SELECT r.file, r.line FROM "record_${source.n}" r WHERE r.rowid = ?`,
      [p.row],
    );
    return { outputs: { file: Number(record!.file), line: Number(record!.line) }, result: "done" };
  },

  async publish(openCase, _staging, seq, p): Promise<void> {
    const { db } = openCase;
    const source = await sourceByName(db, p.source);
    if (p.replaces !== null) {
      await db.run(`DELETE FROM record_mark WHERE n = ? AND "row" = ? AND kind = 'note' AND seq = ?`, [
        source.n,
        p.row,
        p.replaces,
      ]);
    }
    const ref = hiddenHash(p.note);
    if (ref !== null)
      await db.run("INSERT INTO record_mark VALUES (?, ?, ?, 'note', ?)", [seq, source.n, p.row, ref]);
  },
};

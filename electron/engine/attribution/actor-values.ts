// Which actor each questioned event is of: the value of one of the record's own fields, as the analyst chose it. Fields
// that only the evidence holds are read there, after its hash was checked: an actor from other bytes would put strangers'
// events together.
import type { Database } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import type { OpenCase } from "../case/open-case";
import type { SourceRow } from "../catalogue";
import { appendColumns } from "../database/appender";
import { cancelled } from "../database/native";
import { sha256OfFile } from "../import/evidence-file";
import { bytesPath, EvidenceReader, missingEvidence, sourceFiles } from "../records/bytes";
import { fieldsOf, parserOf } from "../records/rows";

/** What logs write where there is no value. */
const EMPTY = new Set(["", "-", "(null)"]);

/** `FIELD`, or `FIELD:NAME` for one cookie of a header's `NAME=VALUE; ...`. */
export interface ActorField {
  /** As given: a field whose own name has a colon is taken first. */
  readonly text: string;
  readonly field: string;
  readonly part: string | null;
}

export function actorField(text: string): ActorField {
  const at = text.indexOf(":");
  return at < 0
    ? { text, field: text, part: null }
    : { text, field: text.slice(0, at), part: text.slice(at + 1) };
}

/** The actor that a record's fields name, or null. */
export function actorOf(
  fields: Readonly<Record<string, string | number | null>>,
  wanted: ActorField,
): string | null {
  const { field, part } = Object.hasOwn(fields, wanted.text) ? { field: wanted.text, part: null } : wanted;
  const own = Object.hasOwn(fields, field) ? fields[field] : null;
  if (own === null || own === undefined) return null;
  let value = String(own).trim();
  if (part !== null) {
    const found = value.split(";").find((one) => one.trimStart().startsWith(`${part}=`));
    value = found === undefined ? "" : found.slice(found.indexOf("=") + 1).trim();
  }
  return EMPTY.has(value) ? null : value;
}

const SAMPLE = 500;

/** Checks before the act that some record has the field. Throws "usage" with the fields that there are. */
export async function checkActorField(openCase: OpenCase, source: SourceRow, text: string): Promise<void> {
  const wanted = actorField(text);
  const seen = new Set<string>();
  for await (const { fields } of fieldsOfRows(openCase, source, `rowid < ${SAMPLE}`, undefined)) {
    for (const [name, value] of Object.entries(fields)) if (value !== null) seen.add(name);
  }
  if (seen.has(wanted.text) || seen.has(wanted.field)) return;
  throw new ProductError(
    "usage",
    `None of the first ${SAMPLE} records of "${source.name}" has a field "${wanted.field}" that could name an actor.`,
    seen.size > 0
      ? `Their fields are: ${[...seen].sort().join(", ")}. One cookie of a header is FIELD:NAME.`
      : "Its format has no fields beside time and endpoint.",
  );
}

/**
 * Fills `table` (row, actor) for the questioned events that name an actor. Returns the actors' values, by number, in the
 * order of their first event.
 */
export async function stageActorValues(
  openCase: OpenCase,
  source: SourceRow,
  events: string,
  table: string,
  text: string,
  signal: AbortSignal,
): Promise<string[]> {
  const { db } = openCase;
  const wanted = actorField(text);
  await db.run(`CREATE TABLE "${table}"("row" BIGINT NOT NULL, actor INTEGER NOT NULL)`);
  await checkEvidence(openCase, source, signal);
  const numbers = new Map<string, number>();
  let rows: number[] = [];
  let actors: number[] = [];
  const flush = async () => {
    if (rows.length === 0) return;
    await appendColumns(
      db,
      table,
      [
        { kind: "i64", values: Float64Array.from(rows) },
        { kind: "i32", values: Int32Array.from(actors) },
      ],
      rows.length,
    );
    rows = [];
    actors = [];
  };
  const questioned = `rowid IN (SELECT "row" FROM "${events}" WHERE selected = 1)`;
  for await (const { row, fields } of fieldsOfRows(openCase, source, questioned, signal)) {
    const value = actorOf(fields, wanted);
    if (value === null) continue;
    let number = numbers.get(value);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(value, number);
    }
    rows.push(row);
    actors.push(number);
    if (rows.length >= 32_768) await flush();
  }
  await flush();
  return [...numbers.keys()];
}

async function* fieldsOfRows(
  openCase: OpenCase,
  source: SourceRow,
  where: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ row: number; fields: Readonly<Record<string, string | number | null>> }> {
  const { db } = openCase;
  const reader = new EvidenceReader(openCase.path, await sourceFiles(db, source.n));
  try {
    const parser = parserOf(source);
    const sql = `SELECT r.rowid AS "row", r.file, r."offset", r.length, r.fields FROM "record_${source.n}" r WHERE r.${where} ORDER BY r.rowid`;
    for await (const rows of db.stream(sql, [], signal)) {
      if (signal?.aborted) throw cancelled();
      for (const row of rows) yield { row: Number(row.row), fields: await fieldsOf(row, parser, reader) };
    }
  } finally {
    reader.close();
  }
}

async function storedFields(db: Database, source: SourceRow): Promise<boolean> {
  const [row] = await db.query(`SELECT count(*) - count(fields) AS n FROM "record_${source.n}"`);
  return Number(row?.n ?? 0) === 0;
}

/** Where fields are read back from the evidence, every file of it must be the one that was added. */
async function checkEvidence(openCase: OpenCase, source: SourceRow, signal: AbortSignal): Promise<void> {
  if (await storedFields(openCase.db, source)) return;
  for (const file of await sourceFiles(openCase.db, source.n)) {
    const path = await bytesPath(openCase.path, file);
    if (path === null) throw missingEvidence(file);
    const wanted = file.member?.sha256 ?? file.sha256;
    if ((await sha256OfFile(path, signal)) === wanted) continue;
    throw new ProductError(
      "input",
      `The evidence ${file.path} has other bytes than when it was added.`,
      "Put the original back; its hash is in the list of sources.",
      { file: file.path },
    );
  }
}

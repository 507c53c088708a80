// A format's own fields (a status, a user agent) as SQL. Where the case stores them they are read from the database; else
// from the records' bytes, once, into a scratch table that filters, facets, groups and sorting then share. Bytes are read
// only from a file whose hash is the recorded one: a value from other bytes would be worse than none.
import type { Progress } from "../../../shared/contract/messages";
import type { Database } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import { nearest, ownName } from "../../../shared/filter/fields";
import { fieldNamed, filterFieldName } from "../../../shared/record/field-names";
import type { OpenCase } from "../case/open-case";
import type { SourceRow } from "../catalogue";
import { appendColumns } from "../database/appender";
import { cancelled } from "../database/native";
import { sha256OfFile } from "../import/evidence-file";
import { bytesPath, EvidenceReader, missingEvidence, sourceFiles } from "./bytes";
import { HeldTables } from "./held-tables";
import { fieldsOf, parserOf } from "./rows";

/** Records whose fields say which a format has. */
export const SAMPLE = 500;
/** Values gathered before they are stored. */
const BATCH = 16_384;
const AHEAD = 4 << 20;

const values = new HeldTables("own", 2);

export interface OwnOptions {
  readonly progress?: ((progress: Progress) => void) | undefined;
  /** Told of a field that the source does not have, which is then unknown in each record; without it that is an error. */
  readonly lacking?: ((name: string) => void) | undefined;
}

/**
 * Runs `fn` with the SQL of the fields `names` (as text, NULL where a record has none) for the records `r`. Throws "usage"
 * where the source has no such field, "input" where its evidence is gone or changed.
 */
export async function withOwnFields<T>(
  openCase: OpenCase,
  source: SourceRow,
  names: readonly string[],
  signal: AbortSignal,
  fn: (sql: (name: string) => string) => Promise<T>,
  { progress = () => {}, lacking }: OwnOptions = {},
): Promise<T> {
  if (names.length === 0) return fn(() => "NULL");
  const { db } = openCase;
  const sampled = await ownFieldNames(openCase, source);
  const actual = new Map<string, string>();
  const rare = new Set<string>();
  for (const name of names) {
    const known = fieldNamed(name, sampled);
    if (known !== null) actual.set(name, known);
    else if (lacking) lacking(name);
    else if (sampled.length === 0 || sampled.some((one) => one.toLowerCase() === name.toLowerCase()))
      throw noField(source, name, sampled);
    else {
      actual.set(name, name);
      rare.add(name);
    }
  }
  const found = async (from: string, value: string): Promise<boolean> => {
    const [row] = await db.query(`SELECT count(${value}) AS n FROM ${from}`, [], signal);
    return Number(row!.n) > 0;
  };
  if (await storedFields(db, source)) {
    const sql = (name: string) => storedSql(actual.get(name));
    for (const name of rare)
      if (!(await found(`"record_${source.n}" r`, sql(name)))) throw noField(source, name, sampled);
    return fn(sql);
  }
  const keys = [...new Set(actual.values())];
  const keyOf = (name: string) => `${source.n} ${name}`;
  return values.with(
    openCase,
    keys.map(keyOf),
    (tables) =>
      readValues(
        openCase,
        source,
        keys.flatMap((name) => (tables.has(keyOf(name)) ? [[name, tables.get(keyOf(name))!] as const] : [])),
        signal,
        progress,
      ),
    signal,
    async (tables) => {
      const tableOf = (name: string) => tables.get(keyOf(name));
      for (const name of rare)
        if (!(await found(tableOf(name)!, "value"))) throw noField(source, name, sampled);
      return fn((name) => {
        const table = tableOf(actual.get(name) ?? "");
        return table === undefined ? "NULL" : `(SELECT f.value FROM ${table} f WHERE f."row" = r.rowid)`;
      });
    },
  );
}

/** JSON pointers need no quoting of names but their own (RFC 6901). */
function storedSql(name: string | undefined): string {
  if (name === undefined) return "NULL";
  const pointer = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  return `json_extract_string(r.fields, '${pointer.replaceAll("'", "''")}')`;
}

function noField(source: SourceRow, name: string, sampled: readonly string[]): ProductError {
  if (sampled.length === 0)
    return new ProductError(
      "usage",
      `The records of "${source.name}" have no fields beside time and endpoint, so none is called "${name}".`,
      'Look in the original bytes: text ~ "what it contains".',
    );
  const called = sampled.map((one) => filterFieldName(one, sampled));
  const near = called.find((one) => one.toLowerCase() === name.toLowerCase()) ?? nearest(name, called);
  return new ProductError(
    "usage",
    `No record of "${source.name}" has a field "${name}".`,
    near ? `Did you mean "${ownName(near)}"?` : `Its fields are: ${called.map(ownName).join(", ")}.`,
  );
}

async function readValues(
  openCase: OpenCase,
  source: SourceRow,
  wanted: readonly (readonly [name: string, table: string])[],
  signal: AbortSignal,
  progress: (progress: Progress) => void,
): Promise<void> {
  const { db } = openCase;
  const kept = wanted.map(([name, table]) => ({ name, table, rows: [] as number[], texts: [] as string[] }));
  for (const { table } of kept)
    await db.run(`CREATE OR REPLACE TABLE ${table}("row" BIGINT NOT NULL, value VARCHAR NOT NULL)`);
  const flush = async (one: (typeof kept)[number]) => {
    if (one.rows.length === 0) return;
    await appendColumns(
      db,
      one.table,
      [
        { kind: "i64", values: Float64Array.from(one.rows) },
        { kind: "text", values: one.texts },
      ],
      one.rows.length,
    );
    one.rows.length = 0;
    one.texts.length = 0;
  };
  await checkEvidence(openCase, source, signal);
  const doing = `Reading the fields of ${source.name} from the evidence`;
  let done = 0;
  for await (const { row, fields } of fieldsOfRows(openCase, source, "rowid >= 0", signal)) {
    for (const one of kept) {
      const value = Object.hasOwn(fields, one.name) ? fields[one.name] : null;
      if (value === null || value === undefined) continue;
      one.rows.push(row);
      one.texts.push(String(value));
      if (one.rows.length >= BATCH) await flush(one);
    }
    if (++done % BATCH === 0) progress({ doing, done, total: source.rows, unit: "rows" });
  }
  for (const one of kept) await flush(one);
}

const named = new WeakMap<OpenCase, Map<number, readonly string[]>>();

/** The fields that the first records of a source have a value in, in the record's order. */
export async function ownFieldNames(openCase: OpenCase, source: SourceRow): Promise<readonly string[]> {
  const known = named.get(openCase) ?? new Map<number, readonly string[]>();
  named.set(openCase, known);
  const before = known.get(source.n);
  if (before) return before;
  const seen = new Set<string>();
  for await (const { fields } of fieldsOfRows(openCase, source, `rowid < ${SAMPLE}`, undefined))
    for (const [name, value] of Object.entries(fields)) if (value !== null) seen.add(name);
  const names = [...seen];
  // Evidence that is away now may be back for the next question.
  if (names.length > 0) known.set(source.n, names);
  return names;
}

/** Records with the fields that their format has, in row order; `where` is a condition on `r.`. */
export async function* fieldsOfRows(
  openCase: OpenCase,
  source: SourceRow,
  where: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ row: number; fields: Readonly<Record<string, string | number | null>> }> {
  const { db } = openCase;
  const reader = new EvidenceReader(openCase.path, await sourceFiles(db, source.n), AHEAD);
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
export async function checkEvidence(
  openCase: OpenCase,
  source: SourceRow,
  signal: AbortSignal,
): Promise<void> {
  if (await storedFields(openCase.db, source)) return;
  for (const file of await sourceFiles(openCase.db, source.n)) {
    const path = await bytesPath(openCase.path, file);
    if (path === null) throw missingEvidence(file);
    const wanted = file.member?.sha256 ?? file.sha256;
    const found = await sha256OfFile(path, signal).catch((error: unknown) => {
      throw signal.aborted ? cancelled() : error;
    });
    if (found === wanted) continue;
    throw new ProductError(
      "input",
      `The evidence ${file.path} has other bytes than when it was added.`,
      "Put the original back; its hash is in the list of sources.",
      { file: file.path },
    );
  }
}

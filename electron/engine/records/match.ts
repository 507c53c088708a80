// Which of some filters keeps each row of a page: what colours rows. A text search reads the bytes of the page's rows
// alone, since searching a whole file to colour what is on the screen would be absurd.
import { compileExpr } from "../../../shared/filter/compile";
import { recordFields } from "../../../shared/filter/fields";
import { ownNames, parseFilter, textNeedles } from "../../../shared/filter/parse";
import { fieldNamed } from "../../../shared/record/field-names";
import type { OpenCase } from "../case/open-case";
import type { SourceRow } from "../catalogue";
import { EvidenceReader, sourceFiles } from "./bytes";
import { rowsById } from "./fetch";
import { marksSql } from "./marks";
import { fieldsOfRows, ownFieldNames } from "./own-fields";
import { fromRecords } from "./select";

/** For each row its first filter's number, or -1. Throws "usage" where a filter is wrong. */
export async function firstMatches(
  openCase: OpenCase,
  source: SourceRow,
  rows: readonly number[],
  filters: readonly string[],
  signal: AbortSignal,
): Promise<number[]> {
  const fields = recordFields(source.role);
  const marks = await marksSql(openCase, source.n);
  const found = new Map<number, number>();
  for (const [i, filter] of filters.entries()) {
    const expr = parseFilter(filter);
    const own = await ownSql(openCase, source, rows, ownNames(expr), signal);
    const holding = await textRows(openCase, source, rows, textNeedles(expr), signal);
    const { sql, params } = compileExpr(expr, filter, fields, {
      marks,
      text: (needle) => inList(holding.get(needle)!),
      own: (name) => own(name),
    });
    const open = rows.filter((row) => !found.has(row));
    if (open.length === 0) break;
    const kept = await openCase.db.query(
      `SELECT r.rowid AS n FROM ${fromRecords(source, sql)} WHERE ${within(open)} AND (${sql}) ORDER BY r.rowid`,
      params,
      signal,
    );
    for (const { n } of kept) if (!found.has(Number(n))) found.set(Number(n), i);
  }
  return rows.map((row) => found.get(row) ?? -1);
}

const inList = (rows: readonly number[]): string =>
  rows.length === 0 ? "FALSE" : `r.rowid IN (${rows.map(Number).join(", ")})`;

/** The rows, with a range that DuckDB pushes down to the row groups that they are in. */
const within = (rows: readonly number[]): string => {
  const low = rows.reduce((a, b) => Math.min(a, b));
  const high = rows.reduce((a, b) => Math.max(a, b));
  const dense = high - low + 1 === rows.length;
  return `r.rowid BETWEEN ${low} AND ${high}${dense ? "" : ` AND ${inList(rows)}`}`;
};

async function textRows(
  openCase: OpenCase,
  source: SourceRow,
  rows: readonly number[],
  needles: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, number[]>> {
  const out = new Map<string, number[]>(needles.map((needle) => [needle, []]));
  if (needles.length === 0) return out;
  const places = await rowsById(
    openCase.db,
    `record_${source.n}`,
    'r.file, r."offset", r.length',
    rows,
    signal,
  );
  const reader = new EvidenceReader(openCase.path, await sourceFiles(openCase.db, source.n));
  try {
    for (const place of places) {
      const bytes = await reader.read(Number(place.file), Number(place.offset), Number(place.length));
      if (bytes === null) continue;
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      for (const needle of needles) if (text.includes(needle)) out.get(needle)!.push(Number(place.id_));
    }
    return out;
  } finally {
    reader.close();
  }
}

/** SQL of the fields that the page's rows have; one that the source lacks colours nothing. */
async function ownSql(
  openCase: OpenCase,
  source: SourceRow,
  rows: readonly number[],
  names: readonly string[],
  signal: AbortSignal,
): Promise<(name: string) => string> {
  if (names.length === 0 || rows.length === 0) return () => "NULL";
  const sampled = await ownFieldNames(openCase, source);
  const texts = new Map<string, string[]>(names.map((name) => [name, []]));
  for await (const { row, fields } of fieldsOfRows(
    openCase,
    source,
    `rowid IN (${rows.map(Number).join(", ")})`,
    signal,
  ))
    for (const [name, list] of texts) {
      const value = fields[fieldNamed(name, sampled) ?? name] ?? null;
      if (value !== null) list.push(`WHEN ${row} THEN '${String(value).replaceAll("'", "''")}'`);
    }
  return (name) => {
    const list = texts.get(name) ?? [];
    return list.length === 0 ? "NULL" : `(CASE r.rowid ${list.join(" ")} END)`;
  };
}

// Facets: the values of one column with their counts, under a filter. Counting is SQL's, over every record that the filter
// keeps: a facet that counted only what is loaded would lead an analyst to exclude what was never looked at.
import type { Reply } from "../../../shared/contract/contract";
import type { Progress } from "../../../shared/contract/messages";
import type { SqlValue } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import { type Field, nearest, ownFieldOf, recordFields } from "../../../shared/filter/fields";
import { formatIpv4, IPV6_BASE } from "../../../shared/record/address";
import { DAY, formatUtc, HOUR, MINUTE, SECOND } from "../../../shared/time/civil";
import type { OpenCase } from "../case/open-case";
import type { SourceRow } from "../catalogue";
import { tagsOf, WITHHELD } from "./marks";
import { fromRecords, type SourceFilter, withFilter } from "./select";

export type Facet = Reply<"records.facet">;

/** A column that values can be counted of. */
export type FacetField = Exclude<Field, { kind: "raw" | "ports" | "mark" }>;

export interface FacetQuestion {
  readonly column: string;
  readonly filter: string;
  /** Only values whose text contains it, upper and lower case alike. */
  readonly contains: string;
  readonly most: number;
  /** How many ranges a number or a time is cut into; 0 for none. */
  readonly ranges: number;
}

/** The field of a name. Throws "usage" where values of it cannot be counted. */
export function facetField(source: SourceRow, column: string): FacetField {
  const own = ownFieldOf(column);
  if (own !== null) return { kind: "own", name: own };
  const fields = recordFields(source.role);
  const field = Object.hasOwn(fields, column) ? fields[column] : undefined;
  if (field && countable(field)) return field;
  const names = [...Object.keys(fields).filter((name) => countable(fields[name]!)), "tag"];
  const near = nearest(column, names);
  throw new ProductError(
    "usage",
    `Values of "${column}" cannot be counted.`,
    near && near !== column
      ? `Did you mean "${near}"?`
      : `Count one of: ${names.join(", ")}, or one of the format's own, field.NAME.`,
  );
}

/** One stored value a record; a port set, several addresses and marks are none. */
const countable = (field: Field): field is FacetField =>
  field.kind !== "raw" &&
  field.kind !== "ports" &&
  field.kind !== "mark" &&
  (field.kind !== "address" || field.sql.length === 1);

/** What a value is grouped by: the stored id, code or number. */
export const keySql = (field: FacetField, own: (name: string) => string): string =>
  field.kind === "own" ? own(field.name) : field.kind === "address" ? field.sql[0]! : field.sql;

/** A stored key as SQL text, for searching among the values. */
function textSql(field: FacetField, key: string): string {
  switch (field.kind) {
    case "address":
      return `CASE WHEN ${key} < ${IPV6_BASE} THEN concat_ws('.', ${key} // 16777216, ${key} // 65536 % 256, ${key} // 256 % 256, ${key} % 256) ELSE (SELECT a.text FROM address a WHERE a.id = ${key}) END`;
    case "name":
      return `(SELECT t.text FROM text_value t WHERE t.id = ${key})`;
    case "code": {
      const cases = Object.entries(field.codes).map(([name, code]) => `WHEN ${code} THEN '${name}'`);
      return `CASE ${key} ${cases.join(" ")} END`;
    }
    default:
      return `CAST(${key} AS VARCHAR)`;
  }
}

/** Keys as the filter language writes them; null stays null. */
export async function keyTexts(
  openCase: OpenCase,
  field: FacetField,
  keys: readonly SqlValue[],
): Promise<(string | null)[]> {
  const list = [...new Set(keys.filter((key): key is number => typeof key === "number"))];
  const named = async (table: string, ids: readonly number[]): Promise<Map<number, string>> => {
    if (ids.length === 0) return new Map();
    const rows = await openCase.db.query(
      `SELECT id, text FROM ${table} WHERE id IN (${ids.join(", ")}) ORDER BY id`,
    );
    return new Map(rows.map((row) => [Number(row.id), String(row.text)]));
  };
  const names =
    field.kind === "address"
      ? await named(
          "address",
          list.filter((id) => id >= IPV6_BASE),
        )
      : field.kind === "name"
        ? await named("text_value", list)
        : field.kind === "code"
          ? new Map(Object.entries(field.codes).map(([name, code]) => [code, name]))
          : field.kind === "int" && field.names
            ? new Map(Object.entries(field.names).map(([name, number]) => [number, name]))
            : new Map<number, string>();
  return keys.map((key) => {
    if (key === null) return null;
    if (typeof key === "string") return key;
    if (field.kind === "time") return formatUtc(key, 1);
    const text = names.get(key);
    if (text !== undefined) return text;
    return field.kind === "address" ? formatIpv4(key) : String(key);
  });
}

export async function facet(
  openCase: OpenCase,
  source: SourceRow,
  question: FacetQuestion,
  signal: AbortSignal,
  progress?: (progress: Progress) => void,
): Promise<Facet> {
  const { db } = openCase;
  if (question.column === "tag") return tagFacet(openCase, source, question, signal, progress);
  const field = facetField(source, question.column);
  const counted = async ({ sql, params, own }: SourceFilter): Promise<Facet> => {
    const key = keySql(field, own);
    const from = `${fromRecords(source, sql, key)} WHERE ${sql}`;
    const searched =
      question.contains === "" ? "TRUE" : `contains(lower(${textSql(field, "g.k")}), lower(?))`;
    const found = await db.query(
      `WITH g AS (SELECT ${key} AS k, count(*) AS n FROM ${from} GROUP BY k)
       SELECT g.k AS k, g.n AS n, count(*) OVER () AS different FROM g WHERE ${searched}
       ORDER BY n DESC, k NULLS LAST LIMIT ${question.most}`,
      question.contains === "" ? params : [...params, question.contains],
      signal,
    );
    const [all] = await db.query(
      `SELECT count(*) AS n, count(${key}) AS known${numeric(field) ? `, min(${key}) AS low, max(${key}) AS high` : ""} FROM ${from}`,
      params,
      signal,
    );
    const texts = await keyTexts(
      openCase,
      field,
      found.map((row) => row.k!),
    );
    const cut =
      question.ranges > 0 && numeric(field) && all!.low !== null
        ? cutOf(field.kind === "time", Number(all!.low), Number(all!.high), question.ranges)
        : null;
    const bins =
      cut === null
        ? []
        : await db.query(
            `SELECT (${key} - ?) // ? AS bin, count(*) AS n FROM ${from} AND ${key} IS NOT NULL GROUP BY bin ORDER BY bin`,
            [cut.from, cut.width, ...params],
            signal,
          );
    return {
      column: question.column,
      rows: Number(all!.n),
      known: Number(all!.known),
      different: found.length === 0 ? 0 : Number(found[0]!.different),
      values: found.map((row, i) => ({ value: texts[i]!, rows: Number(row.n) })),
      ranges: bins.map((row) => rangeOf(field.kind === "time", cut!, Number(row.bin), Number(row.n))),
    };
  };
  const columns = [question.column];
  return withFilter(openCase, source, question.filter, signal, counted, { columns, progress });
}

/** Tags: a record with several counts for each of them; those without any are the unknown value. */
async function tagFacet(
  openCase: OpenCase,
  source: SourceRow,
  question: FacetQuestion,
  signal: AbortSignal,
  progress?: (progress: Progress) => void,
): Promise<Facet> {
  const { db } = openCase;
  const tags = new Map((await tagsOf(openCase, source.n)).map(({ ref, tag }) => [ref, tag]));
  const counted = async ({ sql, params }: SourceFilter): Promise<Facet> => {
    const kept = `SELECT r.rowid AS "row" FROM ${fromRecords(source, sql)} WHERE ${sql}`;
    const found = await db.query(
      `WITH kept AS (${kept}), k AS (SELECT "row", ref FROM record_mark WHERE n = ${source.n} AND kind = 'tag')
       SELECT k.ref AS ref, count(*) AS n, (SELECT count(*) FROM kept) AS "rows",
         (SELECT count(*) FROM kept WHERE "row" IN (SELECT "row" FROM k)) AS known
       FROM kept LEFT JOIN k ON k."row" = kept."row" GROUP BY k.ref ORDER BY n DESC, k.ref NULLS LAST`,
      params,
      signal,
    );
    const searched = question.contains.toLowerCase();
    const values = found.flatMap((row) => {
      const value = row.ref === null ? null : (tags.get(String(row.ref)) ?? WITHHELD);
      return searched === "" || value?.toLowerCase().includes(searched)
        ? [{ value, rows: Number(row.n) }]
        : [];
    });
    return {
      column: question.column,
      rows: Number(found[0]?.rows ?? 0),
      known: Number(found[0]?.known ?? 0),
      different: values.length,
      values: values.slice(0, question.most),
      ranges: [],
    };
  };
  return withFilter(openCase, source, question.filter, signal, counted, { progress });
}

const numeric = (field: FacetField): boolean =>
  field.kind === "time" || (field.kind === "int" && field.names === undefined);

interface Cut {
  readonly from: number;
  readonly width: number;
}

/** Widths of time that a person reads as one. */
const TIME_STEPS = [
  1,
  10,
  100,
  1_000,
  10_000,
  100_000,
  ...[1, 5, 15, 30].map((n) => n * SECOND),
  ...[1, 5, 15, 30].map((n) => n * MINUTE),
  ...[1, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 7, 28, 91, 364, 3_640].map((n) => n * DAY),
];

/** At most `most` equal ranges of a round width, from a multiple of it on. */
function cutOf(time: boolean, low: number, high: number, most: number): Cut {
  const fits = (width: number) => Math.floor(high / width) - Math.floor(low / width) < most;
  let width = 1;
  if (time) width = TIME_STEPS.find(fits) ?? Math.ceil((high - low + 1) / most);
  else for (let step = 0; !fits(width); step++) width = [1, 2, 5][step % 3]! * 10 ** Math.floor(step / 3);
  return { from: Math.floor(low / width) * width, width };
}

function rangeOf(time: boolean, cut: Cut, bin: number, rows: number): Facet["ranges"][number] {
  const from = cut.from + bin * cut.width;
  const to = from + cut.width;
  const precision = cut.width % SECOND === 0 ? SECOND : 1;
  return {
    from,
    to,
    rows,
    test: time ? `${formatUtc(from, precision)}/${formatUtc(to, precision)}` : `${from}-${to - 1}`,
  };
}

// The tree in a store's own spelling. DuckDB is among them so that the very text that travels is run and compared with the
// case. Sources: ClickHouse reference (ARRAY JOIN, intDiv), Spark SQL reference (LATERAL VIEW, DIV), Trino reference
// (UNNEST, sequence; "/" of two BIGINTs is an integer).
import type { Expr, Query, Select } from "./ast";

export const DIALECTS = ["clickhouse", "spark", "trino", "duckdb"] as const;
export type Dialect = (typeof DIALECTS)[number];

interface Spelling {
  divide(a: string, by: number): string;
  /** Behind the FROM item; `column` is then to be had under its bare name. */
  explode(low: string, high: string, column: string): string;
  readonly int: string;
  readonly text: string;
}

const SPELLINGS: Readonly<Record<Dialect, Spelling>> = {
  clickhouse: {
    divide: (a, by) => `intDiv(${a}, ${by})`,
    explode: (low, high, column) =>
      `ARRAY JOIN arrayMap(b -> toInt64(b), range(toUInt64(assumeNotNull(${low})), toUInt64(assumeNotNull(${high})) + 1)) AS ${column}`,
    int: "Nullable(Int64)",
    text: "Nullable(String)",
  },
  spark: {
    divide: (a, by) => `(${a} DIV ${by})`,
    explode: (low, high, column) => `LATERAL VIEW explode(sequence(${low}, ${high})) blocks AS ${column}`,
    int: "BIGINT",
    text: "STRING",
  },
  trino: {
    divide: (a, by) => `(${a} / ${by})`,
    explode: (low, high, column) => `CROSS JOIN UNNEST(sequence(${low}, ${high})) AS blocks(${column})`,
    int: "BIGINT",
    text: "VARCHAR",
  },
  duckdb: {
    divide: (a, by) => `(${a} // ${by})`,
    explode: (low, high, column) => `CROSS JOIN UNNEST(range(${low}, ${high} + 1)) AS blocks(${column})`,
    int: "BIGINT",
    text: "VARCHAR",
  },
};

export function printQuery(query: Query, dialect: Dialect): string {
  const p = new Printer(SPELLINGS[dialect]);
  const parts = query.with.map(({ name, union }) => `${name} AS (\n${p.union(union, "  ")}\n)`);
  const head = parts.length === 0 ? "" : `WITH ${parts.join(",\n")}\n`;
  // Ordered around the union: stores differ on what an ORDER BY behind its last part belongs to.
  const body =
    query.union.length === 1
      ? p.select(query.union[0]!, "")
      : `SELECT * FROM (\n${p.union(query.union, "  ")}\n) answers`;
  return `${head}${body}\nORDER BY ${query.orderBy.join(", ")}\n`;
}

class Printer {
  constructor(private readonly s: Spelling) {}

  union(selects: readonly Select[], indent: string): string {
    return selects.map((select) => this.select(select, indent)).join(`\n${indent}UNION ALL\n`);
  }

  select(q: Select, indent: string): string {
    const columns = q.columns.map(({ e, as }) => `${this.expr(e)} AS ${as}`).join(", ");
    const lines = [`SELECT ${q.distinct ? "DISTINCT " : ""}${columns}`, `FROM ${q.from.table} ${q.from.as}`];
    if (q.join) {
      const on = q.join.on.map((e) => this.expr(e)).join(" AND ");
      lines.push(`${q.join.left ? "LEFT JOIN" : "JOIN"} ${q.join.table} ${q.join.as} ON ${on}`);
    }
    if (q.explode)
      lines.push(this.s.explode(this.expr(q.explode.low), this.expr(q.explode.high), q.explode.as));
    if (q.where && q.where.length > 0)
      lines.push(`WHERE ${q.where.map((e) => this.expr(e)).join(`\n${indent}  AND `)}`);
    if (q.groupBy) lines.push(`GROUP BY ${q.groupBy.map((e) => this.expr(e)).join(", ")}`);
    return lines.map((line) => indent + line).join("\n");
  }

  private expr(e: Expr): string {
    switch (e.k) {
      case "column":
        return e.of === null ? e.name : `${e.of}.${e.name}`;
      case "int":
        return String(e.value);
      case "text":
        return `'${e.value.replaceAll("'", "''")}'`;
      case "binary":
        return `(${this.expr(e.a)} ${e.op} ${this.expr(e.b)})`;
      case "divide":
        return this.s.divide(this.expr(e.a), e.by);
      case "every":
      case "any":
        return `(${e.parts.map((part) => this.expr(part)).join(e.k === "every" ? " AND " : " OR ")})`;
      case "isNull":
        return `(${this.expr(e.a)} IS ${e.not ? "NOT " : ""}NULL)`;
      case "coalesce":
        return `coalesce(${e.parts.map((part) => this.expr(part)).join(", ")})`;
      case "choose":
        return `CASE WHEN ${this.expr(e.when)} THEN ${this.expr(e.then)} ELSE ${this.expr(e.otherwise)} END`;
      case "null":
        return `CAST(NULL AS ${e.type === "int" ? this.s.int : this.s.text})`;
      case "count":
        return e.distinct === null ? "count(*)" : `count(DISTINCT ${this.expr(e.distinct)})`;
      default:
        return `${e.k}(${this.expr(e.a)})`;
    }
  }
}

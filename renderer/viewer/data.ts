// The exhibit's records as the viewer asks for them: counts recomputed from the rows, views as lists of row ids that are
// paged by range (never by OFFSET), filters through the same language and compiler as the workbench's.
import { VERDICTS, type Verdict } from "../../shared/contract/attribution";
import type { Database, SqlRow, SqlValue } from "../../shared/database";
import { compileFilter } from "../../shared/filter/compile";
import { type Fields, PROTOCOLS } from "../../shared/filter/fields";
import { IPV6_BASE, parseIpv6, signed64 } from "../../shared/record/address";

export interface RunCounts {
  readonly run: number;
  readonly source: string;
  readonly total: number;
  readonly counts: Readonly<Record<Verdict, number>>;
}

export interface ResultRow {
  readonly id: number;
  readonly run: number;
  readonly source: string;
  readonly row: number;
  readonly line: number;
  readonly offset: number;
  readonly length: number;
  readonly timeUs: number | null;
  readonly precisionUs: number | null;
  readonly srcIp: string | null;
  readonly srcPort: number | null;
  readonly protocol: number | null;
  readonly verdict: Verdict;
  readonly rule: string;
  readonly subscriber: string | null;
  readonly insideIp: string | null;
  readonly sharedBy: number | null;
  readonly fromUs: number | null;
  readonly toUs: number | null;
  readonly flipUs: number | null;
}

export interface CandidateRow {
  readonly natSource: string;
  readonly line: number;
  readonly party: string;
  readonly insideIp: string | null;
  readonly startUs: number | null;
  readonly endUs: number | null;
  readonly possible: readonly [number | null, number | null];
  readonly certain: readonly [number | null, number | null];
  readonly ports: string;
}

/** The 32-bit number of a dotted quad in SQL, NULL for anything else. */
const ipv4Sql = (sql: string): string => {
  const part = (n: number) => `TRY_CAST(split_part(${sql}, '.', ${n}) AS BIGINT)`;
  return `(${part(1)} * 16777216 + ${part(2)} * 65536 + ${part(3)} * 256 + ${part(4)})`;
};
const addressSql = (sql: string): string =>
  `CASE WHEN contains(${sql}, ':') THEN (SELECT a.id FROM address a WHERE a.text = ${sql}) ELSE ${ipv4Sql(sql)} END`;

/** What a filter may name here: the workbench's names, over the exhibit's tables. */
export const EXHIBIT_FIELDS: Fields = {
  run: { kind: "int", sql: "r.run" },
  source: { kind: "text", sql: "r.source" },
  line: { kind: "int", sql: "e.line" },
  offset: { kind: "int", sql: 'e."offset"' },
  time: { kind: "time", sql: "e.time_us" },
  timeUs: { kind: "time", sql: "e.time_us" },
  srcIp: { kind: "address", sql: [addressSql("e.src_ip")] },
  srcPort: { kind: "int", sql: "e.src_port" },
  port: { kind: "int", sql: "e.src_port" },
  protocol: { kind: "int", sql: "e.protocol", names: PROTOCOLS },
  verdict: { kind: "text", sql: "r.verdict", values: VERDICTS },
  rule: { kind: "text", sql: "r.rule" },
  subscriber: { kind: "text", sql: "r.subscriber" },
  insideIp: { kind: "address", sql: [addressSql("r.inside_ip")] },
};

const FROM = "result r JOIN event e ON e.source = r.source AND e.row = r.row";
const EVENT =
  'e.line, e."offset" AS off, e.length, e.time_us, e.precision_us, e.src_ip, e.src_port, e.protocol';
const RESULT =
  "r.run, r.source, r.row, r.verdict, r.rule, r.subscriber, r.inside_ip, r.shared_by, r.interval_from_us, r.interval_to_us, r.flip_us";

/** Name of the view of every result. The results stand in the order in which they are shown, so that it needs no list. */
const ALL = "result";
/** Rows that are read ahead of the first look at them: as many as the table asks for at once. */
const HEAD = 200;

export interface View {
  readonly name: string;
  readonly rows: number;
}

export class Exhibit {
  private views = 0;
  private addresses: Promise<void> | null = null;
  private readonly head: Promise<ResultRow[]>;
  readonly total: number;
  /** Every result. */
  readonly all: View;

  private constructor(
    readonly db: Database,
    readonly meta: ReadonlyMap<string, string>,
    readonly runs: readonly RunCounts[],
  ) {
    this.total = runs.reduce((sum, run) => sum + run.total, 0);
    this.all = { name: ALL, rows: this.total };
    this.head = this.read(ALL, 0, HEAD);
    // Whoever asks for these rows is told of the failure.
    this.head.catch(() => {});
  }

  static async open(db: Database): Promise<Exhibit> {
    const meta = new Map<string, string>();
    for (const row of await db.query("SELECT key, value FROM meta ORDER BY key"))
      meta.set(String(row.key), String(row.value));
    const byRun = new Map<
      number,
      { run: number; source: string; total: number; counts: Record<Verdict, number> }
    >();
    for (const row of await db.query(
      "SELECT run, source, verdict, count(*)::BIGINT AS n FROM result GROUP BY run, source, verdict ORDER BY run, source, verdict",
    )) {
      const run = Number(row.run);
      const entry = byRun.get(run) ?? {
        run,
        source: String(row.source),
        total: 0,
        counts: { unique: 0, only: 0, ambiguous: 0, none: 0, "out-of-range": 0, "no-port": 0 },
      };
      entry.counts[row.verdict as Verdict] = Number(row.n);
      entry.total += Number(row.n);
      byRun.set(run, entry);
    }
    return new Exhibit(db, meta, [...byRun.values()]);
  }

  /** IPv6 addresses get ids, as in the workbench, so that a network is a range over (hi, lo). Made for the first filter. */
  private async listAddresses(): Promise<void> {
    await this.db.run(
      "CREATE TEMP TABLE address(id BIGINT, family BIGINT, hi BIGINT, lo BIGINT, text VARCHAR)",
    );
    const rows = await this.db.query(
      "SELECT DISTINCT text FROM (SELECT src_ip AS text FROM event UNION SELECT inside_ip FROM result) WHERE contains(text, ':') ORDER BY text",
    );
    const found: SqlValue[][] = [];
    for (const { text } of rows) {
      const groups = parseIpv6(String(text));
      if (groups)
        found.push([IPV6_BASE + found.length, signed64(groups, 0), signed64(groups, 4), String(text)]);
    }
    const ROW = "(?, 6, CAST(? AS BIGINT), CAST(? AS BIGINT), ?)";
    for (let at = 0; at < found.length; at += 500) {
      const some = found.slice(at, at + 500);
      await this.db.run(`INSERT INTO address VALUES ${some.map(() => ROW).join(", ")}`, some.flat());
    }
  }

  /** A view of the results that a filter keeps, in the exhibit's order. Throws what the filter's error says. */
  async view(filter: string): Promise<View> {
    const where = compileFilter(filter, EXHIBIT_FIELDS);
    if (where.sql === "TRUE") return this.all;
    if (/\baddress\b/.test(where.sql)) {
      this.addresses ??= this.listAddresses();
      await this.addresses;
    }
    const name = `view_${++this.views}`;
    await this.db.run(
      `CREATE TEMP TABLE ${name} AS SELECT r.rowid AS id FROM ${FROM} WHERE ${where.sql} ORDER BY r.rowid`,
      where.params,
    );
    const counted = await this.db.query(`SELECT count(*)::BIGINT AS n FROM ${name}`);
    if (this.views > 1) await this.db.run(`DROP TABLE IF EXISTS view_${this.views - 1}`);
    return { name, rows: Number(counted[0]?.n ?? 0) };
  }

  async page(view: string, from: number, to: number): Promise<ResultRow[]> {
    if (view === ALL && to <= HEAD) return (await this.head).slice(from, to);
    return this.read(view, from, to);
  }

  // Two plain reads instead of a join: the engine compiles each operator when it first meets it, and that of a join is most
  // of what the first rows would wait for.
  private async read(view: string, from: number, to: number): Promise<ResultRow[]> {
    const chosen =
      view === ALL
        ? "SELECT rowid AS place, rowid AS id, * FROM result WHERE rowid >= ? AND rowid < ?"
        : `SELECT v.rowid AS place, v.id, r.* FROM ${view} v JOIN result r ON r.rowid = v.id WHERE v.rowid >= ? AND v.rowid < ?`;
    const results = await this.db.query(
      `SELECT r.place, r.id, ${RESULT} FROM (${chosen}) r ORDER BY r.place`,
      [from, to],
    );
    const events = new Map<string, SqlRow>();
    for (const [source, rows] of bySource(results)) {
      const some = `SELECT e.row, ${EVENT} FROM event e WHERE e.source = ? AND e.row >= ? AND e.row <= ? AND e.row IN (${rows.join(", ")}) ORDER BY e.row`;
      for (const event of await this.db.query(some, [source, Math.min(...rows), Math.max(...rows)]))
        events.set(`${event.row} ${source}`, event);
    }
    return results.map((result) => {
      const event = events.get(`${result.row} ${result.source}`);
      if (!event)
        throw new Error(
          `A result is of an event that the exhibit does not hold: ${result.source}, row ${result.row}`,
        );
      return resultRow({ ...event, ...result });
    });
  }

  async candidates(result: ResultRow): Promise<CandidateRow[]> {
    const rows = await this.db.query(
      `SELECT m.* FROM candidate c JOIN mapping m ON m.nat_source = c.nat_source AND m.id = c.mapping
       WHERE c.run = ? AND c.source = ? AND c.row = ? ORDER BY m.start_us NULLS FIRST, m.nat_source, m.id`,
      [result.run, result.source, result.row],
    );
    return rows.map((m) => ({
      natSource: String(m.nat_source),
      line: Number(m.first_line),
      party: String(m.subscriber ?? m.inside_ip ?? "unnamed"),
      insideIp: m.inside_ip === null ? null : String(m.inside_ip),
      startUs: number(m.start_us),
      endUs: number(m.end_us),
      possible: [number(m.start_min_us), number(m.end_max_us)],
      certain: [number(m.start_max_us), number(m.end_min_us)],
      ports: m.port_low === m.port_high ? String(m.port_low) : `${m.port_low} to ${m.port_high}`,
    }));
  }
}

function bySource(results: readonly SqlRow[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { source, row } of results) {
    const rows = found.get(String(source));
    if (rows) rows.push(Number(row));
    else found.set(String(source), [Number(row)]);
  }
  return found;
}

const number = (value: unknown): number | null =>
  value === null || value === undefined ? null : Number(value);
const text = (value: unknown): string | null =>
  value === null || value === undefined ? null : String(value);

function resultRow(row: SqlRow): ResultRow {
  return {
    id: Number(row.id),
    run: Number(row.run),
    source: String(row.source),
    row: Number(row.row),
    line: Number(row.line),
    offset: Number(row.off),
    length: Number(row.length),
    timeUs: number(row.time_us),
    precisionUs: number(row.precision_us),
    srcIp: text(row.src_ip),
    srcPort: number(row.src_port),
    protocol: number(row.protocol),
    verdict: row.verdict as Verdict,
    rule: String(row.rule),
    subscriber: text(row.subscriber),
    insideIp: text(row.inside_ip),
    sharedBy: number(row.shared_by),
    fromUs: number(row.interval_from_us),
    toUs: number(row.interval_to_us),
    flipUs: number(row.flip_us),
  };
}

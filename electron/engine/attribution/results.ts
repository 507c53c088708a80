// Results of a run as rows of the contract, read in row order from the act's tables. A page is a range of row numbers of
// the result table, never an OFFSET; a run narrowed to some verdicts is walked by a list of its positions.
import { type AttributionRow, RULES, VERDICTS, type Verdict } from "../../../shared/contract/attribution";
import type { Database, SqlRow } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import { formatIpv4, IPV6_BASE } from "../../../shared/record/address";
import type { OpenCase } from "../case/open-case";
import { portsFrom, recordsWithPorts } from "../records/ports";

export type Counts = Record<Verdict, number>;

/** What the catalogue's table `attribution` keeps of a run, as JSON in `body`. */
export interface RunBody {
  readonly events: string;
  readonly eventsN: number;
  readonly nat: readonly string[];
  readonly natN: readonly number[];
  readonly subscribers: string | null;
  /** Source number of `subscribers`; absent in runs without. */
  readonly subscribersN?: number | null;
  /** The join that the events' missing ports came from; null or absent where there was none. */
  readonly portJoin?: number | null;
  /** Reference to the filter's text (openCase.hideText), null for none. */
  readonly filter: unknown;
  readonly total: number;
  readonly counts: Counts;
  readonly calibrations: readonly string[];
  readonly completeness: readonly string[];
  readonly sha256: string;
}

export interface RunSources {
  readonly eventsN: number;
  readonly subscribersN?: number | null;
  readonly portJoin?: number | null;
}

export interface RunTables {
  readonly results: string;
  readonly candidates: string;
}

export const runTables = (
  seq: number,
): RunTables & { events: string; pools: string; chain(log: number): string } => ({
  chain: (log) => `attribution_chain_${seq}_${log}`,
  results: `attribution_${seq}`,
  candidates: `attribution_candidate_${seq}`,
  events: `attribution_event_${seq}`,
  pools: `attribution_pool_${seq}`,
});

/** A run by its id ("a12"). Throws "usage" with the runs that there are. */
export async function runOf(db: Database, id: string): Promise<{ seq: number; body: RunBody }> {
  const runs = await db.query("SELECT seq, body FROM attribution ORDER BY seq");
  const found = runs.find((r) => runId(Number(r.seq)) === id);
  if (found) return { seq: Number(found.seq), body: JSON.parse(String(found.body)) as RunBody };
  const ids = runs.map((r) => runId(Number(r.seq))).join(", ");
  throw new ProductError(
    "usage",
    `The case has no attribution "${id}".`,
    ids
      ? `Its attributions are: ${ids}.`
      : "Run one first: portwitness attribute CASE --events NAME --nat NAME.",
  );
}

export const runId = (seq: number): string => `a${seq}`;

/** Texts of dictionary ids and addresses, fetched once each. */
export class Names {
  private readonly texts = new Map<number, string>();
  private readonly v6 = new Map<number, string>();
  private loadedV6 = false;

  constructor(private readonly db: Database) {}

  async prepare(
    rows: readonly SqlRow[],
    textColumns: readonly string[],
    addressColumns: readonly string[],
  ): Promise<void> {
    const missing = new Set<number>();
    for (const row of rows) {
      for (const c of textColumns) {
        const id = row[c];
        if (typeof id === "number" && !this.texts.has(id)) missing.add(id);
      }
      if (!this.loadedV6) {
        for (const c of addressColumns) {
          const id = row[c];
          if (typeof id === "number" && id >= IPV6_BASE) await this.loadV6();
        }
      }
    }
    if (missing.size > 0) {
      const ids = [...missing].sort((a, b) => a - b);
      for (const row of await this.db.query(
        `SELECT id, text FROM text_value WHERE id IN (${ids.join(", ")}) ORDER BY id`,
      )) {
        this.texts.set(Number(row.id), String(row.text));
      }
    }
  }

  text(id: unknown): string | null {
    return typeof id === "number" ? (this.texts.get(id) ?? null) : null;
  }

  address(id: unknown): string | null {
    if (typeof id !== "number") return null;
    return id < IPV6_BASE ? formatIpv4(id) : (this.v6.get(id) ?? null);
  }

  private async loadV6(): Promise<void> {
    this.loadedV6 = true;
    for (const row of await this.db.query("SELECT id, text FROM address ORDER BY id"))
      this.v6.set(Number(row.id), String(row.text));
  }
}

export interface ReadOptions {
  readonly verdicts?: readonly Verdict[];
  /** Row numbers of the event source. */
  readonly rows?: readonly number[];
  readonly signal?: AbortSignal;
}

const BATCH = 1_000;

/** Rows of a run in row order, at most 1,000 at a time. */
export async function* streamResults(
  openCase: OpenCase,
  runSeq: number,
  options: ReadOptions = {},
): AsyncGenerator<AttributionRow[]> {
  const { body } = await runOf(openCase.db, runId(runSeq));
  yield* readResults(openCase.db, body, runTables(runSeq), options);
}

export async function* readResults(
  db: Database,
  sources: RunSources,
  tables: RunTables,
  options: ReadOptions = {},
): AsyncGenerator<AttributionRow[]> {
  const names = new Names(db);
  if (options.verdicts || options.rows) {
    const conditions: string[] = [];
    if (options.verdicts) conditions.push(`verdict IN (${verdictCodes(options.verdicts)})`);
    if (options.rows)
      conditions.push(
        options.rows.length === 0 ? "FALSE" : `"row" IN (${options.rows.map(Number).join(", ")})`,
      );
    const positions: number[] = [];
    const sql = `SELECT rowid AS position FROM "${tables.results}" WHERE ${conditions.join(" AND ")} ORDER BY rowid`;
    for await (const { rows, columns } of db.columns(sql, [], options.signal)) {
      for (let i = 0; i < rows; i++) positions.push((columns[0] as Float64Array)[i]!);
    }
    for (let at = 0; at < positions.length; at += BATCH) {
      yield await readPositions(db, sources, tables, names, positions.slice(at, at + BATCH), options.signal);
    }
    return;
  }
  const [total] = await db.query(`SELECT count(*) AS n FROM "${tables.results}"`);
  for (let at = 0; at < Number(total?.n ?? 0); at += BATCH) {
    const rows = await readWhere(
      db,
      sources,
      tables,
      names,
      `a.rowid >= ${at} AND a.rowid < ${at + BATCH}`,
      options.signal,
    );
    yield rows;
  }
}

const verdictCodes = (verdicts: readonly Verdict[]): string =>
  verdicts.length === 0 ? "255" : verdicts.map((v) => VERDICTS.indexOf(v)).join(", ");

/** Rows [from, to) of a run, narrowed to verdicts where given, and how many there are in all. */
export async function pageResults(
  db: Database,
  seq: number,
  body: RunBody,
  from: number,
  to: number,
  verdicts: readonly Verdict[] | undefined,
  signal?: AbortSignal,
): Promise<{ total: number; rows: AttributionRow[] }> {
  const tables = runTables(seq);
  const end = Math.min(to, from + BATCH);
  const names = new Names(db);
  if (!verdicts || verdicts.length === VERDICTS.length) {
    const rows = await readWhere(db, body, tables, names, `a.rowid >= ${from} AND a.rowid < ${end}`, signal);
    return { total: body.total, rows };
  }
  const total = verdicts.reduce((sum, v) => sum + body.counts[v], 0);
  // The n-th row of a verdict is found by counting one narrow column; the page itself is read by position.
  const positions = await db.query(
    `SELECT position FROM (SELECT rowid AS position, row_number() OVER (ORDER BY rowid) - 1 AS n FROM "${tables.results}"
       WHERE verdict IN (${verdictCodes(verdicts)})) WHERE n >= ? AND n < ? ORDER BY position`,
    [from, end],
    signal,
  );
  const rows = await readPositions(
    db,
    body,
    tables,
    names,
    positions.map((p) => Number(p.position)),
    signal,
  );
  return { total, rows };
}

async function readPositions(
  db: Database,
  sources: RunSources,
  tables: RunTables,
  names: Names,
  positions: readonly number[],
  signal?: AbortSignal,
): Promise<AttributionRow[]> {
  if (positions.length === 0) return [];
  return readWhere(db, sources, tables, names, `a.rowid IN (${positions.join(", ")})`, signal);
}

async function readWhere(
  db: Database,
  sources: RunSources,
  tables: RunTables,
  names: Names,
  where: string,
  signal?: AbortSignal,
): Promise<AttributionRow[]> {
  const results = await db.query(
    `SELECT a."row" AS "row", a.verdict, a.rule, a.subscriber, a.in_addr, a.realm, a.shared_by, a.from_us, a.to_us, a.flip_us,
       r.line, r."offset", r.time_us, r.src_addr, r.src_port, r.protocol
     FROM "${tables.results}" a JOIN ${recordsWithPorts({ n: sources.eventsN, port_join: sources.portJoin })} ON r.rowid = a."row" WHERE ${where} ORDER BY a.rowid`,
    [],
    signal,
  );
  if (results.length === 0) return [];
  const first = Number(results[0]!.row);
  const last = Number(results[results.length - 1]!.row);
  const wanted = new Set(results.map((r) => Number(r.row)));
  const found = await db.query(
    `SELECT c.rowid AS position, c."row" AS "row", c.place, s.name AS source, c.line, c.start_us, c.end_us, c.subscriber, c.in_addr, c.realm
     FROM "${tables.candidates}" c JOIN source s ON s.n = c.source WHERE c."row" BETWEEN ? AND ? ORDER BY c.rowid`,
    [first, last],
    signal,
  );
  const leases =
    sources.subscribersN == null
      ? null
      : await leasesOf(db, sources.subscribersN, tables, first, last, signal);
  const recovered = await portsFrom(
    db,
    { n: sources.eventsN, port_join: sources.portJoin },
    [...wanted],
    signal,
  );
  const holders = found.filter((h) => wanted.has(Number(h.row)));
  await names.prepare(results, ["subscriber", "realm"], ["src_addr", "in_addr"]);
  await names.prepare(holders, ["subscriber", "realm"], ["in_addr"]);
  const byRow = new Map<number, { candidates: Holder[]; nearest: Holder[] }>();
  for (const h of holders) {
    const row = Number(h.row);
    let own = byRow.get(row);
    if (own === undefined) {
      own = { candidates: [], nearest: [] };
      byRow.set(row, own);
    }
    (h.place === 0 ? own.candidates : own.nearest).push({
      subscriber: names.text(h.subscriber),
      insideIp: names.address(h.in_addr),
      ...realmOf(names, h),
      natSource: String(h.source),
      natLine: Number(h.line),
      fromUs: integer(h.start_us),
      toUs: integer(h.end_us),
      ...(leases === null ? {} : { chain: leases.get(Number(h.position)) ?? [] }),
    });
  }
  return results.map((r): AttributionRow => {
    const own = byRow.get(Number(r.row));
    const portFrom = recovered.get(Number(r.row));
    return {
      row: Number(r.row),
      line: Number(r.line),
      offset: Number(r.offset),
      verdict: VERDICTS[Number(r.verdict)]!,
      rule: RULES[Number(r.rule)]!,
      subscriber: names.text(r.subscriber),
      insideIp: names.address(r.in_addr),
      ...realmOf(names, r),
      candidates: own?.candidates ?? [],
      nearest: own?.nearest ?? [],
      sharedBy: integer(r.shared_by),
      intervalFromUs: integer(r.from_us),
      intervalToUs: integer(r.to_us),
      flipUs: integer(r.flip_us),
      timeUs: integer(r.time_us),
      srcIp: names.address(r.src_addr),
      srcPort: integer(r.src_port),
      protocol: integer(r.protocol),
      ...(portFrom === undefined ? {} : { portFrom }),
    };
  });
}

/** The lease behind each candidate of a chained run, by the candidate's position. */
async function leasesOf(
  db: Database,
  subscribersN: number,
  tables: RunTables,
  first: number,
  last: number,
  signal?: AbortSignal,
): Promise<Map<number, Holder["chain"]>> {
  const rows = await db.query(
    `SELECT c.rowid AS position, s.name AS source, m.first_line AS line, m.start_us, m.end_us FROM "${tables.candidates}" c
       JOIN "mapping_${subscribersN}" m ON m.id = c.lease JOIN source s ON s.n = ${subscribersN}
     WHERE c."row" BETWEEN ? AND ? ORDER BY c.rowid`,
    [first, last],
    signal,
  );
  return new Map(
    rows.map((r) => [
      Number(r.position),
      [
        {
          source: String(r.source),
          line: Number(r.line),
          fromUs: integer(r.start_us),
          toUs: integer(r.end_us),
        },
      ],
    ]),
  );
}

type Holder = AttributionRow["candidates"][number];

const integer = (value: unknown): number | null => (typeof value === "number" ? value : null);

/** The realm stands only where there is one: most records name none. */
const realmOf = (names: Names, row: SqlRow): { realm?: string } => {
  const realm = names.text(row.realm);
  return realm === null ? {} : { realm };
};

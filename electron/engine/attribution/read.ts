// Stretches of a run's results as rows of the contract. Every table is read by ranges of row numbers, in columns: a whole
// run costs one pass over its tables, a page a few milliseconds, whatever the size of the case.
import { type AttributionRow, RULES, VERDICTS } from "../../../shared/contract/attribution";
import type { Database } from "../../../shared/database";
import { rowsById } from "../records/fetch";
import { portsFrom } from "../records/ports";
import type { Names } from "./names";

export interface RunSources {
  readonly eventsN: number;
  readonly subscribersN?: number | null;
  /** The join that the events' missing ports came from; null or absent where there was none. */
  readonly portJoin?: number | null;
}

export interface RunTables {
  readonly results: string;
  readonly candidates: string;
}

/** Positions in the result table: a range [from, to), or a list in ascending order. */
export type Positions = { readonly from: number; readonly to: number } | { readonly list: readonly number[] };

type Holder = AttributionRow["candidates"][number];

const NO_HOLDERS: Holder[] = [];

export async function readStretch(
  db: Database,
  sources: RunSources,
  tables: RunTables,
  names: Names,
  at: Positions,
  signal?: AbortSignal,
): Promise<AttributionRow[]> {
  const listed = "list" in at;
  if (listed && at.list.length === 0) return [];
  names.forget();
  const where = listed ? `rowid IN (${at.list.join(", ")})` : `rowid >= ${at.from} AND rowid < ${at.to}`;
  const [row, verdict, rule, subscriber, inside, realm, shared, from, to, flip] = await numbersOf(
    db,
    `SELECT "row", verdict, rule, subscriber, in_addr, realm, shared_by, from_us, to_us, flip_us FROM "${tables.results}"
     WHERE ${where} ORDER BY rowid`,
    10,
    signal,
  );
  const n = row!.length;
  if (n === 0) return [];
  // A result per event: the rows of a stretch of results ascend.
  const [first, last] = [row![0]!, row![n - 1]!];
  const dense = last - first < 64 * n;
  const record = await recordsOf(db, sources.eventsN, row!, !listed || dense, signal);
  const rows = new Set(row!);
  const holders = await holdersOf(
    db,
    sources,
    tables,
    names,
    `c."row" BETWEEN ${first} AND ${last}${dense || !listed ? "" : ` AND c."row" IN (${[...rows].join(", ")})`}`,
    signal,
  );
  const portless = [...row!].filter((_, i) => Number.isNaN(record[4]![i]!));
  const recovered = await portsFrom(
    db,
    { n: sources.eventsN, port_join: sources.portJoin },
    portless,
    signal,
  );
  await names.prepareIds([subscriber!, realm!], [inside!, record[3]!]);

  const out = new Array<AttributionRow>(n);
  for (let i = 0; i < n; i++) {
    const number = row![i]!;
    const own = holders.get(number);
    const portFrom = recovered.get(number);
    const named = names.text(realm![i]);
    out[i] = {
      row: number,
      line: record[0]![i]!,
      offset: record[1]![i]!,
      verdict: VERDICTS[verdict![i]!]!,
      rule: RULES[rule![i]!]!,
      subscriber: names.text(subscriber![i]),
      insideIp: names.address(inside![i]),
      ...(named === null ? {} : { realm: named }),
      candidates: own?.candidates ?? NO_HOLDERS,
      nearest: own?.nearest ?? NO_HOLDERS,
      sharedBy: orNull(shared![i]!),
      intervalFromUs: orNull(from![i]!),
      intervalToUs: orNull(to![i]!),
      flipUs: orNull(flip![i]!),
      timeUs: orNull(record[2]![i]!),
      srcIp: names.address(record[3]![i]),
      srcPort: orNull(record[4]![i]!) ?? portFrom?.port ?? null,
      protocol: orNull(record[5]![i]!),
      ...(portFrom === undefined ? {} : { portFrom }),
    };
  }
  return out;
}

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

const RECORD = `r.line, r."offset", r.time_us, r.src_addr, r.src_port, r.protocol`;

/** line, offset, time_us, src_addr, src_port, protocol of ascending rows, NaN for NULL. */
async function recordsOf(
  db: Database,
  n: number,
  rows: Float64Array,
  range: boolean,
  signal?: AbortSignal,
): Promise<Float64Array[]> {
  const out = Array.from({ length: 6 }, () => new Float64Array(rows.length).fill(Number.NaN));
  if (!range) {
    const found = await rowsById(db, `record_${n}`, RECORD, [...rows], signal);
    found.forEach((r, i) => {
      [r.line, r.offset, r.time_us, r.src_addr, r.src_port, r.protocol].forEach((value, c) => {
        if (typeof value === "number") out[c]![i] = value;
      });
    });
    return out;
  }
  let at = 0;
  const sql = `SELECT r.rowid AS id_, ${RECORD} FROM "record_${n}" r WHERE r.rowid >= ? AND r.rowid <= ? ORDER BY id_`;
  for await (const { rows: read, columns } of db.columns(sql, [rows[0]!, rows[rows.length - 1]!], signal)) {
    const [id, ...cells] = columns as Float64Array[];
    for (let i = 0; i < read; i++) {
      if (id![i] !== rows[at]) continue;
      for (let c = 0; c < 6; c++) out[c]![at] = cells[c]![i]!;
      at++;
    }
  }
  return out;
}

interface Held {
  candidates: Holder[];
  nearest: Holder[];
}

/** Candidates and nearest holders by row, in the table's order; in a run with subscribers each with its lease. */
async function holdersOf(
  db: Database,
  sources: RunSources,
  tables: RunTables,
  names: Names,
  where: string,
  signal?: AbortSignal,
): Promise<Map<number, Held>> {
  const sourceNames = new Map(
    (await db.query("SELECT n, name FROM source ORDER BY n")).map((s) => [Number(s.n), String(s.name)]),
  );
  const chained = sources.subscribersN ?? null;
  const link = chained === null ? "" : `LEFT JOIN "mapping_${chained}" m ON m.id = c.lease`;
  const lease = chained === null ? "" : ", m.first_line, m.start_us, m.end_us";
  const cells = await numbersOf(
    db,
    `SELECT c."row", c.place, c.source, c.line, c.start_us, c.end_us, c.subscriber, c.in_addr, c.realm${lease}
     FROM "${tables.candidates}" c ${link} WHERE ${where} ORDER BY c.rowid`,
    chained === null ? 9 : 12,
    signal,
  );
  const [row, place, source, line, start, end, subscriber, inside, realm, leaseLine, leaseStart, leaseEnd] =
    cells;
  await names.prepareIds([subscriber!, realm!], [inside!]);
  const out = new Map<number, Held>();
  for (let i = 0; i < row!.length; i++) {
    let own = out.get(row![i]!);
    if (own === undefined) {
      own = { candidates: [], nearest: [] };
      out.set(row![i]!, own);
    }
    const named = names.text(realm![i]);
    (place![i] === 0 ? own.candidates : own.nearest).push({
      subscriber: names.text(subscriber![i]),
      insideIp: names.address(inside![i]),
      // The realm stands only where there is one: most records name none.
      ...(named === null ? {} : { realm: named }),
      natSource: sourceNames.get(source![i]!) ?? "",
      natLine: line![i]!,
      fromUs: orNull(start![i]!),
      toUs: orNull(end![i]!),
      ...(chained === null
        ? {}
        : {
            chain: Number.isNaN(leaseLine![i]!)
              ? []
              : [
                  {
                    source: sourceNames.get(chained) ?? "",
                    line: leaseLine![i]!,
                    fromUs: orNull(leaseStart![i]!),
                    toUs: orNull(leaseEnd![i]!),
                  },
                ],
          }),
    });
  }
  return out;
}

/** All rows of a statement of integers, by column. */
async function numbersOf(
  db: Database,
  sql: string,
  width: number,
  signal?: AbortSignal,
): Promise<Float64Array[]> {
  const parts: Float64Array[][] = Array.from({ length: width }, () => []);
  let n = 0;
  for await (const { rows, columns } of db.columns(sql, [], signal)) {
    for (let c = 0; c < width; c++) parts[c]!.push(columns[c] as Float64Array);
    n += rows;
  }
  return parts.map((own) => {
    const out = new Float64Array(n);
    let at = 0;
    for (const part of own) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  });
}

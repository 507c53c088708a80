// Where an operator's log passes the same time twice (shared/attribution/set-back.ts), by device, as doubt of every pool.
import { type SetBack, setBacks } from "../../../shared/attribution/set-back";
import type { Database } from "../../../shared/database";

/** Records are taken together in runs where there are more than these. */
const MOST_RUNS = 100_000;
/** Of the records behind the leap in the stretch, this share stands before it too: two files overlap, no clock was set. */
const COPIED_SHARE = 0.5;

export interface DeviceSetBack {
  /** Dictionary id of the device, 0 where the records name none. */
  readonly device: number;
  readonly from: number;
  readonly to: number;
}

export async function setBacksOf(
  db: Database,
  record: string,
  signal: AbortSignal,
): Promise<DeviceSetBack[]> {
  const [size] = await db.query(`SELECT count(*) AS n FROM "${record}"`, [], signal);
  const each = Math.max(1, Math.ceil(Number(size?.n ?? 0) / MOST_RUNS));
  const byDevice = new Map<number, { row: number[]; earliest: number[]; latest: number[] }>();
  const sql = `SELECT coalesce(device, 0) AS device, min(rowid) AS first, min(time_us) AS earliest, max(time_us) AS latest
    FROM "${record}" WHERE time_us IS NOT NULL GROUP BY device, rowid // ${each} ORDER BY 1, 2`;
  for await (const { rows, columns } of db.columns(sql, [], signal)) {
    const [device, first, earliest, latest] = columns as Float64Array[];
    for (let i = 0; i < rows; i++) {
      let own = byDevice.get(device![i]!);
      if (own === undefined) {
        own = { row: [], earliest: [], latest: [] };
        byDevice.set(device![i]!, own);
      }
      own.row.push(first![i]!);
      own.earliest.push(earliest![i]!);
      own.latest.push(latest![i]!);
    }
  }
  const out: DeviceSetBack[] = [];
  for (const [device, own] of byDevice) {
    const found = setBacks({
      earliestUs: Float64Array.from(own.earliest),
      latestUs: Float64Array.from(own.latest),
    });
    for (const back of found) {
      if (!(await copied(db, record, device, own.row[back.at]!, back, signal)))
        out.push({ device, from: back.from, to: back.to });
    }
  }
  return out;
}

/** The records behind the leap are those before it once more: two files that overlap. */
async function copied(
  db: Database,
  record: string,
  device: number,
  row: number,
  { from, to }: SetBack,
  signal: AbortSignal,
): Promise<boolean> {
  const same = ["time_us", "event", "pub_addr", "port_low", "in_addr"]
    .map((name) => `a.${name} IS NOT DISTINCT FROM b.${name}`)
    .join(" AND ");
  const within = "time_us BETWEEN ? AND ? AND coalesce(device, 0) = ?";
  const [seen] = await db.query(
    `SELECT count(*) AS n, count(*) FILTER (WHERE EXISTS (SELECT 1 FROM "${record}" a WHERE a.rowid < ? AND ${same})) AS twice
     FROM "${record}" b WHERE rowid >= ? AND ${within}`,
    [row, row, from, to - 1, device],
    signal,
  );
  return Number(seen?.twice ?? 0) >= COPIED_SHARE * Number(seen?.n ?? 0);
}

// A record table filled by hand, and the mappings that the engine makes of it, for tests that read as cases.
import { createRecordTable } from "../../../electron/engine/catalogue";
import { type NativeDatabase, openNative } from "../../../electron/engine/database/native";
import { buildMappings, type MappingCounts } from "../../../electron/engine/nat/mappings";
import type { SqlRow, SqlValue } from "../../../shared/database";
import { type ColumnName, NAT_EVENT, type NatEvent } from "../../../shared/record/columns";

export type Given = Partial<Record<Exclude<ColumnName, "event">, SqlValue>> & { event: NatEvent };

export interface Built {
  readonly counts: MappingCounts;
  readonly mappings: SqlRow[];
  /** Mapping id of each record, in file order. */
  readonly rows: (number | null)[];
}

const S = 1_000_000;
/** Whole seconds as microseconds. */
export const s = (seconds: number): number => seconds * S;

export const io = { signal: new AbortController().signal, progress: () => {} };

export async function build(
  records: readonly Given[],
  writes: "truncates" | "rounds" = "truncates",
  role: "nat" | "subscriber" = "nat",
): Promise<Built> {
  const db = await openNative(":memory:");
  try {
    return await buildIn(db, records, writes, role);
  } finally {
    await db.close();
  }
}

let serial = 0;
export async function buildIn(
  db: NativeDatabase,
  records: readonly Given[],
  writes: "truncates" | "rounds",
  role: "nat" | "subscriber" = "nat",
): Promise<Built> {
  const n = ++serial;
  const tables = { record: `t${n}_record`, mapping: `t${n}_mapping`, rowMapping: `t${n}_row` };
  await db.run(createRecordTable(tables.record, role));
  for (const [i, given] of records.entries()) {
    const row: Record<string, SqlValue> = {
      file: 0,
      line: i + 1,
      offset: i * 100,
      length: 99,
      precision_us: S,
      port_step: given.port_low === undefined ? null : 1,
      ...given,
      event: NAT_EVENT[given.event],
    };
    const names = Object.keys(row);
    await db.run(
      `INSERT INTO "${tables.record}" (${names.map((k) => `"${k}"`).join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
      names.map((k) => row[k]!),
    );
  }
  const counts = await buildMappings(db, tables, { writes }, io);
  const mappings = await db.query(`SELECT * FROM "${tables.mapping}" ORDER BY rowid`);
  const rows = await db.query(`SELECT mapping FROM "${tables.rowMapping}" ORDER BY rowid`);
  const left = await db.query(
    `SELECT table_name FROM information_schema.tables WHERE table_name LIKE ? ORDER BY table_name`,
    [`t${n}\\_%`],
  );
  const names = left.map((t) => t.table_name).filter((t) => !Object.values(tables).includes(String(t)));
  if (names.length > 0) throw new Error(`tables left behind: ${names.join(", ")}`);
  return { counts, mappings, rows: rows.map((r) => r.mapping as number | null) };
}

/** A port block of one subscriber line, the usual record. */
export const block = (event: NatEvent, seconds: number, more: Partial<Given> = {}): Given => ({
  time_us: s(seconds),
  pub_addr: 3_405_803_777,
  port_low: 1024,
  port_high: 1535,
  in_addr: 1_681_915_905,
  ...more,
  event,
});

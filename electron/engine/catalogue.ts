// The case database's fixed tables and the names of those that each act brings. The database is a cache: everything in
// it follows from the ledger and the evidence, and ids are allotted in the ledger's order, so a rebuild gives the same.
//
//   record_N      one row a record, in file order; rowid = the record's row number in the source (never deleted from); a
//                 view over record_rows_N, which stores the columns that vary (electron/engine/import/record-table.ts)
//   reject_N      rejects and partials, in file order
//   mapping_N     roles nat and subscriber: see shared/nat/mapping.ts, ordered by id (rowid = id - 1)
//   row_mapping_N one row a record, in row order: mapping id or NULL (rowid = row)
//   attribution_N results of one run, in line order
//   port_N        ports recovered from a parallel log, one row a record without a port of its own that some fit (row)
// where N is the `seq` of the act that made them.
import type { Database } from "../../shared/database";
import { ProductError } from "../../shared/errors";
import { MAPPING_COLUMNS } from "../../shared/nat/mapping";
import { type Column, columnsOf, type Role } from "../../shared/record/columns";

/** How DuckDB stores a column of a kind. */
export const SQL_TYPE = { i64: "BIGINT", i32: "INTEGER", u8: "UTINYINT", text: "VARCHAR" } as const;
const list = (columns: readonly Column[]): string =>
  columns.map((c) => `"${c.name}" ${SQL_TYPE[c.kind]}`).join(", ");

export const CATALOGUE_SQL: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS meta(key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL)`,
  // IPv6 only: an IPv4 address is its own id (shared/record/address.ts).
  `CREATE TABLE IF NOT EXISTS address(id BIGINT NOT NULL, family UTINYINT NOT NULL, hi BIGINT NOT NULL, lo BIGINT NOT NULL, text VARCHAR NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS text_value(id INTEGER NOT NULL, text VARCHAR NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS source(
     n INTEGER PRIMARY KEY, name VARCHAR NOT NULL, role VARCHAR NOT NULL, format VARCHAR NOT NULL, layout VARCHAR,
     map VARCHAR, zone VARCHAR, year INTEGER, writes VARCHAR NOT NULL, rows BIGINT NOT NULL,
     extent VARCHAR NOT NULL, window_from_us BIGINT, window_to_us BIGINT, retention_us BIGINT,
     received_at_us BIGINT)`,
  `CREATE TABLE IF NOT EXISTS source_file(
     n INTEGER NOT NULL, file INTEGER NOT NULL, path VARCHAR NOT NULL, member VARCHAR,
     sha256 VARCHAR NOT NULL, member_sha256 VARCHAR, size BIGINT NOT NULL,
     lines BIGINT NOT NULL, record_lines BIGINT NOT NULL, records BIGINT NOT NULL, rejects BIGINT NOT NULL,
     blank BIGINT NOT NULL, headers BIGINT NOT NULL, partial BIGINT NOT NULL, with_port BIGINT NOT NULL,
     lost BIGINT NOT NULL, no_template BIGINT NOT NULL, first_time_us BIGINT, last_time_us BIGINT, bytes BIGINT NOT NULL,
     PRIMARY KEY (n, file))`,
  // body: the Calibration (shared/clock/calibration.ts) and what attribution needs beside it, as JSON text.
  `CREATE TABLE IF NOT EXISTS calibration(
     seq INTEGER PRIMARY KEY, source INTEGER NOT NULL, against INTEGER, state VARCHAR NOT NULL, body VARCHAR NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS attribution(seq INTEGER PRIMARY KEY, body VARCHAR NOT NULL)`,
  // What analysts set on records: kind tag, note or bookmark; ref: the salted hash of its text, empty for a bookmark.
  `CREATE TABLE IF NOT EXISTS record_mark(
     seq INTEGER NOT NULL, n INTEGER NOT NULL, "row" BIGINT NOT NULL, kind VARCHAR NOT NULL, ref VARCHAR NOT NULL)`,
  // Of a source the latest is in force: table port_SEQ stands beside its records.
  `CREATE TABLE IF NOT EXISTS port_join(seq INTEGER PRIMARY KEY, source INTEGER NOT NULL, other INTEGER NOT NULL)`,
];

export const createRecordTable = (name: string, role: Role): string =>
  `CREATE TABLE "${name}"(${list(columnsOf(role))})`;
export const createRejectTable = (name: string): string =>
  `CREATE TABLE "${name}"(file INTEGER NOT NULL, line BIGINT NOT NULL, "offset" BIGINT NOT NULL, length BIGINT NOT NULL, reason VARCHAR NOT NULL, partial BOOLEAN NOT NULL)`;
export const createMappingTable = (name: string): string =>
  `CREATE TABLE "${name}"(${list(MAPPING_COLUMNS)})`;

export interface SourceRow {
  readonly n: number;
  readonly name: string;
  readonly role: Role;
  readonly format: string;
  readonly layout: string | null;
  readonly map: string | null;
  readonly zone: string | null;
  readonly year: number | null;
  readonly writes: "truncates" | "rounds";
  readonly rows: number;
  readonly extent: "full" | "query";
  readonly window_from_us: number | null;
  readonly window_to_us: number | null;
  readonly retention_us: number | null;
  readonly received_at_us: number | null;
  /** The join in force that recovers its records' ports: table port_N; null or absent where there is none. */
  readonly port_join?: number | null;
}

export async function allSources(db: Database): Promise<SourceRow[]> {
  return (await db.query(
    "SELECT s.*, (SELECT max(j.seq) FROM port_join j WHERE j.source = s.n) AS port_join FROM source s ORDER BY s.n",
  )) as unknown as SourceRow[];
}

/** The source of a name. Throws "usage" with the names that there are. */
export async function sourceByName(db: Database, name: string): Promise<SourceRow> {
  const sources = await allSources(db);
  const found = sources.find((s) => s.name === name);
  if (found) return found;
  const names = sources.map((s) => s.name).join(", ");
  throw new ProductError(
    "usage",
    `The case has no source named "${name}".`,
    names ? `Its sources are: ${names}.` : "Add evidence first: portwitness add CASE FILE --as NAME.",
  );
}

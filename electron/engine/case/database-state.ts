// How far the case database has come, as it says itself: `published` is the last act whose work it holds, `staged` the
// act whose work lies whole in staging tables. Both name the ledger they belong to by a line's hash, so that a database
// of another ledger is never taken for this one's.
import type { Database } from "../../../shared/database";
import { CATALOGUE_SQL } from "../catalogue";

export const stagingName = (seq: number): string => `staging_${seq}`;

export interface DatabaseState {
  /** 0 where nothing is published. */
  readonly published: number;
  /** SHA-256 of that act's line; empty with 0. */
  readonly publishedHash: string;
  readonly staged: { readonly seq: number; readonly previous: string } | null;
}

export async function prepareDatabase(db: Database): Promise<void> {
  for (const sql of CATALOGUE_SQL) await db.run(sql);
}

export async function databaseState(db: Database): Promise<DatabaseState> {
  const rows = await db.query(
    "SELECT key, value FROM meta WHERE key IN ('published', 'staged') ORDER BY key",
  );
  const value = (key: string) =>
    (rows.find((row) => row.key === key)?.value as string | undefined)?.split(" ");
  const published = value("published");
  const staged = value("staged");
  return {
    published: published ? Number(published[0]) : 0,
    publishedHash: published?.[1] ?? "",
    staged: staged ? { seq: Number(staged[0]), previous: staged[1] ?? "" } : null,
  };
}

export const markStaged = (db: Database, seq: number, previous: string): Promise<void> =>
  db.run("INSERT OR REPLACE INTO meta VALUES ('staged', ?)", [`${seq} ${previous}`]);

export const markPublished = (db: Database, seq: number, hash: string): Promise<void> =>
  db.run("INSERT OR REPLACE INTO meta VALUES ('published', ?)", [`${seq} ${hash}`]);

/** Drops every staging table, and the mark that they are whole. Returns how many there were. */
export async function dropStaging(db: Database): Promise<number> {
  await db.run("DELETE FROM meta WHERE key = 'staged'");
  const views = await db.query(
    `SELECT view_name FROM duckdb_views()
     WHERE database_name = current_database() AND starts_with(view_name, 'staging') ORDER BY view_name`,
  );
  for (const { view_name } of views)
    await db.run(`DROP VIEW IF EXISTS "${String(view_name).replaceAll('"', '""')}"`);
  const tables = await db.query(
    `SELECT table_name FROM duckdb_tables()
     WHERE database_name = current_database() AND starts_with(table_name, 'staging') ORDER BY table_name`,
  );
  for (const { table_name } of tables)
    await db.run(`DROP TABLE IF EXISTS "${String(table_name).replaceAll('"', '""')}"`);
  return tables.length;
}

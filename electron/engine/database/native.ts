// The Database of the workbench: native DuckDB, locked down. Two opens of one file in one process would give two
// independent databases and lost writes (seen in 1.5.6), so a second open is refused here; and no statement can reach
// the network, another file or an extension once the lock-down below has run.
//
// Every statement takes a connection of its own from a pool, so that paging goes on while an import runs; statements
// inside `transaction` share its connection. Tables of views live in the attached in-memory database `scratch`, which
// all connections see (temp tables would be each connection's own).
import { AsyncLocalStorage } from "node:async_hooks";
import { mkdirSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import duckdb from "@duckdb/node-bindings";
import type { Database, SqlRow, SqlValue } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import { type DecodedColumn, decodeChunk, resultShape } from "./decode";

export interface NativeOptions {
  readonly readOnly?: boolean;
  /** Files and folders that SQL may read or write (export targets); nothing else is reachable. */
  readonly allowedPaths?: readonly string[];
  /** DuckDB's own limit; beyond it queries spill. Default 1,024. */
  readonly memoryLimitMb?: number;
  /** Default: as many as there are cores. */
  readonly threads?: number;
  /**
   * The same rows give the same bytes: bit packing, and what rests on it, fills a group that ends short with whatever
   * lies on the stack (DuckDB 1.5, BitpackingPrimitives::PackBuffer), so such compressions are left out. Larger files.
   */
  readonly reproducible?: boolean;
  /** Where it spills; default: `FILE.tmp` beside the file. */
  readonly tempFolder?: string;
  /** Storage version of a new file: "v1.0.0" for exhibits, which older readers must open. */
  readonly storageVersion?: string;
}

/** All but constant, run-length and uncompressed segments. */
const BIT_PACKED = "bitpacking,dictionary,dict_fsst,fsst,zstd,roaring,alp,alprd,chimp,patas";

/** How often a long statement tells how far it is. */
const TELL_MS = 250;

const owners = new Map<string, NativeDatabase>();

/** Opens (or creates) a database file. Throws ProductError: "case-in-use" where another process has it, "case-damaged" where it is no database. */
export async function openNative(
  file: string | ":memory:",
  options: NativeOptions = {},
): Promise<NativeDatabase> {
  const key = file === ":memory:" ? null : fileKey(file);
  if (key !== null && owners.has(key)) {
    throw new ProductError(
      "internal",
      `${file} is open in this process already.`,
      "Use the open case's database.",
    );
  }
  const config = duckdb.create_config();
  const set = (name: string, value: string) => duckdb.set_config(config, name, value);
  if (options.readOnly && key !== null) set("access_mode", "READ_ONLY");
  set("memory_limit", `${options.memoryLimitMb ?? 1024}MB`);
  if (options.threads) set("threads", String(options.threads));
  if (key !== null) set("temp_directory", options.tempFolder ?? `${key}.tmp`);
  // DuckDB's own choice for memory is a folder in the current directory, which may be the user's evidence.
  else set("temp_directory", options.tempFolder ?? join(tmpdir(), `portwitness-${process.pid}`));
  if (options.storageVersion) set("storage_compatibility_version", options.storageVersion);
  if (options.tempFolder) mkdirSync(dirname(options.tempFolder), { recursive: true });
  let database: duckdb.Database;
  try {
    database = await duckdb.open(key ?? ":memory:", config);
  } catch (error) {
    throw openError(file, error);
  }
  const opened = new NativeDatabase(database, key);
  if (key !== null) owners.set(key, opened);
  try {
    await opened.run("ATTACH ':memory:' AS scratch (READ_WRITE)");
    if (options.reproducible) await opened.run(`SET disabled_compression_methods = '${BIT_PACKED}'`);
    const paths = (options.allowedPaths ?? []).map((p) => quote(resolve(p)));
    if (paths.length > 0) {
      await opened.run(`SET allowed_paths = [${paths.join(", ")}]`);
      await opened.run(`SET allowed_directories = [${paths.join(", ")}]`);
    }
    await opened.watch();
    await opened.run("SET autoinstall_known_extensions = false");
    await opened.run("SET autoload_known_extensions = false");
    await opened.run("SET enable_external_access = false");
    await opened.run("SET lock_configuration = true");
  } catch (error) {
    await opened.close();
    throw error;
  }
  return opened;
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** One key a file, whatever path leads to it. */
function fileKey(file: string): string {
  const full = resolve(file);
  try {
    return join(realpathSync(dirname(full)), full.slice(dirname(full).length + 1));
  } catch {
    return full;
  }
}

function openError(file: string, error: unknown): ProductError {
  const message = error instanceof Error ? error.message : String(error);
  if (/could not set lock|conflicting lock/i.test(message)) {
    return new ProductError("case-in-use", `Another program has ${file} open.`, "Close it there first.", {
      file,
    });
  }
  return new ProductError(
    "case-damaged",
    `${file} cannot be opened as a database: ${message}`,
    "The database is a cache: portwitness rebuild CASE makes it again from ledger and evidence.",
    { file },
  );
}

/** Errors of a statement in the product's terms; anything unexpected is "internal" with DuckDB's own words. */
export function statementError(error: unknown, sql: string): unknown {
  if (error instanceof ProductError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/^Interrupted|INTERRUPT/i.test(message)) return cancelled();
  if (/no space left|disk full|max_temp_directory_size/i.test(message)) {
    return new ProductError(
      "input",
      "The disk is full.",
      "Free some space and repeat; nothing was published.",
    );
  }
  // A block that only half arrived on the disk may be met long after the file was opened.
  if (/corrupt database file|computed checksum/i.test(message)) {
    return new ProductError(
      "case-damaged",
      `The database is damaged: ${message}`,
      "The database is a cache: portwitness rebuild CASE makes it again from ledger and evidence.",
    );
  }
  return new ProductError(
    "internal",
    `The database refused a statement: ${message}`,
    `Report this with the statement: ${sql.length > 600 ? `${sql.slice(0, 600)} ...` : sql}`,
  );
}

export const cancelled = (): ProductError =>
  new ProductError("cancelled", "Cancelled.", "Repeat it when you want; nothing was changed.");

export class NativeDatabase implements Database {
  private readonly idle: duckdb.Connection[] = [];
  private readonly all = new Set<duckdb.Connection>();
  private readonly scope = new AsyncLocalStorage<duckdb.Connection>();
  private writer: Promise<unknown> = Promise.resolve();
  private closed = false;
  /** The one connection that tells how far its statement is; null while one uses it. */
  private watched: duckdb.Connection | null = null;

  constructor(
    private readonly database: duckdb.Database,
    private readonly key: string | null,
  ) {}

  async query(sql: string, params: readonly SqlValue[] = [], signal?: AbortSignal): Promise<SqlRow[]> {
    return this.use(async (connection) => {
      const result = await execute(connection, sql, params, signal, false);
      const { names, readers } = resultShape(result);
      const rows: SqlRow[] = [];
      for (;;) {
        const chunk = await duckdb.fetch_chunk(result);
        if (!chunk || duckdb.data_chunk_get_size(chunk) === 0) return rows;
        pushRows(rows, names, decodeChunk(chunk, readers));
      }
    });
  }

  async run(sql: string, params: readonly SqlValue[] = [], signal?: AbortSignal): Promise<void> {
    await this.use((connection) => execute(connection, sql, params, signal, false));
  }

  /** Before the settings are locked: how far a statement is, is a connection's own setting. */
  async watch(): Promise<void> {
    const connection = await duckdb.connect(this.database);
    this.all.add(connection);
    await duckdb.query(connection, "SET enable_progress_bar = true");
    await duckdb.query(connection, "SET enable_progress_bar_print = false");
    await duckdb.query(connection, "SET progress_bar_time = 0");
    this.watched = connection;
  }

  /** `run`, telling now and then the share of it that is done, 0 to 1; a second such statement meanwhile tells nothing. */
  async runWatched(
    sql: string,
    params: readonly SqlValue[],
    signal: AbortSignal,
    progress: (share: number) => void,
  ): Promise<void> {
    const connection = this.watched;
    if (connection === null || this.scope.getStore()) return this.run(sql, params, signal);
    this.watched = null;
    const timer = setInterval(() => {
      const { percentage } = duckdb.query_progress(connection);
      if (percentage >= 0) progress(Math.min(1, percentage / 100));
    }, TELL_MS);
    try {
      await execute(connection, sql, params, signal, false);
    } finally {
      clearInterval(timer);
      this.watched = connection;
    }
  }

  async *stream(
    sql: string,
    params: readonly SqlValue[] = [],
    signal?: AbortSignal,
  ): AsyncGenerator<SqlRow[]> {
    for await (const { names, decoded } of this.chunks(sql, params, signal)) {
      const rows: SqlRow[] = [];
      pushRows(rows, names, decoded);
      yield rows;
    }
  }

  async *columns(
    sql: string,
    params: readonly SqlValue[] = [],
    signal?: AbortSignal,
  ): AsyncGenerator<{ rows: number; columns: DecodedColumn[] }> {
    for await (const { decoded } of this.chunks(sql, params, signal)) {
      yield { rows: decoded[0]?.length ?? 0, columns: decoded };
    }
  }

  private async *chunks(
    sql: string,
    params: readonly SqlValue[],
    signal?: AbortSignal,
  ): AsyncGenerator<{ names: string[]; decoded: DecodedColumn[] }> {
    const shared = this.scope.getStore();
    const connection = shared ?? (await this.take());
    let whole = false;
    try {
      // On a shared connection the next statement would end an open stream, so there the result is held whole.
      const result = await execute(connection, sql, params, signal, shared === undefined);
      const { names, readers } = resultShape(result);
      for (;;) {
        if (signal?.aborted) throw cancelled();
        const chunk = await interruptible(connection, signal, sql, () => duckdb.fetch_chunk(result));
        if (!chunk || duckdb.data_chunk_get_size(chunk) === 0) break;
        yield { names, decoded: decodeChunk(chunk, readers) };
      }
      whole = true;
    } finally {
      // A stream left early still holds its result: such a connection is not used again.
      if (shared === undefined) this.give(connection, whole);
    }
  }

  transaction<T>(fn: () => Promise<T>): Promise<T> {
    if (this.scope.getStore()) {
      return Promise.reject(
        new ProductError("internal", "A transaction was begun inside another.", "Report this."),
      );
    }
    const turn = this.writer.then(() => this.transact(fn));
    this.writer = turn.catch(() => {});
    return turn;
  }

  private async transact<T>(fn: () => Promise<T>): Promise<T> {
    const connection = await this.take();
    let sound = false;
    try {
      await execute(connection, "BEGIN", [], undefined, false);
      try {
        const value = await this.scope.run(connection, fn);
        await execute(connection, "COMMIT", [], undefined, false);
        sound = true;
        return value;
      } catch (error) {
        await execute(connection, "ROLLBACK", [], undefined, false).then(
          () => {
            sound = true;
          },
          () => {},
        );
        throw error;
      }
    } finally {
      this.give(connection, sound);
    }
  }

  /**
   * A connection for an appender, or the transaction's where one is open. `release` gives it back.
   * For electron/engine/database/appender.ts only.
   */
  async lease(): Promise<{
    connection: duckdb.Connection;
    inTransaction: boolean;
    release(sound: boolean): void;
  }> {
    const shared = this.scope.getStore();
    if (shared) return { connection: shared, inTransaction: true, release: () => {} };
    const connection = await this.take();
    return { connection, inTransaction: false, release: (sound) => this.give(connection, sound) };
  }

  async close(): Promise<void> {
    if (this.closed) return;
    await this.writer;
    this.closed = true;
    for (const connection of this.all) duckdb.disconnect_sync(connection);
    this.all.clear();
    duckdb.close_sync(this.database);
    if (this.key !== null) owners.delete(this.key);
  }

  private async use<T>(fn: (connection: duckdb.Connection) => Promise<T>): Promise<T> {
    const shared = this.scope.getStore();
    if (shared) return fn(shared);
    const connection = await this.take();
    try {
      return await fn(connection);
    } finally {
      this.give(connection, true);
    }
  }

  private async take(): Promise<duckdb.Connection> {
    if (this.closed) throw new ProductError("internal", "The database is closed.", "Open the case again.");
    const free = this.idle.pop();
    if (free) return free;
    const connection = await duckdb.connect(this.database);
    this.all.add(connection);
    return connection;
  }

  private give(connection: duckdb.Connection, sound: boolean): void {
    if (!this.all.has(connection)) return;
    if (sound && this.idle.length < 8) this.idle.push(connection);
    else {
      this.all.delete(connection);
      duckdb.disconnect_sync(connection);
    }
  }
}

/** The native database behind the interface, for what only it can do (appending columns). */
export function nativeOf(db: Database): NativeDatabase {
  if (db instanceof NativeDatabase) return db;
  throw new ProductError("internal", "This needs the native database.", "Report this.");
}

async function execute(
  connection: duckdb.Connection,
  sql: string,
  params: readonly SqlValue[],
  signal: AbortSignal | undefined,
  streaming: boolean,
): Promise<duckdb.Result> {
  if (signal?.aborted) throw cancelled();
  return interruptible(connection, signal, sql, async () => {
    if (params.length === 0 && !streaming) return duckdb.query(connection, sql);
    const statement = await duckdb.prepare(connection, sql);
    const wanted = duckdb.nparams(statement);
    if (wanted !== params.length) {
      throw new ProductError(
        "internal",
        `A statement has ${wanted} parameters and was given ${params.length}.`,
        sql,
      );
    }
    params.forEach((value, i) => {
      bind(statement, i + 1, value);
    });
    return streaming ? duckdb.execute_prepared_streaming(statement) : duckdb.execute_prepared(statement);
  });
}

function bind(statement: duckdb.PreparedStatement, index: number, value: SqlValue): void {
  if (value === null) duckdb.bind_null(statement, index);
  else if (typeof value === "string") duckdb.bind_varchar(statement, index, value);
  else if (Number.isSafeInteger(value)) duckdb.bind_int64(statement, index, BigInt(value));
  else
    throw new ProductError(
      "internal",
      `Parameter ${index} is ${value}, not an integer within 2^53.`,
      "Report this.",
    );
}

/** DuckDB forgets an interrupt that comes before the statement runs, so it is repeated until the statement ends. */
async function interruptible<T>(
  connection: duckdb.Connection,
  signal: AbortSignal | undefined,
  sql: string,
  fn: () => Promise<T>,
): Promise<T> {
  let again: NodeJS.Timeout | undefined;
  const onAbort = () => {
    duckdb.interrupt(connection);
    again = setInterval(() => duckdb.interrupt(connection), 20);
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return await fn();
  } catch (error) {
    throw statementError(error, sql);
  } finally {
    signal?.removeEventListener("abort", onAbort);
    clearInterval(again);
  }
}

function pushRows(rows: SqlRow[], names: readonly string[], columns: readonly DecodedColumn[]): void {
  const n = columns[0]?.length ?? 0;
  for (let r = 0; r < n; r++) {
    const row: SqlRow = {};
    for (let c = 0; c < names.length; c++) {
      const value = columns[c]![r]!;
      row[names[c]!] = typeof value === "number" && Number.isNaN(value) ? null : value;
    }
    rows.push(row);
  }
}

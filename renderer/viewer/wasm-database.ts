// duckdb-wasm behind the same Database interface as the workbench's engine. Two traps decide its shape: statements that
// run at once on one connection return each other's rows without an error, so every call waits its turn; and numbers are
// bound as DOUBLE, so parameters are written as literals by the encoder below, which is tested.
import * as duckdb from "@duckdb/duckdb-wasm";
import type { Database, SqlRow, SqlValue } from "../../shared/database";

/** A SQL literal. Text is quoted by doubling; NUL, which SQL text cannot carry, is refused. */
export function literal(value: SqlValue): string {
  if (value === null) return "NULL";
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Error(`${value} is no integer within 2^53`);
    return `${value}::BIGINT`;
  }
  if (value.includes("\u0000")) throw new Error("a text with a NUL cannot be a parameter");
  return `'${value.replaceAll("'", "''")}'`;
}

/** Replaces each `?` outside quotes by its literal. */
export function bind(sql: string, params: readonly SqlValue[]): string {
  let out = "";
  let next = 0;
  let quote = "";
  for (const c of sql) {
    if (quote) {
      if (c === quote) quote = "";
      out += c;
    } else if (c === "'" || c === '"') {
      quote = c;
      out += c;
    } else if (c === "?") {
      if (next >= params.length) throw new Error("more ? than parameters");
      out += literal(params[next++]!);
    } else out += c;
  }
  if (next !== params.length) throw new Error("more parameters than ?");
  return out;
}

// Answers duckdb's one fetch (its own wasm) with the bytes that come through the port of the first message, unpacked as
// they come so that they are compiled meanwhile; and shuts every other way out. Without TransformStream duckdb leaves out its
// count of progress, which would lead every piece through the worker's script and two messages to the page. What goes wrong
// is told through the port: duckdb itself would wait for ever.
const PRELUDE = `
self.addEventListener("message", function first(event) {
  self.removeEventListener("message", first);
  event.stopImmediatePropagation();
  const port = event.data;
  self.addEventListener("unhandledrejection", (event) => port.postMessage(String(event.reason)));
  const packed = new ReadableStream({
    start(controller) {
      port.onmessage = ({ data }) => (data === null ? controller.close() : controller.enqueue(data));
    },
  });
  self.fetch = async () =>
    new Response(packed.pipeThrough(new DecompressionStream("gzip")), {
      headers: { "content-type": "application/wasm" },
    });
  self.TransformStream = undefined;
  self.XMLHttpRequest = undefined; self.WebSocket = undefined; self.EventSource = undefined;
  self.importScripts = () => { throw new Error("closed"); };
});
`;

/** The engine, compiled from `wasm`: its bytes, gzip, in pieces. */
export async function startEngine(
  workerSource: string,
  wasm: AsyncIterable<Uint8Array>,
): Promise<duckdb.AsyncDuckDB> {
  const address = URL.createObjectURL(new Blob([PRELUDE, workerSource], { type: "text/javascript" }));
  const worker = new Worker(address);
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(port2, [port2]);
  const failed = new Promise<never>((_, reject) => {
    const cannot = (why: string) => reject(new Error(`The database engine cannot be started: ${why}`));
    port1.onmessage = ({ data }) => cannot(String(data));
    worker.addEventListener("error", (event) => cannot(event.message));
  });
  const engine = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), worker);
  // Any absolute address: the prelude answers it; a relative one cannot be resolved inside a blob worker.
  const ready = engine.instantiate("https://engine.invalid/engine.wasm");
  const feed = async () => {
    for await (const piece of wasm) port1.postMessage(piece, [piece.buffer as ArrayBuffer]);
    port1.postMessage(null);
    await ready;
  };
  await Promise.race([feed(), failed]);
  URL.revokeObjectURL(address);
  port1.close();
  return engine;
}

/** Opens the bytes of a database, read-only, with every way out of it closed. The bytes are the engine's afterwards. */
export async function openRecords(engine: duckdb.AsyncDuckDB, file: Uint8Array): Promise<Database> {
  await engine.registerFileBuffer("records.duckdb", file);
  await engine.open({ path: "records.duckdb", accessMode: duckdb.DuckDBAccessMode.READ_ONLY });
  const connection = await engine.connect();
  const settings = [
    "autoload_known_extensions=false",
    "autoinstall_known_extensions=false",
    "enable_external_access=false",
    "lock_configuration=true",
  ];
  await connection.query(settings.map((setting) => `SET ${setting};`).join(" "));
  return new WasmDatabase(engine, connection);
}

class WasmDatabase implements Database {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly engine: duckdb.AsyncDuckDB,
    private readonly connection: duckdb.AsyncDuckDBConnection,
  ) {}

  /** Runs after whatever was asked before, whether that went well or not. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work, work);
    this.turn = mine.catch(() => {});
    return mine;
  }

  query(sql: string, params: readonly SqlValue[] = [], signal?: AbortSignal): Promise<SqlRow[]> {
    return this.inTurn(async () => {
      signal?.throwIfAborted();
      const rows: SqlRow[] = [];
      for await (const batch of await this.connection.send(bind(sql, params))) {
        if (signal?.aborted) {
          await this.connection.cancelSent();
          signal.throwIfAborted();
        }
        rows.push(...rowsOf(batch));
      }
      return rows;
    });
  }

  async run(sql: string, params: readonly SqlValue[] = [], signal?: AbortSignal): Promise<void> {
    await this.query(sql, params, signal);
  }

  // A stream would hold the connection between its chunks and shut everyone else out; the viewer's results are bounded.
  async *stream(
    sql: string,
    params: readonly SqlValue[] = [],
    signal?: AbortSignal,
  ): AsyncIterable<SqlRow[]> {
    const rows = await this.query(sql, params, signal);
    for (let at = 0; at < rows.length; at += 2_048) yield rows.slice(at, at + 2_048);
  }

  async *columns(
    sql: string,
    params: readonly SqlValue[] = [],
    signal?: AbortSignal,
  ): AsyncIterable<{ rows: number; columns: (Float64Array | (string | null)[])[] }> {
    for await (const rows of this.stream(sql, params, signal)) {
      const names = Object.keys(rows[0] ?? {});
      const columns = names.map((name) =>
        rows.some((row) => typeof row[name] === "string")
          ? rows.map((row) => row[name] as string | null)
          : Float64Array.from(rows, (row) => (row[name] === null ? Number.NaN : Number(row[name]))),
      );
      yield { rows: rows.length, columns };
    }
  }

  async transaction<T>(fn: () => Promise<T>): Promise<T> {
    // The exhibit's database is read-only; only temporary tables change, and those need no rollback.
    return fn();
  }

  async close(): Promise<void> {
    await this.connection.close();
    await this.engine.terminate();
  }
}

interface Batch {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly { readonly name: string }[] };
  getChildAt(index: number): { get(row: number): unknown } | null;
}

function* rowsOf(batch: Batch): Generator<SqlRow> {
  // Asking for a column makes it anew: once a batch, not once a cell.
  const columns = batch.schema.fields.map(({ name }, i) => ({ name, column: batch.getChildAt(i) }));
  for (let row = 0; row < batch.numRows; row++) {
    const out: SqlRow = {};
    for (const { name, column } of columns) out[name] = plain(column?.get(row), name);
    yield out;
  }
}

function plain(value: unknown, name: string): SqlValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" || typeof value === "string") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "bigint") {
    const number = Number(value);
    if (!Number.isSafeInteger(number))
      throw new Error(`${name}: ${value} is beyond 2^53; cast it to VARCHAR in the query`);
    return number;
  }
  throw new Error(`${name}: only BIGINT and VARCHAR cross the interface; cast it in the query`);
}

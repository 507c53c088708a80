// Quick find: the next record of a view that holds a text, over all its rows. The positions of all hits are kept with the
// view, so that "next" costs a look-up and "12 of 3,401" is exact.
import type { Reply } from "../../../shared/contract/contract";
import type { Progress } from "../../../shared/contract/messages";
import type { SqlValue } from "../../../shared/database";
import { canonicalAddress, parseIpv4 } from "../../../shared/record/address";
import { columnsOf } from "../../../shared/record/columns";
import { recordsWithPorts } from "./ports";
import { withSearch } from "./searches";
import type { View } from "./views";

interface FindIo {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

let made = 0;

export async function find(
  view: View,
  text: string,
  from: number,
  back: boolean,
  io: FindIo,
): Promise<Reply<"records.find">> {
  const { db } = view.openCase;
  const { table, hits } = await foundIn(view, text, io);
  if (hits === 0) return { position: null, index: 0, hits, wrapped: false };
  const nearest = async (test: string, params: SqlValue[]) => {
    const [row] = await db.query(
      `SELECT rowid AS at, position FROM ${table} ${test} ORDER BY position ${back ? "DESC" : "ASC"} LIMIT 1`,
      params,
      io.signal,
    );
    return row;
  };
  const next = await nearest(`WHERE position ${back ? "<" : ">"} ?`, [from]);
  const row = next ?? (await nearest("", []))!;
  return {
    position: Number(row.position),
    index: Number(row.at) + 1,
    hits,
    wrapped: next === undefined,
  };
}

async function foundIn(view: View, text: string, io: FindIo): Promise<NonNullable<View["found"]>> {
  if (view.found?.text === text) return view.found;
  const { openCase, source } = view;
  const { db } = openCase;
  const [size] = await db.query("SELECT CAST(sum(bytes) AS BIGINT) AS n FROM source_file WHERE n = ?", [
    source.n,
  ]);
  let done = 0;
  const progress = (bytes: number): void => {
    done += bytes;
    io.progress({ doing: "Searching the evidence", done, total: Number(size?.n ?? 0), unit: "bytes" });
  };
  const table = `scratch.found_${++made}`;
  await withSearch(
    openCase,
    source,
    text,
    io.signal,
    async (searched) => {
      const other = await otherwise(view, text);
      const rows = `SELECT s.row FROM ${searched} s${other === null ? "" : ` UNION ${other.sql}`}`;
      const positions =
        view.table === null
          ? `SELECT h.row AS position FROM (${rows}) h`
          : `SELECT v.rowid AS position FROM ${view.table} v WHERE v.row IN (${rows})`;
      await db.run(`CREATE TABLE ${table} AS ${positions} ORDER BY position`, other?.params ?? [], io.signal);
    },
    { anyCase: true, progress },
  );
  const [count] = await db.query(`SELECT count(*) AS n FROM ${table}`);
  if (view.found) await db.run(`DROP TABLE IF EXISTS ${view.found.table}`);
  view.found = { text, table, hits: Number(count!.n) };
  return view.found;
}

/**
 * What the bytes do not say in these letters: an address written in another form, the values of a binary record, names
 * that other records gave.
 */
async function otherwise(view: View, text: string): Promise<{ sql: string; params: SqlValue[] } | null> {
  const { openCase, source } = view;
  const columns = columnsOf(source.role).map((column) => column.name as string);
  const tests: string[] = [];
  const params: SqlValue[] = [];
  const anyOf = (names: readonly string[], test: (column: string) => string) => {
    for (const name of names) if (columns.includes(name)) tests.push(test(`r."${name}"`));
  };
  const address = canonicalAddress(text);
  if (address !== null) {
    const id =
      parseIpv4(address) ??
      (await openCase.db.query("SELECT id FROM address WHERE text = ? ORDER BY id", [address]))[0]?.id;
    if (typeof id === "number")
      anyOf(["src_addr", "dst_addr", "pub_addr", "in_addr"], (column) => `${column} = ${id}`);
  }
  if (/^\d{1,5}$/.test(text))
    anyOf(["src_port", "dst_port", "port_low", "port_high", "in_port"], (c) => `${c} = ${Number(text)}`);
  const names = await openCase.db.query(
    "SELECT id FROM text_value WHERE contains(lower(text), lower(?)) ORDER BY id",
    [text],
  );
  if (names.length > 0) {
    const ids = names.map((row) => Number(row.id)).join(", ");
    anyOf(["subscriber", "realm", "device"], (column) => `${column} IN (${ids})`);
  }
  anyOf(["fields"], (column) => {
    params.push(text);
    return `contains(lower(${column}), lower(?))`;
  });
  return { sql: `SELECT r.rowid FROM ${recordsWithPorts(source)} WHERE ${tests.join(" OR ")}`, params };
}

// What must hold after the program was killed at a write, whichever it was: nothing acknowledged is lost, nothing is half
// there, the ledger verifies, the case opens, its database is what the ledger makes, and the same act goes through.
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { LiveCase } from "../../electron/engine/case/live-case";
import { openCase } from "../../electron/engine/case/open";
import { rebuildCase } from "../../electron/engine/case/rebuild";
import { verifyCase } from "../../electron/engine/case/verify-case";
import { Engine } from "../../electron/engine/engine";
import type { Database } from "../../shared/database";
import { ProductError } from "../../shared/errors";
import { type Act, casePath, type Done, out, run } from "./writes";

const quiet = { signal: new AbortController().signal, progress: () => {} };

/** Each table with its rows and a sum over them; what only says how far the database has come is left out. */
async function contents(db: Database): Promise<Record<string, string>> {
  const tables = await db.query(
    "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND table_name <> 'meta' ORDER BY table_name",
  );
  const found: Record<string, string> = {};
  for (const { table_name } of tables) {
    const name = String(table_name);
    const [row] = await db.query(
      `SELECT count(*) AS n, CAST(bit_xor(hash(t)) AS VARCHAR) AS sum FROM "${name}" t`,
    );
    found[name] = `${row!.n} rows, ${row!.sum}`;
  }
  return found;
}

/**
 * Opens the case, or, where the database is refused as damaged, rebuilds it as that refusal says: DuckDB writes blocks that
 * hold old and new side by side in place, and half of such a block has another checksum.
 */
async function openOrRebuild(): Promise<LiveCase> {
  try {
    return await openCase(casePath);
  } catch (error) {
    if (!(error instanceof ProductError) || error.code !== "case-damaged" || !/rebuild/.test(error.mend))
      throw error;
    await rebuildCase(casePath, null, null, quiet);
    return openCase(casePath);
  }
}

async function reading<T>(look: (live: LiveCase) => Promise<T>): Promise<T> {
  const live = await openOrRebuild();
  try {
    return await look(live);
  } finally {
    await live.close();
  }
}

/**
 * Everything that is wrong after a kill (or a refusal) at a write of `act`; empty where all holds. Leaves the case changed.
 * `repeat`: the act is done once more, and nothing may be left behind by either.
 */
export async function wrongAfter(act: Act, done: Done, repeat = true): Promise<string[]> {
  const wrong: string[] = [];
  const must = (holds: boolean, what: string) => {
    if (!holds) wrong.push(what);
  };
  if (!existsSync(casePath)) {
    must(act.operation === "case.new" && !done.acknowledged, "the case is gone");
    return [...wrong, ...(await again(act, false, true))];
  }
  const verified = await verifyCase(casePath, {}, quiet);
  must(verified.ok, `verify: ${JSON.stringify(verified.problems)}`);

  let isThere = false;
  const opened = await reading(async (live) => {
    const acts = live.ledger().filter((entry) => entry.action === act.operation && entry.result === "done");
    const expected = act.name === "add with a copy" ? 2 : 1;
    isThere = acts.length === expected;
    must(isThere || acts.length === expected - 1, `the ledger has ${acts.length} of ${act.operation}`);
    must(isThere || !done.acknowledged, "an acknowledged act is lost");
    must(!live.readOnly, `the case opens for reading only: ${live.recovered.join(" ")}`);
    return contents(live.db);
  });
  const staging = Object.keys(opened).filter((name) => name.startsWith("staging"));
  must(staging.length === 0, `staging is left: ${staging.join(", ")}`);
  // An exhibit changes nothing in the database.
  if (act.operation === "exhibit.export") return [...wrong, ...(await again(act, isThere, repeat))];
  const { differences } = await rebuildCase(casePath, null, null, quiet);
  must(differences.length === 0, `rebuild: ${JSON.stringify(differences)}`);
  const fromLedger = await reading((live) => contents(live.db));
  must(
    JSON.stringify(opened) === JSON.stringify(fromLedger),
    `the database held ${JSON.stringify(opened)}, the ledger makes ${JSON.stringify(fromLedger)}`,
  );
  return [...wrong, ...(await again(act, isThere, repeat))];
}

async function again(act: Act, isThere: boolean, repeat: boolean): Promise<string[]> {
  const wrong: string[] = [];
  const engine = new Engine();
  try {
    if (existsSync(out)) {
      const bag = await engine.run("custody.verify", { path: out });
      if (!bag.ok) wrong.push(`a half exhibit: ${JSON.stringify(bag.problems)}`);
    }
    if (!repeat) return wrong;
    const taken = isThere || (act.operation === "exhibit.export" && existsSync(out));
    await engine.run(act.operation, taken ? { ...act.request, ...act.again } : act.request);
    await engine.close();
    const verified = await engine.run("custody.verify", { path: casePath });
    if (!verified.ok) wrong.push(`verify at last: ${JSON.stringify(verified.problems)}`);
  } catch (error) {
    wrong.push(`the same act once more: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await engine.close();
  }
  const litter = [run, dirname(out), casePath, join(casePath, "evidence"), join(casePath, "checkpoints")]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).filter((name) => /partial|rebuilding|\.wal$|^lock/.test(name)));
  if (litter.length > 0) wrong.push(`left behind: ${litter.join(", ")}`);
  return wrong;
}

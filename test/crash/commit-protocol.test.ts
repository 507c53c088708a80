// A kill at any point of the commit protocol: no acknowledged act is lost, no act is half published, and the ledger is
// sound again on opening (CASE, "Commit").
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CRASH_POINTS } from "../../electron/engine/case/crash-points";
import { activeKey, createKey } from "../../electron/engine/case/keys";
import type { LiveCase } from "../../electron/engine/case/live-case";
import { createCase, openCase } from "../../electron/engine/case/open";
import { rebuildCase } from "../../electron/engine/case/rebuild";
import { verifyCase } from "../../electron/engine/case/verify-case";
import { countingKind } from "./counting-kind";

const root = resolve(import.meta.dirname, "../..");
const bundle = join(root, `.dist-crash-${process.pid}`);
const quiet = { signal: new AbortController().signal, progress: () => {} };
let work: string;
let pristine: string;

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), "portwitness-crash-"));
  process.env.PORTWITNESS_HOME = join(work, "home");
  // Natives are found through node_modules, so the bundle lies inside the project (and is ignored by git).
  await build({
    root,
    configFile: false,
    logLevel: "error",
    build: {
      ssr: true,
      target: "node20",
      outDir: bundle,
      rolldownOptions: {
        input: join(root, "test/crash/child.ts"),
        external: [/^node:/, /^@duckdb\//],
        output: { entryFileNames: "child.js" },
      },
    },
    ssr: { noExternal: true, external: ["@duckdb/node-api", "@duckdb/node-bindings"] },
  });
  if (!activeKey("Ada")) createKey("Ada");
  pristine = join(work, "pristine.case");
  createCase(pristine, { title: "Kills", examiner: "Ada", language: "en" });
  expect(act(pristine, 3).stdout).toBe("acknowledged 2\n");
}, 240_000);

afterAll(() => {
  rmSync(bundle, { recursive: true, force: true });
  rmSync(work, { recursive: true, force: true });
});

function act(path: string, rows: number, crashAt?: string) {
  const env = { ...process.env, ...(crashAt ? { PORTWITNESS_CRASH_AT: crashAt } : {}) };
  return spawnSync(process.execPath, [join(bundle, "child.js"), path, String(rows)], {
    env,
    encoding: "utf8",
  });
}

/** Rows of each published table, as the database has them and as the ledger promises them. */
async function published(
  live: LiveCase,
): Promise<{ database: Record<string, number>; ledger: Record<string, number> }> {
  const tables = await live.db.query(
    "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND (table_name LIKE 'n\\_%' ESCAPE '\\' OR table_name LIKE 'staging%') ORDER BY table_name",
  );
  const database: Record<string, number> = {};
  for (const { table_name } of tables) {
    const [row] = await live.db.query(`SELECT count(*) AS n FROM "${table_name}"`);
    database[String(table_name)] = Number(row!.n);
  }
  const ledger: Record<string, number> = {};
  for (const entry of live.ledger()) {
    if (entry.action === "test.count") ledger[`n_${entry.seq}`] = (entry.outputs as { rows: number }).rows;
  }
  return { database, ledger };
}

describe("a kill at any point of the commit protocol", () => {
  it.each(CRASH_POINTS)("at %s leaves the act whole or nothing of it", async (point) => {
    const path = join(work, `${point}.case`);
    cpSync(pristine, path, { recursive: true });
    const killed = act(path, 5, point);
    expect(killed.signal).toBe("SIGKILL");
    expect(killed.stdout).toBe("");
    // What a kill leaves is no sign of tampering: verification says it and passes, before anything is mended.
    expect(await verifyCase(path, {}, quiet)).toMatchObject({ ok: true });

    const live = await openCase(path);
    const after = await published(live);
    expect(after.database).toEqual(after.ledger);
    expect(after.ledger.n_2).toBe(3);
    const durable =
      ["line.after", "checkpoint.before", "checkpoint.during", "checkpoint.after"].includes(point) ||
      point.startsWith("publish");
    expect(Object.values(after.ledger)).toEqual(durable ? [3, 5] : [3]);
    if (point === "line.during") expect(readdirSync(join(path, "torn"))).toHaveLength(1);

    // The next act goes through, and everything verifies.
    await live.perform(countingKind, null, { rows: 7 }, { ...quiet, examiner: null });
    const next = await published(live);
    expect(next.database).toEqual(next.ledger);
    await live.close();
    expect(await verifyCase(path, {}, quiet)).toMatchObject({ ok: true, problems: [] });

    // A rebuild from the ledger alone gives the same tables.
    const rebuilt = await rebuildCase(path, null, null, quiet);
    expect(rebuilt.differences).toEqual([]);
    const again = await openCase(path);
    expect((await published(again)).database).toEqual(next.database);
    await again.close();
  });

  it("says what it found: a torn line is recorded with its hash", async () => {
    const path = join(work, "said.case");
    cpSync(pristine, path, { recursive: true });
    act(path, 5, "line.during");
    const live = await openCase(path);
    expect(live.recovered.join(" ")).toMatch(/no longer running.*torn/);
    const last = live.ledger().at(-1)!;
    expect(last).toMatchObject({ action: "case.open", result: "mended" });
    expect(last.outputs).toMatchObject({ setAside: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } });
    await live.close();
  });
});

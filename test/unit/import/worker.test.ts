// The built worker, as the program runs it: the same rows as in one thread, and its errors as they were thrown.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { prepareDatabase } from "../../../electron/engine/case/database-state";
import { type NativeDatabase, openNative } from "../../../electron/engine/database/native";
import { importFiles } from "../../../electron/engine/import/import-files";
import type { Job } from "../../../electron/engine/import/job";

const built = resolve(import.meta.dirname, "../../../dist/import-worker.js");
const url = pathToFileURL(built);
const LAYOUT = '%h:%{remote}p %l %u %t "%r" %>s %b';

describe.skipIf(!existsSync(built))("an import in a worker thread", () => {
  const folder = mkdtempSync(join(tmpdir(), "portwitness-worker-"));
  let db: NativeDatabase;
  beforeEach(async () => {
    db = await openNative(":memory:");
    await prepareDatabase(db);
  });
  afterEach(() => db.close());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const io = { signal: new AbortController().signal, progress: () => {} };
  const jobOf = (...names: string[]): Job => ({
    files: names.map((name) => ({ path: join(folder, name), name, hashes: ["sha256"] })),
    format: "apache.access",
    options: { layout: LAYOUT },
    role: "server",
    addresses: [],
    texts: [],
  });

  it("gives the same records, rejects, counts and hashes as one thread", async () => {
    const line = (i: number): string => {
      const second = String(i % 60).padStart(2, "0");
      const ip = i % 1000 === 7 ? `[2001:db8::${(i % 9) + 1}]` : `192.0.2.${i % 256}`;
      if (i % 10_007 === 3) return `broken line ${i}\n`;
      return `${ip}:${1024 + (i % 60_000)} - - [24/Nov/2026:05:34:${second} +0000] "GET /${i} HTTP/${i < 90_000 ? "1.1" : "3"}" 200 ${i}\n`;
    };
    writeFileSync(join(folder, "a.log"), Array.from({ length: 140_000 }, (_, i) => line(i)).join(""));
    writeFileSync(join(folder, "b.log"), line(1));
    const job = jobOf("a.log", "b.log");
    const threaded = await importFiles(db, "staging_1", job, [0, 0], io, url);
    const alone = await importFiles(db, "staging_2", job, [0, 0], io, null);
    expect(threaded).toEqual(alone);
    expect(threaded[0]!.counts).toMatchObject({ recordLines: 139_986, rejects: 14 });
    for (const table of ["record", "reject", "address"]) {
      const [differ] = await db.query(
        `SELECT count(*) AS n FROM (
           (SELECT rowid, * FROM staging_1_${table} EXCEPT ALL SELECT rowid, * FROM staging_2_${table})
           UNION ALL (SELECT rowid, * FROM staging_2_${table} EXCEPT ALL SELECT rowid, * FROM staging_1_${table}))`,
      );
      expect(differ).toEqual({ n: 0 });
    }
    const protocols = await db.query(
      "SELECT protocol, count(*) AS n FROM staging_1_record GROUP BY protocol ORDER BY protocol",
    );
    expect(protocols.map((row) => row.protocol)).toEqual([6, 17]);
  });

  it("hands over what the worker threw, with its code and file", async () => {
    await expect(importFiles(db, "staging_1", jobOf("absent.log"), [0], io, url)).rejects.toMatchObject({
      code: "input",
      where: { file: join(folder, "absent.log") },
    });
  });
});

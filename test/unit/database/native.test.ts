import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { appendColumns, openAppender } from "../../../electron/engine/database/appender";
import { type NativeDatabase, openNative } from "../../../electron/engine/database/native";

const folder = mkdtempSync(join(tmpdir(), "portwitness-database-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let db: NativeDatabase;
beforeEach(async () => {
  db = await openNative(":memory:");
});
afterEach(() => db.close());

describe("what crosses the interface", () => {
  it("gives integers as numbers, text as strings, NULL as null", async () => {
    const rows = await db.query(
      "SELECT * FROM (VALUES (1, 9007199254740991::BIGINT, 'twelve bytes', NULL), (-1, -5, 'more than twelve bytes \u00fc', 'x')) t(a, b, c, d) ORDER BY a DESC",
    );
    expect(rows).toEqual([
      { a: 1, b: 9007199254740991, c: "twelve bytes", d: null },
      { a: -1, b: -5, c: "more than twelve bytes \u00fc", d: "x" },
    ]);
  });

  it("refuses an integer beyond 2^53 and a HUGEINT sum rather than rounding it", async () => {
    await expect(db.query("SELECT 9007199254740993::BIGINT AS n")).rejects.toThrow(/beyond 2\^53/);
    await expect(db.query("SELECT sum(range) AS n FROM range(10)")).rejects.toThrow(/HUGEINT/);
    expect(await db.query("SELECT sum(range)::BIGINT AS n FROM range(10)")).toEqual([{ n: 45 }]);
  });

  it("binds by position and refuses a number that is no safe integer", async () => {
    expect(await db.query("SELECT ?::BIGINT + 1 AS a, ? AS b, ? IS NULL AS c", [41, "x", null])).toEqual([
      { a: 42, b: "x", c: 1 },
    ]);
    await expect(db.query("SELECT ? AS a", [1.5])).rejects.toMatchObject({ code: "internal" });
    await expect(db.query("SELECT ? AS a", [1, 2])).rejects.toMatchObject({ code: "internal" });
  });

  it("streams in order, and other statements run meanwhile", async () => {
    let next = 0;
    for await (const rows of db.stream("SELECT range AS n FROM range(10000) ORDER BY n")) {
      expect(await db.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
      for (const row of rows) expect(row.n).toBe(next++);
    }
    expect(next).toBe(10_000);
    for await (const { rows, columns } of db.columns(
      "SELECT CASE WHEN range % 2 = 0 THEN range END AS n FROM range(4) ORDER BY range",
    )) {
      expect(rows).toBe(4);
      expect([...(columns[0] as Float64Array)]).toEqual([0, Number.NaN, 2, Number.NaN]);
    }
  });
});

describe("transactions", () => {
  it("leaves nothing of a transaction that throws", async () => {
    await db.run("CREATE TABLE t(n INTEGER)");
    await expect(
      db.transaction(async () => {
        await db.run("INSERT INTO t VALUES (1)");
        expect(await db.query("SELECT count(*) AS n FROM t")).toEqual([{ n: 1 }]);
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect(await db.query("SELECT count(*) AS n FROM t")).toEqual([{ n: 0 }]);
  });

  it("keeps statements outside a transaction out of it", async () => {
    await db.run("CREATE TABLE t(n INTEGER)");
    let outside: Promise<unknown> = Promise.resolve();
    const held = new Promise<void>((resolve) => {
      outside = db.transaction(async () => {
        await db.run("INSERT INTO t VALUES (1)");
        resolve();
        await new Promise((r) => setTimeout(r, 50));
      });
    });
    await held;
    expect(await db.query("SELECT count(*) AS n FROM t")).toEqual([{ n: 0 }]);
    await outside;
    expect(await db.query("SELECT count(*) AS n FROM t")).toEqual([{ n: 1 }]);
  });
});

describe("lock-down", () => {
  it("reaches no file, loads no extension, and cannot be unlocked", async () => {
    const secret = join(folder, "secret.csv");
    writeFileSync(secret, "a\n1\n");
    for (const sql of [
      `SELECT * FROM read_csv('${secret}')`,
      `COPY (SELECT 1) TO '${join(folder, "out.csv")}'`,
      `ATTACH '${join(folder, "other.duckdb")}'`,
      "INSTALL httpfs",
      "SET enable_external_access = true",
      "SET memory_limit = '1GB'",
    ]) {
      await expect(db.query(sql), sql).rejects.toThrow();
    }
  });

  it("writes where it is allowed to", async () => {
    const out = join(folder, "allowed.csv");
    const open = await openNative(":memory:", { allowedPaths: [out] });
    await open.run(`COPY (SELECT 1 AS a) TO '${out}'`);
    await open.close();
    expect(readFileSync(out, "utf8")).toBe("a\n1\n");
  });

  it("spills within its memory limit", async () => {
    const file = join(folder, "spill.duckdb");
    const small = await openNative(file, { memoryLimitMb: 64 });
    await small.run(
      "CREATE TABLE t AS SELECT range AS n, md5(range::VARCHAR) AS h FROM range(2000000) ORDER BY h",
    );
    expect(await small.query("SELECT count(*) AS n FROM t")).toEqual([{ n: 2_000_000 }]);
    await small.close();
  });
});

describe("ownership and cancelling", () => {
  it("refuses a second open of one file in one process, through any path", async () => {
    const file = join(folder, "one.duckdb");
    const first = await openNative(file);
    await expect(openNative(join(folder, ".", "x", "..", "one.duckdb"))).rejects.toMatchObject({
      code: "internal",
    });
    await first.run("CREATE TABLE t AS SELECT 1 AS n");
    await first.close();
    const again = await openNative(file, { readOnly: true });
    expect(await again.query("SELECT n FROM t")).toEqual([{ n: 1 }]);
    await expect(again.run("INSERT INTO t VALUES (2)")).rejects.toThrow();
    await again.close();
  });

  it("says that a file is no database", async () => {
    const file = join(folder, "broken.duckdb");
    writeFileSync(file, "x".repeat(20_000));
    await expect(openNative(file)).rejects.toMatchObject({ code: "case-damaged" });
  });

  it("stops a running statement, and the database goes on working", async () => {
    const stop = new AbortController();
    const endless = db.query(
      "SELECT count(*) AS n FROM range(1000000) a, range(1000000) b WHERE a.range <> b.range",
      [],
      stop.signal,
    );
    setTimeout(() => stop.abort(), 50);
    await expect(endless).rejects.toMatchObject({ code: "cancelled" });
    expect(await db.query("SELECT 1 AS n")).toEqual([{ n: 1 }]);
  });
});

describe("appending columns", () => {
  it("keeps values, NULLs and order over several vectors", async () => {
    await db.run("CREATE TABLE t(a BIGINT, b INTEGER, c UTINYINT, d VARCHAR)");
    const rows = 5000;
    const a = Float64Array.from({ length: rows }, (_, i) =>
      i % 7 === 0 ? Number.NaN : (i - 2500) * 3_000_000_000_000,
    );
    const b = Int32Array.from({ length: rows }, (_, i) => i - 2500);
    const c = Float64Array.from({ length: rows }, (_, i) => (i % 3 === 0 ? Number.NaN : i & 255));
    const d = Array.from({ length: rows }, (_, i) =>
      i % 5 === 0 ? null : i % 5 === 1 ? "" : `row ${i} with a long text \u20ac`,
    );
    await appendColumns(
      db,
      "t",
      [
        { kind: "i64", values: a },
        { kind: "i32", values: b },
        { kind: "u8", values: c },
        { kind: "text", values: d },
      ],
      rows,
    );
    const back = await db.query("SELECT * FROM t ORDER BY rowid");
    expect(back.length).toBe(rows);
    back.forEach((row, i) => {
      expect(row).toEqual({
        a: Number.isNaN(a[i]!) ? null : a[i],
        b: b[i],
        c: Number.isNaN(c[i]!) ? null : c[i],
        d: d[i],
      });
    });
  });

  it("appends constant and wholly NULL columns, then other values again", async () => {
    await db.run("CREATE TABLE t(a INTEGER, b INTEGER)");
    const appender = await openAppender(db, "t");
    appender.append([{ kind: "constant", width: 4, value: 7 }, { kind: "null" }], 3000);
    const cells = Int32Array.from({ length: 3000 }, (_, i) => i);
    const column = {
      kind: "cells",
      width: 4,
      buffer: cells.buffer,
      offset: 0,
      validity: null,
      validityOffset: 0,
    } as const;
    appender.append([column, column], 3000);
    await appender.close();
    expect(await db.query("SELECT count(*) AS n, count(b) AS b, sum(a)::BIGINT AS s FROM t")).toEqual([
      { n: 6000, b: 3000, s: 21_000 + (2999 * 3000) / 2 },
    ]);
  });

  it("refuses bytes that are no UTF-8 instead of storing an empty string", async () => {
    await db.run("CREATE TABLE t(a VARCHAR)");
    const appender = await openAppender(db, "t");
    const bytes = Uint8Array.from([0x61, 0xff]);
    expect(() =>
      appender.append(
        [
          {
            kind: "utf8",
            buffer: bytes.buffer,
            offset: 0,
            ends: Uint32Array.from([2]),
            validity: null,
            validityOffset: 0,
          },
        ],
        1,
      ),
    ).toThrow(/UTF-8/);
    await appender.abandon();
  });

  it("leaves nothing of an abandoned append", async () => {
    await db.run("CREATE TABLE t(a INTEGER)");
    const appender = await openAppender(db, "t");
    appender.append([{ kind: "constant", width: 4, value: 1 }], 500_000);
    await appender.abandon();
    expect(await db.query("SELECT count(*) AS n FROM t")).toEqual([{ n: 0 }]);
  });
});

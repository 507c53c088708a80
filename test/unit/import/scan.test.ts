import { createHash } from "node:crypto";
import { appendFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CATALOGUE_SQL } from "../../../electron/engine/catalogue";
import { type NativeDatabase, openNative } from "../../../electron/engine/database/native";
import { importJob } from "../../../electron/engine/import/import-files";
import { countNewlines, LONGEST_LINE, scanFile } from "../../../electron/engine/import/scan";
import { pack } from "../../../electron/engine/import/shipment";
import { AddressBook } from "../../../shared/record/address";
import { ColumnBatch, TextDictionary, zeroCounts } from "../../../shared/record/batch";
import { TINY } from "./tiny-format";

const folder = mkdtempSync(join(tmpdir(), "portwitness-import-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let counter = 0;
function file(content: string | Uint8Array): string {
  const path = join(folder, `evidence-${counter++}.log`);
  writeFileSync(path, typeof content === "string" ? Buffer.from(content, "latin1") : content);
  return path;
}

/** What a scan accounts for, with every row's provenance. */
async function scan(path: string, capacity = 65_536) {
  const batch = new ColumnBatch("server", new AddressBook(), new TextDictionary(), capacity);
  const counts = zeroCounts();
  const rows: { line: number; offset: number; length: number }[] = [];
  const rejects: { line: number; offset: number; length: number }[] = [];
  const cell = (name: "line" | "offset", row: number) =>
    (batch.columns[batch.slot(name)]!.data as Uint32Array)[2 * row]!;
  const end = await scanFile({ path, name: "evidence", hashes: ["sha256"] }, TINY, TINY.open({}), batch, {
    ship: async () => {
      for (let i = 0; i < batch.rows; i++) {
        const length = (batch.columns[batch.slot("length")]!.data as Int32Array)[i]!;
        rows.push({ line: cell("line", i), offset: cell("offset", i), length });
      }
      rejects.push(...batch.rejects.map(({ line, offset, length }) => ({ line, offset, length })));
      for (const key of Object.keys(counts) as (keyof typeof counts)[]) counts[key] += batch.counts[key];
      pack(batch, { file: 0, position: 0, line: 0 }, undefined);
    },
    breathe: async () => {},
  });
  return { ...end, counts, rows, rejects };
}

const told = (s: Awaited<ReturnType<typeof scan>>) =>
  s.counts.recordLines + s.counts.rejects + s.counts.blanks + s.counts.headers;

describe("lines of evidence", () => {
  it("accounts for every line, whatever its end, and keeps offsets and lengths without CR LF", async () => {
    const s = await scan(file("# head\n1 192.0.2.1 80\r\n\n  \r\nnonsense\n2 192.0.2.2 81"));
    expect(s.counts).toMatchObject({ recordLines: 2, headers: 1, blanks: 2, rejects: 1, withPort: 2 });
    expect(s.lines).toBe(6);
    expect(s.rows).toEqual([
      { line: 2, offset: 7, length: 14 },
      { line: 6, offset: 37, length: 14 },
    ]);
    expect(s.rejects).toEqual([{ line: 5, offset: 28, length: 8 }]);
  });

  it("has no line in an empty file, and one in a file of one byte", async () => {
    expect(await scan(file(""))).toMatchObject({ lines: 0, bytes: 0 });
    expect(await scan(file("x"))).toMatchObject({ lines: 1, bytes: 1 });
    expect((await scan(file("\n"))).counts.blanks).toBe(1);
  });

  it("skips a UTF-8 byte order mark and keeps the file's own offsets", async () => {
    const s = await scan(file("\xef\xbb\xbf1 192.0.2.1 80\n"));
    expect(s.rows).toEqual([{ line: 1, offset: 3, length: 14 }]);
    const alone = await scan(file("\xef\xbb\xbf"));
    expect(told(alone)).toBe(alone.lines);
  });

  it("refuses UTF-16, with and without a byte order mark", async () => {
    await expect(scan(file(Buffer.from("\ufeff1 192.0.2.1 80\n", "utf16le")))).rejects.toMatchObject({
      code: "input",
    });
    await expect(
      scan(file(Buffer.from("1 192.0.2.1 80\n2 192.0.2.1 81\n", "utf16le"))),
    ).rejects.toMatchObject({
      code: "input",
    });
  });

  it("keeps NUL bytes and invalid UTF-8 as parts of their lines", async () => {
    const s = await scan(file("1 192.0.2.1 80 a\x00b\n\x00\x00\x00\n2 192.0.2.1 81 \xff\xfe\n"));
    expect(s.counts).toMatchObject({ recordLines: 2, rejects: 1 });
    expect(told(s)).toBe(s.lines);
  });

  it("rejects a line past the limit and loses nothing around it", async () => {
    const long = Buffer.alloc(LONGEST_LINE + 5_000_000, 120);
    for (const end of ["\n", "\r\n"]) {
      const content = Buffer.concat([
        Buffer.from("1 192.0.2.1 80\n"),
        long,
        Buffer.from(`${end}2 192.0.2.2 81\n`),
      ]);
      const s = await scan(file(content));
      expect(s.rejects).toEqual([{ line: 2, offset: 15, length: long.length }]);
      expect(s.rows).toEqual([
        { line: 1, offset: 0, length: 14 },
        { line: 3, offset: 15 + long.length + end.length, length: 14 },
      ]);
      expect(told(s)).toBe(s.lines);
    }
    const open = await scan(file(Buffer.concat([long, Buffer.from("\r")])));
    expect(open.rejects).toEqual([{ line: 1, offset: 0, length: long.length }]);
    expect(open.lines).toBe(1);
  });

  it("reads lines up to the limit whole, over block ends", async () => {
    const text = `1 192.0.2.1 80 ${"y".repeat(9_000_000)}\n`;
    const s = await scan(file(text + text));
    expect(s.rows.map((r) => r.length)).toEqual([text.length - 1, text.length - 1]);
  });

  it("gives the hash of the bytes as they are", async () => {
    const content = Buffer.from("1 192.0.2.1 80\nrest without an end");
    const s = await scan(file(content));
    expect(s.hashes.sha256).toBe(createHash("sha256").update(content).digest("hex"));
  });

  it("conserves lines and finds each record's bytes in any mixture, in batches of any size", async () => {
    const line = fc.oneof(
      fc.constantFrom(
        "",
        " ",
        "# c",
        "nonsense",
        "1 192.0.2.1 80",
        "1 192.0.2.1",
        "3 2001:db8::1 9 text",
        "\x00",
        "\r",
      ),
      fc.string({ maxLength: 12 }).map((s) => s.replace(/[\n]/g, "")),
    );
    const parts = fc.array(fc.tuple(line, fc.constantFrom("\n", "\r\n")), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(parts, line, fc.integer({ min: 1, max: 9 }), async (lines, last, capacity) => {
        const content = Buffer.from(lines.map(([l, e]) => l + e).join("") + last, "utf8");
        if (content.length >= 2 && content[0]! >= 0xfe && content[1]! >= 0xfe) return;
        const s = await scan(file(content), capacity);
        expect(told(s)).toBe(s.lines);
        for (const r of [...s.rows, ...s.rejects]) {
          const before = content.subarray(0, r.offset);
          expect(before.filter((c) => c === 10).length + 1).toBe(r.line);
          const bytes = content.subarray(r.offset, r.offset + r.length);
          expect(bytes.includes(10)).toBe(false);
          const after = content.subarray(r.offset + r.length);
          expect(after.length === 0 || after[0] === 10 || after[0] === 13).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("counts newlines exactly at any alignment", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(10, 11, 9, 0, 0x8a, 255, 138), { maxLength: 60 }),
        fc.integer({ min: 0, max: 3 }),
        (a, shift) => {
          const all = Buffer.from([...new Array<number>(shift).fill(10), ...a]);
          expect(countNewlines(all.subarray(shift))).toBe(a.filter((c) => c === 10).length);
        },
      ),
    );
  });
});

describe("evidence that changes while it is read", () => {
  const during = (path: string, change: () => void) => {
    const batch = new ColumnBatch("server", new AddressBook(), new TextDictionary());
    let done = false;
    return scanFile({ path, name: "evidence", hashes: ["sha256"] }, TINY, TINY.open({}), batch, {
      ship: async () => batch.clear(),
      breathe: async () => {
        if (!done) change();
        done = true;
      },
    });
  };

  it("is an error when it grows, is touched, or is replaced", async () => {
    const grown = file("1 192.0.2.1 80\n");
    await expect(during(grown, () => appendFileSync(grown, "2 192.0.2.1 81\n"))).rejects.toMatchObject({
      code: "input",
    });
    const touched = file("1 192.0.2.1 80\n");
    await expect(during(touched, () => utimesSync(touched, 1, 1))).rejects.toThrow(/changed/);
    const replaced = file("1 192.0.2.1 80\n");
    await expect(
      during(replaced, () => {
        rmSync(replaced);
        writeFileSync(replaced, "1 192.0.2.1 80\n");
      }),
    ).rejects.toThrow(/changed/);
  });

  it("names a file that is not there, or is a folder", async () => {
    await expect(scan(join(folder, "none"))).rejects.toMatchObject({
      code: "input",
      where: { file: join(folder, "none") },
    });
    await expect(scan(folder)).rejects.toThrow(/not a file/);
  });
});

describe("from the file into tables", () => {
  let db: NativeDatabase;
  beforeAll(async () => {
    db = await openNative(":memory:");
    for (const sql of CATALOGUE_SQL) await db.run(sql);
  });
  afterAll(() => db.close());

  const io = { signal: new AbortController().signal, progress: () => {} };
  const job = (paths: string[]) => ({
    files: paths.map((path, i) => ({ path, name: `file ${i}`, hashes: ["sha256"] as const })),
    format: TINY.id,
    options: {},
    role: "server" as const,
    addresses: [],
    texts: [],
  });

  it("keeps rows in file order over many batches and several files, values and NULLs as written", async () => {
    const n = 70_000;
    const a = Array.from(
      { length: n },
      (_, i) => `${i} 10.0.${(i >> 8) & 255}.${i & 255}${i % 3 ? ` ${i % 65_536}` : ""}\n`,
    );
    const b = ["7 2001:db8::7 7 Gr\u00fc\u00dfe\n", "8 2001:db8::8 8\n", "9 2001:db8::7 9\n"];
    const paths = [file(a.join("")), file(Buffer.from(b.join("")))];
    const [first, second] = await importJob(db, "staging_1", job(paths), TINY, [0, 0], io);
    expect(first).toMatchObject({ records: n, lines: n });
    expect(second).toMatchObject({ records: 3 });
    const rows = await db.query(
      'SELECT file, line, "offset", time_us, src_addr, src_port, fields FROM staging_1_record ORDER BY rowid',
    );
    expect(rows.length).toBe(n + 3);
    let offset = 0;
    for (let i = 0; i < n; i++) {
      const port = i % 3 ? i % 65_536 : null;
      expect([rows[i]!.file, rows[i]!.line, rows[i]!.offset, rows[i]!.time_us, rows[i]!.src_port]).toEqual([
        0,
        i + 1,
        offset,
        i * 1_000_000,
        port,
      ]);
      offset += a[i]!.length;
    }
    expect(rows.slice(n).map((r) => [r.file, r.line, r.src_addr])).toEqual([
      [1, 1, 4_294_967_296],
      [1, 2, 4_294_967_297],
      [1, 3, 4_294_967_296],
    ]);
    expect(rows[n]!.fields).toBe('{"text":"Gr\u00fc\u00dfe"}');
    expect(await db.query("SELECT id, text FROM staging_1_address ORDER BY id")).toEqual([
      { id: 4_294_967_296, text: "2001:db8::7" },
      { id: 4_294_967_297, text: "2001:db8::8" },
    ]);
    expect(
      await db.query(
        "SELECT count(*) AS n, min(reason) AS reason, sum(partial::INTEGER)::BIGINT AS p FROM staging_1_reject",
      ),
    ).toEqual([{ n: 23_334, reason: "has no port", p: 23_334 }]);
  });

  it("leaves nothing behind when it is cancelled", async () => {
    const path = file("1 192.0.2.1 80\n".repeat(600_000));
    const stop = new AbortController();
    const running = importJob(db, "staging_2", job([path]), TINY, [0], {
      signal: stop.signal,
      progress: () => stop.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: "cancelled" });
    expect(await db.query("SELECT count(*) AS n FROM staging_2_reject")).toEqual([{ n: 0 }]);
    expect(
      await db.query("SELECT view_name FROM duckdb_views() WHERE view_name = 'staging_2_record'"),
    ).toEqual([]);
  });
});

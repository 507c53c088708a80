// An export holds every record of the view in its order, as it is shown; a cancelled one leaves nothing.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseCsv } from "../../../shared/custody/csv";
import { TestCase } from "./case";

const ROWS = 2_345;
const LOG = Array.from(
  { length: ROWS },
  (_, i) =>
    `2026-11-24T05:${String(Math.floor(i / 60)).padStart(2, "0")}:${String(i % 60).padStart(2, "0")}+00:00 host sshd[${i}]: Failed password for root from 192.0.2.${i % 9} port ${1_024 + i} ssh2`,
);
const COLUMNS = ["line", "time", "srcIp", "srcPort"].map((id) => ({ id, title: `T ${id}` }));

let test: TestCase;
beforeAll(async () => {
  test = await TestCase.create();
  const file = test.file("auth.log", `${LOG.join("\n")}\n`);
  await test.run("evidence.add", { files: [file], as: "auth" });
});
afterAll(() => test.close());

describe("an export of records", () => {
  it("holds all of them, in order, in the letters of the window", async () => {
    const out = join(test.folder, "all.csv");
    const done = await test.run("records.export", {
      source: "auth",
      columns: COLUMNS,
      zone: "Europe/Berlin",
      out,
    });
    const content = readFileSync(out);
    expect(done).toMatchObject({ path: out, rows: ROWS, bytes: content.length, cellsChanged: 0 });
    expect(done.sha256).toBe(createHash("sha256").update(content).digest("hex"));
    const [head, ...rows] = parseCsv(content.toString("utf8"));
    expect(head).toEqual(COLUMNS.map((column) => column.title));
    expect(rows).toHaveLength(ROWS);
    expect(rows.map((row) => row[0])).toEqual(LOG.map((_, i) => String(i + 1)));
    expect(rows[61]!.slice(0, 4)).toEqual(["62", "2026-11-24 06:01:01+01:00", "192.0.2.7", "1085"]);
  });

  it("keeps filter and order", async () => {
    const out = join(test.folder, "some.csv");
    await test.run("records.export", {
      source: "auth",
      filter: "srcIp = 192.0.2.3",
      sort: [{ column: "time", descending: true }],
      columns: COLUMNS,
      out,
    });
    const lines = LOG.flatMap((line, i) => (line.includes("192.0.2.3 ") ? [String(i + 1)] : [])).reverse();
    const [, ...rows] = parseCsv(readFileSync(out, "utf8"));
    expect(rows.map((row) => row[0])).toEqual(lines);
  });

  it("defuses formulas only in a copy whose name says that it is derived, and is an act", async () => {
    await test.run("records.tag", { source: "auth", tag: "=cmd|x", rows: [5] });
    const before = (await test.run("custody.ledger", {})).total;
    const out = join(test.folder, "copy.csv");
    const done = await test.run("records.export", {
      source: "auth",
      columns: [...COLUMNS, { id: "marks", title: "Marks" }],
      out,
      spreadsheet: true,
    });
    expect(done.path).toBe(join(test.folder, "copy.spreadsheet.csv"));
    expect(existsSync(out)).toBe(false);
    const text = readFileSync(done.path, "utf8");
    expect(done.cellsChanged).toBe(1);
    expect(text).toContain(`"'=cmd|x"`);
    const { acts, total } = await test.run("custody.ledger", { from: before });
    expect(total).toBe(before + 1);
    expect(acts[0]).toMatchObject({ seq: done.act, action: "records.export", result: "done" });
    expect(JSON.stringify(acts[0])).not.toContain("copy");
  });

  it("leaves nothing where it was cancelled, and never takes a file's place", async () => {
    const out = join(test.folder, "none.csv");
    const controller = new AbortController();
    controller.abort();
    await expect(
      test.run("records.export", { source: "auth", columns: COLUMNS, out }, { signal: controller.signal }),
    ).rejects.toMatchObject({ code: "cancelled" });
    expect(existsSync(out)).toBe(false);
    expect(existsSync(`${out}.partial`)).toBe(false);
    const taken = test.file("taken.csv", "mine\n");
    await expect(
      test.run("records.export", { source: "auth", columns: COLUMNS, out: taken }),
    ).rejects.toMatchObject({ code: "usage" });
    expect(readFileSync(taken, "utf8")).toBe("mine\n");
  });
});

// Facets and groups are counted over every record that the filter keeps; the counts are compared with a count by hand.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestCase } from "./case";

const RECORDS = Array.from({ length: 400 }, (_, i) => ({
  ip: i % 10 === 3 ? `2001:db8::${1 + (i % 7)}` : `192.0.2.${i % 20}`,
  port: 1_024 + ((i * 37) % 5_000),
  second: i,
}));
const line = ({ ip, port, second }: (typeof RECORDS)[number]): string =>
  `2026-11-24T05:${String(Math.floor(second / 60)).padStart(2, "0")}:${String(second % 60).padStart(2, "0")}+00:00 host sshd[10]: Failed password for root from ${ip} port ${port} ssh2`;

let test: TestCase;
beforeAll(async () => {
  test = await TestCase.create();
  const file = test.file("auth.log", `${RECORDS.map(line).join("\n")}\n`);
  await test.run("evidence.add", { files: [file], as: "auth" });
});
afterAll(() => test.close());

const tally = (kept: typeof RECORDS): { value: string; rows: number }[] => {
  const counts = new Map<string, number>();
  for (const { ip } of kept) counts.set(ip, (counts.get(ip) ?? 0) + 1);
  return [...counts].map(([value, rows]) => ({ value, rows }));
};
const byRows = (list: readonly { value: string | null; rows: number }[]) =>
  [...list].sort((a, b) => b.rows - a.rows || (String(a.value) < String(b.value) ? -1 : 1));

describe("a facet", () => {
  it("counts every value, IPv4 and IPv6, the most frequent first", async () => {
    const found = await test.run("records.facet", { source: "auth", column: "srcIp", most: 1_000 });
    expect(found).toMatchObject({ rows: 400, known: 400, different: tally(RECORDS).length });
    expect(byRows(found.values)).toEqual(byRows(tally(RECORDS)));
    expect(found.values.map((v) => v.rows)).toEqual(found.values.map((v) => v.rows).sort((a, b) => b - a));
  });

  it("counts under the filter, and says how many values there are beyond those shown", async () => {
    const kept = RECORDS.filter((r) => r.port >= 3_000);
    const found = await test.run("records.facet", {
      source: "auth",
      column: "srcIp",
      filter: "srcPort >= 3000",
      most: 3,
    });
    expect(found.rows).toBe(kept.length);
    expect(found.different).toBe(tally(kept).length);
    expect(found.values).toHaveLength(3);
    expect(found.values[0]!.rows).toBe(byRows(tally(kept))[0]!.rows);
  });

  it("counts tags under the filter: a record once for each of its tags, those without one as unknown", async () => {
    await test.run("records.tag", { source: "auth", tag: "seen", rows: [1, 2, 3, 50] });
    await test.run("records.tag", { source: "auth", tag: "asked", rows: [3, 200] });
    const facet = (more: object) => test.run("records.facet", { source: "auth", column: "tag", ...more });
    expect(await facet({})).toMatchObject({
      rows: 400,
      known: 5,
      different: 3,
      values: [
        { value: null, rows: 395 },
        { value: "seen", rows: 4 },
        { value: "asked", rows: 2 },
      ],
    });
    expect((await facet({ filter: "row < 10" })).values).toEqual([
      { value: null, rows: 7 },
      { value: "seen", rows: 3 },
      { value: "asked", rows: 1 },
    ]);
    expect((await facet({ contains: "ASK" })).values).toEqual([{ value: "asked", rows: 2 }]);
    expect(await facet({ filter: "row > 399" })).toMatchObject({
      rows: 0,
      known: 0,
      different: 0,
      values: [],
    });
  });

  it("finds values by a part of their text", async () => {
    const found = await test.run("records.facet", { source: "auth", column: "srcIp", contains: "DB8::3" });
    expect(found.values).toEqual([
      { value: "2001:db8::3", rows: RECORDS.filter((r) => r.ip === "2001:db8::3").length },
    ]);
    const ports = await test.run("records.facet", {
      source: "auth",
      column: "srcPort",
      contains: "1061",
    });
    expect(ports.values).toEqual([{ value: "1061", rows: RECORDS.filter((r) => r.port === 1_061).length }]);
  });

  it("cuts numbers and times into ranges whose test keeps just the records counted", async () => {
    for (const column of ["srcPort", "time"]) {
      const { ranges, known } = await test.run("records.facet", { source: "auth", column, ranges: 8 });
      expect(ranges.length).toBeGreaterThan(3);
      expect(ranges.length).toBeLessThanOrEqual(8);
      expect(ranges.reduce((sum, range) => sum + range.rows, 0)).toBe(known);
      for (const range of ranges) {
        const view = await test.run("records.open", {
          source: "auth",
          filter: `${column} in ${range.test}`,
        });
        expect(view.rows, range.test).toBe(range.rows);
      }
    }
  });

  it("counts under a text search", async () => {
    const filter = 'text ~ "port 1061 "';
    const kept = RECORDS.filter((r) => r.port === 1_061);
    for (const column of ["srcIp", "srcPort", "protocol"]) {
      const found = await test.run("records.facet", { source: "auth", column, filter });
      expect(found.rows).toBe(kept.length);
    }
  });

  it("writes a protocol by its name, as the filter takes it", async () => {
    const found = await test.run("records.facet", { source: "auth", column: "protocol" });
    expect(found.values).toEqual([{ value: "tcp", rows: 400 }]);
  });

  it("refuses a column that has no values to count, and names the nearest that has", async () => {
    await expect(test.run("records.facet", { source: "auth", column: "srcprt" })).rejects.toMatchObject({
      code: "usage",
      mend: 'Did you mean "srcPort"?',
    });
    await expect(test.run("records.facet", { source: "auth", column: "text" })).rejects.toMatchObject({
      code: "usage",
    });
  });

  it("stops when it is cancelled", async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(
      test.run(
        "records.facet",
        { source: "auth", column: "srcIp", filter: 'text ~ "never searched"' },
        { signal: controller.signal },
      ),
    ).rejects.toMatchObject({ code: "cancelled" });
    // What one request gave up is no answer to the next.
    const again = await test.run("records.facet", {
      source: "auth",
      column: "srcIp",
      filter: 'text ~ "never searched"',
    });
    expect(again.rows).toBe(0);
  });
});

describe("groups", () => {
  it("count by two columns, with the span of time of each", async () => {
    const found = await test.run("records.group", { source: "auth", by: ["srcIp", "protocol"] });
    expect(found.rows).toBe(400);
    expect(found.groups).toBe(tally(RECORDS).length);
    const one = found.shown.find((group) => group.values[0] === "192.0.2.4")!;
    const mine = RECORDS.filter((r) => r.ip === "192.0.2.4");
    const at = (second: number) => (Date.UTC(2026, 10, 24, 5) + second * 1_000) * 1_000;
    expect(one).toEqual({
      values: ["192.0.2.4", "tcp"],
      rows: mine.length,
      fromUs: at(mine[0]!.second),
      toUs: at(mine.at(-1)!.second),
    });
  });
});

describe("a place in a view", () => {
  it("is found by row, line and time, in a plain, a filtered and a sorted view", async () => {
    const at = (second: number) => (Date.UTC(2026, 10, 24, 5) + second * 1_000) * 1_000;
    const plain = await test.run("records.open", { source: "auth" });
    expect(await test.run("records.locate", { view: plain.view, row: 17 })).toEqual({ position: 17 });
    expect(await test.run("records.locate", { view: plain.view, line: 18 })).toEqual({ position: 17 });
    expect(await test.run("records.locate", { view: plain.view, timeUs: at(17) - 1 })).toEqual({
      position: 17,
    });
    expect(await test.run("records.locate", { view: plain.view, row: 400 })).toEqual({ position: null });
    const sorted = await test.run("records.open", {
      source: "auth",
      sort: [{ column: "time", descending: true }],
    });
    expect(await test.run("records.locate", { view: sorted.view, row: 17 })).toEqual({ position: 382 });
    const kept = RECORDS.map((r, row) => ({ ...r, row })).filter((r) => r.ip === "192.0.2.4");
    const filtered = await test.run("records.open", { source: "auth", filter: "srcIp = 192.0.2.4" });
    expect(await test.run("records.locate", { view: filtered.view, row: kept[2]!.row })).toEqual({
      position: 2,
    });
    expect(await test.run("records.locate", { view: filtered.view, row: kept[2]!.row + 1 })).toEqual({
      position: null,
    });
  });
});

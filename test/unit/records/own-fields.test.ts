// A format's own fields in the filter language: the same answer whether they are stored in the case or read from the
// evidence, and no answer where the evidence is not what was added.
import { appendFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestCase } from "./case";

const LAYOUT = '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %{remote}p';
const AGENTS = ["curl/8.5.0", "Mozilla/5.0 (it's)", "-"];
const STATUS = [200, 404, 301, 200, 500];
const line = (n: number): string =>
  `203.0.113.${n % 7} - ${n % 11 === 0 ? "weber" : "-"} [24/Nov/2026:12:00:${String(n % 60).padStart(2, "0")} +0000] "GET /n/${n} HTTP/1.1" ${STATUS[n % 5]} ${n * 10} "-" "${AGENTS[n % 3]}" ${1024 + n}`;
const ROWS = 600;
const all = Array.from({ length: ROWS }, (_, n) => n);

describe("a filter over a format's own fields", () => {
  let test: TestCase;
  let path: string;
  beforeAll(async () => {
    test = await TestCase.create();
    path = test.file("access.log", `${all.map(line).join("\n")}\n`);
    for (const [name, storeFields] of [
      ["read", false],
      ["stored", true],
    ] as const)
      await test.run("evidence.add", { files: [path], as: name, layout: LAYOUT, storeFields });
  });
  afterAll(() => test.close());

  const rows = async (source: string, filter: string, sort: object[] = []): Promise<number[]> => {
    const view = await test.run("records.open", { source, filter, sort });
    const page = await test.run("records.page", { view: view.view, from: 0, to: 1_000 });
    expect(page.rows).toHaveLength(view.rows);
    return page.rows.map((row) => row.row);
  };
  const status = (n: number) => STATUS[n % 5]!;

  const kept: readonly [string, (n: number) => boolean][] = [
    ["field.status = 404", (n) => status(n) === 404],
    ['"field.%>s" = 404', (n) => status(n) === 404],
    ["field.status != 404", (n) => status(n) !== 404],
    ["field.status in 301, 400-499", (n) => status(n) === 301 || status(n) === 404],
    ["field.status >= 301", (n) => status(n) >= 301],
    ["field.bytes < 1000", (n) => n * 10 < 1000],
    ["field.userAgent ~ curl", (n) => n % 3 === 0],
    ['field.userAgent = "Mozilla/5.0 (it\'s)"', (n) => n % 3 === 1],
    ["field.user = weber", (n) => n % 11 === 0],
    [
      "field.status = 404 and not field.userAgent ~ curl and srcPort < 1200",
      (n) => status(n) === 404 && n % 3 !== 0 && n < 176,
    ],
    ["field.userAgent < 5", () => false],
    ["field.status is null", () => false],
  ];
  it.each(kept)("%s keeps the same records read and stored", async (filter, keeps) => {
    const wanted = all.filter(keeps);
    expect(await rows("read", filter)).toEqual(wanted);
    expect(await rows("stored", filter)).toEqual(wanted);
  });

  it("counts, groups and orders by them", async () => {
    for (const source of ["read", "stored"]) {
      const facet = await test.run("records.facet", {
        source,
        column: "field.status",
        filter: "field.userAgent ~ curl",
      });
      const counted = all.filter((n) => n % 3 === 0 && status(n) === 200).length;
      expect(facet.values[0]).toEqual({ value: "200", rows: counted });
      const groups = await test.run("records.group", { source, by: ["field.status", "field.userAgent"] });
      expect(groups).toMatchObject({ rows: ROWS, groups: 12 });
      const sorted = await rows(source, "srcPort < 1130", [{ column: "field.bytes", descending: true }]);
      // By value: 1050 comes before 990, which by its letters would be the greater.
      expect(sorted).toEqual(all.slice(0, 106).reverse());
    }
  });

  it("names a field that is meant, or those that there are", async () => {
    const refused = (filter: string) => test.run("records.open", { source: "read", filter });
    await expect(refused("field.useragent ~ curl")).rejects.toMatchObject({
      mend: 'Did you mean "field.userAgent"?',
    });
    await expect(refused("field.statsu = 1")).rejects.toMatchObject({ mend: 'Did you mean "field.status"?' });
    await expect(refused("field.colour = 1")).rejects.toMatchObject({
      code: "usage",
      mend: expect.stringContaining("field.status"),
    });
    await expect(refused("field.status < abc")).rejects.toMatchObject({ at: 15 });
  });

  it("on an axis is unknown for a source without the field, and refused where none has it", async () => {
    await test.run("evidence.add", {
      files: [test.file("p.csv", "t,ip\n2026-11-24T12:00:00Z,203.0.113.1\n")],
      as: "plain",
      format: "csv",
      role: "server",
      map: { time: "t", srcIp: "ip" },
    });
    const view = await test.run("timeline.open", {
      sources: ["read", "plain"],
      filter: "field.status = 404",
    });
    expect(view.rows).toBe(all.filter((n) => status(n) === 404).length);
    await expect(
      test.run("timeline.open", { sources: ["read", "plain"], filter: "field.colour = 1" }),
    ).rejects.toMatchObject({ code: "usage" });
  });

  it("colours the rows of a page", async () => {
    const view = await test.run("records.open", { source: "read" });
    const { matches } = await test.run("records.match", {
      view: view.view,
      from: 0,
      to: 10,
      filters: ["field.status = 500", "field.userAgent ~ it's"],
    });
    expect(matches).toEqual(all.slice(0, 10).map((n) => (status(n) === 500 ? 0 : n % 3 === 1 ? 1 : -1)));
  });

  it("stops when it is cancelled, and begins again", async () => {
    await rows("read", "field.request ~ x");
    const stop = new AbortController();
    stop.abort();
    await expect(
      test.run("records.open", { source: "read", filter: "field.referer = x" }, { signal: stop.signal }),
    ).rejects.toMatchObject({ code: "cancelled" });
    expect(await rows("read", "field.referer = -")).toHaveLength(ROWS);
  });

  it("gives no answer from evidence that has changed", async () => {
    const other = test.file("other.log", `${all.map(line).join("\n")}\n`);
    await test.run("evidence.add", { files: [other], as: "other", layout: LAYOUT });
    appendFileSync(other, "x");
    await expect(
      test.run("records.open", { source: "other", filter: "field.status = 404" }),
    ).rejects.toMatchObject({
      code: expect.stringMatching(/input|usage/),
    });
  });
});

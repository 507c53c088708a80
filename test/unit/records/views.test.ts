// Saved views lie with the case and outlive the program; colour rules fit rows as the filter of the same text does.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestCase } from "./case";

const LOG = Array.from(
  { length: 300 },
  (_, i) =>
    `2026-11-24T05:${String(Math.floor(i / 60)).padStart(2, "0")}:${String(i % 60).padStart(2, "0")}+00:00 host sshd[${i}]: ${i % 4 ? "Failed" : "Accepted"} password for root from 192.0.2.${i % 9} port ${40_000 + i} ssh2`,
);

let test: TestCase;
beforeAll(async () => {
  test = await TestCase.create();
  const file = test.file("auth.log", `${LOG.join("\n")}\n`);
  await test.run("evidence.add", { files: [file], as: "auth" });
});
afterAll(() => test.close());

const view = {
  name: "Night",
  source: "auth",
  filter: "srcPort >= 40100",
  sort: [{ column: "srcIp", descending: true }],
  columns: [{ id: "srcPort", hidden: true, pinned: false }],
  colours: [{ filter: "srcIp = 192.0.2.3", colour: 2 }],
  group: ["srcIp"],
};

describe("saved views", () => {
  it("are kept with the case, replaced by name, and no act", async () => {
    const acts = (await test.run("custody.ledger", {})).total;
    await test.run("views.save", { view });
    await test.run("views.save", { view: { ...view, name: "Day", filter: "" } });
    await test.run("views.save", { view: { ...view, filter: "srcPort >= 40200" } });
    await test.run("case.close", {});
    const views = await test.run("views.list", {});
    expect(views.map((one) => [one.name, one.filter])).toEqual([
      ["Night", "srcPort >= 40200"],
      ["Day", ""],
    ]);
    expect(views[0]).toMatchObject({ columns: view.columns, colours: view.colours, group: ["srcIp"] });
    expect((await test.run("custody.ledger", {})).total).toBe(acts);
    expect(await test.run("views.remove", { source: "auth", name: "Night" })).toHaveLength(1);
  });

  it("do not take a damaged file's place without a trace", async () => {
    const file = join(test.path, "window.json");
    writeFileSync(file, '{"views": [{]');
    expect(await test.run("views.list", {})).toEqual([]);
    await test.run("views.save", { view });
    expect(readFileSync(`${file}.damaged`, "utf8")).toBe('{"views": [{]');
    expect(existsSync(file)).toBe(true);
  });
});

describe("colour rules", () => {
  it("colour a row by the first filter that keeps it, in any view", async () => {
    const filters = ['text ~ "Accepted"', "srcIp = 192.0.2.3", "srcPort in 40100-40199"];
    const rule = (line: string, i: number): number =>
      line.includes("Accepted") ? 0 : i % 9 === 3 ? 1 : i >= 100 && i < 200 ? 2 : -1;
    const expected = LOG.map(rule);
    const plain = await test.run("records.open", { source: "auth" });
    const all = await test.run("records.match", { view: plain.view, from: 0, to: 300, filters });
    expect(all.matches).toEqual(expected);
    const sorted = await test.run("records.open", {
      source: "auth",
      filter: "srcPort >= 40050",
      sort: [{ column: "time", descending: true }],
    });
    const part = await test.run("records.match", { view: sorted.view, from: 20, to: 90, filters });
    expect(part.matches).toEqual(expected.slice(50).reverse().slice(20, 90));
  });

  it("are refused with the column where they are wrong", async () => {
    const plain = await test.run("records.open", { source: "auth" });
    await expect(
      test.run("records.match", { view: plain.view, from: 0, to: 10, filters: ["sorce = 1"] }),
    ).rejects.toMatchObject({ code: "usage", message: expect.stringContaining("column 1") });
  });
});

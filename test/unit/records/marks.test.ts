// Bookmarks, tags and notes are acts: their texts stay out of the ledger, filters know them, a rebuild brings them back.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestCase } from "./case";

const LOG = Array.from(
  { length: 12 },
  (_, i) =>
    `2026-11-24T05:34:${String(10 + i)}+00:00 host sshd[${i}]: Failed password for root from 192.0.2.${i % 3} port ${40_000 + i} ssh2`,
);

let test: TestCase;
beforeAll(async () => {
  test = await TestCase.create();
  const file = test.file("auth.log", `${LOG.join("\n")}\n`);
  await test.run("evidence.add", { files: [file], as: "auth" });
});
afterAll(() => test.close());

const kept = async (filter: string): Promise<number[]> => {
  const { view, rows } = await test.run("records.open", { source: "auth", filter });
  const page = await test.run("records.page", { view, from: 0, to: rows });
  return page.rows.map((row) => row.row);
};
const ledger = () => readFileSync(join(test.path, "custody.jsonl"), "utf8");

describe("marks", () => {
  it("set a tag on rows and on what a filter keeps, once a record", async () => {
    expect(
      await test.run("records.tag", { source: "auth", tag: "first success", rows: [4, 2, 2] }),
    ).toMatchObject({ rows: 2 });
    const more = await test.run("records.tag", {
      source: "auth",
      tag: "first success",
      filter: "srcIp = 192.0.2.1",
    });
    expect(more.rows).toBe(4);
    await test.run("records.tag", { source: "auth", tag: "MFA skipped", rows: [4] });
    expect(await kept('tag = "first success"')).toEqual([1, 2, 4, 7, 10]);
    expect(await kept('tag = "MFA skipped" and tag = "first success"')).toEqual([4]);
    expect(await kept('tag != "first success"')).toEqual([]);
    expect(await kept("tag ~ MFA")).toEqual([4]);
    expect(await kept("tag is null and srcIp = 192.0.2.2")).toEqual([5, 8, 11]);
    expect(await kept("tag = never")).toEqual([]);
    const { tags, marks } = await test.run("records.marks", { source: "auth" });
    expect(tags).toEqual([
      { tag: "MFA skipped", rows: 1 },
      { tag: "first success", rows: 5 },
    ]);
    // Row 4 was tagged by the first act, and the second did not take that from its examiner.
    const first = marks.find((mark) => mark.row === 4 && mark.text === "first success")!;
    expect(first.act).toBeLessThan(more.act);
    expect(first.line).toBe(5);
  });

  it("bookmark records", async () => {
    await test.run("records.tag", { source: "auth", tag: null, rows: [0, 9] });
    await test.run("records.tag", { source: "auth", tag: null, rows: [0], remove: true });
    expect(await kept("bookmark = yes")).toEqual([9]);
    expect(await kept("bookmark = no and srcIp = 192.0.2.0")).toEqual([0, 3, 6]);
    await expect(kept("bookmark = maybe")).rejects.toMatchObject({ code: "usage" });
  });

  it("note a record, change the note, and take it back", async () => {
    const first = await test.run("records.note", {
      source: "auth",
      row: 3,
      note: "Seen in the SOC's ticket",
    });
    expect(first.line).toBe(4);
    const second = await test.run("records.note", {
      source: "auth",
      row: 3,
      note: "Not the ticket's account",
      replaces: first.act,
    });
    expect(await kept('note ~ "ticket\'s"')).toEqual([3]);
    expect(await kept("note ~ SOC")).toEqual([]);
    await expect(
      test.run("records.note", { source: "auth", row: 3, note: null, replaces: first.act }),
    ).rejects.toMatchObject({ code: "usage" });
    const page = await test.run("records.page", {
      view: (await test.run("records.open", { source: "auth" })).view,
      from: 3,
      to: 5,
    });
    expect(page.rows[0]!.marks!.notes).toEqual([
      expect.objectContaining({ act: second.act, text: "Not the ticket's account", examiner: "Examiner" }),
    ]);
    expect(page.rows[1]!.marks).toEqual({
      bookmarked: false,
      tags: ["first success", "MFA skipped"],
      notes: [],
    });
    const gone = await test.run("records.note", { source: "auth", row: 2, note: "Passing thought" });
    await test.run("records.note", { source: "auth", row: 2, note: null, replaces: gone.act });
    expect(await kept("note is not null")).toEqual([3]);
  });

  it("keep their texts out of the ledger, and one tag has one hash", async () => {
    const lines = ledger()
      .split("\n")
      .filter((line) => line.includes('"records.tag"'))
      .map((line) => JSON.parse(line) as { parameters: { tag: { hidden: string } | null; remove: boolean } });
    for (const text of ["first success", "MFA", "ticket", "192.0.2.1"]) expect(ledger()).not.toContain(text);
    expect(lines[0]!.parameters.tag).toEqual(lines[1]!.parameters.tag);
    expect(lines[0]!.parameters.tag).not.toEqual(lines[2]!.parameters.tag);
  });

  it("come back in a rebuild as they were, and no result differs", async () => {
    const before = await test.run("records.marks", { source: "auth" });
    expect(before.marks.length).toBeGreaterThan(6);
    const rebuilt = await test.run("case.rebuild", {});
    expect(rebuilt.differences).toEqual([]);
    expect(await test.run("records.marks", { source: "auth" })).toEqual(before);
  });

  it("refuse rows that there are not, and leave no act of it", async () => {
    const acts = (await test.run("custody.ledger", {})).total;
    for (const request of [
      { tag: "x", rows: [12] },
      { tag: "x", filter: "srcprt = 1" },
      { tag: "x" },
      { tag: "x", rows: [1], filter: "" },
    ])
      await expect(test.run("records.tag", { source: "auth", ...request })).rejects.toMatchObject({
        code: "usage",
      });
    expect((await test.run("custody.ledger", {})).total).toBe(acts);
  });

  it("say that a filter cannot tell, where a tag's text was erased", async () => {
    await test.run("case.close", {});
    rmSync(join(test.path, "texts.jsonl"));
    await expect(kept('tag = "first success"')).rejects.toMatchObject({ code: "input" });
    expect(await kept("tag is not null")).toEqual([1, 2, 4, 7, 10]);
    const { tags } = await test.run("records.marks", { source: "auth" });
    expect(tags.map((one) => one.tag)).toEqual(["(withheld)", "(withheld)"]);
  });
});

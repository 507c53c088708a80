// Quick find goes over every row of a view, whatever is loaded, in the view's own order.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestCase } from "./case";

const USERS = ["root", "Ada", "bob", "ADA", "eve", "ada"];
const LOG = Array.from(
  { length: 60 },
  (_, i) =>
    `2026-11-24T05:34:${String(i).padStart(2, "0")}+00:00 host sshd[${i}]: Failed password for ${USERS[i % 6]} from ${i === 41 ? "2001:DB8:0::7" : `192.0.2.${i % 7}`} port ${40_000 + i} ssh2`,
);
const hits = LOG.flatMap((line, row) => (/ada/i.test(line) ? [row] : []));

let test: TestCase;
beforeAll(async () => {
  test = await TestCase.create();
  const file = test.file("auth.log", `${LOG.join("\n")}\n`);
  await test.run("evidence.add", { files: [file], as: "auth" });
});
afterAll(() => test.close());

async function walk(view: string, text: string, back = false): Promise<number[]> {
  const out: number[] = [];
  let from = back ? 60 : -1;
  for (;;) {
    const found = await test.run("records.find", { view, text, from, back });
    if (found.position === null || found.wrapped) return out;
    out.push(found.position);
    expect(found.index).toBe(back ? found.hits - out.length + 1 : out.length);
    from = found.position;
  }
}

describe("quick find", () => {
  it("meets every hit once, forwards and back, upper and lower case alike", async () => {
    const { view } = await test.run("records.open", { source: "auth" });
    expect(hits).toHaveLength(30);
    expect(await walk(view, "aDa")).toEqual(hits);
    expect(await walk(view, "aDa", true)).toEqual([...hits].reverse());
  });

  it("goes on from the other end, and says so", async () => {
    const { view } = await test.run("records.open", { source: "auth" });
    const last = await test.run("records.find", { view, text: "ada", from: 59 });
    expect(last).toEqual({ position: hits[0], index: 1, hits: 30, wrapped: true });
    const first = await test.run("records.find", { view, text: "ada", from: 0, back: true });
    expect(first).toEqual({ position: hits.at(-1), index: 30, hits: 30, wrapped: true });
  });

  it("counts positions in a filtered and sorted view", async () => {
    const { view } = await test.run("records.open", {
      source: "auth",
      filter: "srcIp = 192.0.2.3",
      sort: [{ column: "time", descending: true }],
    });
    const rows = LOG.flatMap((line, row) => (line.includes("192.0.2.3 ") ? [row] : [])).reverse();
    expect(await walk(view, "ada")).toEqual(rows.flatMap((row, at) => (hits.includes(row) ? [at] : [])));
  });

  it("finds an address as it is shown, however the file wrote it", async () => {
    const { view } = await test.run("records.open", { source: "auth" });
    expect(await walk(view, "2001:db8::7")).toEqual([41]);
  });

  it("says where there is none", async () => {
    const { view } = await test.run("records.open", { source: "auth" });
    expect(await test.run("records.find", { view, text: "nobody" })).toEqual({
      position: null,
      index: 0,
      hits: 0,
      wrapped: false,
    });
  });
});

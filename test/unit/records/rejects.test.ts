// Rejects are evidence too: each is listed with its reason, found again by it, and shown byte for byte.
import { afterAll, beforeAll, expect, test } from "vitest";
import { holdImports, whileHeld } from "../../../electron/engine/import/hold";
import { TestCase } from "./case";

const good = (i: number) =>
  `198.51.100.${i % 250} - - [21/Mar/2026:17:41:${String(i % 60).padStart(2, "0")} +0000] "GET /${i} HTTP/1.1" 200 512 "-" "x"`;
const lines = Array.from({ length: 40 }, (_, i) =>
  i % 10 === 3
    ? `broken \u001b[2K line ${i}`
    : i % 10 === 7
      ? good(i).replace(/\[.*?\]/, "[no time]")
      : good(i),
);

let kase: TestCase;
beforeAll(async () => {
  kase = await TestCase.create();
  const file = kase.file("access.log", `${lines.join("\n")}\n`);
  await kase.run("evidence.add", { files: [file], as: "web" });
});
afterAll(async () => {
  await kase.close();
});

test("a reject's bytes are those of its line in the file", async () => {
  const { rejects, total } = await kase.run("evidence.rejects", { source: "web" });
  expect(total).toBe(8);
  for (const one of rejects) {
    const line = await kase.run("evidence.line", { source: "web", row: one.row });
    expect(Buffer.from(line.base64, "base64").toString()).toBe(lines[one.line - 1]);
    expect([line.line, line.offset, line.length]).toEqual([one.line, one.offset, one.length]);
  }
});

test("the reasons counted add up to all rejects, and each finds its own lines", async () => {
  const { reasons, total } = await kase.run("evidence.rejects", { source: "web", to: 0, reasons: true });
  expect(reasons.reduce((n, one) => n + one.lines, 0)).toBe(total);
  for (const one of reasons) {
    const found = await kase.run("evidence.rejects", { source: "web", contains: one.reason.toUpperCase() });
    expect(found.total).toBe(one.lines);
    expect(new Set(found.rejects.map((r) => r.reason))).toEqual(new Set([one.reason]));
  }
});

test("pages of a narrowed list join without a gap or a row twice", async () => {
  const whole = await kase.run("evidence.rejects", { source: "web", kind: "reject" });
  const pages = [];
  for (let from = 0; from < whole.total; from += 3)
    pages.push(
      ...(await kase.run("evidence.rejects", { source: "web", kind: "reject", from, to: from + 3 })).rejects,
    );
  expect(pages).toEqual(whole.rejects);
  expect((await kase.run("evidence.rejects", { source: "web", contains: "100%_" })).total).toBe(0);
});

test("a row that is no reject is refused with what to do", async () => {
  await expect(kase.run("evidence.line", { source: "web", row: 99 })).rejects.toMatchObject({
    code: "usage",
  });
});

test("a held import waits where it stands, goes on when let go, and can be cancelled while it waits", async () => {
  const { db } = await kase.cases.get(kase.path);
  holdImports(db, true);
  let through = false;
  const waiting = whileHeld(db, new AbortController().signal).then(() => {
    through = true;
  });
  const file = kase.file("more.log", `${good(1)}\n`);
  const adding = kase.run("evidence.add", { files: [file], as: "more" });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(through).toBe(false);
  expect((await kase.run("evidence.sources", {})).map((one) => one.name)).toEqual(["web"]);
  await kase.run("evidence.hold", { hold: false });
  await waiting;
  expect((await adding).files[0]?.records).toBe(1);

  await kase.run("evidence.hold", { hold: true });
  const controller = new AbortController();
  const again = kase.run("evidence.add", { files: [file], as: "again" }, { signal: controller.signal });
  setTimeout(() => controller.abort(), 100);
  await expect(again).rejects.toMatchObject({ code: "cancelled" });
  await kase.run("evidence.hold", { hold: false });
  expect((await kase.run("evidence.sources", {})).map((one) => one.name)).toEqual(["web", "more"]);
});

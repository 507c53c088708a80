// What is worth asking an operator, and how soon: answered questions disclose people for nothing, late ones find nothing.
import { afterAll, beforeAll, expect, test } from "vitest";
import { byUrgency, worthOf } from "../../../shared/request/triage";
import { TestCase } from "../records/case";

const DAY = 86_400_000_000;
const now = Date.UTC(2026, 10, 20) * 1_000;

test("an event that the records name already is not asked again, however near its deadline", () => {
  const event = { port: true, compared: true, verdict: "unique", deadlineUs: now + 1 } as const;
  expect(worthOf(event, now)).toBe("answered");
});

test("what the records leave open is worth asking until the retention ends, to the microsecond", () => {
  const event = { port: true, compared: true, verdict: "only", deadlineUs: now + 1 } as const;
  expect(worthOf(event, now)).toBe("ask");
  expect(worthOf({ ...event, deadlineUs: now }, now)).toBe("expired");
  expect(worthOf({ ...event, deadlineUs: null, verdict: null }, now)).toBe("ask");
});

test("a clock that nothing was compared with comes first, a missing port makes a weak question", () => {
  const event = { port: true, compared: false, verdict: null, deadlineUs: null } as const;
  expect(worthOf(event, now)).toBe("compare-first");
  expect(worthOf({ ...event, port: false }, now)).toBe("weak");
});

test("the most pressing comes first; without a deadline last among its like", () => {
  const rows = [
    { worth: "expired", deadlineUs: now - DAY, row: 0 },
    { worth: "ask", deadlineUs: null, row: 1 },
    { worth: "ask", deadlineUs: now + DAY, row: 3 },
    { worth: "ask", deadlineUs: now + DAY, row: 2 },
    { worth: "compare-first", deadlineUs: now + 1, row: 4 },
  ] as const;
  expect([...rows].sort(byUrgency).map((one) => one.row)).toEqual([2, 3, 1, 4, 0]);
});

let kase: TestCase;
const at = (daysAgo: number): string => new Date(Date.now() - daysAgo * 86_400_000).toISOString();
beforeAll(async () => {
  kase = await TestCase.create();
  const file = kase.file(
    "web.csv",
    [
      "time,ip,port,dst",
      `${at(1)},198.51.100.7,40001,`,
      `${at(1)},198.51.100.7,40001,`,
      `${at(29)},198.51.100.8,40002,`,
      `${at(60)},198.51.100.9,40003,`,
      `${at(2)},198.51.100.9,,203.0.113.5`,
      `${at(2)},198.51.100.9,,`,
      "",
    ].join("\n"),
  );
  await kase.run("evidence.add", {
    files: [file],
    as: "web",
    role: "server",
    format: "csv",
    map: { time: "time", srcIp: "ip", srcPort: "port", dstIp: "dst" },
  });
});
afterAll(async () => {
  await kase.close();
});

test("triage counts every selected event once and asks no more than the events come to", async () => {
  const told = await kase.run("request.triage", { events: "web", retention: "30d" });
  const { counts } = told;
  expect(counts).toEqual({ ask: 0, "compare-first": 3, weak: 1, answered: 0, expired: 1 });
  expect(Object.values(counts).reduce((a, b) => a + b, 0) + told.unaskable).toBe(told.selected);
  expect(told.questions).toBe(2);
  expect(told.events[0]).toMatchObject({ publicIp: "198.51.100.8", worth: "compare-first" });
  expect(told.firstDeadlineUs).toBe(told.events[0]?.deadlineUs);
  expect(told.firstDeadlineUs! - told.nowUs).toBeLessThan(DAY);
});

test("a compared clock makes the same events worth asking at once, with narrower questions", async () => {
  const before = await kase.run("request.triage", { events: "web" });
  await kase.run("clock.calibrate", { source: "web", declare: "+10 s +/- 0.5 s", reason: "test" });
  const after = await kase.run("request.triage", { events: "web" });
  expect(after.counts).toMatchObject({ ask: 4, "compare-first": 0, expired: 0 });
  expect(after.firstDeadlineUs).toBeNull();
  expect(after.events[0]!.widthUs).toBeLessThan(before.events[0]!.widthUs);
});

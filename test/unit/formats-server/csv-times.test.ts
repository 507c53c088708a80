// Times in tables as spreadsheets write them: what the text leaves open is settled by other rows or asked, never guessed.
import { describe, expect, test } from "vitest";
import { settledLayout } from "../../../electron/engine/import/detect";
import csv from "../../../shared/formats/any/csv";
import { styleOf } from "../../../shared/formats/any/csv/written-time";
import { runFormat, sampleOf, utf8 } from "./harness";

const map = { time: "when", srcIp: "ip", srcPort: "port" };
const zone = { kind: "offset", offsetUs: 0, text: "UTC" } as const;
const table = (...times: string[]): Uint8Array =>
  utf8(["when;ip;port", ...times.map((t, i) => `${t};203.0.113.5;${4000 + i}`), ""].join("\n"));

function read(bytes: Uint8Array, layout?: string) {
  const detection = csv.detect(sampleOf(bytes), { map, zone, ...(layout ? { layout } : {}) });
  const questions = (detection.questions ?? []).map((q) => q.kind);
  if (questions.length > 0) return { questions, rows: [], rejects: [] };
  const { rows, rejects } = runFormat(csv, bytes, { map, zone, layout: settledLayout(layout, detection) });
  return {
    questions,
    rows: rows.map((r) => [new Date(r.timeUs! / 1000).toISOString(), r.precisionUs, r.slackUs ?? 0]),
    rejects: rejects.map((r) => r.line),
  };
}

describe("times in tables", () => {
  test.each([
    ["3/10/2026 6:00:03 PM", "mdy", "2026-03-10T18:00:03.000Z", 1_000_000],
    ["3/10/2026 6:00:03 PM", "dmy", "2026-10-03T18:00:03.000Z", 1_000_000],
    ["12/31/2026 12:05 AM", undefined, "2026-12-31T00:05:00.000Z", 60_000_000],
    ["31-12-2026, 12:05:09 p.m.", undefined, "2026-12-31T12:05:09.000Z", 1_000_000],
    ["10.03.2026 18:00:03,25", undefined, "2026-03-10T18:00:03.250Z", 10_000],
    ["2026-03-10 06:00", undefined, "2026-03-10T06:00:00.000Z", 60_000_000],
    ["2026-03-10T06:00Z", undefined, "2026-03-10T06:00:00.000Z", 60_000_000],
    ["2026/3/1 16:00:03", undefined, "2026-03-01T16:00:03.000Z", 1_000_000],
    ["Mar 10, 2026 @ 06:00:03.123 PM", undefined, "2026-03-10T18:00:03.123Z", 1_000],
    ["10-Mar-2026 16:00:03", undefined, "2026-03-10T16:00:03.000Z", 1_000_000],
    ["3/10/2026 6:00:03 PM +0200", "mdy", "2026-03-10T16:00:03.000Z", 1_000_000],
  ])("%s (%s)", (text, layout, time, precision) => {
    expect(read(table(text), layout)).toEqual({ questions: [], rows: [[time, precision, 0]], rejects: [] });
  });

  test("asks for the order of day and month, and for the clock", () => {
    expect(read(table("3/10/2026 16:00:03", "4/11/2026 16:00:04")).questions).toEqual(["dayMonth"]);
    expect(read(table("10.03.2026 6:00:03")).questions).toEqual(["layout"]);
    expect(read(table("3/10/2026 6:00:03")).questions).toEqual(["dayMonth", "layout"]);
    expect(read(table("3/10/2026 6:00:03"), "mdy").questions).toEqual(["layout"]);
    expect(read(table("3/10/2026 6:00:03"), "24h").questions).toEqual(["dayMonth"]);
  });

  test("other rows settle both", () => {
    expect(read(table("3/10/2026 6:00:03", "3/13/2026 17:00:00")).rows.map((r) => r[0])).toEqual([
      "2026-03-10T06:00:03.000Z",
      "2026-03-13T17:00:00.000Z",
    ]);
  });

  test("lost halves of the day widen to both", () => {
    expect(read(table("3/13/2026 6:00:03"), "12h").rows).toEqual([
      ["2026-03-13T06:00:03.000Z", 1_000_000, 43_200_000_000],
    ]);
  });

  test("a row against the file's order is a reject, not another day", () => {
    expect(read(table("3/13/2026 16:00:03", "13/3/2026 16:00:04"), "mdy").rejects).toEqual([3]);
  });

  test("one odd row does not overrule what was given", () => {
    expect(styleOf(["13/3/2026 16:00:04"], { order: "mdy", hours: "12h" })).toEqual({
      order: "mdy",
      hours: "12h",
    });
  });
});

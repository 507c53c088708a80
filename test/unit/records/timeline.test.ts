// Several sources on one time axis: every record once, in the order of its corrected interval, and none said to be placed
// by a clock that nobody compared.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TimelineRow } from "../../../shared/contract/timeline";
import { parseCsv } from "../../../shared/custody/csv";
import { TestCase } from "./case";

const pad = (n: number): string => String(n).padStart(2, "0");
const clock = (i: number): string => `05:${pad(Math.floor(i / 60))}:${pad(i % 60)}`;
const AUTH = Array.from(
  { length: 1_500 },
  (_, i) =>
    `2026-11-24T${clock(i % 900)}+00:00 host sshd[${i}]: Failed password for root from 192.0.2.${i % 9} port ${40_000 + i} ssh2`,
);
/** The same moments as mail.log writes them with a clock that is 90 s fast. */
const MAIL = Array.from(
  { length: 700 },
  (_, i) =>
    `2026-11-24T${clock(i + 90)}+00:00 mail sshd[${i}]: Accepted password for anna from 198.51.100.${i % 7} port ${50_000 + i} ssh2`,
);
const NAT = ["time,publicIp,portLow,portHigh,insideIp,subscriber,event"].concat(
  Array.from(
    { length: 300 },
    (_, i) =>
      `2026-11-24T${clock(3 * i)}Z,192.0.2.${i % 9},${40_000 + 3 * i},${40_002 + 3 * i},10.0.0.${i % 200},line ${i % 50},start`,
  ),
);

let test: TestCase;
const open = (request: object) => test.run("timeline.open", request);
async function all(request: object): Promise<TimelineRow[]> {
  const { view, rows } = await open(request);
  const out: TimelineRow[] = [];
  for (let from = 0; from < rows; from += 333) {
    const page = await test.run("timeline.page", { view, from, to: Math.min(rows, from + 333) });
    expect(page.rows).toHaveLength(Math.min(rows, from + 333) - from);
    out.push(...page.rows);
  }
  await test.run("timeline.close", { view });
  return out;
}
const declared = (source: string, declaration: string) =>
  test.run("clock.calibrate", { source, declare: declaration, reason: "seen beside a clock" });

beforeAll(async () => {
  test = await TestCase.create();
  await test.run("evidence.add", { files: [test.file("auth.log", `${AUTH.join("\n")}\n`)], as: "auth" });
  await test.run("evidence.add", { files: [test.file("mail.log", `${MAIL.join("\n")}\n`)], as: "mail" });
  await test.run("evidence.add", {
    files: [test.file("nat.csv", `${NAT.join("\n")}\n`)],
    as: "nat",
    role: "nat",
    format: "csv",
    map: {
      time: "time",
      publicIp: "publicIp",
      portLow: "portLow",
      portHigh: "portHigh",
      insideIp: "insideIp",
      subscriber: "subscriber",
      event: "event",
    },
  });
});
afterAll(() => test.close());

describe("sources whose clocks were not compared", () => {
  it("stand at their recorded times, and every record says so", async () => {
    const { axis, clock, sources } = await open({ sources: ["auth", "mail"] });
    expect({ axis, clock }).toEqual({ axis: "recorded", clock: null });
    expect(sources.map((one) => [one.source, one.clock, one.rows])).toEqual([
      ["auth", "uncalibrated", 1_500],
      ["mail", "uncalibrated", 700],
    ]);
    const rows = await all({ sources: ["auth", "mail"] });
    expect(rows.every((row) => row.placed === "uncalibrated" && row.record.correctedFromUs === null)).toBe(
      true,
    );
    expect(rows.every((row, i) => i === 0 || row.atUs! >= rows[i - 1]!.atUs!)).toBe(true);
  });

  it("hold every record of each once, ties in the order of the sources as named and of the file", async () => {
    for (const sources of [
      ["auth", "mail", "nat"],
      ["nat", "mail", "auth"],
    ]) {
      const rows = await all({ sources });
      const seen = new Set(rows.map((row) => `${row.source} ${row.record.row}`));
      expect(rows).toHaveLength(2_500);
      expect(seen.size).toBe(2_500);
      const place = ({ atUs, source, record }: TimelineRow) => [atUs!, sources.indexOf(source), record.row];
      for (let i = 1; i < rows.length; i++) {
        const [a, b] = [place(rows[i - 1]!), place(rows[i]!)];
        const first = a.findIndex((value, k) => value !== b[k]);
        expect(a[first]!).toBeLessThan(b[first]!);
      }
    }
  });
});

describe("a filter over several sources", () => {
  it("keeps of each what it keeps there, and no record of a source that lacks the field", async () => {
    const rows = await all({ sources: ["auth", "nat"], filter: 'subscriber = "line 7"' });
    expect(rows.map((row) => [row.source, row.record.row])).toEqual(
      Array.from({ length: 6 }, (_, i) => ["nat", 7 + 50 * i]),
    );
    const port = await all({ sources: ["auth", "nat"], filter: "port = 40301" });
    expect(port.map((row) => [row.source, row.record.row]).sort()).toEqual([
      ["auth", 301],
      ["nat", 100],
    ]);
    expect(await all({ sources: ["auth", "nat"], filter: "not subscriber is not null" })).toHaveLength(1_500);
  });

  it("knows the sources by name and role, and says what is wrong by column", async () => {
    expect(
      await all({ sources: ["auth", "mail", "nat"], filter: "source in mail, nat and role = server" }),
    ).toHaveLength(700);
    await expect(open({ sources: ["auth", "mail"], filter: "source = maul" })).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("column 10"),
      mend: expect.stringContaining('"mail"'),
    });
    await expect(open({ sources: ["auth", "auth"] })).rejects.toMatchObject({ code: "usage" });
    await expect(open({ sources: ["auth", "web"] })).rejects.toMatchObject({ code: "usage" });
  });
});

describe("calibrated sources", () => {
  beforeAll(async () => {
    await declared("mail", "+90 s +/- 0.5 s");
    await declared("auth", "-10 s +/- 0.25 s");
  });

  it("stand at their corrected times on true time, those of the third source where they were recorded", async () => {
    const { axis, sources } = await open({ sources: ["auth", "mail", "nat"], clock: null });
    expect(axis).toBe("true-time");
    expect(sources.map((one) => one.clock)).toEqual(["calibrated", "calibrated", "uncalibrated"]);
    const rows = await all({ sources: ["auth", "mail", "nat"], clock: null });
    expect(rows.every((row, i) => i === 0 || row.atUs! >= rows[i - 1]!.atUs!)).toBe(true);
    for (const { source, placed, record, atUs } of rows) {
      const offset = source === "mail" ? 90e6 : source === "auth" ? -10e6 : 0;
      expect(placed).toBe(offset === 0 ? "uncalibrated" : "calibrated");
      if (offset === 0) continue;
      expect(record.correctedFromUs!).toBeLessThanOrEqual(record.timeUs! - offset);
      expect(record.correctedToUs!).toBeGreaterThan(record.timeUs! - offset);
      expect(atUs).toBe(Math.floor((record.correctedFromUs! + record.correctedToUs!) / 2));
    }
  });

  it("lead by themselves to the clock that most of them are compared with", async () => {
    // Against true time both declarations lead there, and to a NAT whose clock is taken for true time as well.
    const both = await open({ sources: ["auth", "mail"] });
    expect(both.axis).toBe("true-time");
    const three = await open({ sources: ["auth", "mail", "nat"] });
    expect([three.axis, three.clock]).toEqual(["source", "nat"]);
    expect(three.sources.map((one) => one.clock)).toEqual(["calibrated", "calibrated", "reference"]);
    const rows = await all({ sources: ["auth", "mail", "nat"] });
    const nat = rows.filter((row) => row.source === "nat");
    expect(
      nat.every((row) => row.placed === "reference" && row.record.correctedFromUs === row.record.timeUs),
    ).toBe(true);
  });

  it("are cut to a stretch of the axis, located by record and by time, and counted over it", async () => {
    const question = { sources: ["auth", "mail", "nat"] };
    const rows = await all(question);
    const fromUs = rows[700]!.atUs!;
    const toUs = rows[1_400]!.atUs!;
    const cut = await all({ ...question, fromUs, toUs });
    const within = rows.filter((row) => row.atUs! >= fromUs && row.atUs! < toUs);
    expect(cut).toEqual(within);
    const { view, rows: count } = await open(question);
    const one = rows[1_234]!;
    expect(await test.run("timeline.locate", { view, source: one.source, row: one.record.row })).toEqual({
      position: 1_234,
    });
    const first = rows.findIndex((row) => row.atUs! >= toUs);
    expect(await test.run("timeline.locate", { view, timeUs: toUs })).toEqual({ position: first });
    expect(await test.run("timeline.locate", { view, source: "web", row: 0 })).toEqual({ position: null });
    const { counts, untimed } = await test.run("timeline.histogram", { view, buckets: 60 });
    expect(counts.reduce((a, b) => a + b, 0) + untimed).toBe(count);
  });

  it("are exported whole and in order, as an act that names the calibrations", async () => {
    const out = join(test.folder, "axis.csv");
    const columns = ["axis", "placed", "source", "line", "time", "address", "port"].map((id) => ({
      id,
      title: id,
    }));
    const question = { sources: ["mail", "nat"], filter: "row < 200" };
    const done = await test.run("timeline.export", { ...question, columns, out });
    const content = readFileSync(out);
    expect(done.sha256).toBe(createHash("sha256").update(content).digest("hex"));
    const [head, ...lines] = parseCsv(content.toString("utf8"));
    expect(head).toEqual(columns.map((one) => one.id));
    const rows = await all(question);
    expect(lines.map((line) => [line[2], line[3]])).toEqual(
      rows.map((row) => [row.source, String(row.record.line)]),
    );
    expect(lines.find((line) => line[2] === "mail")!.slice(0, 2)).toEqual([
      expect.stringMatching(/^2026-11-24 .+Z ±\d/),
      "calibrated",
    ]);
    const acts = (await test.run("custody.ledger", { from: 0, to: 100 })).acts;
    const act = acts.find((one) => one.seq === done.act)!;
    expect(act.action).toBe("timeline.export");
    const { calibrations } = act.parameters as { calibrations: string[] };
    expect(calibrations).toEqual([expect.stringMatching(/^c\d+$/), "reference"]);
    expect(JSON.stringify(act)).not.toContain("axis.csv");
  });

  it("are gone for another connection and after too many others", async () => {
    const { view } = await open({ sources: ["auth", "mail"] });
    await expect(
      test.run("timeline.page", { view, from: 0, to: 1 }, { connection: "other" }),
    ).rejects.toMatchObject({ code: "view-gone" });
    for (let i = 0; i < 8; i++) await open({ sources: ["auth"] });
    await expect(test.run("timeline.page", { view, from: 0, to: 1 })).rejects.toMatchObject({
      code: "view-gone",
    });
  });
});

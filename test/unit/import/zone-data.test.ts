// Zone data of a conversion stands in the ledger, and a replay reads times by it, whatever the machine's tzdata says.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ZoneData, zoneDataOf, zoneRuleOf } from "../../../electron/engine/import/zone-data";
import { civilToUs, HOUR } from "../../../shared/time/civil";
import { ZoneClock } from "../../../shared/time/zone-clock";
import { TestCase } from "../records/case";

let test: TestCase;
beforeAll(async () => {
  test = await TestCase.create();
});
afterAll(() => test.close());

const LINES = [
  "2026-03-28 12:00:00 H=(x) [203.0.113.7]:49152 Warning: a",
  "2026-10-25 02:30:00 H=(x) [203.0.113.7]:49153 Warning: b",
  "",
].join("\n");

const outputs = (): { zoneData: ZoneData | null }[] =>
  readFileSync(join(test.path, "custody.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { action: string; outputs: { zoneData: ZoneData | null } })
    .filter((act) => act.action === "evidence.add")
    .map((act) => act.outputs);

describe("zone data", () => {
  it("is in the ledger with its version and the changes of the clocks around the records", async () => {
    const path = test.file("main.log", LINES);
    await test.run("evidence.add", { files: [path], as: "mail", format: "exim", zone: "Europe/Berlin" });
    const data = outputs()[0]!.zoneData!;
    expect(data.tzdata).toBe(process.versions.tz);
    expect(data.zone).toBe("Europe/Berlin");
    const summer = data.stretches.find(([from]) => from === civilToUs(2026, 3, 29, 1));
    expect(summer).toEqual([civilToUs(2026, 3, 29, 1), civilToUs(2026, 10, 25, 1), 2 * HOUR]);
  });

  it("is not there where an offset was given", async () => {
    const path = test.file("fixed.log", LINES);
    await test.run("evidence.add", { files: [path], as: "fixed", format: "exim", zone: "+01:00" });
    expect(outputs()[1]!.zoneData).toBeNull();
  });

  it("is what a replay converts with, and what it gives again", () => {
    const first = civilToUs(2026, 6, 1);
    const rule = zoneRuleOf("Europe/Berlin", undefined)!;
    const fresh = zoneDataOf(rule, [{ first, last: first }], undefined)!;
    // As if another release of the data had moved the summer's offset.
    const other: ZoneData = {
      ...fresh,
      tzdata: "1999z",
      stretches: fresh.stretches.map(([from, to, offset]) => [from, to, offset + HOUR]),
    };
    const recorded = { zoneData: other };
    const replayed = zoneRuleOf("Europe/Berlin", recorded)!;
    const noon = civilToUs(2026, 6, 1, 12);
    expect(new ZoneClock(rule).resolve(noon).us).toBe(noon - 2 * HOUR);
    expect(new ZoneClock(replayed).resolve(noon).us).toBe(noon - 3 * HOUR);
    expect(zoneDataOf(replayed, [{ first, last: first }], recorded)).toEqual(other);
  });

  it("leaves a rebuild without differences", async () => {
    const { differences } = await test.run("case.rebuild", { case: test.path });
    expect(differences).toEqual([]);
  });
});

// A log that passes the same time twice, since its writer's clock was set back, and logs that only look like it.
import { describe, expect, it } from "vitest";
import { setBackSentence, setBacks } from "../../../shared/attribution/set-back";
import { EngineCase } from "../nat/engine";

const SECOND = 1_000_000;
const EVERY = 30 * SECOND;
const N = 200;

const found = (times: readonly number[]) => {
  const at = Float64Array.from(times, (t) => t * SECOND);
  return setBacks({ earliestUs: at, latestUs: at }).map(({ at: i, from, to }) => [
    i,
    Math.round(from / SECOND),
    Math.round(to / SECOND),
  ]);
};
/** Second i of a log with a record every half minute. */
const even = (from: number, n: number): number[] =>
  Array.from({ length: n }, (_, i) => from + (i * EVERY) / SECOND);

describe("a log's own time that goes back", () => {
  it("is passed twice between where it was set to and where it had come", () => {
    expect(found([...even(0, N), ...even(4_000, N)])).toEqual([[N, 4_000, 5_970]]);
  });

  it("is found as often as it was set", () => {
    const twice = [...even(0, 100), ...even(2_000, 100), ...even(4_600, 100)];
    expect(found(twice)).toEqual([
      [100, 2_000, 2_970],
      [200, 4_600, 4_970],
    ]);
  });

  it("is not what records show that come late or in no order", () => {
    expect(found(even(0, N).map((t, i) => t - (i % 10 === 9 ? 500 : 0)))).toEqual([]);
    expect(found(even(0, N).map((_, i) => ((i * 83) % N) * 30))).toEqual([]);
    expect(found(even(0, N).reverse())).toEqual([]);
    // Two devices under one name, one of them five minutes slow, line by line.
    expect(found(even(0, N).map((t, i) => t - (i % 2) * 300))).toEqual([]);
  });

  it("is not what two parts in the wrong order show, which do not overlap", () => {
    expect(found([...even(6_000, N), ...even(0, N)])).toEqual([]);
  });

  it("is nothing less than a minute", () => {
    expect(found([...even(0, N), ...even(5_940, N)])).toEqual([]);
  });

  it("is said in words", () => {
    expect(setBackSentence("nat", 1)).toContain("passes a stretch of time twice");
  });
});

describe("an event in a stretch that the operator's log passes twice", () => {
  /** Tenants of one block, six minutes each, by a clock that is set back half an hour after the twelfth. */
  const records = (back: number): string => {
    const lines = ["time,event,ip,low,high,inside"];
    const stamp = (s: number) => new Date(Date.UTC(2026, 4, 5, 10) + s * 1_000).toISOString();
    for (let k = 0; k < 24; k++) {
      const at = (s: number) => stamp(k < 12 ? s : s - back);
      lines.push(`${at(k * 360)},create,203.0.113.9,2048,2111,10.0.0.${k + 1}`);
      lines.push(`${at(k * 360 + 350)},delete,203.0.113.9,2048,2111,10.0.0.${k + 1}`);
    }
    return lines.join("\n");
  };
  const answers = async (nat: string) => {
    const engine = await EngineCase.create();
    try {
      const lines = ["10:05:30", "11:02:30"].map((t) => `2026-05-05T${t}Z,203.0.113.9,2050`);
      await engine.add(
        "web",
        { "web.csv": `time,ip,port\n${lines.join("\n")}\n` },
        { role: "server", format: "csv", map: { time: "time", srcIp: "ip", srcPort: "port" } },
      );
      const map = { time: "time", event: "event", publicIp: "ip", portLow: "low", portHigh: "high" };
      await engine.add(
        "nat",
        { "nat.csv": nat },
        { role: "nat", format: "csv", map: { ...map, insideIp: "inside" } },
      );
      await engine.run("clock.calibrate", { source: "web", declare: "0 s +/- 1 s", reason: "NTP" });
      return (await engine.attribute("web", "nat")).map((r) => [r.verdict, r.insideIp]);
    } finally {
      await engine.close();
    }
  };

  it("is never unique, though only the first passage's tenant covers it", async () => {
    expect(await answers(records(0))).toEqual([
      ["unique", "10.0.0.1"],
      ["unique", "10.0.0.11"],
    ]);
    const back = await answers(records(1_800));
    expect(back[0]).toEqual(["unique", "10.0.0.1"]);
    expect(back[1]![0]).not.toBe("unique");
  });
});

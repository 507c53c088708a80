// A border moved by hand can only take trust away: it widens what an event's interval may be and never moves it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Calibration } from "../../../shared/clock/calibration";
import { offsetAt } from "../../../shared/clock/calibration";
import { correctedIntervals } from "../../../shared/clock/correct";
import { checkNarrowing, narrow } from "../../../shared/clock/narrow";
import { EngineCase } from "../nat/engine";

const H = 3_600_000_000;
const two: Calibration = {
  id: "c7",
  source: "web",
  against: "cgn",
  method: "connections",
  pairs: 400,
  segments: [
    {
      fromUs: 0,
      toUs: 10 * H,
      fromLine: 1,
      toLine: 1000,
      offsetUs: 37_000_000,
      skewPpm: 20,
      uncertaintyUs: 300_000,
      guardUs: 500_000,
    },
    {
      fromUs: 11 * H,
      toUs: 20 * H,
      fromLine: 1001,
      toLine: 2000,
      offsetUs: 90_000_000,
      skewPpm: -10,
      uncertaintyUs: 300_000,
      guardUs: 500_000,
    },
  ],
  confidence: 40,
  zoneFaultUs: null,
  validFromUs: -H,
  validToUs: 21 * H,
  statement: "",
};
const event = (timeUs: number, line: number | null) => ({
  timeUs,
  precisionUs: 1_000_000,
  slackUs: 0,
  timeMeans: 1,
  durationUs: null,
  line,
  writes: "truncates" as const,
});
const hull = (c: Calibration, t: number, line: number | null) => {
  const { pieces } = correctedIntervals(c, event(t, line));
  return {
    from: Math.min(...pieces.map((p) => p.fromUs)),
    to: Math.max(...pieces.map((p) => p.toUs)),
    pieces,
  };
};
const cut = narrow(two, { segment: 0, fromUs: 0, toUs: 8 * H, fromLine: 1, toLine: 800 });

describe("a border moved inwards", () => {
  it("leaves the line of offset where it was", () => {
    for (const t of [0, 3 * H, 8 * H])
      expect(Math.abs(offsetAt(cut.segments[0]!, t) - offsetAt(two.segments[0]!, t))).toBeLessThanOrEqual(1);
  });

  it("contains every interval that was claimed before, by line and by time", () => {
    for (const line of [true, false])
      for (let t = 0; t <= 20 * H; t += H / 7) {
        const at = line ? Math.round((t / (20 * H)) * 1999) + 1 : null;
        const before = hull(two, t, at);
        const after = hull(cut, t, at);
        expect(after.from).toBeLessThanOrEqual(before.from + 1);
        expect(after.to).toBeGreaterThanOrEqual(before.to - 1);
      }
  });

  it("lets either clock count between the borders", () => {
    expect(hull(two, 9 * H, 900).pieces.map((p) => p.segment)).toEqual([0]);
    expect(hull(cut, 9 * H, 900).pieces.map((p) => p.segment)).toEqual([0, 1]);
    expect(hull(cut, 9 * H, null).pieces.map((p) => p.segment)).toEqual([0, 1]);
  });

  it("claims nothing beyond an outer end", () => {
    const late = narrow(two, { segment: 1, fromUs: 11 * H, toUs: 18 * H, fromLine: 1001, toLine: 1800 });
    expect(correctedIntervals(late, event(19 * H, 1900)).status).toBe("outside");
    expect(correctedIntervals(late, event(17 * H, 1700)).status).toBe("ok");
  });

  it("is refused outwards, where no record shows the clock", () => {
    expect(() => checkNarrowing(two, { segment: 0, fromUs: 0, toUs: 10.5 * H })).toThrow(
      /none shows the clock/,
    );
    expect(() => checkNarrowing(two, { segment: 2, fromUs: 0, toUs: H })).toThrow(/no segment 3/);
    expect(() => checkNarrowing(two, { segment: 0, fromUs: H, toUs: H })).toThrow(/Nothing of the segment/);
  });
});

describe("as an act", () => {
  const T0 = 1_772_704_800;
  const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();
  let world: EngineCase;
  beforeAll(async () => {
    world = await EngineCase.create();
    const lines = Array.from(
      { length: 40 },
      (_, i) => `${iso(T0 + 60 * i + 37)},203.0.113.50,${5000 + i},tcp`,
    );
    await world.add(
      "web",
      { "web.csv": ["time,ip,port,protocol", ...lines].join("\n") },
      {
        role: "server",
        format: "csv",
        map: { time: "time", srcIp: "ip", srcPort: "port", protocol: "protocol" },
      },
    );
  });
  afterAll(() => world.close());

  it("needs a reason, is previewed and accepted, says so in its statement, and is undone alone", async () => {
    const pairs = [
      "recorded,reference,uncertaintyUs",
      ...Array.from({ length: 12 }, (_, i) => `${iso(T0 + 180 * i + 37)},${iso(T0 + 180 * i)},200000`),
    ].join("\n");
    const base = await world.run("clock.calibrate", { source: "web", pairs: { csv: pairs, name: "p.csv" } });
    const [segment] = base.segments;
    const asked = { id: base.id, segment: 1, fromUs: segment!.fromUs, toUs: segment!.toUs - 300_000_000 };
    await expect(world.run("clock.calibrate", { source: "web", narrow: asked })).rejects.toThrow(/reason/);
    const shown = await world.run("clock.calibrate", {
      source: "web",
      narrow: asked,
      reason: "reboot",
      preview: true,
    });
    expect(shown.statement).toContain(`segment 1 of ${base.id}`);
    const done = await world.run("clock.calibrate", { source: "web", narrow: asked, reason: "reboot" });
    expect(done.segments[0]).toMatchObject({ fromUs: asked.fromUs, toUs: asked.toUs });
    expect(done.validToUs).toBe(asked.toUs);
    const points = await world.run("clock.residuals", { source: "web", id: done.id });
    expect(points.total).toBe(12);
    const latest = async () =>
      (await world.run("evidence.sources", {})).find((one) => one.name === "web")?.clock?.id;
    expect(await latest()).toBe(done.id);
    await world.run("clock.undo", { id: done.id });
    expect(await latest()).toBe(base.id);
  });
});

// Calibrations as acts, through the engine: what is declared, given as pairs, undone and rebuilt is what history, the
// residuals and attribution see.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EngineCase } from "../nat/engine";

/** 2026-03-05T10:00:00Z, in seconds. */
const T0 = 1_772_704_800;
const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();
/** The server is fast by this, seconds. */
const FAST = 37;
const LINES = 40;

const log = [
  "time,ip,port,protocol",
  ...Array.from({ length: LINES }, (_, i) => `${iso(T0 + 60 * i + FAST)},203.0.113.50,${5000 + i},tcp`),
].join("\n");
/** Reference times truncated to the second like the log's, a spread of a fifth of a second in what was noted. */
const pairs = [
  "recorded,reference,uncertaintyUs",
  ...Array.from({ length: 12 }, (_, i) => `${iso(T0 + 180 * i + FAST)},${iso(T0 + 180 * i)},${200_000}`),
].join("\n");

let world: EngineCase;
beforeAll(async () => {
  world = await EngineCase.create();
  await world.add(
    "web",
    { "web.csv": log },
    {
      role: "server",
      format: "csv",
      map: { time: "time", srcIp: "ip", srcPort: "port", protocol: "protocol" },
    },
  );
});
afterAll(() => world.close());

describe("calibrations as acts", () => {
  let declared = "";
  let paired = "";

  it("keeps a declared offset as it was declared, with its half-width as a bound", async () => {
    const c = await world.run("clock.calibrate", {
      source: "web",
      declare: "+37 s +/- 0.3 s",
      reason: "speaking clock",
    });
    declared = c.id;
    expect(c.segments[0]).toMatchObject({ offsetUs: 37_000_000, uncertaintyUs: 300_000, guardUs: 300_000 });
    expect(c.statement).toContain("web's clock is 37.0 s fast");
  });

  it("refuses a declaration without a reason", async () => {
    await expect(world.run("clock.calibrate", { source: "web", declare: "+37 s +/- 0.3 s" })).rejects.toThrow(
      /reason/,
    );
  });

  it("fits pairs: the truth lies in what is stated, and no finer than the pairs are", async () => {
    const c = await world.run("clock.calibrate", { source: "web", pairs: { csv: pairs, name: "pairs.csv" } });
    paired = c.id;
    expect(c.method).toBe("pairs");
    expect(c.pairs).toBe(12);
    const [s] = c.segments;
    expect(Math.abs(s!.offsetUs - FAST * 1e6)).toBeLessThanOrEqual(s!.uncertaintyUs);
    expect(s!.guardUs).toBeGreaterThanOrEqual(s!.uncertaintyUs);
  });

  it("draws every pair with the offsets that it allows", async () => {
    const { total, points } = await world.run("clock.residuals", { source: "web", id: paired });
    expect(total).toBe(12);
    for (const p of points) {
      expect(p.used).toBe(true);
      expect(p.lowUs!).toBeLessThanOrEqual(FAST * 1e6);
      expect(p.highUs!).toBeGreaterThanOrEqual(FAST * 1e6);
    }
  });

  it("counts a preview among what was tried, and does not use it", async () => {
    const c = await world.run("clock.calibrate", {
      source: "web",
      declare: "+5 s +/- 1 s",
      reason: "what if",
      preview: true,
    });
    const history = await world.run("clock.history", { source: "web" });
    expect(history.map((h) => [h.calibration.id, h.state])).toEqual([
      [declared, "accepted"],
      [paired, "accepted"],
      [c.id, "preview"],
    ]);
  });

  it("undoes one calibration alone, once", async () => {
    await world.run("clock.undo", { id: paired, reason: "wrong watch" });
    await expect(world.run("clock.undo", { id: paired })).rejects.toThrow(/undone, not accepted/);
    const states = (await world.run("clock.history", {})).map((h) => h.state);
    expect(states).toEqual(["accepted", "undone", "preview"]);
  });

  it("comes out of a rebuild as it went in", async () => {
    const before = await world.run("clock.history", {});
    const rebuilt = await world.run("case.rebuild", {});
    expect(rebuilt.differences).toEqual([]);
    expect(await world.run("clock.history", {})).toEqual(before);
  });
});

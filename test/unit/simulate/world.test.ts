import { describe, expect, it } from "vitest";
import { build, buildWorld } from "../../simulate/build";
import { demoShape, demoWorld } from "../../simulate/demo";
import { scenarioShape } from "../../simulate/scenarios";
import { apacheTime, bsdTime, calendar, isoTime } from "../../simulate/time";

describe("a simulated world", () => {
  it("is the same for the same seed and another for another", () => {
    const [a, b, c] = [demoWorld(1), demoWorld(1), demoWorld(2)];
    expect(a.files.map((f) => f.content)).toEqual(b.files.map((f) => f.content));
    expect(a.files[0]!.content).not.toBe(c.files[0]!.content);
  });

  it("holds one truth a server line, and no two holders of a port at once", () => {
    const world = demoWorld(3);
    const lines = world.files[0]!.content.split("\n").filter((l) => l !== "");
    expect(world.truth.map((t) => t.line)).toEqual(lines.map((_, i) => i + 1));
    const { network } = build(demoShape(3), 3);
    const last = new Map<string, number>();
    for (const b of network.bindings) {
      const key = `${b.address}:${b.portLow}`;
      expect(b.from).toBeGreaterThan(last.get(key) ?? Number.NEGATIVE_INFINITY);
      last.set(key, b.to);
    }
  });

  it("lets every related event fall in its own binding at true time", () => {
    const { network, events } = build(scenarioShape("sessions", 2), 2);
    for (const e of events) {
      const b = network.bindings[e.binding]!;
      expect(e.trueSeconds).toBeGreaterThanOrEqual(b.from);
      expect(e.trueSeconds).toBeLessThan(b.to);
    }
  });

  it("has no connection in common where it is meant to have none", () => {
    const world = buildWorld(scenarioShape("unrelated-blocks", 1), 1);
    expect(world.truth.every((t) => t.insideIp === null)).toBe(true);
  });

  it("shows a backward step as one recorded time twice, in the order of lines", () => {
    const { events } = build(
      { ...scenarioShape("step", 1), clock: { offset: 0, steps: [{ at: 0.5, by: -95 }] } },
      1,
    );
    expect(events.some((e, i) => i > 0 && e.us < events[i - 1]!.us - 30e6)).toBe(true);
  });
});

describe("times as software writes them", () => {
  const us = Date.UTC(2026, 1, 9, 5, 4, 3) * 1000 + 6_007;
  it("follows each format", () => {
    expect(apacheTime(us)).toBe("09/Feb/2026:05:04:03 +0000");
    expect(apacheTime(us, -12_600)).toBe("09/Feb/2026:01:34:03 -0330");
    expect(bsdTime(us)).toBe("Feb  9 05:04:03");
    expect(isoTime(us, 6, 0, "Z")).toBe("2026-02-09T05:04:03.006007Z");
  });

  it("agrees with the platform's calendar over four centuries", () => {
    for (let day = -80_000; day < 80_000; day += 97) {
      const date = new Date(day * 86_400_000);
      const c = calendar(day * 86_400e6);
      expect([c.year, c.month, c.day]).toEqual([
        date.getUTCFullYear(),
        date.getUTCMonth() + 1,
        date.getUTCDate(),
      ]);
    }
  });
});

import { describe, expect, it } from "vitest";
import { calibrateByConnections } from "../../../shared/clock/by-connections";
import { type Calibration, offsetAt } from "../../../shared/clock/calibration";
import { correctedIntervals, segmentsFor } from "../../../shared/clock/correct";
import { searchOffset } from "../../../shared/clock/search";
import { type Built, build, type Event } from "../../simulate/build";
import { scenarioShape } from "../../simulate/scenarios";
import { forFit, forSearch, natPrecision } from "../../validate/gather";

function calibrated(
  scenario: string,
  seed: number,
): { world: Built; calibration: Calibration; folds: readonly Calibration[] | null } {
  const shape = scenarioShape(scenario, seed);
  const world = build(shape, seed);
  const natPrecisionUs = natPrecision(shape.natFormat);
  const search = searchOffset(forSearch(world, natPrecisionUs));
  const near = forFit(world, natPrecisionUs, search);
  const result = calibrateByConnections(near, search, {
    source: "web",
    against: "cgn",
    lines: true,
    method: "blocks",
  });
  return { world, ...result };
}

const recorded = (e: Event) => ({
  timeUs: e.us,
  precisionUs: e.precisionUs,
  slackUs: 0,
  timeMeans: 1,
  durationUs: null,
  writes: "truncates" as const,
});

/** The worst distance of truth from what attribution would use, in guards: at most 1 where the guard holds. */
function worst(world: Built, c: Calibration): number {
  let most = 0;
  for (const [i, e] of world.events.entries()) {
    const event = { ...recorded(e), line: i + 1 };
    // Near a change several segments are used: the truth has to be in one of them.
    const best = Math.min(
      ...segmentsFor(c, event).map(
        (k) => Math.abs(offsetAt(c.segments[k]!, e.us) - e.offset * 1e6) / c.segments[k]!.guardUs,
      ),
    );
    most = Math.max(most, best);
  }
  return most;
}

describe("a clock fitted by shared connections", () => {
  it.each(["blocks", "zone", "lossy-blocks"])("holds the true offset in its guard: %s", (scenario) => {
    const { world, calibration, folds } = calibrated(scenario, 5);
    expect(calibration.segments).toHaveLength(1);
    expect(worst(world, calibration)).toBeLessThan(1);
    for (const fold of folds!) expect(worst(world, fold)).toBeLessThan(1);
  });

  it("finds a step, and holds every line on either side of it", () => {
    const { world, calibration } = calibrated("step", 3);
    expect(calibration.segments).toHaveLength(2);
    expect(worst(world, calibration)).toBeLessThan(1);
    const [before, after] = calibration.segments;
    expect(before!.toLine!).toBeLessThan(after!.fromLine!);
  });

  it("leaves lines without a time that do not follow the clock: a wrong one before its first synchronisation", () => {
    const { world, calibration, folds } = calibrated("boot", 4);
    const late = world.events[world.events.length - 1]!.offset;
    const wrong = world.events.flatMap((e, i) => (Math.abs(e.offset - late) > 60 ? [i] : []));
    expect(wrong.length).toBeGreaterThan(50);
    const status = (c: Calibration, i: number): string =>
      correctedIntervals(c, { ...recorded(world.events[i]!), line: i + 1 }).status;
    for (const c of [calibration, ...folds!]) {
      expect(wrong.filter((i) => status(c, i) !== "outside")).toEqual([]);
      expect(status(c, 400)).toBe("ok");
    }
    expect(calibration.statement).toMatch(/lines 1 to \d+ \(.*\), are not shown to follow this clock/);
  });

  it("leaves a file's first lines without a time where no mapping lies near them", () => {
    const { calibration } = calibrated("boot", 30_001);
    expect(calibration.unsettled![0]).toEqual({ fromLine: 1, toLine: 52, fromUs: null, toUs: null });
    expect(calibration.statement).toContain("lines 1 to 52, are not shown to follow this clock");
  });

  it("leaves a dozen first lines without a time that chance puts into mappings under the clock of the rest", () => {
    const [head] = calibrated("boot", 70_004).calibration.unsettled!;
    expect(head!.fromLine).toBe(1);
    expect(head!.toLine).toBeGreaterThanOrEqual(12);
  });

  it("finds no such lines where the clock is one clock", () => {
    expect(calibrated("lossy-sessions", 5).calibration.unsettled).toBeUndefined();
  });

  it("names a wrong zone in quarter-hours", () => {
    const shape = scenarioShape("zone", 5);
    const { calibration } = calibrated("zone", 5);
    expect(calibration.zoneFaultUs).toBe(shape.clock.zone! * 1e6);
    expect(calibration.statement).toContain("zone fault");
  });

  it.each(["unrelated-blocks", "unrelated-sessions"])(
    "refuses logs that share addresses and ports but no connections: %s",
    (scenario) => {
      for (const seed of [1]) {
        const { calibration, folds } = calibrated(scenario, seed);
        expect(calibration.segments).toEqual([]);
        expect(calibration.reason).toMatch(/no connections in common|unrelated/);
        expect(folds).toBeNull();
      }
    },
  );

  it("says the sign convention and the numbers in words", () => {
    const { calibration } = calibrated("blocks", 2);
    expect(calibration.statement).toContain("source's clock minus the reference clock");
    expect(calibration.statement).toMatch(
      /^web's clock is [\d,.]+ s (fast|slow) against cgn's, to within [\d.]+ s \(95 %\)/,
    );
  });

  it("leaves each fold's events out of the fit that corrects them", () => {
    const shape = scenarioShape("blocks", 7);
    const world = build(shape, 7);
    const search = searchOffset(forSearch(world, natPrecision(shape.natFormat)));
    const base = forFit(world, natPrecision(shape.natFormat), search);
    // Fold 0's events are all moved by ten minutes: the fit without fold 0 must not notice.
    const moved = {
      ...base,
      loUs: base.loUs.map((t, i) => (base.fold[i] === 0 ? t + 600e6 : t)),
      hiUs: base.hiUs.map((t, i) => (base.fold[i] === 0 ? t + 600e6 : t)),
    };
    const names = { source: "web", against: "cgn", lines: true, method: "blocks" } as const;
    const clean = calibrateByConnections(base, search, names).folds![0]!;
    const dirty = calibrateByConnections(moved, search, names).folds![0]!;
    expect(dirty.segments[0]!.offsetUs).toBe(clean.segments[0]!.offsetUs);
  });
});

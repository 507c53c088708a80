import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build, Program } from "./program";

interface Demo {
  readonly ok: boolean;
  readonly counts: Record<string, number>;
  readonly truth: {
    unique: number;
    only: number;
    wrong: number;
    ambiguous: number;
    ambiguousWithTruth: number;
  };
  readonly calibration: { segments: { offsetUs: number; guardUs: number }[]; trueOffsetUs: number };
  readonly exhibit: { path: string; verified: boolean; standalone: number };
}

const program = new Program();
beforeAll(() => build());
afterAll(() => program.remove());

describe("the demo", () => {
  it.each([1, 20_261_124, 4_000_000_007])(
    "of world %d names nobody wrongly and ends with an exhibit that verifies",
    (seed) => {
      const demo = program.json<Demo>(["demo", program.path(`world-${seed}`), "--seed", String(seed)]);
      expect(demo.ok).toBe(true);
      expect(demo.truth.wrong).toBe(0);
      expect(demo.truth.unique).toBeGreaterThan(1_000);
      expect(demo.truth.ambiguousWithTruth).toBe(demo.truth.ambiguous);
      expect(demo.truth.unique).toBe(demo.counts.unique);
      const middle = demo.calibration.segments[Math.floor(demo.calibration.segments.length / 2)]!;
      expect(Math.abs(middle.offsetUs - demo.calibration.trueOffsetUs)).toBeLessThanOrEqual(middle.guardUs);
      expect(demo.exhibit).toMatchObject({ verified: true, standalone: 0 });
      expect(existsSync(demo.exhibit.path)).toBe(true);
    },
  );

  it("keeps its key to itself: the user's folder is not touched", () => {
    program.ok(["demo", program.path("own-key")]);
    expect(existsSync(program.home)).toBe(false);
    expect(existsSync(program.path("own-key", "home"))).toBe(true);
  });

  it("does not write into a folder that holds something", () => {
    mkdirSync(program.path("full"));
    writeFileSync(program.path("full", "notes.txt"), "keep me");
    const done = program.run(["demo", program.path("full")]);
    expect(done.status).toBe(2);
    expect(done.stderr).toContain("not empty");
  });
});

// Which lines of a file a calibration says nothing of: those at its ends and beside a clock that was set, as far as chance
// might explain that they fit.
import { describe, expect, it } from "vitest";
import type { Connections } from "../../../shared/clock/connections";
import type { Fit } from "../../../shared/clock/estimate";
import { unsettledLines } from "../../../shared/clock/unsettled";

const SECOND = 1_000_000;
const N = 400;
const EVERY = 20 * SECOND;
const HELD = 900 * SECOND;

/** Events every twenty seconds, each in the middle of its hold; `late` shifts an event's recorded time, `misses` takes its hold away. */
function connections(late: (i: number) => number, misses: (i: number) => boolean): Connections {
  const at = Float64Array.from({ length: N }, (_, i) => i * EVERY + late(i));
  const starts = Float64Array.from(at, (t, i) => (misses(i) ? t + 1_800 * SECOND : t - HELD / 2));
  return {
    n: N,
    timeUs: at,
    loUs: at,
    hiUs: at.map((t) => t + SECOND),
    line: Float64Array.from({ length: N }, (_, i) => i + 1),
    fold: new Uint8Array(N),
    channel: Int32Array.from({ length: N }, (_, i) => i),
    first: Int32Array.from({ length: N + 1 }, (_, i) => i),
    startUs: starts,
    endUs: starts.map((t) => t + HELD),
    exact: new Uint8Array(N).fill(1),
    precisionUs: SECOND,
    natPrecisionUs: SECOND,
  };
}

/** A calibration without offset, over everything, of a log in which two thirds of all moments fit by chance. */
const fit: Fit = {
  events: N,
  segments: [
    {
      from: 0,
      to: N,
      estimator: "containment",
      share: 1,
      chance: 0.66,
      holdUs: Number.POSITIVE_INFINITY,
      stretch: { from: 0, to: N, at: 0, offset: 0, slope: 0 } as never,
      fromLine: 1,
      toLine: N,
      segment: {
        fromUs: 0,
        toUs: N * EVERY,
        fromLine: 1,
        toLine: N,
        offsetUs: 0,
        skewPpm: 0,
        uncertaintyUs: SECOND / 2,
        guardUs: 5 * SECOND,
      },
    },
  ],
};
const runs = (late: (i: number) => number, misses: (i: number) => boolean) =>
  unsettledLines(connections(late, misses), fit).map(({ fromLine, toLine }) => [fromLine, toLine]);
const never = () => false;
const nowhere = () => 0;

describe("lines that a calibration says nothing of", () => {
  it("are none where every line fits and time runs evenly", () => {
    expect(runs(nowhere, never)).toEqual([]);
  });
  it("are a few lines under another clock before it was set back, though most of them fit by chance", () => {
    const [head, ...rest] = runs(
      (i) => (i < 12 ? 3_835 * SECOND : 0),
      (i) => i < 12 && i % 3 === 2,
    );
    expect(rest).toEqual([]);
    expect(head![0]).toBe(1);
    expect(head![1]).toBeGreaterThanOrEqual(12);
    expect(head![1]).toBeLessThan(60);
  });
  it("are those before it was set ahead, even where all of them fit by chance", () => {
    const [head, ...rest] = runs((i) => (i < 6 ? -1_400 * SECOND : 0), never);
    expect(rest).toEqual([]);
    expect(head![0]).toBe(1);
    expect(head![1]).toBeGreaterThanOrEqual(6);
  });
  it("are those at the end under another clock", () => {
    const [tail, ...rest] = runs((i) => (i >= N - 5 ? -1_000 * SECOND : 0), never);
    expect(rest).toEqual([]);
    expect(tail![0]).toBeLessThanOrEqual(N - 4);
    expect(tail![1]).toBeNull();
  });
  it("are those of an excursion that time comes back from, and no others", () => {
    const [run, ...rest] = runs((i) => (i >= 200 && i < 208 ? 1_500 * SECOND : 0), never);
    expect(rest).toEqual([]);
    expect(run![0]).toBeLessThanOrEqual(201);
    expect(run![0]).toBeGreaterThan(150);
    expect(run![1]).toBeGreaterThanOrEqual(208);
    expect(run![1]).toBeLessThan(260);
  });
  it("are those of a machine that was woken with a slow clock, before it was set ahead", () => {
    // Half an hour without lines, eight lines half an hour slow, and then the right time: it only ever goes ahead.
    const woken = (i: number) => (i < 200 ? 0 : i < 208 ? SECOND : 1_800 * SECOND);
    const [run, ...rest] = runs(woken, never);
    expect(rest).toEqual([]);
    expect(run![0]).toBeLessThanOrEqual(201);
    expect(run![0]).toBeGreaterThan(150);
    expect(run![1]).toBe(208);
  });
  it("are many where every moment of a port is held, so that no line that fits shows the clock", () => {
    const woken = connections((i) => (i < 200 ? 0 : i < 208 ? SECOND : 1_800 * SECOND), never);
    const held = { ...fit, segments: fit.segments.map((s) => ({ ...s, chance: 0.99 })) };
    expect(unsettledLines(woken, held).map(({ fromLine, toLine }) => [fromLine, toLine])).toEqual([
      [109, 208],
    ]);
  });
  it("are none before a quiet time as long as others", () => {
    const visits = runs((i) => Math.floor(i / 10) * 600 * SECOND, never);
    // But at the file's start, of which nothing was seen before.
    expect(visits.filter(([from]) => from !== 1)).toEqual([]);
  });
  it("are none in an export that has the newest first, or no order", () => {
    expect(runs((i) => (N - 1 - 2 * i) * EVERY, never)).toEqual([]);
    expect(runs((i) => ((i * 7919) % N) * EVERY - i * EVERY, never)).toEqual([]);
    // Several lines a second: each step back is small.
    expect(runs((i) => -i * EVERY - i * SECOND, never)).toEqual([]);
  });
  it("are not those of a request that was written long after it began", () => {
    expect(runs((i) => (i === 200 ? -300 * SECOND : 0), never)).toEqual([]);
  });
});

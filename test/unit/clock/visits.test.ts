// One subscriber with most of a stretch's lines, a scanner: its connections enter and leave a hold together, so that they
// are one observation. Counted as many, they outvote everybody with whomever held the same block at some other time.
import { describe, expect, it } from "vitest";
import type { Connections } from "../../../shared/clock/connections";
import { searchOffset } from "../../../shared/clock/search";
import { visitWeights } from "../../../shared/clock/vote";

const SECOND = 1_000_000;
const HOUR = 3_600 * SECOND;

/** Visitors every 40 s over ten hours, each in the middle of a quarter-hour's hold; in the third hour a scanner, every 5 s. */
function connections(scanned: boolean): Connections {
  const events: { at: number; channel: number; holds: [number, number][] }[] = [];
  for (let i = 0; i < 900; i++) {
    const at = i * 40 * SECOND;
    const start = at - ((i * 0.618) % 1) * 900 * SECOND;
    events.push({ at, channel: i, holds: [[start, start + 900 * SECOND]] });
  }
  // It had the block for three hours; another has it, hours later, for ten minutes out of a quiet time.
  const own: [number, number] = [HOUR, 4 * HOUR];
  const others: [number, number] = [9.4 * HOUR, 9.6 * HOUR];
  for (let i = 0; scanned && i < 110; i++)
    events.push({ at: 2 * HOUR + i * 5 * SECOND, channel: 5_000, holds: [own, others] });
  events.sort((a, b) => a.at - b.at);
  const n = events.length;
  const first = [0];
  for (const e of events) first.push(first[first.length - 1]! + e.holds.length);
  const timeUs = Float64Array.from(events, (e) => e.at);
  return {
    n,
    timeUs,
    loUs: timeUs,
    hiUs: timeUs.map((t) => t + SECOND),
    line: Float64Array.from({ length: n }, (_, i) => i + 1),
    fold: new Uint8Array(n),
    channel: Int32Array.from(events, (e) => e.channel),
    first: Int32Array.from(first),
    startUs: Float64Array.from(events.flatMap((e) => e.holds.map((h) => h[0]))),
    endUs: Float64Array.from(events.flatMap((e) => e.holds.map((h) => h[1]))),
    exact: new Uint8Array(first[n]!).fill(1),
    precisionUs: SECOND,
    natPrecisionUs: SECOND,
  };
}

describe("a scanner among the connections", () => {
  it("counts as one visit, however many lines it leaves", () => {
    const c = connections(true);
    const weight = visitWeights(c);
    const sum = (channel: (k: number) => boolean) =>
      weight.reduce((s, w, i) => s + (channel(c.channel[i]!) ? w : 0), 0);
    expect(sum((k) => k === 5_000)).toBeCloseTo(1);
    expect(sum((k) => k !== 5_000)).toBeCloseTo(900);
  });

  it("gives the clock no step", () => {
    for (const scanned of [false, true]) {
      const found = searchOffset(connections(scanned));
      expect(found.accepted).toBe(true);
      expect(found.stretches).toHaveLength(1);
      expect(Math.abs(found.stretches[0]!.levelUs)).toBeLessThan(60 * SECOND);
    }
  });
});

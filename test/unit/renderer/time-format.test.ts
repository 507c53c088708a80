// Times, offsets and intervals as they are shown.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  around,
  digitsOf,
  durationText,
  halfWidth,
  offsetWords,
  timeText,
  zoneOffsetUs,
} from "../../../renderer/signs/time-format";

const MICRO = 1_000_000;
const at = (iso: string) => Date.parse(iso) * 1000;

describe("a time as shown", () => {
  it("carries its zone and the digits that were written", () => {
    expect(timeText(at("2026-03-21T17:41:45Z"), 0, "UTC")).toBe("2026-03-21 17:41:45Z");
    expect(timeText(at("2026-03-21T17:41:45.120Z"), 3, "UTC")).toBe("2026-03-21 17:41:45.120Z");
    expect(timeText(at("2026-03-21T17:41:45Z"), 0, "Europe/Berlin")).toBe("2026-03-21 18:41:45+01:00");
    expect(timeText(at("2026-07-01T00:30:00Z"), 0, "Europe/Berlin")).toBe("2026-07-01 02:30:00+02:00");
  });
  it("shows both offsets of a repeated hour", () => {
    expect(timeText(at("2026-10-25T00:30:00Z"), 0, "Europe/Berlin")).toBe("2026-10-25 02:30:00+02:00");
    expect(timeText(at("2026-10-25T01:30:00Z"), 0, "Europe/Berlin")).toBe("2026-10-25 02:30:00+01:00");
  });
  it("is never later than the recorded one: it is cut, not rounded", () => {
    expect(timeText(at("2026-12-31T23:59:59Z") + 999_999, 0, "UTC")).toBe("2026-12-31 23:59:59Z");
  });
  it("agrees with the calendar on every day of four centuries", () => {
    fc.assert(
      fc.property(fc.integer({ min: -6_000_000_000, max: 12_000_000_000 }), (second) => {
        const iso = new Date(second * 1000).toISOString();
        expect(timeText(second * MICRO, 0, "UTC")).toBe(`${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`);
      }),
      { seed: 4, numRuns: 2000 },
    );
  });
  it("has as many digits as its precision tells apart", () => {
    expect([1_000_000, 100_000, 1_000, 100, 1, null].map(digitsOf)).toEqual([0, 1, 3, 4, 6, 0]);
  });
  it("knows zones of minutes", () => {
    expect(zoneOffsetUs(at("2026-01-01T00:00:00Z"), "Asia/Kathmandu")).toBe(20_700 * MICRO);
  });
});

describe("an interval as middle and half-width", () => {
  it("is contained in the figures that are printed", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_700_000_000_000_000, max: 1_800_000_000_000_000 }),
        fc.integer({ min: 1, max: 200_000_000_000 }),
        (from, width) => {
          const { middleUs, halfUs, digits } = around(from, from + width);
          const grain = 10 ** (6 - digits);
          expect(middleUs - halfUs).toBeLessThanOrEqual(from);
          expect(middleUs + halfUs).toBeGreaterThanOrEqual(from + width);
          expect(middleUs % grain).toBe(0);
          expect(halfUs % grain).toBe(0);
        },
      ),
      { seed: 9, numRuns: 3000 },
    );
  });
  it("is stated with two figures of the half-width", () => {
    expect(around(0, 2_100_000)).toEqual({ middleUs: 1_100_000, halfUs: 1_100_000, digits: 1 });
  });
});

describe("an offset in words", () => {
  it("keeps its sign and its unit", () => {
    expect(offsetWords(37_420_000)).toBe("+37.42 s");
    expect(offsetWords(-5_020_000)).toBe("-5.02 s");
    expect(offsetWords(0)).toBe("+0.00 s");
    expect(offsetWords(120)).toBe("+0.000120 s");
    expect(offsetWords(3_637_420_000)).toBe("+1 h 00 min 37.42 s");
  });
  it("states a half-width that is never smaller than the true one", () => {
    expect(halfWidth(310_000)).toBe("±0.31 s");
    expect(halfWidth(311_000)).toBe("±0.32 s");
    expect(halfWidth(20)).toBe("±0.000020 s");
  });
  it("states a silence by its two largest units", () => {
    expect(durationText(40_800_000_000)).toBe("11 h 20 min");
    expect(durationText(4_100_000)).toBe("4.1 s");
  });
});

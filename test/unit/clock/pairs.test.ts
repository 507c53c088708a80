import { describe, expect, it } from "vitest";
import { calibrateByDeclaration, parseDeclaration } from "../../../shared/clock/declared";
import { envelope } from "../../../shared/clock/envelope";
import { parseNtp } from "../../../shared/clock/ntp";
import { calibrateByPairs, type Pair, type PairZone, parsePairs } from "../../../shared/clock/pairs";
import { Random } from "../../simulate/random";

const UTC = { resolve: (wallUs: number) => wallUs };
const NONE = { resolve: () => null };
const read = (csv: string, zone: PairZone = UTC): Pair[] => parsePairs(csv, "pairs.csv", zone, "truncates");

describe("pairs given by the analyst", () => {
  it("takes the precision of the digits written", () => {
    const [p] = read("2026-11-24T05:34:12Z,2026-11-24T05:33:34.580+00:00\n");
    // recorded in [12, 13), reference in [34.580, 34.581): offset between 37.419 and 38.420 s
    expect([p!.lowUs, p!.highUs]).toEqual([37_419_000, 38_420_000]);
  });

  it("widens by a stated uncertainty, and reads notes, headers and CRLF", () => {
    const [p] = read(
      "recorded,reference,uncertaintyUs,note\r\n2026-11-24T05:34:12Z,2026-11-24T05:33:34Z,500000,phone\r\n",
    );
    expect(p!.highUs - p!.lowUs).toBe(3_000_000);
  });

  it("refuses a recorded time without a zone where the source has none, and names the line", () => {
    expect(() => read("2026-11-24T05:34:12,2026-11-24T05:33:34Z", NONE)).toThrow(/line 1.*no UTC offset/);
    expect(() => read("2026-11-24T05:34:12Z,2026-11-24T05:33:34")).toThrow(
      /reference time has no UTC offset/,
    );
  });

  const clock = (n: number, offset: number, ppm: number, seed: number, noise = 0): Pair[] => {
    const random = new Random(seed);
    const t0 = 1_793_577_600;
    return Array.from({ length: n }, (_, i) => {
      const at = t0 + (i * 86_400) / n + random.between(0, 60);
      const reading = at + offset + (ppm / 1e6) * (at - t0) + noise * random.normal();
      const recordedUs = Math.floor(reading) * 1e6;
      return {
        recordedUs,
        lowUs: Math.round(recordedUs - at * 1e6),
        highUs: Math.round(recordedUs + 1e6 - at * 1e6),
      };
    });
  };

  it("recovers offset and skew within what it states", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const c = calibrateByPairs(clock(40, 37.42, 25, seed), "web", "pairs");
      const s = c.segments[0]!;
      const truth = (37.42 + (25e-6 * ((s.fromUs + s.toUs) / 2 / 1e6 - 1_793_577_600)) / (1 + 25e-6)) * 1e6;
      expect(Math.abs(s.offsetUs - truth)).toBeLessThanOrEqual(s.guardUs + 1_000);
      expect(s.uncertaintyUs).toBeLessThan(500_000);
    }
  });

  it("keeps one pair as wide as its precision", () => {
    const s = calibrateByPairs(clock(1, 10, 0, 1), "web", "pairs").segments[0]!;
    expect(s.guardUs).toBe(500_000);
  });

  it("splits at a step", () => {
    const before = clock(12, 5, 0, 3);
    const after = clock(12, -90, 0, 4).map((p) => ({ ...p, recordedUs: p.recordedUs + 90_000e6 }));
    expect(calibrateByPairs([...before, ...after], "web", "pairs").segments).toHaveLength(2);
  });

  it("refuses pairs that scatter over minutes", () => {
    const c = calibrateByPairs(clock(30, 0, 0, 9, 120), "web", "pairs");
    expect(c.segments).toEqual([]);
    expect(c.reason).toMatch(/do not agree/);
  });
});

describe("a declared offset", () => {
  it("is read with its sign and unit", () => {
    expect(parseDeclaration("+37.42 s +/- 0.3 s")).toEqual({ offsetUs: 37_420_000, uncertaintyUs: 300_000 });
    expect(parseDeclaration("-3 h +/- 2 min")).toEqual({
      offsetUs: -10_800_000_000,
      uncertaintyUs: 120_000_000,
    });
    expect(() => parseDeclaration("about a minute")).toThrow(/no declared offset/);
    expect(() => parseDeclaration("+1 s +/- 0 s")).toThrow(/no declared offset/);
  });

  it("never yields unique where it contradicts the evidence", () => {
    const computed = calibrateByPairs([{ recordedUs: 0, lowUs: 9e6, highUs: 10e6 }], "web", "pairs");
    const span = { fromUs: 0, toUs: 1 };
    expect(
      calibrateByDeclaration({ offsetUs: 60e6, uncertaintyUs: 1e5 }, "web", span, computed).neverUnique,
    ).toBe(true);
    expect(
      calibrateByDeclaration({ offsetUs: 9.5e6, uncertaintyUs: 1e5 }, "web", span, computed).neverUnique,
    ).toBeUndefined();
  });
});

describe("NTP statistics", () => {
  it("counts a fast clock positive in every format", () => {
    const fast = (text: string): number => {
      const [p] = parseNtp(text, "stats");
      return (p!.lowUs + p!.highUs) / 2;
    };
    expect(
      fast("2026-11-02 10:00:00 192.0.2.1 2 -3.5 0.07 2.0e-03 N 2 2.9e-05 -2.0e-07 1.5e-02 3.4e-04 8.3e-03"),
    ).toBeCloseTo(2_000, -1);
    expect(
      fast("2026-11-02 10:00:00 192.0.2.1 6.2e-03 2.0e-03 2.2e-03 1.8e-06 1.0e-06 2.7e-02 8 0 5 0.00"),
    ).toBeCloseTo(2_000, -1);
    expect(
      fast(
        "2026-11-02 10:00:00 192.0.2.1 N 2 111 111 1111 10 10 1.0 -2.0e-03 2.2e-01 1.5e-05 1.6e-01 7.4e-03 CB00717B 4B D K",
      ),
    ).toBeCloseTo(2_000, -1);
    expect(fast("61346 36000.0 -0.002 13.7 0.00035 0.013 6")).toBeCloseTo(2_000, -1);
    expect(fast("61346 36000.0 192.0.2.1 9614 -0.002 0.02 0.001 0.0003")).toBeCloseTo(2_000, -1);
  });

  it("reads the Modified Julian Day", () => {
    expect(parseNtp("61346 36000.0 0.0 13.7 0.00035 0.013 6", "loopstats")[0]!.recordedUs).toBe(
      Date.UTC(2026, 10, 2, 10) * 1000,
    );
  });

  it("says what it expected of another file", () => {
    expect(() => parseNtp("hello\n", "x.log")).toThrow(/x.log holds no line/);
  });
});

describe("two clocks in one record", () => {
  it("reads the offset from the envelope, not from the mean of a one-sided delay", () => {
    const random = new Random(4);
    const records = Array.from({ length: 2_000 }, (_, i) => {
      const at = 1_793_577_600e6 + i * 10e6;
      const received = at + 20_000 + random.exponential(0.4) * 1e6;
      const timeUs = Math.floor(at + 5e6);
      return { timeUs, differenceUs: Math.round(timeUs - received), precisionUs: 1 };
    });
    const s = calibrateByPairs(envelope(records), "nat", "self").segments[0]!;
    expect(Math.abs(s.offsetUs - 5e6)).toBeLessThan(100_000);
    expect(Math.abs(s.offsetUs - 5e6)).toBeLessThanOrEqual(s.guardUs);
  });
});

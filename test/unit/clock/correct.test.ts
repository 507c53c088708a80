import { describe, expect, it } from "vitest";
import type { Calibration } from "../../../shared/clock/calibration";
import { chain, invert } from "../../../shared/clock/chain";
import {
  correctedIntervals,
  correctMany,
  guardAt,
  type RecordedEvent,
  recordedInterval,
} from "../../../shared/clock/correct";
import { FOLDS, foldOf } from "../../../shared/clock/folds";

const S = 1_000_000;
const event = (over: Partial<RecordedEvent> = {}): RecordedEvent => ({
  timeUs: 1_000 * S,
  precisionUs: S,
  slackUs: 0,
  timeMeans: 1,
  durationUs: null,
  line: 50,
  writes: "truncates",
  ...over,
});

const calibration = (over: Partial<Calibration> = {}): Calibration => ({
  id: "c1",
  source: "web",
  against: "cgn",
  method: "blocks",
  pairs: 10,
  segments: [
    {
      fromUs: 0,
      toUs: 2_000 * S,
      fromLine: 1,
      toLine: 100,
      offsetUs: 10 * S,
      skewPpm: 0,
      uncertaintyUs: S / 2,
      guardUs: S,
    },
  ],
  confidence: 20,
  zoneFaultUs: 0,
  validFromUs: -1_000 * S,
  validToUs: 3_000 * S,
  statement: "",
  ...over,
});

describe("a recorded time", () => {
  it("of a truncating writer means [t, t + p), of a rounding one half either side", () => {
    expect(recordedInterval(event())).toEqual({ fromUs: 1_000 * S, toUs: 1_001 * S });
    expect(recordedInterval(event({ writes: "rounds" }))).toEqual({ fromUs: 999.5 * S, toUs: 1_000.5 * S });
  });

  it("logged at the end reaches back by its duration, or by a stated assumption", () => {
    expect(recordedInterval(event({ timeMeans: 3, durationUs: 7 * S })).fromUs).toBe(993 * S);
    expect(recordedInterval(event({ timeMeans: 3 })).fromUs).toBe(970 * S);
  });

  it("written of a client that may have been gone reaches back as far as it may have been", () => {
    const written = (durationUs: number | null) =>
      recordedInterval(event({ timeMeans: 4, durationUs })).fromUs;
    expect(written(null)).toBe(998 * S);
    expect(written(S / 2)).toBe(998 * S);
    expect(written(300 * S)).toBe(700 * S);
  });
  it("is corrected by subtracting the offset, with the guard on both sides", () => {
    expect(correctedIntervals(calibration(), event()).pieces).toEqual([
      { fromUs: 989 * S, toUs: 992 * S, segment: 0 },
    ]);
  });

  it("is outside where no calibration reaches", () => {
    expect(correctedIntervals(calibration(), event({ timeUs: 3_001 * S })).status).toBe("outside");
    expect(correctedIntervals(calibration({ segments: [] }), event()).status).toBe("outside");
  });

  it("is guarded more widely beyond the fitted span", () => {
    const [s] = calibration().segments;
    expect(guardAt(s!, 2_000 * S)).toBe(S);
    expect(guardAt(s!, 3_000 * S)).toBeGreaterThan(S);
  });
});

describe("near a change of offset", () => {
  const two = calibration({
    segments: [
      {
        fromUs: 0,
        toUs: 1_000 * S,
        fromLine: 1,
        toLine: 49,
        offsetUs: 0,
        skewPpm: 0,
        uncertaintyUs: S,
        guardUs: S,
      },
      {
        fromUs: 905 * S,
        toUs: 2_000 * S,
        fromLine: 52,
        toLine: 100,
        offsetUs: -95 * S,
        skewPpm: 0,
        uncertaintyUs: S,
        guardUs: S,
      },
    ],
  });

  it("a backward step shows one recorded time twice, and the line decides", () => {
    expect(
      correctedIntervals(two, event({ timeUs: 950 * S, line: 40 })).pieces.map((p) => p.segment),
    ).toEqual([0]);
    expect(
      correctedIntervals(two, event({ timeUs: 950 * S, line: 60 })).pieces.map((p) => p.segment),
    ).toEqual([1]);
  });

  it("between the last line certainly before and the first certainly after, both hold", () => {
    expect(
      correctedIntervals(two, event({ timeUs: 950 * S, line: 50 })).pieces.map((p) => p.segment),
    ).toEqual([0, 1]);
  });

  it("without a line both hold", () => {
    expect(
      correctedIntervals(two, event({ timeUs: 950 * S, line: null })).pieces.map((p) => p.segment),
    ).toEqual([0, 1]);
  });
});

describe("folds", () => {
  it("spread lines evenly", () => {
    const counts = new Array<number>(FOLDS).fill(0);
    for (let line = 1; line <= 8_000; line++) counts[foldOf(line)]!++;
    for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(200);
  });

  it("correct each event by the fit that did not see it", () => {
    const line = 50;
    const folds = Array.from({ length: FOLDS }, (_, k) =>
      calibration({ segments: [{ ...calibration().segments[0]!, offsetUs: k * 100 * S }] }),
    );
    const one = new Float64Array(1);
    const columns = {
      timeUs: one.map(() => 1_000 * S),
      precisionUs: one.map(() => S),
      slackUs: one,
      timeMeans: one.map(() => 1),
      durationUs: one.map(() => Number.NaN),
      line: one.map(() => line),
      writes: "truncates" as const,
    };
    const out = correctMany({ seq: 1, id: "c1", full: calibration(), folds }, columns);
    expect(out.fromUs[0]).toBe(1_000 * S - foldOf(line) * 100 * S - S);
  });
});

describe("chains", () => {
  const stored = (c: Calibration) => ({ seq: 1, id: c.id, full: c, folds: null });

  it("a link and its inverse cancel, with both uncertainties kept", () => {
    const a = stored(calibration());
    const back = chain(a, invert(a)).full.segments[0]!;
    expect(back.offsetUs).toBe(0);
    expect(back.uncertaintyUs).toBe(S);
    expect(back.guardUs).toBeGreaterThanOrEqual(2 * S);
  });

  it("offsets of the links add", () => {
    const b = calibration({
      id: "c2",
      source: "cgn",
      against: null,
      segments: [
        {
          fromUs: -100 * S,
          toUs: 3_000 * S,
          fromLine: null,
          toLine: null,
          offsetUs: 3 * S,
          skewPpm: 10,
          uncertaintyUs: S,
          guardUs: S,
        },
      ],
    });
    const s = chain(stored(calibration()), stored(b)).full.segments[0]!;
    expect(Math.abs(s.offsetUs - 13 * S)).toBeLessThan(0.02 * S);
    expect(s.skewPpm).toBe(10);
  });
});

// A NAT log that speaks of minutes only, an operator's extract, against hours of a server's log. What lies outside it can
// neither fit nor fail to; taken for misses of chance, it makes every offset that moves the server's lines into the extract
// look like the truth, stretch by stretch.
import { describe, expect, it } from "vitest";
import { calibrateByConnections } from "../../../shared/clock/by-connections";
import type { Connections } from "../../../shared/clock/connections";
import { searchOffset } from "../../../shared/clock/search";

const SECOND = 1_000_000;
const LOG = 4 * 3_600;
const FROM = 2 * 3_600;
const LONG = 900;
const HELD = 60;
const N = 2_000;
/** Holds that the extract has of each port. */
const HOLDS = 6;

/** Evenly spread without order, in [0, 1). */
const spread = (i: number, by: number): number => (i * by) % 1;

/**
 * `shared`: lines of the extract's time are connections of the NAT, made soon after one of the holds began, by a server
 * that is `late` seconds fast; the others, or all, are of no hold.
 */
function connections(shared: boolean, late: number, window: boolean): Connections {
  const at = Array.from({ length: N }, (_, i) => (i * LOG) / N);
  const start = at.flatMap((t, i) => {
    const holds = Array.from({ length: HOLDS }, (_, k) => {
      const within = shared && k === 0 && t >= FROM && t < FROM + LONG;
      return within
        ? t - 4 * spread(i, 0.618) - 0.2
        : FROM + (LONG - HELD) * spread(i * HOLDS + k, 0.7548776662);
    });
    return holds.sort((a, b) => a - b);
  });
  const timeUs = Float64Array.from(at, (t) => Math.round((t + late) * SECOND));
  return {
    n: N,
    timeUs,
    loUs: timeUs,
    hiUs: timeUs.map((t) => t + SECOND),
    line: Float64Array.from({ length: N }, (_, i) => i + 1),
    fold: Uint8Array.from({ length: N }, (_, i) => i % 4),
    channel: Int32Array.from({ length: N }, (_, i) => i),
    first: Int32Array.from({ length: N + 1 }, (_, i) => i * HOLDS),
    startUs: Float64Array.from(start, (s) => s * SECOND),
    endUs: Float64Array.from(start, (s) => (s + HELD) * SECOND),
    exact: new Uint8Array(N * HOLDS).fill(1),
    ...(window ? { speaks: { fromUs: FROM * SECOND, toUs: (FROM + LONG) * SECOND } } : {}),
    precisionUs: SECOND,
    natPrecisionUs: SECOND,
  };
}
const names = { source: "web", against: "nat", lines: true, method: "connections" } as const;

describe("a server's log against an extract of minutes", () => {
  it("is refused where they have no connection in common", () => {
    const found = searchOffset(connections(false, 0, true));
    expect(found.accepted).toBe(false);
  });

  it("gives the clock of the lines that it speaks of, and of no others", () => {
    const c = connections(true, 37, true);
    const { calibration } = calibrateByConnections(c, searchOffset(c), names);
    expect(calibration.segments).toHaveLength(1);
    const [segment] = calibration.segments;
    expect(Math.abs(segment!.offsetUs - 37 * SECOND)).toBeLessThanOrEqual(segment!.guardUs);
    expect(segment!.fromLine).toBeGreaterThan((N * FROM) / LOG - 10);
    expect(segment!.toLine).toBeLessThan((N * (FROM + LONG)) / LOG + 10);
    expect(Math.abs(segment!.skewPpm)).toBeLessThanOrEqual(1_000);
  });

  it("would give the other lines clocks of their own, were silence outside the window a miss", () => {
    const c = connections(true, 37, false);
    const { calibration } = calibrateByConnections(c, searchOffset(c), names);
    const wrong = calibration.segments.filter((s) => Math.abs(s.offsetUs - 37 * SECOND) > s.guardUs);
    expect(wrong.length).toBeGreaterThan(0);
  });
});

// What a court reads of a clock: the printed interval holds the computed one, and shows no digit that it cannot support.
import { describe, expect, it } from "vitest";
import { seconds, segmentSentence, within } from "../../../shared/clock/statement";
import { Random } from "../../simulate/random";

const plain = (text: string): number => Number(text.replaceAll(",", ""));

describe("the figures of a clock's statement", () => {
  it("contain the computed interval, whatever its size", () => {
    const random = new Random(7);
    for (let i = 0; i < 2_000; i++) {
      const width = Math.ceil(10 ** random.between(3, 9.5));
      const offset = Math.round(random.sign() * 10 ** random.between(0, 10.9));
      const middle = 1e6 * plain(seconds(offset, width));
      const half = 1e6 * plain(within(width, offset));
      expect(middle - half, `${offset} ${width}`).toBeLessThanOrEqual(offset - width + 1);
      expect(middle + half, `${offset} ${width}`).toBeGreaterThanOrEqual(offset + width - 1);
    }
  });

  it("carry one digit of the half-width, two where the first is 1 or 2", () => {
    expect(seconds(92_978_612, 59_400)).toBe("92.98");
    expect(within(59_400)).toBe("0.06");
    expect(seconds(92_978_612, 12_300)).toBe("92.979");
    expect(within(12_300)).toBe("0.013");
    expect(seconds(3_692_978_612, 412_000)).toBe("3,693.0");
  });

  it("say whose clock is fast, where, and how its rate goes on", () => {
    const text = segmentSentence(
      {
        fromUs: 1_772_704_800_000_000,
        toUs: 1_772_791_200_000_000,
        fromLine: 1,
        toLine: 4_000,
        offsetUs: -92_978_612,
        skewPpm: -14.2,
        uncertaintyUs: 59_400,
        guardUs: 900_000,
      },
      "web",
      "cgn's",
    );
    expect(text).toContain("web's clock is 92.98 s slow against cgn's, to within 0.07 s (95 %)");
    expect(text).toContain(
      "2026-03-05 10:00:00 to 2026-03-06 10:00:00 by its own clock in UTC, lines 1 to 4,000",
    );
    expect(text).toContain("It loses 1.23 s a day (14.2 ppm)");
  });
});

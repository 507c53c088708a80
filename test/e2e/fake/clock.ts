// The invented world's calibration and the pairs it rests on.
import type { Reply } from "../../../shared/contract/contract";
import { hash, MONTH, START } from "./world";

const SPLIT = START + 0.385 * MONTH;
export const CALIBRATION: Reply<"clock.calibrate"> = {
  id: "c214",
  source: "web-01",
  against: "cgn-muc-2",
  method: "connections",
  pairs: 4_479,
  segments: [
    {
      fromUs: START,
      toUs: Math.round(SPLIT),
      fromLine: 1,
      toLine: 495_000,
      offsetUs: 36_510_000,
      skewPpm: 0.25,
      uncertaintyUs: 310_000,
      guardUs: 550_000,
    },
    {
      fromUs: Math.round(SPLIT) + 40_800_000_000,
      toUs: START + MONTH,
      fromLine: 495_003,
      toLine: 1_284_863,
      offsetUs: 37_420_000,
      skewPpm: 0.16,
      uncertaintyUs: 310_000,
      guardUs: 550_000,
    },
  ],
  confidence: 41.2,
  zoneFaultUs: null,
  validFromUs: START,
  validToUs: START + MONTH,
  statement:
    "From 13 March 10:05:02Z the clock of web-01 ran 37.42 s ahead of cgn-muc-2, to within 0.31 s at 95 %. Before 12 March 22:45:09Z it ran 36.51 s ahead. Between the two no record shows the clock, and events there stay out-of-range.",
};

export function residuals(): Reply<"clock.residuals"> {
  const points = [];
  for (let i = 0; i < 4_479; i++) {
    const share = i / 4_479;
    const segment = CALIBRATION.segments[share < 0.385 ? 0 : 1]!;
    const at =
      segment.fromUs +
      (share < 0.385 ? share / 0.385 : (share - 0.385) / 0.615) * (segment.toUs - segment.fromUs);
    const delay = -Math.log(1 - (hash(i) % 10_000) / 10_001) * 330_000;
    const level = segment.offsetUs + (segment.skewPpm * (at - (segment.fromUs + segment.toUs) / 2)) / 1e6;
    points.push({
      timeUs: Math.round(at),
      lowUs: null,
      highUs: null,
      pointUs: Math.round(level + delay - 60_000),
      line: i + 1,
      used: hash(i * 3) % 40 !== 0,
    });
  }
  return { total: 4_479, points };
}

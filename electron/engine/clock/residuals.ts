// The picture of a calibration: for each pair the offsets that it allows at its recorded time, and whether the line stated
// passes through them. Recomputed from the evidence on demand; nothing of it is stored.
import type { Calibration } from "../../../shared/clock/calibration";
import { offsetAt } from "../../../shared/clock/calibration";
import { segmentsFor } from "../../../shared/clock/correct";
import type { Stretch } from "../../../shared/clock/search";
import { ProductError } from "../../../shared/errors";
import type { OpenCase } from "../case/open-case";
import { sourceByName } from "../catalogue";
import type { CalibrationBody } from "./accepted";
import type { CalibrateParameters } from "./act";
import { gatherForFit } from "./gather";
import { selfPoints } from "./self";

export interface ResidualPoint {
  readonly timeUs: number;
  readonly lowUs: number | null;
  readonly highUs: number | null;
  readonly pointUs: number | null;
  readonly line: number;
  readonly used: boolean;
}

/** Points of one calibration: `id`, or the source's latest that has segments. */
export async function residualPoints(
  openCase: OpenCase,
  source: string,
  id: string | undefined,
  against: string | undefined,
  signal: AbortSignal,
): Promise<ResidualPoint[]> {
  const { db } = openCase;
  const server = await sourceByName(db, source);
  const other = against === undefined ? null : await sourceByName(db, against);
  const rows = await db.query(
    "SELECT seq, against, body FROM calibration WHERE source = ? ORDER BY seq DESC",
    [server.n],
  );
  const found = rows.find((row) => {
    const { calibration } = JSON.parse(String(row.body)) as CalibrationBody;
    if (id !== undefined) return calibration.id === id;
    return calibration.segments.length > 0 && (other === null || Number(row.against) === other.n);
  });
  if (!found) {
    if (id === undefined) return [];
    throw new ProductError("usage", `${source} has no calibration ${id}.`, "clock.history lists them.");
  }
  const { calibration } = JSON.parse(String(found.body)) as CalibrationBody;
  const wayOf = (seq: number) =>
    (openCase.ledger()[seq - 1]?.parameters as unknown as CalibrateParameters | undefined)?.way;
  let way = wayOf(Number(found.seq));
  // A moved border rests on what the calibration rested on whose border it was.
  while (way?.kind === "narrow") way = wayOf(way.of);
  if (!way) return [];
  if (way.kind === "pairs" || way.kind === "ntp") {
    return way.pairs.map((p, k) => ({
      timeUs: p.recordedUs,
      lowUs: p.lowUs,
      highUs: p.highUs,
      pointUs: Math.round((p.lowUs + p.highUs) / 2),
      line: k + 1,
      used: passes(calibration, p.recordedUs, null, p.lowUs, p.highUs),
    }));
  }
  if (way.kind === "self") {
    const points = await selfPoints(openCase, server, signal);
    return points.map(({ timeUs, lowUs, pointUs, line }) => ({
      timeUs,
      lowUs,
      highUs: null,
      pointUs,
      line,
      used: true,
    }));
  }
  if (way.kind !== "against" || calibration.segments.length === 0) return [];
  return connectionPoints(openCase, calibration, way.against, signal);
}

const passes = (c: Calibration, t: number, line: number | null, low: number, high: number): boolean =>
  segmentsFor(c, {
    timeUs: t,
    precisionUs: 1,
    slackUs: 0,
    timeMeans: 1,
    durationUs: null,
    line,
    writes: "truncates",
  }).some((k) => {
    const o = offsetAt(c.segments[k]!, t);
    return o > low && o < high;
  });

async function connectionPoints(
  openCase: OpenCase,
  c: Calibration,
  against: string,
  signal: AbortSignal,
): Promise<ResidualPoint[]> {
  const server = await sourceByName(openCase.db, c.source);
  const nat = await sourceByName(openCase.db, against);
  const lines = c.segments.every((s) => s.fromLine !== null);
  const stretches = c.segments.map((s): Stretch => {
    const pivotUs = (s.fromUs + s.toUs) / 2;
    return {
      fromLine: s.fromLine ?? 0,
      toLine: s.toLine ?? 0,
      fromUs: s.fromUs,
      toUs: s.toUs,
      pivotUs,
      levelUs: s.offsetUs,
      slope: s.skewPpm / 1e6,
    };
  });
  const found = await gatherForFit(openCase.db, server, nat, stretches, lines, signal);
  const points: ResidualPoint[] = [];
  for (let i = 0; i < found.n; i++) {
    const t = found.timeUs[i]!;
    const line = lines ? found.line[i]! : null;
    const event = {
      timeUs: t,
      precisionUs: 1,
      slackUs: 0,
      timeMeans: 1,
      durationUs: null,
      line,
      writes: "truncates" as const,
    };
    const [k] = segmentsFor(c, event);
    if (k === undefined) continue;
    const o = offsetAt(c.segments[k]!, t);
    let best: { low: number; high: number; away: number } | null = null;
    for (let j = found.first[i]!; j < found.first[i + 1]!; j++) {
      const low = found.loUs[i]! - found.endUs[j]!;
      const high = found.hiUs[i]! - found.startUs[j]!;
      const away = o < low ? low - o : o > high ? o - high : 0;
      if (best === null || away < best.away) best = { low, high, away };
    }
    if (best === null) continue;
    points.push({
      timeUs: t,
      lowUs: Math.round(best.low),
      highUs: Math.round(best.high),
      pointUs: null,
      line: found.line[i]!,
      used: passes(c, t, line, best.low, best.high),
    });
  }
  return points;
}

/** At most `limit` of them, evenly. */
export function thin<T>(points: readonly T[], limit: number): T[] {
  if (points.length <= limit) return [...points];
  return Array.from({ length: limit }, (_, k) => points[Math.floor((k * points.length) / limit)]!);
}

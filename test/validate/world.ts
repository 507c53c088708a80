// One simulated world through the real program: import, calibration and attribution in an engine of this process, held
// against what the generator knows. Beside it the oracle (the same world with a clock that is right, under the same rules)
// and two baselines that other tools use.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine } from "../../electron/engine/engine";
import { offsetAt } from "../../shared/clock/calibration";
import { segmentsFor } from "../../shared/clock/correct";
import type { AttributionRow } from "../../shared/contract/attribution";
import type { Reply } from "../../shared/contract/contract";
import { type Built, build, buildWorld, type WorldShape } from "../simulate/build";
import type { World } from "../simulate/world";

const EXAMINER = "Validation";
const PAGE = 1_000;

export interface Verdicts {
  readonly events: number;
  readonly unique: number;
  readonly wrongUnique: number;
  readonly only: number;
  readonly wrongOnly: number;
  readonly ambiguous: number;
  readonly none: number;
  readonly outside: number;
}

export interface SegmentOutcome {
  /** Truth stayed within the stated 95 % half-width, and within the guard, over the segment's own lines. */
  readonly covered: boolean;
  readonly guarded: boolean;
  readonly uncertaintyUs: number;
  readonly guardUs: number;
}

export interface Outcome {
  readonly refused: boolean;
  readonly segments: readonly SegmentOutcome[];
  /** Lines whose true offset lay in no guard of a segment that attribution would use for them. */
  readonly unguarded: number;
  readonly ours: Verdicts;
  readonly oracle: Verdicts | null;
  readonly nearest: Baseline;
  readonly median: Baseline;
}

export interface Baseline {
  readonly named: number;
  readonly wrong: number;
}

type Calibration = Reply<"clock.calibrate">;

export async function runWorld(shape: WorldShape, seed: number): Promise<Outcome> {
  const built = build(shape, seed);
  const folder = mkdtempSync(join(tmpdir(), "portwitness-validate-"));
  process.env.PORTWITNESS_HOME = join(folder, "home");
  const engine = new Engine();
  try {
    const world = buildWorld(shape, seed);
    const { calibration, rows } = await throughProgram(engine, join(folder, "world"), world, null);
    const refused = calibration === null || calibration.segments.length === 0;
    const ours = count(rows, world);
    let oracle: Verdicts | null = null;
    if (!refused) {
      const right = buildWorld({ ...shape, clock: { offset: 0 } }, seed);
      const twin = await throughProgram(engine, join(folder, "oracle"), right, "+0 s +/- 0.001 s");
      oracle = count(twin.rows, right);
    }
    return {
      refused,
      segments: refused ? [] : segmentOutcomes(calibration, built, headerLines(shape)),
      unguarded: refused ? 0 : unguarded(calibration, built, headerLines(shape)),
      ours,
      oracle,
      nearest: nearestRecord(built, () => 0),
      median: medianOffset(built),
    };
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const headerLines = (shape: WorldShape): number => (shape.serverFormat.startsWith("csv") ? 1 : 0);

async function throughProgram(
  engine: Engine,
  folder: string,
  world: World,
  declare: string | null,
): Promise<{ calibration: Calibration | null; rows: AttributionRow[] }> {
  const options = { examiner: EXAMINER };
  const casePath = `${folder}.case`;
  await engine.run("case.new", { case: casePath, title: world.scenario, examiner: EXAMINER }, options);
  for (const file of world.files) {
    const path = `${folder}-${file.name}`;
    writeFileSync(path, file.content);
    const { as, role, format, layout, map, zone, year, extent, window } = file.add;
    const given = { as, role, format, layout, map, zone, year, extent, window };
    const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    await engine.run("evidence.add", { case: casePath, files: [path], ...set }, options);
  }
  const way = declare === null ? { against: world.nat } : { declare, reason: "the generator's own clock" };
  const calibration = await engine.run(
    "clock.calibrate",
    { case: casePath, source: world.server, ...way },
    options,
  );
  const run = await engine.run(
    "attribution.run",
    { case: casePath, events: world.server, nat: [world.nat] },
    options,
  );
  const rows: AttributionRow[] = [];
  for (let from = 0; from < run.events; from += PAGE) {
    const page = await engine.run(
      "attribution.page",
      { case: casePath, id: run.id, from, to: Math.min(from + PAGE, run.events) },
      options,
    );
    rows.push(...page.rows);
  }
  await engine.run("case.close", { case: casePath }, options);
  return { calibration, rows };
}

function count(rows: readonly AttributionRow[], world: World): Verdicts {
  const truth = new Map(world.truth.map((t) => [t.line, t]));
  const right = (row: AttributionRow): boolean => {
    const t = truth.get(row.line);
    if (!t) return false;
    if (t.subscriber !== null && row.subscriber !== null) return t.subscriber === row.subscriber;
    return t.insideIp !== null && t.insideIp === row.insideIp;
  };
  const of = (verdict: AttributionRow["verdict"]): AttributionRow[] =>
    rows.filter((row) => row.verdict === verdict);
  return {
    events: rows.length,
    unique: of("unique").length,
    wrongUnique: of("unique").filter((row) => !right(row)).length,
    only: of("only").length,
    wrongOnly: of("only").filter((row) => !right(row)).length,
    ambiguous: of("ambiguous").length,
    none: of("none").length,
    outside: of("out-of-range").length,
  };
}

function segmentOutcomes(calibration: Calibration, built: Built, header: number): SegmentOutcome[] {
  return calibration.segments.map((s) => {
    let worst = 0;
    for (let i = (s.fromLine ?? 1) - 1 - header; i <= (s.toLine ?? 0) - 1 - header; i++) {
      const e = built.events[i];
      if (e) worst = Math.max(worst, Math.abs(offsetAt(s, e.us) - e.offset * 1e6));
    }
    return {
      covered: worst <= s.uncertaintyUs,
      guarded: worst <= s.guardUs,
      uncertaintyUs: s.uncertaintyUs,
      guardUs: s.guardUs,
    };
  });
}

function unguarded(calibration: Calibration, built: Built, header: number): number {
  let lines = 0;
  for (const [i, e] of built.events.entries()) {
    const event = {
      timeUs: e.us,
      precisionUs: e.precisionUs,
      slackUs: 0,
      timeMeans: 1,
      durationUs: null,
      line: i + 1 + header,
      writes: "truncates" as const,
    };
    const held = segmentsFor(calibration, event).some((k) => {
      const s = calibration.segments[k]!;
      return Math.abs(offsetAt(s, e.us) - e.offset * 1e6) <= s.guardUs;
    });
    if (!held) lines++;
  }
  return lines;
}

/** Mappings of one port, by where they start, as an operator's log shows them. */
function startsByPort(built: Built): Map<string, { at: number; subscriber: number }[]> {
  const out = new Map<string, { at: number; subscriber: number }[]>();
  for (const [i, b] of built.network.bindings.entries()) {
    if (built.lost[i]!.start) continue;
    const key = `${b.address}:${b.portLow}`;
    out.set(key, [...(out.get(key) ?? []), { at: b.from * 1e6, subscriber: b.subscriber }]);
  }
  return out;
}

function keyOf(built: Built, address: number, port: number): string {
  const { kind, blockSize } = built.network.shape;
  return `${address}:${kind === "blocks" ? 1024 + Math.floor((port - 1024) / blockSize) * blockSize : port}`;
}

/** The record nearest in time, corrected by an offset: always names somebody. */
function nearestRecord(built: Built, offsetUs: () => number): Baseline {
  const starts = startsByPort(built);
  let named = 0;
  let wrong = 0;
  for (const e of built.events) {
    const list = starts.get(keyOf(built, e.address, e.port)) ?? [];
    const t = e.us - offsetUs();
    let best: { at: number; subscriber: number } | null = null;
    for (const s of list) if (best === null || Math.abs(s.at - t) < Math.abs(best.at - t)) best = s;
    if (best === null) continue;
    named++;
    if (e.binding < 0 || built.network.bindings[e.binding]!.subscriber !== best.subscriber) wrong++;
  }
  return { named, wrong };
}

/** The nearest rival's way: the median difference to the nearest record, from three anchors up, where their MAD is below a minute. */
function medianOffset(built: Built): Baseline {
  const starts = startsByPort(built);
  const anchors: number[] = [];
  for (const e of built.events) {
    const list = starts.get(keyOf(built, e.address, e.port)) ?? [];
    let best: number | null = null;
    for (const s of list) if (best === null || Math.abs(s.at - e.us) < Math.abs(best - e.us)) best = s.at;
    if (best !== null) anchors.push(e.us - best);
  }
  if (anchors.length < 3) return { named: 0, wrong: 0 };
  anchors.sort((a, b) => a - b);
  const middle = anchors[anchors.length >> 1]!;
  const spread = anchors.map((a) => Math.abs(a - middle)).sort((a, b) => a - b)[anchors.length >> 1]!;
  if (spread > 60e6) return { named: 0, wrong: 0 };
  return nearestRecord(built, () => middle);
}

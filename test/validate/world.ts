// One simulated world through the real program: import, calibration and attribution in an engine of this process, held
// against what the generator knows. Beside it the oracle (the same world with a clock that is right, under the same rules)
// and two baselines that other tools use.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "../../electron/engine/engine";
import { offsetAt } from "../../shared/clock/calibration";
import { segmentsFor } from "../../shared/clock/correct";
import { isUnsettled } from "../../shared/clock/unsettled";
import type { AttributionRow } from "../../shared/contract/attribution";
import type { OperationName, Reply } from "../../shared/contract/contract";
import { type Built, build, buildWorld, type WorldShape } from "../simulate/build";
import type { World, WorldFile } from "../simulate/world";
import { type SegmentOutcome, segmentOutcome } from "./clock";

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

export interface Outcome {
  readonly seed: number;
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

/** Takes one world through an engine; `folder` is an empty one, removed afterwards by the caller. */
export async function runWorld(
  engine: Engine,
  folder: string,
  shape: WorldShape,
  seed: number,
): Promise<Outcome> {
  const built = build(shape, seed);
  const world = buildWorld(shape, seed);
  const casePath = join(folder, `${shape.scenario}-${seed}.case`);
  const run: Runner = (name, request) =>
    engine.run(name, { case: casePath, ...request } as never, { examiner: EXAMINER });
  await run("case.new", { title: shape.scenario, examiner: EXAMINER });
  for (const file of world.files) await add(run, folder, file);
  const calibration = await run("clock.calibrate", { source: world.server, against: world.nat });
  const rows = await attribute(run, world.server, world.nat);
  const refused = calibration.segments.length === 0;
  const oracle = refused ? null : await throughOracle(run, folder, shape, seed);
  await run("case.close", {});
  const header = headerLines(shape);
  return {
    seed,
    refused,
    segments: refused
      ? []
      : calibration.segments.map((s) => segmentOutcome(s, calibration.unsettled, built, header)),
    unguarded: refused ? 0 : unguarded(calibration, built, header),
    ours: count(rows, world),
    oracle,
    nearest: nearestRecord(built, () => 0),
    median: medianOffset(built),
  };
}

type Runner = <N extends OperationName>(
  name: N,
  request: Readonly<Record<string, unknown>>,
) => Promise<Reply<N>>;

async function add(run: Runner, folder: string, file: WorldFile): Promise<void> {
  const { as, role, format, layout, map, zone, year, extent, window } = file.add;
  const path = join(folder, `${as}-${file.name}`);
  writeFileSync(path, file.content);
  const given = { as, role, format, layout, map, zone, year, extent, window };
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  await run("evidence.add", { files: [path], ...set });
}

async function attribute(run: Runner, events: string, nat: string): Promise<AttributionRow[]> {
  const found = await run("attribution.run", { events, nat: [nat] });
  const rows: AttributionRow[] = [];
  for (let from = 0; from < found.events; from += PAGE) {
    const to = Math.min(from + PAGE, found.events);
    rows.push(...(await run("attribution.page", { id: found.id, from, to })).rows);
  }
  return rows;
}

/**
 * The same connections with clocks that are right, beside the others in one case and under the same rules: what could be
 * known of them at all. Both clocks are shown to be right by pairs, to ten microseconds.
 */
async function throughOracle(
  run: Runner,
  folder: string,
  shape: WorldShape,
  seed: number,
): Promise<Verdicts> {
  const { natClock, ...rest } = shape;
  const right = buildWorld({ ...rest, clock: { offset: 0 } }, seed, {
    server: "oracle",
    nat: natClock ? "oracle-nat" : "cgn",
  });
  for (const file of right.files) {
    if (file.add.as === "cgn") continue;
    await add(run, folder, file);
  }
  const { from, to } = shape.network;
  const stamp = (share: number): string => new Date((from + share * (to - from)) * 1000).toISOString();
  const pairs = Array.from({ length: 9 }, (_, k) => stamp(k / 8).replace("Z", "00Z"));
  const csv = ["recorded,reference", ...pairs.map((t) => `${t},${t}`)].join("\n");
  await run("clock.calibrate", { source: right.server, pairs: { csv, name: "right.csv" } });
  return count(await attribute(run, right.server, right.nat), right);
}

const headerLines = (shape: WorldShape): number => (shape.serverFormat.startsWith("csv") ? 1 : 0);

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
    if (isUnsettled(calibration.unsettled, event.line, e.us)) continue;
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
    out.set(key, [...(out.get(key) ?? []), { at: built.natTime(b.from) * 1e6, subscriber: b.subscriber }]);
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

// The demonstration: a generated world whose truth is known goes through the same operations as a real case, and what
// came out is compared with the truth. A wrong name in it is a finding (exit 1), not a footnote.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type AttributionRow, VERDICTS } from "../../shared/contract/attribution";
import { ProductError } from "../../shared/errors";
import { demoWorld } from "../../test/simulate/demo";
import type { LineTruth, World } from "../../test/simulate/world";
import type { Io } from "./command";
import { VERDICT_MEANS } from "./commands/attribution";
import { calibrationLines } from "./commands/clock";
import { bytes, count, endpoint, number, pairs, span, table, time, wrap } from "./print";

const EXAMINER = "Demo Examiner";
const PAGE = 1_000;

function demoFolder(given: string | undefined): string {
  if (given === undefined) return mkdtempSync(join(tmpdir(), "portwitness-demo-"));
  const folder = resolve(given);
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0) {
    throw new ProductError(
      "usage",
      `demo: ${folder} is not empty.`,
      "Name a folder that does not exist yet.",
    );
  }
  return folder;
}

export interface Comparison {
  readonly unique: number;
  readonly only: number;
  /** Results of either kind that name another line than the true one. */
  readonly wrong: number;
  /** Ambiguous results, and those of them that list the true line. */
  readonly ambiguous: number;
  readonly ambiguousWithTruth: number;
}

/** Holds each result against what the generator knows. */
export function compare(rows: readonly AttributionRow[], truth: readonly LineTruth[]): Comparison {
  const trueAt = new Map(truth.map((one) => [one.line, one]));
  const isTrue = (line: number, party: { subscriber: string | null; insideIp: string | null }): boolean => {
    const known = trueAt.get(line);
    if (!known) return false;
    return party.subscriber !== null && known.subscriber !== null
      ? party.subscriber === known.subscriber
      : party.insideIp !== null && party.insideIp === known.insideIp;
  };
  const named = rows.filter((row) => row.verdict === "unique" || row.verdict === "only");
  const ambiguous = rows.filter((row) => row.verdict === "ambiguous");
  return {
    unique: named.filter((row) => row.verdict === "unique").length,
    only: named.filter((row) => row.verdict === "only").length,
    wrong: named.filter((row) => !isTrue(row.line, row)).length,
    ambiguous: ambiguous.length,
    ambiguousWithTruth: ambiguous.filter((row) => row.candidates.some((one) => isTrue(row.line, one))).length,
  };
}

export async function runDemo(io: Io): Promise<number> {
  const seed = io.values.number("seed") ?? 1;
  const folder = demoFolder(io.positionals[0]);
  // Read by the engine when it first needs a key: the demo never signs with the user's. A window that opens the case
  // afterwards to go on in it must find the demo examiner's key among its own; it asks for that.
  if (process.env.PORTWITNESS_DEMO_KEYS !== "shared") process.env.PORTWITNESS_HOME = join(folder, "home");
  process.env.PORTWITNESS_EXAMINER = EXAMINER;
  const world = demoWorld(seed);
  const casePath = join(folder, "demo.case");
  await io.line(`A generated world (seed ${seed}) in ${folder}`);

  await io.request("case.new", { case: casePath, title: `Demonstration, world ${seed}`, examiner: EXAMINER });
  const evidence = await addEvidence(io, world, folder, casePath);

  await heading(io, "Clock");
  const calibration = await io.request("clock.calibrate", {
    case: casePath,
    source: world.server,
    against: world.nat,
  });
  for (const line of calibrationLines(calibration)) await io.line(`  ${line}`);
  const middle = calibration.segments[Math.floor(calibration.segments.length / 2)];
  const trueOffset = nearestTruth(world.truth, middle);
  if (middle && trueOffset !== null) {
    await io.line(
      `  The generator's own offset there is ${span(trueOffset, true)}: ${span(Math.abs(middle.offsetUs - trueOffset))} from the estimate.`,
    );
  }

  await heading(io, "Attribution");
  const run = await io.request("attribution.run", { case: casePath, events: world.server, nat: [world.nat] });
  const rows: AttributionRow[] = [];
  for (let from = 0; from < run.events; from += PAGE) {
    const page = await io.request("attribution.page", {
      case: casePath,
      id: run.id,
      from,
      to: Math.min(from + PAGE, run.events),
    });
    rows.push(...page.rows);
  }
  const counted = VERDICTS.map((verdict) => [
    verdict,
    number(run.counts[verdict] ?? 0),
    VERDICT_MEANS[verdict],
  ]);
  for (const line of table(
    [{ title: "VERDICT" }, { title: "EVENTS", right: true }, { title: "MEANS" }],
    counted,
    "  ",
  ))
    await io.line(line);
  const spelled =
    rows.filter((row) => row.verdict === "unique")[Math.floor((run.counts.unique ?? 0) / 2)] ?? rows[0];
  if (spelled) for (const line of spellOut(spelled, world)) await io.line(line);

  await heading(io, "Against the truth");
  const truth = compare(rows, world.truth);
  const verdict =
    truth.wrong === 0
      ? `${number(truth.unique)} unique and ${number(truth.only)} only: 0 wrong.`
      : `${number(truth.wrong)} WRONG of ${number(truth.unique + truth.only)} named.`;
  await io.line(`  ${verdict}`);
  if (truth.ambiguous > 0) {
    await io.line(
      `  ${number(truth.ambiguous)} ambiguous, of which ${number(truth.ambiguousWithTruth)} list the true line among their candidates.`,
    );
  }

  await heading(io, "Exhibit");
  const bag = join(folder, "exhibit");
  const exported = await io.request("exhibit.export", { case: casePath, out: bag });
  // The examiner's own knowledge of the key stands in for the statement that would travel another way.
  const key = (await io.request("key.show", { examiner: EXAMINER }))[0]?.fingerprint ?? "";
  const verified = await io.request("custody.verify", { path: bag, key });
  const alone = spawnSync(process.execPath, [join(bag, "data", "verify.mjs"), bag, "--key", key], {
    encoding: "utf8",
  });
  const said = alone.stdout.trim().split("\n")[0] ?? "";
  const lines: [string, string][] = [
    ["Path", exported.path],
    [
      "Holds",
      `${count(exported.events, "event")}, ${count(exported.mappings, "mapping")}, ${count(exported.files, "file")}, ${bytes(exported.bytes)}`,
    ],
    ["Seal", exported.seal],
    ["verify", verified.ok ? "verified" : `NOT verified: ${verified.problems[0]?.message ?? ""}`],
    [
      "verify.mjs",
      alone.status === 0 ? `exit 0: ${said}` : `exit ${alone.status}: ${said || alone.stderr.trim()}`,
    ],
  ];
  for (const line of pairs(lines)) await io.line(line);
  await io.line();
  const ok = truth.wrong === 0 && verified.ok && alone.status === 0 && calibration.segments.length > 0;
  await io.line(ok ? "The demo is finished and verified." : "The demo FAILED: see above.");
  await io.line("A result names a subscriber line, not a person or a device.");
  await io.value({
    seed,
    folder,
    case: casePath,
    evidence: evidence.map(({ source, sha256, lines, records, rejects }) => ({
      source,
      sha256,
      lines,
      records,
      rejects,
    })),
    calibration: {
      id: calibration.id,
      statement: calibration.statement,
      segments: calibration.segments,
      trueOffsetUs: trueOffset,
    },
    counts: run.counts,
    truth,
    exhibit: { path: exported.path, seal: exported.seal, verified: verified.ok, standalone: alone.status },
    ok,
  });
  return ok ? 0 : 1;
}

async function heading(io: Io, text: string): Promise<void> {
  await io.line();
  await io.line(text);
}

async function addEvidence(io: Io, world: World, folder: string, casePath: string) {
  await heading(io, "Evidence");
  const received = join(folder, "evidence");
  mkdirSync(received);
  const added = [];
  for (const file of world.files) {
    const path = join(received, file.name);
    writeFileSync(path, file.content);
    const { as, role, format, layout, map, zone, year, extent, window } = file.add;
    const reply = await io.request("evidence.add", {
      case: casePath,
      files: [path],
      as,
      role,
      ...(format ? { format } : {}),
      ...(layout ? { layout } : {}),
      ...(map ? { map: { ...map } } : {}),
      ...(zone ? { zone } : {}),
      ...(year ? { year } : {}),
      ...(extent ? { extent } : {}),
      ...(window ? { window } : {}),
    });
    for (const one of reply.files) {
      await io.line(`  ${one.source}: ${path}`);
      await io.line(`    SHA-256 ${one.sha256}`);
      await io.line(
        `    ${one.format}: ${count(one.lines, "line")} = ${number(one.recordLines)} in records + ${number(one.rejects)} rejected + ${number(one.blank)} blank + ${number(one.headers)} header`,
      );
      added.push(one);
    }
  }
  return added;
}

/** The generator's offset at the act nearest to a segment's middle. */
function nearestTruth(
  truth: readonly LineTruth[],
  segment: { fromUs: number; toUs: number } | undefined,
): number | null {
  if (!segment) return null;
  const middle = (segment.fromUs + segment.toUs) / 2;
  let best: LineTruth | null = null;
  for (const one of truth) {
    const away = Math.abs(one.trueUs + one.offsetUs - middle);
    if (!best || away < Math.abs(best.trueUs + best.offsetUs - middle)) best = one;
  }
  return best?.offsetUs ?? null;
}

function spellOut(row: AttributionRow, world: World): string[] {
  const held = row.candidates[0];
  const party = row.subscriber ?? row.insideIp ?? "no line";
  const sentences = [
    `One of them, line ${number(row.line)} of ${world.server}: ${endpoint(row.srcIp, row.srcPort)} at ${time(row.timeUs)} as the server recorded it.`,
  ];
  if (row.intervalFromUs !== null && row.intervalToUs !== null) {
    sentences.push(
      `In the NAT's clock that is some moment from ${time(row.intervalFromUs)} up to ${time(row.intervalToUs)}, the clock's uncertainty included.`,
    );
  }
  if (held) {
    sentences.push(
      `Line ${number(held.natLine)} of ${held.natSource} gives that port to ${held.subscriber ?? held.insideIp ?? "-"} from ${held.fromUs === null ? "an unrecorded start" : time(held.fromUs)} to ${held.toUs === null ? "an unrecorded end" : time(held.toUs)}.`,
    );
  }
  sentences.push(
    row.verdict === "unique"
      ? `No other mapping can have held it then: ${row.verdict} (rule ${row.rule}), ${party}.`
      : `Verdict: ${row.verdict} (rule ${row.rule}).`,
  );
  if (row.flipUs !== null)
    sentences.push(
      `The result would change only if the clock's offset were off by ${span(row.flipUs, true)}.`,
    );
  return ["", ...wrap(sentences.join(" "))];
}

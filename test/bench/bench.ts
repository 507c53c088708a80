// npm run bench -- --json FILE [--only NAME]: JSON Lines of `name value unit peer peerValue ratio`; ratio = ours / the
// peer's, smaller is better. Ours and the peer's alternate, each measurement in a process of its own; medians of three.
import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { BenchCase } from "./bench-case";

/** By the first word of their names: a measuring process loads what it measures and nothing else. */
const FAMILIES: Readonly<Record<string, () => Promise<readonly BenchCase[]>>> = {
  import: async () => [
    ...(await import("./import")).importBenches,
    ...(await import("./formats")).formatBenches,
    ...(await import("./flows")).flowBenches,
  ],
  join: async () => (await import("./join")).joinBenches,
  page: async () => (await import("./records")).recordsBenches,
  filter: async () => (await import("./records")).recordsBenches,
  memory: async () => (await import("./import")).importBenches,
};

async function benchesOf(name: string | undefined): Promise<BenchCase[]> {
  const family = FAMILIES[name?.split(".")[0] ?? ""];
  const benches = new Set<BenchCase>();
  for (const load of family ? [family] : Object.values(FAMILIES))
    for (const b of await load()) benches.add(b);
  return [...benches].filter((b) => name === undefined || b.name === name || b.name.startsWith(`${name}.`));
}
const ROUNDS = 3;

const { values: flags } = parseArgs({
  options: {
    json: { type: "string" },
    only: { type: "string" },
    // Of a measuring process:
    measure: { type: "string" },
    who: { type: "string" },
    folder: { type: "string" },
    run: { type: "string" },
  },
});

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
const rounded = (value: number): number => Number(value.toPrecision(4));

/** One measurement in a process of its own; null where the peer is not installed. */
function measure(name: string, who: "ours" | "theirs" | "prepare", folder: string): Promise<number | null> {
  const run = mkdtempSync(join(folder, "run-"));
  const args = [
    ...process.execArgv,
    process.argv[1]!,
    "--measure",
    name,
    "--who",
    who,
    "--folder",
    folder,
    "--run",
    run,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let out = "";
    child.stdout.on("data", (data) => {
      out += data;
    });
    child.on("close", (code) => {
      rmSync(run, { recursive: true, force: true });
      if (code === 0) resolve(JSON.parse(out) as number | null);
      else reject(new Error(`measuring ${name} (${who}) failed`));
    });
  });
}

async function runBench(bench: BenchCase, folder: string) {
  // In a process of its own too: a database that was open in this one may stay locked until its memory is collected.
  await measure(bench.name, "prepare", folder);
  const ours: number[] = [];
  const theirs: number[] = [];
  let installed = bench.theirs !== undefined;
  for (let round = 0; round < ROUNDS; round++) {
    ours.push((await measure(bench.name, "ours", folder))!);
    if (!installed) continue;
    const value = await measure(bench.name, "theirs", folder);
    if (value === null) installed = false;
    else theirs.push(value);
  }
  const value = median(ours);
  const peerValue = theirs.length > 0 ? median(theirs) : null;
  return {
    name: bench.name,
    value: rounded(value),
    unit: bench.unit,
    peer: bench.peer,
    peerValue: peerValue === null ? null : rounded(peerValue),
    ratio: peerValue === null ? null : rounded(value / peerValue),
  };
}

async function main(): Promise<number> {
  if (flags.measure !== undefined) {
    const bench = (await benchesOf(flags.measure)).find((b) => b.name === flags.measure)!;
    if (flags.who === "prepare") {
      await bench.prepare(flags.folder!);
      process.stdout.write("null");
      return 0;
    }
    const work = flags.who === "theirs" ? bench.theirs! : bench.ours;
    process.stdout.write(JSON.stringify(await work.call(bench, flags.folder!, flags.run!)));
    return 0;
  }
  const chosen = await benchesOf(flags.only);
  if (chosen.length === 0) {
    process.stderr.write(
      `There is no benchmark "${flags.only}". There are: ${(await benchesOf(undefined)).map((b) => b.name).join(", ")}.\n`,
    );
    return 2;
  }
  const folder = join(tmpdir(), "portwitness-bench");
  mkdirSync(folder, { recursive: true });
  if (flags.json) writeFileSync(flags.json, "");
  for (const bench of chosen) {
    const line = `${JSON.stringify(await runBench(bench, folder))}\n`;
    process.stdout.write(line);
    if (flags.json) appendFileSync(flags.json, line);
  }
  return 0;
}

process.exitCode = await main();

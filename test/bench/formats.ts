// import.<format>: the text formats against the access log, each from 64 MB of its own sample repeated, so that what is
// compared is the cost of a byte of evidence.
import { closeSync, existsSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { sampleOf } from "../../electron/engine/import/detect";
import type { Format, ParseOptions } from "../../shared/formats/format";
import { FORMATS } from "../../shared/formats/registry";
import { parseZone } from "../../shared/time/zone";
import { type BenchCase, cpuSeconds, scaled } from "./bench-case";
import { ACCESS_LAYOUT, accessLog } from "./data";
import { importOnce } from "./import";

const SIZE = scaled(64_000_000);
/** An access line of `accessLog` is 257.5 bytes on average. */
const ACCESS_ROWS = Math.round(SIZE / 257.5);
const DATA = resolve(import.meta.dirname, "../test/data");

const sampleOfFormat = (format: Format): string => join(DATA, format.role, `${format.id}.log`);

/** A format's sample as often as it takes; samples end with a newline. */
function repeated(folder: string, format: Format): string {
  const path = join(folder, `format-${format.id}-${SIZE}.log`);
  if (existsSync(path)) return path;
  const sample = readFileSync(sampleOfFormat(format));
  const block = Buffer.concat(new Array(Math.ceil(1_000_000 / sample.length)).fill(sample));
  const fd = openSync(`${path}.partial`, "w");
  for (let n = 0; n < SIZE; n += block.length) writeSync(fd, block);
  closeSync(fd);
  renameSync(`${path}.partial`, path);
  return path;
}

function optionsOf(format: Format): ParseOptions {
  const options: ParseOptions = { zone: parseZone("UTC"), year: 2026 };
  const head = readFileSync(sampleOfFormat(format));
  return { ...options, layout: format.detect(sampleOf(head, format.id, true), options).layout };
}

const benchOf = (format: Format): BenchCase => ({
  name: `import.${format.id}`,
  unit: "s",
  peer: "import.access, as many bytes",
  prepare: async (folder) => {
    repeated(folder, format);
    accessLog(folder, ACCESS_ROWS);
  },
  ours: (folder, run) => {
    const job = { format: format.id, role: format.role, options: optionsOf(format) };
    return cpuSeconds(() => importOnce(run, repeated(folder, format), null, job));
  },
  theirs: (folder, run) => {
    const job = { format: "apache.access", role: "server", options: { layout: ACCESS_LAYOUT } } as const;
    return cpuSeconds(() => importOnce(run, accessLog(folder, ACCESS_ROWS), ACCESS_ROWS, job));
  },
});

/** The peer itself, and nginx's access log: the same parser, of a layout that its file does not tell. */
const ACCESS: ReadonlySet<string> = new Set(["apache.access", "nginx.access"]);

export const formatBenches: readonly BenchCase[] = FORMATS.filter(
  (format) => !format.binary && !ACCESS.has(format.id) && existsSync(sampleOfFormat(format)),
).map(benchOf);

// Inputs of the benchmark: made from a fixed seed, written once to a temporary folder, never stored in the tree.
import { closeSync, existsSync, openSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";

/** A small generator of 32-bit numbers (xorshift), so that every run has the same bytes. */
function numbers(seed: number): (below: number) => number {
  let x = seed | 1;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % below;
  };
}

function write(path: string, rows: number, line: (i: number) => string): string {
  if (existsSync(path)) return path;
  const partial = `${path}.partial`;
  const fd = openSync(partial, "w");
  let text = "";
  for (let i = 0; i < rows; i++) {
    text += line(i);
    if (text.length > 1 << 20) {
      writeSync(fd, text);
      text = "";
    }
  }
  writeSync(fd, text);
  closeSync(fd);
  renameSync(partial, path);
  return path;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (n: number): string => String(n).padStart(2, "0");

const AGENTS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
  "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
];

/** A combined access log with the client's port, about 223 bytes a line: `%h:%{remote}p`. */
export const ACCESS_LAYOUT = '%h:%{remote}p %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"';

export function accessLog(folder: string, rows: number): string {
  const next = numbers(7);
  const start = Date.UTC(2026, 10, 1) / 1000;
  return write(join(folder, `access-${rows}.log`), rows, (i) => {
    const at = new Date((start + Math.floor(i / 4)) * 1000);
    const time = `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
    const ip = `198.51.${next(100)}.${next(256)}`;
    const page = `/articles/${next(5000)}/a-title-of-some-length?session=${next(1_000_000)}`;
    return `${ip}:${1024 + next(64_512)} - - [${time}] "GET ${page} HTTP/1.1" ${next(20) === 0 ? 404 : 200} ${next(90_000)} "https://example.org/start" "${AGENTS[next(3)]}"\n`;
  });
}

export const NAT_MAP = {
  from: "start",
  to: "end",
  publicIp: "public",
  portLow: "low",
  portHigh: "high",
  insideIp: "inside",
  subscriber: "subscriber",
} as const;

/** A NAT operator's table of port blocks, about 102 bytes a row. */
export function natTable(folder: string, rows: number): string {
  const next = numbers(11);
  const start = Date.UTC(2026, 10, 1);
  const header = "start,end,public,low,high,inside,subscriber\n";
  return write(join(folder, `nat-${rows}.csv`), rows, (i) => {
    const from = start + i * 20 + next(1000);
    const low = 1024 + 512 * next(126);
    const stamp = (ms: number) => new Date(ms).toISOString();
    const line = `${stamp(from)},${stamp(from + 60_000 + next(3_600_000))},203.0.${next(114)}.${next(256)},${low},${low + 511},100.64.${next(256)}.${next(256)},line-${next(200_000)}\n`;
    return i === 0 ? header + line : line;
  });
}

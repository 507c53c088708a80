// Statistics that a server's own NTP client keeps, as pairs of its clock and true time. Prevents the sign mistake that the
// formats invite: chrony's tracking and statistics logs count a fast clock positive, its measurements log and ntpd a slow
// one. Here positive is fast. Sources: chrony.conf(5), "log"; ntpd "Monitoring Options" (loopstats, peerstats).
import { ProductError } from "../errors";
import { readIso } from "../time/stamp";
import type { Pair } from "./pairs";

/** Pairs kept in the ledger; more add nothing to a line, and are thinned evenly. */
const MOST_PAIRS = 4_000;
/** Modified Julian Day of 1970-01-01. */
const MJD_EPOCH = 40_587;
const DAY_US = 86_400_000_000;
/** loopstats states no bound of the path; this much is allowed beside ten times its jitter. */
const LOOP_LEAST_S = 0.01;

interface Kind {
  readonly title: string;
  /** Offset (positive: fast) and bound in seconds, from the fields after date and time. */
  read(fields: readonly string[]): { offset: number; bound: number } | null;
}

const number = (text: string | undefined): number =>
  text === undefined || text === "" ? Number.NaN : Number(text);
const pair = (offset: number, bound: number): { offset: number; bound: number } | null =>
  Number.isFinite(offset) && Number.isFinite(bound) ? { offset, bound: Math.abs(bound) } : null;

/** Fields after date, time: chrony. */
const TRACKING: Kind = {
  title: "chrony tracking log",
  // address, stratum, frequency, skew, offset, leap, sources, deviation, remaining, root delay, root dispersion, max error
  read: (f) => pair(number(f[4]), Number.isFinite(number(f[11])) ? number(f[11]) : 4 * number(f[7]) + 0.05),
};
const STATISTICS: Kind = {
  title: "chrony statistics log",
  // address, deviation, offset, deviation of the offset, ...: no path delay is stated, so some is allowed for
  read: (f) => pair(number(f[2]), 4 * number(f[3]) + 0.05),
};
const MEASUREMENTS: Kind = {
  title: "chrony measurements log",
  // address, leap, stratum, tests (3), polls (2), score, offset, delay, dispersion, root delay, root dispersion
  read: (f) => pair(-number(f[9]), number(f[10]) / 2 + number(f[11]) + number(f[12]) / 2 + number(f[13])),
};
/** Fields after day, second: ntpd. */
const PEERSTATS: Kind = {
  title: "ntpd peerstats",
  // address, status, offset, delay, dispersion, jitter
  read: (f) => pair(-number(f[2]), number(f[3]) / 2 + number(f[4]) + 4 * (number(f[5]) || 0)),
};
const LOOPSTATS: Kind = {
  title: "ntpd loopstats",
  // offset, frequency, jitter, wander, time constant
  read: (f) => pair(-number(f[0]), Math.max(LOOP_LEAST_S, 10 * number(f[2]))),
};

function kindOf(fields: readonly string[]): Kind | null {
  if (/^\d{4}-\d\d-\d\d$/.test(fields[0] ?? "")) {
    const n = fields.length - 2;
    if (/^[N+\-?]$/.test(fields[7] ?? "")) return TRACKING;
    if (/^[N+\-?]$/.test(fields[3] ?? "") && n >= 14) return MEASUREMENTS;
    return n >= 8 ? STATISTICS : null;
  }
  if (/^\d{5}$/.test(fields[0] ?? "")) return /[.:].*[.:]/.test(fields[2] ?? "") ? PEERSTATS : LOOPSTATS;
  return null;
}

function timeOf(fields: readonly string[]): number | null {
  if (fields[0]!.includes("-")) {
    // chrony writes UTC, whole seconds.
    const stamp = readIso(`${fields[0]}T${fields[1]}`);
    return stamp === null ? null : stamp.wallUs;
  }
  const seconds = number(fields[1]);
  if (!Number.isFinite(seconds)) return null;
  return (Number(fields[0]) - MJD_EPOCH) * DAY_US + Math.round(seconds * 1e6);
}

/** Reads a statistics file of chrony or ntpd; lines of another shape (banners) are passed over. Throws "input" where none fits. */
export function parseNtp(text: string, name: string): Pair[] {
  const pairs: Pair[] = [];
  for (const raw of text.split("\n")) {
    const fields = raw.trim().split(/\s+/);
    const kind = kindOf(fields);
    const at = kind === null ? null : timeOf(fields);
    const read = kind === null || at === null ? null : kind.read(fields.slice(2));
    if (at === null || read === null) continue;
    pairs.push({
      recordedUs: at,
      lowUs: Math.floor((read.offset - read.bound) * 1e6),
      highUs: Math.ceil((read.offset + read.bound) * 1e6),
    });
  }
  if (pairs.length === 0) {
    throw new ProductError(
      "input",
      `${name} holds no line of a chrony tracking, statistics or measurements log, nor of ntpd's loopstats or peerstats.`,
      "Name the statistics file that the server's NTP client wrote.",
      { file: name },
    );
  }
  pairs.sort((a, b) => a.recordedUs - b.recordedUs || a.lowUs - b.lowUs || a.highUs - b.highUs);
  const step = Math.max(1, pairs.length / MOST_PAIRS);
  return Array.from({ length: Math.min(MOST_PAIRS, pairs.length) }, (_, k) => pairs[Math.floor(k * step)]!);
}

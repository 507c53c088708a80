// What Dovecot's session ids say of their file: an id holds its connection's start in UTC, so that a log whose times have
// no year shows it, and against the lines' own times the zone of the machine that wrote them. The year is taken; the zone
// stays the analyst's, since a sample shows no change of the clocks. Source: dovecot lib-login/client-common.c.
import { DAY, HOUR, MINUTE } from "../time/civil";
import { TimeReader } from "../time/reader";
import type { Stamp } from "../time/stamp";

/** A line's own time, and the low 48 bits of its connection's start in microseconds since the epoch. */
export interface SessionLine {
  readonly stamp: Stamp;
  readonly time48: number | null;
}

const WRAP = 2 ** 48;
/** Session ids came with Dovecot 2.1. */
const FIRST_YEAR = 2012;
const LAST_YEAR = 2099;
/** A wall clock is at most this far from UTC; a line may come long after its connection's start. */
const AHEAD = 14 * HOUR;
const LATE = DAY;
/** A login's line comes soon after its connection's start. */
const SOON = MINUTE;
const QUARTER = 15 * MINUTE;

/** Wall clock minus the connection's start, for the span of 8.92 years in which it is plausible; null where none is. */
function ahead(wallUs: number, time48: number): number | null {
  const span = Math.floor((wallUs + AHEAD - time48) / WRAP);
  const diff = wallUs - (time48 + span * WRAP);
  return diff >= -AHEAD && diff <= AHEAD + LATE ? diff : null;
}

function walls(lines: readonly SessionLine[], year: number): (number | null)[] {
  const reader = new TimeReader({ year, zone: { kind: "offset", offsetUs: 0, text: "+00:00" } });
  return lines.map(({ stamp }, i) => reader.resolve({ ...stamp, offsetUs: null }, i + 1)?.us ?? null);
}

export interface SessionsSay {
  /** Year of the first line. */
  readonly year: number;
  /** Offsets from UTC in minutes that lines show which come soon after their connection's start, each with their number. */
  readonly offsets: readonly { readonly minutes: number; readonly lines: number }[];
}

/** What the session ids say, where all agree on one year; else null. Lines in the order of the file. */
export function sessionsSay(lines: readonly SessionLine[]): SessionsSay | null {
  const held = lines.filter((l) => l.time48 !== null).length;
  if (held === 0 || !lines.some((l) => l.stamp.yearless !== null)) return null;
  let found: { year: number; diffs: number[] } | null = null;
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year++) {
    const wall = walls(lines, year);
    const diffs = lines.flatMap(({ time48 }, i) => {
      const us = wall[i];
      const diff = time48 === null || us === null || us === undefined ? null : ahead(us, time48);
      return diff === null ? [] : [diff];
    });
    if (diffs.length < held) continue;
    if (found !== null) return null;
    found = { year, diffs };
  }
  if (found === null) return null;
  const counts = new Map<number, number>();
  for (const diff of found.diffs) {
    const quarter = Math.floor(diff / QUARTER);
    if (diff - quarter * QUARTER < SOON) counts.set(quarter * 15, (counts.get(quarter * 15) ?? 0) + 1);
  }
  const offsets = [...counts]
    .map(([minutes, n]) => ({ minutes, lines: n }))
    .sort((a, b) => b.lines - a.lines);
  return { year: found.year, offsets };
}

/** "+05:30" */
export function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

// Times that begin a syslog head, in each form that daemons, relays and journals write them.
// Sources: RFC 3164 section 4.1.2, RFC 5424 section 6.2.3, TAI64N (D. J. Bernstein, libtai), journalctl(1) --output.
import { SECOND } from "../time/civil";
import { readCtime, readEpoch, readIso, readRfc3164, type Stamp } from "../time/stamp";

const TAI64N = /@4([0-9a-f]{15})([0-9a-f]{8})/y;
/** TAI - UTC from a UTC second on (IERS Bulletin C). */
const LEAPS: readonly (readonly [number, number])[] = [
  [1_483_228_800, 37],
  [1_435_708_800, 36],
  [1_341_100_800, 35],
  [1_230_768_000, 34],
  [1_136_073_600, 33],
];

/**
 * `@` and 24 hex digits. The label does not say what its writer counted: daemontools adds 10 s to the Unix time, s6 the
 * true difference from TAI, some writers nothing. The interval covers them all.
 */
function readTai64n(text: string, at: number): Stamp | null {
  TAI64N.lastIndex = at;
  const m = TAI64N.exec(text);
  if (!m) return null;
  const seconds = Number.parseInt(m[1]!, 16);
  const nanos = Number.parseInt(m[2]!, 16);
  if (seconds > 4_102_444_800 || nanos >= 1e9) return null;
  const slackUs = (LEAPS.find(([utc]) => seconds >= utc)?.[1] ?? 32) * SECOND;
  const us = seconds * SECOND + Math.floor(nanos / 1000);
  return {
    wallUs: us - slackUs,
    precisionUs: 1,
    offsetUs: 0,
    yearless: null,
    slackUs,
    end: TAI64N.lastIndex,
  };
}

/** `Tue 2026-11-24 05:34:12 CET`, as `journalctl -o short-full` writes it; the abbreviation is no zone. */
function journal(text: string, at: number): Stamp | null {
  JOURNAL_DAY.lastIndex = at;
  const stamp = JOURNAL_DAY.test(text) ? readIso(text, at + 4) : null;
  if (!stamp || stamp.offsetUs !== null) return stamp;
  ABBREVIATION.lastIndex = stamp.end;
  return ABBREVIATION.test(text) ? { ...stamp, end: ABBREVIATION.lastIndex } : stamp;
}
const JOURNAL_DAY = /[A-Z][a-z]{2} (?=\d{4}-)/y;
const ABBREVIATION = / [A-Z]{2,5}(?= \S+ \S)/y;

/** `1795498452.381000`, as `journalctl -o short-unix` writes it. */
function journalUnix(text: string, at: number): Stamp | null {
  JOURNAL_UNIX.lastIndex = at;
  return JOURNAL_UNIX.test(text) ? readEpoch(text, at) : null;
}
const JOURNAL_UNIX = /\d{10}\.\d{6} (?=[\w.-]+ [A-Za-z_])/y;
/** Seconds since the machine started (`-o short-monotonic`): no time that could be compared with any. */
export const MONOTONIC = /^\[ *\d{1,9}\.\d{6}\] (?=[\w.-]+ [A-Za-z_])/;

/** A time at `at` in any form that begins a syslog head. Its first byte tells which it can be. */
export function readStamp(text: string, at: number): Stamp | null {
  const c = text.charCodeAt(at);
  if (c >= 65 && c <= 90)
    return (
      readRfc3164(text, at) ?? (isDigit(text.charCodeAt(at + 4)) ? journal(text, at) : readCtime(text, at))
    );
  if (c >= 48 && c <= 57) return readIso(text, at) ?? journalUnix(text, at);
  return c === 64 ? readTai64n(text, at) : null;
}

const isDigit = (c: number): boolean => c >= 48 && c <= 57;

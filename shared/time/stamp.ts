// Times as logs write them, read without any guess: what the text states is returned, what it leaves open (year, zone,
// AM or PM) is said to be open. Precision is that of the digits written. Sources: RFC 3164 section 4.1.2, RFC 3339,
// RFC 5424 section 6.2.3, Apache mod_log_config (%t, CLF), ISO 8601.
import { civilToUs, dateExists, SECOND } from "./civil";
import { parseOffset } from "./zone";

export interface Stamp {
  /** The wall clock read as if UTC. Where `yearless`, in year 0 of the reading: see `month` and the rest. */
  readonly wallUs: number;
  readonly precisionUs: number;
  /** Offset from UTC that the text states; null where it states none (an abbreviation is none). */
  readonly offsetUs: number | null;
  /** Set where the text has no year: the year is to be settled by TimeReader. */
  readonly yearless: { readonly month: number; readonly day: number; readonly dayUs: number } | null;
  /** Width of the choice that the text itself leaves: a 12-hour time without AM/PM, a leap second. */
  readonly slackUs: number;
  /** Position after the time in the text. */
  readonly end: number;
}

const MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

/** 1..12 of an English month's first three letters, else 0. */
export function monthOf(text: string): number {
  if (text.length < 3) return 0;
  const at = MONTHS.indexOf(text.slice(0, 3).toLowerCase());
  return at >= 0 && at % 3 === 0 ? at / 3 + 1 : 0;
}

/** Microseconds of a fraction's digits, and the precision they were written with. */
export function fractionOf(digits: string | undefined): { us: number; precisionUs: number } {
  if (!digits) return { us: 0, precisionUs: SECOND };
  const kept = digits.slice(0, 6);
  return { us: Number(kept.padEnd(6, "0")), precisionUs: 10 ** (6 - kept.length) };
}

export interface Parts {
  /** null where the text has none. */
  readonly year: number | null;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly fraction?: string | undefined;
  /** As written; undefined or an abbreviation gives no offset. */
  readonly zone?: string | undefined;
  /** "am"/"pm" where written; "open" for a 12-hour clock without it; undefined for a 24-hour clock. */
  readonly half?: "am" | "pm" | "open" | undefined;
}

/** A stamp from its parts, or null where they name no time that exists. */
export function stampOf(p: Parts, end: number): Stamp | null {
  let { hour, second } = p;
  let slackUs = 0;
  if (p.half !== undefined) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (p.half === "pm" ? 12 : 0);
    if (p.half === "open") slackUs = 12 * 3_600 * SECOND;
  }
  if (hour > 23 || p.minute > 59 || second > 60) return null;
  const { us: micros, precisionUs } = fractionOf(p.fraction);
  if (second === 60) {
    // A leap second: clocks repeat :59, repeat :00 or smear it; the interval covers them all.
    second = 59;
    slackUs += SECOND;
  }
  const offsetUs = p.zone === undefined ? null : parseOffset(p.zone);
  const dayUs = civilToUs(1970, 1, 1, hour, p.minute, second, micros);
  if (p.year === null) {
    if (!dateExists(2000, p.month, p.day)) return null;
    const wallUs = civilToUs(2000, p.month, p.day) + dayUs;
    return { wallUs, precisionUs, offsetUs, yearless: { month: p.month, day: p.day, dayUs }, slackUs, end };
  }
  if (!dateExists(p.year, p.month, p.day)) return null;
  return {
    wallUs: civilToUs(p.year, p.month, p.day) + dayUs,
    precisionUs,
    offsetUs,
    yearless: null,
    slackUs,
    end,
  };
}

const RFC3164 =
  /([A-Z][a-z]{2}) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?: (\d{4})(?= |$|:))?/y;

/** `Nov 24 05:34:12`, with a year before or after the clock where a relay writes one, and a fraction. No zone. */
export function readRfc3164(text: string, at = 0): Stamp | null {
  RFC3164.lastIndex = at;
  const m = RFC3164.exec(text);
  if (!m) return null;
  const month = monthOf(m[1]!);
  const year = m[3] ?? m[8];
  if (month === 0) return null;
  return stampOf(
    {
      year: year === undefined ? null : Number(year),
      month,
      day: Number(m[2]),
      hour: Number(m[4]),
      minute: Number(m[5]),
      second: Number(m[6]),
      fraction: m[7],
    },
    RFC3164.lastIndex,
  );
}

const ISO =
  /(\d{4})([-/.])(\d{2})\2(\d{2})(?:[T ]| {1,2})(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(?: ?(Z|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!:\d)|UTC|GMT)(?![A-Za-z0-9]))?/y;

/** RFC 3339, RFC 5424, and the same with a space, slashes, a comma before the decimals, or without offset. */
export function readIso(text: string, at = 0): Stamp | null {
  ISO.lastIndex = at;
  const m = ISO.exec(text);
  if (!m) return null;
  return stampOf(
    {
      year: Number(m[1]),
      month: Number(m[3]),
      day: Number(m[4]),
      hour: Number(m[5]),
      minute: Number(m[6]),
      second: Number(m[7]),
      fraction: m[8],
      zone: m[9],
    },
    ISO.lastIndex,
  );
}

const CLF =
  /(\d{1,2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(?: ([+-]\d{4}|[+-]\d{2}:\d{2}|Z|UTC|GMT))?/y;

/** `24/Nov/2026:05:34:12 +0000`. */
export function readClf(text: string, at = 0): Stamp | null {
  CLF.lastIndex = at;
  const m = CLF.exec(text);
  if (!m) return null;
  return stampOf(
    {
      year: Number(m[3]),
      month: monthOf(m[2]!),
      day: Number(m[1]),
      hour: Number(m[4]),
      minute: Number(m[5]),
      second: Number(m[6]),
      fraction: m[7],
      zone: m[8],
    },
    CLF.lastIndex,
  );
}

const CTIME =
  /(?:[A-Z][a-z]{2} )?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?: ([A-Z]{3,5}|[+-]\d{4}))? (\d{4})/y;

/** ctime: `Sat Jul 20 21:34:49.453232 2013`. */
export function readCtime(text: string, at = 0): Stamp | null {
  CTIME.lastIndex = at;
  const m = CTIME.exec(text);
  if (!m) return null;
  return stampOf(
    {
      year: Number(m[8]),
      month: monthOf(m[1]!),
      day: Number(m[2]),
      hour: Number(m[3]),
      minute: Number(m[4]),
      second: Number(m[5]),
      fraction: m[6],
      zone: m[7],
    },
    CTIME.lastIndex,
  );
}

const EPOCH = /(\d{9,10})(?:[.,](\d{1,9}))?(?![\d.])|(\d{13})(?!\d)|(\d{16})(?!\d)|(\d{19})(?!\d)/y;

/** Seconds (with decimals), milliseconds, microseconds or nanoseconds since the epoch, told apart by their length. */
export function readEpoch(text: string, at = 0): Stamp | null {
  EPOCH.lastIndex = at;
  const m = EPOCH.exec(text);
  if (!m) return null;
  const stamp = (wallUs: number, precisionUs: number): Stamp => ({
    wallUs,
    precisionUs,
    offsetUs: 0,
    yearless: null,
    slackUs: 0,
    end: EPOCH.lastIndex,
  });
  if (m[3] !== undefined) return stamp(Number(m[3]) * 1000, 1000);
  if (m[4] !== undefined) return stamp(Number(m[4]), 1);
  if (m[5] !== undefined) return stamp(Number(m[5].slice(0, 16)), 1);
  const { us, precisionUs } = fractionOf(m[2]);
  return stamp(Number(m[1]) * SECOND + us, precisionUs);
}

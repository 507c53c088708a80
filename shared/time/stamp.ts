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

/** Months by the bytes of their usual writing. */
const MONTH_BYTES: ReadonlyMap<number, number> = new Map(
  ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"].map((name, i) => [
    (name.charCodeAt(0) << 16) | (name.charCodeAt(1) << 8) | name.charCodeAt(2),
    i + 1,
  ]),
);

/** Two digits at `at`, or -1 (also past the text's end). */
function twoAt(text: string, at: number): number {
  const a = text.charCodeAt(at) - 48;
  const b = text.charCodeAt(at + 1) - 48;
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : -1;
}

/** `hh:mm:ss` at `at` as microseconds of the day; -1 where it is not written so or needs a second look (a leap second). */
function clockAt(text: string, at: number): number {
  const hour = twoAt(text, at);
  const minute = twoAt(text, at + 3);
  const second = twoAt(text, at + 6);
  const fits =
    text.charCodeAt(at + 2) === 58 &&
    text.charCodeAt(at + 5) === 58 &&
    hour >= 0 &&
    hour <= 23 &&
    minute >= 0 &&
    minute <= 59 &&
    second >= 0 &&
    second <= 59;
  return fits ? ((hour * 60 + minute) * 60 + second) * SECOND : -1;
}

/** The form that nearly every such time has, `Nov 24 05:34:12` and no more; null where a closer look is needed. */
function readShort(text: string, at: number): Stamp | null {
  if (text.charCodeAt(at + 3) !== 32 || text.charCodeAt(at + 6) !== 32) return null;
  const month = MONTH_BYTES.get(
    (text.charCodeAt(at) << 16) | (text.charCodeAt(at + 1) << 8) | text.charCodeAt(at + 2),
  );
  if (month === undefined) return null;
  const dayUs = clockAt(text, at + 7);
  if (dayUs < 0) return null;
  const units = text.charCodeAt(at + 5) - 48;
  const day = text.charCodeAt(at + 4) === 32 && units >= 0 && units <= 9 ? units : twoAt(text, at + 4);
  if (day < 0 || !dateExists(2000, month, day)) return null;
  // A fraction, or a year behind the clock.
  const end = at + 15;
  const next = text.charCodeAt(end);
  if (next === 46 || (next === 32 && twoAt(text, end + 1) >= 0)) return null;
  const wallUs = civilToUs(2000, month, day) + dayUs;
  return {
    wallUs,
    precisionUs: SECOND,
    offsetUs: null,
    yearless: { month, day, dayUs },
    slackUs: 0,
    end,
  };
}

/** `Nov 24 05:34:12`, with a year before or after the clock where a relay writes one, and a fraction. No zone. */
export function readRfc3164(text: string, at = 0): Stamp | null {
  const short = readShort(text, at);
  if (short) return short;
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

const POWERS = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

let lastZone = "";
let lastOffset: number | null = null;

/** A full date and clock in their usual columns, with decimals and `Z` or `+hh:mm` where they follow; null for all else. */
function readFull(text: string, at: number): Stamp | null {
  const separator = text.charCodeAt(at + 4);
  if (separator < 45 || separator > 47 || text.charCodeAt(at + 7) !== separator) return null;
  const t = text.charCodeAt(at + 10);
  if (t !== 84 && t !== 32) return null;
  const century = twoAt(text, at);
  const years = twoAt(text, at + 2);
  const month = twoAt(text, at + 5);
  const day = twoAt(text, at + 8);
  const dayUs = clockAt(text, at + 11);
  if (century < 0 || years < 0 || month < 0 || day < 0 || dayUs < 0) return null;
  const year = century * 100 + years;
  if (!dateExists(year, month, day)) return null;
  let end = at + 19;
  let us = 0;
  let precisionUs = SECOND;
  let c = text.charCodeAt(end);
  if (c === 46 || c === 44) {
    let digits = 0;
    let d = text.charCodeAt(end + 1) - 48;
    while (d >= 0 && d <= 9 && digits < 10) {
      if (digits < 6) us = us * 10 + d;
      digits++;
      d = text.charCodeAt(end + 1 + digits) - 48;
    }
    if (digits === 0 || digits > 9) return null;
    precisionUs = POWERS[Math.max(0, 6 - digits)]!;
    us *= precisionUs;
    end += 1 + digits;
    c = text.charCodeAt(end);
  }
  // What may begin a zone: blank, digit, +, -, letter.
  if (c === 32) {
    const next = text.charCodeAt(end + 1);
    if (next === 43 || next === 45 || next === 71 || next === 85 || next === 90) return null;
  } else if (c === 90 || c === 43 || c === 45) {
    const to = c === 90 ? end + 1 : end + 6;
    const after = text.charCodeAt(to);
    if (isAlphanumeric(after)) return null;
    if (c !== 90 && (text.charCodeAt(end + 3) !== 58 || twoAt(text, end + 1) < 0 || twoAt(text, end + 4) < 0))
      return null;
    if (!(to - end === lastZone.length && text.startsWith(lastZone, end))) {
      lastZone = text.slice(end, to);
      lastOffset = parseOffset(lastZone);
    }
    return stampOfParts(civilToUs(year, month, day) + dayUs + us, precisionUs, lastOffset, to);
  } else if (isAlphanumeric(c)) return null;
  return stampOfParts(civilToUs(year, month, day) + dayUs + us, precisionUs, null, end);
}

const isAlphanumeric = (c: number): boolean =>
  (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122);

const stampOfParts = (wallUs: number, precisionUs: number, offsetUs: number | null, end: number): Stamp => ({
  wallUs,
  precisionUs,
  offsetUs,
  yearless: null,
  slackUs: 0,
  end,
});

/** RFC 3339, RFC 5424, and the same with a space, slashes, a comma before the decimals, or without offset. */
export function readIso(text: string, at = 0): Stamp | null {
  const full = readFull(text, at);
  if (full) return full;
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

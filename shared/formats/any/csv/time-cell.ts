// The time in a cell, in the forms that CSV exports use, without a string where it is hot: ISO 8601 with or without
// offset, and seconds, milliseconds or microseconds since the epoch. The date part is remembered, since it changes once
// a day. Other forms go through the general readers. What is open (zone, year, order of day and month, half of the day)
// is filled by what the analyst gave or by the file, or refused.
import { ProductError } from "../../../errors";
import { fourDigits, LF, latin1, parseUint, twoDigits } from "../../../record/bytes";
import { civilToUs, dateExists, MINUTE, SECOND } from "../../../time/civil";
import { TimeReader } from "../../../time/reader";
import { readClf, readCtime, readEpoch, readIso, readRfc3164, type Stamp } from "../../../time/stamp";
import type { ParseOptions } from "../../format";
import { styleOfLayout } from "./columns";
import { NOT_QUICK } from "./quick";
import { type DateStyle, readWritten } from "./written-time";

const POWER = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1] as const;

export class TimeCell {
  us = 0;
  precisionUs = SECOND;
  slackUs = 0;
  protected readonly reader: TimeReader;
  private readonly style: DateStyle;
  private readonly day = new Uint8Array(10);
  private dayUs = 0;
  private readonly minute = new Uint8Array(17);
  private minuteUs = 0;

  constructor(options: Pick<ParseOptions, "zone" | "year" | "layout">) {
    this.reader = new TimeReader(options);
    this.style = styleOfLayout(options.layout);
  }

  /** Reads [from, to); false where it is no time. Throws where something that the text leaves open was not given. */
  read(b: Uint8Array, from: number, to: number, line: number): boolean {
    const n = to - from;
    const sep = b[from + 10];
    if (n >= 19 && b[from + 4] === 45 && b[from + 7] === 45 && (sep === 84 || sep === 32)) {
      const done = this.iso(b, from, to, line);
      if (done !== null) return done;
    } else if (n === 10 || n === 13 || n === 16) {
      const value = parseUint(b, from, to);
      if (value >= 0) {
        const unit = n === 10 ? SECOND : n === 13 ? 1_000 : 1;
        this.us = value * unit;
        this.precisionUs = unit;
        this.slackUs = 0;
        return true;
      }
    }
    return this.slow(latin1(b, from, to).trim(), line);
  }

  /**
   * The same for `2026-11-01T05:34:12Z` and `2026-11-01T05:34:12.123Z`, whole up to the delimiter (or LF) whose position
   * is returned; NOT_QUICK for every other form. Up to the minute the text is that of the cell before nearly always.
   */
  quick(b: Uint8Array, at: number, end: number, delimiter: number): number {
    if (at + 25 > end) return NOT_QUICK;
    const milliseconds = b[at + 19] === 46;
    const stop = milliseconds ? at + 24 : at + 20;
    if (b[stop - 1] !== 90 || (b[stop] !== delimiter && b[stop] !== LF)) return NOT_QUICK;
    const { minute } = this;
    for (let i = 0; i < 17; i++) if (b[at + i] !== minute[i]) return this.anew(b, at, stop);
    const tens = b[at + 17]! - 48;
    const ones = b[at + 18]! - 48;
    if (tens < 0 || tens > 5 || ones < 0 || ones > 9) return NOT_QUICK;
    let us = this.minuteUs + (tens * 10 + ones) * SECOND;
    if (milliseconds) {
      const x = b[at + 20]! - 48;
      const y = b[at + 21]! - 48;
      const z = b[at + 22]! - 48;
      if (x < 0 || x > 9 || y < 0 || y > 9 || z < 0 || z > 9) return NOT_QUICK;
      us += (x * 100 + y * 10 + z) * 1_000;
    }
    this.us = us;
    this.precisionUs = milliseconds ? 1_000 : SECOND;
    this.slackUs = 0;
    return stop;
  }

  /** A minute that differs from the one before: read in whole, and remembered where it is `YYYY-MM-DDTHH:MM:`. */
  private anew(b: Uint8Array, at: number, stop: number): number {
    if (b[at + 4] !== 45 || b[at + 7] !== 45 || (b[at + 10] !== 84 && b[at + 10] !== 32)) return NOT_QUICK;
    if (this.iso(b, at, stop, 0) !== true) return NOT_QUICK;
    for (let i = 0; i < 17; i++) this.minute[i] = b[at + i]!;
    this.minuteUs = Math.floor(this.us / MINUTE) * MINUTE;
    return stop;
  }

  private iso(b: Uint8Array, from: number, to: number, line: number): boolean | null {
    let same = true;
    for (let i = 0; i < 10; i++) {
      if (b[from + i] !== this.day[i]) {
        same = false;
        break;
      }
    }
    if (!same) {
      const [year, month, day] = [fourDigits(b, from), twoDigits(b, from + 5), twoDigits(b, from + 8)];
      if (year < 0 || !dateExists(year, month, day)) return false;
      this.dayUs = civilToUs(year, month, day);
      this.day.set(b.subarray(from, from + 10));
    }
    const h = twoDigits(b, from + 11);
    const m = twoDigits(b, from + 14);
    const s = twoDigits(b, from + 17);
    // A leap second and odd forms are the general reader's.
    if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59 || b[from + 13] !== 58 || b[from + 16] !== 58)
      return null;
    let micros = 0;
    let precision = SECOND;
    let i = from + 19;
    if (i < to && (b[i] === 46 || b[i] === 44)) {
      let digits = 0;
      for (i++; i < to; i++) {
        const d = b[i]! - 48;
        if (d < 0 || d > 9) break;
        if (digits < 6) micros = micros * 10 + d;
        digits++;
      }
      if (digits === 0) return false;
      precision = POWER[Math.min(6, digits)]!;
      micros *= precision;
    }
    const wall = this.dayUs + ((h * 60 + m) * 60 + s) * SECOND + micros;
    this.precisionUs = precision;
    this.slackUs = 0;
    if (i === to) {
      const moment = this.reader.inZone(wall, precision, 0, line);
      this.us = moment.us;
      this.slackUs = moment.slackUs;
      return true;
    }
    if (b[i] === 90 && i + 1 === to) {
      this.us = wall;
      return true;
    }
    const sign = b[i] === 43 ? 1 : b[i] === 45 ? -1 : 0;
    const colon = b[i + 3] === 58 ? 1 : 0;
    if (sign === 0 || i + 5 + colon !== to) return null;
    const zh = twoDigits(b, i + 1);
    const zm = twoDigits(b, i + 3 + colon);
    if (zh < 0 || zh > 18 || zm < 0 || zm > 59) return false;
    this.us = wall - sign * (zh * 60 + zm) * 60 * SECOND;
    return true;
  }

  private slow(text: string, line: number): boolean {
    const stamp = readAnyStamp(text) ?? this.written(text, line);
    const moment = stamp && this.reader.resolve(stamp, line);
    if (!moment) return false;
    this.us = moment.us;
    this.precisionUs = moment.precisionUs;
    this.slackUs = moment.slackUs;
    return true;
  }

  private written(text: string, line: number): Stamp | null {
    const read = readWritten(text, this.style);
    if ("stamp" in read) return read.stamp;
    if (!("open" in read)) return null;
    const cell = text.slice(0, 60);
    if (read.open === "order")
      throw new ProductError(
        "input",
        `The date "${cell}" can be read in two ways.`,
        "Say which comes first: --layout dmy (day) or --layout mdy (month).",
        { line },
      );
    throw new ProductError(
      "input",
      `The time "${cell}" has no AM or PM, and nothing shows that its clock has 24 hours.`,
      "Say which clock wrote it: --layout 24h, or --layout 12h where AM and PM were lost (each time is then widened to both).",
      { line },
    );
  }
}

/** A cell's whole text as a time of the general readers, or null. */
export function readAnyStamp(text: string): Stamp | null {
  for (const read of [readIso, readEpoch, readClf, readRfc3164, readCtime]) {
    const stamp = read(text, 0);
    if (stamp && stamp.end === text.length) return stamp;
  }
  return null;
}

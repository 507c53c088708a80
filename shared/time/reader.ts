// TimeReader turns a Stamp into an interval of UTC with what the analyst gave: --year (of the first line) and --zone
// fill only what the text lacks. A text that lacks one that nobody gave stops the import: a guessed year or zone is a
// wrong name. Source: DESIGN rule 4; RFC 3164 section 4.1.2 (no year, no zone).

import { ProductError } from "../errors";
import type { ParseOptions, Question } from "../formats/format";
import { civilToUs, DAY, dateExists } from "./civil";
import type { Stamp } from "./stamp";
import { ZoneClock } from "./zone-clock";

export interface Moment {
  readonly us: number;
  readonly precisionUs: number;
  readonly slackUs: number;
}

/** A step back by more than this is a new year; logs of one year are never that far out of order. */
const WRAP_BACK = 183 * DAY;
/** A step forward by more than this is a straggler of the old year after New Year's. */
const WRAP_FORWARD = 330 * DAY;

/** Settles the year of lines that carry none, from the first line's and the order of the dates. */
export class YearTracker {
  private year: number;
  private last: number | null = null;

  constructor(firstYear: number) {
    this.year = firstYear;
  }

  /** Wall clock with its year, or null where the date does not exist in that year (29 February). */
  resolve(month: number, day: number, dayUs: number): number | null {
    if (this.last === null) {
      if (!dateExists(this.year, month, day)) return null;
      this.last = civilToUs(this.year, month, day) + dayUs;
      return this.last;
    }
    // The order is judged on 28 February where the year at hand has no 29th.
    const probe = (year: number): number =>
      civilToUs(year, month, dateExists(year, month, day) ? day : 28) + dayUs;
    let year = this.year;
    const step = probe(year) - this.last;
    if (step < -WRAP_BACK) year++;
    else if (step > WRAP_FORWARD) year--;
    if (!dateExists(year, month, day)) return null;
    const wall = civilToUs(year, month, day) + dayUs;
    this.year = year;
    this.last = wall;
    return wall;
  }
}

export class TimeReader {
  private readonly zone: ZoneClock | null;
  private readonly years: YearTracker | null;
  // Lines of one second share their stamp.
  private lastStamp: Stamp | null = null;
  private lastMoment: Moment | null = null;

  constructor(options: Pick<ParseOptions, "zone" | "year">) {
    this.zone = options.zone === undefined ? null : new ZoneClock(options.zone);
    this.years = options.year === undefined ? null : new YearTracker(options.year);
  }

  /** The interval of a stamp. Throws ProductError "input" where year or zone is open; null where the date does not exist. */
  resolve(stamp: Stamp, line: number): Moment | null {
    if (stamp === this.lastStamp) return this.lastMoment;
    this.lastMoment = this.settle(stamp, line);
    this.lastStamp = stamp;
    return this.lastMoment;
  }

  private settle(stamp: Stamp, line: number): Moment | null {
    let wallUs = stamp.wallUs;
    if (stamp.yearless) {
      if (!this.years)
        throw new ProductError(
          "input",
          "Its times carry no year.",
          "Give the year of the first line: --year YYYY.",
          { line },
        );
      const { month, day, dayUs } = stamp.yearless;
      const wall = this.years.resolve(month, day, dayUs);
      if (wall === null) return null;
      wallUs = wall;
    }
    if (stamp.offsetUs !== null)
      return { us: wallUs - stamp.offsetUs, precisionUs: stamp.precisionUs, slackUs: stamp.slackUs };
    return this.inZone(wallUs, stamp.precisionUs, stamp.slackUs, line);
  }

  /** A wall clock without an offset of its own. */
  inZone(wallUs: number, precisionUs: number, slackUs: number, line: number): Moment {
    if (!this.zone)
      throw new ProductError(
        "input",
        "Its times carry no offset from UTC.",
        'Give the zone of the machine that wrote it: --zone Europe/Berlin, --zone +02:00 or, where nobody knows it, "--zone unknown".',
        { line },
      );
    const r = this.zone.resolve(wallUs);
    return { us: r.us, precisionUs: precisionUs, slackUs: slackUs + r.slackUs };
  }
}

/**
 * The options for reading one record by itself, where its time does not matter: a leap year has every date, and nothing
 * is left open.
 */
export const alone = (options: ParseOptions): ParseOptions => ({
  ...options,
  year: 2000,
  zone: options.zone ?? { kind: "unknown" },
});

/** The questions that times of this kind leave open under these options, for a format's `detect`. */
export function timeQuestions(
  needs: { zone: boolean; year: boolean },
  options: Pick<ParseOptions, "zone" | "year">,
  line?: number,
): Question[] {
  const out: Question[] = [];
  const where = line === undefined ? {} : { line };
  if (needs.year && options.year === undefined)
    out.push({ kind: "year", text: "Times have no year: give that of the first line (--year).", ...where });
  if (needs.zone && options.zone === undefined)
    out.push({
      kind: "zone",
      text: "Times have no UTC offset: give the writer's zone (--zone).",
      ...where,
    });
  return out;
}

/** The questions that a stamp found in the sample leaves open. */
export const stampQuestions = (
  stamps: readonly Stamp[],
  options: Pick<ParseOptions, "zone" | "year">,
  line?: number,
): Question[] =>
  timeQuestions(
    {
      zone: stamps.some((s) => s.offsetUs === null),
      year: stamps.some((s) => s.yearless !== null),
    },
    options,
    line,
  );

// Times as spreadsheets and exports write them: minutes without seconds, day and month in either order, month names,
// 12-hour clocks. What a date cannot show by itself (03/10 against 10/03, an hour without AM or PM) is settled by the
// file's other rows, by --layout, or it is asked; an hour of a 12-hour clock without its half widens to both (rule 4).
import { SECOND } from "../../../time/civil";
import { monthOf, type Stamp, stampOf } from "../../../time/stamp";

export type DateOrder = "dmy" | "mdy";
export type ClockHours = "12h" | "24h";

/** How the file writes its dates, as far as it is settled. */
export interface DateStyle {
  readonly order?: DateOrder | undefined;
  readonly hours?: ClockHours | undefined;
}

/** A time read, or what its text leaves open. */
export type Written =
  | { readonly stamp: Stamp }
  | { readonly open: "order" | "hours" }
  | { readonly fault: "no time" };

const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?`;
const HALF = String.raw`(?: ?([AaPp])\.?[Mm]\.?)?`;
const ZONE = String.raw`(?: ?(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[A-Z]{3,5}))?`;
/** 2026-03-10 06:00, 2026/3/10 6:00:03 PM */
const YEAR_FIRST = new RegExp(`^(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})(?:T|,? +)${CLOCK}${HALF}${ZONE}$`);
/** 10.03.2026 06:00:03, 3/10/2026 6:00 PM, 10-03-2026, 06:00 */
const YEAR_LAST = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4})(?:T|,? +)${CLOCK}${HALF}${ZONE}$`);
/** 10-Mar-2026 06:00:03, 10 March 2026 6:00 PM */
const DAY_NAME = new RegExp(
  `^(\\d{1,2})[- ]([A-Za-z]{3,9})\\.?[- ](\\d{4})(?:T|,? +)${CLOCK}${HALF}${ZONE}$`,
);
/** Mar 10, 2026 6:00:03 AM; Mar 10, 2026 @ 06:00:03.123 */
const NAME_DAY = new RegExp(
  `^([A-Za-z]{3,9})\\.? (\\d{1,2}),? (\\d{4})(?:,? @ |,? +)${CLOCK}${HALF}${ZONE}$`,
);

interface Read {
  readonly year: number;
  /** First and second number of a date whose order is not in its form; null where the form shows it. */
  readonly pair: readonly [number, number] | null;
  readonly month: number;
  readonly day: number;
  /** From the hour's group on: hour, minute, second, fraction, half, zone. */
  readonly rest: readonly (string | undefined)[];
  /** A year in front is ISO's, whose clock has 24 hours. */
  readonly iso: boolean;
}

function parts(text: string): Read | null {
  let m = YEAR_FIRST.exec(text);
  if (m) return { year: +m[1]!, pair: null, month: +m[3]!, day: +m[4]!, rest: m.slice(5), iso: m[2] === "-" };
  m = YEAR_LAST.exec(text);
  // Dots are written day first wherever they are written (DIN 5008 and its like); slashes and dashes are not.
  if (m && m[2] === ".")
    return { year: +m[4]!, pair: null, month: +m[3]!, day: +m[1]!, rest: m.slice(5), iso: false };
  if (m) return { year: +m[4]!, pair: [+m[1]!, +m[3]!], month: 0, day: 0, rest: m.slice(5), iso: false };
  m = DAY_NAME.exec(text);
  if (m)
    return { year: +m[3]!, pair: null, month: monthOf(m[2]!), day: +m[1]!, rest: m.slice(4), iso: false };
  m = NAME_DAY.exec(text);
  return m && { year: +m[3]!, pair: null, month: monthOf(m[1]!), day: +m[2]!, rest: m.slice(4), iso: false };
}

/** Reads a cell's whole text under a style; what neither text nor style settles is `open`. */
export function readWritten(text: string, style: DateStyle): Written {
  const read = parts(text);
  if (!read) return { fault: "no time" };
  let { month, day } = read;
  if (read.pair) {
    const [a, b] = read.pair;
    // The same number twice, or one above 12, is one date only; a style that says otherwise is contradicted.
    const order = style.order ?? (a > 12 || a === b ? "dmy" : b > 12 ? "mdy" : undefined);
    if (order === undefined) return { open: "order" };
    [day, month] = order === "dmy" ? [a, b] : [b, a];
  }
  const hour = Number(read.rest[0]);
  const half = read.rest[4] === undefined ? undefined : read.rest[4].toLowerCase() === "a" ? "am" : "pm";
  const hours = read.iso ? "24h" : (style.hours ?? (hour > 12 || hour === 0 ? "24h" : undefined));
  if (half === undefined && hours === undefined) return { open: "hours" };
  const stamp = stampOf(
    {
      year: read.year,
      month,
      day,
      hour,
      minute: Number(read.rest[1]),
      second: Number(read.rest[2] ?? 0),
      fraction: read.rest[3],
      zone: read.rest[5],
      half: half ?? (hours === "12h" ? "open" : undefined),
    },
    text.length,
  );
  if (!stamp) return { fault: "no time" };
  return { stamp: read.rest[2] === undefined ? { ...stamp, precisionUs: 60 * SECOND } : stamp };
}

/** What times of the sample show of the file's style: one day above 12 settles the order, one hour of 0 or above 12 the clock. */
export function styleOf(texts: Iterable<string>, given: DateStyle): DateStyle {
  let { order, hours } = given;
  for (const text of texts) {
    const read = parts(text);
    if (!read) continue;
    if (read.pair && order === undefined) {
      const [a, b] = read.pair;
      if (a > 12 && b <= 12) order = "dmy";
      else if (b > 12 && a <= 12) order = "mdy";
    }
    if (hours === undefined && !read.iso && read.rest[4] === undefined) {
      const hour = Number(read.rest[0]);
      if (hour === 0 || hour > 12) hours = "24h";
    }
  }
  return { order, hours };
}

// The proleptic Gregorian calendar as integers: microseconds since the epoch and back, without Date, locale or zone.
// It prevents the silent roll-over of impossible dates (30 February) that Date.UTC performs.
// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (days_from_civil); RFC 3339 section 5.7.

export const US = 1;
export const MS = 1_000;
export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface Civil {
  readonly year: number;
  /** 1..12 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
}

/** Days since 1970-01-01 of a date that exists. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export const daysInMonth = (year: number, month: number): number =>
  month === 2 && isLeapYear(year) ? 29 : (MONTH_DAYS[month - 1] ?? 0);

export const dateExists = (year: number, month: number, day: number): boolean =>
  month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);

/** Microseconds of a wall clock reading taken as UTC. The date must exist; second 60 runs into the next minute. */
export const civilToUs = (
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
  micros = 0,
): number => daysFromCivil(year, month, day) * DAY + hour * HOUR + minute * MINUTE + second * SECOND + micros;

export function usToCivil(us: number): Civil {
  const days = Math.floor(us / DAY);
  const rest = us - days * DAY;
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
    hour: Math.floor(rest / HOUR),
    minute: Math.floor(rest / MINUTE) % 60,
    second: Math.floor(rest / SECOND) % 60,
    micros: rest % SECOND,
  };
}

const two = (n: number): string => (n < 10 ? `0${n}` : String(n));

/** RFC 3339 in UTC, with as many decimals as the precision carries (none for whole seconds). */
export function formatUtc(us: number, precisionUs: number = SECOND): string {
  const c = usToCivil(us);
  const decimals =
    precisionUs >= SECOND ? 0 : Math.min(6, Math.ceil(Math.log10(SECOND / Math.max(1, precisionUs))));
  const fraction = decimals === 0 ? "" : `.${String(c.micros).padStart(6, "0").slice(0, decimals)}`;
  const year = String(c.year).padStart(4, "0");
  return `${year}-${two(c.month)}-${two(c.day)}T${two(c.hour)}:${two(c.minute)}:${two(c.second)}${fraction}Z`;
}

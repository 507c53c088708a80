// Times as they are shown: from integer microseconds, with the digits that were written, in the zone that is shown, always
// ending in Z or an offset. A display zone changes nothing but these strings. The offset of a named zone comes from the
// browser's zone data and is for the eye only; the ledger's conversions are made elsewhere.

export interface TimeParts {
  readonly date: string;
  readonly time: string;
  readonly zone: string;
}

const DAY_US = 86_400_000_000;
const pad = (n: number, width = 2): string => String(n).padStart(width, "0");

/** Days since the epoch to a civil date (proleptic Gregorian; Hinnant, "chrono-compatible low-level date algorithms"). */
export function civil(days: number): { year: number; month: number; day: number } {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const doe = z - era * 146_097;
  const yoe = Math.floor(
    (doe - Math.floor(doe / 1_460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365,
  );
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const day = doy - Math.floor((153 * mp + 2) / 5) + 1;
  const month = mp < 10 ? mp + 3 : mp - 9;
  return { year: yoe + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** Fraction digits that a precision asks for: 1 s none, 1 ms three, 1 us six. */
export const digitsOf = (precisionUs: number | null): number => {
  const p = precisionUs ?? 1_000_000;
  for (let digits = 0; digits < 6; digits++) if (p >= 10 ** (6 - digits)) return digits;
  return 6;
};

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** Offset of a zone from UTC at an instant, in microseconds. Cached by quarter of an hour, the grain of every change. */
export function zoneOffsetUs(us: number, zone: string): number {
  if (zone === "UTC") return 0;
  const quarter = Math.floor(us / 900_000_000);
  const key = `${zone}/${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "longOffset" });
    formats.set(zone, format);
  }
  const name = format.formatToParts(quarter * 900_000).find((part) => part.type === "timeZoneName")?.value;
  const match = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(name ?? "");
  const seconds = match ? Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0) : 0;
  const value = (match?.[1] === "-" ? -1 : 1) * seconds * 1_000_000;
  if (offsets.size > 20_000) offsets.clear();
  offsets.set(key, value);
  return value;
}

export const offsetText = (offsetUs: number): string => {
  if (offsetUs === 0) return "+00:00";
  const seconds = Math.abs(offsetUs) / 1_000_000;
  const rest = seconds % 60;
  return `${offsetUs < 0 ? "-" : "+"}${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}${rest ? `:${pad(rest)}` : ""}`;
};

/** Cuts, never rounds: a shown time lies at or before the true one, by less than its last digit. */
export function timeParts(us: number, digits: number, zone: string): TimeParts {
  const offsetUs = zoneOffsetUs(us, zone);
  const wall = us + offsetUs;
  const days = Math.floor(wall / DAY_US);
  const inDay = wall - days * DAY_US;
  const { year, month, day } = civil(days);
  const seconds = Math.floor(inDay / 1_000_000);
  const fraction = pad(inDay % 1_000_000, 6).slice(0, digits);
  return {
    date: `${year < 0 || year > 9999 ? year : pad(year, 4)}-${pad(month)}-${pad(day)}`,
    time: `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}${digits ? `.${fraction}` : ""}`,
    zone: zone === "UTC" ? "Z" : offsetText(offsetUs),
  };
}

export const timeText = (us: number, digits: number, zone: string): string => {
  const parts = timeParts(us, digits, zone);
  return `${parts.date} ${parts.time}${parts.zone}`;
};

/** An interval as middle and half-width, rounded outwards: the printed figures contain [from, to). */
export function around(fromUs: number, toUs: number): { middleUs: number; halfUs: number; digits: number } {
  const half = (toUs - fromUs) / 2;
  // Two figures of the half-width, but no finer than a microsecond and no coarser than a second.
  const power = Math.min(6, Math.max(0, Math.floor(Math.log10(Math.max(half, 1))) - 1));
  const grain = 10 ** (half >= 100_000_000 ? 6 : Math.min(power, 5));
  const middleUs = Math.round((fromUs + toUs) / 2 / grain) * grain;
  const halfUs = Math.ceil(Math.max(toUs - middleUs, middleUs - fromUs) / grain) * grain;
  return { middleUs, halfUs, digits: 6 - Math.round(Math.log10(grain)) };
}

/** Seconds of a duration with the given fraction digits: "1.1", "0.055". */
export const secondsText = (us: number, digits: number): string => (us / 1_000_000).toFixed(digits);

/** A signed offset for reading: "+37.42 s", "-2 h 00 min 03.1 s" beyond ten minutes. */
export function offsetWords(us: number, digits = 2): string {
  const sign = us < 0 ? "-" : "+";
  const abs = Math.abs(us);
  if (abs === 0) return `+${secondsText(0, digits)} s`;
  if (abs < 600_000_000)
    return `${sign}${secondsText(abs, abs < 10_000 ? 6 : abs < 1_000_000 ? Math.max(digits, 3) : digits)} s`;
  const hours = Math.floor(abs / 3_600_000_000);
  const minutes = Math.floor((abs % 3_600_000_000) / 60_000_000);
  const seconds = secondsText(abs % 60_000_000, digits).padStart(digits ? 3 + digits : 2, "0");
  return `${sign}${hours ? `${hours} h ` : ""}${pad(minutes)} min ${seconds} s`;
}

/** A half-width: "±0.31 s", with two figures, rounded up. */
export function halfWidth(us: number): string {
  if (us <= 0) return "±0 s";
  const power = Math.max(0, Math.floor(Math.log10(us)) - 1);
  const up = Math.ceil(us / 10 ** power) * 10 ** power;
  return up >= 600_000_000
    ? `±${Math.ceil(up / 60_000_000)} min`
    : `±${secondsText(up, Math.min(6, Math.max(0, 6 - power)))} s`;
}

/** A stretch of time: "11 h 20 min", "4.1 s". */
export function durationText(us: number): string {
  const abs = Math.abs(us);
  if (abs < 60_000_000) return `${secondsText(abs, abs < 1_000_000 ? 3 : 1)} s`;
  const minutes = Math.floor(abs / 60_000_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((abs % 60_000_000) / 1_000_000)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

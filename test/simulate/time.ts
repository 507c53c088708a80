// Times as software writes them. Seconds since the epoch in, text out; no host zone or locale is consulted.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (n: number): string => String(n).padStart(2, "0");

export interface Calendar {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micro: number;
}

/** Civil date of a count of microseconds (Hinnant, "chrono-compatible low-level date algorithms"). */
export function calendar(us: number): Calendar {
  const days = Math.floor(us / 86_400_000_000);
  const rest = us - days * 86_400_000_000;
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const doe = z - era * 146_097;
  const yoe = Math.floor(
    (doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365,
  );
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  const second = Math.floor(rest / 1_000_000);
  return {
    year: yoe + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: doy - Math.floor((153 * mp + 2) / 5) + 1,
    hour: Math.floor(second / 3600),
    minute: Math.floor(second / 60) % 60,
    second: second % 60,
    micro: rest % 1_000_000,
  };
}

/** A reading in seconds at a resolution, in microseconds, as the writer makes it. */
export function written(reading: number, precisionUs: number, rounds: boolean): number {
  const steps = (reading * 1e6) / precisionUs;
  return (rounds ? Math.round(steps) : Math.floor(steps)) * precisionUs;
}

const zoneText = (seconds: number, colon: boolean): string => {
  const m = Math.round(Math.abs(seconds) / 60);
  return `${seconds < 0 ? "-" : "+"}${two(Math.floor(m / 60))}${colon ? ":" : ""}${two(m % 60)}`;
};

/** Common log format: 24/Nov/2026:05:34:12 +0000. */
export function apacheTime(us: number, zoneSeconds = 0): string {
  const c = calendar(us + zoneSeconds * 1e6);
  return `${two(c.day)}/${MONTHS[c.month - 1]}/${c.year}:${two(c.hour)}:${two(c.minute)}:${two(c.second)} ${zoneText(zoneSeconds, false)}`;
}

/** RFC 3164: Nov 24 05:34:12, the day padded with a space. */
export function bsdTime(us: number): string {
  const c = calendar(us);
  return `${MONTHS[c.month - 1]} ${String(c.day).padStart(2, " ")} ${two(c.hour)}:${two(c.minute)}:${two(c.second)}`;
}

/** RFC 3339 with 0, 3 or 6 digits of fraction. */
export function isoTime(us: number, digits: 0 | 3 | 6, zoneSeconds = 0, utc = "+00:00"): string {
  const c = calendar(us + zoneSeconds * 1e6);
  const fraction = digits === 0 ? "" : `.${String(c.micro).padStart(6, "0").slice(0, digits)}`;
  const zone = zoneSeconds === 0 ? utc : zoneText(zoneSeconds, true);
  return `${c.year}-${two(c.month)}-${two(c.day)}T${two(c.hour)}:${two(c.minute)}:${two(c.second)}${fraction}${zone}`;
}

/** 2026-11-24 05:34 with seconds where asked, no zone. */
export function plainTime(us: number, seconds: boolean): string {
  return isoTime(us, 0)
    .slice(0, seconds ? 19 : 16)
    .replace("T", " ");
}

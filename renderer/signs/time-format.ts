// Times as they are shown: from integer microseconds, with the digits that were written, in the zone that is shown, always
// ending in Z or an offset. A display zone changes nothing but these strings. The offset of a named zone comes from the
// browser's zone data and is for the eye only; the ledger's conversions are made elsewhere.
import {
  type DisplayZone,
  displayParts,
  displayText,
  secondsText,
  type TimeParts,
  UTC,
} from "../../shared/time/display";

export { around, digitsOf, offsetText, secondsText } from "../../shared/time/display";

const pad = (n: number, width = 2): string => String(n).padStart(width, "0");

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

export const displayZone = (zone: string): DisplayZone =>
  zone === "UTC" ? UTC : { utc: false, offsetUs: (us) => zoneOffsetUs(us, zone) };

/** Cuts, never rounds: a shown time lies at or before the true one, by less than its last digit. */
export const timeParts = (us: number, digits: number, zone: string): TimeParts =>
  displayParts(us, digits, displayZone(zone));

export const timeText = (us: number, digits: number, zone: string): string =>
  displayText(us, digits, displayZone(zone));

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

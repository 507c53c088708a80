// Times as they are shown, from integer microseconds: with the digits that were written, always ending in Z or an offset.
// The window, the copy and the export say the same moment in the same letters, since all of them call this.
import { usToCivil } from "./civil";

/** A zone for the eye: its offset at an instant, in microseconds; `utc` is written `Z`. */
export interface DisplayZone {
  readonly utc: boolean;
  offsetUs(us: number): number;
}

export interface TimeParts {
  readonly date: string;
  readonly time: string;
  readonly zone: string;
}

export const UTC: DisplayZone = { utc: true, offsetUs: () => 0 };

const pad = (n: number, width = 2): string => String(n).padStart(width, "0");

/** Fraction digits that a precision asks for: 1 s none, 1 ms three, 1 us six. */
export const digitsOf = (precisionUs: number | null): number => {
  const p = precisionUs ?? 1_000_000;
  for (let digits = 0; digits < 6; digits++) if (p >= 10 ** (6 - digits)) return digits;
  return 6;
};

export const offsetText = (offsetUs: number): string => {
  if (offsetUs === 0) return "+00:00";
  const seconds = Math.abs(offsetUs) / 1_000_000;
  const rest = seconds % 60;
  return `${offsetUs < 0 ? "-" : "+"}${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}${rest ? `:${pad(rest)}` : ""}`;
};

/** Cuts, never rounds: a shown time lies at or before the true one, by less than its last digit. */
export function displayParts(us: number, digits: number, zone: DisplayZone): TimeParts {
  const offsetUs = zone.offsetUs(us);
  const c = usToCivil(us + offsetUs);
  const fraction = pad(c.micros, 6).slice(0, digits);
  return {
    date: `${c.year < 0 || c.year > 9999 ? c.year : pad(c.year, 4)}-${pad(c.month)}-${pad(c.day)}`,
    time: `${pad(c.hour)}:${pad(c.minute)}:${pad(c.second)}${digits ? `.${fraction}` : ""}`,
    zone: zone.utc ? "Z" : offsetText(offsetUs),
  };
}

export const displayText = (us: number, digits: number, zone: DisplayZone): string => {
  const parts = displayParts(us, digits, zone);
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

/** An interval for reading: its middle and its half-width in seconds. */
export function aroundText(fromUs: number, toUs: number, zone: DisplayZone): string {
  const { middleUs, halfUs, digits } = around(fromUs, toUs);
  return `${displayText(middleUs, digits, zone)} ±${secondsText(halfUs, digits)}`;
}

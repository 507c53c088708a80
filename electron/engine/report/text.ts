// Texts and figures as the report prints them: never locale-dependent, signs that the fonts hold, hostile characters named.
import { formatUtc, SECOND } from "../../../shared/time/civil";

/** Thousands separated by commas (English) or thin points as in German print. */
export function count(n: number, lang: string): string {
  return String(n).replace(/\B(?=(\d{3})+(?!\d))/g, lang === "de" ? "." : ",");
}

export function share(part: number, whole: number, lang: string): string {
  if (whole === 0) return "";
  const tenths = Math.round((part / whole) * 1000);
  return `${Math.floor(tenths / 10)}${lang === "de" ? "," : "."}${tenths % 10} %`;
}

/** "2026-03-21T18:41:08.1Z"; "not shown" in words is the caller's. */
export const instant = (us: number): string => (us % SECOND === 0 ? formatUtc(us) : formatUtc(us, 1));

/** A figure as the language prints it: a decimal comma in German. */
const printed = (value: number, decimals: number, lang: string): string => {
  const text = value.toFixed(decimals);
  return lang === "de" ? text.replace(".", ",") : text;
};

/** An instant on an axis: to the unit below which a picture of this span shows nothing. */
export const tick = (us: number, spanUs: number): string =>
  formatUtc(us, spanUs >= 600 * SECOND ? SECOND : spanUs >= SECOND ? 1_000 : 1);

/** Signed seconds with as many decimals as tell something: "+37.42 s", "-3 h 12 min 4.0 s" stays in seconds. */
export function signedSeconds(us: number, lang: string): string {
  const sign = us < 0 ? "−" : "+";
  return `${sign}${seconds(Math.abs(us), lang)}`;
}

/** Rounded outwards, so that the printed figure contains the computed one. */
export function halfWidth(us: number, lang: string): string {
  const decimals = us < 10_000 ? 4 : us < 1_000_000 ? 3 : us < 100_000_000 ? 2 : 0;
  const factor = 10 ** decimals;
  return `±${printed(Math.ceil((us / 1e6) * factor) / factor, decimals, lang)} s`;
}

function seconds(us: number, lang: string): string {
  const value = us / 1e6;
  return `${printed(value, value < 1 ? 3 : value < 1000 ? 2 : 1, lang)} s`;
}

/** A whole stretch of time in the unit that a reader would choose: "1 s", "1 ms", "1 min", "24 h". */
export function stretch(us: number): string {
  const units: readonly (readonly [number, string])[] = [
    [3_600_000_000, "h"],
    [60_000_000, "min"],
    [1_000_000, "s"],
    [1_000, "ms"],
  ];
  const unit = units.find(([size]) => us >= size && us % size === 0) ?? ([1, "µs"] as const);
  return `${us / unit[0]} ${unit[1]}`;
}

export const ppm = (value: number, lang: string): string =>
  `${value < 0 ? "−" : "+"}${printed(Math.abs(value), Math.abs(value) < 10 ? 2 : 1, lang)} ppm`;

/** Nats of confidence. */
export const nats = (value: number, lang: string): string => `${printed(value, 1, lang)} nats`;

// What the report's fonts can draw: Latin, Greek and Cyrillic letters and the punctuation of print.
const DRAWN =
  /[\u0020-\u007e\u00a0-\u00ac\u00ae-\u024f\u0384-\u03ce\u0400-\u045f\u2013\u2014\u2018-\u201e\u2026\u20ac\u2122\u2212]/;

/** Text of unknown origin: control, bidi and invisible characters, and scripts without a glyph, stand as [U+XXXX]. */
export function printable(text: string): string {
  let out = "";
  for (const c of text) {
    out += DRAWN.test(c) ? c : `[U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`;
  }
  return out;
}

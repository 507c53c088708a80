// What a calibration says, in words that a court can read: the numbers, the sign convention, what it rests on, what it
// does not claim. Plain English, no locale: the same text on every machine.
import { formatUtc, SECOND } from "../time/civil";
import type { Calibration, Segment, Unsettled } from "./calibration";
import type { Fit } from "./estimate";
import type { Search } from "./search";
import { LEAST_DELAY_US } from "./summary";
import { zoneFault } from "./zone-fault";

/** Decimals of a second that a half-width of this size supports: one digit of it, two where the first is 1 or 2. */
function decimals(widthUs: number): number {
  let digits = 6;
  // 30 of the last place is the least number of which one digit says enough.
  for (let place = 1; digits > 0 && widthUs >= 30 * place; place *= 10) digits--;
  return digits;
}

/** Digits in groups of three: 92,979.25. */
function grouped(text: string): string {
  const [whole, fraction] = text.split(".");
  const groups = whole!.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}

/** Seconds with as many decimals as a half-width of this size supports. */
export const seconds = (us: number, widthUs = Math.abs(us)): string =>
  grouped((us / 1e6).toFixed(decimals(widthUs)));

/** A half-width rounded up, with room for what rounding its value moved: the printed interval contains the computed one. */
export function within(widthUs: number, valueUs = 0): string {
  const scale = 10 ** decimals(widthUs);
  const moved = Math.abs(Math.round((valueUs * scale) / 1e6) - (valueUs * scale) / 1e6);
  return grouped((Math.ceil((widthUs * scale) / 1e6 + moved - 1e-9) / scale).toFixed(decimals(widthUs)));
}

export const signed = (us: number, widthUs: number): string =>
  (us < 0 ? "-" : "+") + seconds(Math.abs(us), widthUs);

/** 2026-11-02 00:00:12: whose clock it is stands in the sentence. */
export const moment = (us: number): string => formatUtc(us, SECOND).slice(0, 19).replace("T", " ");

const count = (n: number): string => grouped(String(n));

const quarterHours = (us: number): string => {
  const minutes = Math.round(Math.abs(us) / 60_000_000);
  return `${us < 0 ? "-" : "+"}${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
};

/** "gains 1.2 s a day (14 ppm)", with the digits that the segment's half-width over its span supports. */
function rate(s: Segment): string {
  const half = Math.max(1, (s.toUs - s.fromUs) / 2);
  const width = (1e6 * s.uncertaintyUs) / half;
  const digits = width >= 3 ? 0 : width >= 0.3 ? 1 : 2;
  const ppm = Math.abs(s.skewPpm);
  if (Number(ppm.toFixed(digits)) === 0) return "It neither gains nor loses within what these records show";
  const daily = 86_400 * ppm;
  return `It ${s.skewPpm > 0 ? "gains" : "loses"} ${seconds(daily, 86_400 * width)} s a day (${ppm.toFixed(digits)} ppm)`;
}

/** One segment: its offset, half-width, where it holds, and its rate. */
export function segmentSentence(s: Segment, source: string, reference: string): string {
  const side = s.offsetUs >= 0 ? "fast" : "slow";
  const zone = zoneFault(s.offsetUs);
  const rest = zone
    ? ` (a zone fault of ${quarterHours(zone)} and ${signed(s.offsetUs - zone, s.uncertaintyUs)} s)`
    : "";
  const width = within(s.uncertaintyUs, s.offsetUs);
  const lines =
    s.fromLine !== null && s.toLine !== null ? `, lines ${count(s.fromLine)} to ${count(s.toLine)}` : "";
  return `${source}'s clock is ${seconds(Math.abs(s.offsetUs), s.uncertaintyUs)} s ${side} against ${reference}${rest}, to within ${width} s (95 %), at the middle of its records of ${moment(s.fromUs)} to ${moment(s.toUs)} by its own clock in UTC${lines}. ${rate(s)}; the line through these records is good to the same ${width} s (95 %) at each of them`;
}

const possessive = (name: string | null): string => (name === null ? "the reference clock" : `${name}'s`);

const CONVENTION =
  "Offset is the source's clock minus the reference clock; a corrected time is the recorded time minus the offset.";

/** Rounded up in its second digit, so that it agrees with the tables that give three. */
const guardWidth = (us: number): string => {
  if (us <= 0) return "0";
  const digits = Math.max(0, 1 - Math.floor(Math.log10(us / 1e6)));
  return grouped((Math.ceil((us / 1e6) * 10 ** digits) / 10 ** digits).toFixed(digits));
};

const guard = (c: Calibration): string =>
  `To name a subscriber the program allows for more: ${guardWidth(Math.max(...c.segments.map((s) => s.guardUs)))} s either way (the guard; the program's validation report says how often clocks of known truth lay within it).`;

function unsettledSentence({ fromLine, toLine, fromUs, toUs }: Unsettled): string {
  const lines =
    toLine === null ? `from line ${count(fromLine)} on` : `lines ${count(fromLine)} to ${count(toLine)}`;
  const when =
    fromUs === null || toUs === null
      ? ""
      : ` (${moment(fromUs)} to ${moment(toUs)} by its own clock in UTC, right or wrong)`;
  return `Its records, ${lines}${when}, are not shown to follow this clock: nothing is said of their time, and none of them is attributed.`;
}

export function connectionStatement(c: Calibration, fit: Fit, search: Search): string {
  const reference = possessive(c.against);
  const peak = search.peak!;
  const parts = c.segments.map((s) => segmentSentence(s, c.source, reference));
  const what =
    peak.evidence === "containment"
      ? "lie within a mapping of their address and port"
      : "follow within seconds of a mapping of their address and port";
  const share = fit.segments.reduce((sum, s) => sum + s.share, 0) / fit.segments.length;
  return [
    `${parts.join(". ")}.`,
    c.segments.length > 1
      ? `The offset changes ${c.segments.length - 1} ${c.segments.length === 2 ? "time" : "times"}; between segments both are used.`
      : "",
    ...(c.unsettled ?? []).map(unsettledSentence),
    CONVENTION,
    `It rests on ${count(fit.events)} connections. At this offset ${(100 * peak.share).toFixed(1)} % of a sample ${what}; at other offsets near it ${(100 * peak.chance).toFixed(1)} % would by chance (the odds against chance are e to the power ${count(Math.floor(peak.confidence))}). ${(100 * share).toFixed(1)} % of the connections fit what is stated.`,
    `It is assumed that a connection is recorded by the server after the mapping began, by a least delay of about ${Math.round(LEAST_DELAY_US / 1000)} ms. ${guard(c)}`,
  ]
    .filter((s) => s !== "")
    .join(" ");
}

export function pairStatement(c: Calibration, leaveOneOutUs: number | null): string {
  const parts = c.segments.map((s) => segmentSentence(s, c.source, possessive(c.against)));
  return [
    `${parts.join(". ")}.`,
    c.segments.length > 1
      ? `The offset changes ${c.segments.length - 1} ${c.segments.length === 2 ? "time" : "times"}.`
      : "",
    CONVENTION,
    `It rests on ${count(c.pairs)} ${c.pairs === 1 ? "pair" : "pairs"} of times${leaveOneOutUs === null ? "" : `; each lies, in the median, ${seconds(leaveOneOutUs)} s from what the others say`}.`,
    guard(c),
  ]
    .filter((s) => s !== "")
    .join(" ");
}

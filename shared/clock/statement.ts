// What a calibration says, in words that a court can read: the numbers, the sign convention, what it rests on, what it
// does not claim. Plain English, no locale: the same text on every machine.
import { formatUtc, SECOND } from "../time/civil";
import type { Calibration, Segment } from "./calibration";
import type { Fit } from "./estimate";
import type { Search } from "./search";
import { LEAST_DELAY_US } from "./summary";
import { zoneFault } from "./zone-fault";

/** Seconds with as many decimals as a width of this size makes sensible. */
export function seconds(us: number, widthUs = Math.abs(us)): string {
  const digits = widthUs < 10_000 ? 4 : widthUs < 100_000 ? 3 : widthUs < 10_000_000 ? 2 : 1;
  return (us / 1e6).toFixed(digits);
}

export const signed = (us: number, widthUs: number): string =>
  (us < 0 ? "-" : "+") + seconds(Math.abs(us), widthUs);

export const utc = (us: number): string => formatUtc(us, SECOND);

const quarterHours = (us: number): string => {
  const minutes = Math.round(Math.abs(us) / 60_000_000);
  return `${us < 0 ? "-" : "+"}${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
};

/** One segment: "ahead of", its offset, uncertainty, skew. */
export function segmentSentence(s: Segment, source: string, reference: string): string {
  const side = s.offsetUs >= 0 ? "fast" : "slow";
  const zone = zoneFault(s.offsetUs);
  const rest = zone
    ? ` (a zone fault of ${quarterHours(zone)} and ${signed(s.offsetUs - zone, s.uncertaintyUs)} s)`
    : "";
  return `${source} is ${side} of ${reference} by ${seconds(Math.abs(s.offsetUs), s.uncertaintyUs)} s${rest}, to within ${seconds(s.uncertaintyUs)} s (95 %), in the middle of its records from ${utc(s.fromUs)} to ${utc(s.toUs)}${s.fromLine !== null ? `, lines ${s.fromLine} to ${s.toLine}` : ""}; it gains ${s.skewPpm.toFixed(2)} us a second (ppm)`;
}

const CONVENTION =
  "Offset is the source's clock minus the reference clock; a corrected time is the recorded time minus the offset.";

export function connectionStatement(c: Calibration, fit: Fit, search: Search): string {
  const reference = c.against ?? "the reference clock";
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
    CONVENTION,
    `It rests on ${fit.events} connections: at this offset ${(100 * peak.share).toFixed(1)} % of a sample ${what}, at others near it ${(100 * peak.chance).toFixed(1)} % (${peak.confidence.toFixed(0)} nats over chance); ${(100 * share).toFixed(1)} % fit the lines stated.`,
    `It is assumed that a connection is recorded by the server after the mapping began, by at least some ${Math.round(LEAST_DELAY_US / 1000)} ms; the guard that attribution uses is ${seconds(Math.max(...c.segments.map((s) => s.guardUs)))} s.`,
  ]
    .filter((s) => s !== "")
    .join(" ");
}

export function pairStatement(c: Calibration, leaveOneOutUs: number | null): string {
  const parts = c.segments.map((s) => segmentSentence(s, c.source, c.against ?? "the reference clock"));
  return [
    `${parts.join(". ")}.`,
    c.segments.length > 1
      ? `The offset changes ${c.segments.length - 1} ${c.segments.length === 2 ? "time" : "times"}.`
      : "",
    CONVENTION,
    `It rests on ${c.pairs} ${c.pairs === 1 ? "pair" : "pairs"} of times${leaveOneOutUs === null ? "" : `; each lies, in the median, ${seconds(leaveOneOutUs)} s from what the others say`}.`,
    `The guard that attribution uses is ${seconds(Math.max(...c.segments.map((s) => s.guardUs)))} s.`,
  ]
    .filter((s) => s !== "")
    .join(" ");
}

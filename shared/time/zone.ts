// A zone as the analyst or a record gives it. "unknown" keeps the wall clock as if UTC and leaves the rest to
// calibration (+/-26 h); nothing below a calibration is `unique` then. A zone abbreviation (CET, IST, EST) is no zone:
// the same letters mean different offsets in different places; only Z, UTC and GMT are one (RFC 5322 section 4.3).
import { Temporal } from "temporal-polyfill";
import { ProductError } from "../errors";
import { HOUR, MINUTE } from "./civil";

/** A stretch of UTC with one offset: [fromUs, toUs). */
export interface ZoneStretch {
  readonly fromUs: number;
  readonly toUs: number;
  readonly offsetUs: number;
}

export type ZoneRule =
  | { readonly kind: "offset"; readonly offsetUs: number; readonly text: string }
  | {
      readonly kind: "iana";
      readonly name: string;
      /** Zone data that goes before the machine's own: what a ledger recorded. */
      readonly stretches?: readonly ZoneStretch[];
    }
  | { readonly kind: "unknown" };

/** Offset of `+hh:mm`, `+hhmm`, `+hh`, `Z`, `UTC`, `GMT` in microseconds; null for anything else, abbreviations included. */
export function parseOffset(text: string): number | null {
  if (/^(?:Z|UTC|GMT)$/i.test(text)) return 0;
  const m = /^(?:UTC|GMT)?([+\-\u2212])(\d{2}):?(\d{2})?$/.exec(text);
  if (!m) return null;
  const hours = Number(m[2]);
  const minutes = Number(m[3] ?? 0);
  // Offsets in use run from -12:00 to +14:00; local mean times of old zones stay within 16 h (tzdata, "theory").
  if (hours > 18 || minutes > 59) return null;
  return (m[1] === "+" ? 1 : -1) * (hours * HOUR + minutes * MINUTE);
}

/** The rule that --zone names. Throws "usage" where the text is no zone. */
export function parseZone(text: string): ZoneRule {
  const trimmed = text.trim();
  if (/^unknown$/i.test(trimmed)) return { kind: "unknown" };
  const offsetUs = parseOffset(trimmed);
  if (offsetUs !== null) return { kind: "offset", offsetUs, text: trimmed };
  // Abbreviations that tzdata also keeps as zone names (EST, CET, MST) are refused: their rules are not what a log means.
  if (/^[A-Za-z]+(?:\/[A-Za-z0-9_+-]+)+$/.test(trimmed)) {
    try {
      return {
        kind: "iana",
        name: Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(trimmed).timeZoneId,
      };
    } catch {
      // falls through to the refusal
    }
  }
  throw new ProductError(
    "usage",
    `"${text}" is no zone.`,
    'Give an IANA name (Europe/Berlin), an offset (+02:00), UTC, or "unknown".',
  );
}

export const zoneText = (rule: ZoneRule): string =>
  rule.kind === "offset" ? rule.text : rule.kind === "iana" ? rule.name : "unknown";

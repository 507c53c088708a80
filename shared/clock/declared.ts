// A calibration declared by hand, with a reason: what an analyst knows from elsewhere (a seizure protocol, an hour glass
// photographed beside the machine). It stands beside a computed one and never silently replaces it.
import { ProductError } from "../errors";
import type { Calibration } from "./calibration";
import { seconds, signed, within } from "./statement";
import { zoneFault } from "./zone-fault";

export type Declared = { readonly offsetUs: number; readonly uncertaintyUs: number };

const UNIT_US: Readonly<Record<string, number>> = {
  us: 1,
  "\u00b5s": 1,
  ms: 1_000,
  s: 1_000_000,
  sec: 1_000_000,
  min: 60_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
};
const NUMBER = "([+-]?\\d+(?:\\.\\d+)?)\\s*(us|\u00b5s|ms|sec|s|min|m|h)?";
const DECLARATION = new RegExp(`^\\s*${NUMBER}\\s*(?:\\+/-|\u00b1|\\+-)\\s*${NUMBER}\\s*$`);

/** Reads "+37.42 s +/- 0.3 s"; the unit is seconds where none stands. Throws "usage". */
export function parseDeclaration(text: string): Declared {
  const found = DECLARATION.exec(text.replaceAll("\u2212", "-"));
  const amount = (value: string, unit: string | undefined): number =>
    Math.round(Number(value) * UNIT_US[unit ?? "s"]!);
  if (found) {
    const uncertaintyUs = amount(found[3]!, found[4]);
    if (uncertaintyUs > 0) return { offsetUs: amount(found[1]!, found[2]), uncertaintyUs };
  }
  throw new ProductError(
    "usage",
    `"${text}" is no declared offset.`,
    'Write the offset and its uncertainty, greater than zero: "+37.42 s +/- 0.3 s". Positive: the source is fast.',
  );
}

/** True where a declared interval lies outside what was computed from the evidence, anywhere. */
export const contradicts = (declared: Declared, computed: Calibration): boolean =>
  computed.segments.some(
    (s) =>
      Math.abs(declared.offsetUs - s.offsetUs) >
      s.guardUs + (Math.abs(s.skewPpm) * (s.toUs - s.fromUs)) / 2e6,
  );

/**
 * `beside`: what the evidence itself shows, where it shows anything. A declaration outside it is kept, as its examiner
 * wants it, but never yields `unique` (rule of evidence 10). The stated uncertainty is taken
 * as a bound, not a standard deviation: the guard is as wide.
 */
export function calibrateByDeclaration(
  declared: Declared,
  source: string,
  span: { fromUs: number; toUs: number } | null,
  beside: Calibration | null,
): Calibration {
  const { offsetUs, uncertaintyUs } = declared;
  const outside = beside !== null && contradicts(declared, beside);
  const side = offsetUs >= 0 ? "fast" : "slow";
  return {
    id: "preview",
    source,
    against: null,
    method: "declared",
    pairs: 0,
    segments: [
      {
        fromUs: span?.fromUs ?? 0,
        toUs: span?.toUs ?? 0,
        fromLine: null,
        toLine: null,
        offsetUs,
        skewPpm: 0,
        uncertaintyUs,
        guardUs: uncertaintyUs,
      },
    ],
    confidence: null,
    zoneFaultUs: zoneFault(offsetUs),
    validFromUs: span?.fromUs ?? null,
    validToUs: span?.toUs ?? null,
    statement: `The examiner declares, without a computation, that ${source}'s clock is ${seconds(Math.abs(offsetUs), uncertaintyUs)} s ${side} (offset ${signed(offsetUs, uncertaintyUs)} s, source minus reference), to within ${within(uncertaintyUs, offsetUs)} s, over all of its records. The reason is kept beside the ledger.${outside ? ` It contradicts the offset computed against ${beside?.against}, so no result that rests on it is unique.` : ""}`,
    ...(outside ? { neverUnique: true } : {}),
  };
}

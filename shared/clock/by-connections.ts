// A calibration from connections that two logs have in common: the search's judgement, the fit, the fits with each fold
// left out, and what is said of them.
import type { Calibration, CalibrationMethod, Segment, Unsettled } from "./calibration";
import { type Connections, isSpokenOf, subset } from "./connections";
import { type Fit, fitConnections, refit } from "./estimate";
import { FOLDS } from "./folds";
import { offsetOf, type Search, stretchAt } from "./search";
import { connectionStatement } from "./statement";
import { unsettledLines } from "./unsettled";
import { commonZoneFault } from "./zone-fault";

export interface Calibrated {
  readonly calibration: Calibration;
  readonly folds: readonly Calibration[] | null;
}

/** How far beyond its pairs a calibration may be used: a quarter of its span, within these bounds. The guard grows there. */
const LEAST_REACH_US = 3_600_000_000;
const MOST_REACH_US = 6 * 3_600_000_000;
const REACH_SHARE = 0.25;
/** A guard beyond this answers nothing: half an hour spans several holders of any port. */
const MAX_GUARD_US = 1_800_000_000;

export interface Names {
  readonly source: string;
  readonly against: string | null;
  /** The segments' lines mean something: the source is one file. */
  readonly lines: boolean;
  readonly method: CalibrationMethod;
}

export function validity(
  segments: readonly Segment[],
  least = LEAST_REACH_US,
): { validFromUs: number | null; validToUs: number | null } {
  const first = segments[0];
  const last = segments[segments.length - 1];
  if (!first || !last) return { validFromUs: null, validToUs: null };
  const reach = Math.round(
    Math.min(MOST_REACH_US, Math.max(least, REACH_SHARE * (last.toUs - first.fromUs))),
  );
  return { validFromUs: first.fromUs - reach, validToUs: last.toUs + reach };
}

/** A calibration without segments: the reason is what the analyst and the court read. */
export function refused(names: Names, reason: string, pairs: number, confidence: number | null): Calibration {
  return {
    id: "preview",
    source: names.source,
    against: names.against,
    method: names.method,
    pairs,
    segments: [],
    confidence: confidence === null ? null : round(confidence),
    zoneFaultUs: null,
    validFromUs: null,
    validToUs: null,
    statement: `No offset of ${names.source} is claimed. ${reason}`,
    reason,
  };
}

const round = (x: number): number => Math.round(x * 1000) / 1000;

export function calibrateByConnections(gathered: Connections, search: Search, names: Names): Calibrated {
  if (!search.accepted) {
    return {
      calibration: refused(names, search.reason ?? "", search.events, search.peak?.confidence ?? null),
      folds: null,
    };
  }
  const near = spokenOf(gathered, search);
  const fit = fitConnections(near, search);
  const usable = fit.segments.length > 0 && fit.segments.every((s) => s.segment.guardUs <= MAX_GUARD_US);
  if (!usable) {
    return {
      calibration: refused(
        names,
        "The two logs have connections in common, but too few, or holds too long, to place the offset within half an hour.",
        fit.events,
        search.peak?.confidence ?? null,
      ),
      folds: null,
    };
  }
  const calibration = make(names, fit, search, unsettledLines(near, fit));
  const folds = Array.from({ length: FOLDS }, (_, k) => {
    const without = refit(
      subset(near, (i) => near.fold[i] !== k),
      fit,
    );
    // A fold's fit that lost a segment says nothing there; its events near it are then out of range, not guessed.
    return make(names, without, search, calibration.unsettled ?? [], calibration);
  });
  return { calibration, folds };
}

/** The events of which the NAT log speaks: the others can only miss it, whatever their clock. */
function spokenOf(c: Connections, { stretches }: Search): Connections {
  return subset(c, (i) =>
    isSpokenOf(c, i, offsetOf(stretches[stretchAt(stretches, c.line[i]!)]!, c.timeUs[i]!)),
  );
}

function make(
  names: Names,
  fit: Fit,
  search: Search,
  unsettled: readonly Unsettled[],
  whole?: Calibration,
): Calibration {
  const segments = fit.segments.map((s) =>
    names.lines ? s.segment : { ...s.segment, fromLine: null, toLine: null },
  );
  const bounds = whole ?? validity(segments);
  const calibration = {
    id: "preview",
    source: names.source,
    against: names.against,
    method: names.method,
    pairs: fit.events,
    segments,
    confidence: round(search.peak?.confidence ?? 0),
    zoneFaultUs: commonZoneFault(segments),
    validFromUs: bounds.validFromUs,
    validToUs: bounds.validToUs,
    ...(unsettled.length > 0 ? { unsettled } : {}),
    statement: "",
  };
  return { ...calibration, statement: whole ? "" : connectionStatement(calibration, fit, search) };
}

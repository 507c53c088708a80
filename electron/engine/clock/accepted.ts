// The calibration in force: the latest accepted one of a source that leads to the clock asked for, not undone. A link to
// a third clock is followed (chains), with its uncertainty carried through.

import type { Calibration } from "../../../shared/clock/calibration";
import { chain, invert } from "../../../shared/clock/chain";
import type { StoredCalibration } from "../../../shared/clock/folds";
import type { Database } from "../../../shared/database";

/** What stands in calibration.body. */
export interface CalibrationBody {
  readonly calibration: Calibration;
  readonly folds: readonly Calibration[] | null;
}

interface Link {
  readonly seq: number;
  readonly source: number;
  readonly against: number | null;
  readonly stored: StoredCalibration;
}

/** `also`: a previewed calibration that is taken for accepted. */
async function acceptedLinks(db: Database, also?: number): Promise<Link[]> {
  const rows = await db.query(
    "SELECT seq, source, against, body FROM calibration WHERE state = 'accepted' OR seq = ? ORDER BY seq DESC",
    [also ?? -1],
  );
  return rows.map((row) => {
    const body = JSON.parse(String(row.body)) as CalibrationBody;
    const seq = Number(row.seq);
    return {
      seq,
      source: Number(row.source),
      against: row.against === null || row.against === undefined ? null : Number(row.against),
      stored: { seq, id: body.calibration.id, full: body.calibration, folds: body.folds },
    };
  });
}

/**
 * The calibration of a source: without `againstN` its latest accepted one, whatever its reference; with it, the latest
 * that leads to that source's clock. A calibration by pairs, NTP statistics or declaration is against true time, and so
 * against every source that has no calibration of its own; where the other source has one, the two are chained.
 * `also` is the act of a preview that is taken for accepted, to see what it would change.
 */
export async function acceptedCalibration(
  db: Database,
  sourceN: number,
  againstN?: number,
  also?: number,
): Promise<StoredCalibration | null> {
  const links = await acceptedLinks(db, also);
  if (againstN === undefined) return links.find((l) => l.source === sourceN)?.stored ?? null;
  return resolve(links, sourceN, againstN, new Set([sourceN]));
}

/** As acceptedCalibration, but only where both clocks were compared: one without a calibration is not taken for true time. */
export async function comparedCalibration(
  db: Database,
  sourceN: number,
  otherN: number,
): Promise<StoredCalibration | null> {
  return resolve(await acceptedLinks(db), sourceN, otherN, new Set([sourceN]), true);
}

function resolve(
  links: readonly Link[],
  from: number,
  to: number,
  seen: ReadonlySet<number>,
  compared = false,
): StoredCalibration | null {
  for (const link of links) {
    if (link.source === from && link.against === to) return link.stored;
    if (link.source === to && link.against === from) return invert(link.stored);
    if (link.source === from && link.against === null) {
      const other = links.find((l) => l.source === to && l.against === null);
      if (!other && compared) continue;
      return other ? chain(link.stored, invert(other.stored)) : link.stored;
    }
    if (link.source === from && link.against !== null && !seen.has(link.against)) {
      const rest = resolve(links, link.against, to, new Set([...seen, link.against]), compared);
      if (rest) return chain(link.stored, rest);
    }
  }
  return null;
}

/** The latest calibration that leads from a source's clock to true time, over others' where need be; null without one. */
export async function trueTimeCalibration(db: Database, sourceN: number): Promise<StoredCalibration | null> {
  const links = await acceptedLinks(db);
  const lead = (from: number, seen: ReadonlySet<number>): StoredCalibration | null => {
    for (const link of links) {
      if (link.source !== from) continue;
      if (link.against === null) return link.stored;
      if (seen.has(link.against)) continue;
      const rest = lead(link.against, new Set([...seen, link.against]));
      if (rest) return chain(link.stored, rest);
    }
    return null;
  };
  return lead(sourceN, new Set([sourceN]));
}

// The events of a disclosure request with their intervals, in UTC and in the operator's own clock, each with the reason
// for its width. What can be asked of nobody (no port and no destination, no time) is counted, never dropped in silence.
import { correctedIntervals, type RecordedEvent, recordedInterval } from "../../../shared/clock/correct";
import { fitFor, type StoredCalibration } from "../../../shared/clock/folds";
import type { Database } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import { type Asked, seconds, type Window } from "../../../shared/request/questions";
import { Names } from "../attribution/names";
import type { OpenCase } from "../case/open-case";
import { allSources, type SourceRow, sourceByName } from "../catalogue";
import { acceptedCalibration, trueTimeCalibration } from "../clock/accepted";
import { recordsWithPorts } from "../records/ports";
import { withFilter } from "../records/select";

/**
 * Half-width for a server's clock that nothing was compared with: one that a time service keeps is within a second, one
 * without drifts by seconds a day and is set by hand. An operator asked for less might rightly find nothing.
 */
export const UNCALIBRATED_US = 120_000_000;

/** An event as it is asked; `row` is its number in the source. */
export interface AskedEvent extends Asked {
  readonly row: number;
  /** No calibration reaches this event: its interval is the recorded time, widened by an assumption. */
  readonly assumed: boolean;
}

export interface Gathered {
  readonly source: SourceRow;
  /** The operator's log whose clock the intervals are stated in; null where there is none. */
  readonly nat: SourceRow | null;
  readonly events: readonly AskedEvent[];
  readonly selected: number;
  readonly unaskable: number;
  /** Ids of the calibrations used. */
  readonly calibrations: readonly string[];
  /** A sentence for the letter. */
  readonly clock: string;
}

export async function gatherEvents(
  openCase: OpenCase,
  eventsName: string,
  natName: string | null,
  filter: string,
  signal: AbortSignal,
): Promise<Gathered> {
  const { db } = openCase;
  const source = await sourceByName(db, eventsName);
  if (source.role === "nat" || source.role === "subscriber") {
    throw new ProductError(
      "usage",
      `"${eventsName}" is a ${source.role} source; its records are no events to ask about.`,
      "Name a server's log with --events.",
    );
  }
  const { nat, operator } = await operatorOf(db, source, natName);
  const utc = await trueTimeCalibration(db, source.n);
  const names = new Names(db);
  const [files] = await db.query("SELECT count(*) AS n FROM source_file WHERE n = ?", [source.n]);
  const oneFile = Number(files?.n ?? 1) <= 1;
  const events: AskedEvent[] = [];
  let selected = 0;
  await withFilter(openCase, source, filter, signal, async ({ sql, params }) => {
    const query = `SELECT r.rowid AS "row", r.line, r.time_us, r.precision_us, r.slack_us, r.time_means, r.duration_us, r.src_addr,
        r.src_port, r.protocol, r.dst_addr, r.dst_port FROM ${recordsWithPorts(source)} WHERE ${sql} ORDER BY r.rowid`;
    for await (const rows of db.stream(query, params, signal)) {
      await names.prepare(rows, [], ["src_addr", "dst_addr"]);
      selected += rows.length;
      for (const row of rows) {
        const port = row.src_port as number | null;
        const publicIp = names.address(row.src_addr);
        if (row.time_us === null || publicIp === null || (port === null && row.dst_addr === null)) continue;
        const line = Number(row.line);
        const event: RecordedEvent = {
          timeUs: Number(row.time_us),
          precisionUs: Number(row.precision_us ?? 0),
          slackUs: Number(row.slack_us ?? 0),
          timeMeans: row.time_means as number | null,
          durationUs: row.duration_us as number | null,
          line: oneFile ? line : null,
          writes: source.writes,
        };
        const own = operator === null ? null : corrected(operator, event, line);
        const world = utc === null ? null : corrected(utc, event, line);
        const assumed = own === null && world === null;
        const recorded = recordedInterval(event);
        events.push({
          row: Number(row.row),
          assumed,
          addr: Number(row.src_addr),
          publicIp,
          port,
          protocol: row.protocol as number | null,
          dstIp: names.address(row.dst_addr),
          dstPort: row.dst_addr === null ? null : (row.dst_port as number | null),
          utc: assumed
            ? { fromUs: recorded.fromUs - UNCALIBRATED_US, toUs: recorded.toUs + UNCALIBRATED_US }
            : world,
          operator: own,
          width: widthReason(event, own ?? world, own === null ? utc : operator),
          timeUs: event.timeUs,
        });
      }
    }
  });
  const used = [operator, utc].flatMap((c) => (c === null ? [] : [c.id]));
  return {
    source,
    nat,
    events,
    selected,
    unaskable: selected - events.length,
    calibrations: [...new Set(used)],
    clock: clockSentence(source, nat, operator, utc),
  };
}

/** The log named, else the only one of the case that the events' clock was compared with. */
async function operatorOf(
  db: Database,
  events: SourceRow,
  name: string | null,
): Promise<{ nat: SourceRow | null; operator: StoredCalibration | null }> {
  const nats = (await allSources(db)).filter((s) => s.role === "nat");
  if (name !== null) {
    const nat = nats.find((s) => s.name === name) ?? (await sourceByName(db, name));
    if (nat.role !== "nat")
      throw new ProductError("usage", `"${name}" is a ${nat.role} source.`, "Name a NAT operator's log.");
    return { nat, operator: await acceptedCalibration(db, events.n, nat.n) };
  }
  const compared = [];
  for (const nat of nats) {
    const operator = await acceptedCalibration(db, events.n, nat.n);
    if (operator !== null) compared.push({ nat, operator });
  }
  return compared.length === 1 ? compared[0]! : { nat: null, operator: null };
}

function corrected(clock: StoredCalibration, event: RecordedEvent, line: number): Window | null {
  const { pieces } = correctedIntervals(fitFor(clock, line), event);
  if (pieces.length === 0) return null;
  return {
    fromUs: Math.min(...pieces.map((p) => p.fromUs)),
    toUs: Math.max(...pieces.map((p) => p.toUs)),
  };
}

const MEANS = ["written", "connect", "start", "end", "written"];

function widthReason(event: RecordedEvent, window: Window | null, clock: StoredCalibration | null): string {
  const recorded = recordedInterval(event);
  const reach = event.timeUs - recorded.fromUs;
  const parts = [`record ${seconds(event.precisionUs)} s`];
  if (event.slackUs > 0) parts.push(`open time ${seconds(event.slackUs)} s`);
  if (reach > 0) parts.push(`time of ${MEANS[event.timeMeans ?? 0]} reaches back ${seconds(reach)} s`);
  if (window === null || clock === null)
    parts.push(`clock not compared, +/- ${seconds(UNCALIBRATED_US)} s assumed`);
  else {
    const rest = window.toUs - window.fromUs - (recorded.toUs - recorded.fromUs);
    parts.push(`clock +/- ${seconds(Math.max(0, rest) / 2)} s (${clock.id})`);
  }
  return parts.join(", ");
}

function clockSentence(
  source: SourceRow,
  nat: SourceRow | null,
  operator: StoredCalibration | null,
  utc: StoredCalibration | null,
): string {
  if (operator !== null)
    return `The clock of the server's log "${source.name}" was compared with your records "${nat!.name}" (${operator.id}); the intervals are stated in your clock${utc === null ? "; their place in UTC is not known" : ", and in UTC"}. ${operator.full.statement}`;
  if (utc !== null)
    return `The clock of the server's log "${source.name}" was compared with true time (${utc.id}). ${utc.full.statement}`;
  return `The clock of the server's log "${source.name}" was compared with nothing yet: its recorded times are taken for UTC as its zone states them, and widened by ${seconds(UNCALIBRATED_US)} s on either side. Nothing that is found on this ground alone proves who it was.`;
}

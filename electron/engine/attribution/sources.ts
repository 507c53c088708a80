// What attribution must know before it looks at any event: the sources, how the event source's clock is related to each
// NAT's, where each operator's log speaks at all, and which protocols its records tell apart.
import { type Interval, Spans } from "../../../shared/attribution/spans";
import type { StoredCalibration } from "../../../shared/clock/folds";
import type { Database } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import { type SourceRow, sourceByName } from "../catalogue";
import { acceptedCalibration } from "../clock/accepted";
import { isComputed, rulesHold } from "../nat/computed";

/**
 * A log received whole, without a stated window, speaks for the time between its first and its last record, and this far
 * beyond: port-block logs are silent for hours. Further out its silence means nothing.
 */
export const COVERAGE_REACH_US = 6 * 3_600_000_000;

/** Transport protocols that have ports; ICMP identifiers are no ports. */
const PORT_PROTOCOLS = "(6, 17, 33, 132, 136)";

/** One operator's log. */
export interface NatLog {
  readonly source: SourceRow;
  readonly mapping: string;
  readonly record: string;
  /** Table of the holds that decide: `mapping`, or its chain with the subscriber source's leases. */
  readonly holds: string;
  /** Of the event source's clock to this NAT's; null = uncalibrated. */
  readonly calibration: StoredCalibration | null;
  readonly covered: Spans;
  readonly retainedFrom: number;
}

/** The source that says whose an inside address was. */
export interface Subscribers {
  readonly source: SourceRow;
  readonly mapping: string;
  /** Of its clock to each NAT's, by log; null = uncalibrated. */
  readonly calibrations: readonly (StoredCalibration | null)[];
}

export interface Sources {
  readonly events: SourceRow;
  readonly record: string;
  /** The event source has one file, so that a line number names one line. */
  readonly oneFile: boolean;
  readonly logs: readonly NatLog[];
  readonly subscribers: Subscribers | null;
  /** Protocols that the logs' records tell apart; empty where none is named. */
  readonly protocols: readonly number[];
}

export async function openSources(
  db: Database,
  eventName: string,
  natNames: readonly string[],
  subscriberName: string | null,
  /** Name of the table of chained holds of a log, where there is a subscriber source. */
  chainTable: (log: number) => string,
  /** A previewed calibration that is taken for accepted. */
  also?: number,
): Promise<Sources> {
  const events = await sourceByName(db, eventName);
  if (new Set(natNames).size !== natNames.length) {
    throw new ProductError("usage", "A NAT source is named twice.", "Name each source once.");
  }
  if (events.role === "nat" || events.role === "subscriber") {
    throw new ProductError(
      "usage",
      `"${eventName}" is a ${events.role} source; its records are no events to attribute.`,
      "Name a server's log with --events.",
    );
  }
  const subscriberSource = subscriberName === null ? null : await sourceByName(db, subscriberName);
  if (subscriberSource !== null && subscriberSource.role !== "subscriber") {
    throw new ProductError(
      "usage",
      `"${subscriberName}" is a ${subscriberSource.role} source; it does not say whose an inside address was.`,
      "Name a source with role subscriber (RADIUS, DHCP).",
    );
  }
  const links: (StoredCalibration | null)[] = [];
  const logs: NatLog[] = [];
  const protocols = new Set<number>();
  for (const name of natNames) {
    const source = await sourceByName(db, name);
    if (source.role !== "nat") {
      throw new ProductError(
        "usage",
        `"${name}" is a ${source.role} source, not a NAT operator's log.`,
        "Name a source with role nat: portwitness sources CASE lists them.",
      );
    }
    const mapping = `mapping_${source.n}`;
    const record = `record_${source.n}`;
    const link =
      subscriberSource === null ? null : await acceptedCalibration(db, subscriberSource.n, source.n, also);
    links.push(link);
    const own = await acceptedCalibration(db, events.n, source.n, also);
    logs.push({
      source,
      mapping,
      record,
      holds: subscriberSource !== null && link !== null ? chainTable(logs.length) : mapping,
      // Every link needs its own calibration: without one to the subscriber source the chain has no clock.
      calibration: subscriberSource !== null && link === null ? null : own,
      covered: await coverage(db, source, record, mapping),
      retainedFrom:
        source.retention_us !== null && source.received_at_us !== null
          ? source.received_at_us - source.retention_us
          : Number.NEGATIVE_INFINITY,
    });
    for (const row of await db.query(
      `SELECT DISTINCT protocol FROM "${mapping}" WHERE protocol IN ${PORT_PROTOCOLS} ORDER BY protocol`,
    )) {
      protocols.add(Number(row.protocol));
    }
  }
  const [files] = await db.query("SELECT count(*) AS n FROM source_file WHERE n = ?", [events.n]);
  return {
    events,
    record: `record_${events.n}`,
    oneFile: Number(files?.n ?? 1) <= 1,
    logs,
    subscribers:
      subscriberSource === null
        ? null
        : { source: subscriberSource, mapping: `mapping_${subscriberSource.n}`, calibrations: links },
    protocols: [...protocols].sort((a, b) => a - b),
  };
}

/** Where an operator's log speaks at all, in its own clock. */
export async function coverage(
  db: Database,
  source: SourceRow,
  record: string,
  mapping: string,
): Promise<Spans> {
  if (source.window_from_us !== null || source.window_to_us !== null) {
    const window: Interval = {
      from: source.window_from_us ?? Number.NEGATIVE_INFINITY,
      to: source.window_to_us ?? Number.POSITIVE_INFINITY,
    };
    return Spans.of([window]);
  }
  if (isComputed(source)) return Spans.of(await rulesHold(db, mapping));
  const [span] = await db.query(
    `SELECT least((SELECT min(time_us) FROM "${record}"), min(start_us), min(end_us)) AS low,
            greatest((SELECT max(time_us) FROM "${record}"), max(start_us), max(end_us)) AS high FROM "${mapping}"`,
  );
  if (span?.low === null || span?.low === undefined) return Spans.NONE;
  return Spans.of([
    { from: Number(span.low) - COVERAGE_REACH_US, to: Number(span.high) + COVERAGE_REACH_US },
  ]);
}

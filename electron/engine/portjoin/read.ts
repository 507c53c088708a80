// Records of both logs of a join, address by address in ascending order, as the columns that the matching needs. Memory
// is bounded by one address, not by the logs.
import { correctedIntervals, recordedInterval } from "../../../shared/clock/correct";
import { fitFor, type StoredCalibration } from "../../../shared/clock/folds";
import type { Database } from "../../../shared/database";
import type { Side } from "../../../shared/portjoin/match";
import type { SourceRow } from "../catalogue";
import type { IdReader } from "./ids";

/** Rows without a time or address can stand for nothing; of the parallel log only those with a port count. */
const USABLE = "r.time_us IS NOT NULL AND r.src_addr IS NOT NULL";

/** Postfix's smtpd serves one client after another (master(8)); a worker of nginx or httpd serves many at once. */
const ONE_AT_A_TIME: ReadonlySet<string> = new Set(["postfix"]);

export interface AddressGroup {
  readonly addr: number;
  readonly side: Side;
}

export interface ReadOptions {
  readonly source: SourceRow;
  readonly onlyWithPort: boolean;
  /** Brings this log's times into the other's clock; null where both are one. */
  readonly clock: StoredCalibration | null;
  readonly oneFile: boolean;
  readonly ids: IdReader;
}

const COLUMNS = `r.rowid AS "row", r.line, r.time_us, r.precision_us, r.slack_us, r.time_means, r.duration_us, r.src_addr,
  r.src_port, r.protocol, r.dst_addr, r.dst_port, r.file, r."offset", r.length, r.fields`;

/** Groups in ascending order of the address. Records that the calibration says nothing of are left out and counted. */
export async function* addressGroups(
  db: Database,
  options: ReadOptions,
  signal: AbortSignal,
): AsyncGenerator<AddressGroup> {
  const { source, ids } = options;
  const where = options.onlyWithPort ? `${USABLE} AND r.src_port IS NOT NULL` : USABLE;
  const sql = `SELECT ${COLUMNS} FROM "record_${source.n}" r WHERE ${where} ORDER BY r.src_addr, r.time_us, r.rowid`;
  let rows: Row[] = [];
  let addr = Number.NaN;
  for await (const chunk of db.columns(sql, [], signal)) {
    const c = chunk.columns as Float64Array[];
    const texts = chunk.columns[15] as (string | null)[];
    for (let i = 0; i < chunk.rows; i++) {
      if (c[7]![i] !== addr) {
        if (rows.length > 0) yield { addr, side: sideOf(rows, source) };
        rows = [];
        addr = c[7]![i]!;
      }
      const place = placed(options, c, i);
      if (place === null) continue;
      const own = await ids.read({
        file: c[12]![i]!,
        offset: c[13]![i]!,
        length: c[14]![i]!,
        fields: texts[i]!,
      });
      rows.push({
        ...place,
        row: c[0]![i]!,
        line: c[1]![i]!,
        means: Number.isNaN(c[5]![i]!) ? 4 : c[5]![i]!,
        port: c[8]![i]!,
        protocol: c[9]![i]!,
        dstAddr: c[10]![i]!,
        dstPort: c[11]![i]!,
        ...own,
      });
    }
  }
  if (rows.length > 0) yield { addr, side: sideOf(rows, source) };
}

interface Place {
  readonly fromUs: number;
  readonly stampUs: number;
  readonly toUs: number;
}

interface Row extends Place {
  readonly row: number;
  readonly line: number;
  readonly means: number;
  readonly port: number;
  readonly protocol: number;
  readonly dstAddr: number;
  readonly dstPort: number;
  readonly connection: number;
  readonly process: number;
  readonly handsOn: number;
}

function placed(options: ReadOptions, c: readonly Float64Array[], i: number): Place | null {
  const orZero = (value: number): number => (Number.isNaN(value) ? 0 : value);
  const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
  const event = {
    timeUs: c[2]![i]!,
    precisionUs: orZero(c[3]![i]!),
    slackUs: orZero(c[4]![i]!),
    timeMeans: orNull(c[5]![i]!),
    durationUs: orNull(c[6]![i]!),
    line: options.oneFile ? c[1]![i]! : null,
    writes: options.source.writes,
  };
  // The moment that the stamp itself names, whatever it means: time means "connect" adds no reach.
  const bare = { ...event, timeMeans: 1 };
  if (options.clock === null) {
    const whole = recordedInterval(event);
    return { ...whole, stampUs: recordedInterval(bare).fromUs };
  }
  const fit = fitFor(options.clock, c[1]![i]!);
  const whole = correctedIntervals(fit, event).pieces;
  const stamp = correctedIntervals(fit, bare).pieces;
  if (whole.length === 0 || stamp.length === 0) return null;
  return {
    fromUs: Math.min(...whole.map((p) => p.fromUs)),
    stampUs: Math.min(...stamp.map((p) => p.fromUs)),
    toUs: Math.max(...whole.map((p) => p.toUs)),
  };
}

function sideOf(rows: Row[], source: SourceRow): Side {
  rows.sort((a, b) => a.fromUs - b.fromUs || a.row - b.row);
  const column = (key: keyof Row) => Float64Array.from(rows, (row) => row[key]);
  return {
    rows: rows.length,
    row: column("row"),
    line: column("line"),
    fromUs: column("fromUs"),
    stampUs: column("stampUs"),
    toUs: column("toUs"),
    means: column("means"),
    port: column("port"),
    protocol: column("protocol"),
    dstAddr: column("dstAddr"),
    dstPort: column("dstPort"),
    connection: column("connection"),
    process: column("process"),
    handsOn: column("handsOn"),
    oneAtATime: ONE_AT_A_TIME.has(source.format),
  };
}

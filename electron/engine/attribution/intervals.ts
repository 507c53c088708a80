// Every event's interval in each NAT's recorded clock, into one narrow table: a row for each (event, log, piece). Each
// event is corrected by the fit of the fold that did not see it (rule 10), so it never calibrates its own clock.
import { correctedIntervals } from "../../../shared/clock/correct";
import { fitFor } from "../../../shared/clock/folds";
import type { Database } from "../../../shared/database";
import { appendColumns, type ColumnInput } from "../database/appender";
import { portSure, recordsWithPorts } from "../records/ports";
import { type Destination, destinationSql } from "./destination";
import type { Selection } from "./selection";
import type { Sources } from "./sources";

/** How an event's clock stands to one log's: column `status`. */
export const CLOCK = { ok: 0, uncalibrated: 1, outside: 2 } as const;

export const createEventTable = (name: string): string =>
  `CREATE TABLE "${name}"("row" BIGINT NOT NULL, addr BIGINT, port INTEGER, protocol INTEGER, dst_addr BIGINT, dst_port INTEGER,
     selected UTINYINT NOT NULL, log INTEGER NOT NULL, status UTINYINT NOT NULL, never_unique UTINYINT NOT NULL, from_us BIGINT, to_us BIGINT)`;

const APPEND_ROWS = 65_536;

/**
 * Fills `table`. `selection` is an SQL condition over the record table for the questioned events; the others are staged
 * only where `witnesses` is set. `destinations` stand in where a record names none. Returns how many events are questioned.
 */
export async function stageIntervals(
  db: Database,
  sources: Sources,
  table: string,
  selection: Selection,
  destinations: readonly Destination[],
  witnesses: boolean,
  signal: AbortSignal,
  progress: (rows: number) => void,
): Promise<number> {
  const out = new EventWriter(db, table);
  let selectedEvents = 0;
  let seen = 0;
  const where = witnesses ? "" : "WHERE selected = 1";
  const dst = await destinationSql(db, destinations);
  const sql = `SELECT * FROM (SELECT r.rowid AS "row", line, time_us, precision_us, slack_us, time_means, duration_us, src_addr, src_port,
      protocol, ${dst.addr} AS dst_addr, ${dst.port} AS dst_port, (CASE WHEN (${selection.sql}) THEN 1 ELSE 0 END)::INTEGER AS selected,
      (${portSure(sources.events)})::INTEGER AS sure FROM ${recordsWithPorts(sources.events)}) ${where}`;
  for await (const { rows, columns } of db.columns(sql, selection.params, signal)) {
    const [
      row,
      line,
      time,
      precision,
      slack,
      means,
      duration,
      addr,
      port,
      protocol,
      dstAddr,
      dstPort,
      selected,
      sure,
    ] = columns as Float64Array[];
    for (let i = 0; i < rows; i++) {
      if (selected![i] === 1) selectedEvents++;
      // A witness without an endpoint can bear no witness.
      else if (Number.isNaN(addr![i]!) || Number.isNaN(port![i]!)) continue;
      const event = {
        row: row![i]!,
        addr: addr![i]!,
        port: port![i]!,
        protocol: protocol![i]!,
        dstAddr: dstAddr![i]!,
        dstPort: dstPort![i]!,
        selected: selected![i]!,
      };
      const lineNumber = line![i]!;
      for (let k = 0; k < sources.logs.length; k++) {
        const stored = sources.logs[k]!.calibration;
        if (stored === null) {
          out.push(event, k, CLOCK.uncalibrated, false, Number.NaN, Number.NaN);
          continue;
        }
        const fit = fitFor(stored, lineNumber);
        if (fit.segments.length === 0) {
          out.push(event, k, CLOCK.uncalibrated, false, Number.NaN, Number.NaN);
          continue;
        }
        const timeUs = time![i]!;
        const pieces = Number.isNaN(timeUs)
          ? []
          : correctedIntervals(fit, {
              timeUs,
              precisionUs: orZero(precision![i]!),
              slackUs: orZero(slack![i]!),
              timeMeans: orNull(means![i]!),
              durationUs: orNull(duration![i]!),
              line: sources.oneFile ? lineNumber : null,
              writes: sources.events.writes,
            }).pieces;
        if (pieces.length === 0) out.push(event, k, CLOCK.outside, false, Number.NaN, Number.NaN);
        const never = fit.neverUnique === true || stored.full.neverUnique === true || sure![i] === 0;
        for (const p of pieces) out.push(event, k, CLOCK.ok, never, p.fromUs, Math.max(p.toUs, p.fromUs + 1));
      }
    }
    if (out.rows >= APPEND_ROWS) await out.flush();
    seen += rows;
    progress(seen);
  }
  await out.flush();
  return selectedEvents;
}

const orZero = (value: number): number => (Number.isNaN(value) ? 0 : value);
const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

interface StagedEvent {
  readonly row: number;
  readonly addr: number;
  readonly port: number;
  readonly protocol: number;
  readonly dstAddr: number;
  readonly dstPort: number;
  readonly selected: number;
}

class EventWriter {
  private cells: number[][] = Array.from({ length: 12 }, () => []);

  constructor(
    private readonly db: Database,
    private readonly table: string,
  ) {}

  get rows(): number {
    return this.cells[0]!.length;
  }

  push(e: StagedEvent, log: number, status: number, never: boolean, from: number, to: number): void {
    const c = this.cells;
    c[0]!.push(e.row);
    c[1]!.push(e.addr);
    c[2]!.push(e.port);
    c[3]!.push(e.protocol);
    c[4]!.push(e.dstAddr);
    c[5]!.push(e.dstPort);
    c[6]!.push(e.selected);
    c[7]!.push(log);
    c[8]!.push(status);
    c[9]!.push(never ? 1 : 0);
    c[10]!.push(from);
    c[11]!.push(to);
  }

  async flush(): Promise<void> {
    if (this.rows === 0) return;
    const kinds = ["i64", "i64", "i32", "i32", "i64", "i32", "u8", "i32", "u8", "u8", "i64", "i64"] as const;
    const columns = this.cells.map(
      (values, i): ColumnInput => ({ kind: kinds[i]!, values: Float64Array.from(values) }),
    );
    await appendColumns(this.db, this.table, columns, this.rows);
    this.cells = this.cells.map(() => []);
  }
}

// Walks over the events by public endpoint (address, port, protocol), each with everything the logs hold on it, in
// stretches that bound the memory: at most so many mappings and events at a time, whatever the size of the log.
import type { Interval } from "../../../shared/attribution/spans";
import type { Database } from "../../../shared/database";
import { CLOCK } from "./intervals";
import { HOLD_COLUMNS, HoldIndex, loadHolds, type MappedHold, Parties } from "./mappings";
import type { NatLog } from "./sources";

/** Few enough that what a stretch makes is dropped before the collector moves it: larger ones spend most time there. */
const STRETCH_MAPPINGS = 16_384;
const STRETCH_EVENTS = 8_192;

/** An event of an endpoint, and where it lies in each log's clock. */
export interface PlacedEvent {
  readonly row: number;
  readonly selected: boolean;
  /** By log: CLOCK code and the pieces (empty unless ok). */
  readonly clocks: readonly {
    readonly status: number;
    readonly pieces: readonly Interval[];
    readonly never: boolean;
  }[];
}

export interface Endpoint {
  readonly addr: number;
  readonly port: number;
  readonly protocol: number | null;
  /** By log; one and the same object for endpoints of one port block that share every hold. */
  readonly holds: readonly (readonly MappedHold[])[];
  readonly events: readonly PlacedEvent[];
  readonly parties: Parties;
}

/**
 * The holds that bear on the events, by address and port: one table a log. A stretch of endpoints is then a stretch of
 * the table, whatever the order of the operator's log; without it each stretch would read the whole log (50 million
 * mappings in 500 stretches). Single ports and port blocks are kept where an event uses them, wider ranges where one
 * uses the address, and everything of an address that an event without a port names.
 */
export async function sortHolds(
  db: Database,
  staging: string,
  events: string,
  logs: readonly NatLog[],
  signal: AbortSignal,
): Promise<string[]> {
  const out: string[] = [];
  const used = (shift: number) =>
    `(SELECT addr * ${65_536 >> shift} + (port >> ${shift}) FROM "${events}" WHERE addr IS NOT NULL AND port IS NOT NULL)`;
  const block = (shift: number) => `m.pub_addr * ${65_536 >> shift} + (m.port_low >> ${shift})`;
  const narrow = "(m.port_low >> 6) = (m.port_high >> 6)";
  for (const [k, log] of logs.entries()) {
    const table = `${staging}_hold_${k}`;
    await db.run(
      `CREATE TABLE "${table}" AS SELECT ${HOLD_COLUMNS} FROM "${log.holds}" m WHERE (${narrow} AND ${block(6)} IN ${used(6)})
         OR (NOT ${narrow} AND m.pub_addr IN (SELECT addr FROM "${events}" WHERE addr IS NOT NULL))
         OR m.pub_addr IN (SELECT addr FROM "${events}" WHERE addr IS NOT NULL AND port IS NULL)
       ORDER BY m.pub_addr, m.port_low, m.id`,
      [],
      signal,
    );
    out.push(table);
  }
  return out;
}

/** Address and upper port bits: the unit by which stretches are cut. */
const UNIT = (addr: string, port: string): string => `${addr} * 64 + (${port} >> 10)`;

interface StretchRange {
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
}

async function stretches(
  db: Database,
  events: string,
  holds: readonly string[],
  only: string,
  signal: AbortSignal,
): Promise<StretchRange[]> {
  const mappings = holds
    .map((table) => `SELECT ${UNIT("pub_addr", "port_low")} AS unit, 1 AS m, 0 AS e FROM "${table}"`)
    .join(" UNION ALL ");
  const sql = `SELECT unit, sum(m)::BIGINT AS m, sum(e)::BIGINT AS e FROM (${mappings}
      UNION ALL SELECT ${UNIT("addr", "port")}, 0, 1 FROM "${events}" WHERE addr IS NOT NULL AND port IS NOT NULL AND ${only})
    GROUP BY unit ORDER BY unit`;
  const out: StretchRange[] = [];
  let from = -1;
  let mappingsSeen = 0;
  let eventsSeen = 0;
  let last = -1;
  const cut = () => {
    if (eventsSeen > 0) out.push({ from, to: last });
    from = -1;
    mappingsSeen = 0;
    eventsSeen = 0;
  };
  for await (const { rows, columns } of db.columns(sql, [], signal)) {
    const [unit, m, e] = columns as Float64Array[];
    for (let i = 0; i < rows; i++) {
      if (from >= 0 && (mappingsSeen + m![i]! > STRETCH_MAPPINGS || eventsSeen + e![i]! > STRETCH_EVENTS))
        cut();
      // Stretches without events are skipped, so one need not begin before an event does.
      if (from < 0 && e![i] === 0) continue;
      if (from < 0) from = unit![i]!;
      mappingsSeen += m![i]!;
      eventsSeen += e![i]!;
      last = unit![i]!;
    }
  }
  cut();
  return out;
}

/** Stretches of endpoints in ascending order. `holds` as sortHolds gives them; `only` is an SQL condition over the event table. */
export async function* endpoints(
  db: Database,
  events: string,
  holds: readonly string[],
  only: string,
  signal: AbortSignal,
): AsyncGenerator<Iterable<Endpoint>> {
  for (const range of await stretches(db, events, holds, only, signal)) {
    const parties = new Parties();
    const index = new HoldIndex(holds.length);
    const groups = await loadEvents(db, events, holds.length, only, range, signal);
    for (const g of groups) index.want(g.addr, g.port);
    for (let k = 0; k < holds.length; k++) {
      await loadHolds(
        db,
        holds[k]!,
        k,
        `m.pub_addr BETWEEN ? AND ? AND ${UNIT("m.pub_addr", "m.port_low")} <= ? AND ${UNIT("m.pub_addr", "m.port_high")} >= ?`,
        [Math.floor(range.from / 64), Math.floor(range.to / 64), range.to, range.from],
        parties,
        index,
        signal,
      );
    }
    yield endpointsOf(groups, index, parties);
  }
}

function* endpointsOf(groups: readonly Group[], index: HoldIndex, parties: Parties): Generator<Endpoint> {
  for (const { addr, port, protocol, events } of groups)
    yield { addr, port, protocol, events, holds: index.at(addr, port, protocol), parties };
}

type Group = Pick<Endpoint, "addr" | "port" | "protocol" | "events">;

async function loadEvents(
  db: Database,
  table: string,
  logs: number,
  only: string,
  range: StretchRange,
  signal: AbortSignal,
): Promise<Group[]> {
  const groups: Group[] = [];
  let group: { addr: number; port: number; protocol: number | null; events: PlacedEvent[] } | null = null;
  const placed = placedEvents(
    db,
    table,
    logs,
    `addr IS NOT NULL AND port IS NOT NULL AND ${only} AND addr BETWEEN ? AND ? AND ${UNIT("addr", "port")} BETWEEN ? AND ?`,
    [Math.floor(range.from / 64), Math.floor(range.to / 64), range.from, range.to],
    "addr, port, protocol NULLS FIRST",
    signal,
  );
  for await (const events of placed) {
    for (const e of events) {
      if (group === null || group.addr !== e.addr || group.port !== e.port || group.protocol !== e.protocol) {
        group = { addr: e.addr, port: e.port, protocol: e.protocol, events: [] };
        groups.push(group);
      }
      group.events.push(e);
    }
  }
  return groups;
}

export interface StagedEvent extends PlacedEvent {
  /** NaN where the record has none. */
  readonly addr: number;
  readonly port: number;
  readonly protocol: number | null;
  readonly dstAddr: number;
  readonly dstPort: number;
}

/** Events that satisfy `where`, in the order given and then by row, their pieces put together; some thousands at a time. */
export async function* placedEvents(
  db: Database,
  events: string,
  logs: number,
  where: string,
  params: readonly number[],
  order: string,
  signal: AbortSignal,
): AsyncGenerator<StagedEvent[]> {
  const sql = `SELECT "row", addr, port, protocol, dst_addr, dst_port, selected, log, status, never_unique, from_us, to_us FROM "${events}"
    WHERE ${where} ORDER BY ${order === "" ? "" : `${order}, `}"row", log, from_us, to_us`;
  let row = -1;
  let event: StagedEvent | null = null;
  let clocks: { status: number; pieces: Interval[]; never: boolean }[] = [];
  for await (const { rows, columns } of db.columns(sql, params, signal)) {
    const c = columns as Float64Array[];
    const whole: StagedEvent[] = [];
    for (let i = 0; i < rows; i++) {
      if (c[0]![i]! !== row || event === null) {
        if (event) whole.push(event);
        row = c[0]![i]!;
        clocks = Array.from({ length: logs }, () => ({
          status: CLOCK.uncalibrated,
          pieces: [],
          never: false,
        }));
        event = {
          row,
          addr: c[1]![i]!,
          port: c[2]![i]!,
          protocol: Number.isNaN(c[3]![i]!) ? null : c[3]![i]!,
          dstAddr: c[4]![i]!,
          dstPort: c[5]![i]!,
          selected: c[6]![i] === 1,
          clocks,
        };
      }
      const clock = clocks[c[7]![i]!]!;
      clock.status = c[8]![i]!;
      clock.never = c[9]![i] === 1;
      if (clock.status === CLOCK.ok) clock.pieces.push({ from: c[10]![i]!, to: c[11]![i]! });
    }
    yield whole;
  }
  if (event) yield [event];
}

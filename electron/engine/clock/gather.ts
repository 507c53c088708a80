// Collects what a server's log and a NAT log may have in common: events with address and port, and the mappings that hold
// that address and port near them. Bounded in memory whatever the sources' size: a sample by a hash of the row, the same
// in every run; the join goes through port blocks (DESIGN: "Interval joins go through port blocks").

import type { Connections } from "../../../shared/clock/connections";
import { calibrationInterval } from "../../../shared/clock/correct";
import { foldOf } from "../../../shared/clock/folds";
import { offsetOf, type Stretch } from "../../../shared/clock/search";
import { SEARCH_US } from "../../../shared/clock/vote";
import type { Database } from "../../../shared/database";
import { coverage } from "../attribution/sources";
import type { SourceRow } from "../catalogue";
import { recordsWithPorts } from "../records/ports";

/** Events of the search: chance is told from a peak with far fewer. */
const SEARCH_EVENTS = 2_500;
/** Events of the fit: its width falls with their number, its time grows with it. */
const FIT_EVENTS = 12_000;
/** Candidates held in memory, 17 bytes each. */
const MAX_PAIRS = 2_000_000;
/** The fit looks this far around the search's offset: chance is measured within half an hour of it. */
const FIT_REACH_US = 1_860_000_000;
/** A mapping wider than this goes by its address alone: exploded over port blocks it would make a thousand rows. */
const WIDE_PORTS = 4_096;
/** Multiplicative hash (Knuth) over row numbers: a sample spread evenly over the file. */
const SPREAD = "((r.rowid + 1) * 2654435761) % 4294967296";

export interface Gathered {
  readonly connections: Connections;
  /** Events with an address and port of the NAT's pool, of which the connections are a sample. */
  readonly available: number;
  /** Lines mean something: the source has one file. */
  readonly lines: boolean;
  /** Blocks, where most mappings span several ports. */
  readonly blocks: boolean;
}

interface Facts {
  readonly oneFile: boolean;
  readonly available: number;
  /** Holds of the log's closed mappings: the middle one, and twice what all but a hundredth do not exceed (a lost release
   * joined to a later one makes a few that are far too long). */
  readonly medianHoldUs: number;
  readonly longHoldUs: number;
  readonly natPrecisionUs: number;
  readonly blocks: boolean;
  readonly speaks: { readonly fromUs: number; readonly toUs: number } | null;
}

const number = (value: unknown, otherwise: number): number =>
  value === null || value === undefined ? otherwise : Number(value);

async function factsOf(db: Database, server: SourceRow, nat: SourceRow, signal: AbortSignal): Promise<Facts> {
  const [files] = await db.query("SELECT count(*) AS n FROM source_file WHERE n = ?", [server.n], signal);
  const [events] = await db.query(
    `SELECT count(*) AS n FROM ${recordsWithPorts(server)} WHERE ${USABLE} AND src_addr IN (SELECT DISTINCT pub_addr FROM "mapping_${nat.n}")`,
    [],
    signal,
  );
  const [holds] = await db.query(
    `SELECT quantile_disc(end_us - start_us, 0.5) AS hold, 2 * quantile_disc(end_us - start_us, 0.99) AS longest, quantile_disc(start_max_us - start_min_us, 0.5) AS width,
            count(*) FILTER (WHERE port_high > port_low) AS wide, count(*) AS n
     FROM "mapping_${nat.n}" WHERE pub_addr IS NOT NULL`,
    [],
    signal,
  );
  return {
    oneFile: number(files?.n, 1) <= 1,
    available: number(events?.n, 0),
    medianHoldUs: Math.max(1_000_000, number(holds?.hold, 600_000_000)),
    longHoldUs: Math.max(1_000_000, number(holds?.longest, 86_400_000_000)),
    natPrecisionUs: Math.max(1, number(holds?.width, 1_000_000)),
    blocks: number(holds?.wide, 0) * 2 > number(holds?.n, 0),
    speaks: await speaksOf(db, nat),
  };
}

/** Where attribution lets the log speak, as one stretch; null where it speaks at any time. */
async function speaksOf(db: Database, nat: SourceRow): Promise<Facts["speaks"]> {
  const { from, to } = await coverage(db, nat, `record_${nat.n}`, `mapping_${nat.n}`);
  return from.length === 0 ? null : { fromUs: from[0]!, toUs: to[to.length - 1]! };
}

const USABLE = "r.time_us IS NOT NULL AND r.src_addr IS NOT NULL AND r.src_port IS NOT NULL";

/** Before the search: a sample of events with every candidate within the search's reach. */
export async function gatherForSearch(
  db: Database,
  server: SourceRow,
  nat: SourceRow,
  signal: AbortSignal,
): Promise<Gathered> {
  const facts = await factsOf(db, server, nat, signal);
  const reach = `${SEARCH_US}`;
  let events = SEARCH_EVENTS;
  for (;;) {
    const window = { low: `(0 - ${reach})`, high: reach };
    const connections = await load(db, server, nat, facts, events, window, facts.longHoldUs, signal);
    if (connections !== null)
      return { connections, available: facts.available, lines: facts.oneFile, blocks: facts.blocks };
    events = Math.floor(events / 2);
  }
}

/** After it: more events, with the candidates near the offset found. */
export async function gatherForFit(
  db: Database,
  server: SourceRow,
  nat: SourceRow,
  stretches: readonly Stretch[],
  lines: boolean,
  signal: AbortSignal,
): Promise<Connections> {
  const facts = await factsOf(db, server, nat, signal);
  // Offsets within a stretch reach from one of its ends to the other; they are integers in SQL.
  const bound = (s: Stretch, pick: (...v: number[]) => number): number =>
    Math.round(pick(offsetOf(s, s.fromUs), offsetOf(s, s.toUs)));
  const choose = (pick: (...v: number[]) => number, shift: number): string => {
    if (!lines || stretches.length === 1)
      return String(pick(...stretches.map((s) => bound(s, pick))) + shift);
    const whens = stretches.slice(0, -1).map((s, k) => {
      // Events near a change belong to either side.
      const next = stretches[k + 1]!;
      const both = pick(bound(s, pick), bound(next, pick)) + shift;
      return `WHEN line <= ${Math.floor((s.fromLine + s.toLine) / 2)} THEN ${bound(s, pick) + shift} WHEN line < ${Math.floor((next.fromLine + next.toLine) / 2)} THEN ${both}`;
    });
    return `(CASE ${whens.join(" ")} ELSE ${bound(stretches[stretches.length - 1]!, pick) + shift} END)`;
  };
  const window = { low: choose(Math.min, -FIT_REACH_US), high: choose(Math.max, FIT_REACH_US) };
  let events = FIT_EVENTS;
  for (;;) {
    const connections = await load(db, server, nat, facts, events, window, facts.longHoldUs, signal);
    if (connections !== null) return connections;
    events = Math.floor(events / 2);
  }
}

/** Null where there are more candidates than may be held. */
async function load(
  db: Database,
  server: SourceRow,
  nat: SourceRow,
  facts: Facts,
  events: number,
  window: { low: string; high: string },
  holdUs: number,
  signal: AbortSignal,
): Promise<Connections | null> {
  const order = facts.oneFile ? "line, id" : "time_us, id";
  const mapping = `"mapping_${nat.n}"`;
  // An event recorded at t may lie in a hold [start, end) where t - end < offset < t - start.
  const match = `(m.protocol IS NULL OR e.protocol IS NULL OR m.protocol = e.protocol)
      AND e.src_port BETWEEN m.port_low AND m.port_high
      AND (coalesce(m.port_step, 1) = 1 OR (e.src_port - m.port_low) % m.port_step = 0)
      AND (m.dst_addr IS NULL OR e.dst_addr IS NULL OR m.dst_addr = e.dst_addr)
      AND (m.s IS NULL OR m.s < e.time_us - e.low + e.wide) AND (m.t IS NULL OR m.t > e.time_us - e.high - e.wide)`;
  const sql = `WITH e AS (
      SELECT r.rowid AS id, r.line, r.time_us, r.precision_us, r.slack_us, r.time_means, r.duration_us, r.src_addr, r.src_port,
             r.protocol, r.dst_addr, ${window.low} AS low, ${window.high} AS high,
             coalesce(r.precision_us, 0) + coalesce(r.slack_us, 0) + coalesce(r.duration_us, 0) + 1 AS wide
      FROM ${recordsWithPorts(server)}
      WHERE ${USABLE} AND r.src_addr IN (SELECT DISTINCT pub_addr FROM ${mapping})
      ORDER BY ${SPREAD}, r.rowid LIMIT ${events}),
    held AS (
      SELECT id, pub_addr, protocol, port_low, port_high, port_step, dst_addr, start_exact,
             coalesce(start_min_us, start_us) AS s, coalesce(end_max_us, end_us) AS t, last_named_us
      FROM ${mapping} WHERE pub_addr IN (SELECT DISTINCT src_addr FROM e)),
    narrow AS (
      SELECT *, unnest(range(port_low // 64, port_high // 64 + 1)) AS block FROM held WHERE port_high - port_low < ${WIDE_PORTS}),
    pair AS (
      SELECT e.id AS event, m.* EXCLUDE (block) FROM e JOIN narrow m
        ON m.pub_addr * 1024 + m.block = e.src_addr * 1024 + e.src_port // 64 WHERE ${match}
      UNION ALL
      SELECT e.id AS event, m.* FROM e JOIN held m ON m.pub_addr = e.src_addr
      WHERE m.port_high - m.port_low >= ${WIDE_PORTS} AND ${match})
    SELECT e.id, e.line, e.time_us, e.precision_us, e.slack_us, e.time_means, e.duration_us,
           p.pub_addr, p.port_low, p.port_high, p.s, p.t, p.last_named_us, p.start_exact
    FROM e JOIN pair p ON p.event = e.id
    ORDER BY ${order.replace("line", "e.line").replace("time_us", "e.time_us").replace("id", "e.id")}, coalesce(p.s, p.t), p.id
    LIMIT ${MAX_PAIRS + 1}`;
  const build = new Builder(facts, server.writes, holdUs);
  for await (const { rows, columns } of db.columns(sql, [], signal)) {
    if (build.pairs + rows > MAX_PAIRS) return null;
    build.take(rows, columns as Float64Array[]);
  }
  return build.finish();
}

class Builder {
  pairs = 0;
  private readonly timeUs: number[] = [];
  private readonly loUs: number[] = [];
  private readonly hiUs: number[] = [];
  private readonly line: number[] = [];
  private readonly fold: number[] = [];
  private readonly channel: number[] = [];
  private readonly first: number[] = [];
  private startUs: number[] = [];
  private endUs: number[] = [];
  private exact: number[] = [];
  private readonly channels = new Map<string, number>();
  private readonly precisions: number[] = [];
  private last = -1;

  constructor(
    private readonly facts: Facts,
    private readonly writes: "truncates" | "rounds",
    /** How long a mapping is taken to last whose start or end no record shows. */
    private readonly holdUs: number,
  ) {}

  take(rows: number, columns: readonly Float64Array[]): void {
    const [id, line, time, precision, slack, means, duration, pub, low, high, s, t, named, exact] = columns;
    const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
    const orZero = (value: number): number => (Number.isNaN(value) ? 0 : value);
    for (let i = 0; i < rows; i++) {
      if (id![i] !== this.last) {
        this.last = id![i]!;
        const { fromUs, toUs } = calibrationInterval({
          timeUs: time![i]!,
          precisionUs: orZero(precision![i]!),
          slackUs: orZero(slack![i]!),
          timeMeans: orNull(means![i]!),
          durationUs: orNull(duration![i]!),
          line: line![i]!,
          writes: this.writes,
        });
        this.first.push(this.pairs);
        this.timeUs.push(time![i]!);
        this.loUs.push(fromUs);
        this.hiUs.push(toUs);
        this.precisions.push(orZero(precision![i]!));
        // Several files have no lines in common: their events go in the order of time.
        this.line.push(this.facts.oneFile ? line![i]! : this.line.length + 1);
        this.fold.push(foldOf(line![i]!));
        const key = `${pub![i]}:${low![i]}:${high![i]}`;
        let channel = this.channels.get(key);
        if (channel === undefined) {
          channel = this.channels.size;
          this.channels.set(key, channel);
        }
        this.channel.push(channel);
      }
      // What no record shows is filled: for the search by the log's median hold, for the fit by the longest likely one,
      // so that no event of it is pushed out of the hold that it was in.
      const hold = this.holdUs;
      const end = Number.isNaN(t![i]!) ? Math.max(s![i]! + hold, orZero(named![i]!)) : t![i]!;
      const open = Number.isNaN(t![i]!);
      const before = this.startUs.length - 1;
      const own = before >= this.first[this.first.length - 1]!;
      // One port has one holder: a start that no record shows lies after the hold before it (or after that one's start,
      // where its end is not known either), an end that none shows before the next start.
      const earliest = own ? (this.openEnd ? this.startUs[before]! : this.endUs[before]!) : -Infinity;
      const start = Number.isNaN(s![i]!) ? Math.min(Math.max(t![i]! - hold, earliest), t![i]! - 1) : s![i]!;
      if (Number.isNaN(start) || Number.isNaN(end)) continue;
      if (own && this.openEnd && this.endUs[before]! > start) {
        this.endUs[before] = Math.max(this.startUs[before]! + 1, start);
      }
      this.startUs.push(start);
      this.endUs.push(end);
      this.exact.push(exact![i] === 1 && !Number.isNaN(s![i]!) ? 1 : 0);
      this.openEnd = open;
      this.pairs++;
    }
  }

  private openEnd = false;

  finish(): Connections {
    const n = this.timeUs.length;
    const sorted = [...this.precisions].sort((a, b) => a - b);
    return {
      n,
      timeUs: Float64Array.from(this.timeUs),
      loUs: Float64Array.from(this.loUs),
      hiUs: Float64Array.from(this.hiUs),
      line: Float64Array.from(this.line),
      fold: Uint8Array.from(this.fold),
      channel: Int32Array.from(this.channel),
      first: Int32Array.from([...this.first, this.pairs]),
      startUs: Float64Array.from(this.startUs),
      endUs: Float64Array.from(this.endUs),
      exact: Uint8Array.from(this.exact),
      ...(this.facts.speaks ? { speaks: this.facts.speaks } : {}),
      precisionUs: sorted[n >> 1] ?? 1,
      natPrecisionUs: this.facts.natPrecisionUs,
    };
  }
}

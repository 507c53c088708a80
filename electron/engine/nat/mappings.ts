// Turns a NAT source's records into mappings. Promise: every record that names a mapping points at exactly one, and no
// mapping claims more than its records show: a lost half stays open (RFC 6888 logs are lossy UDP syslog more often than
// not), so a later holder of the same port is never read as the earlier one's end. Prevents naming the wrong subscriber
// from a bound that no record shows. Rules of evidence 5 and 6; nat-logs reference, "What breaks naive readers".
//
// Shape, for tens of millions of records: one external sort by key and time, then streaming windows over the sorted
// table, then one aggregate by group number; nothing has to fit in memory. Only records that leave a part out (`filled`)
// need a partitioned window before that.
import type { Progress } from "../../../shared/contract/messages";
import type { Database } from "../../../shared/database";
import { MAPPING_COLUMNS } from "../../../shared/nat/mapping";
import { NAT_EVENT } from "../../../shared/record/columns";
import { createMappingTable } from "../catalogue";
import { countOverlaps } from "./overlaps";

export interface MappingTables {
  readonly record: string;
  readonly mapping: string;
  readonly rowMapping: string;
}

export interface MappingSource {
  /** How the format's writer makes a time of its precision (Format.gives.writes). */
  readonly writes: "truncates" | "rounds";
}

export interface MappingIo {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

export interface MappingCounts {
  readonly mappings: number;
  /** Mappings that certainly hold while another party certainly holds the same public address, port and protocol. */
  readonly overlaps: number;
  /** Mappings whose end no record shows. */
  readonly openEnds: number;
  /** Mappings whose start no record shows. */
  readonly lostStarts: number;
}

const { start: START, interim: INTERIM, release: RELEASE, mapping: WHOLE } = NAT_EVENT;

/** What the pairing key is made of; `conn` numbers are one device's own, hence `key_device`. */
const KEY = [
  "whole",
  "pub_addr",
  "protocol",
  "port_low",
  "port_high",
  "port_step",
  "in_addr",
  "in_port",
  "realm",
  "dst_addr",
  "dst_port",
  "conn",
  "key_device",
] as const;

/** What the records of this source leave open; each costs a pass of its own, so it is done only where it occurs. */
interface Needs {
  readonly byConnection: boolean;
  readonly withoutInside: boolean;
  readonly withoutDestination: boolean;
  /** Columns by which the wide releases name what they end: one entry for each set of them that occurs. */
  readonly wideReleases: readonly (readonly string[])[];
  readonly portlessStarts: boolean;
}

/**
 * Builds tables.mapping (MAPPING_COLUMNS, ordered by id) and tables.rowMapping (one row a record, in row order; its
 * single column `mapping` is the id or NULL) from tables.record. Neither table may exist yet.
 */
export async function buildMappings(
  db: Database,
  tables: MappingTables,
  source: MappingSource,
  io: MappingIo,
): Promise<MappingCounts> {
  const work = (suffix: string): string => `${tables.mapping}_${suffix}`;
  const [events, sorted, grouped, numbers] = [work("e"), work("s"), work("g"), work("n")];
  const steps = 6;
  let done = 0;
  const run = async (sql: string): Promise<void> => {
    io.signal.throwIfAborted();
    await db.run(sql, [], io.signal);
  };
  const step = (doing: string): void => io.progress({ doing, done: done++, total: steps, unit: "steps" });

  step("Reading the operator's records");
  const needs = await survey(db, tables.record, io.signal);
  await run(`CREATE TABLE "${events}" AS ${eventsSql(tables.record, source, needs)}`);
  step("Sorting records by mapping and time");
  await run(
    `CREATE TABLE "${sorted}" AS SELECT * FROM "${events}" ORDER BY ${KEY.map((k) => `${k} NULLS FIRST`).join(", ")}, at_us NULLS LAST, row, virtual`,
  );
  await run(`DROP TABLE "${events}"`);
  step("Pairing starts and ends");
  await run(`CREATE TABLE "${grouped}" AS ${groupedSql(sorted)}`);
  await run(`DROP TABLE "${sorted}"`);
  step("Building mappings");
  await run(createMappingTable(tables.mapping));
  await run(`CREATE TABLE "${numbers}" AS ${mappingSql(grouped)}`);
  const names = MAPPING_COLUMNS.filter((c) => c.name !== "id").map((c) => `"${c.name}"`);
  await run(
    `INSERT INTO "${tables.mapping}" SELECT rowid + 1, ${names.join(", ")} FROM "${numbers}" ORDER BY rowid`,
  );
  step("Pointing records at their mappings");
  await run(`CREATE TABLE "${tables.rowMapping}" AS ${rowMappingSql(tables.record, grouped, numbers)}`);
  await run(`DROP TABLE "${grouped}"`);
  await run(`DROP TABLE "${numbers}"`);
  step("Looking for overlaps");
  const overlaps = await countOverlaps(db, tables.mapping, io.signal);
  const [totals] = await db.query(
    `SELECT count(*) AS mappings, count(*) FILTER (WHERE end_us IS NULL) AS open_ends,
            count(*) FILTER (WHERE start_us IS NULL) AS lost_starts FROM "${tables.mapping}"`,
    [],
    io.signal,
  );
  io.progress({ doing: "Building mappings", done: steps, total: steps, unit: "steps" });
  return {
    mappings: Number(totals?.mappings ?? 0),
    overlaps,
    openEnds: Number(totals?.open_ends ?? 0),
    lostStarts: Number(totals?.lost_starts ?? 0),
  };
}

async function survey(db: Database, record: string, signal: AbortSignal): Promise<Needs> {
  const later = `event IN (${INTERIM}, ${RELEASE})`;
  const [row] = await db.query(
    `SELECT count(*) FILTER (WHERE ${later} AND conn IS NOT NULL AND pub_addr IS NULL) AS by_connection,
            count(*) FILTER (WHERE ${later} AND pub_addr IS NOT NULL AND in_addr IS NULL) AS without_inside,
            count(*) FILTER (WHERE ${later} AND dst_addr IS NULL AND pub_addr IS NOT NULL) AS without_destination,
            count(*) FILTER (WHERE event = ${START} AND dst_addr IS NOT NULL) AS with_destination,
            count(*) FILTER (WHERE ${WIDE}) AS wide,
            count(*) FILTER (WHERE event IN (${START}, ${INTERIM}) AND port_low IS NULL) AS portless
     FROM "${record}"`,
    [],
    signal,
  );
  const some = (name: string): boolean => Number(row?.[name] ?? 0) > 0;
  return {
    byConnection: some("by_connection"),
    withoutInside: some("without_inside"),
    withoutDestination: some("without_destination") && some("with_destination"),
    wideReleases: some("wide") ? await wideShapes(db, record, signal) : [],
    portlessStarts: some("portless"),
  };
}

/** A release that names no port and no connection: it ends every mapping of its address, subscriber or device. */
const WIDE = `event = ${RELEASE} AND port_low IS NULL AND conn IS NULL AND end_us IS NULL
  AND (pub_addr IS NOT NULL OR in_addr IS NOT NULL OR subscriber IS NOT NULL OR device IS NOT NULL)`;

/**
 * A binding of the address alone, where the ports of the same address are logged too: all who are bound to an address
 * share it, and read as a mapping it would give each of them every port.
 */
const bindingOnly = (record: string): string =>
  `(port_low IS NULL AND conn IS NULL AND pub_addr IS NOT NULL AND pub_addr IN (SELECT pub_addr FROM "${record}"
    WHERE pub_addr IS NOT NULL AND port_low IS NOT NULL AND event IN (${START}, ${INTERIM}, ${WHOLE})))`;

/**
 * One row a record that names a mapping: key, order, and the bounds that the record itself gives.
 *   s_*  the start it states (its own time where it is a start), as value and [lo, hi)
 *   e_*  the end it states
 *   n_*  when it names the mapping
 */
function eventsSql(record: string, source: MappingSource, needs: Needs): string {
  // A stamp t of precision p means [t, t + p) of a truncating writer, t -/+ p/2 of a rounding one (rule of evidence 5).
  const low = (v: string, p: string): string => (source.writes === "rounds" ? `(${v} - ${p} // 2)` : v);
  const high = (v: string, p: string): string =>
    source.writes === "rounds" ? `(${v} + (${p} + 1) // 2)` : `(${v} + ${p})`;
  const p = "coalesce(precision_us, 1)";
  const slack = "coalesce(slack_us, 0)";
  // Beside a duration, the bound with a precision of its own was computed from it: the error goes both ways.
  const stated = (side: "start" | "end"): { value: string; lo: string; hi: string } => {
    const q = `coalesce(${side}_precision_us, precision_us, 1)`;
    const value = `${side}_us`;
    const computed = `(duration_us IS NOT NULL AND ${side}_precision_us IS NOT NULL)`;
    return {
      value,
      lo: `CASE WHEN ${computed} THEN ${value} - ${q} ELSE ${low(value, q)} END`,
      hi: `CASE WHEN ${computed} THEN ${value} + ${q} ELSE ${high(value, q)} END + ${slack}`,
    };
  };
  const ownLow = low("time_us", p);
  const ownHigh = `(${high("time_us", p)} + ${slack})`;
  const start = stated("start");
  const end = stated("end");
  const begins = `event = ${START} AND start_us IS NULL`;
  const ends = `event = ${RELEASE} AND end_us IS NULL`;
  const key = `(event = ${WHOLE}) AS whole, pub_addr, protocol, port_low, coalesce(port_high, port_low) AS port_high,
      CASE WHEN port_low IS NULL THEN NULL ELSE coalesce(port_step, 1) END AS port_step, in_addr, in_port, realm,
      dst_addr, dst_port, conn, CASE WHEN conn IS NULL THEN NULL ELSE device END AS key_device`;
  const bounds = `coalesce(time_us, end_us, start_us) AS at_us, line, "offset", device, subscriber,
      CASE WHEN ${begins} THEN time_us ELSE start_us END AS s_us,
      CASE WHEN ${begins} THEN ${ownLow} ELSE ${start.lo} END AS s_lo,
      CASE WHEN ${begins} THEN ${ownHigh} ELSE ${start.hi} END AS s_hi,
      (duration_us IS NULL OR start_precision_us IS NULL) AS s_exact,
      CASE WHEN ${ends} THEN time_us WHEN event IN (${RELEASE}, ${WHOLE}) THEN end_us END AS e_us,
      CASE WHEN ${ends} THEN ${ownLow} WHEN event IN (${RELEASE}, ${WHOLE}) THEN ${end.lo} END AS e_lo,
      -- A lease that begins or goes on states how long it lasts: no end, but none is later.
      CASE WHEN ${ends} THEN ${ownHigh} WHEN event IN (${RELEASE}, ${WHOLE}) OR (pub_addr IS NULL AND end_us > time_us)
        THEN ${end.hi} END AS e_hi,
      time_us AS n_us, ${ownLow} AS n_lo, ${ownHigh} AS n_hi`;
  const real = `SELECT rowid AS row, FALSE AS virtual, event, ${key}, ${bounds}
    FROM "${record}"
    WHERE event IN (${START}, ${INTERIM}, ${RELEASE}, ${WHOLE}) AND (pub_addr IS NOT NULL OR in_addr IS NOT NULL)
      ${needs.wideReleases.length > 0 && !needs.portlessStarts ? `AND NOT (${WIDE})` : ""}
      ${needs.portlessStarts ? `AND NOT ${bindingOnly(record)}` : ""}`;
  let sql = `SELECT * FROM (${real})`;
  if (needs.byConnection) sql = filled(sql, "connection");
  if (needs.withoutInside) sql = filled(sql, "inside");
  if (needs.withoutDestination) sql = filled(sql, "destination");
  return needs.wideReleases.length === 0 ? sql : withWideReleases(sql, record, needs.wideReleases, bounds);
}

/** The address, else the subscriber, else the device; the realm narrows each of them. */
async function wideShapes(db: Database, record: string, signal: AbortSignal): Promise<string[][]> {
  const rows = await db.query(
    `SELECT DISTINCT (in_addr IS NOT NULL)::INTEGER AS in_addr, (pub_addr IS NOT NULL)::INTEGER AS pub_addr,
      (realm IS NOT NULL)::INTEGER AS realm, (in_addr IS NULL AND subscriber IS NOT NULL)::INTEGER AS subscriber,
      (in_addr IS NULL AND pub_addr IS NULL AND device IS NOT NULL)::INTEGER AS device
     FROM "${record}" WHERE ${WIDE} ORDER BY ALL`,
    [],
    signal,
  );
  const shapes = rows.map((row) =>
    ["in_addr", "pub_addr", "realm", "subscriber", "device"].filter((name) => row[name] === 1),
  );
  return shapes.filter((shape) => shape.some((name) => name !== "realm"));
}

/**
 * Adds, for every record that names a mapping, the first wide release behind it that covers it, as a release of that very
 * mapping. One for each record at most: a release is never paired with all that its subscriber ever held.
 */
function withWideReleases(
  sql: string,
  record: string,
  shapes: readonly (readonly string[])[],
  bounds: string,
): string {
  const columns = ["in_addr", "pub_addr", "realm", "subscriber", "device"];
  const pairs = shapes.map((shape) => {
    const by = shape.join(", ");
    const alone = shape.includes("in_addr") || shape.includes("pub_addr") ? "AND port_low IS NOT NULL" : "";
    // The subscriber counts only where no inside address is named, the device only where no address is.
    const counted = (name: string): boolean =>
      name === "subscriber"
        ? !shape.includes("in_addr")
        : name === "device"
          ? !shape.includes("in_addr") && !shape.includes("pub_addr")
          : true;
    const exactly = columns
      .filter(counted)
      .map((name) => `${name} IS ${shape.includes(name) ? "NOT NULL" : "NULL"}`)
      .join(" AND ");
    return `SELECT row, closer FROM (
        SELECT row, wide, first_value(CASE WHEN wide THEN row END IGNORE NULLS) OVER behind AS closer FROM (
          SELECT row, at_us, FALSE AS wide, ${by} FROM named
            WHERE NOT whole AND event IN (${START}, ${INTERIM}) ${alone}
          UNION ALL SELECT row, at_us, TRUE AS wide, ${by} FROM released WHERE ${exactly})
        WINDOW behind AS (PARTITION BY ${by} ORDER BY at_us NULLS LAST, row
          ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING))
      WHERE NOT wide AND closer IS NOT NULL`;
  });
  return `WITH named AS MATERIALIZED (${sql}),
    released AS MATERIALIZED (SELECT rowid AS row, in_addr, pub_addr, realm, ${bounds}
      FROM "${record}" WHERE ${WIDE}),
    pairs AS (${pairs.join(" UNION ALL ")})
    SELECT * FROM named UNION ALL BY NAME
    SELECT DISTINCT ON (released.row, ${KEY.map((k) => `named.${k}`).join(", ")}) released.row AS row, TRUE AS virtual,
      ${RELEASE} AS event, ${KEY.map((k) => `named.${k}`).join(", ")},
      released.* EXCLUDE (row, in_addr, pub_addr, realm, subscriber), NULL::INTEGER AS subscriber
    FROM pairs JOIN named ON named.row = pairs.row JOIN released ON released.row = pairs.closer`;
}

/**
 * Completes later records from the start before them, where the writer left a part out:
 *   connection   a teardown with the connection's number but no translated address (ASA 302014)
 *   inside       a free that names only the public side
 *   destination  a delete that does not repeat the destination
 * The latest start before the record that fits everything the record does say is taken; none: the record stays as it is.
 */
function filled(sql: string, part: "connection" | "inside" | "destination"): string {
  const columns = {
    connection: [
      "pub_addr",
      "port_low",
      "port_high",
      "port_step",
      "in_addr",
      "in_port",
      "dst_addr",
      "dst_port",
      "realm",
    ],
    inside: ["in_addr", "in_port", "realm"],
    destination: ["dst_addr", "dst_port"],
  }[part];
  const partition = {
    connection: ["key_device", "protocol", "conn"],
    inside: ["pub_addr", "protocol", "port_low", "port_high", "port_step", "conn"],
    destination: KEY.filter((k) => k !== "dst_addr" && k !== "dst_port" && k !== "whole"),
  }[part];
  const lacks = {
    connection: "pub_addr IS NULL AND conn IS NOT NULL",
    inside: "in_addr IS NULL AND pub_addr IS NOT NULL",
    destination: "dst_addr IS NULL",
  }[part];
  const before = (name: string): string =>
    `last_value(CASE WHEN event = ${START} THEN ${name} END IGNORE NULLS) OVER before AS f_${name}`;
  // Where one connection number was used again and its start was lost, the endpoints tell (a wrong join names a wrong holder).
  const fits = columns.map((c) => `(${c} IS NULL OR f_${c} IS NULL OR ${c} = f_${c})`).join(" AND ");
  const takes = `event IN (${INTERIM}, ${RELEASE}) AND ${lacks} AND ${fits}`;
  return `SELECT * EXCLUDE (${columns.map((c) => `f_${c}`).join(", ")}) REPLACE (
      ${columns.map((c) => `CASE WHEN ${takes} THEN coalesce(${c}, f_${c}) ELSE ${c} END AS ${c}`).join(", ")})
    FROM (SELECT *, ${columns.map(before).join(", ")} FROM (${sql})
      WINDOW before AS (PARTITION BY ${partition.join(", ")} ORDER BY at_us NULLS LAST, row
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))`;
}

/**
 * Numbers the groups of records that name one mapping. A record opens a new one where it is the first of its key, a
 * start, after a release, or where what it says cannot be said of the mapping before it: another start, another subscriber.
 */
function groupedSql(sorted: string): string {
  const previous = (name: string): string => `lag(${name}) OVER () AS p_${name}`;
  const sameKey = KEY.map((k) => `${k} IS NOT DISTINCT FROM p_${k}`).join(" AND ");
  // Computed starts are off by their resolution and by logging delay; two seconds are allowed for that.
  const tolerance = "greatest(2000000, (s_hi - s_lo) + coalesce(p_s_hi - p_s_lo, 0))";
  const repeated = `(conn IS NOT NULL AND p_event IN (${START}, ${INTERIM}) AND s_us IS NOT DISTINCT FROM p_s_us)`;
  const opens = `NOT (${sameKey}) OR p_event IS NULL OR p_event IN (${RELEASE}, ${WHOLE}) OR event = ${WHOLE}
      OR (event = ${START} AND NOT ${repeated})
      OR (NOT virtual AND event IN (${INTERIM}, ${RELEASE}) AND (
        (s_us IS NOT NULL AND p_s_us IS NOT NULL AND abs(s_us - p_s_us) > ${tolerance})
        OR (s_us IS NOT NULL AND p_s_us IS NULL AND s_us > p_at_us + ${tolerance})
        OR (subscriber IS NOT NULL AND p_subscriber IS NOT NULL AND subscriber <> p_subscriber)))`;
  const kept = [...KEY, "event", "s_us", "s_lo", "s_hi", "subscriber", "at_us"];
  return `SELECT * EXCLUDE (opens), count(opens) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS gid
    FROM (SELECT * EXCLUDE (${kept.map((k) => `p_${k}`).join(", ")}), CASE WHEN ${opens} THEN 1 END AS opens
      FROM (SELECT *, ${kept.map(previous).join(", ")} FROM "${sorted}"))`;
}

/** One row a mapping, in the order of the first record that names it, with `gid`. */
function mappingSql(grouped: string): string {
  // The start of a start record wins over the same start repeated or computed by later ones.
  const start = (pick: "min" | "max", name: string): string =>
    `coalesce(min(CASE WHEN event = ${START} THEN ${name} END), ${pick}(${name}))`;
  const first = (name: string): string =>
    `coalesce(arg_min(${name}, row) FILTER (WHERE event = ${START}), arg_min(${name}, row) FILTER (WHERE s_us IS NOT NULL), arg_min(${name}, row))`;
  const same = [
    "pub_addr",
    "protocol",
    "port_low",
    "port_high",
    "port_step",
    "in_addr",
    "in_port",
    "realm",
    "dst_addr",
    "dst_port",
  ];
  return `SELECT gid, ${same.filter((n) => !n.startsWith("port_")).join(", ")},
      -- A mapping without ports is of the whole address (one-to-one NAT).
      CASE WHEN pub_addr IS NULL THEN port_low ELSE coalesce(port_low, 0) END AS port_low,
      CASE WHEN pub_addr IS NULL THEN port_high ELSE coalesce(port_high, 65535) END AS port_high,
      CASE WHEN pub_addr IS NULL THEN port_step ELSE coalesce(port_step, 1) END AS port_step,
      start_us, end_us, start_lo AS start_min_us,
      CASE WHEN start_us IS NULL THEN named_hi ELSE start_hi END AS start_max_us,
      CASE WHEN end_us IS NULL THEN named_lo ELSE end_lo END AS end_min_us,
      end_hi AS end_max_us,
      first_line, end_line, first_offset, last_named_us,
      -- Two names for one binding settle nothing: the inside address stays as its identity.
      CASE WHEN subscriber_min = subscriber_max THEN subscriber_min END AS subscriber, device, start_exact
    FROM (SELECT gid, min(row) AS first_row, ${same.map((n) => `min(${n}) AS ${n}`).join(", ")},
        ${start("min", "s_us")} AS start_us, ${start("min", "s_lo")} AS start_lo,
        coalesce(min(CASE WHEN event = ${START} THEN s_hi END), max(s_hi)) AS start_hi,
        max(e_us) AS end_us, min(e_lo) AS end_lo,
        coalesce(max(CASE WHEN e_us IS NOT NULL THEN e_hi END), max(e_hi)) AS end_hi,
        min(n_hi) AS named_hi, max(n_lo) AS named_lo, max(n_us) AS last_named_us,
        ${first("line")} AS first_line, ${first('"offset"')} AS first_offset,
        max(CASE WHEN e_us IS NOT NULL THEN line END) AS end_line,
        min(subscriber) AS subscriber_min, max(subscriber) AS subscriber_max, min(device) AS device,
        CASE WHEN bool_or(s_us IS NOT NULL AND s_exact) THEN 1 ELSE 0 END AS start_exact
      FROM "${grouped}" GROUP BY gid HAVING NOT bool_and(virtual))
    ORDER BY first_row, gid`;
}

/** Mapping id of every record, in row order. A release of several mappings points at the first of them. */
function rowMappingSql(record: string, grouped: string, numbers: string): string {
  return `SELECT mapping FROM (
      SELECT row, min(id) AS mapping FROM (
        SELECT g.row AS row, n.rowid + 1 AS id FROM "${grouped}" g JOIN "${numbers}" n USING (gid)
        UNION ALL SELECT rowid AS row, NULL AS id FROM "${record}")
      GROUP BY row) ORDER BY row`;
}

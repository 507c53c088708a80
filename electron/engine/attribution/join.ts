// The join of events with the mappings that may hold their endpoint: by port blocks, never by time. A mapping is
// exploded over the blocks of its ports and met by equality on address and block; the exact port, the protocol and the
// possible hold decide inside. So the work does not grow with the clock's uncertainty, and no pair needs removing twice
// (import-and-join reference: 1M x 5M in 1.4 s; time buckets 6 s; the naive join unfinished at 68 s).
import type { Database } from "../../../shared/database";

/**
 * Block sizes as shifts: a mapping uses the smallest in which it spans at most MAX_BLOCKS, so that wide port ranges are
 * not exploded a thousandfold. 16 is the address alone.
 */
export const BLOCK_SHIFTS = [6, 10, 16] as const;
export const MAX_BLOCKS = 8;

/** Blocks to an address for a shift (1 for 16); the key `address * blocks + (port >> shift)` stays far below 2^63. */
const blocksOf = (shift: number): number => 65_536 >> shift;

const spanOf = (m: string, shift: number): string =>
  `((${m}.port_high >> ${shift}) - (${m}.port_low >> ${shift}))`;

/** SQL condition: mapping `m` belongs to this shift's join. */
export function shiftCondition(m: string, shift: number): string {
  const narrower = BLOCK_SHIFTS.filter((s) => s < shift);
  const here = shift === 16 ? [] : [`${spanOf(m, shift)} < ${MAX_BLOCKS}`];
  return [...narrower.map((s) => `${spanOf(m, s)} >= ${MAX_BLOCKS}`), ...here].join(" AND ");
}

/** SQL condition: event `e` uses a port and protocol of mapping `m`. Null on either side leaves the protocol open (rule 9). */
export const endpointCondition = (e: string, m: string): string =>
  `${e}.port BETWEEN ${m}.port_low AND ${m}.port_high AND (${e}.port - ${m}.port_low) % ${m}.port_step = 0
   AND (${e}.protocol IS NULL OR ${m}.protocol IS NULL OR ${e}.protocol = ${m}.protocol)`;

/** Stand for a start that no record shows and an end that none does: beyond any time in microseconds, within 2^53. */
const EVER = 9_000_000_000_000_000;

/**
 * One shift's join: `select` over event `e` and mapping `m` (its id). The time is a plain inequality of the join, without
 * NULLs, which DuckDB tests while it probes; a block that a mapping begins in needs no unnest, which costs twice the rest.
 */
export function joinSql(events: string, mapping: string, shift: number, select: string): string {
  const blocks = blocksOf(shift);
  const from = `"${mapping}" m WHERE ${shiftCondition("m", shift)}`;
  const spread =
    shift === 16
      ? `SELECT *, 0 AS block FROM ${from}`
      : `SELECT *, port_low >> ${shift} AS block FROM ${from}
         UNION ALL SELECT *, unnest(range((port_low >> ${shift}) + 1, (port_high >> ${shift}) + 1)) FROM ${from} AND ${spanOf("m", shift)} > 0`;
  const keyed = `SELECT id, protocol, port_low, port_high, port_step, coalesce(start_min_us, -${EVER}) AS possible_from,
      coalesce(end_max_us, ${EVER}) AS possible_to, pub_addr * ${blocks} + block AS key FROM (${spread})`;
  return `SELECT ${select} FROM ${events} e JOIN (${keyed}) m ON m.key = e.addr * ${blocks} + (e.port >> ${shift})
          AND m.possible_from < e.to_us AND m.possible_to > e.from_us AND ${endpointCondition("e", "m")}`;
}

/** The shifts that a table of mappings needs. */
export async function shiftsOf(db: Database, mapping: string, signal?: AbortSignal): Promise<number[]> {
  const counts = BLOCK_SHIFTS.map((s) => `count(*) FILTER (WHERE ${shiftCondition("m", s)}) AS s${s}`).join(
    ", ",
  );
  const [row] = await db.query(`SELECT ${counts} FROM "${mapping}" m`, [], signal);
  return BLOCK_SHIFTS.filter((s) => Number(row?.[`s${s}`] ?? 0) > 0);
}

/**
 * Candidates of one NAT log: (row, mapping) for every event piece and mapping that meet, into table `out`
 * (row BIGINT, log INTEGER, mapping BIGINT). `events` needs row, addr, port, protocol, from_us, to_us. A mapping that
 * meets two pieces of one event comes twice.
 */
export async function joinCandidates(
  db: Database,
  events: string,
  mapping: string,
  log: number,
  out: string,
  signal?: AbortSignal,
): Promise<void> {
  for (const shift of await shiftsOf(db, mapping, signal)) {
    await db.run(
      `INSERT INTO "${out}" ${joinSql(events, mapping, shift, `e."row", ${log}::INTEGER AS log, m.id AS mapping`)}`,
      [],
      signal,
    );
  }
}

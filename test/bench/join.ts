// join.1m5m: a million events against five million mappings, all possible holders of each event's interval. Ours is the
// port-block join that attribution uses; the peer is the same question by time buckets, the usual way in SQL.
import { joinCandidates } from "../../electron/engine/attribution/join";
import { createPairTable } from "../../electron/engine/attribution/result-table";
import { createMappingTable } from "../../electron/engine/catalogue";
import { type NativeDatabase, openNative } from "../../electron/engine/database/native";

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;

export interface JoinScale {
  readonly events: number;
  readonly mappings: number;
  /** Half-width of an event's interval. */
  readonly uncertaintyUs: number;
}

export const FULL: JoinScale = { events: 1_000_000, mappings: 5_000_000, uncertaintyUs: 2 * SECOND };

/** 256 public addresses, blocks of 64 ports from 1,024 up. */
const ADDRESSES = 256;
const BLOCKS = 1_008;
const FIRST_ADDRESS = 3_325_256_704;

/** Fills `event` and `mapping` in `db`: each port block changes hands through one day, with a pause between holders. */
export async function fillJoinWorld(db: NativeDatabase, scale: JoinScale): Promise<void> {
  const slots = ADDRESSES * BLOCKS;
  const tenures = Math.ceil(scale.mappings / slots);
  const tenure = Math.floor(DAY / tenures);
  await db.run(createMappingTable("mapping"));
  // The multipliers are primes, so that start, subscriber and inside address do not follow the block's number.
  await db.run(
    `INSERT INTO mapping
     SELECT i + 1, ${FIRST_ADDRESS} + slot // ${BLOCKS}, NULL, 1024 + 64 * (slot % ${BLOCKS}), 1087 + 64 * (slot % ${BLOCKS}), 1,
       s, e, s, s + ${SECOND}, e, e + ${SECOND}, i + 1, NULL, i * 100, e, 167772160 + (i * 7919) % 1000000, NULL, NULL, NULL, NULL, NULL, NULL, 1
     FROM (SELECT i, i % ${slots} AS slot, (i // ${slots}) * ${tenure} + (i * 104729) % ${Math.floor(tenure / 10)} AS s,
             (i // ${slots} + 1) * ${tenure} - ${60 * SECOND} AS e FROM range(${scale.mappings}) t(i))`,
  );
  await db.run(
    `CREATE TABLE event AS SELECT i AS "row", ${FIRST_ADDRESS} + (i * 7919) % ${ADDRESSES} AS addr,
       (1024 + (i * 15485863) % ${64 * BLOCKS})::INTEGER AS port, 6::INTEGER AS protocol, t - ${scale.uncertaintyUs} AS from_us, t + ${scale.uncertaintyUs} AS to_us
     FROM (SELECT i, (i * 32452843) % ${DAY} AS t FROM range(${scale.events}) r(i))`,
  );
}

/** Pairs that ours finds; the peer must find as many. */
export async function ours(db: NativeDatabase): Promise<number> {
  await db.run(`DROP TABLE IF EXISTS pair`);
  await db.run(createPairTable("pair"));
  await joinCandidates(db, "event", "mapping", 0, "pair");
  return count(db, "pair");
}

const BUCKET = 600 * SECOND;

export async function timeBuckets(db: NativeDatabase): Promise<number> {
  await db.run(`DROP TABLE IF EXISTS peer_pair`);
  await db.run(
    `CREATE TABLE peer_pair AS SELECT DISTINCT e."row", m.id FROM
       (SELECT *, unnest(range(from_us // ${BUCKET}, to_us // ${BUCKET} + 1)) AS bucket FROM event) e JOIN
       (SELECT id, pub_addr, port_low, port_high, start_min_us, end_max_us,
          unnest(range(start_min_us // ${BUCKET}, end_max_us // ${BUCKET} + 1)) AS bucket FROM mapping) m
     ON m.pub_addr = e.addr AND m.bucket = e.bucket AND e.port BETWEEN m.port_low AND m.port_high
       AND m.start_min_us < e.to_us AND m.end_max_us > e.from_us`,
  );
  return count(db, "peer_pair");
}

async function count(db: NativeDatabase, table: string): Promise<number> {
  const [row] = await db.query(`SELECT count(*) AS n FROM "${table}"`);
  return Number(row!.n);
}

export interface Measured {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly pairs: number;
}

async function measure(work: () => Promise<number>): Promise<Measured> {
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  const pairs = await work();
  const used = process.cpuUsage(cpu);
  return {
    cpuSeconds: (used.user + used.system) / 1e6,
    wallSeconds: Number(process.hrtime.bigint() - start) / 1e9,
    pairs,
  };
}

/** Ours and the peer in turn, `times` times each, on one world in memory. Throws where they find different pairs. */
export async function runJoin(
  scale: JoinScale = FULL,
  times = 3,
): Promise<{ ours: Measured[]; peer: Measured[] }> {
  const db = await openNative(":memory:", { memoryLimitMb: 8_192 });
  try {
    await fillJoinWorld(db, scale);
    const out = { ours: [] as Measured[], peer: [] as Measured[] };
    for (let i = 0; i < times; i++) {
      out.ours.push(await measure(() => ours(db)));
      out.peer.push(await measure(() => timeBuckets(db)));
    }
    const pairs = new Set([...out.ours, ...out.peer].map((m) => m.pairs));
    if (pairs.size !== 1) throw new Error(`the joins disagree: ${[...pairs].join(", ")} pairs`);
    return out;
  } finally {
    await db.close();
  }
}

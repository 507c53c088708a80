// join.1m5m: a million events against five million mappings, all possible holders of each event's interval. Ours is the
// port-block join that attribution uses; the peer is the same question by time buckets, the usual way in SQL.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { joinCandidates } from "../../electron/engine/attribution/join";
import { createPairTable } from "../../electron/engine/attribution/result-table";
import { createMappingTable } from "../../electron/engine/catalogue";
import { type NativeDatabase, openNative } from "../../electron/engine/database/native";
import { type BenchCase, cpuSeconds, scaled } from "./bench-case";

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;
/** Half-width of an event's interval. */
const UNCERTAINTY = 2 * SECOND;

/** 256 public addresses, blocks of 64 ports from 1,024 up. */
const ADDRESSES = 256;
const BLOCKS = 1_008;
const FIRST_ADDRESS = 3_325_256_704;

/** Fills `event` and `mapping` in `db`: each port block changes hands through one day, with a pause between holders. */
async function fill(db: NativeDatabase, events: number, mappings: number): Promise<void> {
  const slots = ADDRESSES * BLOCKS;
  const tenures = Math.ceil(mappings / slots);
  const tenure = Math.floor(DAY / tenures);
  await db.run(createMappingTable("mapping"));
  // The multipliers are primes, so that start, subscriber and inside address do not follow the block's number.
  await db.run(
    `INSERT INTO mapping
     SELECT i + 1, ${FIRST_ADDRESS} + slot // ${BLOCKS}, NULL, 1024 + 64 * (slot % ${BLOCKS}), 1087 + 64 * (slot % ${BLOCKS}), 1,
       s, e, s, s + ${SECOND}, e, e + ${SECOND}, i + 1, NULL, i * 100, e, 167772160 + (i * 7919) % 1000000, NULL, NULL, NULL, NULL, NULL, NULL, 1
     FROM (SELECT i, i % ${slots} AS slot, (i // ${slots}) * ${tenure} + (i * 104729) % ${Math.floor(tenure / 10)} AS s,
             (i // ${slots} + 1) * ${tenure} - ${60 * SECOND} AS e FROM range(${mappings}) t(i))`,
  );
  await db.run(
    `CREATE TABLE event AS SELECT i AS "row", ${FIRST_ADDRESS} + (i * 7919) % ${ADDRESSES} AS addr,
       (1024 + (i * 15485863) % ${64 * BLOCKS})::INTEGER AS port, 6::INTEGER AS protocol, t - ${UNCERTAINTY} AS from_us, t + ${UNCERTAINTY} AS to_us
     FROM (SELECT i, (i * 32452843) % ${DAY} AS t FROM range(${events}) r(i))`,
  );
}

async function ours(db: NativeDatabase): Promise<void> {
  await db.run(createPairTable("pair"));
  await joinCandidates(db, "event", "mapping", 0, "pair");
}

/** Ten minutes: the best of 60 s to an hour for these tenures. */
const BUCKET = 600 * SECOND;

async function timeBuckets(db: NativeDatabase): Promise<void> {
  await db.run(
    `CREATE TABLE pair AS SELECT DISTINCT e."row", m.id FROM
       (SELECT *, unnest(range(from_us // ${BUCKET}, to_us // ${BUCKET} + 1)) AS bucket FROM event) e JOIN
       (SELECT id, pub_addr, port_low, port_high, start_min_us, end_max_us,
          unnest(range(start_min_us // ${BUCKET}, end_max_us // ${BUCKET} + 1)) AS bucket FROM mapping) m
     ON m.pub_addr = e.addr AND m.bucket = e.bucket AND e.port BETWEEN m.port_low AND m.port_high
       AND m.start_min_us < e.to_us AND m.end_max_us > e.from_us`,
  );
}

const fileOf = (folder: string): string => join(folder, `join-${scaled(5_000_000)}.duckdb`);

async function measured(folder: string, work: (db: NativeDatabase) => Promise<void>): Promise<number> {
  const db = await openNative(fileOf(folder));
  try {
    await db.run("DROP TABLE IF EXISTS pair");
    const seconds = await cpuSeconds(() => work(db));
    const [row] = await db.query("SELECT count(*) AS n FROM pair");
    await db.run("DROP TABLE pair");
    // Both must answer the same question: each measurement is held against the first one's count.
    const counted = `${fileOf(folder)}.pairs`;
    if (!existsSync(counted)) writeFileSync(counted, String(row!.n));
    const first = readFileSync(counted, "utf8");
    if (first !== String(row!.n)) throw new Error(`the joins disagree: ${first} pairs and ${String(row!.n)}`);
    return seconds;
  } finally {
    await db.close();
  }
}

export const joinBenches: readonly BenchCase[] = [
  {
    name: "join.1m5m",
    unit: "s",
    peer: "time-bucketed SQL join",
    async prepare(folder) {
      if (existsSync(fileOf(folder))) return;
      const half = `${fileOf(folder)}.part`;
      for (const file of [half, `${half}.wal`]) rmSync(file, { force: true });
      const db = await openNative(half);
      await fill(db, scaled(1_000_000), scaled(5_000_000));
      await db.run("CHECKPOINT");
      await db.close();
      renameSync(half, fileOf(folder));
    },
    ours: (folder) => measured(folder, ours),
    theirs: (folder) => measured(folder, timeBuckets),
  },
];

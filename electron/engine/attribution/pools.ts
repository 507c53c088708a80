// Address pools, and what the other connections of the same server show of each pool's completeness (rule of evidence 8).
// A pool is the public addresses of one device within one /24 (all of a device's, for IPv6).
import {
  CHANCE_SHIFT_US,
  type Completeness,
  completenessOf,
  completenessSentence,
  type Fault,
  silencesOf,
} from "../../../shared/attribution/completeness";
import { setBackSentence } from "../../../shared/attribution/set-back";
import { Spans } from "../../../shared/attribution/spans";
import {
  NO_STRANGERS,
  type Strangers,
  strangersOf,
  strangersSentence,
} from "../../../shared/attribution/strangers";
import { NOBODY, SEVERAL, type Track } from "../../../shared/attribution/track";
import type { Database } from "../../../shared/database";
import { formatById } from "../../../shared/formats/registry";
import { formatIpv4, IPV6_BASE } from "../../../shared/record/address";
import { type Endpoint, endpoints } from "./endpoints";
import { CLOCK } from "./intervals";
import { hullOf, trackOf } from "./mappings";
import { Names } from "./names";
import { type DeviceSetBack, setBacksOf } from "./set-back";
import type { NatLog, Sources } from "./sources";

export interface Pool {
  readonly log: number;
  /** Dictionary id of the device, 0 where the records name none. */
  readonly device: number;
  /** First address of the /24; IPV6_BASE for IPv6. */
  readonly range: number;
}

export const rangeOf = (addr: number): number =>
  addr >= IPV6_BASE ? IPV6_BASE : Math.floor(addr / 256) * 256;

/** Which logs know an address, and through which pools. */
export class AddressPools {
  readonly pools: Pool[] = [];
  private readonly byKey = new Map<string, number>();
  private readonly byAddress = new Map<number, number[]>();

  add(log: number, addr: number, device: number): void {
    const range = rangeOf(addr);
    const key = `${log}/${device}/${range}`;
    let pool = this.byKey.get(key);
    if (pool === undefined) {
      pool = this.pools.push({ log, device, range }) - 1;
      this.byKey.set(key, pool);
    }
    const known = this.byAddress.get(addr);
    if (known) known.push(pool);
    else this.byAddress.set(addr, [pool]);
  }

  /** Indexes of the pools that an address belongs to; undefined where no loaded mapping names it. */
  of(addr: number): readonly number[] | undefined {
    return this.byAddress.get(addr);
  }
}

/** The pools of the addresses that the SELECT `addresses` gives (one column). */
export async function addressPools(
  db: Database,
  addresses: string,
  logs: readonly NatLog[],
  signal: AbortSignal,
): Promise<AddressPools> {
  const out = new AddressPools();
  for (let k = 0; k < logs.length; k++) {
    const sql = `SELECT DISTINCT m.pub_addr, coalesce(m.device, 0) AS device FROM "${logs[k]!.mapping}" m
      WHERE m.pub_addr IN (${addresses}) ORDER BY m.pub_addr, device`;
    for await (const { rows, columns } of db.columns(sql, [], signal)) {
      const [addr, device] = columns as Float64Array[];
      for (let i = 0; i < rows; i++) out.add(k, addr![i]!, device![i]!);
    }
  }
  return out;
}

/** An operator's reply to a query is an extract and shows no completeness by itself. */
export const mayBeComplete = (log: NatLog): boolean => log.source.extent === "full";

/**
 * Connections that calibrated the clock against this log: whether they passed its NAT then says whether the clock is right.
 * Of an extract only those count whose endpoint it names, at the times that the operator searched.
 */
const judgesClock = (log: NatLog): boolean => log.calibration?.folds != null;

/** The other connections of the server are asked what they show of this log. */
export const bearsWitness = (log: NatLog): boolean => mayBeComplete(log) || judgesClock(log);

/** What the other connections show of one pool. */
export interface PoolFinding {
  /** The source of the operator's own figures, where these say it and not the case's connections. */
  readonly operator?: string;
  /** Null for an extract without such figures. */
  readonly completeness: Completeness | null;
  readonly strangers: Strangers;
  /** Where the log passes the same time twice: no answer there is `unique` either. */
  readonly setBack: Spans;
}

/** Where no answer of a pool may be `unique`, whatever its holds. */
export const doubtfulOf = (found: PoolFinding | null): Spans =>
  found === null
    ? Spans.NONE
    : Spans.of([...found.strangers.doubtful.intervals(), ...found.setBack.intervals()]);

/** What every pool's connections show of it, in the order of `pools.pools`. `only`: SQL condition for the witnesses. */
export async function poolFindings(
  db: Database,
  sources: Sources,
  events: string,
  pools: AddressPools,
  holds: readonly string[],
  only: string,
  leaveOut: 0 | 1,
  signal: AbortSignal,
): Promise<(PoolFinding | null)[]> {
  const { logs } = sources;
  const backs: (readonly DeviceSetBack[])[] = [];
  for (const log of logs) backs.push(await setBacksOf(db, log.record, signal));
  const setBackOf = (pool: Pool): Spans => Spans.of(backs[pool.log]!.filter((b) => b.device === pool.device));
  const nothing = (pool: Pool): PoolFinding | null => {
    const setBack = setBackOf(pool);
    return setBack.length === 0 ? null : { completeness: null, strangers: NO_STRANGERS, setBack };
  };
  if (!logs.some(bearsWitness)) return pools.pools.map(nothing);
  const found = pools.pools.map((): Witness[] => []);
  const kept = new WeakMap<Endpoint["holds"], Map<number, Track>>();
  for await (const stretch of endpoints(db, events, holds, only, signal)) {
    for (const endpoint of stretch) {
      const own = pools.of(endpoint.addr);
      if (own === undefined) continue;
      let tracks = kept.get(endpoint.holds);
      if (tracks === undefined) {
        tracks = new Map();
        kept.set(endpoint.holds, tracks);
      }
      for (const event of endpoint.events) {
        const seen: Witness[] = [];
        let passed = 0;
        for (const p of own) {
          const k = pools.pools[p]!.log;
          const clock = event.clocks[k]!;
          if (!bearsWitness(logs[k]!) || clock.status !== CLOCK.ok) continue;
          if (!mayBeComplete(logs[k]!) && endpoint.holds[k]!.length === 0) continue;
          const hull = hullOf(clock.pieces);
          if (!logs[k]!.covered.contains(hull.from, hull.to)) continue;
          let track = tracks.get(k);
          if (track === undefined) {
            track = trackOf(endpoint.holds[k]!, null, []);
            tracks.set(k, track);
          }
          const party = (shift: number) => track.soleParty(clock.pieces, shift, NOBODY);
          const held = (shift: number) => party(shift) !== NOBODY;
          const covered = (shift: number) => track.coveredBySomebody(clock.pieces, shift);
          const several = party(0) === SEVERAL ? 1 << 6 : 0;
          const bits = flagsOf(held) | (flagsOf(covered) << 3) | several;
          const witness = { at: Math.floor((hull.from + hull.to) / 2), bits, passed: 0 };
          seen.push(witness);
          passed |= bits;
          found[p]!.push(witness);
        }
        // A connection passed if it is in any log that knows its address.
        for (const witness of seen) witness.passed = passed;
      }
    }
  }
  const faults = await faultsOf(db, logs, pools, signal);
  return pools.pools.map((pool, p) => {
    const log = logs[pool.log]!;
    if (!bearsWitness(log)) return nothing(pool);
    const witnesses = found[p]!.sort((a, b) => a.at - b.at);
    const atUs = Float64Array.from(witnesses, (w) => w.at);
    const inThisLog = (bit: number) => Uint8Array.from(witnesses, (w) => (w.bits >> bit) & 1);
    const inSomeLog = (bit: number) => Uint8Array.from(witnesses, (w) => (w.passed >> bit) & 1);
    const completeness = mayBeComplete(log)
      ? completenessOf(
          { atUs, matched: inThisLog(0), several: inThisLog(6), earlier: inThisLog(1), later: inThisLog(2) },
          faults[p]!,
          leaveOut,
        )
      : null;
    const strangers = strangersOf(
      {
        atUs,
        matched: inSomeLog(0),
        earlier: inSomeLog(1),
        later: inSomeLog(2),
        covered: inSomeLog(3),
        coveredEarlier: inSomeLog(4),
        coveredLater: inSomeLog(5),
      },
      judgesClock(log),
    );
    return { completeness, strangers, setBack: setBackOf(pool) };
  });
}

interface Witness {
  readonly at: number;
  /** In this pool's log: flagsOf what is held, above them flagsOf what is covered and whether by several; `passed` in any log. */
  readonly bits: number;
  passed: number;
}

/** 1 at the event's time, 2 half an hour earlier, 4 half an hour later. */
const flagsOf = (at: (shift: number) => boolean): number =>
  (at(0) ? 1 : 0) | (at(-CHANCE_SHIFT_US) ? 2 : 0) | (at(CHANCE_SHIFT_US) ? 4 : 0);

async function faultsOf(
  db: Database,
  logs: readonly NatLog[],
  pools: AddressPools,
  signal: AbortSignal,
): Promise<Fault[][]> {
  const out = pools.pools.map((): Fault[] => []);
  const spread = (log: number, device: number | null, fault: Fault, range?: number) => {
    pools.pools.forEach((pool, p) => {
      if (pool.log !== log || (device !== null && pool.device !== device)) return;
      if (range === undefined || pool.range === range) out[p]!.push(fault);
    });
  };
  for (let k = 0; k < logs.length; k++) {
    const log = logs[k]!;
    if (!mayBeComplete(log)) continue;
    const [lost] = await db.query(
      "SELECT coalesce(sum(lost), 0)::BIGINT AS lost FROM source_file WHERE n = ?",
      [log.source.n],
    );
    if (Number(lost?.lost ?? 0) > 0 && formatById(log.source.format)?.binary) {
      // The decoder knows that data records were lost, not of which moment; lines of text carry their numbers.
      spread(k, null, { kind: "sequence gap", from: -Number.MAX_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER });
    }
    for (const row of await db.query(
      `SELECT DISTINCT coalesce(device, 0) AS device, pub_addr // 256 AS net, pub_addr >= ${IPV6_BASE} AS v6, end_us FROM "${log.mapping}"
       WHERE start_us IS NULL AND end_us IS NOT NULL ORDER BY device, net, end_us`,
      [],
      signal,
    )) {
      const range = Number(row.v6) ? IPV6_BASE : Number(row.net) * 256;
      const at = Number(row.end_us);
      spread(k, Number(row.device), { kind: "unpaired release", from: at, to: at + 1 }, range);
    }
    for (const gap of await sequenceGaps(db, log.record, signal)) spread(k, gap.device, gap.fault);
    for (const silence of await silences(db, log.record, signal)) spread(k, silence.device, silence.fault);
  }
  return out;
}

/**
 * A number that is followed by more than its records account for (syslog sequenceId counts messages; IPFIX counts the
 * data records of a message that all carry one number).
 */
async function sequenceGaps(
  db: Database,
  record: string,
  signal: AbortSignal,
): Promise<{ device: number; fault: Fault }[]> {
  const [any] = await db.query(`SELECT count(sequence) AS n FROM "${record}"`, [], signal);
  if (Number(any?.n ?? 0) === 0) return [];
  const rows = await db.query(
    `WITH numbers AS (SELECT coalesce(device, 0) AS device, sequence, count(*) AS records, min(rowid) AS first, max(time_us) AS heard
       FROM "${record}" WHERE sequence IS NOT NULL GROUP BY 1, 2),
     steps AS (SELECT device, heard, sequence, records, first, lead(sequence) OVER w AS following, lead(heard) OVER w AS next_heard
       FROM numbers WINDOW w AS (PARTITION BY device ORDER BY first, sequence))
     SELECT device, heard, next_heard FROM steps WHERE following - sequence > records AND heard IS NOT NULL
       AND next_heard IS NOT NULL ORDER BY device, heard, next_heard`,
    [],
    signal,
  );
  return rows.map((r) => {
    const [a, b] = [Number(r.heard), Number(r.next_heard)];
    return {
      device: Number(r.device),
      fault: { kind: "sequence gap", from: Math.min(a, b), to: Math.max(a, b) + 1 },
    };
  });
}

async function silences(
  db: Database,
  record: string,
  signal: AbortSignal,
): Promise<{ device: number; fault: Fault }[]> {
  const minutes = new Map<number, { at: number[]; records: number }>();
  const sql = `SELECT coalesce(device, 0) AS device, time_us // 60000000 AS minute, count(*) AS n FROM "${record}"
    WHERE time_us IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2`;
  for await (const { rows, columns } of db.columns(sql, [], signal)) {
    const [device, minute, n] = columns as Float64Array[];
    for (let i = 0; i < rows; i++) {
      let own = minutes.get(device![i]!);
      if (own === undefined) {
        own = { at: [], records: 0 };
        minutes.set(device![i]!, own);
      }
      own.at.push(minute![i]!);
      own.records += n![i]!;
    }
  }
  return [...minutes].flatMap(([device, m]) =>
    silencesOf(Float64Array.from(m.at), m.records).map((fault) => ({ device, fault })),
  );
}

/** Where every pool of an address in one log is complete. */
export function completeFor(
  pools: AddressPools,
  complete: readonly Spans[],
  own: readonly number[],
  log: number,
): Spans {
  const spans = own.filter((p) => pools.pools[p]!.log === log).map((p) => complete[p] ?? Spans.NONE);
  if (spans.length === 0) return Spans.NONE;
  return spans.reduce((a, b) => a.minus(Spans.EVER.minus(b.intervals()).intervals()));
}

/** Where any pool of an address in one log is doubtful. */
export function doubtfulFor(
  pools: AddressPools,
  doubtful: readonly Spans[],
  own: readonly number[],
  log: number,
): Spans {
  return Spans.of(
    own.filter((p) => pools.pools[p]!.log === log).flatMap((p) => doubtful[p]?.intervals() ?? []),
  );
}

/** A sentence or two a pool, in the pools' order. */
export async function completenessReport(
  db: Database,
  sources: Sources,
  pools: AddressPools,
  findings: readonly (PoolFinding | null)[],
): Promise<string[]> {
  const names = new Names(db);
  await names.prepareIds([pools.pools.map((p) => p.device)], []);
  return pools.pools.flatMap((pool, p) => {
    const log = sources.logs[pool.log]!;
    const device = names.text(pool.device);
    const net = pool.range === IPV6_BASE ? "IPv6" : `${formatIpv4(pool.range)}/24`;
    const name = `${log.source.name}${device === null ? "" : `, ${device}`}, ${net}`;
    const found = findings[p];
    const doubt = found ? strangersSentence(name, found.strangers) : null;
    const doubts = doubt === null ? [] : [doubt];
    if (found && found.setBack.length > 0) doubts.push(setBackSentence(name, found.setBack.length));
    if (!found?.completeness)
      return [...doubts, `${name}: an operator's reply to a query is an extract; completeness is not shown.`];
    const by =
      found.operator === undefined ? name : `${name}, by the operator's own figures (${found.operator})`;
    return [...doubts, completenessSentence(by, found.completeness)];
  });
}

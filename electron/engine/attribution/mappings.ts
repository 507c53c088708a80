// Mappings of one stretch of public endpoints in memory, and the tracks of single endpoints made from them. Memory is
// bounded by the stretch, not by the operator's log.
import type { Interval } from "../../../shared/attribution/spans";
import { type Hold, Track } from "../../../shared/attribution/track";
import type { Database } from "../../../shared/database";
import { BLOCK_SHIFTS, MAX_BLOCKS } from "./join";

/** A hold that knows its mapping. */
export interface MappedHold extends Hold {
  /** Index of the NAT log. */
  readonly log: number;
  readonly id: number;
  readonly portLow: number;
  readonly portHigh: number;
  readonly portStep: number;
  readonly dstAddr: number;
  readonly dstPort: number;
}

export interface FoundHolds {
  /** A mapping of the named party, else null. */
  readonly named: MappedHold | null;
  readonly candidates: readonly MappedHold[];
  readonly before: MappedHold | null;
  readonly after: MappedHold | null;
}

/** Gives parties their indexes: the subscriber, else the inside address with its realm (DESIGN section 3). */
export class Parties {
  private readonly bySubscriber = new Map<number, number>();
  private readonly byRealm = new Map<number, Map<number, number>>();
  private readonly unnamed = new Set<number>();
  private next = 0;

  /** NaN = not stated. */
  index(subscriber: number, inside: number, realm: number): number {
    if (!Number.isNaN(subscriber)) return this.known(this.bySubscriber, subscriber);
    if (Number.isNaN(inside)) {
      // Nothing says whose it is, nor that two such mappings are one party's.
      this.unnamed.add(this.next);
      return this.next++;
    }
    const realmKey = Number.isNaN(realm) ? 0 : realm;
    let addresses = this.byRealm.get(realmKey);
    if (addresses === undefined) {
      addresses = new Map();
      this.byRealm.set(realmKey, addresses);
    }
    return this.known(addresses, inside);
  }

  nameless(party: number): boolean {
    return this.unnamed.has(party);
  }

  private known(map: Map<number, number>, key: number): number {
    let index = map.get(key);
    if (index === undefined) {
      index = this.next++;
      map.set(key, index);
    }
    return index;
  }
}

const or = (value: number, instead: number): number => (Number.isNaN(value) ? instead : value);

/** What loadHolds reads. */
export const HOLD_COLUMNS = `m.id, m.pub_addr, m.protocol, m.port_low, m.port_high, m.port_step, m.start_min_us, m.start_max_us,
  m.end_min_us, m.end_max_us, m.subscriber, m.in_addr, m.realm, m.dst_addr, m.dst_port`;

export interface LoadedHold extends MappedHold {
  readonly addr: number;
}

/**
 * Loads the mappings of a log that satisfy `where` (over `m`) and, where `index` is given, that it wants; the others cost
 * no object and no party.
 */
export async function loadHolds(
  db: Database,
  table: string,
  log: number,
  where: string,
  params: readonly number[],
  parties: Parties,
  into: HoldIndex | LoadedHold[],
  signal?: AbortSignal,
): Promise<void> {
  const index = into instanceof HoldIndex ? into : null;
  const sql = `SELECT ${HOLD_COLUMNS} FROM "${table}" m WHERE ${where} ORDER BY m.id`;
  for await (const { rows, columns } of db.columns(sql, params, signal)) {
    const c = columns as Float64Array[];
    for (let i = 0; i < rows; i++) {
      if (index !== null && !index.wants(c[1]![i]!, c[3]![i]!, c[4]![i]!)) continue;
      const hold: LoadedHold = {
        log,
        id: c[0]![i]!,
        addr: c[1]![i]!,
        protocol: Number.isNaN(c[2]![i]!) ? null : c[2]![i]!,
        portLow: c[3]![i]!,
        portHigh: c[4]![i]!,
        portStep: c[5]![i]!,
        possibleFrom: or(c[6]![i]!, Number.NEGATIVE_INFINITY),
        possibleTo: or(c[9]![i]!, Number.POSITIVE_INFINITY),
        certainFrom: or(c[7]![i]!, Number.POSITIVE_INFINITY),
        certainTo: or(c[8]![i]!, Number.NEGATIVE_INFINITY),
        party: parties.index(c[10]![i]!, c[11]![i]!, c[12]![i]!),
        dstAddr: c[13]![i]!,
        dstPort: c[14]![i]!,
      };
      if (index !== null) index.add(hold);
      else (into as LoadedHold[]).push(hold);
    }
  }
}

/**
 * What a mapping is found by, as shifts of its ports: a single port by itself, others by the smallest block size in which
 * they span at most MAX_BLOCKS.
 */
const INDEX_SHIFTS = [0, ...BLOCK_SHIFTS] as const;

interface Block {
  readonly holds: MappedHold[];
  /** Every hold has every port of the block, so that all ports of it share what `at` finds. */
  uniform: boolean;
  /** By protocol, -1 for unknown. */
  readonly found: Map<number, MappedHold[][]>;
}

/** Mappings of a stretch, found by (address, port). */
export class HoldIndex {
  private readonly blocks = INDEX_SHIFTS.map(() => new Map<number, Block>());
  /** Blocks that an event uses; others are not worth keeping. */
  private readonly wanted = INDEX_SHIFTS.map(() => new Set<number>());

  constructor(private readonly logs: number) {}

  want(addr: number, port: number): void {
    INDEX_SHIFTS.forEach((shift, i) => {
      this.wanted[i]!.add(key(addr, port, shift));
    });
  }

  /** True where an event uses a block of the ports. */
  wants(addr: number, portLow: number, portHigh: number): boolean {
    const i = shiftIndex(portLow, portHigh);
    const shift = INDEX_SHIFTS[i]!;
    const last = key(addr, portHigh, shift);
    for (let block = key(addr, portLow, shift); block <= last; block++) {
      if (this.wanted[i]!.has(block)) return true;
    }
    return false;
  }

  add(hold: LoadedHold): void {
    const i = shiftIndex(hold.portLow, hold.portHigh);
    const shift = INDEX_SHIFTS[i]!;
    const first = key(hold.addr, hold.portLow, shift);
    const last = key(hold.addr, hold.portHigh, shift);
    for (let block = first; block <= last; block++) {
      if (!this.wanted[i]!.has(block)) continue;
      let own = this.blocks[i]!.get(block);
      if (own === undefined) {
        own = { holds: [], uniform: true, found: new Map() };
        this.blocks[i]!.set(block, own);
      }
      own.holds.push(hold);
      const inner = block > first && block < last;
      own.uniform &&= hold.portStep === 1 && (inner || coversBlock(hold, block, shift));
    }
  }

  /**
   * Holds of an endpoint by log; protocol null = unknown. Endpoints that share every hold share the answer itself, so
   * that whoever makes something of it may keep it by the answer's identity.
   */
  at(addr: number, port: number, protocol: number | null): MappedHold[][] {
    const used: Block[] = [];
    for (let i = 0; i < INDEX_SHIFTS.length; i++) {
      const block = this.blocks[i]!.get(key(addr, port, INDEX_SHIFTS[i]!));
      if (block) used.push(block);
    }
    const only = used.length === 1 && used[0]!.uniform ? used[0]! : null;
    const known = only?.found.get(protocol ?? -1);
    if (known) return known;
    const out: MappedHold[][] = Array.from({ length: this.logs }, () => []);
    for (const block of used) {
      for (const h of block.holds) {
        if (
          port >= h.portLow &&
          port <= h.portHigh &&
          (port - h.portLow) % h.portStep === 0 &&
          (protocol === null || h.protocol === null || h.protocol === protocol)
        ) {
          out[h.log]!.push(h);
        }
      }
    }
    only?.found.set(protocol ?? -1, out);
    return out;
  }
}

/** True where the hold has the block's first port and its last. */
function coversBlock(hold: LoadedHold, block: number, shift: number): boolean {
  const ports = 65_536 >> shift;
  const first = (block % ports) << shift;
  return hold.portLow <= first && hold.portHigh >= first + (1 << shift) - 1;
}

/** The smallest shift in which the ports span at most MAX_BLOCKS blocks; 0 for a single port. */
function shiftIndex(portLow: number, portHigh: number): number {
  if (portLow === portHigh) return 0;
  for (let i = 1; i < INDEX_SHIFTS.length - 1; i++) {
    const shift = INDEX_SHIFTS[i]!;
    if ((portHigh >> shift) - (portLow >> shift) < MAX_BLOCKS) return i;
  }
  return INDEX_SHIFTS.length - 1;
}

const key = (addr: number, port: number, shift: number): number => addr * (65_536 >> shift) + (port >> shift);

/** A track of holds; an event of unknown protocol needs a proof for every protocol that the records tell apart. */
export const trackOf = (
  holds: readonly Hold[],
  protocol: number | null,
  protocols: readonly number[],
): Track => (holds.length === 0 ? Track.EMPTY : new Track(holds, protocol === null ? protocols : []));

export const hullOf = (pieces: readonly Interval[]): Interval =>
  pieces.length === 1
    ? pieces[0]!
    : { from: Math.min(...pieces.map((p) => p.from)), to: Math.max(...pieces.map((p) => p.to)) };

// Which record of a parallel log stands for the same connection as a record of the main log, on one public address.
// A port is taken only where one port fits the main record and no other main record fits that port: behind a shared
// address two strangers meet in the same second, and taking the nearer one would put one's port to the other's request.
// Source: the draft's section 6.4; rules of evidence 5 and 7 (intervals, never the nearest record).
import { TIME_MEANS } from "../record/columns";
import { sameProcess, sameProgram } from "./ids";

/** Records of one address, in order of `fromUs`. NaN stands for "not stated", -1 for an id that is not. */
export interface Side {
  readonly rows: number;
  readonly row: ArrayLike<number>;
  readonly line: ArrayLike<number>;
  /** The moment's interval, as far as the time's meaning lets it reach. */
  readonly fromUs: ArrayLike<number>;
  /** The same for a stamp of the same meaning in the other log: without the reach. */
  readonly stampUs: ArrayLike<number>;
  /** Exclusive. */
  readonly toUs: ArrayLike<number>;
  readonly means: ArrayLike<number>;
  readonly port: ArrayLike<number>;
  readonly protocol: ArrayLike<number>;
  readonly dstAddr: ArrayLike<number>;
  readonly dstPort: ArrayLike<number>;
  /** A connection's own name (connection, session or request id): equal ids are one connection. */
  readonly connection: ArrayLike<number>;
  /** The process that wrote it, in its program's range (./ids): unequal ones of a program are two connections, equal ones prove nothing. */
  readonly process: ArrayLike<number>;
  /** 1 where the record's program hands its connections on to another, whose records are then of the same connection. */
  readonly handsOn: ArrayLike<number>;
  /** Each process serves one client at a time: what it writes from one connect to its next is one connection. */
  readonly oneAtATime: boolean;
}

/** A connection may have been opened this long before the last request that carries its id. */
export const ID_REACH_US = 3_600_000_000;
/** Neighbours looked at for one record: beyond, the address is too busy to tell anything by time, and nothing is taken. */
const MOST_NEIGHBOURS = 20_000;

export interface Match {
  /** Index in `main`. */
  readonly main: number;
  /** Different ports that fit. */
  readonly candidates: number;
  /** Main records besides this one that fit the port; 0 with `byId`. */
  readonly rivals: number;
  /** Index in `other` of the first record with the port; -1 where none is taken. */
  readonly other: number;
  readonly byId: boolean;
}

export class Matcher {
  private readonly longestMain: number;
  private readonly longestOther: number;
  /** The connection that each main record is of, by its process; -1 where that is not known. */
  private readonly visits: Int32Array;

  constructor(
    private readonly main: Side,
    private readonly other: Side,
    private readonly toleranceUs: number,
  ) {
    this.longestMain = longest(main);
    this.longestOther = longest(other);
    this.visits = visitsOf(main);
  }

  /** True where a main record, moved by `shiftUs`, meets any record of the other log that does not contradict it. */
  meets(i: number, shiftUs: number): boolean {
    let found = false;
    this.near(this.main, i, this.other, this.longestOther, this.toleranceUs, shiftUs, (k) => {
      found = this.fits(i, k, shiftUs);
      return found;
    });
    return found;
  }

  /** True where a record of the other log meets any main record. */
  isMet(k: number): boolean {
    let found = false;
    this.near(this.other, k, this.main, this.longestMain, this.toleranceUs, 0, (i) => {
      found = this.fits(i, k, 0);
      return found;
    });
    return found;
  }

  /** The finding for a main record without a port; null where nothing fits. */
  match(i: number): Match | null {
    if (this.main.connection[i]! >= 0) {
      const named = this.candidatesOf(i, true);
      if (named.ports.length > 0) return this.finding(i, named, true);
    }
    const timed = this.candidatesOf(i, false);
    return timed.ports.length === 0 && !timed.crowded ? null : this.finding(i, timed, false);
  }

  private finding(i: number, found: Candidates, byId: boolean): Match {
    const candidates = Math.max(found.ports.length, found.crowded ? 2 : 0);
    if (candidates !== 1) return { main: i, candidates, rivals: 0, other: -1, byId };
    const rivals = byId ? 0 : this.rivalsOf(i, found.others);
    return { main: i, candidates, rivals, other: rivals === 0 ? found.others[0]! : -1, byId };
  }

  private candidatesOf(i: number, byId: boolean): Candidates {
    const ports: number[] = [];
    const others: number[] = [];
    const reach = byId ? ID_REACH_US : this.toleranceUs;
    const whole = this.near(this.main, i, this.other, this.longestOther, reach, 0, (k) => {
      const fits = byId
        ? this.other.connection[k] === this.main.connection[i] && this.compatible(i, k)
        : this.fits(i, k, 0);
      if (!fits) return false;
      const port = this.other.port[k]!;
      if (!ports.includes(port)) ports.push(port);
      if (ports[0] === port) others.push(k);
      return false;
    });
    return { ports, others, crowded: !whole };
  }

  /** Main records of other connections than `i` that one of the records `others` of a port may stand for. */
  private rivalsOf(i: number, others: readonly number[]): number {
    const rivals = new Set<number>();
    for (const k of others) {
      const whole = this.near(this.other, k, this.main, this.longestMain, this.toleranceUs, 0, (j) => {
        const own = this.main.port[j]!;
        if (j === i || this.oneConnection(i, j)) return false;
        if ((Number.isNaN(own) || own === this.other.port[k]) && this.fits(j, k, 0)) rivals.add(j);
        return false;
      });
      if (!whole) return MOST_NEIGHBOURS;
    }
    return rivals.size;
  }

  /** Main records `i` and `j` are of one connection, or may be since it was handed on: postscreen's line has smtpd's port. */
  private oneConnection(i: number, j: number): boolean {
    const { process, port, handsOn } = this.main;
    if (this.visits[j]! >= 0 && this.visits[j] === this.visits[i]) return true;
    const known = process[i]! >= 0 && process[j]! >= 0;
    return known && handsOn[j] === 1 && !Number.isNaN(port[j]!) && !sameProgram(process[i]!, process[j]!);
  }

  private fits(i: number, k: number, shiftUs: number): boolean {
    const { main, other, toleranceUs } = this;
    const alike = main.means[i] === other.means[k];
    const mainFrom = (alike ? main.stampUs[i]! : main.fromUs[i]!) + shiftUs;
    const otherFrom = alike ? other.stampUs[k]! : other.fromUs[k]!;
    return (
      otherFrom < main.toUs[i]! + shiftUs + toleranceUs &&
      other.toUs[k]! > mainFrom - toleranceUs &&
      this.compatible(i, k)
    );
  }

  private compatible(i: number, k: number): boolean {
    const { main, other } = this;
    return (
      agree(main.protocol[i]!, other.protocol[k]!) &&
      agree(main.dstAddr[i]!, other.dstAddr[k]!) &&
      agree(main.dstPort[i]!, other.dstPort[k]!) &&
      sameId(main.connection[i]!, other.connection[k]!) &&
      sameProcess(main.process[i]!, other.process[k]!)
    );
  }

  /** Calls `visit` for the records of `b` that may lie near record `i` of `a`, until it answers true. False: too many. */
  private near(
    a: Side,
    i: number,
    b: Side,
    longestB: number,
    reachUs: number,
    shiftUs: number,
    visit: (k: number) => boolean,
  ): boolean {
    const low = a.fromUs[i]! + shiftUs - reachUs - longestB;
    const high = a.toUs[i]! + shiftUs + reachUs;
    let left = MOST_NEIGHBOURS;
    for (let k = firstFrom(b, low); k < b.rows && b.fromUs[k]! < high; k++) {
      if (left-- === 0) return false;
      if (visit(k)) return true;
    }
    return true;
  }
}

interface Candidates {
  readonly ports: readonly number[];
  /** Records of the first port. */
  readonly others: readonly number[];
  readonly crowded: boolean;
}

const agree = (a: number, b: number): boolean => Number.isNaN(a) || Number.isNaN(b) || a === b;
const sameId = (a: number, b: number): boolean => a < 0 || b < 0 || a === b;

/** Records that a process wrote before its first connect, or without any, are of no known connection. */
function visitsOf(side: Side): Int32Array {
  const visits = new Int32Array(side.rows).fill(-1);
  if (!side.oneAtATime) return visits;
  const order = Array.from(visits.keys()).sort((a, b) => side.row[a]! - side.row[b]!);
  const current = new Map<number, number>();
  let next = 0;
  for (const i of order) {
    const process = side.process[i]!;
    if (process < 0) continue;
    if (side.means[i] === TIME_MEANS.connect) current.set(process, next++);
    visits[i] = current.get(process) ?? -1;
  }
  return visits;
}

function longest(side: Side): number {
  let most = 0;
  for (let i = 0; i < side.rows; i++) most = Math.max(most, side.toUs[i]! - side.fromUs[i]!);
  return most;
}

function firstFrom(side: Side, low: number): number {
  let from = 0;
  let to = side.rows;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (side.fromUs[middle]! < low) from = middle + 1;
    else to = middle;
  }
  return from;
}

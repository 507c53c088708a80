// Times of NAT records. Many carry two clocks: the NAT's own stamp (time_us) and the head that a collector or routing
// engine put before it (other_time_us). What one clock lacks and the other states (a year, and for the NAT's own stamp
// an offset) is taken from there before the analyst is asked; nothing else is assumed (rule of evidence 4).
import { civilToUs, DAY, dateExists } from "../../../time/civil";
import { type Moment, TimeReader } from "../../../time/reader";
import type { Stamp } from "../../../time/stamp";
import type { ParseOptions } from "../../format";

export interface TwoClocks {
  readonly time: Moment | null;
  readonly otherTimeUs: number | null;
}

/** Which parts the analyst had to fill, for detection's questions. */
export interface Lacking {
  zone: boolean;
  year: boolean;
}

const UNKNOWN = { kind: "unknown" } as const;

export class NatTimes {
  readonly lacking: Lacking = { zone: false, year: false };
  private readonly own: TimeReader;
  private readonly head: TimeReader;

  /** `probing`: detection reads a sample before year and zone are settled, and only notes that they are needed. */
  constructor(
    private readonly options: Pick<ParseOptions, "zone" | "year">,
    probing = false,
  ) {
    const given = probing ? { zone: options.zone ?? UNKNOWN, year: options.year ?? 2000 } : options;
    this.own = new TimeReader(given);
    this.head = new TimeReader(given);
  }

  /** The only clock of a record. Null where there is none, or it names a date that does not exist. */
  one(stamp: Stamp | null, line: number): Moment | null {
    if (!stamp) return null;
    if (stamp.yearless && this.options.year === undefined) this.lacking.year = true;
    if (stamp.offsetUs === null && this.options.zone === undefined) this.lacking.zone = true;
    return this.own.resolve(stamp, line);
  }

  /** The NAT's own stamp and the head before it. */
  two(own: Stamp | null, head: Stamp | null, line: number): TwoClocks {
    if (!own) return { time: this.one(head, line), otherTimeUs: null };
    if (!head) return { time: this.one(own, line), otherTimeUs: null };
    let mine = nearYear(own, head);
    const other = nearYear(head, own);
    if (mine.offsetUs === null && this.options.zone === undefined && other.offsetUs !== null)
      mine = { ...mine, offsetUs: other.offsetUs };
    const time = this.one(mine, line);
    return { time, otherTimeUs: this.header(other, line) };
  }

  /**
   * A head beside a time that needs none of the analyst's help (an epoch): null where year or zone of the head are
   * neither written nor given, since a guess would show as an offset of the clock.
   */
  header(head: Stamp | null, line: number): number | null {
    if (!head) return null;
    if (head.yearless && this.options.year === undefined) return null;
    if (head.offsetUs === null && this.options.zone === undefined) return null;
    return this.head.resolve(head, line)?.us ?? null;
  }

  /** A further time of the record, without asking for anything: null where year or zone are open, or its wall clock occurs twice. */
  ifSettled(stamp: Stamp | null, line: number): Moment | null {
    if (!stamp || this.header(stamp, line) === null) return null;
    const moment = this.head.resolve(stamp, line);
    return moment === null || moment.slackUs > 0 ? null : moment;
  }

  /** The head beside an own time that is settled: the year follows from it. */
  headerNear(head: Stamp | null, ownUs: number, line: number): number | null {
    return head === null ? null : this.header(nearWall(head, ownUs), line);
  }
}

/** A yearless stamp with the year in which it comes closest to the other one. */
function nearYear(stamp: Stamp, other: Stamp): Stamp {
  return stamp.yearless && !other.yearless ? nearWall(stamp, other.wallUs) : stamp;
}

function nearWall(stamp: Stamp, wallUs: number): Stamp {
  if (!stamp.yearless) return stamp;
  const { month, day, dayUs } = stamp.yearless;
  const year = 1970 + Math.floor(wallUs / (365.2425 * DAY));
  let best: number | null = null;
  for (const y of [year - 1, year, year + 1]) {
    if (!dateExists(y, month, day)) continue;
    const wall = civilToUs(y, month, day) + dayUs;
    if (best === null || Math.abs(wall - wallUs) < Math.abs(best - wallUs)) best = wall;
  }
  return best === null ? stamp : { ...stamp, wallUs: best, yearless: null };
}

/** An instant that a record states as a number since the epoch. */
export const epochMoment = (us: number, precisionUs: number): Moment => ({ us, precisionUs, slackUs: 0 });

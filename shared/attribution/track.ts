// One public endpoint (address, port, protocol) through time, as one operator's records show it: who possibly held it in
// an interval, and whom certain holds place there throughout. Prevents the two ways of naming a stranger: taking the
// nearest mapping for the right one, and taking a possible hold for a proof. Rules of evidence 6 and 9.
import { type Interval, lowerBound, Spans } from "./spans";

/** A mapping as attribution sees it, in the NAT's recorded clock, half-open; infinite where no record bounds it. */
export interface Hold {
  readonly possibleFrom: number;
  readonly possibleTo: number;
  /** Empty (from >= to) where nothing is certain. */
  readonly certainFrom: number;
  readonly certainTo: number;
  /** Index of the party. Two holds of one party have one index. */
  readonly party: number;
  /** IANA number; null = the record does not say, it holds for every protocol. */
  readonly protocol: number | null;
}

const NOBODY = -1;
/** Two or more parties. */
const SEVERAL = -2;

export class Track {
  /** Holds bounded on both sides, by possibleFrom, with the running maximum of possibleTo; the unbounded stand apart. */
  private readonly bounded: Hold[];
  private readonly boundedFrom: Float64Array;
  private readonly latestTo: Float64Array;
  private readonly unbounded: Hold[];
  private readonly certain = new Map<number, readonly Spans[]>();
  private anybody: readonly Spans[] | null = null;
  private cached: Edges | null = null;

  /**
   * `protocols`: the protocols that the event may have had. Where it is unknown and the operator's records tell
   * protocols apart, only holds on every one of them prove a party (a lost UDP record hides behind a TCP one).
   */
  constructor(
    readonly holds: readonly Hold[],
    private readonly protocols: readonly number[] = [],
  ) {
    const finite = (h: Hold) => Number.isFinite(h.possibleFrom) && Number.isFinite(h.possibleTo);
    this.bounded = holds.filter(finite).sort((a, b) => a.possibleFrom - b.possibleFrom);
    this.unbounded = holds.filter((h) => !finite(h));
    this.boundedFrom = Float64Array.from(this.bounded, (h) => h.possibleFrom);
    this.latestTo = new Float64Array(this.bounded.length);
    let latest = Number.NEGATIVE_INFINITY;
    this.bounded.forEach((h, i) => {
      latest = Math.max(latest, h.possibleTo);
      this.latestTo[i] = latest;
    });
  }

  static readonly EMPTY = new Track([]);

  /** Calls `visit` with every hold that possibly meets [from, to); stops where it returns true. */
  private each(from: number, to: number, visit: (hold: Hold) => boolean): void {
    for (let i = lowerBound(this.boundedFrom, to) - 1; i >= 0 && this.latestTo[i]! > from; i--) {
      if (this.bounded[i]!.possibleTo > from && visit(this.bounded[i]!)) return;
    }
    for (const h of this.unbounded) {
      if (h.possibleFrom < to && h.possibleTo > from && visit(h)) return;
    }
  }

  /** The one party that possibly meets any of the pieces (moved by `shift`), NOBODY or SEVERAL; goes on from `so far`. */
  soleParty(pieces: readonly Interval[], shift: number, sofar: number): number {
    let party = sofar;
    for (const piece of pieces) {
      this.each(piece.from + shift, piece.to + shift, (h) => {
        if (party === NOBODY) party = h.party;
        else if (party !== h.party) party = SEVERAL;
        return party === SEVERAL;
      });
      if (party === SEVERAL) break;
    }
    return party;
  }

  /** Adds to `into` every party that possibly meets one of the pieces. */
  parties(pieces: readonly Interval[], into: Set<number>): void {
    for (const piece of pieces) {
      this.each(piece.from, piece.to, (h) => {
        into.add(h.party);
        return false;
      });
    }
  }

  /** Every hold that possibly meets one of the pieces. */
  meeting(pieces: readonly Interval[]): Hold[] {
    const found = new Set<Hold>();
    for (const piece of pieces) {
      this.each(piece.from, piece.to, (h) => {
        found.add(h);
        return false;
      });
    }
    return [...found];
  }

  /** True where the party's certain holds, taken together, cover every piece (moved by `shift`) for every protocol. */
  covers(party: number, pieces: readonly Interval[], shift: number): boolean {
    let sets = this.certain.get(party);
    if (sets === undefined) {
      const own = this.holds.filter((h) => h.party === party);
      const spans = (wanted: (h: Hold) => boolean) =>
        Spans.of(own.filter(wanted).map((h) => ({ from: h.certainFrom, to: h.certainTo })));
      sets =
        this.protocols.length === 0
          ? [spans(() => true)]
          : this.protocols.map((p) => spans((h) => h.protocol === null || h.protocol === p));
      this.certain.set(party, sets);
    }
    return sets.every((s) => pieces.every((p) => s.contains(p.from + shift, p.to + shift)));
  }

  /** True where certain holds, whosever they are, cover every piece (moved by `shift`) for every protocol: somebody in the records held it throughout. */
  coveredBySomebody(pieces: readonly Interval[], shift = 0): boolean {
    if (this.anybody === null) {
      const spans = (wanted: (h: Hold) => boolean) =>
        Spans.of(this.holds.filter(wanted).map((h) => ({ from: h.certainFrom, to: h.certainTo })));
      this.anybody =
        this.protocols.length === 0
          ? [spans(() => true)]
          : this.protocols.map((p) => spans((h) => h.protocol === null || h.protocol === p));
    }
    return this.anybody.every((s) => pieces.every((p) => s.contains(p.from + shift, p.to + shift)));
  }

  /** The hold that ends last before [from, to) and the one that begins first after it; for a finding of nobody. */
  nearest(from: number, to: number): { before: Hold | null; after: Hold | null } {
    let before: Hold | null = null;
    let after: Hold | null = null;
    for (const h of this.holds) {
      if (h.possibleTo <= from && (before === null || h.possibleTo > before.possibleTo)) before = h;
      if (h.possibleFrom >= to && (after === null || h.possibleFrom < after.possibleFrom)) after = h;
    }
    return { before, after };
  }

  /** Every bound at which an answer may change, sorted; infinite ones left out. */
  edges(): Edges {
    if (this.cached === null) {
      const sorted = (values: number[]) => Float64Array.from(values.filter(Number.isFinite)).sort();
      const sure = this.holds.filter((h) => h.certainFrom < h.certainTo);
      this.cached = {
        possibleFrom: sorted(this.holds.map((h) => h.possibleFrom)),
        possibleTo: sorted(this.holds.map((h) => h.possibleTo)),
        certainFrom: sorted(sure.map((h) => h.certainFrom)),
        certainTo: sorted(sure.map((h) => h.certainTo)),
      };
    }
    return this.cached;
  }
}

export interface Edges {
  readonly possibleFrom: Float64Array;
  readonly possibleTo: Float64Array;
  readonly certainFrom: Float64Array;
  readonly certainTo: Float64Array;
}

export { NOBODY, SEVERAL };

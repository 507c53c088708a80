// Connections that a server's log and a NAT log may have in common: for each event the mappings that hold its address and
// port at some time near it. What the estimators see; gathering them is the engine's work.

/** Events in the order of lines, with their candidate mappings in one list: those of event i are [first[i], first[i + 1]). */
export interface Connections {
  readonly n: number;
  /** Recorded time, for the segment's time axis. */
  readonly timeUs: Float64Array;
  /** The act began in [lo, hi) of the server's clock: precision, slack and reach included. */
  readonly loUs: Float64Array;
  readonly hiUs: Float64Array;
  /** Line in the evidence, or place in the order of time where the source has several files: what changes of offset go by. */
  readonly line: Float64Array;
  /** foldOf the event's line. */
  readonly fold: Uint8Array;
  /** Events of one public endpoint or block: repeated lines of one burst in it are one observation, not many. */
  readonly channel: Int32Array;
  readonly first: Int32Array;
  /** Per candidate: possible start and end of the hold in the NAT's clock. */
  readonly startUs: Float64Array;
  readonly endUs: Float64Array;
  /** 1 where the start is a record of creation. */
  readonly exact: Uint8Array;
  /** When the NAT log speaks at all, in its own clock; an event outside tells nothing. Absent: always. */
  readonly speaks?: { readonly fromUs: number; readonly toUs: number };
  /** Resolutions, for what no estimate may undercut. */
  readonly precisionUs: number;
  readonly natPrecisionUs: number;
}

/** Events of some rows, with their candidates. */
export function subset(c: Connections, keep: (i: number) => boolean): Connections {
  const rows: number[] = [];
  let pairs = 0;
  for (let i = 0; i < c.n; i++) {
    if (!keep(i)) continue;
    rows.push(i);
    pairs += c.first[i + 1]! - c.first[i]!;
  }
  const out = {
    n: rows.length,
    timeUs: new Float64Array(rows.length),
    loUs: new Float64Array(rows.length),
    hiUs: new Float64Array(rows.length),
    line: new Float64Array(rows.length),
    fold: new Uint8Array(rows.length),
    channel: new Int32Array(rows.length),
    first: new Int32Array(rows.length + 1),
    startUs: new Float64Array(pairs),
    endUs: new Float64Array(pairs),
    exact: new Uint8Array(pairs),
    ...(c.speaks ? { speaks: c.speaks } : {}),
    precisionUs: c.precisionUs,
    natPrecisionUs: c.natPrecisionUs,
  };
  let at = 0;
  for (const [k, i] of rows.entries()) {
    out.timeUs[k] = c.timeUs[i]!;
    out.loUs[k] = c.loUs[i]!;
    out.hiUs[k] = c.hiUs[i]!;
    out.line[k] = c.line[i]!;
    out.fold[k] = c.fold[i]!;
    out.channel[k] = c.channel[i]!;
    out.first[k] = at;
    for (let j = c.first[i]!; j < c.first[i + 1]!; j++, at++) {
      out.startUs[at] = c.startUs[j]!;
      out.endUs[at] = c.endUs[j]!;
      out.exact[at] = c.exact[j]!;
    }
  }
  out.first[rows.length] = at;
  return out;
}

/** True where the NAT log speaks of the event's moment, were the server's clock off by `offsetUs`. */
export const isSpokenOf = (c: Connections, i: number, offsetUs: number): boolean =>
  c.speaks === undefined ||
  (c.hiUs[i]! - offsetUs > c.speaks.fromUs && c.loUs[i]! - offsetUs < c.speaks.toUs);

/** Lines of one channel closer than this are one burst (a page and its pictures): they enter or leave a hold together. */
const BURST_US = 1_000_000;

/** One event per burst. */
export function withoutBursts(c: Connections): Connections {
  const last = new Map<number, number>();
  const keep = new Uint8Array(c.n);
  for (let i = 0; i < c.n; i++) {
    const seen = last.get(c.channel[i]!);
    if (seen !== undefined && Math.abs(c.timeUs[i]! - seen) < BURST_US) continue;
    last.set(c.channel[i]!, c.timeUs[i]!);
    keep[i] = 1;
  }
  return subset(c, (i) => keep[i] === 1);
}

// Where a crowd of connections stands at their mappings' starts: the line of offset along which most of them lie close
// behind a start, found by zooming into a grid of lines. A needle in a region of minutes, which the sampler would have to
// meet by luck (./sampler.ts takes it as the place to begin at, not as an answer).

/** Moments beside a line: event k lies `high[k]` us above the reference at place x[k] in [-1, 1] of the segment. */
export interface Moments {
  readonly x: readonly number[];
  readonly high: readonly number[];
}

interface Box {
  readonly level: readonly [number, number];
  readonly slope: readonly [number, number];
}

export interface Crowd {
  readonly level: number;
  readonly slope: number;
  /** How far the line may be moved and keep its crowd, us. */
  readonly spread: number;
  /** False where as many starts lie farther behind: no crowd, and nothing to begin at. */
  readonly clear: boolean;
}

const GRID = 20;
/** Cells kept either side of the best. */
const KEEP = 2.5;
/** A crowd reaches this far behind the starts beside the resolutions, us: a way and a request. */
const REACH_US = 250_000;
const MOST_ZOOMS = 14;
/** Nats by which a crowd must exceed what lies farther behind the starts: 8 pay for the choice among a thousand lines, 7 as for the search. */
const CLEAR_NATS = 15;

/** The densest line of the box, at the reach at which it stands out most; `blurUs` is the sum of both resolutions. */
export function findCrowd(moments: Moments, box: Box, blurUs: number): Crowd {
  let [a0, a1] = box.level;
  let [b0, b1] = box.slope;
  const n = moments.x.length;
  let found: Crowd = { level: (a0 + a1) / 2, slope: (b0 + b1) / 2, spread: a1 - a0, clear: false };
  let most = 0;
  for (let zoom = 0; zoom < MOST_ZOOMS; zoom++) {
    const da = (a1 - a0) / GRID;
    const db = (b1 - b0) / GRID;
    const cell = (da + db) / 2;
    const reach = blurUs + Math.min(REACH_US, blurUs + cell);
    const last = cell < blurUs / 4;
    let best = -1;
    let at = { a: (a0 + a1) / 2, b: (b0 + b1) / 2 };
    let ties = 1;
    const counts = new Int32Array(GRID + 1);
    for (let kb = 0; kb < GRID; kb++) {
      const b = b0 + (kb + 0.5) * db;
      counts.fill(0);
      for (let i = 0; i < n; i++) {
        // The lines of this slope that have the event within reach behind its start.
        const top = (moments.high[i]! - b * moments.x[i]! - a0 + cell) / da - 0.5;
        const from = Math.max(0, Math.ceil(top - (reach + 2 * cell) / da));
        const to = Math.min(GRID - 1, Math.floor(top));
        if (from > to) continue;
        counts[from]!++;
        counts[to + 1]!--;
      }
      let sum = 0;
      for (let ka = 0; ka < GRID; ka++) {
        sum += counts[ka]!;
        const a = a0 + (ka + 0.5) * da;
        if (sum > best) {
          best = sum;
          at = { a, b };
          ties = 1;
        } else if (sum === best) {
          // The middle of equally good lines.
          ties++;
          at = { a: at.a + (a - at.a) / ties, b: at.b + (b - at.b) / ties };
        }
      }
    }
    const nats = crowdNats(moments, at, reach + 2 * cell);
    if (nats > most) {
      most = nats;
      found = { level: at.a, slope: at.b, spread: reach / 2, clear: nats > CLEAR_NATS };
    }
    if (last) break;
    [a0, a1] = [Math.max(a0, at.a - KEEP * da), Math.min(a1, at.a + KEEP * da)];
    [b0, b1] = [Math.max(b0, at.b - KEEP * db), Math.min(b1, at.b + KEEP * db)];
  }
  return found;
}

/** Nats by which starts within reach of a line exceed what lies four to twelve times as far behind it. */
function crowdNats({ x, high }: Moments, line: { a: number; b: number }, reach: number): number {
  let near = 0;
  let far = 0;
  for (let i = 0; i < x.length; i++) {
    const u = (high[i]! - line.a - line.b * x[i]!) / reach;
    if (u >= 0 && u < 1) near++;
    else if (u >= 4 && u < 12) far++;
  }
  const expected = Math.max(0.5, far / 8);
  return near > expected ? near * Math.log(near / expected) - (near - expected) : 0;
}

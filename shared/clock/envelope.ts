// Two clocks in one record: the source's own stamp, and the time at which something else received the record. Delay between
// them is never negative, so each record bounds the offset from one side; the envelope of many is the offset but for the
// least delay, while their mean would be wrong by the mean delay.
// Source: lower-hull estimators of one-way delay, Moon/Skelly/Towsley 1999; here the upper envelope by blocks.
import type { Pair } from "./pairs";

export interface TwoClocks {
  readonly timeUs: number;
  /** Source's time minus the other clock's. */
  readonly differenceUs: number;
  /** Resolution of the source's time. */
  readonly precisionUs: number;
  /** Resolution of the other clock, where it is a coarser one: it stood up to so much later than it was written. */
  readonly otherPrecisionUs?: number;
}

const SECOND_US = 1_000_000;

/**
 * Resolution of a clock by one of its readings: a second where no part of one is written, a millisecond likewise. Read too
 * coarse, a reading only bounds less; read too fine, a clock in whole seconds would seem up to one second behind.
 */
export const resolutionOf = (us: number): number =>
  us % SECOND_US === 0 ? SECOND_US : us % 1_000 === 0 ? 1_000 : 1;

/** Records a block needs for its greatest difference to be near the envelope. */
const BLOCK_RECORDS = 20;
const MOST_BLOCKS = 200;
/** What the least of a block's delays may come to: a batch that is sent at once still takes a path. */
const LEAST_DELAY_US = 50_000;

/** One pair a block of records: the offset is at least the block's greatest difference, and little more. */
export function envelope(records: readonly TwoClocks[]): Pair[] {
  const blocks = Math.max(1, Math.min(MOST_BLOCKS, Math.floor(records.length / BLOCK_RECORDS)));
  const tops: TwoClocks[] = [];
  for (let k = 0; k < blocks; k++) {
    const from = Math.floor((k * records.length) / blocks);
    const to = Math.floor(((k + 1) * records.length) / blocks);
    let top = records[from]!;
    for (let i = from + 1; i < to; i++) if (records[i]!.differenceUs > top.differenceUs) top = records[i]!;
    tops.push(top);
  }
  // How far neighbouring blocks' tops differ says how far a top may lie below the envelope.
  const gaps = tops
    .slice(1)
    .map((t, k) => Math.abs(t.differenceUs - tops[k]!.differenceUs))
    .sort((a, b) => a - b);
  const typical = gaps[gaps.length >> 1] ?? LEAST_DELAY_US;
  return tops.map((t) => ({
    recordedUs: t.timeUs,
    lowUs: t.differenceUs - Math.max(t.precisionUs, t.otherPrecisionUs ?? 0),
    highUs: t.differenceUs + t.precisionUs + LEAST_DELAY_US + 4 * typical,
  }));
}

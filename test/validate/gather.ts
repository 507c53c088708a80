// What the engine gathers, made from a simulated world without text or database, so that estimators can be held against
// known truth over thousands of worlds. electron/engine/clock/gather.ts does the same from the evidence.
import type { Connections } from "../../shared/clock/connections";
import { foldOf } from "../../shared/clock/folds";
import { offsetOf, type Search, stretchAt } from "../../shared/clock/search";
import type { Built } from "../simulate/build";

/** Resolution of the NAT's times in each layout. */
export const natPrecision = (format: string): number => (format === "srx-pba" ? 1_000_000 : 1_000);

const SEARCH_REACH_US = 27 * 3_600_000_000;
const FIT_REACH_US = 1_860_000_000;
/** The engine's bounds on events (SEARCH_EVENTS, FIT_EVENTS there). */
const SEARCH_EVENTS = 2_500;
const FIT_EVENTS = 12_000;

interface Hold {
  readonly startUs: number;
  readonly endUs: number;
  readonly exact: number;
}

/** As before the search: every mapping of the event's port within the search's reach, what no record shows lasting the median hold. */
export function forSearch(world: Built, natPrecisionUs: number): Connections {
  return gather(world, natPrecisionUs, 0.5, 1, SEARCH_EVENTS, () => [-SEARCH_REACH_US, SEARCH_REACH_US]);
}

/** As before the fit: more events, only what lies near the search's offsets, and the longest likely hold. */
export function forFit(world: Built, natPrecisionUs: number, search: Search): Connections {
  const near = (timeUs: number, line: number): [number, number] => {
    const k = stretchAt(search.stretches, line);
    const offsets = [k - 1, k, k + 1].flatMap((at) => {
      const s = search.stretches[at];
      return s ? [offsetOf(s, timeUs)] : [];
    });
    return [Math.min(...offsets) - FIT_REACH_US, Math.max(...offsets) + FIT_REACH_US];
  };
  return gather(world, natPrecisionUs, 0.99, 2, FIT_EVENTS, near);
}

function gather(
  world: Built,
  natPrecisionUs: number,
  quantile: number,
  times: number,
  most: number,
  window: (timeUs: number, line: number) => [number, number],
): Connections {
  const { kind, blockSize } = world.network.shape;
  const byPlace = holdsByPlace(world, natPrecisionUs, quantile, times);
  const step = Math.max(1, world.events.length / most);
  const rows = Array.from({ length: Math.min(most, world.events.length) }, (_, k) => Math.floor(k * step));
  const first = [0];
  const startUs: number[] = [];
  const endUs: number[] = [];
  const exact: number[] = [];
  const kept: number[] = [];
  const channel: number[] = [];
  const channels = new Map<string, number>();
  for (const i of rows) {
    const e = world.events[i]!;
    const low = kind === "blocks" ? 1024 + Math.floor((e.port - 1024) / blockSize) * blockSize : e.port;
    const key = `${e.address}:${low}`;
    const list = byPlace.get(key);
    if (!list) continue;
    const [least, greatest] = window(e.us, i + 1);
    for (const h of list) {
      if (e.us - h.endUs > greatest || e.us - h.startUs < least) continue;
      startUs.push(h.startUs);
      endUs.push(h.endUs);
      exact.push(h.exact);
    }
    if (startUs.length === first[first.length - 1]) continue;
    if (!channels.has(key)) channels.set(key, channels.size);
    kept.push(i);
    channel.push(channels.get(key)!);
    first.push(startUs.length);
  }
  return {
    n: kept.length,
    timeUs: Float64Array.from(kept, (i) => world.events[i]!.us),
    loUs: Float64Array.from(kept, (i) => world.events[i]!.us),
    hiUs: Float64Array.from(kept, (i) => world.events[i]!.us + world.events[i]!.precisionUs),
    line: Float64Array.from(kept, (i) => i + 1),
    fold: Uint8Array.from(kept, (i) => foldOf(i + 1)),
    channel: Int32Array.from(channel),
    first: Int32Array.from(first),
    startUs: Float64Array.from(startUs),
    endUs: Float64Array.from(endUs),
    exact: Uint8Array.from(exact),
    precisionUs: world.events[0]?.precisionUs ?? 1,
    natPrecisionUs,
  };
}

function holdsByPlace(
  world: Built,
  natPrecisionUs: number,
  quantile: number,
  times: number,
): Map<string, Hold[]> {
  const { network, lost } = world;
  const lengths = network.bindings
    .filter((_, i) => !lost[i]!.start && !lost[i]!.end)
    .map((b) => (b.to - b.from) * 1e6)
    .sort((a, b) => a - b);
  const fill = times * (lengths[Math.floor(quantile * (lengths.length - 1))] ?? 60e6);
  const floor = (seconds: number): number =>
    Math.floor((world.natTime(seconds) * 1e6) / natPrecisionUs) * natPrecisionUs;
  const byPlace = new Map<string, Hold[]>();
  const open = new Map<string, boolean>();
  for (const [i, b] of network.bindings.entries()) {
    const gone = lost[i]!;
    if (gone.start && gone.end) continue;
    const key = `${b.address}:${b.portLow}`;
    const list = byPlace.get(key) ?? [];
    const endUs = gone.end ? floor(b.from) + fill : floor(b.to) + natPrecisionUs;
    const before = list[list.length - 1];
    // One port has one holder: a filled end lies before the next start, a filled start after the end before it.
    const startUs = gone.start
      ? Math.max(endUs - fill, before ? (open.get(key) ? before.startUs : before.endUs) : -Infinity)
      : floor(b.from);
    if (before && open.get(key) && before.endUs > startUs) {
      list[list.length - 1] = { ...before, endUs: Math.max(before.startUs + 1, startUs) };
    }
    list.push({ startUs: Math.min(startUs, endUs - 1), endUs, exact: gone.start ? 0 : 1 });
    open.set(key, gone.end);
    byPlace.set(key, list);
  }
  return byPlace;
}

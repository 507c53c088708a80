// What the engine gathers, made from a simulated world without text or database, so that estimators can be held against
// known truth over many worlds.
import type { Connections } from "../../../shared/clock/connections";
import { foldOf } from "../../../shared/clock/folds";
import type { Built } from "../../simulate/build";

export interface GatherOptions {
  /** Resolution of the NAT's times. */
  readonly natPrecisionUs: number;
  /** Holds without a recorded start or end are taken to last this quantile of all. */
  readonly holdQuantile: number;
}

export function connectionsOf(world: Built, o: GatherOptions): Connections {
  const { network, lost, events } = world;
  const { kind, blockSize } = network.shape;
  const holds = network.bindings.map((b) => (b.to - b.from) * 1e6).sort((a, b) => a - b);
  const hold = holds[Math.floor(o.holdQuantile * (holds.length - 1))] ?? 60e6;
  const byPlace = new Map<string, number[]>();
  for (const [i, b] of network.bindings.entries()) {
    if (lost[i]!.start && lost[i]!.end) continue;
    const key = `${b.address}:${b.portLow}`;
    byPlace.set(key, [...(byPlace.get(key) ?? []), i]);
  }
  const n = events.length;
  const floor = (seconds: number): number =>
    Math.floor((seconds * 1e6) / o.natPrecisionUs) * o.natPrecisionUs;
  const first = new Int32Array(n + 1);
  const startUs: number[] = [];
  const endUs: number[] = [];
  const exact: number[] = [];
  const channels = new Map<string, number>();
  const channel = new Int32Array(n);
  for (const [i, e] of events.entries()) {
    const low = kind === "blocks" ? 1024 + Math.floor((e.port - 1024) / blockSize) * blockSize : e.port;
    const key = `${e.address}:${low}`;
    if (!channels.has(key)) channels.set(key, channels.size);
    channel[i] = channels.get(key)!;
    first[i] = startUs.length;
    const list = byPlace.get(key) ?? [];
    for (const [k, m] of list.entries()) {
      const b = network.bindings[m]!;
      const gone = lost[m]!;
      let start = floor(b.from);
      let end = floor(b.to) + o.natPrecisionUs;
      const next = list[k + 1];
      if (gone.end)
        end = Math.min(start + hold, next === undefined ? Infinity : floor(network.bindings[next]!.from));
      if (gone.start) start = end - hold;
      if (Math.abs(start - e.us) > 27 * 3600e6 && Math.abs(end - e.us) > 27 * 3600e6) continue;
      startUs.push(start);
      endUs.push(end);
      exact.push(gone.start ? 0 : 1);
    }
  }
  first[n] = startUs.length;
  return {
    n,
    timeUs: Float64Array.from(events, (e) => e.us),
    loUs: Float64Array.from(events, (e) => e.us),
    hiUs: Float64Array.from(events, (e) => e.us + e.precisionUs),
    line: Float64Array.from(events, (_, i) => i + 1),
    fold: Uint8Array.from(events, (_, i) => foldOf(i + 1)),
    channel,
    first,
    startUs: Float64Array.from(startUs),
    endUs: Float64Array.from(endUs),
    exact: Uint8Array.from(exact),
    precisionUs: events[0]?.precisionUs ?? 1,
    natPrecisionUs: o.natPrecisionUs,
  };
}

// Seeded mutations of export files: a byte changed, a stretch overwritten, a stretch moved.
import { expect } from "vitest";
import netflow from "../../../shared/formats/nat/netflow";
import { accounted, parse } from "../formats-nat/support";
import {
  dataSet,
  ethernet,
  ipfix,
  ipv4,
  join,
  pcap,
  pcapng,
  type Spec,
  T0,
  templateSet,
  udp,
  v9,
} from "./support";

const SESSION: readonly Spec[] = [
  [323, 8],
  [230, 1],
  [8, 4],
  [225, 4],
  [4, 1],
  [7, 2],
  [227, 2],
];
const data = (...ports: number[]) =>
  dataSet(
    256,
    SESSION,
    ports.map((port) => [BigInt(T0) * 1000n, 4, "10.0.0.1", "203.0.113.1", 6, 4000, port]),
  );
const capture = (...payloads: Uint8Array[]) =>
  payloads.map((p) => ethernet(ipv4(udp(p, "192.0.2.1", "198.51.100.250"), "192.0.2.1")));

const SOURCES = [
  join(
    ipfix([templateSet(256, SESSION), data(1, 2)]),
    ipfix([data(3, 4)], { sequence: 2 }),
    ipfix([data(5)], { sequence: 4 }),
  ),
  join(v9([templateSet(256, SESSION, 9), data(1, 2)]), v9([data(3)], { sequence: 1 })),
  pcap(capture(ipfix([templateSet(256, SESSION), data(1, 2)]), ipfix([data(3)], { sequence: 2 }))),
  pcapng(capture(ipfix([templateSet(256, SESSION), data(1, 2)]), ipfix([data(3)], { sequence: 2 }))),
];

/** Reads `count` mutated files; throws where one crashes, changes what stands before the damage, or loses count. */
export function mutate(count: number, seed: number): void {
  let state = seed >>> 0;
  const random = (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * n);
  };
  const wholes = SOURCES.map((source) => parse(netflow, source));
  for (let i = 0; i < count; i++) {
    const source = SOURCES[i % SOURCES.length]!;
    const whole = wholes[i % SOURCES.length]!;
    const mutated = source.slice();
    const at = random(source.length);
    const kind = random(3);
    if (kind === 0) mutated[at] = random(256);
    else if (kind === 1) mutated.fill(random(256), at, at + 1 + random(40));
    else mutated.copyWithin(at, random(source.length), random(source.length));
    const first = mutated.findIndex((c, k) => c !== source[k]);
    const p = parse(netflow, mutated);
    const before = whole.rows.filter((r) => first < 0 || Number(r.offset) + Number(r.length) <= first);
    expect(p.rows.slice(0, before.length), `mutation ${i} of seed ${seed}`).toEqual(before);
    expect(accounted(p)).toBe(p.lines);
  }
}

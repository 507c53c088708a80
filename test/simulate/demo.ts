// The demonstration's evidence: a web server whose clock is tens of seconds off and skewed, and the port blocks of the
// carrier-grade NAT in front of its visitors. Small enough to be done in seconds; another seed makes another world.
import { buildWorld, type WorldShape } from "./build";
import { Random } from "./random";
import type { World } from "./world";

/** 2026-11-02T06:00:00Z: a working day, far from a change of summer time. */
const START = 1_793_599_200;

export function demoShape(seed: number): WorldShape {
  const random = new Random(seed ^ 0x2545f491);
  return {
    scenario: "demo",
    network: {
      kind: "blocks",
      from: START,
      to: START + 12 * 3600,
      subscribers: 400,
      addresses: 3,
      slots: 40,
      blockSize: 256,
      tenure: 900,
      bindings: 2400,
      rest: 30,
      connections: 4000,
      daily: 0.2,
    },
    clock: { offset: random.sign() * random.between(20, 95), skewPpm: random.sign() * random.between(5, 60) },
    serverFormat: "apache",
    natFormat: "srx-pba",
    stamps: "start",
  };
}

export const demoWorld = (seed: number): World => buildWorld(demoShape(seed), seed);

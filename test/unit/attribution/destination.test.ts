import { describe, expect, it } from "vitest";
import { parseDestinations } from "../../../electron/engine/attribution/destination";
import { attribute, build, type GivenEvent, type GivenMapping } from "./support";

const SECOND = 1_000_000;
const SERVER = 3_221_226_010; // 192.0.2.26
const OTHER = SERVER + 1;

const session = (
  subscriber: number,
  low: number,
  from: number,
  to: number,
  dst: readonly [number, number] | null,
): GivenMapping => ({
  low,
  subscriber,
  possible: [from * SECOND, to * SECOND],
  certain: [from * SECOND, to * SECOND],
  dst,
});
const portless = (at: number, more: Partial<GivenEvent> = {}): GivenEvent => ({
  at: at * SECOND,
  width: SECOND,
  port: null,
  ...more,
});

async function run(events: readonly GivenEvent[], mappings: readonly GivenMapping[], destination?: string) {
  const world = await build(events, [{ mappings, extent: "full" }]);
  try {
    return (await attribute(world, destination === undefined ? {} : { destination })).rows;
  } finally {
    await world.db.close();
  }
}

describe("an operator that logged destinations, and a server that logged no port", () => {
  const mappings = [
    session(1, 5000, 0, 50, [SERVER, 443]),
    session(2, 5001, 0, 200, [SERVER, 443]),
    session(3, 5002, 0, 200, [SERVER, 25]),
    session(4, 5003, 0, 200, [OTHER, 443]),
    session(5, 5004, 150, 200, [SERVER, 443]),
  ];

  it("are matched by the server's own address, with all who had a connection to it as candidates", async () => {
    const [alone, two] = await run([portless(100), portless(160)], mappings, "192.0.2.26:443");
    // Alone, but a record of this destination may rightly be missing: never unique.
    expect(alone).toMatchObject({ verdict: "only", rule: "incomplete", subscriber: "subscriber 2" });
    expect(two).toMatchObject({ verdict: "ambiguous", subscriber: null });
    expect(two!.candidates.map((c) => c.subscriber)).toEqual(["subscriber 2", "subscriber 5"]);
  });

  it("have more candidates where the server's port is not stated", async () => {
    const [row] = await run([portless(100)], mappings, "192.0.2.26");
    expect(row!.candidates.map((c) => c.subscriber)).toEqual(["subscriber 2", "subscriber 3"]);
  });

  it("stay without an answer where no destination is known, and where no record names it", async () => {
    expect((await run([portless(100)], mappings))[0]).toMatchObject({ verdict: "no-port", sharedBy: 3 });
    expect((await run([portless(100)], mappings, "192.0.2.99"))[0]).toMatchObject({ verdict: "no-port" });
  });

  it("keep the record's own destination where it has one", async () => {
    const [row] = await run([portless(100, { dst: [OTHER, 443] })], mappings, "192.0.2.26:443");
    expect(row).toMatchObject({ verdict: "only", subscriber: "subscriber 4" });
  });

  it("count a record that names no destination as one that may have gone there", async () => {
    const [row] = await run([portless(100)], [...mappings, session(6, 5005, 0, 200, null)], "192.0.2.26:443");
    expect(row!.candidates.map((c) => c.subscriber)).toEqual(["subscriber 2", "subscriber 6"]);
  });

  it("are matched in the server's time: nobody then, and who came before and after", async () => {
    const [row] = await run([portless(300)], mappings, "192.0.2.26:443");
    expect(row).toMatchObject({ verdict: "none", rule: "no-mapping" });
    expect(row!.nearest.map((n) => n.subscriber)).toEqual(["subscriber 2"]);
  });

  it("leave an event with a port to its port", async () => {
    const [row] = await run([portless(100, { port: 5002 })], mappings, "192.0.2.26:443");
    expect(row).toMatchObject({ verdict: "unique", subscriber: "subscriber 3" });
  });
});

describe("the server's own address", () => {
  it("is one address a family, with or without its port", () => {
    expect(parseDestinations("192.0.2.26:443, [2001:DB8::1]:443")).toEqual([
      { address: "192.0.2.26", port: 443 },
      { address: "2001:db8::1", port: 443 },
    ]);
    expect(parseDestinations("2001:db8::1")).toEqual([{ address: "2001:db8::1", port: null }]);
    for (const wrong of ["", "example.org", "192.0.2.26:0", "192.0.2.26:70000", "192.0.2.1,192.0.2.2"])
      expect(() => parseDestinations(wrong), wrong).toThrow();
  });
});

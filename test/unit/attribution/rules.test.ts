import { describe, expect, it } from "vitest";
import { ADDR, answers, attribute, build, type GivenMapping } from "./support";

const SECOND = 1_000_000;
const HOUR = 3_600 * SECOND;

/** A mapping whose possible hold is a second wider than its certain hold on either side. */
const held = (
  subscriber: number,
  from: number,
  to: number,
  more: Partial<GivenMapping> = {},
): GivenMapping => ({
  low: 4992,
  high: 5055,
  subscriber,
  possible: [from, to],
  certain: [from + SECOND, to - SECOND],
  ...more,
});
const at = (seconds: number) => ({ at: seconds * SECOND, width: SECOND });
const first = async (...args: Parameters<typeof answers>) => (await answers(...args))[0]!;

describe("a name needs one party alone", () => {
  it("is unique by cover where one party's certain hold covers the whole interval", async () => {
    const r = await first([at(100)], [{ mappings: [held(1, 0, 200 * SECOND)] }]);
    expect(r).toMatchObject({
      verdict: "unique",
      rule: "cover",
      subscriber: "subscriber 1",
      intervalFromUs: 100 * SECOND,
      intervalToUs: 101 * SECOND,
    });
    expect(r.candidates).toHaveLength(1);
    expect(r.candidates[0]).toMatchObject({ natSource: "nat1", natLine: 1, fromUs: 0, toUs: 200 * SECOND });
  });

  it("takes two mappings of one party together where the second follows without a gap", async () => {
    const mappings = [
      held(1, 0, 101 * SECOND, { certain: [0, 100.5 * SECOND] }),
      held(1, 100 * SECOND, 200 * SECOND, { certain: [100.5 * SECOND, 199 * SECOND] }),
    ];
    expect(await first([at(100)], [{ mappings }])).toMatchObject({ verdict: "unique", rule: "cover" });
  });

  it("does not bridge a gap between two mappings of one party: a stranger may have held the port in it", async () => {
    const mappings = [
      held(1, 0, 101 * SECOND, { certain: [0, 100.4 * SECOND] }),
      held(1, 100 * SECOND, 200 * SECOND, { certain: [100.6 * SECOND, 199 * SECOND] }),
    ];
    expect(await first([at(100)], [{ mappings }])).toMatchObject({
      verdict: "only",
      rule: "incomplete",
      subscriber: "subscriber 1",
    });
  });

  it("is only, not unique, where the sole party's hold covers a part of the interval", async () => {
    expect(await first([at(0)], [{ mappings: [held(1, 0, 200 * SECOND)] }])).toMatchObject({
      verdict: "only",
      rule: "incomplete",
    });
  });

  it("is ambiguous where two parties touch the interval, never the nearer one", async () => {
    const mappings = [held(1, 0, 100.1 * SECOND), held(2, 100.9 * SECOND, 300 * SECOND)];
    const r = await first([at(100)], [{ mappings }]);
    expect(r).toMatchObject({ verdict: "ambiguous", rule: "overlap", subscriber: null, insideIp: null });
    expect(r.candidates.map((c) => c.subscriber)).toEqual(["subscriber 1", "subscriber 2"]);
  });

  it("is ambiguous where the records themselves put two parties on one port, however certain each is", async () => {
    const mappings = [held(1, 0, 200 * SECOND), held(2, 0, 200 * SECOND)];
    expect(await first([at(100)], [{ mappings }])).toMatchObject({ verdict: "ambiguous", rule: "overlap" });
  });

  it("is none where nobody held the port, with the holders either side apart", async () => {
    const mappings = [
      held(1, 0, 90 * SECOND),
      held(3, 0, 50 * SECOND),
      held(2, 110 * SECOND, 300 * SECOND),
      held(4, 150 * SECOND, 300 * SECOND),
    ];
    const r = await first([at(100)], [{ mappings }]);
    expect(r).toMatchObject({ verdict: "none", rule: "no-mapping", candidates: [], subscriber: null });
    expect(r.nearest.map((h) => h.subscriber)).toEqual(["subscriber 1", "subscriber 2"]);
  });

  it("keeps a mapping whose end no record shows a candidate for ever after", async () => {
    const open = held(1, 0, 0, { possible: [0, null], certain: [0, 50 * SECOND] });
    expect(await first([at(4000)], [{ mappings: [open] }])).toMatchObject({
      verdict: "only",
      rule: "incomplete",
    });
    const later = held(2, 3000 * SECOND, 5000 * SECOND);
    expect(await first([at(4000)], [{ mappings: [open, later] }])).toMatchObject({ verdict: "ambiguous" });
  });

  it("does not name the holder of another port of the block's step", async () => {
    const every4th = held(1, 0, 200 * SECOND, { low: 4992, high: 5052, step: 4 });
    const [on, off] = await answers(
      [
        { ...at(100), port: 5000 },
        { ...at(100), port: 5001 },
      ],
      [{ mappings: [every4th] }],
    );
    expect(on).toMatchObject({ verdict: "unique" });
    expect(off).toMatchObject({ verdict: "none" });
  });

  it("identifies by the inside address where the log names no subscriber", async () => {
    const r = await first(
      [at(100)],
      [{ mappings: [held(1, 0, 200 * SECOND, { subscriber: null, inside: 167_772_161 })] }],
    );
    expect(r).toMatchObject({ verdict: "unique", subscriber: null, insideIp: "10.0.0.1" });
  });

  it("never calls a mapping that names neither subscriber nor inside address unique", async () => {
    const r = await first(
      [at(100)],
      [{ mappings: [held(1, 0, 200 * SECOND, { subscriber: null, inside: null })] }],
    );
    expect(r).toMatchObject({ verdict: "only", rule: "incomplete", subscriber: null, insideIp: null });
  });
});

describe("TCP and UDP are separate port spaces", () => {
  const mappings = [held(1, 0, 200 * SECOND, { protocol: 6 }), held(2, 0, 200 * SECOND, { protocol: 17 })];
  it("tells the holders of one port number apart by protocol", async () => {
    const [tcp, udp] = await answers(
      [
        { ...at(100), protocol: 6 },
        { ...at(100), protocol: 17 },
      ],
      [{ mappings }],
    );
    expect(tcp).toMatchObject({ verdict: "unique", subscriber: "subscriber 1" });
    expect(udp).toMatchObject({ verdict: "unique", subscriber: "subscriber 2" });
  });
  it("counts both where the event's protocol is unknown", async () => {
    expect(await first([{ ...at(100), protocol: null }], [{ mappings }])).toMatchObject({
      verdict: "ambiguous",
    });
  });
  it("does not take a TCP hold for a proof where the event may have been UDP and the log tells them apart", async () => {
    const other = held(2, 0, 200 * SECOND, { protocol: 17, low: 9000, high: 9063 });
    const r = await first([{ ...at(100), protocol: null }], [{ mappings: [mappings[0]!, other] }]);
    expect(r).toMatchObject({ verdict: "only", rule: "incomplete", subscriber: "subscriber 1" });
  });
  it("takes a block of all ports for both protocols", async () => {
    const r = await first([{ ...at(100), protocol: null }], [{ mappings: [held(1, 0, 200 * SECOND)] }]);
    expect(r).toMatchObject({ verdict: "unique", rule: "cover" });
  });
});

describe("what the records cannot speak of is out of range", () => {
  const mappings = [held(1, 0, 200 * SECOND)];
  it("without an accepted calibration", async () => {
    const r = await first([at(100)], [{ mappings, clock: null }]);
    expect(r).toMatchObject({
      verdict: "out-of-range",
      rule: "uncalibrated",
      candidates: [],
      intervalFromUs: null,
      flipUs: null,
    });
  });
  it("outside the calibration's validity", async () => {
    const r = await first([at(100)], [{ mappings, validity: [0, 50 * SECOND] }]);
    expect(r).toMatchObject({ verdict: "out-of-range", rule: "validity" });
  });
  it("outside the operator's search window, even where a mapping is listed", async () => {
    const [inside, straddling] = await answers(
      [at(100), at(120)],
      [{ mappings, window: [0, 120.5 * SECOND] }],
    );
    expect(inside).toMatchObject({ verdict: "unique" });
    expect(straddling).toMatchObject({ verdict: "out-of-range", rule: "coverage", candidates: [] });
  });
  it("more than six hours beyond a whole log", async () => {
    const day = 24 * HOUR;
    const log = { mappings: [held(1, 0, day)], extent: "full" as const };
    const [near, far] = await answers(
      [
        { at: day + 5 * HOUR, width: 1 },
        { at: day + 7 * HOUR, width: 1 },
      ],
      [log],
    );
    expect(near).toMatchObject({ verdict: "none" });
    expect(far).toMatchObject({ verdict: "out-of-range", rule: "coverage" });
  });
  it("on an address that no loaded pool covers", async () => {
    const r = await first([{ ...at(100), addr: ADDR + 5 }], [{ mappings, window: [0, HOUR] }]);
    expect(r).toMatchObject({ verdict: "out-of-range", rule: "address" });
  });
  it("older than the operator's retention", async () => {
    const log = {
      mappings,
      window: [0, HOUR] as const,
      retention: { receivedAt: 1000 * SECOND, keeps: 850 * SECOND },
    };
    const [old, kept] = await answers([at(100), at(160)], [log]);
    expect(old).toMatchObject({ verdict: "out-of-range", rule: "retention" });
    expect(kept).toMatchObject({ verdict: "unique" });
  });
  it("without a time", async () => {
    expect(await first([{ at: null }], [{ mappings }])).toMatchObject({
      verdict: "out-of-range",
      rule: "validity",
    });
  });
  it("and is never unique by a manual offset outside the computed interval", async () => {
    const r = await first([at(100)], [{ mappings, clock: { offset: 0, guard: 0, never: true } }]);
    expect(r).toMatchObject({ verdict: "only", rule: "incomplete", subscriber: "subscriber 1" });
  });
});

describe("an event without a port", () => {
  it("counts the parties that shared the address then", async () => {
    const mappings = [
      held(1, 0, 200 * SECOND),
      held(1, 0, 200 * SECOND, { low: 6000 }),
      held(2, 0, 200 * SECOND, { low: 7000, high: 7000 }),
      held(3, 300 * SECOND, 400 * SECOND),
    ];
    const r = await first([{ ...at(100), port: null }], [{ mappings }]);
    expect(r).toMatchObject({ verdict: "no-port", rule: "port", sharedBy: 2, candidates: [], flipUs: null });
  });
  it("does not count without a calibration, since 'then' is unknown", async () => {
    const r = await first(
      [{ ...at(100), port: null }],
      [{ mappings: [held(1, 0, 200 * SECOND)], clock: null }],
    );
    expect(r).toMatchObject({ verdict: "no-port", rule: "port", sharedBy: null });
  });
  it("is matched by its destination where the records name it, but a hold proves nothing then", async () => {
    const to = (subscriber: number, dst: readonly [number, number]) =>
      held(subscriber, 0, 200 * SECOND, { dst });
    const [one, none] = await answers(
      [
        { ...at(100), port: null, dst: [77, 443] },
        { ...at(100), port: null, dst: [79, 443] },
      ],
      [{ mappings: [to(1, [77, 443]), to(2, [78, 443])] }],
    );
    expect(one).toMatchObject({
      verdict: "only",
      rule: "incomplete",
      subscriber: "subscriber 1",
      sharedBy: null,
    });
    expect(one!.candidates).toHaveLength(1);
    expect(none).toMatchObject({ verdict: "no-port", sharedBy: 2 });
  });
});

describe("several NAT logs", () => {
  it("are one pool of mappings: an overlap across logs is ambiguous", async () => {
    const logs = [{ mappings: [held(1, 0, 200 * SECOND)] }, { mappings: [held(2, 0, 200 * SECOND)] }];
    const r = await first([at(100)], logs);
    expect(r).toMatchObject({ verdict: "ambiguous" });
    expect(r.candidates.map((c) => c.natSource)).toEqual(["nat1", "nat2"]);
  });
  it("each have their own clock", async () => {
    const logs = [
      { mappings: [held(1, 0, 200 * SECOND)], clock: { offset: -1000 * SECOND, guard: 0 } },
      { mappings: [held(2, 0, 200 * SECOND)] },
    ];
    // At 100 s the first log's clock shows 1,100 s, when its mapping is over.
    expect(await first([at(100)], logs)).toMatchObject({ verdict: "unique", subscriber: "subscriber 2" });
  });
  it("leave an event uncalibrated where one that knows its address has no related clock", async () => {
    const logs = [
      { mappings: [held(1, 0, 200 * SECOND)] },
      { mappings: [held(2, 300 * SECOND, 400 * SECOND)], clock: null },
    ];
    expect(await first([at(100)], logs)).toMatchObject({ verdict: "out-of-range", rule: "uncalibrated" });
  });
  it("do not mind one without a related clock that never names the address", async () => {
    const logs = [
      { mappings: [held(1, 0, 200 * SECOND)] },
      { mappings: [held(2, 0, 400 * SECOND, { addr: ADDR + 1 })], clock: null },
    ];
    expect(await first([at(100)], logs)).toMatchObject({ verdict: "unique", subscriber: "subscriber 1" });
  });
});

describe("the flip point", () => {
  it("is the signed change of offset, smallest in size, that changes verdict or identity", async () => {
    // [100, 101) s inside the certain hold [1, 199) s: 98 s later it leaves by the end, 99 s earlier by the start.
    const mappings = [held(1, 0, 200 * SECOND)];
    const r = await first([at(100)], [{ mappings }]);
    // Corrected = recorded - offset: a smaller offset moves the interval later.
    expect(r.flipUs).toBe(-(98 * SECOND + 1));
  });
  it("is null where no change within 26 hours changes the answer", async () => {
    const ever = held(1, 0, 0, { possible: [-40 * HOUR, 40 * HOUR], certain: [-40 * HOUR, 40 * HOUR] });
    expect(
      (await first([at(100)], [{ mappings: [ever], window: [-40 * HOUR, 40 * HOUR] }])).flipUs,
    ).toBeNull();
  });
  it("shifts corrected times against the offset: a fast clock reads early holders", async () => {
    const log = {
      mappings: [held(1, 0, 200 * SECOND), held(2, 1000 * SECOND, 1200 * SECOND)],
      clock: { offset: 1000 * SECOND, guard: SECOND },
    };
    expect(await first([at(1100)], [log])).toMatchObject({
      verdict: "unique",
      subscriber: "subscriber 1",
      intervalFromUs: 99 * SECOND,
      intervalToUs: 102 * SECOND,
    });
  });
});

describe("a run", () => {
  it("gives the same hash for the same case, and another where a result differs", async () => {
    const events = [at(100), at(150)];
    const world = await build(events, [{ mappings: [held(1, 0, 200 * SECOND)] }]);
    const a = await attribute(world);
    const b = await attribute(world);
    const c = await attribute(world, { filter: "line = 1" });
    expect(a.outputs.sha256).toBe(b.outputs.sha256);
    expect(c.outputs.sha256).not.toBe(a.outputs.sha256);
    expect(c.rows.map((r) => r.line)).toEqual([1]);
    expect(a.outputs).toMatchObject({ events: 2, counts: { unique: 2, none: 0 }, calibrations: ["c102"] });
    await world.db.close();
  });
});

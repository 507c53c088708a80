// Mappings from records, case by case: what a log that lost a line may still say, and what it may not.
import { describe, expect, it } from "vitest";
import { block, build, s } from "./support";

const OTHER = 1_681_915_999;

describe("a mapping with start and release", () => {
  it("certainly holds only between the latest start and the earliest end of truncated stamps", async () => {
    const { mappings, rows, counts } = await build([block("start", 10), block("release", 50)]);
    expect(mappings).toHaveLength(1);
    expect(mappings[0]).toMatchObject({
      id: 1,
      start_us: s(10),
      end_us: s(50),
      start_min_us: s(10),
      start_max_us: s(11),
      end_min_us: s(50),
      end_max_us: s(51),
      first_line: 1,
      end_line: 2,
      last_named_us: s(50),
      start_exact: 1,
    });
    expect(rows).toEqual([1, 1]);
    expect(counts).toEqual({ mappings: 1, overlaps: 0, openEnds: 0, lostStarts: 0 });
  });

  it("widens a rounding writer's stamps to both sides", async () => {
    const { mappings } = await build([block("start", 10), block("release", 50)], "rounds");
    expect(mappings[0]).toMatchObject({
      start_min_us: s(9.5),
      start_max_us: s(10.5),
      end_min_us: s(49.5),
      end_max_us: s(50.5),
    });
  });

  it("widens a time that the file settles only to a choice", async () => {
    const { mappings } = await build([block("start", 10, { slack_us: s(3600) }), block("release", 50)]);
    expect(mappings[0]).toMatchObject({ start_min_us: s(10), start_max_us: s(3611) });
  });

  it("is found in a file that is not in order of time", async () => {
    const { mappings, rows } = await build([
      block("release", 50),
      block("start", 60),
      block("start", 10),
      block("release", 90),
    ]);
    expect(mappings.map((m) => [m.start_us, m.end_us])).toEqual([
      [s(10), s(50)],
      [s(60), s(90)],
    ]);
    expect(rows).toEqual([1, 2, 1, 2]);
  });

  it("keeps create, delete and create of one second apart, in the order of the file", async () => {
    const { mappings, rows } = await build([
      block("start", 10),
      block("release", 10),
      block("start", 10),
      block("release", 15),
    ]);
    expect(rows).toEqual([1, 1, 2, 2]);
    expect(mappings.map((m) => [m.start_us, m.end_us])).toEqual([
      [s(10), s(10)],
      [s(10), s(15)],
    ]);
    // A mapping shorter than its stamps' precision possibly held for that second, and certainly at no instant.
    expect(Number(mappings[0]!.start_max_us)).toBeGreaterThanOrEqual(Number(mappings[0]!.end_min_us));
  });

  it("keeps TCP and UDP, two realms and two inside ports apart", async () => {
    const { mappings } = await build([
      block("start", 10, { protocol: 6 }),
      block("start", 11, { protocol: 17 }),
      block("start", 12, { protocol: 17, realm: 1 }),
      block("start", 13, { protocol: 17, realm: 1, in_port: 5 }),
      block("release", 20, { protocol: 17 }),
    ]);
    expect(mappings.map((m) => m.end_us)).toEqual([null, s(20), null, null]);
  });
});

describe("a lost half", () => {
  it("leaves a start without release open, certain only to the last record that names it", async () => {
    const { mappings, counts } = await build([block("start", 10), block("interim", 40)]);
    expect(mappings[0]).toMatchObject({
      start_us: s(10),
      end_us: null,
      end_min_us: s(40),
      end_max_us: null,
      end_line: null,
      last_named_us: s(40),
    });
    expect(counts.openEnds).toBe(1);
  });

  it("is not mended by a later allocation of the same ports to somebody else", async () => {
    const { mappings, counts } = await build([
      block("start", 10),
      block("start", 60, { in_addr: OTHER }),
      block("release", 90, { in_addr: OTHER }),
    ]);
    expect(mappings[0]).toMatchObject({ end_us: null, end_max_us: null });
    expect(counts.overlaps).toBe(0);
  });

  it("leaves a release without start with no start, certain from the first record that names it", async () => {
    const { mappings, counts } = await build([block("interim", 40), block("release", 50)]);
    expect(mappings[0]).toMatchObject({
      start_us: null,
      start_min_us: null,
      start_max_us: s(41),
      end_us: s(50),
      first_line: 1,
      start_exact: 0,
    });
    expect(counts.lostStarts).toBe(1);
  });

  it("is recovered from an interim that repeats the time of the allocation", async () => {
    const { mappings, rows } = await build([block("interim", 40, { start_us: s(10) }), block("release", 50)]);
    expect(mappings[0]).toMatchObject({
      start_us: s(10),
      start_min_us: s(10),
      start_max_us: s(11),
      start_exact: 1,
    });
    expect(rows).toEqual([1, 1]);
  });

  it("is not recovered from an interim of another allocation of the same block", async () => {
    const { mappings } = await build([
      block("start", 10),
      block("interim", 100, { start_us: s(70) }),
      block("release", 120),
    ]);
    expect(mappings.map((m) => [m.start_us, m.end_us])).toEqual([
      [s(10), null],
      [s(70), s(120)],
    ]);
  });

  it("makes two mappings of a block that is allocated twice, the first open", async () => {
    const { mappings, rows } = await build([block("start", 10), block("start", 30), block("release", 50)]);
    expect(mappings.map((m) => [m.start_us, m.end_us])).toEqual([
      [s(10), null],
      [s(30), s(50)],
    ]);
    expect(rows).toEqual([1, 2, 2]);
  });
});

describe("records that give an interval by themselves", () => {
  it("stand alone, a start from a duration being off to both sides by its resolution", async () => {
    const { mappings } = await build([
      block("mapping", 100, {
        start_us: s(40),
        end_us: s(100),
        duration_us: s(60),
        start_precision_us: s(2),
      }),
    ]);
    expect(mappings[0]).toMatchObject({
      start_us: s(40),
      start_min_us: s(38),
      start_max_us: s(42),
      end_min_us: s(100),
      end_max_us: s(101),
      start_exact: 0,
    });
  });

  it("do not end a mapping that other records show", async () => {
    const { mappings } = await build([
      block("start", 10),
      block("mapping", 20, { start_us: s(20), end_us: s(30) }),
      block("release", 50),
    ]);
    expect(mappings.map((m) => [m.start_us, m.end_us])).toEqual([
      [s(10), s(50)],
      [s(20), s(30)],
    ]);
  });

  it("leave a release's logged start in place where no start record is there", async () => {
    const { mappings } = await build([
      block("release", 50, { start_us: s(20), duration_us: s(30), start_precision_us: s(1) }),
    ]);
    expect(mappings[0]).toMatchObject({
      start_us: s(20),
      start_min_us: s(19),
      start_max_us: s(21),
      end_us: s(50),
    });
  });
});

describe("records that leave a part out", () => {
  it("are joined by their connection's number (a teardown without translated address)", async () => {
    const connection = {
      conn: 9,
      device: 1,
      protocol: 6,
      in_port: 53496,
      dst_addr: 167_838_209,
      dst_port: 22,
    };
    const { mappings, rows } = await build([
      block("start", 10, { ...connection, port_low: 53496, port_high: 53496 }),
      block("start", 11, { ...connection, conn: 10, in_port: 4000, port_low: 4000, port_high: 4000 }),
      {
        ...block("release", 20, connection),
        pub_addr: null,
        port_low: null,
        port_high: null,
        port_step: null,
      },
    ]);
    expect(rows).toEqual([1, 2, 1]);
    expect(mappings[0]).toMatchObject({ start_us: s(10), end_us: s(20), port_low: 53496 });
    expect(mappings[1]).toMatchObject({ end_us: null });
  });

  it("are not joined where the number was used again and the endpoints differ", async () => {
    const { mappings } = await build([
      block("start", 10, { conn: 9, device: 1, in_port: 1000, port_low: 1000, port_high: 1000 }),
      {
        ...block("release", 20, { conn: 9, device: 1, in_port: 2000 }),
        pub_addr: null,
        port_low: null,
        port_high: null,
        port_step: null,
      },
    ]);
    expect(mappings[0]).toMatchObject({ start_us: s(10), end_us: null, port_low: 1000 });
  });

  it("are joined by the public side where a free names nothing else", async () => {
    const { mappings } = await build([
      block("start", 10),
      block("release", 20, { in_addr: null }),
      block("start", 30, { in_addr: OTHER }),
      block("release", 40, { in_addr: null }),
    ]);
    expect(mappings.map((m) => [m.in_addr, m.start_us, m.end_us])).toEqual([
      [1_681_915_905, s(10), s(20)],
      [OTHER, s(30), s(40)],
    ]);
  });

  it("end every block of the address that a release names without ports", async () => {
    const { mappings, rows, counts } = await build([
      block("start", 10),
      block("start", 11, { port_low: 1536, port_high: 2047 }),
      block("start", 12, { in_addr: OTHER, port_low: 2048, port_high: 2559 }),
      block("release", 15),
      block("release", 20, { port_low: null, port_high: null, port_step: null }),
      block("start", 30),
    ]);
    expect(mappings.map((m) => [m.start_us, m.end_us])).toEqual([
      [s(10), s(15)],
      [s(11), s(20)],
      [s(12), null],
      [s(30), null],
    ]);
    expect(rows).toEqual([1, 2, 3, 1, 2, 4]);
    expect(counts.lostStarts).toBe(0);
  });

  it("end only what is held then: not what was given again in the same second, nor what ended before", async () => {
    const all = { port_low: null, port_high: null, port_step: null };
    const { mappings, counts } = await build([
      block("start", 10),
      block("release", 20, all),
      block("start", 20),
      block("start", 21, { port_low: 1536, port_high: 2047 }),
      block("release", 40, all),
      block("start", 50, { port_low: 1536, port_high: 2047 }),
      block("release", 60, all),
      block("release", 70, all),
    ]);
    expect(mappings.map((m) => [m.port_low, m.start_us, m.end_us])).toEqual([
      [1024, s(10), s(20)],
      [1024, s(20), s(40)],
      [1536, s(21), s(40)],
      [1536, s(50), s(60)],
    ]);
    expect(counts).toMatchObject({ openEnds: 0, lostStarts: 0 });
  });

  it("are no mapping where they bind an address whose ports are logged too", async () => {
    const { mappings, rows } = await build([
      block("start", 10, { port_low: null, port_high: null, port_step: null }),
      block("start", 11),
      block("start", 12, { pub_addr: 9, port_low: null, port_high: null, port_step: null }),
    ]);
    expect(rows).toEqual([null, 1, 2]);
    expect(mappings[1]).toMatchObject({ pub_addr: 9, port_low: 0, port_high: 65535 });
  });

  it("are settled by nothing where two subscribers are named for one binding", async () => {
    const { mappings } = await build([
      block("start", 10, { subscriber: 1 }),
      block("interim", 20, { subscriber: 2 }),
      block("release", 30, { subscriber: 2 }),
    ]);
    expect(mappings.map((m) => [m.subscriber, m.start_us, m.end_us])).toEqual([
      [1, s(10), null],
      [2, null, s(30)],
    ]);
  });

  it("name no mapping where they name no address (a pool that ran out)", async () => {
    const { mappings, rows } = await build([
      { event: "other", time_us: s(5), pub_addr: 7 },
      block("start", 10),
    ]);
    expect(rows).toEqual([null, 1]);
    expect(mappings).toHaveLength(1);
  });
});

describe("a log without times", () => {
  it("still pairs in the order of the file, and shows no bound", async () => {
    const { mappings, rows } = await build([
      { ...block("start", 0), time_us: null, precision_us: null },
      { ...block("release", 0), time_us: null, precision_us: null },
    ]);
    expect(rows).toEqual([1, 1]);
    expect(mappings[0]).toMatchObject({
      start_us: null,
      end_us: null,
      start_min_us: null,
      start_max_us: null,
      end_min_us: null,
      end_max_us: null,
    });
  });
});

describe("overlaps", () => {
  it("are counted where two parties certainly hold one port at once, whatever the shape of their sets", async () => {
    const { counts } = await build([
      block("start", 10),
      block("start", 20, { in_addr: OTHER, port_low: 1030, port_high: 1030 }),
      block("release", 30, { in_addr: OTHER, port_low: 1030, port_high: 1030 }),
      block("release", 50),
      block("start", 60, { in_addr: OTHER }),
      block("release", 70, { in_addr: OTHER }),
    ]);
    expect(counts.overlaps).toBe(2);
  });

  it("are none between interleaved scattered sets, or between TCP and UDP", async () => {
    const { counts } = await build([
      block("start", 10, { port_step: 4, port_low: 4000, port_high: 6044 }),
      block("start", 10, { port_step: 4, port_low: 4001, port_high: 6045, in_addr: OTHER }),
      block("release", 50, { port_step: 4, port_low: 4000, port_high: 6044 }),
      block("release", 50, { port_step: 4, port_low: 4001, port_high: 6045, in_addr: OTHER }),
      block("start", 10, { protocol: 6 }),
      block("start", 10, { protocol: 17, in_addr: OTHER }),
      block("release", 50, { protocol: 6 }),
      block("release", 50, { protocol: 17, in_addr: OTHER }),
    ]);
    expect(counts.overlaps).toBe(0);
  });
});

describe("subscriber records", () => {
  it("are intervals of an inside address, closed by the session's number or by the device's restart", async () => {
    const session = (event: "start" | "interim" | "release", t: number, conn: number) => ({
      event,
      time_us: s(t),
      in_addr: 1_681_915_905 + conn,
      subscriber: conn,
      device: 77,
      conn,
    });
    const { mappings } = await build(
      [
        session("start", 10, 1),
        session("start", 11, 2),
        session("start", 11, 2),
        session("release", 20, 1),
        { event: "release", time_us: s(30), device: 77 },
      ],
      "truncates",
      "subscriber",
    );
    expect(mappings.map((m) => [m.subscriber, m.start_us, m.end_us, m.port_low])).toEqual([
      [1, s(10), s(20), null],
      [2, s(11), s(30), null],
    ]);
  });

  it("last no longer than their lease says, where nothing shows their end", async () => {
    const lease = (
      event: "start" | "interim" | "release",
      t: number,
      subscriber: number,
      lasts?: number,
    ) => ({
      event,
      time_us: s(t),
      in_addr: 1_681_915_905,
      subscriber,
      ...(lasts === undefined ? {} : { end_us: s(t + lasts), end_precision_us: s(1) }),
    });
    const { mappings } = await build(
      [
        lease("start", 100, 1, 60),
        lease("interim", 130, 1, 60),
        lease("start", 200, 2, 60),
        lease("release", 210, 2),
      ],
      "truncates",
      "subscriber",
    );
    expect(mappings.map((m) => [m.subscriber, m.start_us, m.end_us, m.end_min_us, m.end_max_us])).toEqual([
      [1, s(100), null, s(130), s(191)],
      [2, s(200), s(210), s(210), s(211)],
    ]);
  });
});

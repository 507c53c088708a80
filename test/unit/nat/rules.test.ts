// Computed mappings as evidence: the RFC 7422 configuration record, versioned by its times, and rules from file to verdict.
import { describe, expect, it } from "vitest";
import rules from "../../../shared/formats/nat/rules";
import { parseZone } from "../../../shared/time/zone";
import { parseText, type Row, us } from "../formats-nat/support";
import { EngineCase } from "./engine";

const read = (...lines: string[]) =>
  parseText(rules, `${lines.join("\n")}\n`, { zone: parseZone("+00:00")! });
const RECORD = (
  time: string,
  more: { dynamic?: number; algorithm?: number; reserved?: string } = {},
): string =>
  `[${time}]:198.51.100.0:28:192.0.2.0:32:${more.dynamic ?? 2}:5040:${more.algorithm ?? 0}:${more.reserved ?? "1-1023,5004,5060"}`;
const of = (rows: readonly Row[], event: string): Row[] => rows.filter((r) => r.event === event);
const holder = (rows: readonly Row[], port: number): unknown =>
  rows.find((r) => Number(r.port_low) <= port && port <= Number(r.port_high))?.in_addr;

describe("the configuration record of RFC 7422", () => {
  it("begins a configuration at its time, with the ports that are left divided by hosts and dynamic factor", () => {
    const { rows, rejects } = read(RECORD("Wed Oct 11 14:32:52 2000"));
    expect(rejects).toEqual([]);
    const starts = of(rows, "start");
    expect(starts).toHaveLength(rows.length);
    expect(starts[0]).toMatchObject({ pub_addr: "192.0.2.0", time_us: us("2000-10-11T14:32:52Z") });
    // n = floor((65536 - 1023 - 2) / 16) = 4031: .1 has 1024 to 5055 without 5004, the next one 5056 on without 5060.
    expect(holder(rows, 1024)).toBe("198.51.100.1");
    expect(holder(rows, 5054)).toBe("198.51.100.1");
    expect(holder(rows, 5057)).toBe("198.51.100.2");
    expect(new Set(rows.map((r) => r.in_addr)).size).toBe(14);
  });

  it("names nobody for reserved and dynamic ports, nor where dealing out port 0 or not would decide", () => {
    const { rows } = read(RECORD("Wed Oct 11 14:32:52 2000"));
    for (const port of [0, 1, 1023, 5004, 5060, 60_000]) expect(holder(rows, port)).toBeUndefined();
    // Port 0 dealt out: .1 has 0 and 1024-5054 without 5004 (4031 ports); not dealt out: up to 5055.
    expect(holder(rows, 5055)).toBeUndefined();
  });

  it("is confirmed by the same record and ended by another", () => {
    const { rows } = read(
      RECORD("Wed Oct 11 00:00:00 2000"),
      RECORD("Thu Oct 12 00:00:00 2000"),
      RECORD("Thu Oct 12 09:00:00 2000", { dynamic: 4 }),
    );
    const [starts, interims, ends] = ["start", "interim", "release"].map((e) => of(rows, e));
    const first = starts!.filter((r) => r.line === 1);
    expect(interims!.map((r) => r.in_addr)).toEqual(first.map((r) => r.in_addr));
    expect(ends!.map((r) => [r.in_addr, r.port_low, r.time_us])).toEqual(
      first.map((r) => [r.in_addr, r.port_low, us("2000-10-12T09:00:00Z")]),
    );
    expect(starts!.some((r) => r.line === 3)).toBe(true);
  });

  it("of an algorithm that cannot be computed ends what held before and names nobody", () => {
    const { rows, partials, rejects } = read(
      RECORD("Wed Oct 11 00:00:00 2000"),
      RECORD("Thu Oct 12 00:00:00 2000", { algorithm: 4 }),
    );
    expect(rejects).toEqual([]);
    expect(of(rows, "start").every((r) => r.line === 1)).toBe(true);
    expect(of(rows, "release")).toHaveLength(of(rows, "start").length);
    expect(partials[0]?.reason).toContain("cryptographic");
    for (const algorithm of [1, 2, 3, 4, 5])
      expect(read(RECORD("Wed Oct 11 00:00:00 2000", { algorithm })).rejects).toHaveLength(1);
  });

  it("older than the record before it, or with an outside prefix that leaves the hosts open, is refused", () => {
    expect(
      read(RECORD("Thu Oct 12 00:00:00 2000"), RECORD("Wed Oct 11 00:00:00 2000", { dynamic: 4 })).rejects[0]
        ?.reason,
    ).toContain("older");
    expect(
      read("[Wed Oct 11 14:32:52 2000]:198.51.100.0:24:192.0.2.0:28:2:5040:0:0-1023").rejects[0]?.reason,
    ).toContain("per-address=");
  });

  it("needs its zone", () => {
    expect(() => parseText(rules, `${RECORD("Wed Oct 11 14:32:52 2000")}\n`)).toThrow();
  });
});

describe("rules without an end", () => {
  it("speak long after they were written, with or without a calibration of their own, and never for sure", async () => {
    const engine = await EngineCase.create();
    try {
      const log = [
        "time,ip,port",
        "2026-06-01T10:00:00Z,203.0.113.50,5100",
        "2026-06-01T10:00:00Z,203.0.113.50,700",
        "2026-02-01T10:00:00Z,203.0.113.50,5100",
      ].join("\n");
      await engine.add(
        "web",
        { "web.csv": log },
        { role: "server", format: "csv", map: { time: "time", srcIp: "ip", srcPort: "port" } },
      );
      await engine.add(
        "rules",
        { "rules.txt": "det44 inside=172.16.0.0/28 outside=203.0.113.50/32 from=2026-03-01T00:00:00Z\n" },
        { role: "nat" },
      );
      const uncalibrated = await engine.attribute("web", "rules");
      expect(uncalibrated.map((r) => r.verdict)).toEqual(["out-of-range", "out-of-range", "out-of-range"]);
      await engine.run("clock.calibrate", { source: "web", declare: "0 s +/- 1 s", reason: "NTP" });
      const expected = [
        ["only", "incomplete", "172.16.0.1"],
        ["none", "no-mapping", null],
        ["out-of-range", "coverage", null],
      ];
      const told = async () =>
        (await engine.attribute("web", "rules")).map((r) => [r.verdict, r.rule, r.insideIp]);
      expect(await told()).toEqual(expected);
      await engine.run("clock.calibrate", { source: "rules", declare: "0 s +/- 1 s", reason: "NTP" });
      // Before its rule the declaration does not reach either.
      const both = await told();
      expect(both.slice(0, 2)).toEqual(expected.slice(0, 2));
      expect(both[2]).toEqual(["out-of-range", "validity", null]);
    } finally {
      await engine.close();
    }
  }, 60_000);
});

// What exporters' records say: three numberings of natEvent, told apart by the template's shape, and those without one.
import { describe, expect, it } from "vitest";
import netflow from "../../../shared/formats/nat/netflow";
import { parse, us } from "../formats-nat/support";
import { dataSet, ipfix, join, type Spec, T0, templateSet, told, type Value, v9 } from "./support";

const MS = BigInt(T0) * 1000n;
const SESSION: readonly Spec[] = [
  [323, 8],
  [230, 1],
  [8, 4],
  [225, 4],
  [4, 1],
  [7, 2],
  [227, 2],
  [12, 4],
  [11, 2],
];
const session = (event: number, at = 0): Value[] => [
  MS + BigInt(at),
  event,
  "10.0.0.1",
  "203.0.113.1",
  6,
  4000,
  5000,
  "198.51.100.9",
  443,
];
const BLOCK: readonly Spec[] = [
  [323, 8],
  [230, 1],
  [8, 4],
  [225, 4],
  [361, 2],
  [362, 2],
];
const block = (event: number): Value[] => [MS, event, "10.0.0.1", "203.0.113.1", 1024, 1535];
const BINDING: readonly Spec[] = [
  [323, 8],
  [230, 1],
  [8, 4],
  [225, 4],
];

const read = (specs: readonly Spec[], rows: readonly (readonly Value[])[], id = 256) =>
  parse(netflow, ipfix([templateSet(id, specs), dataSet(id, specs, rows)]));
const events = (specs: readonly Spec[], rows: readonly (readonly Value[])[]) =>
  read(specs, rows).rows.map((r) => r.event);

describe("natEvent", () => {
  it("of sessions and BIB entries begins with even and ends with odd numbers in RFC 8158 and draft-02 alike", () => {
    expect(
      events(
        SESSION,
        [1, 2, 4, 5, 6, 7, 8, 9, 10, 11].map((e) => session(e)),
      ),
    ).toEqual([
      "start",
      "release",
      "start",
      "release",
      "start",
      "release",
      "start",
      "release",
      "start",
      "release",
    ]);
  });

  it("of port blocks is 16/17 (RFC 8158), 14/15 (Juniper MX) or 1/2 (IOS-XE), known by the port range", () => {
    expect(events(BLOCK, [16, 17, 14, 15, 1, 2].map(block))).toEqual([
      "start",
      "release",
      "start",
      "release",
      "start",
      "release",
    ]);
  });

  it("14/15 and 12/13 of two addresses alone bind an address and name no ports", () => {
    const p = read(
      BINDING,
      [14, 15, 12, 13].map((e) => [MS, e, "10.0.0.1", "203.0.113.1"]),
    );
    expect(p.rows.map((r) => r.event)).toEqual(["start", "release", "start", "release"]);
    expect(p.rows[0]).not.toHaveProperty("port_low");
  });

  it("of exhausted pools and quotas names no mapping", () => {
    const pool: readonly Spec[] = [
      [323, 8],
      [230, 1],
      [283, 4],
    ];
    expect(events(pool, [[MS, 3, 7]])).toEqual(["other"]);
    expect(events(SESSION, [session(12), session(13), session(3)])).toEqual(["other", "other", "other"]);
  });
});

describe("a session's record", () => {
  it("gives both ends, the NAT's own time to the millisecond and the export header's beside it", () => {
    const p = read(SESSION, [session(4, 125)]);
    expect(told(p)).toEqual(["1 start p6 10.0.0.1:4000 > 203.0.113.1:5000"]);
    expect(p.rows[0]).toMatchObject({
      time_us: us("2026-03-05T10:00:00.125Z"),
      precision_us: 1000,
      other_time_us: us("2026-03-05T10:00:00Z"),
      time_means: "start",
      dst_addr: "198.51.100.9",
      dst_port: 443,
      device: "domain 1",
    });
    expect(JSON.parse(String(p.rows[0]!.fields))).toMatchObject({
      natEvent: 4,
      postNAPTSourceTransportPort: 5000,
    });
  });

  it("of NAT64 has an IPv6 inside, of DS-Lite the softwire's", () => {
    const nat64: readonly Spec[] = [...SESSION.slice(0, 2), [27, 16], ...SESSION.slice(3)];
    const row = session(6);
    expect(told(read(nat64, [[...row.slice(0, 2), "2001:db8::5", ...row.slice(3)]]))).toEqual([
      "1 start p6 2001:db8::5:4000 > 203.0.113.1:5000",
    ]);
    const dslite: readonly Spec[] = [...SESSION, [27, 16]];
    expect(told(read(dslite, [[...row, "2001:db8::b4"]]))).toEqual([
      "1 start p6 2001:db8::b4:4000 > 203.0.113.1:5000",
    ]);
  });

  it("without a destination (VPP) has its inside VRF as realm", () => {
    const vpp: readonly Spec[] = [
      [323, 8],
      [230, 1],
      [8, 4],
      [225, 4],
      [4, 1],
      [7, 2],
      [227, 2],
      [234, 4],
    ];
    const p = read(vpp, [[MS, 4, "10.0.0.1", "203.0.113.1", 17, 1, 2, 9]]);
    expect(p.rows[0]).toMatchObject({ realm: "9", protocol: 17 });
    expect(p.rows[0]).not.toHaveProperty("dst_addr");
  });
});

describe("exporters of their own kind", () => {
  it("Cisco IOS-XE: a bulk port set is scattered (start, step, count)", () => {
    const bulk: readonly Spec[] = [
      [8, 4],
      [225, 4],
      [234, 4],
      [4, 1],
      [230, 1],
      [323, 8],
      [361, 2],
      [363, 2],
      [364, 2],
    ];
    const row = (event: number): Value[] => ["10.0.0.1", "203.0.113.1", 0, 6, event, MS, 4000, 4, 512];
    const bytes = v9([templateSet(267, bulk, 9), dataSet(267, bulk, [row(1), row(2)])]);
    expect(told(parse(netflow, bytes))).toEqual([
      "1 start p6 10.0.0.1 > 203.0.113.1:4000-6044/4",
      "2 release p6 10.0.0.1 > 203.0.113.1:4000-6044/4",
    ]);
  });

  it("a scattered set that runs past 65535 is rejected", () => {
    const bulk: readonly Spec[] = [...BLOCK.slice(0, 5), [363, 2], [364, 2]];
    const p = read(bulk, [[MS, 1, "10.0.0.1", "203.0.113.1", 64000, 8, 512]]);
    expect(p.rejects[0]?.reason).toBe("the port set ends at 68088");
  });

  it("Nokia: no natEvent; 8 and 7 are the outside pair, the inside is in natSubString", () => {
    const common: readonly Spec[] = [
      [148, 8],
      [8, 4],
      [12, 4],
      [7, 2],
      [11, 2],
    ];
    const tail: readonly Spec[] = [
      [4, 1],
      [[637, 91], 2],
      [[637, 92], 2],
      [[637, 93], -1],
    ];
    const add: readonly Spec[] = [...common, [152, 8], ...tail];
    const del: readonly Spec[] = [...common, [153, 8], [136, 1], ...tail];
    const bytes = ipfix([
      templateSet(256, add),
      templateSet(257, del),
      dataSet(256, add, [[77, "203.0.113.5", "198.51.100.1", 5000, 80, MS, 6, 100, 0, "LSN-Host@10.1.1.1"]]),
      dataSet(257, del, [
        [77, "203.0.113.5", "198.51.100.1", 5000, 80, MS + 5000n, 3, 6, 100, 0, "LSN-Host@10.1.1.1"],
      ]),
    ]);
    const p = parse(netflow, bytes);
    expect(told(p)).toEqual([
      "1 start p6 10.1.1.1 > 203.0.113.5:5000",
      "2 release p6 10.1.1.1 > 203.0.113.5:5000",
    ]);
    expect(p.rows[1]).toMatchObject({ conn: 77, subscriber: "LSN-Host@10.1.1.1", end_us: (T0 + 5) * 1e6 });
  });

  it("ASA NSEL: firewallEvent; a connection from outside is translated at its destination", () => {
    const nsel: readonly Spec[] = [
      [148, 4],
      [8, 4],
      [7, 2],
      [12, 4],
      [11, 2],
      [4, 1],
      [225, 4],
      [226, 4],
      [227, 2],
      [228, 2],
      [233, 1],
      [323, 8],
      [152, 8],
    ];
    const out: Value[] = [
      1,
      "10.0.0.1",
      4000,
      "198.51.100.1",
      80,
      6,
      "203.0.113.1",
      "198.51.100.1",
      5000,
      80,
      1,
      MS,
      MS,
    ];
    const gone: Value[] = [...out.slice(0, 10), 2, MS + 9000n, MS];
    const inbound: Value[] = [
      2,
      "198.51.100.7",
      999,
      "203.0.113.2",
      443,
      6,
      "198.51.100.7",
      "10.0.0.9",
      999,
      8443,
      1,
      MS,
      MS,
    ];
    const plain: Value[] = [3, "10.0.0.1", 1, "10.0.0.2", 2, 6, "10.0.0.1", "10.0.0.2", 1, 2, 1, MS, MS];
    const p = parse(
      netflow,
      v9([templateSet(260, nsel, 9), dataSet(260, nsel, [out, gone, inbound, plain])]),
    );
    expect(told(p)).toEqual([
      "1 start p6 10.0.0.1:4000 > 203.0.113.1:5000",
      "2 release p6 10.0.0.1:4000 > 203.0.113.1:5000",
      "3 start p6 10.0.0.9:8443 > 203.0.113.2:443",
      "4 other p6 - > -",
    ]);
    expect(p.rows[1]).toMatchObject({ start_us: T0 * 1e6, time_us: (T0 + 9) * 1e6, conn: 1 });
  });

  it("a flow exporter behind NAT gives the interval of the flow", () => {
    const flow: readonly Spec[] = [
      [8, 4],
      [225, 4],
      [4, 1],
      [7, 2],
      [227, 2],
      [22, 4],
      [21, 4],
    ];
    const bytes = v9([
      templateSet(300, flow, 9),
      dataSet(300, flow, [["10.0.0.1", "203.0.113.1", 17, 1000, 2000, 10_000, 50_000]]),
    ]);
    const p = parse(netflow, bytes);
    expect(told(p)).toEqual(["1 mapping p17 10.0.0.1:1000 > 203.0.113.1:2000"]);
    expect(p.rows[0]).toMatchObject({ start_us: (T0 - 50) * 1e6, end_us: (T0 - 10) * 1e6 });
  });
});

describe("two domains", () => {
  it("may use one template id for different records", () => {
    const bytes = join(
      ipfix([templateSet(256, SESSION)], { domain: 1 }),
      ipfix([templateSet(256, BLOCK)], { domain: 2 }),
      ipfix([dataSet(256, SESSION, [session(4)])], { domain: 1 }),
      ipfix([dataSet(256, BLOCK, [block(16)])], { domain: 2 }),
    );
    expect(told(parse(netflow, bytes))).toEqual([
      "1 start p6 10.0.0.1:4000 > 203.0.113.1:5000",
      "2 start p* 10.0.0.1 > 203.0.113.1:1024-1535",
    ]);
  });
});

// Templates, sequence numbers, containers and damage: each data record is read once, in file order, or said to be lost.
import { existsSync, readFileSync } from "node:fs";
import { join as path, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import netflow from "../../../shared/formats/nat/netflow";
import { accounted, type Parsed, parse } from "../formats-nat/support";
import { mutate } from "./mutate";
import {
  dataSet,
  ethernet,
  ipfix,
  ipv4,
  ipv6,
  join,
  pcap,
  pcapng,
  type Spec,
  set,
  T0,
  templateSet,
  told,
  u,
  udp,
  type Value,
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
const row = (port: number): Value[] => [BigInt(T0) * 1000n, 4, "10.0.0.1", "203.0.113.1", 6, 4000, port];
const template = templateSet(256, SESSION);
const data = (...ports: number[]) => dataSet(256, SESSION, ports.map(row));
const ports = (p: Parsed) => p.rows.map((r) => [r.line, r.port_low]);

describe("templates", () => {
  it("that come after their data are waited for, and the order of the file stays", () => {
    const other = templateSet(257, SESSION);
    const bytes = join(
      ipfix([data(1, 2)], { sequence: 0 }),
      ipfix([other, dataSet(257, SESSION, [row(3)])], { sequence: 2 }),
      ipfix([template, data(4)], { sequence: 3 }),
    );
    const p = parse(netflow, bytes);
    expect(ports(p)).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ]);
    expect(p.counts).toMatchObject({ lost: 0, noTemplate: 0, rejects: 0 });
  });

  it("that never come make one reject of each data set", () => {
    const p = parse(
      netflow,
      join(ipfix([data(1, 2)]), ipfix([templateSet(300, SESSION), dataSet(300, SESSION, [row(9)])])),
    );
    expect(p.rejects.map((r) => [r.line, r.reason])).toEqual([
      [1, "data set 256, whose template never came"],
    ]);
    expect(ports(p)).toEqual([[2, 9]]);
    expect(p.counts.noTemplate).toBe(1);
    expect(accounted(p)).toBe(p.lines);
  });

  it("may be given again with another meaning", () => {
    const wider: readonly Spec[] = [...SESSION, [234, 4]];
    const p = parse(
      netflow,
      ipfix([template, data(1), templateSet(256, wider), dataSet(256, wider, [[...row(2), 7]])]),
    );
    expect(p.rows.map((r) => r.realm)).toEqual([undefined, "7"]);
  });

  it("may shorten integers, and lengthen text over 254 bytes", () => {
    const specs: readonly Spec[] = [
      [323, 8],
      [230, 1],
      [8, 4],
      [225, 4],
      [4, 1],
      [7, 1],
      [227, 1],
      [284, -1],
    ];
    const name = "p".repeat(300);
    const long = [255, ...u(300, 2), ...new TextEncoder().encode(name)];
    const p = parse(
      netflow,
      ipfix([
        templateSet(256, specs),
        dataSet(256, specs, [
          [...row(0).slice(0, 5), 40, 50, long],
          [...row(0).slice(0, 5), 41, 51, "short"],
        ]),
      ]),
    );
    expect(p.rows.map((r) => [r.in_port, r.port_low])).toEqual([
      [40, 50],
      [41, 51],
    ]);
    expect(JSON.parse(String(p.rows[0]!.fields)).natPoolName).toBe(name);
  });

  it("of options describe the exporter and are counted as heads", () => {
    const specs = [...u(257, 2), ...u(2, 2), ...u(1, 2), ...u(149, 2), ...u(4, 2), ...u(41, 2), ...u(8, 2)];
    const p = parse(netflow, ipfix([set(3, specs), set(257, [...u(1, 4), ...u(99, 8)]), template, data(5)]));
    expect(p.counts).toMatchObject({ headers: 1, recordLines: 1 });
    expect(ports(p)).toEqual([[2, 5]]);
  });

  it("of nothing, or that do not fit, are rejected and no record is read with them", () => {
    const empty = set(2, [...u(256, 2), ...u(1, 2), ...u(8, 2), ...u(0, 2)]);
    const p = parse(netflow, ipfix([empty, data(1)]));
    expect(p.rows).toEqual([]);
    expect(p.rejects.map((r) => r.reason)).toEqual([
      "template 256 describes records of 0 bytes",
      "data set 256, whose template never came",
    ]);
  });
});

describe("sequence numbers", () => {
  it("of IPFIX count records, of version 9 messages", () => {
    const p = parse(
      netflow,
      join(
        ipfix([template, data(1, 2, 3)], { sequence: 10 }),
        ipfix([data(4)], { sequence: 13 }),
        ipfix([data(5)], { sequence: 20 }),
      ),
    );
    expect(p.counts.lost).toBe(6);
    const nine = templateSet(256, SESSION, 9);
    const q = parse(netflow, join(v9([nine, data(1, 2)], { sequence: 5 }), v9([data(3)], { sequence: 8 })));
    expect(q.counts.lost).toBe(2);
  });

  it("take back what a late message brings after all, and a restart loses nothing", () => {
    const p = parse(
      netflow,
      join(
        ipfix([template, data(1)], { sequence: 50_000 }),
        ipfix([data(3)], { sequence: 50_002 }),
        ipfix([data(2)], { sequence: 50_001 }),
        ipfix([data(4)], { sequence: 50_003 }),
        ipfix([data(5)], { sequence: 0 }),
      ),
    );
    expect(p.counts.lost).toBe(0);
  });
});

const capture = (...payloads: Uint8Array[]) =>
  payloads.map((p) => ethernet(ipv4(udp(p, "192.0.2.1", "198.51.100.250"), "192.0.2.1")));
const message = ipfix([template, data(7)]);

describe("captures", () => {
  const expected = ["1 start p6 10.0.0.1:4000 > 203.0.113.1:7"];

  it("of Ethernet, VLAN, Linux cooked, raw IP and loopback carry the same records", () => {
    const datagram = ipv4(udp(message, "192.0.2.1", "198.51.100.250"), "192.0.2.1");
    const six = ipv6(udp(message, "2001:db8::1", "2001:db8::fa"), "2001:db8::1");
    const zeros = (n: number) => new Array<number>(n).fill(0);
    const frames: [number[], number, string][] = [
      [ethernet(datagram), 1, "192.0.2.1/1"],
      [ethernet(datagram, 0x0800, [5, 6]), 1, "192.0.2.1/1"],
      [ethernet(six, 0x86dd), 1, "2001:db8::1/1"],
      [[...zeros(14), ...u(0x0800, 2), ...datagram], 113, "192.0.2.1/1"],
      [[...u(0x0800, 2), ...zeros(18), ...datagram], 276, "192.0.2.1/1"],
      [datagram, 101, "192.0.2.1/1"],
      [[2, 0, 0, 0, ...datagram], 0, "192.0.2.1/1"],
    ];
    for (const [frame, link, device] of frames) {
      for (const bytes of [pcap([frame], link), pcapng([frame], link)]) {
        const p = parse(netflow, bytes);
        expect(told(p), `link ${link}`).toEqual(expected);
        expect(p.rows[0]).toMatchObject({ device, other_time_us: (T0 + 10) * 1e6 + 250_000 });
        expect(p.partials).toEqual([]);
        // The record's bytes stand where it says.
        const at = Number(p.rows[0]!.offset);
        expect([...bytes.slice(at + 9, at + 13)]).toEqual([10, 0, 0, 1]);
      }
    }
  });

  it("put fragments together in any order, and reject those whose others are missing", () => {
    const whole = udp(ipfix([template, data(1, 2, 3, 4, 5)]), "192.0.2.1", "198.51.100.250");
    const cut = [0, 64, 120, whole.length];
    const pieces = [0, 1, 2].map((i) =>
      ethernet(ipv4(whole.slice(cut[i], cut[i + 1]), "192.0.2.1", { at: cut[i]!, more: i < 2 })),
    );
    const p = parse(netflow, pcap([pieces[2]!, pieces[0]!, pieces[1]!]));
    expect(p.rows.map((r) => r.port_low)).toEqual([1, 2, 3, 4, 5]);
    const q = parse(netflow, pcap([pieces[0]!, pieces[2]!]));
    expect(q.rows).toEqual([]);
    expect(q.rejects.map((r) => r.reason)).toEqual(new Array(2).fill("a fragment whose others are missing"));
  });

  it("flag the records of a packet whose checksum is wrong", () => {
    const frame = capture(message)[0]!;
    frame[frame.length - 1]! ^= 1;
    const p = parse(netflow, pcap([frame]));
    expect(p.partials.map((r) => r.reason)).toEqual(["its packet's UDP checksum is wrong"]);
  });

  it("pass over packets that carry no export message", () => {
    const arp = ethernet(new Array<number>(28).fill(0), 0x0806);
    const dns = ethernet(ipv4(udp(Uint8Array.of(1, 2, 3, 4), "192.0.2.1", "198.51.100.250"), "192.0.2.1"));
    const p = parse(netflow, pcap([arp, dns, ...capture(message)]));
    expect(told(p)).toEqual(expected);
    expect(p.rejects).toEqual([]);
  });
});

describe("damage", () => {
  const bytes = join(
    ipfix([template, data(1, 2)], { sequence: 0 }),
    ipfix([data(3, 4)], { sequence: 2 }),
    ipfix([data(5)], { sequence: 4 }),
  );

  it("between messages costs what it covers and no record behind it", () => {
    const first = ipfix([template, data(1, 2)], { sequence: 0 });
    const p = parse(
      netflow,
      join(first, Uint8Array.from([1, 2, 3, 4, 5, 255, 254]), bytes.slice(first.length)),
    );
    expect(p.rows.map((r) => r.port_low)).toEqual([1, 2, 3, 4, 5]);
    expect(p.rejects).toMatchObject([{ offset: first.length, length: 7 }]);
  });

  it("that cuts the file short never changes a record before the cut", () => {
    const whole = parse(netflow, bytes);
    for (let n = 0; n < bytes.length; n++) {
      const p = parse(netflow, bytes.slice(0, n));
      expect(p.rows, `cut at ${n}`).toEqual(whole.rows.slice(0, p.rows.length));
      expect(accounted(p)).toBe(p.lines);
    }
  });

  it("gives the same whatever the blocks", () => {
    const whole = parse(netflow, bytes);
    for (const size of [1, 2, 3, 7, 16, 50])
      expect(parse(netflow, bytes, {}, { blocks: [size] })).toEqual(whole);
    expect(parse(netflow, bytes, {}, { capacity: 1 }).rows).toEqual(whole.rows);
  });
});

describe("seeded mutations", () => {
  it("never crash or hang, leave records before them as they were, and account for what they hit", () => {
    mutate(2_000, 20_260_305);
  });
});

const samples = resolve(import.meta.dirname, "../../../../shared/samples/nat/netflow-ipfix");
describe.skipIf(!existsSync(samples))(
  "captures of real exporters (../shared/samples/nat/netflow-ipfix)",
  () => {
    const read = (...names: string[]) =>
      parse(netflow, join(...names.map((name) => new Uint8Array(readFileSync(path(samples, name))))));

    it("Nokia BRAS: an outside pair and the subscriber's string", () => {
      const p = read("ipfix_test_nokia_bras_tpl.dat", "ipfix_test_nokia_bras_data256.dat");
      expect(told(p)).toEqual(["1 start p6 10.10.0.123 > 10.0.1.228:5878"]);
      expect(p.rows[0]).toMatchObject({
        subscriber: "USER1@10.10.0.123",
        dst_addr: "10.0.0.34",
        dst_port: 80,
      });
    });

    it("Cisco ASA: NSEL with its templates", () => {
      expect(
        read("netflow9_test_cisco_asa_1_tpl.dat", "netflow9_test_cisco_asa_1_data.dat").rows,
      ).toHaveLength(14);
      const two = read(
        "netflow9_test_cisco_asa_2_tpl_26x.dat",
        "netflow9_test_cisco_asa_2_tpl_27x.dat",
        "netflow9_test_cisco_asa_2_data.dat",
      );
      expect(two.rows).toHaveLength(19);
      expect(two.counts).toMatchObject({ rejects: 0, noTemplate: 0 });
    });

    it("FortiGate: flows with their translation", () => {
      const p = read(
        "netflow9_test_fortigate_fortios_542_appid_tpl258-269.dat",
        "netflow9_test_fortigate_fortios_542_appid_data258_262.dat",
      );
      expect(told(p)[0]).toBe("1 mapping p6 192.168.100.151:45380 > 10.0.0.250:45380");
      expect(p.rows).toHaveLength(17);
    });

    it("reduced sizes, zero-filled packets, templates missing", () => {
      const reduced = read("netflow9_test_iptnetflow_reduced_size_encoding_tpldata260.dat");
      expect([reduced.rows.length, reduced.counts.noTemplate]).toEqual([12, 6]);
      const padded = read(
        "netflow9_test_paloalto_81_tpl256-263.dat",
        "netflow9_test_paloalto_81_data257_1flowset_in_large_zerofilled_packet.dat",
      );
      expect([padded.rows.length, padded.rejects.length]).toEqual([1, 0]);
    });
  },
);

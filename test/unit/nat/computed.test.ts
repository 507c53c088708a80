// Computed mappings against the RFCs' and vendors' own numbers. What a rule leaves open, reserved or over names nobody.
import { describe, expect, it } from "vitest";
import { expandRule } from "../../../shared/formats/nat/support/rules";
import {
  det44Owner,
  det44Ports,
  juniperOwner,
  juniperShares,
  portsPerSubscriber,
  type Rfc7422,
  rfc7422Dynamic,
  rfc7422Owner,
  rfc7422Ports,
} from "../../../shared/nat/deterministic";
import {
  eamToIpv4,
  eamToIpv6,
  lw4o6Owner,
  type MapRule,
  mapInterface,
  mapOwner,
  parsePrefix6,
  portsOfPsid,
  psidOf,
} from "../../../shared/nat/softwire";
import { parseIpv4, parseIpv6 } from "../../../shared/record/address";

const v4 = (text: string): number => parseIpv4(text)!;
const v6 = (text: string) => parseIpv6(text)!;

describe("RFC 7422", () => {
  // Section 2.2: I = 198.51.100.0/28 with 14 hosts, O = 192.0.2.1, D = 2, ports below 1024 reserved.
  const rule: Rfc7422 = {
    insideBase: v4("198.51.100.1"),
    insideCount: 14,
    outsideBase: v4("192.0.2.1"),
    outsideCount: 1,
    perAddress: 14,
    dynamicFactor: 2,
    reserved: [{ low: 0, high: 1023 }],
  };

  it("divides the ports as the RFC's table does", () => {
    expect(portsPerSubscriber(rule)).toBe(4032);
    expect(rfc7422Ports(rule, v4("198.51.100.1"))?.ranges).toEqual([{ low: 1024, high: 5055 }]);
    expect(rfc7422Ports(rule, v4("198.51.100.2"))?.ranges).toEqual([{ low: 5056, high: 9087 }]);
    expect(rfc7422Ports(rule, v4("198.51.100.14"))?.ranges).toEqual([{ low: 53_440, high: 57_471 }]);
    expect(rfc7422Dynamic(rule)).toEqual([{ low: 57_472, high: 65_535 }]);
  });

  it("names subscriber 1 for port 2001 and nobody for the dynamic pool or reserved ports", () => {
    const owner = (port: number) => rfc7422Owner(rule, v4("192.0.2.1"), port);
    expect(owner(2001)).toEqual({ inside: v4("198.51.100.1") });
    expect(owner(58_204)).toEqual({ nobody: "dynamic" });
    expect(owner(1023)).toEqual({ nobody: "reserved" });
    expect(rfc7422Owner(rule, v4("192.0.2.2"), 2001)).toEqual({ nobody: "outside" });
  });

  it("takes reserved ports out first: the configuration record's own set gives n = 4031", () => {
    const record = {
      ...rule,
      reserved: [
        { low: 1, high: 1023 },
        { low: 5004, high: 5004 },
        { low: 5060, high: 5060 },
      ],
    };
    expect(portsPerSubscriber(record)).toBe(4031);
  });

  it("is its own inverse for every port", () => {
    const odd = {
      ...rule,
      reserved: [
        { low: 0, high: 1023 },
        { low: 5004, high: 5004 },
        { low: 5060, high: 5060 },
      ],
    };
    const owners = new Map<number, number>();
    for (let inside = odd.insideBase; inside < odd.insideBase + 14; inside++)
      for (const r of rfc7422Ports(odd, inside)!.ranges)
        for (let port = r.low; port <= r.high; port++) owners.set(port, inside);
    for (let port = 0; port <= 65_535; port += 7) {
      const owner = rfc7422Owner(odd, odd.outsideBase, port);
      expect("inside" in owner ? owner.inside : undefined, `port ${port}`).toBe(owners.get(port));
    }
  });
});

describe("VPP det44", () => {
  const rule = {
    insideBase: v4("172.16.255.0"),
    insideLength: 24,
    outsideBase: v4("172.17.255.50"),
    outsideLength: 32,
  };

  it("gives 252 ports a host: .20 begins at 6064", () => {
    expect(det44Ports(rule, v4("172.16.255.20"))).toEqual({
      outside: v4("172.17.255.50"),
      range: { low: 6064, high: 6315 },
    });
    expect(det44Owner(rule, rule.outsideBase, 6064)).toEqual({ inside: v4("172.16.255.20") });
  });

  it("names nobody for ports below 1024 and those left over", () => {
    expect(det44Owner(rule, rule.outsideBase, 1000)).toEqual({ nobody: "reserved" });
    // 512 hosts of 126 ports use all; 2048 hosts of 31 leave 1024 ports at the top.
    const wide = {
      ...rule,
      insideLength: 22,
      insideBase: v4("172.16.252.0"),
      outsideLength: 31,
      outsideBase: v4("172.17.255.50"),
    };
    expect(det44Owner(wide, wide.outsideBase, 65_535)).toEqual({ inside: v4("172.16.253.255") });
    const uneven = {
      ...rule,
      insideLength: 13,
      insideBase: v4("172.16.0.0"),
      outsideLength: 24,
      outsideBase: v4("172.17.255.0"),
    };
    expect(det44Owner(uneven, uneven.outsideBase, 65_535)).toEqual({ nobody: "leftover" });
  });
});

describe("Juniper deterministic NAPT", () => {
  const rule = {
    insideBase: v4("10.0.0.0"),
    insideLength: 22,
    outsideBase: v4("203.0.113.0"),
    outsideCount: 64,
    blockSize: 1024,
    includeBoundaryAddresses: true,
  };

  it("answers only where both readings of the documents agree", () => {
    // 1024 subscribers on 64 addresses, block 1024: 63 or 16 blocks an address.
    expect(juniperOwner(rule, v4("203.0.113.0"), 1024)).toEqual({ inside: v4("10.0.0.0") });
    expect(juniperOwner(rule, v4("203.0.113.1"), 1024)).toEqual({ nobody: "unsettled" });
    expect(juniperOwner(rule, v4("203.0.113.0"), 80)).toEqual({ nobody: "reserved" });
  });

  it("computes a block of size 0, and skips network and broadcast address unless told", () => {
    expect(juniperShares({ ...rule, blockSize: 0 }).block).toBe(4032);
    expect(juniperShares({ ...rule, includeBoundaryAddresses: false })).toMatchObject({
      first: v4("10.0.0.1"),
      count: 1022,
    });
  });
});

describe("MAP-E and MAP-T", () => {
  const rule = (ipv6: string, ipv4: string, eaLength: number, psidOffset = 6): MapRule => {
    const six = parsePrefix6(ipv6)!;
    const [address, length] = ipv4.split("/");
    return {
      ipv6: six.groups,
      ipv6Length: six.length,
      ipv4: v4(address!),
      ipv4Length: Number(length),
      eaLength,
      psidOffset,
    };
  };

  it("leads from address and port to the end-user prefix (RFC 7597 appendix A)", () => {
    const owner = mapOwner([rule("2001:db8::/40", "192.0.2.0/24", 16)], v4("192.0.2.18"), 1232);
    expect(owner).toMatchObject({ psid: 0x34, prefix: "2001:db8:12:3400::", prefixLength: 56 });
    const ports = portsOfPsid({ offset: 6, length: 8 }, 0x34);
    expect(ports[0]).toEqual({ low: 1232, high: 1235 });
    expect(ports[1]).toEqual({ low: 2256, high: 2259 });
    expect(ports.at(-1)).toEqual({ low: 64_720, high: 64_723 });
    expect(mapInterface(v6("2001:db8:12:3400::"), v4("192.0.2.18"), 0x34)).toBe(
      "2001:db8:12:3400:0:c000:212:34",
    );
  });

  it("names nobody below 2^(16-a)", () => {
    expect(mapOwner([rule("2001:db8::/40", "192.0.2.0/24", 16)], v4("192.0.2.18"), 1023)).toBeNull();
    expect(psidOf({ offset: 0, length: 8 }, 0)).toBe(0);
  });

  it("reads a rule without a shared address (EA 24 of /8), and the longest IPv4 prefix", () => {
    const whole = rule("2001:db8::/40", "20.0.0.0/8", 24);
    expect(mapOwner([whole], v4("20.169.201.219"), 80)).toMatchObject({
      prefix: "2001:db8:a9:c9db::",
      psid: 0,
    });
    const near = rule("2001:db8:ff::/48", "20.169.201.0/24", 8);
    expect(mapOwner([whole, near], v4("20.169.201.219"), 80)?.rule).toBe(near);
  });

  it("knows the layout in use in Japan: offset 4, PSID 8, 15 ranges of 16 ports", () => {
    const japan = rule("240b:10::/31", "106.72.0.0/15", 25, 4);
    const set = { offset: 4, length: 8 };
    const ports = portsOfPsid(set, 0x21);
    expect(ports).toHaveLength(15);
    expect(ports[0]).toEqual({ low: 4096 + 16 * 0x21, high: 4096 + 16 * 0x21 + 15 });
    expect(mapOwner([japan], v4("106.73.1.2"), 4096 + 16 * 0x21)?.psid).toBe(0x21);
    expect(mapOwner([japan], v4("106.73.1.2"), 4095)).toBeNull();
  });

  it("gives every port to one PSID or to nobody", () => {
    const set = { offset: 6, length: 6 };
    const owners = new Map<number, number>();
    for (let psid = 0; psid < 64; psid++)
      for (const r of portsOfPsid(set, psid))
        for (let port = r.low; port <= r.high; port++) {
          expect(owners.has(port)).toBe(false);
          owners.set(port, psid);
        }
    for (let port = 0; port <= 65_535; port += 3) expect(psidOf(set, port)).toBe(owners.get(port) ?? null);
  });
});

describe("rules written out as mappings", () => {
  const all = (kind: string, text: string) => {
    const expanded = expandRule(kind, new Map(text.split(" ").map((p) => p.split("=") as [string, string])));
    if ("fault" in expanded) throw new Error(expanded.fault);
    return expanded.mappings;
  };

  it("give RFC 7422's table, with nothing for the dynamic pool", () => {
    const mappings = all("rfc7422", "inside=198.51.100.0/28 outside=192.0.2.1/32 per-address=14 dynamic=2");
    expect(mappings).toHaveLength(14);
    expect(mappings[13]).toEqual({
      publicIp: "192.0.2.1",
      range: { low: 53_440, high: 57_471 },
      insideIp: "198.51.100.14",
    });
  });

  it("give MAP's ranges to the end-user prefix", () => {
    const mappings = all("map", "ipv6=2001:db8::/40 ipv4=192.0.2.18/32 ea=8");
    expect(mappings).toHaveLength(256 * 63);
    expect(mappings.find((m) => m.range!.low === 1232)?.insideIp).toBe("2001:db8:34::");
  });

  it("give of Junos only what both readings say", () => {
    const mappings = all("junos", "inside=10.0.0.0/22 outside=203.0.113.0/26 block=1024 boundary=include");
    expect(new Set(mappings.map((m) => m.publicIp))).toEqual(new Set(["203.0.113.0"]));
  });

  it("are refused where a vendor's text is needed, or where they do not fit", () => {
    expect(expandRule("rfc7422", new Map([["inside", "10.0.0.0/8"]]))).toHaveProperty("fault");
    const staggered = "inside=198.51.100.0/28 outside=192.0.2.1/32 per-address=14 algorithm=1";
    expect(() => all("rfc7422", staggered)).toThrow(/sequential/);
    expect(() => all("det44", "inside=10.0.0.0/8 outside=203.0.113.0/24")).toThrow(/split it/);
  });
});

describe("lw4o6 and EAM", () => {
  it("finds the one softwire that has address and PSID", () => {
    const table = [
      { ipv4: v4("203.0.113.233"), set: { offset: 0, length: 8 }, psid: 80, b4: "2001:db8:2:3:4:5:6:7" },
      { ipv4: v4("203.0.113.233"), set: { offset: 0, length: 8 }, psid: 81, b4: "2001:db8:2:3:4:5:6:8" },
    ];
    expect(lw4o6Owner(table, v4("203.0.113.233"), 80 * 256)?.b4).toBe("2001:db8:2:3:4:5:6:7");
    expect(lw4o6Owner(table, v4("203.0.113.233"), 82 * 256)).toBeNull();
    expect(
      lw4o6Owner([...table, { ...table[0]!, b4: "2001:db8::9" }], v4("203.0.113.233"), 80 * 256),
    ).toBeNull();
  });

  it("copies the suffix (RFC 7757's own entries)", () => {
    const table = [
      { ipv4: v4("198.51.100.0"), ipv4Length: 24, ipv6: v6("2001:db8:bbbb::"), ipv6Length: 120 },
      { ipv4: v4("203.0.113.8"), ipv4Length: 29, ipv6: v6("2001:db8:cccc::"), ipv6Length: 125 },
    ];
    expect(eamToIpv6(table, v4("198.51.100.1"))).toBe("2001:db8:bbbb::1");
    expect(eamToIpv6(table, v4("198.51.100.254"))).toBe("2001:db8:bbbb::fe");
    expect(eamToIpv6(table, v4("203.0.113.9"))).toBe("2001:db8:cccc::1");
    expect(eamToIpv4(table, v6("2001:db8:cccc::7"))).toBe(v4("203.0.113.15"));
    expect(eamToIpv4(table, v6("2001:db8:dddd::7"))).toBeNull();
  });
});

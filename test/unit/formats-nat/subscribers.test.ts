// Subscriber records: who held an inside address, from RADIUS accounting and DHCP.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { FORMATS } from "../../../shared/formats/registry";
import { parseZone } from "../../../shared/time/zone";
import { accounted, parse, physicalLines, us } from "./support";

const folder = resolve(import.meta.dirname, "../../data/subscriber");
const options = { zone: parseZone("UTC"), year: 2026 };

function read(id: string, bytes: Uint8Array = readFileSync(join(folder, `${id}.log`))) {
  const format = FORMATS.find((f) => f.id === id)!;
  const text = Buffer.from(bytes).toString("latin1");
  const sample = { bytes, lines: text.replace(/\n$/, "").split("\n"), name: "evidence", whole: true };
  const found = FORMATS.filter((f) => !f.binary && f.id !== "csv")
    .map((f) => ({ id: f.id, d: f.detect(sample, {}) }))
    .filter(({ d }) => d.score >= 0.5)
    .sort((a, b) => b.d.score - a.d.score || b.d.specificity - a.d.specificity);
  const parsed = parse(format, bytes, options);
  expect(accounted(parsed)).toBe(physicalLines(text));
  expect(parse(format, bytes, options, { blocks: [11, 40], capacity: 1 }).rows).toEqual(parsed.rows);
  return { ...parsed, detected: found[0]?.id };
}

describe("FreeRADIUS detail", () => {
  it("has the NAS's clock as its own and the server's less the delay beside it", () => {
    const p = read("freeradius.detail");
    expect(p.detected).toBe("freeradius.detail");
    expect(p.rejects).toEqual([]);
    expect(p.rows[0]).toMatchObject({
      line: 1,
      event: "start",
      time_us: us("2026-03-05T10:00:02Z"),
      other_time_us: us("2026-03-05T10:00:01Z"),
      in_addr: "100.64.0.9",
      subscriber: "line77",
      device: "192.0.2.11",
    });
  });

  it("recovers a lost start from the session's time, and carries port sets", () => {
    const [start, interim, off] = read("freeradius.detail").rows;
    expect(interim).toMatchObject({
      event: "interim",
      start_us: us("2026-03-05T10:00:02Z"),
      pub_addr: "203.0.113.7",
      port_low: 1024,
      port_high: 1535,
      conn: start!.conn,
    });
    expect(off).toMatchObject({ event: "release", device: "192.0.2.11" });
    expect(off).not.toHaveProperty("in_addr");
  });
});

describe("FreeRADIUS detail of other versions", () => {
  const detail = (more: Readonly<Record<string, string>>) => {
    const given: Readonly<Record<string, string>> = {
      "Acct-Status-Type": "Start",
      "User-Name": '"line77"',
      "Acct-Session-Id": '"0A1"',
      "NAS-IP-Address": "192.0.2.11",
      "Framed-IP-Address": "100.64.0.9",
      Timestamp: "1772704802",
      ...more,
    };
    const attributes = Object.entries(given).map(([name, value]) => `\t${name} = ${value}\n`);
    const text = `Thu Mar  5 11:00:02 2026\n${attributes.join("")}\n`;
    return parse(FORMATS.find((f) => f.id === "freeradius.detail")!, new TextEncoder().encode(text), {})
      .rows[0]!;
  };

  it("has the NAS's clock in whatever form its time is printed", () => {
    const forms = [
      '"Mar  5 2026 11:00:00 CET"',
      '"Mar  5 2026 10:00:00.000000 UTC"',
      '"2026-03-05T10:00:00Z"',
      "1772704800",
    ];
    for (const form of forms)
      expect(detail({ "Event-Timestamp": form }), form).toMatchObject({
        time_us: us("2026-03-05T10:00:00Z"),
        other_time_us: us("2026-03-05T10:00:02Z"),
      });
  });

  it("knows an interim record by its older name", () => {
    expect(detail({ "Acct-Status-Type": "Alive" }).event).toBe("interim");
  });

  it("reads RFC 8045's port range by the names of both dictionaries, and none that is given back", () => {
    const range = {
      "IP-Port-Range-Ext-IPv4-Addr": "203.0.113.5",
      "IP-Port-Range-Range-Start": "1024",
      "IP-Port-Range-Range-End": "1535",
    };
    const held = { pub_addr: "203.0.113.5", port_low: 1024, port_high: 1535 };
    expect(detail({ ...range, "IP-Port-Range-Alloc": "Allocation" })).toMatchObject(held);
    expect(
      detail({ "Attr-241.6.3": "203.0.113.5", "Attr-241.6.9": "1024", "Attr-241.6.10": "1535" }),
    ).toMatchObject(held);
    expect(detail({ ...range, "IP-Port-Range-Alloc": "Deallocation" })).not.toHaveProperty("pub_addr");
  });
});

describe("DHCP", () => {
  it("Kea: a lease runs from its expiry less its lifetime; a reclaimed one is no hold", () => {
    const p = read("kea.leases");
    expect(p.detected).toBe("kea.leases");
    expect(p.rows.map((r) => [r.event, r.in_addr, r.subscriber, r.start_us, r.end_us])).toEqual([
      ["mapping", "100.64.0.10", "02:00:00:00:00:01", us("2026-03-05T10:00:00Z"), us("2026-03-05T11:00:00Z")],
      ["other", "100.64.0.11", "02:00:00:00:00:02", undefined, undefined],
    ]);
    expect(JSON.parse(String(p.rows[0]!.fields)).hostname).toBe("one.example,com");
  });

  it("ISC leases are in UTC whatever --zone says", () => {
    const p = read("isc.leases");
    expect(p.detected).toBe("isc.leases");
    expect(p.rows).toMatchObject([
      { event: "mapping", line: 2, start_us: us("2026-03-05T10:00:00Z"), end_us: us("2026-03-05T11:00:00Z") },
    ]);
    expect(p.counts).toMatchObject({ headers: 1, recordLines: 7 });
  });

  it("ISC dhcpd's DHCPACK names a hold that may have begun before", () => {
    const p = read("isc.dhcpd");
    expect(p.detected).toBe("isc.dhcpd");
    expect(p.rows.map((r) => [r.event, r.in_addr])).toEqual([
      ["other", undefined],
      ["interim", "100.64.0.13"],
      ["release", "100.64.0.13"],
    ]);
  });
});

describe("Kea's forensic log", () => {
  it("asks for the zone that its abbreviation does not tell", () => {
    const bytes = readFileSync(join(folder, "kea.legal.log"));
    const lines = bytes.toString("latin1").trimEnd().split("\n");
    const format = FORMATS.find((f) => f.id === "kea.legal")!;
    const detection = format.detect({ bytes, lines, name: "x", whole: true }, {});
    expect(detection).toMatchObject({ score: 1, questions: [{ kind: "zone" }] });
    expect(() => parse(format, bytes, {})).toThrow(/offset from UTC/);
  });

  it("begins, names and ends leases, each for the time that it states", () => {
    const p = read("kea.legal");
    expect(p.detected).toBe("kea.legal");
    expect(p.rejects).toEqual([]);
    const at = (clock: string): number => us(`2026-03-05T${clock}Z`);
    expect(p.rows.map((r) => [r.event, r.time_us, r.in_addr, r.subscriber, r.end_us])).toEqual([
      ["start", at("10:00:00"), "100.64.0.9", "02:00:5e:00:53:09", at("11:00:00")],
      ["interim", at("10:30:00"), "100.64.0.9", "02:00:5e:00:53:09", at("11:30:00")],
      ["start", at("10:45:00"), "100.64.0.10", "02:00:5e:00:53:0a", at("10:55:00")],
      ["release", at("10:50:00"), "100.64.0.10", "02:00:5e:00:53:0a", undefined],
      ["start", at("11:40:00"), "100.64.0.9", "02:00:5e:00:53:0b", at("12:40:00")],
      ["start", at("11:41:00"), "2001:db8:7::", "02:00:5e:00:53:0c", at("11:52:53")],
      ["start", at("11:42:00"), "100.64.0.11", "02:00:5e:00:53:0d", at("12:42:00")],
      ["release", at("11:43:00"), "100.64.0.11", undefined, undefined],
    ]);
    const format = FORMATS.find((f) => f.id === "kea.legal")!;
    const bytes = readFileSync(join(folder, "kea.legal.log"));
    const { rows } = parse(format, bytes, { ...options, storeFields: true });
    expect(JSON.parse(String(rows[0]!.fields))).toMatchObject({
      relay: "100.64.255.1",
      circuit: "70:6f:72:74:31",
      zone: "CET",
    });
    expect(JSON.parse(String(rows[5]!.fields))).toMatchObject({
      prefixLength: "56",
      subscriberId: "6c:69:6e:65",
    });
  });

  it("takes an offset or UTC for what it is", () => {
    const line = (zone: string): string =>
      `2026-03-05 10:00:00${zone} Address: 100.64.0.9 has been released from a device with hardware address: hwtype=1 02:00:5e:00:53:09\n`;
    const format = FORMATS.find((f) => f.id === "kea.legal")!;
    const time = (zone: string) => parse(format, new TextEncoder().encode(line(zone)), {}).rows[0]!.time_us;
    expect(time(" UTC")).toBe(us("2026-03-05T10:00:00Z"));
    expect(time(" +0100")).toBe(us("2026-03-05T09:00:00Z"));
  });
});

const samples = resolve(import.meta.dirname, "../../../../shared/samples/subscribers");
describe.skipIf(!existsSync(samples))("third-party samples (../shared/samples/subscribers)", () => {
  it("FreeRADIUS and Kea", () => {
    const detail = read("freeradius.detail", readFileSync(join(samples, "freeradius_detail.log")));
    expect(detail.rows).toMatchObject([
      { time_us: 1_433_801_027_000_000, other_time_us: 1_433_801_028_000_000, in_addr: "78.92.255.12" },
    ]);
    const four = read(
      "kea.leases",
      readFileSync(join(samples, "isc-projects_kea__data_lease4_dump_test.reference.csv")),
    );
    expect(four.rows.map((r) => r.in_addr)).toEqual(["0.0.0.10", "0.0.0.11", "0.0.0.12"]);
    const six = read(
      "kea.leases",
      readFileSync(join(samples, "isc-projects_kea__data_lease6_dump_test.reference.csv")),
    );
    expect(six.rows.map((r) => r.in_addr)).toEqual(["::10", "::11", "::12", "::13"]);
  });
});

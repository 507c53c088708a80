// A mapped table: each cell lands where the map says, or its row is a reject; nothing is shifted or guessed.
import { describe, expect, it } from "vitest";
import csv from "../../../shared/formats/any/csv";
import { parseZone } from "../../../shared/time/zone";
import { accounted, parseText, physicalLines, us } from "./support";

const MAP = {
  time: "when",
  event: "what",
  publicIp: "outside",
  portLow: "first",
  portHigh: "last",
  insideIp: "inside",
  subscriber: "line",
  protocol: "proto",
};
const HEADER = "when,what,proto,outside,first,last,inside,line,note";

describe("a NAT table through a map", () => {
  it("gives events with their ports, addresses and subscribers", () => {
    const { rows, counts } = parseText(
      csv,
      `${HEADER}\n2026-03-01T10:00:00.25Z,ALLOC,tcp,203.0.113.7,1024,1535,100.64.0.9,L-77,x\n1772359200,release,,203.0.113.7,1024,,2001:DB8::9,"L,""78""",\n`,
      { map: MAP },
      { role: "nat" },
    );
    expect(rows[0]).toMatchObject({
      line: 2,
      time_us: us("2026-03-01T10:00:00.25Z"),
      precision_us: 10_000,
      event: "start",
      time_means: "start",
      protocol: 6,
      pub_addr: "203.0.113.7",
      port_low: 1024,
      port_high: 1535,
      port_step: 1,
      in_addr: "100.64.0.9",
      subscriber: "L-77",
    });
    expect(rows[1]).toMatchObject({
      event: "release",
      precision_us: 1_000_000,
      port_high: 1024,
      in_addr: "2001:db8::9",
      subscriber: 'L,"78"',
    });
    expect(rows[1]).not.toHaveProperty("protocol");
    expect(counts).toMatchObject({ recordLines: 2, headers: 1, rejects: 0 });
  });

  it("rejects, with its reason, each row that does not fit", () => {
    const bad: [string, RegExp][] = [
      ["2026-03-01T10:00:00Z,ALLOC,tcp,203.0.113.7,70000,70001,100.64.0.9,L,x", /"70000" is no portLow/],
      [
        "2026-03-01T10:00:00Z,ALLOC,tcp,203.0.113.7,1535,1024,100.64.0.9,L,x",
        /ends \(1024\) before it begins/,
      ],
      ["2026-03-01T10:00:00Z,ALLOC,tcp,203.0.113.307,1024,1535,100.64.0.9,L,x", /is no publicIp/],
      ["2026-02-30T10:00:00Z,ALLOC,tcp,203.0.113.7,1024,1535,100.64.0.9,L,x", /is no time/],
      ["2026-03-01T10:00:00Z,MAYBE,tcp,203.0.113.7,1024,1535,100.64.0.9,L,x", /"MAYBE" is no event/],
      ["2026-03-01T10:00:00Z,ALLOC,tcp,203.0.113.7,1024,1535,100.64.0.9,L", /8 columns, the header 9/],
      ["2026-03-01T10:00:00Z,ALLOC,tcp,203.0.113.7,1024,1535,100.64.0.9,L,x,y", /10 columns, the header 9/],
      ["2026-03-01T10:00:00Z,ALLOC,tcp,,1024,1535,,L,x", /neither a public nor an inside address/],
      ['2026-03-01T10:00:00Z,ALLOC,tcp,203.0.113.7,1024,1535,100.64.0.9,"L"z,x', /after its closing quote/],
    ];
    for (const [line, reason] of bad) {
      const { rows, rejects } = parseText(csv, `${HEADER}\n${line}\n`, { map: MAP }, { role: "nat" });
      expect(rows, line).toEqual([]);
      expect(rejects, line).toHaveLength(1);
      expect(rejects[0]!.reason).toMatch(reason);
      expect(rejects[0]).toMatchObject({ line: 2, offset: HEADER.length + 1, length: line.length });
    }
  });

  it("reads whole mappings from columns of start and end, an empty end left open", () => {
    const { rows } = parseText(
      csv,
      "from;to;publicIp;portLow;portHigh;portStep;insideIp\n2026-03-01 10:00:00;2026-03-02 10:00:00;203.0.113.7;4000;6044;4;100.64.0.9\n2026-03-01 10:00:00;;203.0.113.7;4001;6045;4;100.64.0.10\n",
      { zone: parseZone("+01:00") },
      { role: "nat" },
    );
    expect(rows[0]).toMatchObject({
      event: "mapping",
      start_us: us("2026-03-01T09:00:00Z"),
      end_us: us("2026-03-02T09:00:00Z"),
      port_step: 4,
    });
    expect(rows[1]).not.toHaveProperty("end_us");
  });

  it("keeps a row with a line break inside quotes whole, wherever the blocks are cut", () => {
    const text = `${HEADER}\r\n2026-03-01T10:00:00Z,ALLOC,tcp,203.0.113.7,1024,1535,100.64.0.9,"L\r\n9",x\r\n\r\n2026-03-01T10:00:01Z,FREE,tcp,203.0.113.7,1024,1535,100.64.0.9,L8,x`;
    const whole = parseText(csv, text, { map: MAP }, { role: "nat" });
    expect(whole.rows.map((r) => [r.line, r.offset, r.subscriber])).toEqual([
      [2, HEADER.length + 2, "L\r\n9"],
      [5, text.lastIndexOf("\n") + 1, "L8"],
    ]);
    expect(accounted(whole)).toBe(physicalLines(text));
    for (let size = 1; size < text.length; size++) {
      const cut = parseText(csv, text, { map: MAP }, { role: "nat", blocks: [size, 7] });
      expect(cut, `blocks of ${size}`).toEqual(whole);
    }
  });

  it("loses one line, and no more, to a quote that never closes", () => {
    const row = "2026-03-01T10:00:00Z,ALLOC,tcp,203.0.113.7,1024,1535,100.64.0.9,L,x";
    const text = `${HEADER}\n${row.replace(",L,", ',"L,')}\n${row}\n${row}\n`;
    const { rows, rejects } = parseText(csv, text, { map: MAP }, { role: "nat" });
    expect(rejects).toHaveLength(1);
    expect(rejects[0]).toMatchObject({ line: 2 });
    expect(rows.map((r) => r.line)).toEqual([3, 4]);
  });

  it("counts the header again where files were put together, and blank lines", () => {
    const { counts } = parseText(csv, `${HEADER}\n\n${HEADER}\n`, { map: MAP }, { role: "nat" });
    expect(counts).toMatchObject({ headers: 2, blanks: 1, rejects: 0 });
  });

  it("maps columns by number where there is no header", () => {
    const { rows } = parseText(
      csv,
      "1772359200|203.0.113.7|1024|100.64.0.9\n1772359201|203.0.113.8|1024|100.64.0.9\n",
      { map: { time: "1", publicIp: "2", portLow: "3", insideIp: "4" } },
      { role: "nat" },
    );
    expect(rows.map((r) => [r.line, r.pub_addr, r.event])).toEqual([
      [1, "203.0.113.7", "start"],
      [2, "203.0.113.8", "start"],
    ]);
  });
});

describe("a server table", () => {
  it("gives source address, port and time", () => {
    const { rows, counts } = parseText(
      csv,
      "t\tip\tport\tp\n2026-03-01T10:00:00+02:00\t203.0.113.7\t40001\tudp\n2026-03-01T10:00:00+02:00\t203.0.113.7\t\t\n",
      { map: { time: "t", srcIp: "ip", srcPort: "port", protocol: "p" } },
      { role: "server" },
    );
    expect(rows[0]).toMatchObject({
      time_us: us("2026-03-01T08:00:00Z"),
      src_addr: "203.0.113.7",
      src_port: 40001,
      protocol: 17,
      time_means: "connect",
    });
    expect(counts.withPort).toBe(1);
  });

  it("is refused where its times have no zone and none was given", () => {
    expect(() =>
      parseText(csv, "time,srcIp\n2026-03-01 10:00:00,203.0.113.7\n", {}, { role: "server" }),
    ).toThrow(/no offset from UTC/);
  });
});

describe("detection", () => {
  const sample = (text: string) => ({
    bytes: new Uint8Array(0),
    lines: text.split("\n"),
    name: "export.csv",
    whole: true,
  });

  it("takes a header of our own keys, and tells the role from them", () => {
    const server = csv.detect(sample("time,srcIp,srcPort\n1772359200,203.0.113.7,1"), {});
    expect(server).toMatchObject({ score: 1, role: "server", questions: [] });
    const nat = csv.detect(sample("time,event,publicIp,portLow\n1772359200,ALLOC,203.0.113.7,1"), {});
    expect(nat).toMatchObject({ score: 1, role: "nat" });
  });

  it("asks which column is which, and lists them, where nobody said", () => {
    const found = csv.detect(sample("stamp,outer,port\n1,2,3\n4,5,6"), {});
    expect(found.questions).toEqual([
      { kind: "map", text: expect.stringContaining("stamp, outer, port"), line: 1 },
    ]);
  });

  it("says which mapped column is not there", () => {
    const found = csv.detect(sample("stamp,outer,port\n1,2,3"), { map: { time: "when" } });
    expect(found.questions?.[0]?.text).toContain('no column "when"');
  });

  it("asks for the zone that the rows lack", () => {
    const found = csv.detect(sample("time,srcIp\n2026-03-01 10:00:00,203.0.113.7"), {});
    expect(found.questions?.map((q) => q.kind)).toEqual(["zone"]);
  });

  it("shows the columns that were not mapped as the record's own fields", () => {
    const found = csv.detect(sample("time,srcIp,agent\n1772359200,203.0.113.7,x"), {});
    const parser = csv.open({ layout: found.layout });
    expect(parser.explain!(new TextEncoder().encode("1772359200,203.0.113.7,lynx")).fields).toEqual({
      agent: "lynx",
    });
  });
});

// What a device's numbering of its messages shows as lost, in every text format that comes through syslog.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { FORMATS, formatById } from "../../../shared/formats/registry";
import { parseZone } from "../../../shared/time/zone";
import { accounted, parse } from "./support";

const folder = resolve(import.meta.dirname, "../../data/nat");
const OPTIONS = { zone: parseZone("UTC"), year: 2026 };
const bytes = (lines: readonly string[]) => new TextEncoder().encode(`${lines.join("\n")}\n`);
const pba = (sequence: number, host = "cgn-1", kind = "ALLOC"): string =>
  `<14>1 2026-03-05T10:00:0${sequence % 10}Z ${host} RT_NAT - RT_SRC_NAT_PBA_${kind} [meta sequenceId="${sequence}"][junos@2636.1.1.1.2.129 internal-ip="10.0.0.1" block-port-low="1024" block-port-high="2047" reflexive-ip="203.0.113.50" epoch-time-64="69a95520"]`;
const other = (sequence: number): string =>
  `<14>1 2026-03-05T10:00:00Z cgn-1 mgd - - [meta sequenceId="${sequence}"] committed`;
const lost = (lines: readonly string[]): number => {
  const parsed = parse(formatById("juniper.srx")!, bytes(lines), OPTIONS);
  expect(accounted(parsed)).toBe(lines.length);
  return parsed.counts.lost;
};

describe("syslog's sequenceId", () => {
  it("shows each message that is left out, also beside lines that are no record", () => {
    expect(lost([pba(5), pba(6), pba(7)])).toBe(0);
    expect(lost([pba(5), pba(9)])).toBe(3);
    expect(lost([pba(5), other(6), pba(7)])).toBe(0);
    expect(lost([pba(5), other(8), pba(9)])).toBe(2);
  });

  it("counts each device by itself", () => {
    expect(lost([pba(5, "a"), pba(900, "b"), pba(6, "a"), pba(901, "b")])).toBe(0);
  });

  it("takes a late message back, and a repeated one for nothing", () => {
    expect(lost([pba(5), pba(7), pba(6), pba(8)])).toBe(0);
    expect(lost([pba(5), pba(6), pba(6), pba(7)])).toBe(0);
  });

  it("takes a step far back for a restart", () => {
    expect(lost([pba(500_000), pba(1), pba(2)])).toBe(0);
    expect(lost([pba(500_000), pba(1), pba(4)])).toBe(2);
  });
});

it("every text format that reads a syslog head keeps the number and tells of a gap", () => {
  const silent: string[] = [];
  for (const format of FORMATS.filter(
    (f) => f.role === "nat" && !f.binary && !f.byPattern && f.id !== "nat.rules",
  )) {
    const [line] = readFileSync(resolve(folder, `${format.id}.log`), "latin1").split("\n");
    // The message alone, behind a head of RFC 5424; what a format says of its own head is not the question here.
    const message = line!
      .replace(/^<\d+>1 \S+ \S+ \S+ \S+ \S+ /, "")
      .replace(/^(?:<\d+>)?\d{4}-\d\d-\d\d[T ]\S+ /, "")
      .replace(/^(?:<\d+>)? ?(?:\d )?(?:[A-Z][a-z]{2} +\d+ (?:\d{4} )?[\d:.]+ (?:\d{4} )?)?/, "");
    const numbered = (sequence: number) =>
      `<134>1 2026-03-05T12:00:00Z nat-1 - - - [meta sequenceId="${sequence}"] ${message}`;
    const parsed = parse(format, bytes([numbered(1), numbered(4)]), OPTIONS);
    if (parsed.rows.length < 2) silent.push(format.id);
    else if (parsed.counts.lost !== 2 || !parsed.rows.some((r) => r.sequence === 4)) silent.push(format.id);
  }
  // SRX and VPP write the head itself, with their fields in it (see above); the others' lines are a table's or a listing's.
  expect(silent).toEqual([
    "juniper.srx",
    "linux.conntrack-table",
    "nfdump.csv",
    "nfdump.json",
    "vasexperts.nat",
    "vpp.nat",
  ]);
});

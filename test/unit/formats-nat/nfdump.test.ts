// What nfdump prints of the records in its files: the same as the files themselves say, or openly less.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { formatById } from "../../../shared/formats/registry";
import { parseZone } from "../../../shared/time/zone";
import { bytesOf, parse, parseText, told } from "./support";

const data = resolve(import.meta.dirname, "../../data");
const UTC = { zone: parseZone("UTC") };
const read = (id: string, ...lines: string[]): string[] => {
  const parsed = parseText(formatById(id)!, `${lines.join("\n")}\n`, UTC);
  return [...parsed.rows.map(told), ...parsed.rejects.map((r) => `${r.line}: ${r.reason}`)];
};

describe("nfdump's JSON", () => {
  it("says of each record what the file itself says", () => {
    const file = parse(formatById("nfcapd")!, readFileSync(join(data, "nfcapd/plain.nfcapd")));
    const printed = parse(formatById("nfdump.json")!, readFileSync(join(data, "nat/nfdump.json.log")), UTC);
    const said = file.rows.map(told);
    expect(said).toHaveLength(6);
    expect(printed.rows.slice(0, 6).map(told)).toEqual(said);
  });

  it("is asked for its zone: it prints the machine's wall clock", () => {
    const bytes = readFileSync(join(data, "nat/nfdump.json.log"));
    const lines = bytes.toString("latin1").trimEnd().split("\n");
    const detection = formatById("nfdump.json")!.detect({ bytes, lines, name: "x", whole: true }, {});
    expect(detection).toMatchObject({ score: 1, questions: [{ kind: "zone" }] });
  });

  it("rejects an object that is cut short, and goes on behind it", () => {
    const text = readFileSync(join(data, "nat/nfdump.json.log"), "latin1");
    const torn = text
      .split("\n")
      .filter((_, i) => i < 12 || i > 28)
      .join("\n");
    const parsed = parse(formatById("nfdump.json")!, bytesOf(torn), UTC);
    expect(new Set(parsed.rejects.map((r) => r.reason))).toEqual(
      new Set(["an object that is cut short or no JSON"]),
    );
    expect(parsed.rows).toHaveLength(7);
  });

  it("takes a connection from outside by its translated destination", () => {
    const event = {
      type: "EVENT",
      export_sysid: 1,
      proto: 6,
      src4_addr: "198.51.100.9",
      src_port: 51_000,
      dst4_addr: "203.0.113.9",
      dst_port: 443,
      src4_xlt_ip: "198.51.100.9",
      src_xlt_port: 51_000,
      dst4_xlt_ip: "10.0.0.9",
      dst_xlt_port: 8443,
      connect_id: 5,
      event_id: 1,
      t_event: "2026-03-05T10:00:00.5",
    };
    expect(read("nfdump.json", JSON.stringify(event))).toEqual([
      "start 03-05T10:00:00.005Z p6 10.0.0.9:8443 > 203.0.113.9:443 to 198.51.100.9:51000 conn=5 dev=/1",
    ]);
  });
});

describe("nfdump's CSV", () => {
  const OLD =
    "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out,sas,das,smk,dmk,dtos,dir,nh,nhb,svln,dvln,ismc,odmc,idmc,osmc,mpls1,mpls2,mpls3,mpls4,mpls5,mpls6,mpls7,mpls8,mpls9,mpls10,cl,sl,al,ra,eng,exid,tr";
  const row = (from: string, port: string, protocol: string): string => {
    const cells = OLD.split(",").map(() => "0");
    const set: Record<string, string> = {
      ts: from,
      te: "2026-03-05 10:00:05",
      sa: "10.0.0.1",
      da: "198.51.100.1",
      sp: "4000",
      dp: port,
      pr: protocol,
      ra: "192.0.2.9",
      tr: "2026-03-05 10:01:00.000",
    };
    for (const [name, value] of Object.entries(set)) cells[OLD.split(",").indexOf(name)] = value;
    return cells.join(",");
  };

  it("of the versions that print no translation names no mapping, and says so", () => {
    const lines = [OLD, row("2026-03-05 10:00:00", "443", "TCP"), row("2026-03-05 10:00:01", "8.0", "ICMP")];
    expect(read("nfdump.csv", ...lines)).toEqual([
      "other 03-05T10:00:05Z p6 - > - to 198.51.100.1:443 dev=192.0.2.9 other=03-05T10:01:00Z",
      "other 03-05T10:00:05Z p1 - > - to 198.51.100.1 dev=192.0.2.9 other=03-05T10:01:00Z",
    ]);
    const bytes = bytesOf(`${lines.join("\n")}\n`);
    const { reasons } = formatById("nfdump.csv")!.detect({ bytes, lines, name: "x", whole: true }, UTC);
    expect(reasons.join(" ")).toMatch(/no column of a translation.*-o json/);
  });

  it("does not take an event's number for a NAT's where it may be a firewall's", () => {
    const header = "eventTime,event,proto,srcAddr,srcPort,dstAddr,dstPort,srcXIP,srcXPort";
    const at = (event: number): string =>
      `1772704800.123,${event},6,10.0.0.1,4000,198.51.100.1,443,203.0.113.1,5000`;
    const named = "p6 10.0.0.1:4000 > 203.0.113.1:5000 to 198.51.100.1:443";
    expect(read("nfdump.csv", header, at(1), at(2), at(5))).toEqual([
      `start 03-05T10:00:00.123Z ${named}`,
      `release 03-05T10:00:00.123Z ${named}`,
      "4: event 5 is a NAT's or a firewall's: print %nfc beside it, or -o json",
    ]);
    const firewall = header.replace("event,", "event,connectionID,");
    expect(
      read("nfdump.csv", firewall, at(5).replace(",5,", ",5,77,"), at(5).replace(",5,", ",5,0,")),
    ).toEqual([`interim 03-05T10:00:00.123Z ${named} conn=77`, `release 03-05T10:00:00.123Z ${named}`]);
  });
});

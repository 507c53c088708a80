// What a file settles by itself: Dovecot's year by its session ids, PostgreSQL's client by the file's prefix, the order of
// an IIS date by a day above 12. What it does not settle is asked.
import { describe, expect, test } from "vitest";
import { formatById } from "../../../shared/formats/registry";
import { parseZone } from "../../../shared/time/zone";
import { checkFormat, sampleOf, utf8 } from "./harness";

/** Dovecot's session id: 6 bytes of microseconds, 2 of port (little-endian), 4 of address. */
function sessionId(us: number, port: number, ip: string): string {
  const bytes = Buffer.alloc(12);
  bytes.writeUIntLE(us % 2 ** 48, 0, 6);
  bytes.writeUInt16LE(port, 6);
  bytes.set(ip.split(".").map(Number), 8);
  return bytes.toString("base64").replace(/=+$/, "");
}
const STAMP = new Intl.DateTimeFormat("en-US", { month: "short", timeZone: "UTC" });
/** A login `late` seconds after its connection began, on a clock `offset` minutes ahead of UTC. */
function login(utc: string, offset: number, late: number, port: number, ip = "203.0.113.7"): string {
  const start = Date.parse(utc);
  const wall = new Date(start + (offset * 60 + late) * 1000);
  const iso = wall.toISOString();
  const stamp = `${STAMP.format(wall)} ${iso.slice(8, 10).replace(/^0/, " ")} ${iso.slice(11, 19)}`;
  return `${stamp} mx dovecot: imap-login: Login: user=<a>, method=PLAIN, rip=${ip}, lip=192.0.2.1, mpid=9, TLS, session=<${sessionId(start * 1000, port, "203.0.113.7")}>`;
}

describe("Dovecot's session ids", () => {
  const dovecot = formatById("dovecot")!;
  const detect = (lines: readonly string[], options = {}) =>
    dovecot.detect(sampleOf(utf8(`${lines.join("\n")}\n`)), options);
  const overNewYear = [
    "Dec 30 05:00:00 mx dovecot: master: Dovecot v2.3 starting up",
    login("2031-12-31T20:00:00Z", 60, 2, 49_152),
    login("2031-12-31T23:30:00Z", 60, 300, 49_153),
    login("2032-01-02T08:00:00Z", 60, 1, 49_154),
  ];

  test("give the year of a log without one, and show its zone in the question", () => {
    const found = detect(overNewYear);
    expect(found.layout).toBe("year 2031");
    expect(found.questions!.map((q) => q.kind)).toEqual(["zone"]);
    expect(found.questions![0]!.text).toContain("show an offset of +01:00 (2 lines).");
    const { rows } = checkFormat(
      dovecot,
      utf8(overNewYear.join("\n")),
      { layout: found.layout!, zone: parseZone("+01:00") },
      [3],
    );
    expect(rows.map((r) => new Date(r.timeUs! / 1000).toISOString())).toEqual([
      "2031-12-30T04:00:00.000Z",
      "2031-12-31T20:00:02.000Z",
      "2031-12-31T23:35:00.000Z",
      "2032-01-02T08:00:01.000Z",
    ]);
  });

  test("of another address than the line's, or that contradict each other, settle nothing", () => {
    const foreign = login("2031-12-31T20:00:00Z", 60, 2, 49_152, "203.0.113.8");
    expect(detect([foreign]).questions!.map((q) => q.kind)).toEqual(["year", "zone"]);
    const other = detect([...overNewYear, login("2034-01-05T08:00:00Z", 60, 1, 49_154)]);
    expect(other.layout).toBeUndefined();
    expect(other.questions!.map((q) => q.kind)).toContain("year");
  });

  test("a year that was given stays, and what they say is told beside it", () => {
    const found = detect(overNewYear, { year: 2030, zone: parseZone("UTC") });
    expect(found.layout).toBeUndefined();
    expect(detect(overNewYear, { year: 2030 }).reasons).toContain(
      "Its session ids say that it begins in 2031.",
    );
  });
});

describe("PostgreSQL's prefix with the client's address alone", () => {
  const postgresql = formatById("postgresql")!;
  const read = (text: string) => {
    const found = postgresql.detect(sampleOf(utf8(text)), {});
    const options = { zone: parseZone("UTC"), layout: found.layout! };
    return { found, rows: checkFormat(postgresql, utf8(text), options, [3]).rows };
  };
  const line = (client: string, app: string, level = "ERROR") =>
    `2026-11-24 05:34:12.123 CET [77] app=${app},db=b,client=${client} ${level}:  it failed`;

  test("gives the address where nearly all clients' lines have one, and none where a name is one too", () => {
    const { found, rows } = read(
      [
        "2026-11-24 05:34:11.000 CET [5] LOG:  checkpoint starting: time",
        line("203.0.113.7", "psql"),
        line("2001:db8::7", "psql", "FATAL"),
        line("203.0.113.7", "1.2.3.4"),
      ].join("\n"),
    );
    expect(found.layout).toBe("host");
    expect(rows.map((r) => [r.srcIp, r.srcPort])).toEqual([
      [null, null],
      ["203.0.113.7", null],
      ["2001:db8::7", null],
      [null, null],
    ]);
  });

  test("is not taken from names in a file whose prefix has none, nor from one line", () => {
    const bare = (app: string) => `2026-11-24 05:34:12.123 CET [77] ${app} b ERROR:  it failed`;
    expect(read([bare("psql"), bare("1.2.3.4"), bare("psql")].join("\n")).found.layout).toBe("plain");
    expect(read(line("203.0.113.7", "psql")).found.layout).toBe("plain");
  });
});

describe("the order of day and month in IIS's own format", () => {
  const iis = formatById("iis.native")!;
  const line = (date: string) =>
    `203.0.113.7, -, ${date}, 5:34:12, W3SVC1, WEB1, 192.0.2.1, 16, 163, 3223, 200, 0, GET, /, -,`;
  test("is asked where no day is above 12, and settled where one is", () => {
    const open = iis.detect(sampleOf(utf8(line("3/10/2026"))), {});
    expect(open.questions!.map((q) => q.kind)).toEqual(["dayMonth", "zone"]);
    expect(open.layout).toBeUndefined();
    const text = [line("3/10/2026"), line("25/10/2026")].join("\n");
    const settled = iis.detect(sampleOf(utf8(text)), {});
    expect(settled.layout).toBe("dmy");
    const { rows } = checkFormat(iis, utf8(text), { layout: "dmy", zone: parseZone("UTC") }, [3]);
    expect(rows.map((r) => new Date(r.timeUs! / 1000).toISOString().slice(0, 10))).toEqual([
      "2026-10-03",
      "2026-10-25",
    ]);
  });
});

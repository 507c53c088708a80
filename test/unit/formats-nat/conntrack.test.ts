// Linux's connection table: what its events and its listings prove, and for which moments.
import { describe, expect, it } from "vitest";
import type { Detection, ParseOptions } from "../../../shared/formats/format";
import { formatById } from "../../../shared/formats/registry";
import { parseZone } from "../../../shared/time/zone";
import { accounted, bytesOf, parseText, told } from "./support";

const UTC: ParseOptions = { zone: parseZone("UTC") };

function read(id: string, options: ParseOptions, ...lines: string[]): string[] {
  const parsed = parseText(formatById(id)!, `${lines.join("\n")}\n`, options);
  expect(accounted(parsed)).toBe(lines.length);
  return [...parsed.rows.map(told), ...parsed.rejects.map((r) => `${r.line}: ${r.reason}`)];
}

function asked(options: ParseOptions, ...lines: string[]): Detection {
  const bytes = bytesOf(`${lines.join("\n")}\n`);
  return formatById("linux.conntrack-table")!.detect({ bytes, lines, name: "ct", whole: true }, options);
}

const TUPLES =
  "src=192.168.1.4 dst=198.51.100.80 sport=59783 dport=443 src=198.51.100.80 dst=203.0.113.246 sport=443 dport=59790";
const PROC = `ipv4     2 tcp      6 431999 ESTABLISHED ${TUPLES} [ASSURED] mark=0 zone=0 use=2`;
const AGED = PROC.replace("use=2", "delta-time=30 use=2");
const STARTED = `tcp      6 300 ESTABLISHED ${TUPLES} [ASSURED] mark=0 delta-time=62 [start=Thu Mar  5 09:58:58 2026] use=1`;
const NAMED = "p6 192.168.1.4:59783 > 203.0.113.246:59790 to 198.51.100.80:443";

describe("a listing of the connection table", () => {
  const id = "linux.conntrack-table";

  it("holds from its start to the moment of the listing, where the kernel states both", () => {
    expect(read(id, UTC, STARTED)).toEqual([
      `interim 03-05T10:00:00Z ${NAMED} start=03-05T09:58:58Z/1000000`,
    ]);
  });

  it("gives no mapping without a time, and says why", () => {
    expect(read(id, UTC, PROC, AGED)).toEqual([
      "1: nothing says when it was: neither its start nor the moment of the listing",
      "2: nothing says when it was: neither its start nor the moment of the listing",
    ]);
  });

  it("asks for the moment only where no line has a time", () => {
    expect(asked(UTC, PROC, AGED).questions?.map((q) => q.kind)).toEqual(["layout"]);
    expect(asked(UTC, PROC, STARTED).questions).toEqual([]);
    expect(asked({}, STARTED).questions?.map((q) => q.kind)).toEqual(["zone"]);
  });

  it("takes the moment that the analyst states, and an age back from it with the width of both", () => {
    const layout = "listed 2026-03-05T12:00:00+02:00/2026-03-05T12:00:09+02:00";
    expect(asked({ layout }, PROC)).toMatchObject({ score: 1, layout, questions: [] });
    expect(read(id, { layout }, PROC.replace("zone=0", "zone=7"), AGED)).toEqual([
      `interim 03-05T10:00:00Z ${NAMED} realm=7`,
      `interim 03-05T10:00:00Z ${NAMED} start=03-05T09:59:30Z/11000000 dur=30000000`,
    ]);
    const [row] = parseText(formatById(id)!, `${PROC}\n`, { layout }).rows;
    expect(row!.precision_us).toBe(10_000_000);
  });

  it("asks for the zone of a stated moment without one, and refuses a moment that is none", () => {
    expect(asked({ layout: "listed 2026-03-05 12:00:00" }, PROC).questions?.map((q) => q.kind)).toEqual([
      "zone",
    ]);
    expect(() => read(id, { layout: "listed 2026-03-05 12:00:00" }, PROC)).toThrow(/offset/);
    for (const wrong of [
      "listed noon",
      "listed 2026-03-05T12:00:00Z/2026-03-05T11:00:00Z",
      "listed 2026-03-05T12:00",
    ])
      expect(() => asked({ layout: wrong }, PROC), wrong).toThrow(/no moment of a listing/);
  });

  it("does not take a start that occurs twice for one instant", () => {
    const fold = STARTED.replace("Thu Mar  5 09:58:58 2026", "Sun Oct 25 02:30:00 2026");
    const parsed = parseText(formatById(id)!, `${fold}\n`, { zone: parseZone("Europe/Berlin") });
    expect(parsed.rows[0]).toMatchObject({ slack_us: 3_600_000_000, start_precision_us: 1_000_000 });
  });

  it("has no mapping for a forwarded port, whose source is nobody behind this NAT", () => {
    const forwarded =
      "tcp      6 300 ESTABLISHED src=198.51.100.9 dst=203.0.113.246 sport=51000 dport=80 src=192.168.1.10 dst=198.51.100.9 sport=8080 dport=51000 [ASSURED] mark=0 delta-time=5 [start=Thu Mar  5 09:59:55 2026] use=1";
    expect(read(id, UTC, forwarded)).toEqual(["1: it translates only the destination"]);
  });
});

describe("events of the connection table with the kernel's times", () => {
  const id = "linux.conntrack";
  const TIMES = "delta-time=60 [start=Thu Mar  5 10:00:00 2026] [stop=Thu Mar  5 10:01:00 2026]";
  const ENDED = `[1772704860.000007]\t[DESTROY] tcp      6 ${TUPLES} [ASSURED] ${TIMES}`;

  it("give the whole interval at its end, where the machine's zone is known", () => {
    expect(read(id, UTC, ENDED)).toEqual([
      `release 03-05T10:01:00Z+7us ${NAMED} start=03-05T10:00:00Z/1000000 end=03-05T10:01:00Z/1000000`,
    ]);
    expect(read(id, {}, ENDED)).toEqual([`release 03-05T10:01:00Z+7us ${NAMED}`]);
  });

  it("have their time where no other is written", () => {
    const bare = ENDED.replace(/^.*?\t/, "");
    expect(read(id, UTC, bare)).toEqual([
      `release 03-05T10:01:00Z ${NAMED} start=03-05T10:00:00Z/1000000 end=03-05T10:01:00Z/1000000`,
    ]);
    expect(() => read(id, {}, bare)).toThrow(/offset/);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { civilToUs, DAY, dateExists, formatUtc, HOUR, SECOND, usToCivil } from "../../../shared/time/civil";
import { TimeReader, timeQuestions } from "../../../shared/time/reader";
import { readClf, readCtime, readEpoch, readIso, readRfc3164, stampOf } from "../../../shared/time/stamp";
import { parseOffset, parseZone } from "../../../shared/time/zone";
import { ZoneClock } from "../../../shared/time/zone-clock";

const utc = (text: string): number => Date.parse(text) * 1000;
const instant = fc.integer({ min: utc("1970-01-01T00:00:00Z"), max: utc("2199-12-31T00:00:00Z") });

describe("the calendar", () => {
  test("a moment survives the way to its civil parts and back, and agrees with the platform's", () => {
    fc.assert(
      fc.property(instant, (us) => {
        const c = usToCivil(us);
        expect(civilToUs(c.year, c.month, c.day, c.hour, c.minute, c.second, c.micros)).toBe(us);
        expect(formatUtc(us, 1000)).toBe(new Date(Math.floor(us / 1000)).toISOString());
      }),
    );
  });

  test("dates that do not exist are known", () => {
    expect(dateExists(2026, 2, 29)).toBe(false);
    expect(dateExists(2028, 2, 29)).toBe(true);
    expect(dateExists(1900, 2, 29)).toBe(false);
    expect(readIso("2026-02-30 01:02:03")).toBeNull();
    expect(readIso("2026-02-03 24:02:03")).toBeNull();
  });
});

describe("times as written", () => {
  test("ISO forms give their digits' precision and the offset they state", () => {
    const a = readIso("2026-11-24T05:34:12.5+01:00 x")!;
    expect([a.wallUs, a.precisionUs, a.offsetUs, a.end]).toEqual([
      utc("2026-11-24T05:34:12.5Z"),
      100_000,
      HOUR,
      27,
    ]);
    expect(readIso("2026/11/24 05:34:12")!.offsetUs).toBeNull();
    expect(readIso("2026-11-24 05:34:12.123456Z")!.precisionUs).toBe(1);
    expect(readIso("2026-11-24 05:34:12,250")!.precisionUs).toBe(1000);
  });

  test("a zone abbreviation is no zone; GMT, UTC and Z are", () => {
    expect(readIso("2026-11-24 05:34:12.123 CET")!.offsetUs).toBeNull();
    expect(readIso("2026-11-24 05:34:12.123 EST")!.offsetUs).toBeNull();
    expect(readIso("2026-11-24 05:34:12.123 UTC")!.offsetUs).toBe(0);
    expect(readIso("2026-11-24 05:34:12 GMT")!.offsetUs).toBe(0);
    expect(parseOffset("IST")).toBeNull();
  });

  test("CLF, ctime, RFC 3164 and the epoch's lengths", () => {
    expect(readClf("24/Nov/2026:05:34:12 -0330")!.offsetUs).toBe(-3.5 * HOUR);
    expect(readCtime("Sat Jul 20 21:34:49.453232 2013")!.wallUs).toBe(utc("2013-07-20T21:34:49.453Z") + 232);
    expect(readRfc3164("Nov  4 05:34:12 host")!.yearless).toMatchObject({ month: 11, day: 4 });
    expect(readRfc3164("Nov  4 2026 05:34:12 host")!.yearless).toBeNull();
    expect(readRfc3164("Nov  4 05:34:12 2026 host")!.wallUs).toBe(utc("2026-11-04T05:34:12Z"));
    expect(readEpoch("1386543323.000")!).toMatchObject({ wallUs: 1_386_543_323_000_000, precisionUs: 1000 });
    expect(readEpoch("1386543323000")!.wallUs).toBe(1_386_543_323_000_000);
    expect(readEpoch("1386543323000001")!.wallUs).toBe(1_386_543_323_000_001);
  });

  test("a leap second widens to cover both readings of its clock", () => {
    const s = readIso("2016-12-31T23:59:60Z")!;
    expect(s.wallUs).toBe(utc("2016-12-31T23:59:59Z"));
    expect(s.slackUs).toBe(SECOND);
    expect(readIso("2016-12-31T23:59:61Z")).toBeNull();
  });

  test("a 12-hour time without AM or PM is either", () => {
    const p = { year: 2026, month: 11, day: 24, hour: 12, minute: 0, second: 1 };
    expect(stampOf({ ...p, half: "open" }, 0)).toMatchObject({
      wallUs: utc("2026-11-24T00:00:01Z"),
      slackUs: 12 * HOUR,
    });
    expect(stampOf({ ...p, half: "pm" }, 0)!.wallUs).toBe(utc("2026-11-24T12:00:01Z"));
    expect(stampOf({ ...p, hour: 13, half: "pm" }, 0)).toBeNull();
  });
});

describe("zones", () => {
  test("an IANA zone gives the platform's offsets on any day away from a change", () => {
    const clock = new ZoneClock(parseZone("America/New_York"));
    fc.assert(
      fc.property(
        fc.integer({ min: utc("1990-01-01T00:00:00Z"), max: utc("2030-01-01T00:00:00Z") }),
        (us) => {
          const offset = clock.offsetAt(us);
          const r = clock.resolve(us + offset);
          expect(us >= r.us && us <= r.us + r.slackUs).toBe(true);
          expect(r.slackUs === 0 || r.slackUs === HOUR).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("in a fold both readings are covered, in a gap likewise, and nowhere else", () => {
    const clock = new ZoneClock(parseZone("Europe/Berlin"));
    const at = (text: string) => clock.resolve(utc(`${text}Z`));
    expect(at("2026-10-25T01:59:59")).toEqual({ us: utc("2026-10-24T23:59:59Z"), slackUs: 0 });
    expect(at("2026-10-25T02:30:00")).toEqual({ us: utc("2026-10-25T00:30:00Z"), slackUs: HOUR });
    expect(at("2026-10-25T03:00:00")).toEqual({ us: utc("2026-10-25T02:00:00Z"), slackUs: 0 });
    expect(at("2026-03-29T02:30:00")).toEqual({ us: utc("2026-03-29T00:30:00Z"), slackUs: HOUR });
    expect(at("2026-07-01T12:00:00")).toEqual({ us: utc("2026-07-01T10:00:00Z"), slackUs: 0 });
  });

  test("a replay from recorded stretches needs no zone data", () => {
    const first = new ZoneClock(parseZone("Europe/Berlin"));
    const wall = utc("2026-10-25T02:30:00Z");
    const expected = first.resolve(wall);
    const stretches = first.between(wall - 400 * 24 * HOUR, wall + 400 * 24 * HOUR);
    expect(stretches.length).toBeGreaterThanOrEqual(4);
    expect(stretches.slice(1).map((s) => s.fromUs)).toEqual(stretches.slice(0, -1).map((s) => s.toUs));
    const replay = new ZoneClock({ kind: "iana", name: "Nowhere/Atall", stretches });
    expect(replay.resolve(wall)).toEqual(expected);
  });

  test("abbreviations and nonsense are refused as --zone", () => {
    for (const bad of ["CET", "EST", "Mars/Olympus", "+25:00", ""])
      expect(() => parseZone(bad)).toThrow(/is no zone/);
    expect(parseZone("unknown")).toEqual({ kind: "unknown" });
    expect(parseZone("+05:30")).toMatchObject({ kind: "offset", offsetUs: 5.5 * HOUR });
  });
});

describe("the year of lines without one", () => {
  const walls = (year: number, ...dates: string[]): (string | null)[] => {
    const reader = new TimeReader({ year, zone: { kind: "unknown" } });
    return dates.map((d) => {
      const m = reader.resolve(readRfc3164(d)!, 1);
      return m && formatUtc(m.us);
    });
  };

  test("turns at New Year's, and stragglers of the old year keep theirs", () => {
    expect(
      walls(
        2026,
        "Dec 31 23:59:59",
        "Jan  1 00:00:00",
        "Dec 31 23:59:58",
        "Jan  1 00:00:01",
        "Mar  3 00:00:00",
      ),
    ).toEqual([
      "2026-12-31T23:59:59Z",
      "2027-01-01T00:00:00Z",
      "2026-12-31T23:59:58Z",
      "2027-01-01T00:00:01Z",
      "2027-03-03T00:00:00Z",
    ]);
  });

  test("is the first line's even where that line came late", () => {
    expect(walls(2027, "Jan  1 00:00:00", "Dec 31 23:59:58", "Jan  1 00:00:01")).toEqual([
      "2027-01-01T00:00:00Z",
      "2026-12-31T23:59:58Z",
      "2027-01-01T00:00:01Z",
    ]);
  });

  test("small disorder and long silence within a year change nothing", () => {
    expect(walls(2026, "Mar  2 00:00:00", "Feb 27 00:00:00", "Nov 30 00:00:00")).toEqual([
      "2026-03-02T00:00:00Z",
      "2026-02-27T00:00:00Z",
      "2026-11-30T00:00:00Z",
    ]);
  });

  test("29 February in a common year is no time", () => {
    expect(walls(2027, "Feb 29 10:00:00", "Mar  1 00:00:00")).toEqual([null, "2027-03-01T00:00:00Z"]);
    expect(walls(2028, "Feb 29 10:00:00")).toEqual(["2028-02-29T10:00:00Z"]);
  });

  test("any ordered log without a half-year silence gets its true years back", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1990, max: 2050 }),
        fc.array(fc.integer({ min: 0, max: 180 * 86_400 }), { minLength: 1, maxLength: 30 }),
        (year, gaps) => {
          const reader = new TimeReader({ year, zone: { kind: "unknown" } });
          let us = civilToUs(year, 6, 1);
          for (const gap of gaps) {
            const c = usToCivil(us + gap * SECOND);
            // Left out with its gap: two gaps together may be more than half a year.
            if (c.month === 2 && c.day === 29) continue;
            us += gap * SECOND;
            const stamp = stampOf({ ...c, year: null }, 0)!;
            expect(reader.resolve(stamp, 1)!.us).toBe(us - c.micros);
          }
        },
      ),
    );
  });
});

describe("what nobody gave stops the import", () => {
  test("no zone, no year", () => {
    expect(() => new TimeReader({ year: 2026 }).resolve(readRfc3164("Nov 24 05:34:12")!, 7)).toThrow(
      /no offset/,
    );
    expect(() =>
      new TimeReader({ zone: { kind: "unknown" } }).resolve(readRfc3164("Nov 24 05:34:12")!, 7),
    ).toThrow(/no year/);
    expect(timeQuestions({ zone: true, year: true }, {}).map((q) => q.kind)).toEqual(["year", "zone"]);
    expect(timeQuestions({ zone: true, year: true }, { year: 2026, zone: { kind: "unknown" } })).toEqual([]);
  });

  test("--zone never overrides an offset that the record carries", () => {
    const reader = new TimeReader({ zone: parseZone("Asia/Tokyo") });
    expect(reader.resolve(readIso("2026-11-24T05:34:12+00:00")!, 1)!.us).toBe(utc("2026-11-24T05:34:12Z"));
    expect(reader.resolve(readIso("2026-11-24T05:34:12")!, 1)!.us).toBe(utc("2026-11-23T20:34:12Z"));
    expect(DAY).toBe(86_400_000_000);
  });
});

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CATALOGUE_SQL } from "../../../electron/engine/catalogue";
import { type NativeDatabase, openNative } from "../../../electron/engine/database/native";
import { ProductError } from "../../../shared/errors";
import { compileFilter } from "../../../shared/filter/compile";
import { type Fields, recordFields } from "../../../shared/filter/fields";
import { ALL, parseFilter, textNeedles } from "../../../shared/filter/parse";
import { AddressBook } from "../../../shared/record/address";

let db: NativeDatabase;
const book = new AddressBook();
const id = (text: string) => book.id(text)!;

beforeAll(async () => {
  db = await openNative(":memory:");
  for (const sql of CATALOGUE_SQL) await db.run(sql);
  await db.run(`CREATE TABLE r(time_us BIGINT, src_addr BIGINT, src_port INTEGER, pub_addr BIGINT, in_addr BIGINT, dst_addr BIGINT,
    port_low INTEGER, port_high INTEGER, port_step INTEGER, protocol INTEGER, event UTINYINT, subscriber INTEGER)`);
  const rows = [
    // 2026-01-01T00:00:00Z = 1767225600 s
    `(1767225600000000, ${id("192.0.2.7")}, 1024, ${id("198.51.100.1")}, ${id("10.0.0.1")}, NULL, 1024, 2047, 1, 6, 1, 1)`,
    `(1767225600500000, ${id("2001:db8::7")}, 65535, ${id("198.51.100.1")}, ${id("10.0.0.2")}, NULL, 2048, 4096, 1024, 17, 3, 2)`,
    `(1767225601000000, ${id("2001:db8:1::7")}, NULL, ${id("203.0.113.9")}, ${id("fe80::1")}, NULL, 5000, 5000, 1, NULL, 2, NULL)`,
    `(NULL, NULL, 80, NULL, NULL, NULL, NULL, NULL, NULL, 1, 5, NULL)`,
  ];
  await db.run(`INSERT INTO r VALUES ${rows.join(", ")}`);
  await db.run("INSERT INTO text_value VALUES (1, 'alice@example'), (2, 'bob''s line')");
  for (const a of book.drain()) {
    await db.run("INSERT INTO address VALUES (?, ?, CAST(? AS BIGINT), CAST(? AS BIGINT), ?)", [
      a.id,
      a.family,
      a.hi,
      a.lo,
      a.text,
    ]);
  }
});
afterAll(() => db.close());

const nat: Fields = recordFields("nat");
async function rows(filter: string): Promise<number[]> {
  const { sql, params } = compileFilter(filter, nat, {
    text: (needle) => (needle === "x" ? "r.rowid = 2" : "FALSE"),
  });
  return (await db.query(`SELECT r.rowid AS n FROM r WHERE ${sql} ORDER BY r.rowid`, params)).map((r) =>
    Number(r.n),
  );
}

describe("what a filter selects", () => {
  it.each([
    ["", [0, 1, 2, 3]],
    ["srcIp = 192.0.2.7", [0]],
    ["srcIp in 192.0.2.0/24, 2001:db8::/48", [0, 1]],
    ["srcIp in 2001:db8::/32", [1, 2]],
    ["srcIp = 2001:DB8::0:7", [1]],
    ["srcIp in 2001:db8::/120", [1]],
    ["srcIp in ::ffff:192.0.2.0/120", [0]],
    ["srcIp in 192.0.2.1-192.0.2.9", [0]],
    ["srcIp in 0.0.0.0/0", [0]],
    ["srcIp in ::/0", [1, 2]],
    ["ip = 10.0.0.2", [1]],
    ["srcPort in (80, 1000-1024)", [0, 3]],
    ["srcPort >= 1024 and not srcPort = 65535", [0]],
    ["port = 3072", [1]],
    ["port = 3073", []],
    ["port in 1500-1600", [0]],
    ["port in 2049-3071", []],
    ["port in 4000-5000", [1, 2]],
    ["protocol = tcp or protocol = 17", [0, 1]],
    ["event = release", [1]],
    ["event in start, interim", [0, 2]],
    ['subscriber = "bob\'s line"', [1]],
    ["subscriber ~ example", [0]],
    ["subscriber is null", [2, 3]],
    ["publicIp is not null", [0, 1, 2]],
    ["time = 2026-01-01T00:00:00Z", [0, 1]],
    ["time = 2026-01-01T01:00:00.0+01:00", [0]],
    ["time > 2026-01-01T00:00:00Z", [2]],
    ["time <= 2026-01-01T00:00:00Z", [0, 1]],
    ["time in 2026-01-01T00:00:00Z/2026-01-01T00:00:01Z", [0, 1]],
    ["timeUs >= 1767225600500000", [1, 2]],
    ['text ~ "x"', [2]],
    ["(srcPort = 80 or srcPort = 1024) and protocol != icmp", [0]],
    ["NOT (event = start OR event = release) AND time is not null", [2]],
  ])("%s", async (filter, expected) => {
    expect(await rows(filter)).toEqual(expected);
  });

  it("takes an unknown value as no match, and so does not hide it behind not", async () => {
    expect(await rows("srcIp != 192.0.2.7")).toEqual([1, 2]);
    expect(await rows("not srcIp = 192.0.2.7")).toEqual([1, 2, 3]);
    expect(await rows("not port = 1024")).toEqual([1, 2, 3]);
    expect(await rows("port != 1024")).toEqual([1, 2]);
    expect(await rows("not subscriber = nobody")).toEqual([0, 1, 2, 3]);
  });

  it("finds exactly the ports of a strided set", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2000, max: 4200 }),
        fc.integer({ min: 0, max: 1200 }),
        async (low, width) => {
          const set = [2048, 3072, 4096];
          const expected = set.some((p) => p >= low && p <= low + width);
          const found = await rows(`port in ${low}-${low + width} and event = release`);
          expect(found).toEqual(expected ? [1] : []);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("never lets a filter's text into the SQL", async () => {
    const text = "x') OR TRUE -- \"; DROP TABLE r";
    const { sql } = compileFilter(`subscriber = "${text.replaceAll('"', '\\"')}"`, nat);
    expect(sql).not.toContain("DROP");
    expect(await rows(`subscriber = "${text.replaceAll('"', '\\"')}"`)).toEqual([]);
  });
});

describe("what is wrong with a filter", () => {
  const wrong = (filter: string): ProductError => {
    try {
      compileFilter(filter, nat);
    } catch (error) {
      expect(error).toBeInstanceOf(ProductError);
      return error as ProductError;
    }
    throw new Error(`"${filter}" was taken`);
  };

  it.each([
    ["scrIp = 192.0.2.1", 1, 'Did you mean "srcIp"?'],
    ["srcPort = 80 and subcriber = x", 18, 'Did you mean "subscriber"?'],
    ["event = relase", 9, 'Did you mean "release"?'],
    ["srcPort = eighty", 11, "digits"],
    ["srcIp = 300.1.1.1", 9, "192.0.2.0/24"],
    ["srcIp in 192.0.2.0/33", 10, "192.0.2.0/24"],
    ["time > 2026-01-01T00:00:00", 8, "offset"],
    ["srcPort 80", 9, "=, !="],
    ["(srcPort = 80", 14, "parentheses"],
    ['subscriber = "bob', 14, "Close it"],
    ["srcPort = 80 protocol = 6", 14, '"and"'],
    ["srcIp < 192.0.2.1", 9, "in"],
    ["text = x", 1, "~"],
    ["srcPort =", 10, "Complete"],
  ])("%s: column %i", (filter, column, mend) => {
    const error = wrong(filter);
    expect(error.code).toBe("usage");
    expect(error.message).toContain(`column ${column}:`);
    expect(error.mend).toContain(mend);
  });

  it("answers any text with a tree or a usage error", () => {
    const word = fc.constantFrom(
      "srcIp",
      "=",
      "in",
      "(",
      ")",
      ",",
      "and",
      "or",
      "not",
      "80",
      '"',
      "~",
      "is",
      "null",
      "!",
      "time",
      "/",
      "\\",
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.string({ maxLength: 10 }), (words, tail) => {
        try {
          compileFilter(`${words.join(" ")}${tail}`, nat);
        } catch (error) {
          expect(error).toBeInstanceOf(ProductError);
          expect((error as ProductError).code).toBe("usage");
        }
      }),
      { numRuns: 2000 },
    );
    expect(() => parseFilter("(".repeat(5000))).toThrow(/nested/);
    expect(parseFilter("  ")).toEqual(ALL);
  });

  it("lists what text is searched for", () => {
    expect(
      textNeedles(parseFilter('text ~ "a b" or not (text ~ c and text ~ c) and subscriber ~ d')),
    ).toEqual(["a b", "c"]);
  });
});

// Files that nfcapd 1.7.1 made of messages of our own (documentation addresses): two NAT44 session records, two of port
// blocks (whose ports that version does not keep), and an ASA's creation and teardown; plain, and packed three ways.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { ProductError } from "../../../shared/errors";
import nfcapd from "../../../shared/formats/nat/nfcapd";
import { unpackBzip2, unpackLz4, unpackLzo } from "../../../shared/formats/nat/nfcapd/unpack";
import { FORMATS } from "../../../shared/formats/registry";
import { accounted, parse, type Row, told } from "../formats-nat/support";

const folder = resolve(import.meta.dirname, "../../data/nfcapd");
const file = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, `${name}.nfcapd`)));

const RECORDS = [
  "start 03-05T10:00:00.123Z p6 10.0.0.1:4000 > 203.0.113.1:5000 to 198.51.100.1:443 dev=127.0.0.1/1",
  "release 03-05T10:00:09.123Z p6 10.0.0.1:4000 > 203.0.113.1:5000 to 198.51.100.1:443 dev=127.0.0.1/1",
  "other 03-05T10:00:01.123Z p* - > - dev=127.0.0.1/1",
  "other 03-05T10:00:02.123Z p* - > - dev=127.0.0.1/1",
  "start 03-05T10:00:03.123Z p6 10.0.0.4:4000 > 203.0.113.4:6000 to 198.51.100.2:80 conn=77 dev=127.0.0.1/2",
  "release 03-05T10:00:08.123Z p6 10.0.0.4:4000 > 203.0.113.4:6000 to 198.51.100.2:80 conn=77 dev=127.0.0.1/2 start=03-05T10:00:03.123Z/1000",
];
/** Without the time of receipt, which is that of the making. */
const said = (row: Row): string => told(row).replace(/ other=\S+/, "");

describe.each(["plain", "lzo", "lz4", "bz2"])("an nfcapd file, %s", (name) => {
  it("says what the exporters said", () => {
    const read = parse(nfcapd, file(name));
    expect(read.rows.map(said)).toEqual(RECORDS);
    expect(read.rows.map((r) => r.line)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(read.rows[0]).not.toHaveProperty("sequence");
    expect([read.rejects, accounted(read), read.lines]).toEqual([[], 6, 6]);
  });

  it("says the same in blocks of any size and small batches", () => {
    const whole = parse(nfcapd, file(name));
    expect(parse(nfcapd, file(name), {}, { blocks: [3, 50, 17], capacity: 2 })).toEqual(whole);
  });

  it("is told from every other format", () => {
    const sample = { bytes: file(name), lines: [], name: "x", whole: true };
    const found = FORMATS.filter((f) => f.detect(sample, {}).score > 0).map((f) => f.id);
    expect(found).toEqual(["nfcapd"]);
  });

  it("loses no count and no record before the damage, wherever it is damaged", () => {
    const source = file(name);
    const whole = parse(nfcapd, source);
    let state = 7;
    const random = (n: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 4_294_967_296) * n);
    };
    for (let i = 0; i < 1500; i++) {
      const kind = random(3);
      const at = 40 + random(source.length - 40);
      const mutated = kind === 0 ? source.slice(0, at) : source.slice();
      if (kind === 1) mutated[at] = random(256);
      if (kind === 2) mutated.fill(random(256), at, at + 1 + random(20));
      const read = parse(nfcapd, mutated);
      expect(accounted(read), `mutation ${i}`).toBe(read.lines);
      const before = whole.rows.filter((r) => Number(r.offset) + Number(r.length) <= at);
      expect(read.rows.slice(0, before.length), `mutation ${i}`).toEqual(before);
    }
  });
});

it("what is packed or laid out otherwise is refused with the command that writes it anew", () => {
  const refused = (bytes: Uint8Array): string => {
    try {
      parse(nfcapd, bytes);
    } catch (error) {
      return `${(error as ProductError).message} ${(error as ProductError).mend}`;
    }
    return "read";
  };
  const later = file("plain");
  later[16] = 4;
  expect(refused(later)).toMatch(/packed with zstd.*nfdump -r FILE -w NEW/);
  const old = file("plain");
  old[2] = 1;
  expect(refused(old)).toMatch(/its layout is 1/);
  const turned = file("plain");
  turned.set([0xa5, 0x0c, 0, 2]);
  expect(refused(turned)).toMatch(/byte order/);
});

describe("unpacking a block", () => {
  it("verifies what bzip2 says of its own bytes", () => {
    const whole = file("bz2");
    const size = whole[44]! | (whole[45]! << 8);
    const packed = whole.slice(52, 52 + size);
    const bytes = unpackBzip2(packed, 10_000)!;
    expect(unpackBzip2(packed, bytes.length - 1)).toBeNull();
    for (let at = 0; at < packed.length; at++) {
      const damaged = packed.slice();
      damaged[at]! ^= 0x10;
      const read = unpackBzip2(damaged, 10_000);
      // The level of a stream says only how long its blocks may be.
      if (read !== null) expect(read, `byte ${at}`).toEqual(bytes);
    }
    expect(unpackBzip2(packed.subarray(0, packed.length - 5), 10_000)).toBeNull();
  });

  it("copies literals and overlapping matches (LZ4)", () => {
    // "abc" seven times: three literals, a match of 13 at distance 3, then five last literals.
    const packed = Uint8Array.from([0x39, 97, 98, 99, 3, 0, 0x50, 98, 99, 97, 98, 99]);
    expect(new TextDecoder().decode(unpackLz4(packed, 100) ?? undefined)).toBe("abc".repeat(7));
    expect(unpackLz4(packed, 20)).toBeNull();
    expect(unpackLz4(packed.subarray(0, 6), 100)).toBeNull();
    expect(unpackLz4(Uint8Array.from([0x10, 97, 9, 0, 0]), 100)).toBeNull();
  });

  it("copies literals and overlapping matches (LZO)", () => {
    // Four literals in the first instruction, a match of 8 at distance 2, the end.
    const packed = Uint8Array.from([21, 97, 98, 99, 100, 0x26, 4, 0, 0x11, 0, 0]);
    expect(new TextDecoder().decode(unpackLzo(packed, 100) ?? undefined)).toBe("abcdcdcdcdcd");
    expect(unpackLzo(packed, 8)).toBeNull();
    expect(unpackLzo(packed.subarray(0, 8), 100)).toBeNull();
    expect(unpackLzo(Uint8Array.from([21, 97, 98, 99, 100, 0x26, 40, 0, 0x11, 0, 0]), 100)).toBeNull();
  });
});

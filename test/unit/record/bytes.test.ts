import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AddressBook, formatIpv4, parseIpv4 } from "../../../shared/record/address";
import {
  ascii,
  displayText,
  findFar,
  findWord,
  isUtf8,
  latin1,
  parseAddress,
  parseHex,
  parseIpv4Bytes,
  parsePort,
  parseUint,
  withoutCr,
} from "../../../shared/record/bytes";

const bytes = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
const whole = <T>(f: (b: Uint8Array, from: number, to: number) => T, text: string) =>
  f(bytes(`9${text}9`), 1, text.length + 1);

describe("fields read from bytes", () => {
  it("reads any IPv4 address as its number, and never past the slice", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (n) => {
        expect(whole(parseIpv4Bytes, formatIpv4(n))).toBe(n);
      }),
    );
  });

  it("agrees with the text reader on anything that looks like an address", () => {
    const part = fc.oneof(
      fc.integer({ min: 0, max: 300 }).map(String),
      fc.constantFrom("", "0", "00", "01", "1a", " 1"),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 3, maxLength: 5 }), (parts) => {
        const text = parts.join(".");
        expect(whole(parseIpv4Bytes, text)).toBe(parseIpv4(text) ?? -1);
      }),
    );
  });

  it("gives the same id to an address and its IPv4-mapped form, and an IPv6 address one id", () => {
    const book = new AddressBook();
    const id = (text: string) => whole((b, f, t) => parseAddress(b, f, t, book), text);
    expect(id("::ffff:192.0.2.1")).toBe(id("192.0.2.1"));
    expect(id("2001:db8::1")).toBe(id("2001:0DB8:0:0:0:0:0:1"));
    expect(id("[2001:db8::1]")).toBe(id("2001:db8::1%eth0"));
    expect(id("example.org")).toBe(-1);
    expect(id("12:30:15")).toBe(-1);
  });

  it("has no port above 65535 and none that is the start of a longer number", () => {
    expect(whole(parsePort, "65535")).toBe(65_535);
    expect(whole(parsePort, "65536")).toBe(-1);
    expect(whole(parsePort, "123456")).toBe(-1);
    expect(whole(parsePort, "")).toBe(-1);
    expect(whole(parsePort, "-1")).toBe(-1);
  });

  it("refuses a number that a double cannot hold", () => {
    expect(whole(parseUint, "9007199254740991")).toBe(Number.MAX_SAFE_INTEGER);
    expect(whole(parseUint, "9007199254740992")).toBe(-1);
    expect(whole(parseHex, "DeadBeef")).toBe(0xdeadbeef);
    expect(whole(parseHex, "0x1")).toBe(-1);
  });

  it("keeps every byte of Latin-1, 0x80 to 0x9f included", () => {
    const all = new Uint8Array(10_000).map((_, i) => i & 255);
    const text = latin1(all, 0, all.length);
    expect([...text].map((c) => c.charCodeAt(0))).toEqual([...all]);
  });

  it("tells well-formed UTF-8 as the platform's fatal decoder does", () => {
    const fatal = new TextDecoder("utf-8", { fatal: true });
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0xc0, 0xe0, 0xed, 0xf0, 0xf4, 0x80, 0xa0, 0xbf),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6 }), fc.array(byte, { maxLength: 6 }), (a, b) => {
        for (const data of [a, Uint8Array.from(b)]) {
          let valid = true;
          try {
            fatal.decode(data);
          } catch {
            valid = false;
          }
          expect(isUtf8(data, 0, data.length)).toBe(valid);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("shows valid UTF-8 as text and any other byte as an escape", () => {
    const utf8 = new Uint8Array(Buffer.from("Zürich"));
    expect(displayText(utf8, 0, utf8.length)).toBe("Zürich");
    expect(whole(displayText, "Z\xfcrich")).toBe("Z\\xfcrich");
  });

  it("stays inside the slice when it searches", () => {
    const b = bytes("ab\ncd\r\n");
    expect(findFar(b, 10, 0, 2)).toBe(2);
    expect(findFar(b, 10, 0, 7)).toBe(2);
    expect(withoutCr(b, 3, 6)).toBe(5);
    expect(findWord(b, 0, 4, ascii("cd"))).toBe(-1);
    expect(findWord(b, 0, 5, ascii("cd"))).toBe(3);
  });
});

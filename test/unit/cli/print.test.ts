import { describe, expect, it } from "vitest";
import {
  bytes,
  count,
  endpoint,
  escaped,
  number,
  span,
  table,
  time,
  wrap,
} from "../../../electron/cli/print";

describe("text from evidence on a terminal", () => {
  it("shows control characters instead of obeying them", () => {
    expect(escaped("a\u001b[2Jb\rc\u0000\u0007")).toBe("a\\x1b[2Jb\\x0dc\\x00\\x07");
  });

  it("shows bidirectional and invisible characters, which could reverse or hide a name", () => {
    expect(escaped("x\u202egpj.exe\u200b\u2066")).toBe("x\\u202egpj.exe\\u200b\\u2066");
  });

  it("shows half a surrogate pair and keeps a whole one", () => {
    expect(escaped("\ud83d!")).toBe("\\ud83d!");
    expect(escaped("Zoë 😀 北京")).toBe("Zoë 😀 北京");
  });

  it("drops nothing: what was shown can be told from what was written", () => {
    expect(escaped("plain text, 100 % of it")).toBe("plain text, 100 % of it");
  });
});

describe("figures", () => {
  it("group thousands without a locale", () => {
    expect([0, 999, 1_000, 1_234_567].map(number)).toEqual(["0", "999", "1,000", "1,234,567"]);
    expect(count(1, "line")).toBe("1 line");
    expect(count(2, "party", "parties")).toBe("2 parties");
  });

  it("carry their unit", () => {
    expect([0, 999, 1_000, 999_949, 5_100_000_000].map(bytes)).toEqual([
      "0 B",
      "999 B",
      "1.0 kB",
      "1.0 MB",
      "5.1 GB",
    ]);
    expect(span(37_420_000, true)).toBe("+37.42 s");
    expect(span(-1_500)).toBe("-1.5 ms");
    expect(span(7_200_000_000, true)).toBe("+2 h 0 min");
    expect(span(0)).toBe("0 us");
  });

  it("show a time in UTC to the digits that it has", () => {
    expect(time(1_793_599_200_000_000)).toBe("2026-11-02T06:00:00Z");
    expect(time(1_793_599_200_250_000)).toBe("2026-11-02T06:00:00.250Z");
    expect(time(1_793_599_200_000_001)).toBe("2026-11-02T06:00:00.000001Z");
    expect(time(null)).toBe("-");
  });

  it("put an IPv6 address in brackets before its port", () => {
    expect(endpoint("2001:db8::1", 443)).toBe("[2001:db8::1]:443");
    expect(endpoint("198.51.100.7", 443)).toBe("198.51.100.7:443");
    expect(endpoint("2001:db8::1", null)).toBe("2001:db8::1");
  });
});

describe("a table", () => {
  it("aligns its columns and escapes its cells", () => {
    const lines = table(
      [{ title: "N", right: true }, { title: "NAME" }],
      [
        ["1", "a\tb"],
        ["200", "c"],
      ],
    );
    expect(lines).toEqual(["  N  NAME", "  1  a\\x09b", "200  c"]);
  });
});

describe("a long sentence", () => {
  it("breaks at spaces and loses no word", () => {
    const text = "one two three four five six seven eight nine ten";
    const lines = wrap(text, "  ", 20);
    expect(lines.every((line) => line.length <= 20)).toBe(true);
    expect(lines.map((line) => line.trim()).join(" ")).toBe(text);
  });
});

// What a crafted line cannot do to the eye of its reader.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesText, escaped, isPlain, piecesOf } from "../../../renderer/signs/escape";

describe("text out of evidence", () => {
  it("shows controls by their names and strips none", () => {
    expect(escaped("adm\u001b[2Kin\u0000")).toBe("adm<ESC>[2Kin<NUL>");
    expect(escaped("a\r\nb")).toBe("a<CR><LF>b");
  });
  it("names what reorders or hides text", () => {
    expect(escaped("/login?next=\u202egnp.exe")).toBe("/login?next=<U+202E>gnp.exe");
    for (const hidden of [
      "\u200b",
      "\u2066",
      "\ufeff",
      "\u00ad",
      "\u2028",
      "\u061c",
      "\ufe0f",
      "\ud800",
      "\u{e0041}",
    ])
      expect(isPlain(hidden), hidden.codePointAt(0)?.toString(16)).toBe(false);
  });
  it("names a letter of another script in a Latin word, and leaves words of that script alone", () => {
    expect(piecesOf("POST /l\u043egin")).toContainEqual({
      kind: "foreign",
      text: "\u043e",
      name: "Cyrillic U+043E",
    });
    expect(piecesOf("\u041c\u043e\u0441\u043a\u0432\u0430").every((piece) => piece.kind === "plain")).toBe(
      true,
    );
  });
  it("loses no character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(
          piecesOf(text)
            .map((piece) => piece.text)
            .join(""),
        ).toBe(text);
      }),
      { seed: 3, numRuns: 400 },
    );
  });
  it("shows bytes that are no UTF-8 as bytes", () => {
    expect(bytesText(Uint8Array.of(0x61, 0xff, 0x62))).toBe("a\\xffb");
    expect(bytesText(Uint8Array.of(0xc3, 0xa9))).toBe("é");
  });
});

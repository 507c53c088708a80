import { describe, expect, it } from "vitest";
import { ByteDictionary } from "../../../shared/formats/any/csv/byte-dictionary";

describe("ids of cell texts by their bytes", () => {
  it("gives one id a text, whatever its length, over many texts and every alignment", () => {
    const known = new Map<string, number>();
    let asked = 0;
    const idOf = (text: string): number => {
      asked++;
      if (!known.has(text)) known.set(text, known.size + 1);
      return known.get(text)!;
    };
    const dictionary = new ByteDictionary();
    const texts: string[] = ["", "\0", "\0\0", "a", "aa", "aaa\0", "aaa"];
    for (let i = 0; i < 30_000; i++)
      texts.push(`line-${(i * 7919) % 1_000_003}`, `${"x".repeat(i % 40)}${i}`);
    const bytes = texts.map((text) => Buffer.from(text, "latin1"));
    for (let round = 0; round < 2; round++) {
      bytes.forEach((text, i) => {
        const block = Buffer.concat([Buffer.from("?".repeat(i % 5)), text, Buffer.from("!!!!")]);
        const id = dictionary.id(block, i % 5, (i % 5) + text.length, idOf);
        expect(id).toBe(known.get(texts[i]!));
      });
    }
    expect(asked).toBe(new Set(texts).size);
  });

  it("keeps texts that differ only in their last byte or length apart", () => {
    const dictionary = new ByteDictionary();
    let next = 0;
    const id = (text: string): number =>
      dictionary.id(Buffer.from(text), 0, Buffer.byteLength(text), () => ++next);
    for (const length of [1, 3, 4, 5, 19, 20, 21, 64]) {
      const base = "s".repeat(length - 1);
      const [a, b, c] = [id(`${base}1`), id(`${base}2`), id(`${base}12`)];
      expect(new Set([a, b, c]).size).toBe(3);
      expect([id(`${base}1`), id(`${base}2`), id(`${base}12`)]).toEqual([a, b, c]);
    }
  });
});

// The window speaks every language wholly: no text without a translation, no translation without a text, none hard-coded.
import { expect, test } from "vitest";
import { GERMAN } from "../../../renderer/words/de/german";
import { ENGLISH_ONE } from "../../../renderer/words/english";
import { setLanguage, systemLanguage, type Text, t } from "../../../renderer/words/words";
import { hardCoded, parse, rendererFiles, usedTexts, wordsAt } from "./texts";

/** Findings and failures of the exhibit's check: they stay in the words of the stand-alone verifier, to be compared with it. */
const FINDINGS: readonly string[] = ["check", "data", "parts", "wasm-database"].map(
  (name) => `renderer/viewer/${name}.ts`,
);
/** Words that are the same in every language: names of programs, formats, units, keys, forms of a value. */
const SAME: readonly RegExp[] = [
  /^(Portwitness|verify\.mjs|UTC|±26 h|[A-Z][a-z]+\/[A-Z]\w+)$/,
  // What can take the focus, as a selector; a font; the platform's words for dragged files and for keys.
  /^button:not|px Inter, sans-serif$|^(Files|Space|Ctrl|Alt|Shift)$/,
  // Examples of what is typed into a field, in the language of the field.
  /^\+37\.42 s|^recorded,reference|^2026-|^time=col1|^re:\(|^FROM\/TO$|^age1\.\.\.$|^(srcIp|publicIp) in /,
  // Scripts by their names in Unicode.
  /^(Greek|Cyrillic|Armenian|Fullwidth)$/,
  // Units.
  /^\u0001?\/s$|^\u0001? ?µs$/,
];

const files = rendererFiles();
const used = files.flatMap((file) => usedTexts(parse(file)));
const base = (key: string): string => key.replace(/_(one|other)$/, "");
const placeholders = (words: string): string[] =>
  [...words.matchAll(/\{\{(\w+)\}\}|<(\w+)>/g)].map((found) => found[0]).sort();

test("every text of the window has a translation", () => {
  const known = new Set(Object.keys(GERMAN).map(base));
  expect(used.filter((one) => !known.has(one.text))).toEqual([]);
});

test("no translation is left over from a text that is gone", () => {
  const texts = new Set(used.map((one) => one.text));
  expect(Object.keys(GERMAN).filter((key) => !texts.has(base(key)))).toEqual([]);
  expect(Object.keys(ENGLISH_ONE).filter((key) => !texts.has(base(key)))).toEqual([]);
});

test("a text stands in one area's dictionary only", () => {
  const areas = import.meta.glob<Record<string, Record<string, string>>>("../../../renderer/words/de/*.ts", {
    eager: true,
  });
  const seen = new Map<string, string>();
  const twice: string[] = [];
  for (const [path, module] of Object.entries(areas)) {
    if (path.endsWith("/german.ts")) continue;
    for (const key of Object.values(module).flatMap((words) => Object.keys(words))) {
      if (seen.has(key)) twice.push(`${key} (${seen.get(key)}, ${path})`);
      seen.set(key, path);
    }
  }
  expect(twice).toEqual([]);
  expect(seen.size).toBe(Object.keys(GERMAN).length);
});

test("a translation fills the same places as its text", () => {
  // "One line" may leave its count out.
  for (const [key, words] of Object.entries(GERMAN))
    if (!key.endsWith("_one")) expect(placeholders(words), key).toEqual(placeholders(base(key)));
});

test("what is counted has a form for one in both languages", () => {
  const german = Object.keys(GERMAN);
  const plurals = german.filter((key) => key.endsWith("_other")).map(base);
  expect(german.filter((key) => key.endsWith("_one")).map(base)).toEqual(plurals);
  expect(Object.keys(ENGLISH_ONE).map(base).sort()).toEqual([...plurals].sort());
  const withCount = used.filter((one) => one.text.includes("{{count}}")).map((one) => one.text);
  expect(withCount.filter((one) => !plurals.includes(one))).toEqual([]);
});

test("no words stand hard-coded in the window", () => {
  const found = files
    .filter((file) => !FINDINGS.includes(file))
    .flatMap((file) => {
      const source = parse(file);
      return hardCoded(source)
        .filter((node) => !SAME.some((one) => one.test(wordsAt(node))))
        .map(
          (node) =>
            `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${wordsAt(node).slice(0, 60)}`,
        );
    });
  expect(found).toEqual([]);
});

test("the check sees words in text, attributes, choices, templates and properties", () => {
  const seen = (code: string) => hardCoded(parse("x.tsx", code)).map(wordsAt);
  expect(seen("const a = <b>Add files</b>;")).toEqual(["Add files"]);
  expect(seen('const a = <b title="Close" className="two words" />;')).toEqual(["Close"]);
  expect(seen('const a = <b>{open ? "open" : t("Close")}</b>;')).toEqual(["open"]);
  expect(seen("const a = <b>{`$" + "{n} of $" + "{m}`}</b>;")).toHaveLength(1);
  expect(seen('const a = { title: "Undo" }; say("It is done");')).toEqual(["Undo", "It is done"]);
  expect(seen('const a = <b title={t("Close")}>{t("Cancel")}</b>;')).toEqual([]);
});

test("numbers are grouped so that no reader takes thousands for a fraction", () => {
  const records: Text = "{{count}} records";
  setLanguage("de");
  expect(t(records, { count: 5_003_134 })).toBe("5\u202f003\u202f134 Datensätze");
  setLanguage("en");
  expect(t(records, { count: 5_003_134 })).toBe("5,003,134 records");
  expect(t(records, { count: 1 })).toBe("1 record");
});

test("the window starts in the first of the browser's languages that it speaks", () => {
  expect(systemLanguage(["fr-FR", "de-AT", "en-GB"])).toBe("de");
  expect(systemLanguage(["fr-FR"])).toBe("en");
});

// What the formats, the ledger and the engine's progress say has its German; what quotes evidence is carried over as it is.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { checkLanguage } from "../../../electron/engine/report/words";
import { OPERATIONS } from "../../../shared/contract/contract";
import { said } from "../../../shared/german/german";

test("a reject's reason, with what it quotes", () => {
  const german = (reason: string) => said(reason, "de", "reason");
  expect(german('"24/Foo/2026:10:00:00" is no time')).toEqual({
    text: '"24/Foo/2026:10:00:00" ist keine Zeit',
    lang: "de",
  });
  expect(german("it has 11 columns, the header 12").text).toBe("sie hat 11 Spalten, der Kopf 12");
  expect(german("the line is longer than 16777216 bytes").lang).toBe("de");
  expect(german("something that no format says")).toEqual({
    text: "something that no format says",
    lang: "en",
  });
  expect(said("it has no time", "en", "reason")).toEqual({ text: "it has no time", lang: "en" });
});

test("the reasons that the formats give, nearly all: one of a new format may stay English", () => {
  const root = resolve(import.meta.dirname, "../../../shared/formats");
  const reasons = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => [
      ...readFileSync(join(root, name), "utf8").matchAll(/reject: "([^"]+)"|reject\("([^"]+)"\)/g),
    ])
    .map((found) => found[1] ?? found[2]!);
  expect(reasons.length).toBeGreaterThan(20);
  const english = reasons.filter((reason) => said(reason, "de", "reason").lang !== "de");
  expect(english.length, english.join("\n")).toBeLessThan(reasons.length / 5);
});

test("every act that an operation can make", () => {
  const acts = Object.values(OPERATIONS).flatMap(({ act }) => (act === null ? [] : [act]));
  expect(acts.length).toBeGreaterThan(15);
  expect(acts.filter((act) => said(act, "de", "action").lang !== "de")).toEqual([]);
});

test("what the engine says that it does", () => {
  const root = resolve(import.meta.dirname, "../../../electron/engine");
  const doing = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => [
      ...readFileSync(join(root, name), "utf8").matchAll(/doing(?:: |\()["`]([^"`]+)["`]/g),
    ])
    // A place that code fills is filled by a word here.
    .map((found) => found[1]!.replace(/\$\{entry\.seq\}/, "7").replace(/\$\{[^}]+\}/g, "evidence.add"));
  expect(doing.length).toBeGreaterThan(15);
  expect(doing.filter((one) => said(one, "de", "doing").lang !== "de")).toEqual([]);
});

test("a case in a language without a report is refused, with those that there are", () => {
  for (const language of ["en", "de", "de-AT", "en_GB"]) expect(() => checkLanguage(language)).not.toThrow();
  for (const language of ["fr", "", "deutsch"])
    expect(() => checkLanguage(language)).toThrow(
      expect.objectContaining({ code: "usage", mend: expect.stringMatching(/en.*de/) }),
    );
});

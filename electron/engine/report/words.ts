// The report's words by language (./words-en.ts, ./words-de.ts), and the ledger's sentences in it.
import { ProductError } from "../../../shared/errors";
import { said } from "../../../shared/german/german";
import type { LedgerText } from "./model";
import { de } from "./words-de";
import { en } from "./words-en";
import type { Words } from "./words-model";

export type { Words };

/** Words of a language tag; English where the case's language has none. */
export const wordsOf = (language: string): Words => (language.toLowerCase().startsWith("de") ? de : en);
export const languageOf = (language: string): string =>
  language.toLowerCase().startsWith("de") ? "de" : "en";

/** Throws "usage" for a language that reports are not written in: an English report in its place would surprise a court. */
export function checkLanguage(language: string): void {
  if (/^(?:en|de)(?:[-_][a-z0-9]+)*$/i.test(language)) return;
  throw new ProductError(
    "usage",
    `No report is written in the language "${language}".`,
    "Reports are written in en (English) or de (German).",
  );
}

/** A sentence of the ledger in the report's language, marked where it has to stay in the ledger's own. */
export function ledgerText(english: string, lang: string): LedgerText {
  const shown = said(english, lang);
  return { text: shown.text, foreign: shown.lang !== lang };
}

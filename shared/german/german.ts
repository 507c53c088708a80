// The engine's statements in German. They are made, kept in the ledger and replayed in English alone, so that their bytes
// depend on no language; whoever shows them to a German reader translates them here, sentence by sentence, with figures
// and names carried over. A text with a sentence that is not known stays English as a whole: half a translation would
// hide what it left out.
import { CLOCK } from "./clock";
import { COMPLETENESS } from "./completeness";
import { translated } from "./patterns";
import { READINESS } from "./readiness";

const SENTENCES = [...READINESS, ...COMPLETENESS, ...CLOCK];

/** The statement in German, or null where one of its sentences is not known. */
export const inGerman = (statement: string): string | null => translated(statement, SENTENCES);

/** A statement as a reader of this language is to see it, and the language that it is then in. */
export function said(
  statement: string,
  language: string,
): { readonly text: string; readonly lang: "en" | "de" } {
  const german = language === "de" ? inGerman(statement) : null;
  return german === null ? { text: statement, lang: "en" } : { text: german, lang: "de" };
}

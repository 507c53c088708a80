// The engine's statements in German. They are made, kept in the ledger and replayed in English alone, so that their bytes
// depend on no language; whoever shows them to a German reader translates them here, sentence by sentence, with figures
// and names carried over. A text with a sentence that is not known stays English as a whole: half a translation would
// hide what it left out.
import { actionInGerman, doingInGerman, resultInGerman } from "./acts";
import { CLOCK } from "./clock";
import { COMPLETENESS } from "./completeness";
import { type FigureStyle, styled, translated } from "./patterns";
import { READINESS } from "./readiness";
import { reasonInGerman } from "./rejects";

const SENTENCES = [...READINESS, ...COMPLETENESS, ...CLOCK];

/** The statement in German, or null where one of its sentences is not known. */
export const inGerman = (statement: string): string | null => printed(translated(statement, SENTENCES));

const printed = (german: string | null): string | null => german && styled(german, "print");

/** What a text is, so that a pattern of one kind takes none of another. */
const KINDS = {
  statement: (english) => translated(english, SENTENCES),
  reason: reasonInGerman,
  action: actionInGerman,
  result: resultInGerman,
  doing: doingInGerman,
} as const satisfies Readonly<Record<string, (english: string) => string | null>>;

export type SaidKind = keyof typeof KINDS;

/** A text of the engine as a reader of this language is to see it, and the language that it is then in. */
export function said(
  statement: string,
  language: string,
  kind: SaidKind = "statement",
  figures: FigureStyle = "print",
): { readonly text: string; readonly lang: "en" | "de" } {
  const german = language === "de" ? KINDS[kind](statement) : null;
  return german === null ? { text: statement, lang: "en" } : { text: styled(german, figures), lang: "de" };
}

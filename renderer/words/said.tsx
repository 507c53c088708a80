// A statement of the engine (readiness, completeness, a clock) in the window's language; one that has no translation keeps
// its English and is marked as such, for screen readers too.
import type { Progress } from "../../shared/contract/messages";
import { type SaidKind, said } from "../../shared/german/german";
import { language } from "./words";

export function Said({ text, kind = "statement" }: { text: string; kind?: SaidKind }) {
  const shown = said(text, language(), kind, "window");
  return <span lang={shown.lang}>{shown.text}</span>;
}

/** A text of the engine where only text can stand; one without translation stays English. */
export const saidText = (text: string, kind: SaidKind): string => said(text, language(), kind, "window").text;

/** What is being done, and how far it is: "Sorting the records, 43 %". */
export function Doing({ progress }: { progress: Progress }) {
  return (
    <>
      <Said kind="doing" text={progress.doing} />
      {percentOf(progress)}
    </>
  );
}

/** The same as plain text. */
export const doingText = (progress: Progress): string =>
  `${saidText(progress.doing, "doing")}${percentOf(progress)}`;

const percentOf = ({ done, total }: Progress): string =>
  total ? `, ${Math.floor((100 * done) / total)} %` : "";

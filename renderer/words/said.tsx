// A statement of the engine (readiness, completeness, a clock) in the window's language; one that has no translation keeps
// its English and is marked as such, for screen readers too.
import type { Progress } from "../../shared/contract/messages";
import { said } from "../../shared/german/german";
import { language } from "./words";

export function Said({ text }: { text: string }) {
  const shown = said(text, language());
  return <span lang={shown.lang}>{shown.text}</span>;
}

/** What is being done, and how far it is: "Sorting the records, 43 %". */
export function Doing({ progress }: { progress: Progress }) {
  return (
    <>
      <Said text={progress.doing} />
      {percentOf(progress)}
    </>
  );
}

/** The same as plain text. */
export const doingText = (progress: Progress): string =>
  `${said(progress.doing, language()).text}${percentOf(progress)}`;

const percentOf = ({ done, total }: Progress): string =>
  total ? `, ${Math.floor((100 * done) / total)} %` : "";

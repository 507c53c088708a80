// A statement of the engine (readiness, completeness, a clock) in the window's language; one that has no translation keeps
// its English and is marked as such, for screen readers too.
import { said } from "../../shared/german/german";
import { language } from "./words";

export function Said({ text }: { text: string }) {
  const shown = said(text, language());
  return <span lang={shown.lang}>{shown.text}</span>;
}

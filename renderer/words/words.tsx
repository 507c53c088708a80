// The window's words in the analyst's language. English is written where it is used and is itself the key; every other
// language is a complete dictionary, held so by the compiler: `t` takes no text that the dictionary lacks. What the engine
// says (statements, refusals, mends) and what stands in evidence is never translated here.
import i18next from "i18next";
import { Fragment, type ReactNode } from "react";
import { GERMAN } from "./de/german";
import { ENGLISH_ONE } from "./english";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

/** An English text of the window that every language has. A plural is keyed by its form for many: "{{count}} lines". */
export type Text = Base<keyof typeof GERMAN>;
type Base<K extends string> = K extends `${infer B}_one` ? B : K extends `${string}_other` ? never : K;
type Values = Readonly<Record<string, string | number>>;

/** Thousands by comma in English, by a narrow no-break space elsewhere: a point would read as a decimal (ISO 80000-1). */
export const grouped = (n: number): string =>
  String(n).replace(/\B(?=(\d{3})+(?!\d))/g, i18next.language === "de" ? "\u202f" : ",");

void i18next.init({
  lng: "en",
  fallbackLng: "en",
  initAsync: false,
  // Texts are keys: points and colons in them are points and colons.
  keySeparator: false,
  nsSeparator: false,
  returnNull: false,
  resources: { en: { translation: ENGLISH_ONE }, de: { translation: GERMAN } },
  interpolation: {
    // React escapes what it shows.
    escapeValue: false,
  },
});

export const language = (): Language => (i18next.language === "de" ? "de" : "en");
export function setLanguage(to: Language): void {
  void i18next.changeLanguage(to);
}
/** The first of the browser's languages that the window speaks. */
export const systemLanguage = (asked: readonly string[]): Language =>
  asked.map((one) => one.slice(0, 2).toLowerCase()).find((one): one is Language => one in LANGUAGES) ?? "en";

/** The text in the window's language, its `{{names}}` filled; a number is grouped, and `count` chooses the plural. */
export function t(text: Text | Kept, values?: Values): string {
  const key = typeof text === "string" ? text : text.kept;
  if (!values) return i18next.t(key);
  const replace = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === "number" ? grouped(value) : value]),
  );
  return i18next.t(key, { replace, ...(typeof values.count === "number" ? { count: values.count } : {}) });
}

/** A text that is kept in a table until `t` shows it: no string, so that none is shown untranslated. */
export interface Kept {
  readonly kept: Text;
}
export const text = (kept: Text): Kept => ({ kept });

/**
 * A sentence with parts that are not plain text. `{{name}}` is filled by a node, `<tag>words</tag>` by what `tags` makes of
 * the words (`b` and `code` are known). The values are never parsed, so that evidence in them stays what it is.
 */
export function Rich({
  text: key,
  values = {},
  tags = {},
}: {
  text: Text;
  values?: Readonly<Record<string, ReactNode>>;
  tags?: Readonly<Record<string, (words: ReactNode) => ReactNode>>;
}) {
  const count = typeof values.count === "number" ? { count: values.count } : {};
  const template = i18next.t(key, { ...count, skipInterpolation: true });
  return <>{richParts(template, values, tags)}</>;
}

const fill = (words: string, values: Readonly<Record<string, ReactNode>>): ReactNode[] =>
  words.split(/\{\{(\w+)\}\}/).map((part, i) => {
    if (i % 2 === 0) return part;
    const value = values[part];
    return <Fragment key={part}>{typeof value === "number" ? grouped(value) : value}</Fragment>;
  });

function richParts(
  template: string,
  values: Readonly<Record<string, ReactNode>>,
  tags: Readonly<Record<string, (words: ReactNode) => ReactNode>>,
): ReactNode[] {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const found of template.matchAll(/<(\w+)>(.*?)<\/\1>/gs)) {
    parts.push(...fill(template.slice(at, found.index), values));
    const [whole, tag = "", inner = ""] = found;
    const words = <>{fill(inner, values)}</>;
    const make =
      tags[tag] ?? (tag === "code" ? (w: ReactNode) => <code>{w}</code> : (w: ReactNode) => <b>{w}</b>);
    parts.push(<Fragment key={`${tag}${found.index}`}>{make(words)}</Fragment>);
    at = found.index + whole.length;
  }
  parts.push(...fill(template.slice(at), values));
  return parts;
}

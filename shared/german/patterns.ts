// Sentences of the engine as patterns, each with how it reads in German. A pattern takes exactly one sentence.

export type Sentence = readonly [pattern: RegExp, german: (found: readonly (string | undefined)[]) => string];

/** How figures are written: as German print has them, "92.979,25", or as the window does, "92 979.25" (ISO 80000-1). */
export type FigureStyle = "print" | "window";

// Which point is a figure's, and which a sentence's, an address's or a version's, is known only where the figure is filled
// in; until a style is chosen these two stand for its signs.
const THOUSAND = "\ue000";
const DECIMAL = "\ue001";
const SIGNS = {
  print: { [THOUSAND]: ".", [DECIMAL]: "," },
  window: { [THOUSAND]: "\u202f", [DECIMAL]: "." },
} as const;

/** "92,979.25", its signs open; `styled` settles them. */
export const figure = (english: string | undefined): string =>
  (english ?? "").replace(/[.,]/g, (sign) => (sign === "." ? DECIMAL : THOUSAND));

export const styled = (text: string, style: FigureStyle): string =>
  text.replace(/[\ue000\ue001]/g, (sign) => SIGNS[style][sign as keyof (typeof SIGNS)["print"]]);

// Places of a sentence: {n} a figure, {t} a moment, {x} a name or a phrase; a phrase never holds the end of a sentence, so
// that a sentence which is not known cannot pass as part of one that is.
const PLACES: Readonly<Record<string, string>> = {
  n: "([+-]?\\d[\\d,]*(?:\\.\\d+)?)",
  t: "(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d)",
  x: "((?:(?!\\. ).)+?)",
};
const PLACE = /\{([ntx])\}/g;

/** Sticky, and up to a space or the end. */
const sentence = (source: string, end = "(?= |$)"): RegExp => new RegExp(`${source}${end}`, "y");

/** An English sentence with places, and the German with the same ones by their numbers: {1}, {2}. */
export const plain = (english: string, german: string): Sentence => places(english, german);

/** A text that is no sentence, and is known as a whole or not at all. */
export const phrase = (english: string, german: string): Sentence => places(english, german, "$");

function places(english: string, german: string, end?: string): Sentence {
  const kinds = [...english.matchAll(PLACE)].map((m) => m[1]!);
  const source = english
    .split(PLACE)
    .map((part, i) => (i % 2 === 0 ? part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : PLACES[part]!))
    .join("");
  const filled = (found: readonly (string | undefined)[]) =>
    german.replace(/\{(\d)\}/g, (_, n: string) => {
      const text = found[Number(n) - 1] ?? "";
      return kinds[Number(n) - 1] === "n" ? figure(text) : text;
    });
  return [sentence(source, end), filled];
}

/** A regular expression with places, and what its groups say in German. */
export const built = (source: string, german: Sentence[1]): Sentence => [
  sentence(source.replace(PLACE, (_, kind: string) => PLACES[kind]!)),
  german,
];

/** The text sentence by sentence, or null where one of them is not known. */
export function translated(text: string, known: readonly Sentence[]): string | null {
  const out: string[] = [];
  for (let at = 0; at < text.length; ) {
    let next: string | null = null;
    for (const [pattern, german] of known) {
      pattern.lastIndex = at;
      const found = pattern.exec(text);
      if (!found) continue;
      next = german(found.slice(1));
      at += found[0].length + 1;
      break;
    }
    if (next === null) return null;
    out.push(next);
  }
  return out.join(" ");
}

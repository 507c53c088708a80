// Reading configuration text: logical lines with the number of their first physical line, and words with quotes.

export interface ConfigLine {
  readonly text: string;
  readonly line: number;
  readonly file: string;
}

/** Lines without comments and blank ones. `join`: how a line goes on in the next. */
export function configLines(
  file: { path: string; text: string },
  join: "backslash" | "indent" | "none",
): ConfigLine[] {
  const out: { text: string; line: number; file: string }[] = [];
  const lines = file.text.replace(/^\uFEFF/, "").split(/\r?\n/);
  let open = false;
  lines.forEach((raw, i) => {
    const goesOn = join === "backslash" && /\\$/.test(raw);
    const text = goesOn ? raw.slice(0, -1) : raw;
    const comment = /^\s*#/.test(raw);
    if (join === "indent") {
      // Postfix: comments and blank lines do not end a logical line; a line that begins with white space continues it.
      if (comment || raw.trim() === "") return;
      if (/^\s/.test(raw) && out.length > 0) {
        out[out.length - 1]!.text += ` ${raw.trim()}`;
        return;
      }
      out.push({ text: raw.trim(), line: i + 1, file: file.path });
      return;
    }
    if (open && out.length > 0) out[out.length - 1]!.text += ` ${text.trim()}`;
    else if (!comment && text.trim() !== "") out.push({ text: text.trim(), line: i + 1, file: file.path });
    else if (!goesOn) return;
    open = goesOn && (open || !comment);
  });
  return out;
}

/** Words of a line: quoted with " or ' (a backslash keeps the next character), else by white space. */
export function words(text: string): string[] {
  const out: string[] = [];
  let word = "";
  let quote = "";
  let begun = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quote !== "") {
      if (c === "\\" && i + 1 < text.length && (text[i + 1] === quote || text[i + 1] === "\\"))
        word += text[++i];
      else if (c === quote) quote = "";
      else word += c;
    } else if (!begun && (c === '"' || c === "'")) {
      quote = c;
      begun = true;
    } else if (/\s/.test(c)) {
      if (begun) out.push(word);
      word = "";
      begun = false;
    } else {
      word += c;
      begun = true;
    }
  }
  if (begun) out.push(word);
  return out;
}

/** Follows a pattern's include at most so deep, as servers do; a file that includes itself ends there. */
export const INCLUDE_DEPTH = 16;

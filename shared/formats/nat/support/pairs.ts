// `key=value key="quoted value"` pairs, as firewalls and NATs write them, found from one equals sign to the next.

const isKeyByte = (c: number): boolean =>
  isLetter(c) || (c >= 48 && c <= 57) || c === 95 || c === 46 || c === 45;
const isLetter = (c: number): boolean => (c >= 65 && c <= 90) || (c >= 97 && c <= 122);
/** What \\s is; above latin1 the pattern itself decides. */
const isBlank = (c: number): boolean =>
  c === 32 || (c >= 9 && c <= 13) || c === 160 || (c > 255 && /\s/.test(String.fromCharCode(c)));

/** A value in quotes, in which a backslash takes the next character as it is. */
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;

/**
 * The pairs of a text; of a key that stands twice the last. A key begins with a letter. A bare value ends at a blank, or
 * with `separator` "," at a comma; blanks may then stand around "=".
 */
export function pairs(text: string, separator: " " | "," = " "): Map<string, string> {
  const commas = separator === ",";
  const out = new Map<string, string>();
  let from = 0;
  for (let sign = text.indexOf("="); sign >= 0; sign = text.indexOf("=", from)) {
    let end = sign;
    if (commas) while (end > from && isBlank(text.charCodeAt(end - 1))) end--;
    let at = end;
    while (at > from && isKeyByte(text.charCodeAt(at - 1))) at--;
    while (at < end && !isLetter(text.charCodeAt(at))) at++;
    if (at === end) {
      // Text without a key before this sign: what follows may be the next key.
      from = sign + 1;
      continue;
    }
    let value = sign + 1;
    if (commas) while (value < text.length && isBlank(text.charCodeAt(value))) value++;
    const key = text.slice(at, end);
    if (text.charCodeAt(value) === 34) {
      QUOTED.lastIndex = value;
      const m = QUOTED.exec(text);
      if (m) {
        out.set(key, m[1]!);
        from = QUOTED.lastIndex;
        continue;
      }
    }
    if (commas) {
      const comma = text.indexOf(",", value);
      from = comma < 0 ? text.length : comma;
      out.set(key, text.slice(value, from).trim());
    } else {
      from = value;
      while (from < text.length && !isBlank(text.charCodeAt(from))) from++;
      out.set(key, text.slice(value, from));
    }
  }
  return out;
}

// Text out of evidence may be crafted: a control or bidi character can hide or reorder what stands beside it, a Cyrillic
// letter can pass for a Latin one (Unicode TR 36 and 39). Nothing is stripped; what cannot be seen is named in a box.

export type Piece =
  | { readonly kind: "plain"; readonly text: string }
  | { readonly kind: "escape"; readonly text: string; readonly name: string }
  | { readonly kind: "foreign"; readonly text: string; readonly name: string };

const C0 = [
  "NUL",
  "SOH",
  "STX",
  "ETX",
  "EOT",
  "ENQ",
  "ACK",
  "BEL",
  "BS",
  "TAB",
  "LF",
  "VT",
  "FF",
  "CR",
  "SO",
  "SI",
  "DLE",
  "DC1",
  "DC2",
  "DC3",
  "DC4",
  "NAK",
  "SYN",
  "ETB",
  "CAN",
  "EM",
  "SUB",
  "ESC",
  "FS",
  "GS",
  "RS",
  "US",
];

/** Controls, format and bidi characters, separators that break lines, private use, surrogates alone, and the soft hyphen. */
const HIDDEN =
  /\u034f|[\ufe00-\ufe0f]|[\u180b-\u180d]|[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffd\ue000-\uf8ff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\udb40[\udc00-\udfff]/;
const FOREIGN = /[\u0370-\u03ff\u0400-\u052f\u0530-\u058f\uff21-\uff3a\uff41-\uff5a]/;
const LATIN = /[A-Za-z\u00c0-\u024f]/;
const SUSPECT = new RegExp(`${HIDDEN.source}|${FOREIGN.source}`);

const codeName = (char: string): string =>
  `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

function nameOf(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code < 32) return C0[code] ?? codeName(char);
  if (code === 127) return "DEL";
  return codeName(char);
}

const scriptOf = (char: string): string => {
  const code = char.codePointAt(0) ?? 0;
  return code < 0x400 ? "Greek" : code < 0x530 ? "Cyrillic" : code < 0x590 ? "Armenian" : "Fullwidth";
};

export const isPlain = (text: string): boolean => !SUSPECT.test(text);

export function piecesOf(text: string): Piece[] {
  if (isPlain(text)) return text === "" ? [] : [{ kind: "plain", text }];
  const out: Piece[] = [];
  let plain = "";
  const flush = () => {
    if (plain) out.push({ kind: "plain", text: plain });
    plain = "";
  };
  // A word is a run of letters; a letter of another script counts only beside Latin ones.
  const words = text.split(/([\p{L}\p{M}]+)/u);
  for (const word of words) {
    const mixed = FOREIGN.test(word) && LATIN.test(word);
    for (const char of word) {
      if (HIDDEN.test(char)) {
        flush();
        out.push({ kind: "escape", text: char, name: nameOf(char) });
      } else if (mixed && FOREIGN.test(char)) {
        flush();
        out.push({ kind: "foreign", text: char, name: `${scriptOf(char)} ${codeName(char)}` });
      } else plain += char;
    }
  }
  flush();
  return out;
}

/** The text with every hidden character written out, for a tooltip or the clipboard. */
export const escaped = (text: string): string =>
  piecesOf(text)
    .map((piece) =>
      piece.kind === "plain" ? piece.text : piece.kind === "foreign" ? piece.text : `<${piece.name}>`,
    )
    .join("");

/** Bytes as text: UTF-8 where they are valid, else each stray byte as \xNN. */
export function bytesText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    let out = "";
    for (const byte of bytes)
      out += byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
    return out;
  }
}

export const latin1Bytes = (text: string): Uint8Array =>
  Uint8Array.from(text, (char) => char.charCodeAt(0) & 0xff);
export const base64Bytes = (text: string): Uint8Array => latin1Bytes(atob(text));

// Objects that stand over several lines: JSON as `aws logs`, `gcloud logging read`, `az`, Elasticsearch and `journalctl -o
// json-pretty` print it, and the journal's export format. Their lines are held until the object ends; what stands around
// the objects (brackets, tokens, the names of lists) is no entry.
// Sources: AWS CLI user guide, "Control command output"; gcloud --format=json; journalctl(1) --output; systemd, "Journal
// Export Formats".

export interface HeldLine {
  readonly offset: number;
  readonly length: number;
}

/** An object's lines, joined by LF. */
export interface HeldObject {
  text: string;
  readonly line: number;
  readonly parts: HeldLine[];
}

export type Fed =
  /** The line is none of an object's. */
  | "other"
  /** It is kept until its object ends. */
  | "held"
  /** It stands around objects; so do the lines given, which were held. */
  | { readonly frame: readonly HeldLine[] }
  /** Its object is whole. `again`: the line at hand is not part of it and is to be fed once more. */
  | { readonly done: HeldObject; readonly again?: true }
  /** An object that does not come to an end. */
  | { readonly broken: HeldObject };

const LIST = /^[ \t]*"(?:logEvents|events|records|hits|entries|value|tables)"\s*:\s*\[\s*(?:\]\s*,?\s*)?$/;
const AROUND =
  /^[ \t]*(?:[[\]{}]+[ \t]*,?|"[\w@.$ -]{1,60}"\s*:\s*(?:[[{][ \t]*[\]}]?|"(?:[^"\\]|\\.)*"|-?[\d.]+|true|false|null)\s*,?)[ \t]*$/;
const EXPORT = /^__(?:CURSOR|REALTIME_TIMESTAMP)=/;
/** No entry has more; what has is no list of entries. */
const MOST_LINES = 5_000;
const MOST_TEXT = 1_048_576;

/** Whether a line with this first byte and length may be the first of an object's, or stand around objects. */
export function mayBegin(c: number, length: number): boolean {
  // A bracket of either kind stands alone there.
  if (c === 123 || c === 91) return length < 8;
  return c === 32 || c === 93 || c === 95 || c === 125 || c === 9;
}

export class ObjectLines {
  private held: HeldObject | null = null;
  /** How the object's last line begins; null for one of the journal's export. */
  private closing: string | null = null;
  /** Objects were here: brackets and names alone on a line are theirs. */
  private framed = false;

  get open(): boolean {
    return this.held !== null;
  }

  feed(text: string, line: number, offset: number, length: number): Fed {
    const part = { offset, length };
    const { held } = this;
    if (held === null) return this.begin(text, line, part);
    if (this.closing === null) {
      if (text === "" || text.startsWith("__CURSOR=")) return this.done(true);
    } else if (held.text.startsWith("{") && held.parts.length < 100 && LIST.test(text)) {
      // The object is the list's own: its entries come one by one.
      if (indent(text) > indent(this.closing) && this.closing === "}") {
        this.held = null;
        return { frame: [...held.parts, part] };
      }
    }
    held.text += `\n${text}`;
    held.parts.push(part);
    if (this.closing !== null && text.startsWith(this.closing)) return this.done(false);
    if (held.parts.length < MOST_LINES && held.text.length < MOST_TEXT) return "held";
    this.held = null;
    return { broken: held };
  }

  /** What is left at the end of the file. */
  finish(): { readonly done: HeldObject } | { readonly broken: HeldObject } | null {
    const { held } = this;
    this.held = null;
    return held && (this.closing === null ? { done: held } : { broken: held });
  }

  private begin(text: string, line: number, part: HeldLine): Fed {
    const at = indent(text);
    if (text.length === at + 1 && text.charCodeAt(at) === 123) {
      this.closing = `${text.slice(0, at)}}`;
      // The indent is no part of the text, so that an object's text begins with its bracket.
      this.held = { text: "{", line, parts: [part] };
    } else if (EXPORT.test(text)) {
      this.closing = null;
      this.held = { text, line, parts: [part] };
    } else if (text === "[" || (this.framed && AROUND.test(text))) {
      this.framed = true;
      return { frame: [part] };
    } else return "other";
    this.framed = true;
    return "held";
  }

  private done(again: boolean): Fed {
    const done = this.held!;
    this.held = null;
    return again ? { done, again } : { done };
  }
}

function indent(text: string): number {
  let i = 0;
  while (text.charCodeAt(i) === 32 || text.charCodeAt(i) === 9) i++;
  return i;
}

/** True for the text of such an object, as ObjectLines gives it or as a record's bytes hold it. */
export const isObjectText = (text: string): boolean =>
  text.includes("\n") && (/^[ \t]*\{\n/.test(text) || EXPORT.test(text));

/** The object as JSON on one line; null where it is none. */
export function onOneLine(text: string): string | null {
  if (EXPORT.test(text)) return exported(text);
  try {
    const value: unknown = JSON.parse(text.trim().replace(/[,\]\s]+$/, ""));
    return value !== null && typeof value === "object" ? JSON.stringify(value) : null;
  } catch {
    return null;
  }
}

/** An entry of the journal's export: KEY=VALUE lines. A value with a line break in it stands in binary form, whose end is not a line's. */
function exported(text: string): string | null {
  const out: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const m = /^([A-Z0-9_]{1,64})=(.*)$/s.exec(line);
    if (!m) return null;
    // A field may stand several times; of those that say who wrote, one.
    if (out[m[1]!] !== undefined && /^(?:MESSAGE|_PID|SYSLOG_|__)/.test(m[1]!)) return null;
    out[m[1]!] = m[2]!;
  }
  return JSON.stringify(out);
}

// Free text of the ledger (notes, filter values, paths), kept beside it. A line holds only SHA-256(salt || text), so that
// a text can be disclosed, withheld or erased without breaking the chain; the salt keeps a short text from being guessed.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { base64, concat, hex, unbase64, utf8 } from "../../../shared/custody/bytes";
import type { Json } from "./act";
import { crashPoint } from "./crash-points";
import { appendFile, sha256, sizeOf } from "./files";

export const TEXTS = "texts.jsonl";

export interface HiddenText {
  /** What stands in the ledger: lower-case hex. */
  readonly hidden: string;
  /** 16 bytes, base64. */
  readonly salt: string;
  readonly text: string;
}

/** The hash in a reference, or null where the value is none. */
export function hiddenHash(value: Json | undefined): string | null {
  if (value === null || value === undefined || typeof value !== "object" || Array.isArray(value)) return null;
  const { hidden } = value as { readonly [key: string]: Json };
  return typeof hidden === "string" && Object.keys(value).length === 1 ? hidden : null;
}

export const textHash = (salt: Uint8Array, text: string): string => hex(sha256(concat(salt, utf8(text))));

export const formatText = (entry: HiddenText): string =>
  `${JSON.stringify({ hidden: entry.hidden, salt: entry.salt, text: entry.text })}\n`;

/** Entries of a texts file, and the lines that are none or whose text does not have their hash. A torn last line counts as none. */
export function parseTexts(content: string): { entries: Map<string, HiddenText>; bad: number[] } {
  const entries = new Map<string, HiddenText>();
  const bad: number[] = [];
  const lines = content.split("\n");
  lines.pop();
  for (const [index, line] of lines.entries()) {
    try {
      const entry = JSON.parse(line) as HiddenText;
      const salt = unbase64(entry.salt);
      if (salt?.length !== 16 || textHash(salt, entry.text) !== entry.hidden) bad.push(index + 1);
      else entries.set(entry.hidden, entry);
    } catch {
      bad.push(index + 1);
    }
  }
  return { entries, bad };
}

/** Every hidden-text hash in a value, in order. `except` leaves out what stands under certain keys. */
export function hiddenIn(value: Json, except: ReadonlySet<string> = new Set()): string[] {
  const own = hiddenHash(value);
  if (own !== null) return [own];
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item) => hiddenIn(item, except));
  if (value === null || typeof value !== "object") return [];
  const object = value as { readonly [key: string]: Json };
  return Object.keys(object)
    .sort()
    .filter((key) => !except.has(key))
    .flatMap((key) => hiddenIn(object[key]!, except));
}

export class Texts {
  private readonly file: string;
  private readonly entries: Map<string, HiddenText>;
  /** References given out for the act that is being prepared: equal text, equal reference. */
  private readonly pending = new Map<string, string>();
  private size: number;

  constructor(folder: string) {
    this.file = join(folder, TEXTS);
    this.entries = existsSync(this.file) ? parseTexts(readFileSync(this.file, "utf8")).entries : new Map();
    this.size = sizeOf(this.file) ?? 0;
  }

  /** Stores the text durably, before any line refers to it. */
  hide(text: string): Json {
    const known = this.pending.get(text);
    if (known !== undefined) return { hidden: known };
    const salt = new Uint8Array(randomBytes(16));
    const entry = { hidden: textHash(salt, text), salt: base64(salt), text };
    crashPoint("text.before");
    // A torn line of a killed process must not swallow the next entry.
    const lead = this.endsTorn() ? "\n" : "";
    this.size = appendFile(this.file, utf8(lead + formatText(entry)), this.size, "text.during");
    crashPoint("text.after");
    this.entries.set(entry.hidden, entry);
    this.pending.set(text, entry.hidden);
    return { hidden: entry.hidden };
  }

  entry(hash: string): HiddenText | undefined {
    return this.entries.get(hash);
  }

  reveal(reference: Json): string | null {
    const hash = hiddenHash(reference);
    return hash === null ? null : (this.entries.get(hash)?.text ?? null);
  }

  actEnded(): void {
    this.pending.clear();
  }

  private endsTorn(): boolean {
    if (this.size === 0) return false;
    const content = readFileSync(this.file);
    return content[content.length - 1] !== 10;
  }
}

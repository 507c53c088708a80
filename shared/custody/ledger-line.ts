// One line of custody.jsonl. Its bytes are canonical (keys in a fixed order, nested keys sorted, no spaces), so that the
// chain over the lines' bytes is a chain over their content: a second spelling is a change (CASE, "Ledger").
import { hex, type Sha256, textOf, utf8 } from "./bytes";

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export const LEDGER_KEYS = [
  "seq",
  "time",
  "bootId",
  "monotonicMs",
  "examiner",
  "account",
  "host",
  "tool",
  "action",
  "inputs",
  "parameters",
  "outputs",
  "result",
  "previous",
] as const;

export interface LedgerEntry {
  readonly seq: number;
  readonly time: string;
  readonly bootId: string;
  readonly monotonicMs: number;
  readonly examiner: string;
  readonly account: string;
  readonly host: string;
  readonly tool: string;
  readonly action: string;
  readonly inputs: JsonValue;
  readonly parameters: JsonValue;
  readonly outputs: JsonValue;
  readonly result: string;
  readonly previous: string;
}

export const GENESIS = "0".repeat(64);

/** Levels of arrays and objects in a line. No act has a tenth of it; a forged one must not exhaust the stack. */
const DEEPEST = 100;

/** JSON without spaces, object keys in the order of their UTF-16 units (RFC 8785). Throws on what JSON cannot hold. */
export function canonicalJson(value: JsonValue, depth = 0): string {
  if (depth > DEEPEST) throw new RangeError(`JSON of more than ${DEEPEST} levels`);
  if (typeof value === "number" && !Number.isFinite(value))
    throw new RangeError("JSON holds finite numbers only");
  if (value === undefined) throw new RangeError("JSON holds no undefined");
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, depth + 1)).join(",")}]`;
  const object = value as { readonly [key: string]: JsonValue };
  const keys = Object.keys(object)
    .filter((key) => object[key] !== undefined)
    .sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key]!, depth + 1)}`).join(",")}}`;
}

/** The line's text, without its newline. */
export function formatLedgerLine(entry: LedgerEntry): string {
  return `{${LEDGER_KEYS.map((key) => `"${key}":${canonicalJson(entry[key])}`).join(",")}}`;
}

/** The entry of a line's bytes (without newline), or the reason why it is none. */
export function parseLedgerLine(bytes: Uint8Array): LedgerEntry | string {
  const text = textOf(bytes);
  if (text === null) return "it is not UTF-8";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "it is not JSON";
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) return "it is not a JSON object";
  const entry = value as LedgerEntry;
  const texts = [
    "time",
    "bootId",
    "examiner",
    "account",
    "host",
    "tool",
    "action",
    "result",
    "previous",
  ] as const;
  for (const key of texts) if (typeof entry[key] !== "string") return `its "${key}" is not text`;
  if (!Number.isSafeInteger(entry.seq) || !Number.isSafeInteger(entry.monotonicMs))
    return "a number in it is no integer";
  try {
    if (Object.keys(entry).length === LEDGER_KEYS.length && formatLedgerLine(entry) === text) return entry;
  } catch {
    // A key that is missing, or more levels than any act has.
  }
  return "it is not in canonical form";
}

export interface Chain {
  readonly entries: readonly LedgerEntry[];
  /** Each line's bytes, without newline. */
  readonly lines: readonly Uint8Array[];
  /** Bytes behind the last newline: a line that was never completed. Empty where the file ends as it must. */
  readonly torn: Uint8Array;
  /** Broken links and malformed lines, with the line they stand in. The entries end before the first. */
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

/** A walk along a ledger's lines as they are read: `previous` is the SHA-256 of the line before, `seq` counts from 1. */
export class LedgerWalk {
  private previous = GENESIS;
  private count = 0;

  constructor(private readonly sha256: Sha256) {}

  /** Number of the last line. */
  get line(): number {
    return this.count;
  }

  /** SHA-256 of the last line, hex. */
  get head(): string {
    return this.previous;
  }

  /** The next line's bytes, without newline: its entry, null where it is none, and what is wrong with it. */
  add(bytes: Uint8Array): { entry: LedgerEntry | null; problems: string[] } {
    const line = ++this.count;
    const parsed = parseLedgerLine(bytes);
    const problems: string[] = [];
    if (typeof parsed === "string") problems.push(`Line ${line} is damaged: ${parsed}.`);
    else {
      if (parsed.seq !== line) problems.push(`Line ${line} has seq ${parsed.seq}.`);
      if (parsed.previous !== this.previous)
        problems.push(`Line ${line} does not follow line ${line - 1}: "previous" is not its SHA-256.`);
    }
    this.previous = hex(this.sha256(bytes));
    return { entry: typeof parsed === "string" ? null : parsed, problems };
  }
}

/** Walks a ledger file that is held whole. */
export function walkLedger(file: Uint8Array, sha256: Sha256): Chain {
  const entries: LedgerEntry[] = [];
  const lines: Uint8Array[] = [];
  const problems: { line: number; message: string }[] = [];
  const walk = new LedgerWalk(sha256);
  let at = 0;
  for (let end = file.indexOf(10); end >= 0; end = file.indexOf(10, at)) {
    const bytes = file.subarray(at, end);
    at = end + 1;
    lines.push(bytes);
    const { entry, problems: found } = walk.add(bytes);
    problems.push(...found.map((message) => ({ line: walk.line, message })));
    if (entry && problems.length === 0) entries.push(entry);
  }
  return { entries, lines, torn: file.subarray(at), problems };
}

export const lineHash = (line: string | Uint8Array, sha256: Sha256): string =>
  hex(sha256(typeof line === "string" ? utf8(line) : line));

// The filter language: one small grammar for `records --filter`, `attribute --filter`, `export --events` and the window.
//
//   filter := "" | or
//   or     := and { "or" and }
//   and    := not { "and" not }
//   not    := "not" not | "(" or ")" | test
//   test   := field ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
//           | field "in" item { "," item }            also in parentheses: in (80, 443)
//           | field "~" value                         contains, case and all; `text ~ "GET /"` searches the raw bytes
//           | field "is" [ "not" ] "null"
//   item   := value | low "-" high | network "/" bits | from "/" to
//   value  := a word (number, address, RFC 3339 time with its offset, name) | "quoted", with \" and \\ inside
//
// Words and field names are case-sensitive, operators' words are not. A test on an unknown value is false, whatever its
// operator, and `not` of it is true. `time = 2026-11-24T12:00:00Z` holds for the whole second that was written.
//
// Errors name the column and, where a name is nearly one that exists, that name.
import { ProductError } from "../errors";
import { ownFieldOf } from "./fields";

export type CompareOp = "=" | "!=" | "<" | "<=" | ">" | ">=";

/** A word or quoted text of the filter, with where it stands (column from 0). */
export interface Word {
  readonly text: string;
  readonly quoted: boolean;
  readonly at: number;
}

export type FilterExpr =
  | { readonly kind: "all" }
  | { readonly kind: "and" | "or"; readonly parts: readonly FilterExpr[] }
  | { readonly kind: "not"; readonly of: FilterExpr }
  | { readonly kind: "compare"; readonly field: Word; readonly op: CompareOp; readonly value: Word }
  | { readonly kind: "in"; readonly field: Word; readonly items: readonly Word[] }
  | { readonly kind: "contains"; readonly field: Word; readonly value: Word }
  | { readonly kind: "null"; readonly field: Word; readonly not: boolean };

export const ALL: FilterExpr = { kind: "all" };

interface Token extends Word {
  readonly kind: "word" | "op" | "(" | ")" | "," | "end";
}

/** Nesting beyond this is no filter that anyone writes, and must not exhaust the stack. */
const DEEPEST = 100;
const LONGEST = 65_536;

/** What is wrong in a filter, and where: `length` characters from `at` (from 0), at least one place. */
export class FilterError extends ProductError {
  constructor(
    message: string,
    mend: string,
    readonly at: number,
    readonly length: number,
  ) {
    super("usage", message, mend);
  }
}

export function filterError(
  source: string,
  at: number,
  message: string,
  mend: string,
  length = lengthAt(source, at),
): FilterError {
  const shown = source.length > 200 ? `${source.slice(Math.max(0, at - 80), at + 80)}` : source;
  return new FilterError(
    `Filter, column ${at + 1}: ${message}`,
    `${mend} The filter was: ${shown}`,
    at,
    length,
  );
}

/** Characters of the word, operator or quoted text that begins at a place. */
const lengthAt = (source: string, at: number): number =>
  /^(?:"(?:\\.|[^"\\])*"?|[=!<>~]+|[^\s(),=!<>~"]+|.)/.exec(source.slice(at))?.[0].length ?? 1;

/** Parses a filter. Throws "usage" with the column. Field names and values are checked when it is compiled. */
export function parseFilter(source: string): FilterExpr {
  if (source.length > LONGEST) throw filterError(source, LONGEST, "it is too long.", "Shorten it.");
  const parser = new FilterParser(source, tokens(source));
  return parser.filter();
}

function tokens(source: string): Token[] {
  const out: Token[] = [];
  let i = 0;
  while (i < source.length) {
    const c = source[i]!;
    const at = i;
    if (/\s/.test(c)) i++;
    else if (c === "(" || c === ")" || c === ",") {
      out.push({ kind: c, text: c, quoted: false, at });
      i++;
    } else if (/[=!<>~]/.test(c)) {
      i += /^(?:!=|<=|>=)/.test(source.slice(i, i + 2)) ? 2 : 1;
      const text = source.slice(at, i);
      if (text === "!") throw filterError(source, at, '"!" is no operator.', 'Write "!=" or "not".');
      out.push({ kind: "op", text, quoted: false, at });
    } else if (c === '"') {
      let text = "";
      i++;
      while (i < source.length && source[i] !== '"') {
        if (source[i] === "\\" && i + 1 < source.length) i++;
        text += source[i++];
      }
      if (i >= source.length)
        throw filterError(source, at, "the quoted text has no end.", 'Close it with ".');
      i++;
      out.push({ kind: "word", text, quoted: true, at });
    } else {
      while (i < source.length && !/[\s(),=!<>~"]/.test(source[i]!)) i++;
      out.push({ kind: "word", text: source.slice(at, i), quoted: false, at });
    }
  }
  out.push({ kind: "end", text: "", quoted: false, at: source.length });
  return out;
}

class FilterParser {
  private next = 0;
  private depth = 0;

  constructor(
    private readonly source: string,
    private readonly list: readonly Token[],
  ) {}

  filter(): FilterExpr {
    if (this.peek().kind === "end") return ALL;
    const expr = this.or();
    if (this.peek().kind !== "end")
      this.fail(`"${this.peek().text}" is not expected here.`, 'Join tests with "and" or "or".');
    return expr;
  }

  private or(): FilterExpr {
    return this.joined("or", () => this.joined("and", () => this.not()));
  }

  private joined(word: "and" | "or", part: () => FilterExpr): FilterExpr {
    const parts = [part()];
    while (this.isWord(word)) {
      this.next++;
      parts.push(part());
    }
    return parts.length === 1 ? parts[0]! : { kind: word, parts };
  }

  private not(): FilterExpr {
    if (++this.depth > DEEPEST) this.fail("it is nested too deeply.", "Use fewer parentheses.");
    try {
      if (this.isWord("not")) {
        this.next++;
        return { kind: "not", of: this.not() };
      }
      if (this.peek().kind === "(") {
        this.next++;
        const inner = this.or();
        this.expect(")", "a closing parenthesis");
        return inner;
      }
      return this.test();
    } finally {
      this.depth--;
    }
  }

  private test(): FilterExpr {
    const field = this.word("a field's name");
    const op = this.peek();
    if (op.kind === "op") {
      this.next++;
      const value = this.word("a value");
      if (op.text === "~") return { kind: "contains", field, value };
      return { kind: "compare", field, op: op.text as CompareOp, value };
    }
    if (this.isWord("in")) {
      this.next++;
      return { kind: "in", field, items: this.items() };
    }
    if (this.isWord("is")) {
      this.next++;
      const not = this.isWord("not");
      if (not) this.next++;
      if (!this.isWord("null")) this.fail('"null" is expected here.', 'Write "is null" or "is not null".');
      this.next++;
      return { kind: "null", field, not };
    }
    return this.fail(
      `an operator is expected after "${field.text}".`,
      "Use =, !=, <, <=, >, >=, in, ~ or is null.",
    );
  }

  private items(): Word[] {
    const closed = this.peek().kind === "(";
    if (closed) this.next++;
    const out = [this.word("a value")];
    while (this.peek().kind === ",") {
      this.next++;
      out.push(this.word("a value"));
    }
    if (closed) this.expect(")", "a closing parenthesis");
    return out;
  }

  private peek(): Token {
    return this.list[this.next]!;
  }

  private isWord(text: string): boolean {
    const token = this.peek();
    return token.kind === "word" && !token.quoted && token.text.toLowerCase() === text;
  }

  private word(what: string): Word {
    const token = this.peek();
    if (token.kind !== "word") this.fail(`${what} is expected here.`, "Complete the test.");
    this.next++;
    return { text: token.text, quoted: token.quoted, at: token.at };
  }

  private expect(kind: Token["kind"], what: string): void {
    if (this.peek().kind !== kind) this.fail(`${what} is expected here.`, "Balance the parentheses.");
    this.next++;
  }

  private fail(message: string, mend: string): never {
    throw filterError(this.source, this.peek().at, message, mend);
  }
}

type Test = Extract<FilterExpr, { field: Word }>;

function* tests(e: FilterExpr): Generator<Test> {
  if ("parts" in e) for (const part of e.parts) yield* tests(part);
  else if (e.kind === "not") yield* tests(e.of);
  else if (e.kind !== "all") yield e;
}

/** What `text ~ ...` looks for, in the filter's order, each once. */
export function textNeedles(expr: FilterExpr): string[] {
  const out = new Set<string>();
  for (const test of tests(expr))
    if (test.kind === "contains" && test.field.text === "text") out.add(test.value.text);
  return [...out];
}

/** The format's own fields that a filter tests, each once. */
export function ownNames(expr: FilterExpr): string[] {
  const found = [...tests(expr)].map((test) => ownFieldOf(test.field.text));
  return [...new Set(found.filter((name) => name !== null))];
}

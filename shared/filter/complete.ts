// What may come next in a filter that is being typed: fields, operators, values, or how tests are joined. It reads only what
// stands before the caret, so that an unfinished filter is no error.
import type { Field, Fields } from "./fields";
import { wordText } from "./terms";

export type Expected = "field" | "operator" | "value" | "join";

export interface Option {
  /** What stands in the filter once it is taken. */
  readonly insert: string;
  /** The kind of a field, or nothing. */
  readonly detail: string;
}

export interface Completion {
  /** The text [from, to) is replaced by what is chosen. */
  readonly from: number;
  readonly to: number;
  readonly expected: Expected;
  /** What of the word is typed already, without its opening quote. */
  readonly typed: string;
  /** The field whose value is expected, where one is. */
  readonly field: string | null;
  readonly options: readonly Option[];
}

const WORD = /[^\s(),=!<>~"]*$/;

/** Before the caret: an open quote, or a word, or nothing. */
function typedAt(before: string): { from: number; typed: string } {
  let open = -1;
  for (let i = 0; i < before.length; i++) {
    if (before[i] === "\\" && open >= 0) i++;
    else if (before[i] === '"') open = open < 0 ? i : -1;
  }
  if (open >= 0) return { from: open, typed: before.slice(open + 1).replace(/\\(.)/g, "$1") };
  const typed = WORD.exec(before)![0];
  return { from: before.length - typed.length, typed };
}

const TOKEN = /"(?:\\.|[^"\\])*"|[=!<>~]+|[(),]|[^\s(),=!<>~"]+/g;

interface State {
  readonly expected: Expected | "null";
  readonly field: string | null;
  /** Inside the list of an `in`. */
  readonly list: boolean;
}

/** What a filter expects after the tokens of a finished part of it. */
function stateAfter(text: string): State {
  let state: State = { expected: "field", field: null, list: false };
  for (const [token] of text.matchAll(TOKEN)) state = after(state, token);
  return state;
}

function after(state: State, token: string): State {
  const lower = token.toLowerCase();
  const { expected, field, list } = state;
  const value = (more: Partial<State> = {}): State => ({ expected: "value", field, list, ...more });
  const joins: State = { expected: "join", field, list };
  switch (expected) {
    case "field":
      if (token === "(" || lower === "not") return state;
      return { expected: "operator", field: unquoted(token), list: false };
    case "operator":
      if (lower === "in") return value({ list: true });
      if (lower === "is") return { expected: "null", field, list: false };
      return value({ list: false });
    case "null":
      return lower === "not" ? state : { ...joins, list: false };
    case "value":
      return token === "(" ? state : joins;
    case "join":
      if (token === "," && list) return value();
      if (token === ")") return { expected: "join", field: null, list: false };
      return { expected: "field", field: null, list: false };
  }
}

const unquoted = (token: string): string =>
  token.startsWith('"') ? token.slice(1, -1).replace(/\\(.)/g, "$1") : token;

const KINDS: Readonly<Record<Field["kind"], string>> = {
  int: "number",
  time: "time",
  address: "address",
  ports: "port set",
  name: "text",
  text: "text",
  code: "one of a few",
  mark: "set by the analyst",
  own: "the format's own",
  raw: "the original bytes",
};

const OPERATORS: Readonly<Record<Field["kind"], readonly string[]>> = {
  int: ["=", "!=", "<", "<=", ">", ">=", "in", "is null", "is not null"],
  time: ["in", ">=", "<", "=", "<=", ">", "!=", "is null", "is not null"],
  address: ["=", "in", "!=", "is null", "is not null"],
  ports: ["=", "in", "!=", "is null", "is not null"],
  name: ["=", "~", "in", "!=", "is null", "is not null"],
  text: ["=", "~", "in", "!=", "is null", "is not null"],
  code: ["=", "in", "!=", "is null", "is not null"],
  mark: ["=", "~", "in", "!=", "is null", "is not null"],
  own: ["=", "~", "in", "!=", ">=", "<", "<=", ">", "is null", "is not null"],
  raw: ["~"],
};

/** The values that a field can have at all, where they are few. */
export function valuesOfField(field: Field): readonly string[] {
  switch (field.kind) {
    case "code":
      return Object.keys(field.codes);
    case "int":
      return Object.keys(field.names ?? {});
    case "text":
      return field.values ?? [];
    case "mark":
      return field.of === "bookmark" ? ["yes", "no"] : [];
    default:
      return [];
  }
}

/** What may stand at the caret. Values that only the records know are the caller's to add (records.facet). */
export function complete(filter: string, caret: number, fields: Fields): Completion {
  const before = filter.slice(0, caret);
  const { from, typed } = typedAt(before);
  const state = stateAfter(filter.slice(0, from));
  const known = state.field !== null && Object.hasOwn(fields, state.field) ? fields[state.field] : undefined;
  const rest = /^[^\s(),=!<>~"]*/.exec(filter.slice(caret))![0];
  const base = { from, to: caret + rest.length, typed, field: state.field };
  const options = (list: readonly string[], detail = ""): Option[] =>
    list
      .filter((one) => one.toLowerCase().startsWith(typed.toLowerCase()) && one !== typed)
      .map((insert) => ({ insert, detail }));
  switch (state.expected) {
    case "field": {
      const names = Object.keys(fields);
      // Names that begin so come before names that only contain it.
      const begins = names.filter((name) => name.toLowerCase().startsWith(typed.toLowerCase()));
      const holds = names.filter(
        (name) =>
          !begins.includes(name) && typed.length > 1 && name.toLowerCase().includes(typed.toLowerCase()),
      );
      return {
        ...base,
        field: null,
        expected: "field",
        options: [
          ...[...begins, ...holds].map((name) => ({
            insert: wordText(name),
            detail: KINDS[fields[name]!.kind],
          })),
          ...options(["not"]),
        ].filter((one) => one.insert !== typed),
      };
    }
    case "operator":
      return { ...base, expected: "operator", options: options(known ? OPERATORS[known.kind] : ["="]) };
    case "null":
      return { ...base, expected: "operator", options: options(["null", "not null"]) };
    case "value":
      return {
        ...base,
        expected: "value",
        options: options(known ? valuesOfField(known).map(wordText) : []),
      };
    case "join":
      return { ...base, field: null, expected: "join", options: options(["and", "or"]) };
  }
}

// A filter as something to be worked on: printed from its tree, and changed a term at a time. A facet, a menu on a cell and
// a drill-down all change the same one text that the analyst sees and can edit; there is no second, hidden filter.
import { ALL, type FilterExpr, parseFilter, type Word } from "./parse";

type Test = Extract<FilterExpr, { kind: "compare" | "in" | "contains" | "null" }>;

/** How a value stands in a filter: bare where it can, else quoted. */
export function wordText(text: string): string {
  const bare = /^[\w.:/+@*-]+$/.test(text) && !/^(?:and|or|not|in|is|null)$/i.test(text);
  return bare ? text : `"${text.replace(/[\\"]/g, "\\$&")}"`;
}

const printed = (word: Word): string =>
  word.quoted ? `"${word.text.replace(/[\\"]/g, "\\$&")}"` : word.text;

/** The filter's text; parsing it gives the same tree. */
export function printFilter(expr: FilterExpr): string {
  switch (expr.kind) {
    case "all":
      return "";
    case "and":
    case "or":
      return expr.parts.map((part) => inner(part, expr.kind)).join(` ${expr.kind} `);
    case "not":
      return `not ${inner(expr.of, "not")}`;
    case "compare":
      return `${printed(expr.field)} ${expr.op} ${printed(expr.value)}`;
    case "contains":
      return `${printed(expr.field)} ~ ${printed(expr.value)}`;
    case "in":
      return `${printed(expr.field)} in ${expr.items.map(printed).join(", ")}`;
    case "null":
      return `${printed(expr.field)} is ${expr.not ? "not " : ""}null`;
  }
}

/** "or" binds weaker than "and", which binds weaker than "not". */
function inner(expr: FilterExpr, outer: "and" | "or" | "not"): string {
  const wrap =
    (expr.kind === "or" && outer !== "or") || (expr.kind === "and" && outer === "not") || expr.kind === outer;
  const text = printFilter(expr);
  return wrap && expr.kind !== "not" ? `(${text})` : text;
}

const word = (text: string): Word => ({ text, quoted: wordText(text) !== text, at: 0 });

/** The tests that all have to hold. */
const conjuncts = (expr: FilterExpr): readonly FilterExpr[] =>
  expr.kind === "all" ? [] : expr.kind === "and" ? expr.parts : [expr];

function joined(parts: readonly FilterExpr[]): FilterExpr {
  if (parts.length === 0) return ALL;
  return parts.length === 1 ? parts[0]! : { kind: "and", parts };
}

/** `filter` and further terms, each a filter of its own. */
export function withTerms(filter: string, ...terms: readonly string[]): string {
  const parts = [filter, ...terms].flatMap((text) => conjuncts(parseFilter(text)));
  return printFilter(joined(parts));
}

/** How a value of a field is treated by the filter's own tests: kept alone, left out, or neither. null is the unknown value. */
export type Choice = "only" | "not" | null;

/** The values of a plain `field = v`, `field in v, w` or `field is null`; null for any other test. */
function valuesOf(expr: FilterExpr, field: string): (string | null)[] | null {
  if (expr.kind === "or") {
    const parts = expr.parts.map((part) => valuesOf(part, field));
    return parts.every((part) => part !== null) ? parts.flat() : null;
  }
  if (!("field" in expr) || expr.field.text !== field) return null;
  if (expr.kind === "compare") return expr.op === "=" ? [expr.value.text] : null;
  if (expr.kind === "in") return expr.items.map((item) => item.text);
  return expr.kind === "null" && !expr.not ? [null] : null;
}

interface Chosen {
  readonly only: readonly (string | null)[];
  readonly not: readonly (string | null)[];
  readonly rest: readonly FilterExpr[];
}

function chosenOf(filter: string, field: string): Chosen {
  const only: (string | null)[] = [];
  const not: (string | null)[] = [];
  const rest: FilterExpr[] = [];
  for (const part of conjuncts(parseFilter(filter))) {
    const kept = valuesOf(part, field);
    const left = part.kind === "not" ? valuesOf(part.of, field) : null;
    // Two tests that both must hold are an intersection, which no list of values says: the second stays as it is.
    if (kept !== null && only.length === 0) only.push(...kept);
    else if (left !== null) not.push(...left);
    else rest.push(part);
  }
  return { only, not, rest };
}

function listTest(field: string, values: readonly (string | null)[]): FilterExpr {
  const known = values.filter((value) => value !== null);
  const tests: Test[] = [];
  if (known.length === 1)
    tests.push({ kind: "compare", field: word(field), op: "=", value: word(known[0]!) });
  else if (known.length > 1) tests.push({ kind: "in", field: word(field), items: known.map(word) });
  if (known.length < values.length) tests.push({ kind: "null", field: word(field), not: false });
  return tests.length === 1 ? tests[0]! : { kind: "or", parts: tests };
}

const rebuilt = (field: string, { only, not, rest }: Chosen): string =>
  printFilter(
    joined([
      ...rest,
      ...(only.length > 0 ? [listTest(field, only)] : []),
      ...(not.length > 0 ? [{ kind: "not", of: listTest(field, not) } as const] : []),
    ]),
  );

export function choiceOf(filter: string, field: string, value: string | null): Choice {
  const { only, not } = chosenOf(filter, field);
  return only.includes(value) ? "only" : not.includes(value) ? "not" : null;
}

/** The filter with a value of a field kept, left out, or neither; choosing what holds already takes it back. */
export function choose(filter: string, field: string, value: string | null, choice: "only" | "not"): string {
  const chosen = chosenOf(filter, field);
  const had = chosen[choice].includes(value);
  const without = (values: readonly (string | null)[]) => values.filter((one) => one !== value);
  const next = { ...chosen, only: without(chosen.only), not: without(chosen.not) };
  return rebuilt(field, had ? next : { ...next, [choice]: [...next[choice], value] });
}

/** The filter with one range of a field in place of those that it has: `field in from-to`, `time in from/to`. */
export function withRange(filter: string, field: string, range: string): string {
  const rest = conjuncts(parseFilter(filter)).filter((part) => !isRange(part, field));
  const test: Test = { kind: "in", field: word(field), items: [{ text: range, quoted: false, at: 0 }] };
  return printFilter(joined([...rest, test]));
}

const isRange = (expr: FilterExpr, field: string): boolean =>
  expr.kind === "in" &&
  expr.field.text === field &&
  expr.items.length === 1 &&
  !expr.items[0]!.quoted &&
  /^\d+-\d+$|.\/./.test(expr.items[0]!.text);

/** The filter without its plain tests on a field's values: what a facet counts, so that its other values can be chosen too. */
export const withoutChoices = (filter: string, field: string): string =>
  printFilter(joined(chosenOf(filter, field).rest.filter((part) => !isRange(part, field))));

// From words to a command's arguments and options. Wrong use is answered with what was wrong and the nearest right
// thing, never with a stack, and never by guessing what was meant.
import { parseArgs } from "node:util";
import { ProductError } from "../../shared/errors";
import type { Command, Values } from "./command";

interface Shape {
  readonly least: number;
  readonly most: number;
  readonly names: readonly string[];
}

export function argumentShape(text: string): Shape {
  const names = text.split(" ").filter((word) => word !== "");
  const least = names.filter((name) => !name.startsWith("[")).length;
  const many = names.some((name) => name.includes("..."));
  return { least, most: many ? Number.POSITIVE_INFINITY : names.length, names };
}

/** Edits that turn a into b (Levenshtein), for "did you mean". */
export function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(change, previous[j]! + 1, current[j - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}

/** The nearest of some words, where it is near enough to be a slip. */
export function nearest(word: string, words: readonly string[]): string | null {
  const ranked = words
    .map((known) => ({ known, edits: distance(word, known) }))
    .sort((a, b) => a.edits - b.edits || (a.known < b.known ? -1 : 1));
  const best = ranked[0];
  return best && best.edits <= Math.max(1, Math.floor(best.known.length / 3)) ? best.known : null;
}

export interface Parsed {
  readonly positionals: string[];
  readonly values: Values;
  readonly json: boolean;
  readonly help: boolean;
}

export function parseCommand(command: Command, words: readonly string[]): Parsed {
  const options: Record<string, { type: "string" | "boolean"; multiple?: boolean; short?: string }> = {
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  };
  for (const [name, spec] of Object.entries(command.options)) {
    options[name] = {
      type: spec.value === undefined ? "boolean" : "string",
      multiple: spec.value !== undefined,
    };
  }
  const seeHelp = `See: portwitness help ${command.name}`;
  let parsed: {
    positionals: string[];
    values: Record<string, string | boolean | (string | boolean)[] | undefined>;
  };
  try {
    parsed = parseArgs({
      args: protectValues(words, options),
      options,
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new ProductError("usage", ...explain(error, options, seeHelp));
  }
  const { positionals, values } = parsed;
  const help = values.help === true;
  const shape = argumentShape(command.arguments);
  if (!help && positionals.length < shape.least) {
    const missing = shape.names.filter((name) => !name.startsWith("["))[positionals.length]!;
    throw new ProductError("usage", `${command.name}: ${missing.replace("...", "")} is missing.`, seeHelp);
  }
  if (!help && positionals.length > shape.most) {
    throw new ProductError(
      "usage",
      `${command.name}: "${positionals[shape.most]}" is one argument too many.`,
      seeHelp,
    );
  }
  for (const [name, spec] of Object.entries(command.options)) {
    const given = values[name];
    if (spec.many || !Array.isArray(given) || given.length < 2) continue;
    throw new ProductError(
      "usage",
      `${command.name}: --${name} is given ${given.length} times.`,
      "Give it once.",
    );
  }
  const texts = (name: string): string[] => {
    const given = values[name];
    return Array.isArray(given) ? given.map(String) : typeof given === "string" ? [given] : [];
  };
  return {
    positionals,
    json: values.json === true,
    help,
    values: {
      text: (name) => texts(name)[0],
      number: (name) => {
        const text = texts(name)[0];
        if (text === undefined) return undefined;
        if (!/^\d{1,15}$/.test(text)) {
          throw new ProductError(
            "usage",
            `${command.name}: --${name} "${text}" is not a whole number.`,
            seeHelp,
          );
        }
        return Number(text);
      },
      flag: (name) => values[name] === true,
      all: texts,
    },
  };
}

/** node:util reads "-5 s +/- 1 s" after --declare as an option: a value that begins with a dash is joined by "=". */
function protectValues(words: readonly string[], options: Record<string, { type: string }>): string[] {
  const out: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "--") return [...out, ...words.slice(i)];
    const next = words[i + 1];
    const takesValue =
      word.startsWith("--") && !word.includes("=") && options[word.slice(2)]?.type === "string";
    if (takesValue && next !== undefined && /^-[^-]/.test(next)) {
      out.push(`${word}=${next}`);
      i++;
    } else out.push(word);
  }
  return out;
}

function explain(error: unknown, options: Record<string, unknown>, seeHelp: string): [string, string] {
  const message = error instanceof Error ? error.message : String(error);
  const unknown = /Unknown option '(-{1,2}[^']*)'/.exec(message)?.[1];
  if (unknown) {
    const near = nearest(unknown.replace(/^-+/, ""), Object.keys(options));
    return [`There is no option ${unknown} here.`, near ? `Did you mean --${near}? ${seeHelp}` : seeHelp];
  }
  const needs = /Option '(?:-\w, )?(--[\w-]+) <value>' argument missing/.exec(message)?.[1];
  if (needs) return [`${needs} needs a value.`, seeHelp];
  const takesNone = /Option '(?:-\w, )?(--[\w-]+)' does not take an argument/.exec(message)?.[1];
  if (takesNone) return [`${takesNone} takes no value.`, seeHelp];
  return [message.split(/[.\n]/)[0]!, seeHelp];
}

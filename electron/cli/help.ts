// Help, derived from the tables of commands, so that it cannot say what the program does not do.

import { ProductError } from "../../shared/errors";
import { nearest } from "./arguments";
import type { Command } from "./command";
import { wrap } from "./print";

const synopsis = (command: Command): string =>
  ["portwitness", command.name, command.arguments].filter((part) => part !== "").join(" ");

export function overview(commands: readonly Command[], version: string): string[] {
  const widest = Math.max(...commands.map((command) => command.name.length));
  return [
    `Portwitness ${version}: names the subscriber line behind a shared IP address and port, or says that the records cannot tell.`,
    "",
    "Usage: portwitness COMMAND ... [--json]",
    "",
    ...commands.map((command) => `  ${command.name.padEnd(widest)}  ${command.summary}`),
    "",
    "portwitness help COMMAND tells more. --json prints one JSON object, or JSON Lines where the answer is a table.",
    "Exit: 0 done, 1 a finding (verify fails, a calibration is refused), 2 wrong use, 3 bad input or a case in use.",
  ];
}

export function commandHelp(command: Command): string[] {
  const options = Object.entries(command.options).map(
    ([name, spec]) =>
      [
        `--${name}${spec.value === undefined ? "" : ` ${spec.value}`}`,
        spec.many ? `${spec.help}; may be repeated` : spec.help,
      ] as const,
  );
  options.push(["--json", "the answer as JSON on standard output"]);
  const widest = Math.min(28, Math.max(...options.map(([left]) => left.length)));
  return [
    `Usage: ${synopsis(command)} [options]`,
    "",
    ...wrap(command.summary, ""),
    "",
    "Options:",
    ...options.flatMap(([left, right]) =>
      left.length > widest
        ? [`  ${left}`, `  ${" ".repeat(widest)}  ${right}`]
        : [`  ${left.padEnd(widest)}  ${right}`],
    ),
    ...(command.notes ? ["", ...command.notes.flatMap((note) => wrap(note, ""))] : []),
    ...(command.examples ? ["", "Examples:", ...command.examples.map((example) => `  ${example}`)] : []),
  ];
}

export function findCommand(commands: readonly Command[], word: string): Command {
  const found = commands.find((command) => command.name === word);
  if (found) return found;
  const near = nearest(
    word,
    commands.map((command) => command.name),
  );
  throw new ProductError(
    "usage",
    `There is no command "${word}".`,
    near ? `Did you mean ${near}? See: portwitness help` : "See: portwitness help",
  );
}

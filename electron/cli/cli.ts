#!/usr/bin/env node
// The command line: the same operations as the window's, in this process. It turns words into one command, runs it, and
// makes sure that an interrupted or failed one closes its cases, so that no lock and no half-done act stays behind.
import type { OperationName, Reply, Request } from "../../shared/contract/contract";
import type { Progress } from "../../shared/contract/messages";
import { exitCode, ProductError } from "../../shared/errors";
import { VERSION } from "../../shared/version";
import type { Engine } from "../engine/engine";
import { parseCommand } from "./arguments";
import type { Command, Io } from "./command";
import { COMMANDS } from "./commands";
import { commandHelp, findCommand, overview } from "./help";
import { ReaderGone, Terminal } from "./terminal";

const EXIT_CANCELLED = 130;

async function run(command: Command, words: readonly string[]): Promise<number> {
  // Known before the words are read, so that wrong use is answered in the form that was asked for.
  const terminal = new Terminal(words.includes("--json"));
  const controller = new AbortController();
  const interrupt = () => {
    // A second Ctrl-C does not wait: the commit protocol makes even that safe.
    if (controller.signal.aborted) process.exit(EXIT_CANCELLED);
    terminal.remark("Stopping; nothing will be half-done. Press Ctrl-C again to stop at once.");
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  let engine: Engine | undefined;
  try {
    const parsed = parseCommand(command, words);
    if (parsed.help) {
      for (const line of commandHelp(command)) await terminal.out(line);
      return 0;
    }
    const examiner = parsed.values.text("examiner") ?? process.env.PORTWITNESS_EXAMINER ?? null;
    const opened = new Set<string>();
    const request = async <N extends OperationName>(operation: N, body: Request<N>): Promise<Reply<N>> => {
      // Loaded on first use: help and wrong use answer without DuckDB.
      const { Engine } = await import("../engine/engine");
      const running = engine ?? new Engine();
      engine = running;
      const options = {
        connection: "command-line",
        signal: controller.signal,
        examiner,
        progress: (report: Progress) => terminal.progress(report),
      };
      // What opening a case found and mended is said before anything is read from it.
      if (
        "case" in body &&
        typeof body.case === "string" &&
        !operation.startsWith("case.") &&
        !opened.has(body.case)
      ) {
        opened.add(body.case);
        const info = await running.run("case.open", { case: body.case }, options);
        for (const sentence of info.recovered) terminal.remark(sentence);
      }
      return running.run(operation, body, options);
    };
    const io: Io = {
      positionals: parsed.positionals,
      values: parsed.values,
      json: parsed.json,
      signal: controller.signal,
      request,
      line: async (text = "") => {
        if (!parsed.json) await terminal.out(text);
      },
      value: async (value) => {
        if (parsed.json) await terminal.out(JSON.stringify(value));
      },
      remark: (text) => terminal.remark(text),
    };
    return await command.run(io);
  } catch (thrown) {
    if (thrown instanceof ReaderGone) return 0;
    if (controller.signal.aborted) {
      terminal.remark("Cancelled.");
      return EXIT_CANCELLED;
    }
    return report(terminal, thrown);
  } finally {
    terminal.clear();
    await engine?.close();
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

function report(terminal: Terminal, thrown: unknown): number {
  const error =
    thrown instanceof ProductError
      ? thrown
      : new ProductError(
          "internal",
          thrown instanceof Error ? thrown.message : String(thrown),
          "This is a fault in Portwitness, not in the evidence. PORTWITNESS_DEBUG=1 shows where.",
        );
  terminal.failure(error);
  if (process.env.PORTWITNESS_DEBUG && thrown instanceof Error)
    process.stderr.write(`${thrown.stack ?? ""}\n`);
  return exitCode(error.code);
}

async function main(words: readonly string[]): Promise<number> {
  const [first, ...rest] = words;
  const terminal = new Terminal(words.includes("--json"));
  try {
    if (first === undefined || first === "help" || first === "--help" || first === "-h") {
      const named = rest.find((word) => !word.startsWith("-"));
      const lines =
        named === undefined ? overview(COMMANDS, VERSION) : commandHelp(findCommand(COMMANDS, named));
      for (const line of lines) await terminal.out(line);
      return first === undefined ? 2 : 0;
    }
    if (first === "--version" || first === "version") {
      await terminal.out(VERSION);
      return 0;
    }
    return await run(findCommand(COMMANDS, first), rest);
  } catch (thrown) {
    if (thrown instanceof ReaderGone) return 0;
    return report(terminal, thrown);
  }
}

process.exitCode = await main(process.argv.slice(2));

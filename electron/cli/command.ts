// What a command of the command line is: a name, its options, and a function over the contract's operations. Help, the
// parser and the test that compares commands with the ledger's actions are derived from these tables.
import type { OperationName, Reply, Request } from "../../shared/contract/contract";

export interface OptionSpec {
  /** What stands after the option in help: "NAME". Absent: a flag. */
  readonly value?: string;
  readonly help: string;
  /** May be given more than once. */
  readonly many?: boolean;
}

export interface Values {
  text(name: string): string | undefined;
  /** An integer. Throws "usage" where the text is none. */
  number(name: string): number | undefined;
  flag(name: string): boolean;
  all(name: string): string[];
}

export interface Output {
  readonly json: boolean;
  /** A line for people on standard output; nothing with --json. Resolves when the reader has room for more. */
  line(text?: string): Promise<void>;
  /** One JSON value on one line; nothing without --json. */
  value(value: unknown): Promise<void>;
  /** A remark on standard error, in both modes: never part of the answer. */
  remark(text: string): void;
}

export interface Io extends Output {
  /** Positional arguments by their names in `arguments`; the rest of the last, where it takes many. */
  readonly positionals: readonly string[];
  readonly values: Values;
  readonly signal: AbortSignal;
  request<N extends OperationName>(operation: N, request: Request<N>): Promise<Reply<N>>;
}

export interface Command {
  readonly name: string;
  /** "CASE NAME": one word an argument; "FILE..." takes the rest; "[NAME]" may be left out. */
  readonly arguments: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Further help, in sentences. */
  readonly notes?: readonly string[];
  readonly examples?: readonly string[];
  /** The operations it runs. */
  readonly operations: readonly OperationName[];
  /** Returns the exit status: 0 done, 1 a finding. Everything else is thrown as a ProductError. */
  run(io: Io): Promise<number>;
}

/** Options of every command that writes to the ledger. */
export const EXAMINER = {
  examiner: {
    value: "E",
    help: "examiner of this act (else PORTWITNESS_EXAMINER, else the case's only one)",
  },
} as const satisfies Record<string, OptionSpec>;

// The engine: the only place with files, hashing and SQL. It holds the open cases, runs one operation of the contract's
// table at a time per request, and checks request and reply against their schemas. It knows no carrier: the window's
// utilityProcess, the loopback session and the command line all call `run`.
import * as v from "valibot";
import {
  OPERATIONS,
  type OperationName,
  type ParsedRequest,
  type Reply,
} from "../../shared/contract/contract";
import type { Progress } from "../../shared/contract/messages";
import { ProductError } from "../../shared/errors";
import { CaseRegistry } from "./case/registry";
import { handlers } from "./operations";

/** What a handler may use beside its request. */
export interface Context {
  readonly cases: CaseRegistry;
  /** Views belong to it. The command line has one connection; each window or socket its own. */
  readonly connection: string;
  readonly signal: AbortSignal;
  /** Name of the examiner of an act, where the carrier knows one (--examiner, PORTWITNESS_EXAMINER). */
  readonly examiner: string | null;
  progress(progress: Progress): void;
}

export type Handler<N extends OperationName> = (
  request: ParsedRequest<N>,
  context: Context,
) => Promise<Reply<N>>;
export type Handlers = { readonly [N in OperationName]: Handler<N> };

export interface RunOptions {
  readonly connection?: string;
  readonly signal?: AbortSignal;
  readonly examiner?: string | null;
  readonly progress?: (progress: Progress) => void;
}

export class Engine {
  readonly cases = new CaseRegistry();

  /** Runs one operation. Throws ProductError; "usage" where the request does not fit its schema. */
  async run<N extends OperationName>(name: N, request: unknown, options: RunOptions = {}): Promise<Reply<N>> {
    const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    if (!operation)
      throw new ProductError(
        "usage",
        `There is no operation ${String(name)}.`,
        "Use one of the contract's operations.",
      );
    const parsed = v.safeParse(operation.request, request);
    if (!parsed.success) {
      const issue = parsed.issues[0];
      const path = issue.path?.map((p) => String(p.key)).join(".") ?? "";
      throw new ProductError(
        "usage",
        `${name}: ${path ? `${path}: ` : ""}${issue.message}`,
        "Correct the request.",
      );
    }
    const context: Context = {
      cases: this.cases,
      connection: options.connection ?? "cli",
      signal: options.signal ?? new AbortController().signal,
      examiner: options.examiner ?? null,
      progress: options.progress ?? (() => {}),
    };
    context.signal.throwIfAborted();
    const handler = handlers[name] as unknown as Handler<N>;
    const reply = await handler(parsed.output as ParsedRequest<N>, context);
    return v.parse(operation.reply as v.GenericSchema, reply) as Reply<N>;
  }

  /** Drops what a lost connection held (its views). */
  async disconnect(connection: string): Promise<void> {
    await this.cases.disconnect(connection);
  }

  async close(): Promise<void> {
    await this.cases.closeAll();
  }
}

// A case of its own for a test, reached through the operations' handlers as a carrier would.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { CaseRegistry } from "../../../electron/engine/case/registry";
import type { Context } from "../../../electron/engine/engine";
import { handlers } from "../../../electron/engine/operations";
import { OPERATIONS, type ParsedRequest, type Reply } from "../../../shared/contract/contract";

type Name = keyof typeof handlers;

export class TestCase {
  readonly folder = mkdtempSync(join(tmpdir(), "portwitness-records-"));
  readonly path = join(this.folder, "test.case");
  readonly cases = new CaseRegistry();

  constructor() {
    process.env.PORTWITNESS_HOME = join(this.folder, "home");
  }

  static async create(): Promise<TestCase> {
    const test = new TestCase();
    await test.run("case.new", { case: test.path, title: "Test", examiner: "Examiner" });
    return test;
  }

  file(name: string, content: string | Uint8Array): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  /** Runs an operation, with request and reply checked against their schemas. */
  async run<N extends Name>(
    name: N,
    request: object,
    options: { connection?: string; signal?: AbortSignal } = {},
  ): Promise<Reply<N>> {
    const context: Context = {
      cases: this.cases,
      connection: options.connection ?? "test",
      signal: options.signal ?? new AbortController().signal,
      examiner: null,
      progress: () => {},
    };
    const whole = "case" in request || name === "case.new" ? request : { case: this.path, ...request };
    const parsed = v.parse(OPERATIONS[name].request as v.GenericSchema, whole) as ParsedRequest<N>;
    const handler = handlers[name] as unknown as (r: ParsedRequest<N>, c: Context) => Promise<Reply<N>>;
    return v.parse(OPERATIONS[name].reply as v.GenericSchema, await handler(parsed, context)) as Reply<N>;
  }

  async close(): Promise<void> {
    await this.cases.closeAll();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

// A case reached through the engine's own table of handlers, for tests of the operator's half from file to verdict.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { CaseRegistry } from "../../../electron/engine/case/registry";
import type { Context } from "../../../electron/engine/engine";
import { handlers } from "../../../electron/engine/operations/index";
import type { AttributionRow } from "../../../shared/contract/attribution";
import { OPERATIONS, type ParsedRequest, type Reply } from "../../../shared/contract/contract";

type Name = keyof typeof handlers & keyof typeof OPERATIONS;

export class EngineCase {
  readonly folder = mkdtempSync(join(tmpdir(), "portwitness-nat-"));
  private readonly path = join(this.folder, "test.case");
  private readonly cases = new CaseRegistry();

  static async create(): Promise<EngineCase> {
    const made = new EngineCase();
    process.env.PORTWITNESS_HOME = join(made.folder, "home");
    await made.run("case.new", { title: "Test", examiner: "Examiner" });
    return made;
  }

  async run<N extends Name>(name: N, request: object): Promise<Reply<N>> {
    const context: Context = {
      cases: this.cases,
      connection: "test",
      signal: new AbortController().signal,
      examiner: null,
      progress: () => {},
    };
    const parsed = v.parse(OPERATIONS[name].request as unknown as v.GenericSchema, {
      case: this.path,
      ...request,
    }) as ParsedRequest<N>;
    const handler = handlers[name] as unknown as (r: ParsedRequest<N>, c: Context) => Promise<Reply<N>>;
    return handler(parsed, context);
  }

  /** Writes the files and adds them as one source. */
  async add(
    as: string,
    files: Readonly<Record<string, string | Uint8Array>>,
    more: object,
  ): Promise<Reply<"evidence.add">["files"]> {
    const paths = Object.entries(files).map(([name, content]) => {
      const path = join(this.folder, name);
      writeFileSync(path, content);
      return path;
    });
    return (await this.run("evidence.add", { files: paths, as, ...more })).files;
  }

  async attribute(events: string, nat: string, subscribers?: string): Promise<readonly AttributionRow[]> {
    const done = await this.run("attribution.run", {
      events,
      nat: [nat],
      ...(subscribers === undefined ? {} : { subscribers }),
    });
    const rows: AttributionRow[] = [];
    for (let from = 0; from < done.events; from += 1000) {
      const page = await this.run("attribution.page", {
        id: done.id,
        from,
        to: Math.min(done.events, from + 1000),
      });
      rows.push(...page.rows);
    }
    return rows;
  }

  async close(): Promise<void> {
    await this.cases.closeAll();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

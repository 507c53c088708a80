// The open cases of this process: one process opens a database once, so every operation gets its case here.
import type { OpenCase } from "./open-case";

export class CaseRegistry {
  private readonly open = new Map<string, Promise<OpenCase>>();

  /** The open case at a path; opened for writing on first use. Throws ProductError("case-in-use" | "case-damaged" | "input"). */
  get(path: string, options: { readOnly?: boolean; examiner?: string | null } = {}): Promise<OpenCase> {
    void options;
    const known = this.open.get(path);
    if (known) return known;
    throw new Error("opening is custody's work");
  }

  async disconnect(connection: string): Promise<void> {
    void connection;
  }

  async closeAll(): Promise<void> {}
}

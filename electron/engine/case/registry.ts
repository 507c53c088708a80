// The open cases of this process: one process opens a database once, so every operation gets its case here.
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { ActIo } from "./act";
import type { LiveCase } from "./live-case";
import { openCase } from "./open";

export class CaseRegistry {
  private readonly open = new Map<string, Promise<LiveCase>>();
  private readonly listeners = new Set<(connection: string) => void | Promise<void>>();

  /** The open case at a path; opened for writing on first use. Throws ProductError("case-in-use" | "case-damaged" | "input"). */
  async get(
    path: string,
    options: { readOnly?: boolean; examiner?: string | null; io?: ActIo } = {},
  ): Promise<LiveCase> {
    const key = keyOf(path);
    const known = this.open.get(key);
    if (known) {
      const live = await known.catch(() => null);
      const wrongMode = live?.readOnly && !options.readOnly && live.ledgerFile.problems.length === 0;
      if (live && !live.mustReopen && !wrongMode) return live;
      if (this.open.get(key) === known) {
        this.open.delete(key);
        await live?.close();
      }
      return this.get(path, options);
    }
    const opening = openCase(path, { readOnly: options.readOnly, io: options.io });
    this.open.set(key, opening);
    try {
      return await opening;
    } catch (error) {
      if (this.open.get(key) === opening) this.open.delete(key);
      throw error;
    }
  }

  /** Closes a case where it is open. */
  async close(path: string): Promise<void> {
    const key = keyOf(path);
    const known = this.open.get(key);
    this.open.delete(key);
    await (await known?.catch(() => null))?.close();
  }

  /** Tells of connections that are lost, so that what belongs to them (views) can be dropped. Returns the way to stop. */
  onDisconnect(listener: (connection: string) => void | Promise<void>): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async disconnect(connection: string): Promise<void> {
    for (const listener of this.listeners) await listener(connection);
  }

  async closeAll(): Promise<void> {
    const all = [...this.open.values()];
    this.open.clear();
    for (const opening of all) await (await opening.catch(() => null))?.close();
  }
}

/** One key a folder, whatever path leads to it. */
function keyOf(path: string): string {
  try {
    return realpathSync(resolve(path));
  } catch {
    return resolve(path);
  }
}

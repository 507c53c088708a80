// Scratch tables that many questions share: the facets, groups and counts of one filter all ask for the same, and making
// one reads the whole evidence. A table is kept for as long as some question uses it, and the last few after that.
import { ProductError } from "../../../shared/errors";
import type { OpenCase } from "../case/open-case";
import { cancelled } from "../database/native";

interface Held {
  readonly table: string;
  readonly ready: Promise<void>;
  users: number;
}

export class HeldTables {
  private readonly held = new WeakMap<OpenCase, Map<string, Held>>();
  private made = 0;

  /** `kept`: how many that nobody uses now stay. */
  constructor(
    private readonly prefix: string,
    private readonly kept: number,
  ) {}

  /** Runs `fn` with the tables of `keys`; `make` fills those that are not there, all of them at once. */
  async with<T>(
    openCase: OpenCase,
    keys: readonly string[],
    make: (tables: ReadonlyMap<string, string>) => Promise<void>,
    signal: AbortSignal,
    fn: (tables: ReadonlyMap<string, string>) => Promise<T>,
  ): Promise<T> {
    const known = this.held.get(openCase) ?? new Map<string, Held>();
    this.held.set(openCase, known);
    const missing = new Map<string, string>();
    for (const key of keys) if (!known.has(key)) missing.set(key, `scratch.${this.prefix}_${++this.made}`);
    if (missing.size > 0) {
      const ready = make(missing);
      for (const [key, table] of missing) known.set(key, { table, ready, users: 0 });
    }
    const used = keys.map((key) => {
      const one = known.get(key)!;
      known.delete(key);
      known.set(key, one);
      one.users++;
      return [key, one] as const;
    });
    const settled = await Promise.allSettled(used.map(([, one]) => one.ready));
    const failed = settled.find((one) => one.status === "rejected");
    if (failed) {
      for (const [i, [key, one]] of used.entries()) {
        one.users--;
        if (settled[i]!.status === "fulfilled") continue;
        if (known.get(key) === one) known.delete(key);
        if (one.users === 0) await openCase.db.run(`DROP TABLE IF EXISTS ${one.table}`);
      }
      const error: unknown = failed.reason;
      // Whoever began it went away; that is no answer to the others who wait for it.
      if (error instanceof ProductError && error.code === "cancelled" && !signal.aborted)
        return this.with(openCase, keys, make, signal, fn);
      throw error;
    }
    try {
      if (signal.aborted) throw cancelled();
      return await fn(new Map(used.map(([key, { table }]) => [key, table])));
    } finally {
      for (const [, one] of used) one.users--;
      for (const [key, one] of known) {
        if (known.size <= this.kept) break;
        if (one.users > 0) continue;
        known.delete(key);
        await openCase.db.run(`DROP TABLE IF EXISTS ${one.table}`);
      }
    }
  }
}

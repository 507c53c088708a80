// Holding the imports of a case: a reader that is held stands at the shipment it has, keeps what it staged and goes on from
// there. Nothing is written differently for it, so that a held import and one in a single go are the same act.
import type { Database } from "../../../shared/database";
import { cancelled } from "../database/native";

interface Held {
  readonly over: Promise<void>;
  readonly end: () => void;
}
const held = new WeakMap<Database, Held>();

/** Holds the imports into a database, or lets them go on. */
export function holdImports(db: Database, hold: boolean): void {
  const now = held.get(db);
  if (hold === (now !== undefined)) return;
  if (now) {
    held.delete(db);
    now.end();
    return;
  }
  let end: () => void = () => {};
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  held.set(db, { over, end });
}

/** Returns at once, or when the imports are no longer held. Throws "cancelled" where the request ends meanwhile. */
export async function whileHeld(db: Database, signal: AbortSignal): Promise<void> {
  for (let now = held.get(db); now; now = held.get(db)) {
    const ended = new Promise<void>((resolve) =>
      signal.addEventListener("abort", () => resolve(), { once: true }),
    );
    if (!signal.aborted) await Promise.race([now.over, ended]);
    if (signal.aborted) throw cancelled();
  }
}

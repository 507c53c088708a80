// What connections have opened to page through: at most so many each, the one used longest ago dropped first; one of a case
// that was closed is gone, and so are those of a connection that was lost. A view's tables lie in the scratch database,
// never in the case.
import { ProductError } from "../../../shared/errors";
import type { OpenCase } from "../case/open-case";
import type { CaseRegistry } from "../case/registry";

export interface HeldView {
  readonly id: string;
  readonly openCase: OpenCase;
  /** Tables that go with it. */
  readonly tables: () => readonly (string | null | undefined)[];
}

const MOST = 8;

export class HeldViews<V extends HeldView> {
  /** Views of all connections; within one, the one used last is last. */
  private readonly connections = new Map<string, Map<string, V>>();
  private readonly watched = new WeakSet<CaseRegistry>();
  private made = 0;

  constructor(private readonly prefix: string) {}

  /** A name that no other view has; also that of its table in the scratch database. */
  nextId(): string {
    return `${this.prefix}_${++this.made}`;
  }

  async hold(connection: string, view: V, cases: CaseRegistry): Promise<V> {
    this.watch(cases);
    const views = this.connections.get(connection) ?? new Map<string, V>();
    this.connections.set(connection, views);
    views.set(view.id, view);
    for (const oldest of views.keys()) {
      if (views.size <= MOST) break;
      await this.close(connection, oldest);
    }
    return view;
  }

  /** An open view of this connection. Throws "view-gone" where it was dropped or its case was closed since. */
  of(connection: string, id: string, openCase: OpenCase): V {
    const views = this.connections.get(connection);
    const view = views?.get(id);
    if (!views || !view || view.openCase !== openCase) {
      views?.delete(id);
      throw new ProductError(
        "view-gone",
        "This view is no longer held.",
        "Open it again from the same filter and order.",
      );
    }
    views.delete(id);
    views.set(id, view);
    return view;
  }

  async close(connection: string, id: string): Promise<void> {
    const views = this.connections.get(connection);
    const view = views?.get(id);
    if (!views || !view) return;
    views.delete(id);
    try {
      for (const table of view.tables())
        if (table) await view.openCase.db.run(`DROP TABLE IF EXISTS ${table}`);
    } catch {
      // The case is closed, and its scratch database with it.
    }
  }

  private watch(cases: CaseRegistry): void {
    if (this.watched.has(cases)) return;
    this.watched.add(cases);
    cases.onDisconnect(async (connection) => {
      for (const id of [...(this.connections.get(connection)?.keys() ?? [])])
        await this.close(connection, id);
      this.connections.delete(connection);
    });
  }
}

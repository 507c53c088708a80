// Texts and addresses behind the ids of rows, for whoever shows them.
import type { Database, SqlRow } from "../../../shared/database";
import { formatIpv4, IPV6_BASE } from "../../../shared/record/address";

/** A reader of millions of rows forgets what it looked up beyond so many: some 20 MB of short names. */
const MOST_TEXTS = 200_000;

/** Texts of dictionary ids and addresses, fetched once each. */
export class Names {
  private readonly texts = new Map<number, string>();
  private readonly v6 = new Map<number, string>();
  private loadedV6 = false;

  constructor(private readonly db: Database) {}

  async prepare(
    rows: readonly SqlRow[],
    textColumns: readonly string[],
    addressColumns: readonly string[],
  ): Promise<void> {
    const ids = (columns: readonly string[]) =>
      columns.map((c) => rows.flatMap((row) => (typeof row[c] === "number" ? [row[c]] : [])));
    await this.prepareIds(ids(textColumns), ids(addressColumns));
  }

  /** As prepare, over columns of ids; NaN is NULL. */
  async prepareIds(
    texts: readonly ArrayLike<number>[],
    addresses: readonly ArrayLike<number>[],
  ): Promise<void> {
    const missing = new Set<number>();
    for (const column of texts) {
      for (let i = 0; i < column.length; i++) {
        const id = column[i]!;
        if (!Number.isNaN(id) && !this.texts.has(id)) missing.add(id);
      }
    }
    if (missing.size > 0) {
      const ids = Float64Array.from(missing).sort();
      for await (const { rows, columns } of this.db.columns(
        `SELECT id, text FROM text_value WHERE id IN (${ids.join(", ")}) ORDER BY id`,
      )) {
        const [id, text] = columns as [Float64Array, string[]];
        for (let i = 0; i < rows; i++) this.texts.set(id[i]!, text[i]!);
      }
    }
    for (const column of addresses) {
      for (let i = 0; i < column.length && !this.loadedV6; i++) {
        if (column[i]! >= IPV6_BASE) await this.loadV6();
      }
    }
  }

  /** Between two stretches of a long reading: bounds what is kept. */
  forget(): void {
    if (this.texts.size > MOST_TEXTS) this.texts.clear();
  }

  text(id: unknown): string | null {
    return typeof id === "number" ? (this.texts.get(id) ?? null) : null;
  }

  address(id: unknown): string | null {
    if (typeof id !== "number" || Number.isNaN(id)) return null;
    return id < IPV6_BASE ? formatIpv4(id) : (this.v6.get(id) ?? null);
  }

  private async loadV6(): Promise<void> {
    this.loadedV6 = true;
    for (const row of await this.db.query("SELECT id, text FROM address ORDER BY id"))
      this.v6.set(Number(row.id), String(row.text));
  }
}

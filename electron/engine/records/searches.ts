// Text searches that are held (./held-tables.ts): each reads the whole evidence.
import type { OpenCase } from "../case/open-case";
import type { SourceRow } from "../catalogue";
import { HeldTables } from "./held-tables";
import { type SearchOptions, searchText } from "./text-search";

const searches = new HeldTables("search", 4);

/** Runs `fn` with the table (row) of the records that contain `needle`. */
export function withSearch<T>(
  openCase: OpenCase,
  source: SourceRow,
  needle: string,
  signal: AbortSignal,
  fn: (table: string) => Promise<T>,
  options: SearchOptions = {},
): Promise<T> {
  const key = `${source.n} ${options.anyCase ? "any" : "exact"} ${needle}`;
  return searches.with(
    openCase,
    [key],
    (tables) => searchText(openCase, source, needle, tables.get(key)!, signal, options),
    signal,
    (tables) => fn(tables.get(key)!),
  );
}

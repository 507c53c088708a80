// Text searches that are held: the facets, groups and counts of one filter all ask for the same text, and each search reads
// the whole evidence. A search is kept for as long as some filter uses it, and the last few after that.
import { ProductError } from "../../../shared/errors";
import type { OpenCase } from "../case/open-case";
import type { SourceRow } from "../catalogue";
import { cancelled } from "../database/native";
import { type SearchOptions, searchText } from "./text-search";

/** Searches that nobody uses now but that are kept. */
const KEPT = 4;

interface Search {
  readonly table: string;
  readonly ready: Promise<void>;
  users: number;
}

const searches = new WeakMap<OpenCase, Map<string, Search>>();
let made = 0;

/** Runs `fn` with the table (row) of the records that contain `needle`. */
export async function withSearch<T>(
  openCase: OpenCase,
  source: SourceRow,
  needle: string,
  signal: AbortSignal,
  fn: (table: string) => Promise<T>,
  options: SearchOptions = {},
): Promise<T> {
  const known = searches.get(openCase) ?? new Map<string, Search>();
  searches.set(openCase, known);
  const key = `${source.n} ${options.anyCase ? "any" : "exact"} ${needle}`;
  const search = known.get(key) ?? begin(openCase, source, needle, signal, options);
  known.delete(key);
  known.set(key, search);
  search.users++;
  try {
    await search.ready;
  } catch (error) {
    search.users--;
    if (known.get(key) === search) known.delete(key);
    if (search.users === 0) await openCase.db.run(`DROP TABLE IF EXISTS ${search.table}`);
    // Whoever began it went away; that is no answer to the others who wait for it.
    if (error instanceof ProductError && error.code === "cancelled" && !signal.aborted)
      return withSearch(openCase, source, needle, signal, fn, options);
    throw error;
  }
  try {
    if (signal.aborted) throw cancelled();
    return await fn(search.table);
  } finally {
    search.users--;
    for (const [other, one] of known) {
      if (known.size <= KEPT) break;
      if (one.users > 0) continue;
      known.delete(other);
      await openCase.db.run(`DROP TABLE IF EXISTS ${one.table}`);
    }
  }
}

function begin(
  openCase: OpenCase,
  source: SourceRow,
  needle: string,
  signal: AbortSignal,
  options: SearchOptions,
): Search {
  const table = `scratch.search_${++made}`;
  return { table, ready: searchText(openCase, source, needle, table, signal, options), users: 0 };
}

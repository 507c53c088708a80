// Known errors of versions that were given out. A case in whose ledger such a version did such an act says so whenever it
// is opened, verified or exported: a result that is known to be doubtful must not be read as if nothing were known.
// A lab that cannot update lays the published list beside its keys; an exhibit's report uses the program's own list alone,
// since it must be the same on every machine.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { LedgerEntry } from "../../../shared/custody/ledger-line";
import { portwitnessHome } from "./keys";
import { KNOWN_ERRORS, type KnownError } from "./known-errors-list";

const line = v.pipe(v.string(), v.minLength(1), v.maxLength(2000));
const knownError = v.object({
  id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,39}$/)),
  versions: v.pipe(v.array(line), v.minLength(1)),
  actions: v.optional(v.array(line)),
  what: line,
  mend: line,
  de: v.optional(v.object({ what: line, mend: line })),
});

const KNOWN_ERRORS_FILE = "known-errors.json";
/** Acts named one by one; more are counted. */
const NAMED = 12;

/** The program's own list, and the one that lies in PORTWITNESS_HOME; `unread` says why that one could not be used. */
export function knownErrors(): { errors: readonly KnownError[]; unread: string | null } {
  const file = join(portwitnessHome(), KNOWN_ERRORS_FILE);
  if (!existsSync(file)) return { errors: KNOWN_ERRORS, unread: null };
  try {
    const own = new Set(KNOWN_ERRORS.map((one) => one.id));
    const laid = v.parse(v.array(knownError), JSON.parse(readFileSync(file, "utf8")));
    return { errors: [...KNOWN_ERRORS, ...laid.filter((one) => !own.has(one.id))], unread: null };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      errors: KNOWN_ERRORS,
      unread: `The list of known errors ${file} cannot be read (${why}): put the published file there again.`,
    };
  }
}

/** A sentence for each known error that acts of this ledger fall under. */
export function noticesOf(
  entries: readonly LedgerEntry[],
  errors: readonly KnownError[] = KNOWN_ERRORS,
  language = "en",
): string[] {
  const german = language.split("-")[0] === "de";
  return errors.flatMap((error) => {
    const tools = new Set(error.versions.map((version) => `portwitness ${version}`));
    const acts = entries.filter(
      (entry) => tools.has(entry.tool) && (error.actions?.includes(entry.action) ?? true),
    );
    if (acts.length === 0) return [];
    const { what, mend } = (german ? error.de : undefined) ?? error;
    const named = acts.slice(0, NAMED).map((act) => `${act.seq} (${act.action})`);
    const rest = acts.length - named.length;
    return [
      german
        ? `Bekannter Fehler ${error.id}: ${what} Betroffen: Akt ${named.join(", ")}${rest > 0 ? ` und ${rest} weitere` : ""}. ${mend}`
        : `Known error ${error.id}: ${what} It concerns act ${named.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}. ${mend}`,
    ];
  });
}

/** What is to be said on opening or verifying a case with this ledger. */
export function openingNotices(entries: readonly LedgerEntry[]): string[] {
  const { errors, unread } = knownErrors();
  return [...noticesOf(entries, errors), ...(unread === null ? [] : [unread])];
}

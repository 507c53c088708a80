// Whether a filter can be asked, before it is: the same parser and compiler as the engine's, so that what is underlined
// while it is typed is what would be refused.
import { compileFilter } from "./compile";
import type { Fields } from "./fields";
import { FilterError } from "./parse";

export interface FilterFault {
  /** Where it is: `length` characters from `at`. */
  readonly at: number;
  readonly length: number;
  readonly message: string;
  readonly mend: string;
}

/** What is wrong with a filter, or null. */
export function filterFault(filter: string, fields: Fields): FilterFault | null {
  try {
    compileFilter(filter, fields, { text: () => "TRUE", marks: () => "TRUE", own: () => "NULL" });
    return null;
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const { at, length, message, mend } = error;
    return {
      at,
      length,
      message: message.replace(/^Filter, column \d+: /, ""),
      mend: mend.replace(/ The filter was: .*$/s, ""),
    };
  }
}

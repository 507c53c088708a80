// The questioned events: those that the analyst's filter selects, or all.
import type { SqlValue } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import { compileFilter } from "../../../shared/filter/compile";
import { recordFields } from "../../../shared/filter/fields";
import type { Role } from "../../../shared/record/columns";

export interface Selection {
  /** SQL condition over the event source's record table as `r`. */
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** Throws "usage" with the column of what is wrong in the filter; searches nothing. */
export function checkFilter(filter: string, role: Role): void {
  // Notes stay in the lab: what is asked must not rest on a text that a replay elsewhere lacks. Tags go with the ledger.
  const marks = (kind: string): string => {
    if (kind !== "note") return "TRUE";
    throw new ProductError(
      "usage",
      "Events cannot be chosen by their notes, which do not leave the lab with an exhibit.",
      "Tag the records, and filter by the tag.",
    );
  };
  compileFilter(filter, recordFields(role), { text: () => "TRUE", own: () => "NULL", marks });
}

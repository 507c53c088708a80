// The questioned events: those that the analyst's filter selects, or all.
import type { SqlValue } from "../../../shared/database";
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
  compileFilter(filter, recordFields(role), { text: () => "TRUE" });
}

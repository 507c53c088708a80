export interface KnownError {
  /** "2027-01": the name it is published under. */
  readonly id: string;
  /** Whole version numbers, as they stand in an act's `tool`. */
  readonly versions: readonly string[];
  /** Actions that are concerned; absent: every act. */
  readonly actions?: readonly string[] | undefined;
  readonly what: string;
  readonly mend: string;
  readonly de?: { readonly what: string; readonly mend: string } | undefined;
}

/**
 * Errors that became known after a version was given out, oldest first. An entry is never taken out: a case made with that
 * version may be opened at any time. Each also stands in CHANGELOG.md and is published as a file (docs/install.md).
 */
export const KNOWN_ERRORS: readonly KnownError[] = [];

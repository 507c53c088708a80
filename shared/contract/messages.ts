// What travels on every carrier. A request has an id; progress, cancel, reply and error carry that id.
import type { ErrorCode } from "../errors";

export interface Progress {
  /** What is being done, in the present: "Reading access.log". */
  readonly doing: string;
  /** Work done and in all, in `unit` (bytes, rows, acts, steps); total null where unknown. */
  readonly done: number;
  readonly total: number | null;
  readonly unit: "bytes" | "rows" | "acts" | "steps";
  /** Counts so far, for import. */
  readonly lines?: number;
  readonly records?: number;
  readonly rejects?: number;
}

export type ToEngine =
  | { readonly kind: "request"; readonly id: number; readonly operation: string; readonly request: unknown }
  | { readonly kind: "cancel"; readonly id: number };

export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly mend: string;
  readonly file?: string;
  readonly line?: number;
  /** Where a choice was in doubt: what there was to choose from. */
  readonly candidates?: readonly string[];
}

export type FromEngine =
  | { readonly kind: "progress"; readonly id: number; readonly progress: Progress }
  | { readonly kind: "reply"; readonly id: number; readonly reply: unknown }
  | { readonly kind: "error"; readonly id: number; readonly error: WireError };

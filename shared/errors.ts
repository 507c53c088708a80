// Errors are part of the product: what happened, in which file and line, what to do. `code` is stable and decides
// the exit status; `mend` is a sentence that tells the reader the next step.

export type ErrorCode =
  | "usage" // wrong use: exit 2
  | "input" // bad input or evidence: exit 3
  | "case-in-use" // exit 3
  | "case-damaged" // exit 3
  | "finding" // verify fails, a calibration is refused: exit 1
  | "view-gone"
  | "engine-lost" // the carrier closed before the engine answered
  | "cancelled"
  | "internal";

export class ProductError extends Error {
  override readonly name = "ProductError";
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly mend: string,
    readonly where: { file?: string; line?: number; candidates?: readonly string[] } = {},
  ) {
    super(message);
  }
}

export const exitCode = (code: ErrorCode): number =>
  code === "usage" ? 2 : code === "finding" ? 1 : code === "cancelled" ? 130 : 3;

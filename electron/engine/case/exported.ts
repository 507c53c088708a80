// Which act of a case exported an exhibit: found by the exhibit's seal, not by where it lies.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ProductError } from "../../../shared/errors";
import type { Json } from "./act";
import { sha256Hex } from "./files";
import type { LedgerLine, OpenCase } from "./open-case";

/** The act that exported the bag, and the SHA-256 of its seal. Throws "usage" where the case exported no such exhibit. */
export function exportOf(openCase: OpenCase, bag: string): { act: LedgerLine; seal: string } {
  const file = join(bag, "seal.note");
  const seal = existsSync(file) ? sha256Hex(readFileSync(file)) : "";
  for (const act of openCase.ledger()) {
    const outputs = act.outputs as { readonly seal?: Json } | null;
    if (act.action === "exhibit.export" && outputs?.seal === seal) return { act, seal };
  }
  throw new ProductError(
    "usage",
    `${bag} is no exhibit that this case exported.`,
    "Name the case that exported it.",
    { file: bag },
  );
}

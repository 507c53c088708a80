import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { ProductError } from "../../../shared/errors";
import type { OpenCase } from "./open-case";

/** Throws "usage" unless `out` may become a new folder beside the case: it does not exist, its parent does, and no case is around it. */
export function mustBeNewFolder(openCase: OpenCase, out: string): void {
  const refuse = (what: string, next: string, file = out): never => {
    throw new ProductError("usage", what, next, { file });
  };
  if (existsSync(out)) refuse(`${out} exists already.`, "Name a new folder.");
  if (!existsSync(dirname(out)))
    refuse(`There is no folder ${dirname(out)}.`, "Make it first.", dirname(out));
  if (out === openCase.path || out.startsWith(`${openCase.path}/`))
    refuse("The folder cannot lie inside the case.", "Name a place outside it.");
}

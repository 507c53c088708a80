// Rule of evidence 1 as it is checked before anything of a file is shown: every physical line is exactly one of four.
import type { AddReport } from "../../shared/contract/evidence";

export const conserves = (file: AddReport): boolean =>
  file.lines === file.recordLines + file.rejects + file.blank + file.headers;

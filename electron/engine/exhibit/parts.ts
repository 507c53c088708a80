// The files of an exhibit, in the order in which they are made. Adding one is adding its module to this list; what says
// how much of what there is comes after what counts it.
import { attributionPart } from "./attribution-part";
import type { ExhibitPart } from "./context";
import { evidencePart } from "./evidence-part";
import { ledgerPart } from "./ledger-part";
import { readmePart, verifierPart } from "./reader-part";
import { recordsPart } from "./records-part";

export const EXHIBIT_PARTS: readonly ExhibitPart[] = [
  ledgerPart,
  evidencePart,
  attributionPart,
  recordsPart,
  verifierPart,
  readmePart,
];

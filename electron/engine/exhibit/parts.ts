// The files of an exhibit, in the order in which they are made. Adding one is adding its module to this list; what says
// how much of what there is comes after what counts it.
import { attributionPart } from "./attribution-part";
import { casePart } from "./case-part";
import type { ExhibitPart } from "./context";
import { evidencePart } from "./evidence-part";
import { ledgerPart } from "./ledger-part";
import { readmePart, verifierPart } from "./reader-part";
import { recordsPart } from "./records-part";
import { reportPart } from "./report-part";
import { stampsPart } from "./stamps-part";
import { viewerPart } from "./viewer-part";

/** What stands on its own: data, signatures, verifier. */
export const CORE_PARTS: readonly ExhibitPart[] = [
  ledgerPart,
  evidencePart,
  attributionPart,
  recordsPart,
  stampsPart,
  verifierPart,
  readmePart,
];

export const EXHIBIT_PARTS: readonly ExhibitPart[] = [...CORE_PARTS, casePart, reportPart, viewerPart];

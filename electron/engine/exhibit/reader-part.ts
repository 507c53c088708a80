// What the recipient needs besides the data: a page to read first, and a verifier that shares no code with the program.
import verifier from "../../../build/verifier/verify.mjs?raw";
import { TOOL } from "../../../shared/version";
import { sha256Hex } from "../case/files";
import { type ExhibitContext, type ExhibitPart, writeData } from "./context";

/** The stand-alone verifier, as it lies in every exhibit. */
export const VERIFIER: string = verifier;
export const verifierSha256 = (): string => sha256Hex(VERIFIER);

export const verifierPart: ExhibitPart = {
  name: "verify.mjs",
  async build(context) {
    writeData(context, "verify.mjs", VERIFIER);
  },
};

export const readmePart: ExhibitPart = {
  name: "README.txt",
  async build(context) {
    writeData(context, "README.txt", readme(context));
  },
};

function readme(context: ExhibitContext): string {
  const { facts } = context;
  const parties =
    context.authority === null
      ? `Parties that are not the answer of a unique or only result stand under pseudonyms (Party A, ...): ${facts.pseudonyms}.`
      : `Every party is named, under the authority stated in bag-info.txt.`;
  return `EXHIBIT

Case       ${context.live.title}
State of   ${context.date} (the last act that this exhibit covers, by the workstation's own clock)
Acts       ${context.entries.length}
Made with  ${TOOL}
Sealed by  ${context.signer.examiner}
Key        ${context.signer.fingerprint}

A result names a subscriber line: the connection that an operator's records show behind a shared address, on a source
port, at a moment. It does not name a person or a device. "ambiguous", "none", "out-of-range" and "no-port" are answers
too: the records cannot tell.

WHAT IS HERE (below data/)
report.pdf                   what this exhibit says and does not say, for people: begin with it
viewer.html                  opens in a browser, offline: filter the results, re-check the bag
attribution.csv              the results, one event a row, byte for byte as signed: ${facts.events} events
attribution.spreadsheet.csv  derived from it for spreadsheets, not evidence: cells that a spreadsheet could take for a
                             formula begin with an apostrophe. Cells changed: ${facts.spreadsheetCellsChanged}
evidence.csv                 the evidence files with their SHA-256
records.duckdb               the events and the mappings that meet them (DuckDB, readable from version 1.0): ${facts.mappings} mappings
custody.jsonl                the ledger: every act, each line carrying the SHA-256 of the line before
checkpoint.note              the signed state of the ledger (C2SP tlog-checkpoint)
texts.jsonl                  free texts of the ledger that a replay needs; the others are withheld
rows.note, rows.salts        the signed tree over the rows of attribution.csv, and the salt of each row
case.jsonld                  the same in CASE/UCO, for other tools
verify.mjs                   checks all of this

${parties}

HOW TO CHECK IT
With Node.js 18 or newer, from this bag's folder:
    node data/verify.mjs --key FINGERPRINT
FINGERPRINT is the signer's, from the statement that reached you separately. Without --key the exhibit is only shown to
be consistent with itself. Exit status 0: it holds; 1: something does not, with its place; 2: wrong use. A verifier that
came with the exhibit proves nothing against someone who replaced it: compare its SHA-256 with the statement's.

By hand, with common tools:
    sha256sum --check manifest-sha256.txt
    sha256sum --check tagmanifest-sha256.txt
and the first line of custody.jsonl has "previous" of 64 zeros; every other has the SHA-256 of the line before it,
without its newline.

HOW TO REPLAY IT
Put custody.jsonl and texts.jsonl into a new folder, the evidence files into another, and run
    portwitness rebuild FOLDER --evidence EVIDENCE
It does every act again and lists each result that differs from the ledger's.
`;
}

// What the recipient needs besides the data: a page to read first, and a verifier that shares no code with the program.
import verifier from "../../../build/verifier/verify.mjs?raw";
import { TOOL } from "../../../shared/version";
import { sha256Hex } from "../case/files";
import { stampActs } from "../case/stamps";
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
  const stamps =
    stampActs(context.entries).length > 0
      ? `  5. time-stamps (RFC 3161), with the certificates of an authority that you trust:
    openssl ts -verify -data data/timestamps/N.note -in data/timestamps/N-....tsr -CAfile CA.pem
`
      : "";
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
timestamps/                  only where an outside authority stamped the ledger: the checkpoint and the reply (RFC 3161)
case.jsonld                  the same in CASE/UCO, for other tools
verify.mjs                   checks all of this

${parties}

HOW TO CHECK IT
With Node.js 18 or newer, from this bag's folder:
    node data/verify.mjs --key FINGERPRINT
FINGERPRINT is the signer's, from the statement that reached you separately. Without --key the exhibit is only shown to
be consistent with itself. Exit status 0: it holds; 1: something does not, with its place; 2: wrong use. A verifier that
came with the exhibit proves nothing against someone who replaced it: compare its SHA-256 with the statement's.

By hand, with common tools, in this bag's folder (docs/verify-by-hand.md of the program explains each step):
  1. every file is the one listed:
    sha256sum --check --strict --quiet manifest-sha256.txt tagmanifest-sha256.txt
  2. the seal signs these manifests: lines 2 to 4 of seal.note are the SHA-256 of
    sha256sum manifest-sha256.txt bagit.txt bag-info.txt
  3. the seal's signature (Ed25519), with the key of bag-info.txt:
    sed -n 's/^Portwitness-Key: [^+]*+[0-9a-f]*+//p' bag-info.txt | base64 -d | tail -c 32 > /tmp/key.raw
    { printf '\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000'; cat /tmp/key.raw; } > /tmp/key.der
    openssl pkey -pubin -inform DER -in /tmp/key.der -out /tmp/key.pem
    head -n 5 seal.note > /tmp/seal.txt
    sed -n '7s/^.* //p' seal.note | base64 -d | tail -c 64 > /tmp/seal.sig
    openssl pkeyutl -verify -pubin -inkey /tmp/key.pem -rawin -in /tmp/seal.txt -sigfile /tmp/seal.sig
    sha256sum /tmp/key.raw        (the key's fingerprint: compare it with the statement's)
  4. the ledger is one chain: the first line of data/custody.jsonl has "previous" of 64 zeros, every other the SHA-256 of
     the line before it, without its newline
${stamps}
HOW TO REPLAY IT
The answers can be made again from the raw files, by anyone, with the program that bag-info.txt names and no key:
    mkdir replay.case && cp data/custody.jsonl data/texts.jsonl replay.case/
    portwitness rebuild replay.case --evidence EVIDENCE
EVIDENCE is the folder with the files of evidence.csv, under any names: they are found by their SHA-256. Every act that
worked on records is done again, and each result that differs from the ledger's is listed (exit 1; 0 where none does).
Then the answers themselves, to compare with attribution.csv, and every record with its line in the original:
    portwitness sources replay.case
    portwitness records replay.case SOURCE --filter "line = 1"
`;
}

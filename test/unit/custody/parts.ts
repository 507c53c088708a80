// The parts of an exhibit as the tests of custody make it: those that take seconds and are not looked into here (the
// typeset report, the viewer with its database engine) are stood in for by short files of the same names.
import { casePart } from "../../../electron/engine/exhibit/case-part";
import { type ExhibitPart, writeData } from "../../../electron/engine/exhibit/context";
import { CORE_PARTS } from "../../../electron/engine/exhibit/parts";

const standIn = (name: string, content: string): ExhibitPart => ({
  name,
  async build(context) {
    writeData(context, name, content);
  },
});

export const QUICK_PARTS: readonly ExhibitPart[] = [
  ...CORE_PARTS,
  casePart,
  standIn("report.pdf", "%PDF-1.7\n%%EOF\n"),
  standIn("viewer.html", "<!doctype html>\n<title>Exhibit</title>\n"),
];

/** The same with a short file in the database's place, for thousands of copies: no verifier looks into it. */
export const SMALL_PARTS: readonly ExhibitPart[] = QUICK_PARTS.map((part) =>
  part.name === "records.duckdb" ? standIn(part.name, "no database\n".repeat(99)) : part,
);

// evidence.csv: every file that the covered acts added, as the ledger has it. The verifiers make it again from the ledger.
import { type Cell, csvLine } from "../../../shared/custody/csv";
import type { LedgerEntry } from "../../../shared/custody/ledger-line";
import type { Json } from "../case/act";
import { type ExhibitPart, writeData } from "./context";

const COLUMNS = [
  "name",
  "size",
  "sha256",
  "source",
  "role",
  "format",
  "member",
  "lines",
  "records",
  "rejects",
  "act",
] as const;

export const EVIDENCE_HEAD = csvLine(COLUMNS);

/** The records that an act gives; none where it adds no evidence. */
export function evidenceRecords(entry: LedgerEntry): string[] {
  if (entry.action !== "evidence.add") return [];
  const { files } = (entry.outputs ?? {}) as { readonly files?: readonly { readonly [key: string]: Json }[] };
  return (files ?? []).map((file) =>
    csvLine(COLUMNS.map((column): Cell => (column === "act" ? entry.seq : cell(file[column])))),
  );
}

export const evidencePart: ExhibitPart = {
  name: "evidence.csv",
  async build(context) {
    writeData(context, "evidence.csv", EVIDENCE_HEAD + context.entries.flatMap(evidenceRecords).join(""));
  },
};

const cell = (value: Json | undefined): Cell =>
  typeof value === "string" || typeof value === "number" ? value : null;

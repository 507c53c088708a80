// evidence.csv: every file that the covered acts added, as the ledger has it.
import { type Cell, csvLine } from "../../../shared/custody/csv";
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

export const evidencePart: ExhibitPart = {
  name: "evidence.csv",
  async build(context) {
    let text = csvLine(COLUMNS);
    for (const entry of context.entries) {
      if (entry.action !== "evidence.add") continue;
      const files =
        (entry.outputs as { readonly files?: readonly { readonly [key: string]: Json }[] } | null)?.files ??
        [];
      for (const file of files) {
        const cells = COLUMNS.map((column): Cell => (column === "act" ? entry.seq : cell(file[column])));
        text += csvLine(cells);
      }
    }
    writeData(context, "evidence.csv", text);
  },
};

const cell = (value: Json | undefined): Cell =>
  typeof value === "string" || typeof value === "number" ? value : null;

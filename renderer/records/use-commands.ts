// The commands of the records screen: their words, their keys, what each does.
import { type Command, useCommands } from "../frame/commands";
import { t } from "../words/words";
import type { BytesAs } from "./record-inspector";

export interface RecordActions {
  readonly filter: () => void;
  readonly find: () => void;
  readonly goTo: () => void;
  readonly help: () => void;
  readonly only: () => void;
  readonly not: () => void;
  readonly around: () => void;
  readonly clear: () => void;
  readonly facet: () => void;
  readonly group: () => void;
  readonly columns: () => void;
  readonly axis: () => void;
  readonly exportAll: () => void;
  readonly colours: () => void;
  readonly views: () => void;
  readonly saved: readonly { readonly name: string; readonly run: () => void }[];
  readonly verdict: () => void;
  readonly bytes: (as: BytesAs) => void;
  readonly cross: (step: 1 | -1) => void;
  readonly first: () => void;
  readonly last: () => void;
  readonly sort: () => void;
  readonly unsort: () => void;
  readonly copy: () => void;
  readonly copyOriginal: () => void;
  readonly bookmark: () => void;
  readonly tag: () => void;
  readonly note: () => void;
}

export function useRecordCommands(does: RecordActions): void {
  const commands: readonly Command[] = [
    { id: "filter", title: t("Filter these records"), keys: "/", run: does.filter },
    { id: "find", title: t("Find in these records"), keys: "Ctrl F", run: does.find },
    { id: "goto", title: t("Go to a row, a line or a time"), keys: "Ctrl G", run: does.goTo },
    { id: "filter.help", title: t("The filter language"), keys: "Ctrl F1", run: does.help },
    { id: "only", title: t("Only this value"), keys: "=", run: does.only },
    { id: "not", title: t("Not this value"), keys: "-", run: does.not },
    { id: "around", title: t("Around this moment, ±1 min"), keys: ".", run: does.around },
    { id: "clear", title: t("Clear the filter"), run: does.clear },
    { id: "facet", title: t("Count this column's values"), keys: "F", run: does.facet },
    { id: "bytes", title: t("Original bytes"), keys: "B", run: () => does.bytes("text") },
    { id: "hex", title: t("Original bytes in hex"), keys: "X", run: () => does.bytes("hex") },
    { id: "window.next", title: t("Next window"), keys: "]", run: () => does.cross(1) },
    { id: "window.back", title: t("Previous window"), keys: "[", run: () => does.cross(-1) },
    { id: "first", title: t("First record"), keys: "Ctrl Home", run: does.first },
    { id: "last", title: t("Last record"), keys: "Ctrl End", run: does.last },
    { id: "sort", title: t("Sort by this column"), keys: "S", run: does.sort },
    { id: "unsort", title: t("Order of the file"), keys: "Shift S", run: does.unsort },
    {
      id: "verdict",
      title: t("Verdict of this record"),
      keys: "Alt A",
      run: does.verdict,
    },
    { id: "copy", title: t("Copy this row"), keys: "Ctrl C", run: does.copy },
    { id: "group", title: t("Group by this column"), keys: "G", run: does.group },
    {
      id: "export",
      title: t("Write these records to a file"),
      keys: "Ctrl S",
      run: does.exportAll,
    },
    { id: "columns", title: t("Columns"), keys: "C", run: does.columns },
    { id: "axis", title: t("Several sources on one time axis"), keys: "A", run: does.axis },
    { id: "colours", title: t("Colour rows"), keys: "Shift C", run: does.colours },
    { id: "views", title: t("Saved views"), keys: "V", run: does.views },
    ...does.saved.map(({ name, run }, i) => ({
      id: `view.${name}`,
      title: t("View {{name}}", { name }),
      ...(i < 9 ? { keys: `Ctrl Alt ${i + 1}` } : {}),
      run,
    })),
    { id: "bookmark", title: t("Bookmark this record"), keys: "K", run: does.bookmark },
    { id: "tag", title: t("Tag this record"), keys: "T", run: does.tag },
    { id: "note", title: t("Put a note on this record"), keys: "N", run: does.note },
    {
      id: "copy.original",
      title: t("Copy the original bytes"),
      keys: "Ctrl Shift C",
      run: does.copyOriginal,
    },
  ];
  useCommands(commands.map((one) => ({ ...one, where: t("Records") })));
}

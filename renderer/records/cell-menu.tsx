// The menu of a cell.
import type { RecordRow } from "../../shared/contract/records";
import { AROUND_US } from "../../shared/filter/cells";
import { Menu, type MenuPlace } from "../parts/menu";
import { t } from "../words/words";

export interface CellMenu {
  readonly at: MenuPlace;
  readonly row: RecordRow;
  readonly column: string;
}

export interface CellActions {
  readonly onlyThis: (row: RecordRow, column: string, choice: "only" | "not") => void;
  readonly around: (row: RecordRow, us: number) => void;
  readonly facet: (column: string) => void;
  readonly group: (column: string) => void;
  readonly bookmark: (row: RecordRow) => void;
  readonly tag: () => void;
  readonly note: () => void;
  readonly copyCell: (row: RecordRow, column: string) => void;
  readonly copyRow: (row: RecordRow) => void;
  readonly copyOriginal: (row: RecordRow) => void;
}

export function CellMenuView({
  menu: { at, row, column },
  does,
  onClose,
}: {
  menu: CellMenu;
  does: CellActions;
  onClose: () => void;
}) {
  const around = [
    t("Around this moment, ±1 s"),
    t("Around this moment, ±1 min"),
    t("Around this moment, ±10 min"),
  ];
  return (
    <Menu
      label={t("What can be done with this cell")}
      at={at}
      onClose={onClose}
      items={[
        {
          id: "only",
          title: t("Only this value"),
          keys: "=",
          run: () => does.onlyThis(row, column, "only"),
        },
        { id: "not", title: t("Not this value"), keys: "-", run: () => does.onlyThis(row, column, "not") },
        { id: "facet", title: t("Count this column's values"), keys: "F", run: () => does.facet(column) },
        { id: "group", title: t("Group by this column"), keys: "G", run: () => does.group(column) },
        ...AROUND_US.map((us, i) => ({
          id: `around.${us}`,
          title: around[i] ?? "",
          apart: i === 0,
          ...(i === 1 ? { keys: "." } : {}),
          run: () => does.around(row, us),
        })),
        {
          id: "bookmark",
          title: t("Bookmark this record"),
          keys: "K",
          apart: true,
          run: () => does.bookmark(row),
        },
        { id: "tag", title: t("Tag this record"), keys: "T", run: does.tag },
        { id: "note", title: t("Put a note on this record"), keys: "N", run: does.note },
        { id: "copy", title: t("Copy this cell"), apart: true, run: () => does.copyCell(row, column) },
        { id: "row", title: t("Copy this row"), keys: "Ctrl C", run: () => does.copyRow(row) },
        {
          id: "original",
          title: t("Copy the original bytes"),
          keys: "Ctrl Shift C",
          run: () => does.copyOriginal(row),
        },
      ]}
    />
  );
}

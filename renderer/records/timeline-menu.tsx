// The menu of a cell on the axis.
import type { TimelineRow } from "../../shared/contract/timeline";
import { AROUND_US } from "../../shared/filter/cells";
import { Menu, type MenuPlace } from "../parts/menu";
import { t } from "../words/words";

export interface TimelineMenu {
  readonly at: MenuPlace;
  readonly row: TimelineRow;
  readonly column: string;
}

export interface TimelineActions {
  readonly onlyThis: (row: TimelineRow, column: string, choice: "only" | "not") => void;
  readonly around: (row: TimelineRow, us: number) => void;
  readonly inSource: (row: TimelineRow) => void;
  readonly bookmark: (row: TimelineRow) => void;
  readonly tag: () => void;
  readonly note: () => void;
  readonly copyCell: (row: TimelineRow, column: string) => void;
  readonly copyRow: (row: TimelineRow) => void;
  readonly copyOriginal: (row: TimelineRow) => void;
}

export function TimelineMenuView({
  menu: { at, row, column },
  does,
  onClose,
}: {
  menu: TimelineMenu;
  does: TimelineActions;
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
        ...AROUND_US.map((us, i) => ({
          id: `around.${us}`,
          title: around[i] ?? "",
          apart: i === 0,
          ...(i === 1 ? { keys: "." } : {}),
          run: () => does.around(row, us),
        })),
        {
          id: "source",
          title: t("Show it among the records of {{name}}", { name: row.source }),
          keys: "O",
          apart: true,
          run: () => does.inSource(row),
        },
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

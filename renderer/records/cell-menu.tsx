// The menu of a cell, of one source's records or of several on one axis.
import { AROUND_US } from "../../shared/filter/cells";
import { Menu, type MenuItem, type MenuPlace } from "../parts/menu";
import { t } from "../words/words";

export interface CellMenu<Row> {
  readonly at: MenuPlace;
  readonly row: Row;
  readonly column: string;
}

export interface CellActions<Row> {
  readonly onlyThis: (row: Row, column: string, choice: "only" | "not") => void;
  readonly around: (row: Row, us: number) => void;
  readonly bookmark: (row: Row) => void;
  readonly tag: () => void;
  readonly note: () => void;
  readonly copyCell: (row: Row, column: string) => void;
  readonly copyRow: (row: Row) => void;
  readonly copyOriginal: (row: Row) => void;
}

/** `narrowing` and `elsewhere`: what only one of the screens offers, before and behind the moments around. */
export function CellMenuView<Row>({
  menu: { at, row, column },
  does,
  narrowing = [],
  elsewhere = [],
  onClose,
}: {
  menu: CellMenu<Row>;
  does: CellActions<Row>;
  narrowing?: readonly MenuItem[];
  elsewhere?: readonly MenuItem[];
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
        ...narrowing,
        ...AROUND_US.map((us, i) => ({
          id: `around.${us}`,
          title: around[i] ?? "",
          apart: i === 0,
          ...(i === 1 ? { keys: "." } : {}),
          run: () => does.around(row, us),
        })),
        ...elsewhere,
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

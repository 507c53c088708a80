// The dialogs of the records screen, one at a time.
import type { RecordRow } from "../../shared/contract/records";
import type { SavedView } from "../../shared/contract/views";
import { link } from "../client/link";
import { type Source, say, useCase, useZone } from "../frame/store";
import type { Column } from "../parts/grid";
import { t } from "../words/words";
import { ExportDialog } from "./export-dialog";
import { FilterHelp } from "./filter-help";
import { GoTo, type Target } from "./go-to";
import { type Layout, shownColumns, toSaved } from "./layout";
import { ColoursDialog, ColumnsDialog, titled, ViewsDialog } from "./layout-dialogs";
import { type MarkDialog, NoteDialog, TagDialog } from "./marks-panel";
import type { SavedViews } from "./use-saved-views";

export type OpenDialog = "export" | "go-to" | "filter-help" | "columns" | "colours" | "views" | MarkDialog;

export function RecordsDialogs({
  open,
  onClose,
  source: { name, role },
  row,
  rows,
  filter,
  columns,
  layout,
  onLayout,
  saved,
  onView,
  onGo,
}: {
  open: OpenDialog;
  onClose: () => void;
  source: Source;
  row: RecordRow | null;
  /** Records of the view. */
  rows: number;
  filter: string;
  columns: readonly Column<RecordRow>[];
  layout: Layout;
  onLayout: (change: Partial<Layout>) => void;
  saved: SavedViews;
  onView: (view: SavedView) => void;
  onGo: (target: Target) => Promise<boolean>;
}) {
  const path = useCase();
  const zone = useZone();
  return (
    <>
      {open === "go-to" ? (
        <GoTo
          rows={rows}
          onGo={(target) =>
            void onGo(target).then((there) => {
              if (!there) say({ kind: "say", text: t("No record of this view stands there.") });
            })
          }
          onClose={onClose}
        />
      ) : null}
      {open === "export" ? (
        <ExportDialog
          name={name}
          rows={rows}
          write={(to, io) =>
            link.request(
              "records.export",
              {
                case: path,
                source: name,
                filter,
                sort: layout.sort ? [layout.sort] : [],
                columns: titled(shownColumns(columns, layout.columns)),
                zone,
                ...to,
              },
              io,
            )
          }
          onClose={onClose}
        />
      ) : null}
      {open === "columns" ? (
        <ColumnsDialog
          columns={columns}
          layout={layout.columns}
          onChange={(next) => onLayout({ columns: next })}
          onClose={onClose}
        />
      ) : null}
      {open === "colours" ? (
        <ColoursDialog
          role={role}
          rules={layout.colours}
          filter={filter}
          onChange={(next) => onLayout({ colours: next })}
          onClose={onClose}
        />
      ) : null}
      {open === "views" ? (
        <ViewsDialog
          views={saved.views}
          current={layout.view}
          onApply={onView}
          onSave={(as) => {
            saved.save(toSaved(as, name, filter, layout));
            onLayout({ view: as });
          }}
          onRemove={saved.remove}
          onClose={onClose}
        />
      ) : null}
      {open === "tag" && row ? (
        <TagDialog source={name} row={row} filter={filter} rows={rows} onClose={onClose} />
      ) : null}
      {open === "note" && row ? <NoteDialog source={name} row={row} onClose={onClose} /> : null}
      {open === "filter-help" ? <FilterHelp onClose={onClose} /> : null}
    </>
  );
}

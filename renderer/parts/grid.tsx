// The one table of the window: AG Grid's infinite row model over rows that are asked for in pages. It promises that a row's
// number is the row's own at any depth: a table that is taller than a browser can paint exactly (2^24 px; 699,050 rows of
// 24 px) is cut into windows of 600,000 rows, and keys and wheel go on from one window into the next.
import type {
  CellContextMenuEvent,
  CellFocusedEvent,
  CellKeyDownEvent,
  ColDef,
  ColumnMovedEvent,
  ColumnResizedEvent,
  FullWidthCellKeyDownEvent,
  GridApi,
  IDatasource,
  RowClassParams,
  ViewportChangedEvent,
} from "ag-grid-community";
import { AgGridReact } from "ag-grid-react";
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { type Kept, t } from "../words/words";
import { ROW_HEIGHT, theme } from "./grid-setup";
import type { MenuPlace } from "./menu";
import { WindowFoot } from "./window-foot";
import { ROWS_PER_WINDOW, windowOf, windowSpan } from "./windows";

const BLOCK = 200;
/** How long the end of a window stands before the wheel goes on: a fling must not carry past rows that nobody saw. */
const EDGE_REST_MS = 120;

export interface Column<T> {
  readonly id: string;
  readonly title: string | Kept;
  readonly width: number;
  readonly flex?: boolean;
  readonly right?: boolean;
  readonly clock?: boolean;
  readonly sortable?: boolean;
  /** Stays at the left while the others scroll. */
  readonly pinned?: boolean;
  /** The whole value as text, for copying and for the tooltip. */
  readonly text: (row: T) => string;
  readonly cell?: (row: T) => ReactNode;
}

/** Tab leaves the table, whose rows are walked by arrow: else it would lead through every cell of every row. */
const leave = (): false => false;

/** Tab enters at the cell that was looked at last, or the first in sight. */
function enter({ api }: { readonly api: GridApi }): boolean {
  const cell = api.getFocusedCell();
  const column = cell?.column ?? api.getAllDisplayedColumns()[0];
  if (!column) return false;
  api.setFocusedCell(cell?.rowIndex ?? Math.max(0, api.getFirstDisplayedRowIndex()), column);
  return true;
}

const titleText = (title: string | Kept): string => (typeof title === "string" ? title : t(title));

export interface Place {
  /** Number of a row in the whole view, from 0. */
  readonly row: number;
  /** Goes up to ask for the same place again. */
  readonly turn: number;
}

export interface GridProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: number;
  /** Changes when the rows behind the numbers change: the grid forgets what it holds. */
  readonly version: string;
  readonly fetch: (from: number, to: number) => Promise<readonly T[]>;
  readonly selected: number | null;
  readonly onSelect: (row: number, data: T | null) => void;
  readonly window: number;
  readonly onWindow: (window: number, at: "top" | "bottom") => void;
  /** Where to scroll to, by request. */
  readonly goTo?: Place | null;
  readonly onShown?: (from: number, to: number) => void;
  readonly onOpen?: (row: number) => void;
  /** The menu of a cell was asked for, at a place of the window. */
  readonly onMenu?: (at: MenuPlace, row: number, data: T | null, column: string) => void;
  /** Goes up where the same rows are to be shown anew, without moving anything. */
  readonly refresh?: number;
  /** Classes of rows, each with the test of the data that has it. */
  readonly rowClasses?: Readonly<Record<string, (data: T) => boolean>>;
  /** The columns as the analyst left them: in order, with their widths. */
  readonly onColumns?: (columns: readonly { readonly id: string; readonly width: number }[]) => void;
  readonly onSort?: (column: string) => void;
  readonly sort?: { readonly column: string; readonly descending: boolean } | null;
}

interface Held<T> {
  readonly row: number;
  readonly data: T;
}

export function Grid<T>(props: GridProps<T>) {
  const { label, columns, rows, version, fetch, selected, window: at, goTo, sort } = props;
  const api = useRef<GridApi<Held<T>> | null>(null);
  const box = useRef<HTMLElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const span = windowSpan(at, rows);
  const entering = useRef<"top" | "bottom" | null>(null);
  const wantsFocus = useRef(false);

  const sorted = sort?.column ?? null;
  const falling = sort?.descending ?? false;
  const definitions = useMemo<ColDef<Held<T>>[]>(
    () =>
      columns.map((column) => ({
        colId: column.id,
        headerName: `${titleText(column.title)}${sorted === column.id ? (falling ? " ▾" : " ▴") : ""}`,
        headerTooltip: titleText(column.title),
        width: column.width,
        ...(column.flex ? { flex: 1, minWidth: column.width } : {}),
        sortable: false,
        suppressMovable: false,
        pinned: column.pinned ? ("left" as const) : null,
        resizable: true,
        headerClass: `${column.right ? "right-head" : ""} ${column.clock ? "clock-head" : ""}`,
        cellClass: column.right ? "cell right" : "cell",
        // The value is the row itself: a cell is drawn again when its row arrives.
        valueGetter: (params) => params.data,
        cellRenderer: (params: { data?: Held<T> }) => {
          if (!params.data) return <span className="waiting" title={t("loading")} />;
          if (column.cell) return column.cell(params.data.data);
          const text = column.text(params.data.data);
          return <span title={text}>{text}</span>;
        },
      })),
    [columns, sorted, falling],
  );

  const rowClassRules = useMemo(
    () =>
      Object.fromEntries(
        Object.entries(props.rowClasses ?? {}).map(([name, fits]) => [
          name,
          (params: RowClassParams<Held<T>>) => params.data !== undefined && fits(params.data.data),
        ]),
      ),
    [props.rowClasses],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version means new rows behind the same numbers
  const datasource = useMemo<IDatasource>(
    () => ({
      rowCount: span.to - span.from,
      getRows: (params) => {
        const from = span.from + params.startRow;
        const to = Math.min(span.from + params.endRow, span.to);
        fetch(from, to).then(
          (data) =>
            params.successCallback(
              data.map((one, i) => ({ row: from + i, data: one })),
              span.to - span.from,
            ),
          () => params.failCallback(),
        );
      },
    }),
    [span.from, span.to, version, fetch],
  );

  const scrollTo = useCallback(
    (row: number, position: "top" | "middle" | "bottom" | null, focus: boolean) => {
      const grid = api.current;
      const { window: now, rows: all } = latest.current;
      if (!grid || windowOf(row) !== now) return;
      const index = row - windowSpan(now, all).from;
      grid.ensureIndexVisible(index, position);
      const column = grid.getAllDisplayedColumns()[0];
      if (focus && column) grid.setFocusedCell(index, column);
    },
    [],
  );

  // Rows and place change in one step, before anything is painted: a frame that showed another window's rows at the old
  // height would be a wrong row under the reader's eye.
  const given = useRef(datasource);
  const [initial] = useState(datasource);
  const pending = useRef<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the rows behind the numbers change
  useLayoutEffect(() => {
    if (given.current === datasource) return;
    given.current = datasource;
    api.current?.setGridOption("datasource", datasource);
    api.current?.setRowCount(span.to - span.from, true);
    const how = entering.current;
    entering.current = null;
    if (how && span.to > span.from)
      scrollTo(how === "top" ? span.from : span.to - 1, how, wantsFocus.current);
  }, [datasource]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` repeats the request
  useLayoutEffect(() => {
    if (!goTo) return;
    if (api.current) scrollTo(goTo.row, "middle", false);
    else pending.current = goTo.row;
  }, [goTo?.row, goTo?.turn, at, version]);

  const mark = useCallback(() => {
    const grid = api.current;
    const { selected: chosen, window: now, rows: all } = latest.current;
    if (!grid) return;
    const from = windowSpan(now, all).from;
    grid.forEachNode((node) => {
      if (!node.data) return;
      const is = chosen !== null && node.rowIndex === chosen - from;
      if (node.isSelected() !== is) node.setSelected(is, false, "api");
    });
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the mark follows the selection and the rows
  useEffect(mark, [selected, at, version]);

  useEffect(() => {
    if (props.refresh) api.current?.refreshInfiniteCache();
  }, [props.refresh]);

  const cross = useCallback((step: 1 | -1, focus: boolean): boolean => {
    const { window: now, rows: all, onWindow: go } = latest.current;
    const next = now + step;
    if (next < 0 || next > windowOf(Math.max(0, all - 1))) return false;
    entering.current = step === 1 ? "top" : "bottom";
    wantsFocus.current = focus;
    go(next, entering.current);
    return true;
  }, []);

  const onCellFocused = (event: CellFocusedEvent<Held<T>>) => {
    if (event.rowIndex === null || event.rowPinned) return;
    const row = span.from + event.rowIndex;
    const data = event.api.getDisplayedRowAtIndex(event.rowIndex)?.data?.data ?? null;
    latest.current.onSelect(row, data);
  };
  const onCellKeyDown = (event: CellKeyDownEvent<Held<T>> | FullWidthCellKeyDownEvent<Held<T>>) => {
    const key = event.event;
    if (!(key instanceof KeyboardEvent) || event.rowIndex === null) return;
    const last = span.to - span.from - 1;
    if ((key.key === "ArrowDown" || key.key === "PageDown") && event.rowIndex >= last) {
      if (cross(1, true)) key.preventDefault();
    } else if ((key.key === "ArrowUp" || key.key === "PageUp") && event.rowIndex <= 0) {
      if (cross(-1, true)) key.preventDefault();
    } else if (key.key === "Enter") props.onOpen?.(span.from + event.rowIndex);
    else if (key.key === "ContextMenu" || (key.shiftKey && key.key === "F10")) {
      const cell = document.activeElement?.closest(".ag-cell");
      const box = cell?.getBoundingClientRect();
      if (!box || !("column" in event)) return;
      key.preventDefault();
      const column = event.column.getColId();
      props.onMenu?.(
        { x: box.left + 8, y: box.bottom },
        span.from + event.rowIndex,
        event.data?.data ?? null,
        column,
      );
    }
  };
  const onMenu = (event: CellContextMenuEvent<Held<T>>) => {
    const click = event.event;
    // The key's own handler has answered already; what the browser sends after it has no pointer.
    if (event.rowIndex === null || !(click instanceof MouseEvent) || click.button !== 2) return;
    event.api.setFocusedCell(event.rowIndex, event.column);
    props.onMenu?.(
      { x: click.clientX, y: click.clientY },
      span.from + event.rowIndex,
      event.data?.data ?? null,
      event.column.getColId(),
    );
  };
  const onColumns = (event: ColumnMovedEvent<Held<T>> | ColumnResizedEvent<Held<T>>) => {
    if (!event.finished || !/^ui/.test(event.source)) return;
    props.onColumns?.(
      event.api.getColumnState().map((state) => ({ id: state.colId, width: Math.round(state.width ?? 0) })),
    );
  };
  const onViewport = (event: ViewportChangedEvent<Held<T>>) => {
    if (event.firstRow >= 0) props.onShown?.(span.from + event.firstRow, span.from + event.lastRow + 1);
  };

  // The wheel at a window's end goes on into the next one, once the last rows have stood there to be seen.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let since = 0;
    let edge: "top" | "bottom" | null = null;
    const look = () => {
      const body = element.querySelector<HTMLElement>(".ag-grid-viewport");
      if (!body) return;
      const now =
        body.scrollTop + body.clientHeight >= body.scrollHeight - 1
          ? "bottom"
          : body.scrollTop <= 0
            ? "top"
            : null;
      if (now !== edge) since = performance.now();
      edge = now;
    };
    const onWheel = (event: WheelEvent) => {
      look();
      if (edge === null || performance.now() - since < EDGE_REST_MS) return;
      if (event.deltaY > 0 && edge === "bottom") cross(1, false);
      else if (event.deltaY < 0 && edge === "top") cross(-1, false);
    };
    element.addEventListener("wheel", onWheel, { passive: true });
    element.addEventListener("scroll", look, { passive: true, capture: true });
    return () => {
      element.removeEventListener("wheel", onWheel);
      element.removeEventListener("scroll", look, { capture: true });
    };
  }, [cross]);

  return (
    <section
      ref={box}
      className="grid"
      data-keys="table"
      data-start
      aria-label={label}
      data-window={at}
      data-sort={sort ? `${sort.column} ${sort.descending ? "down" : "up"}` : undefined}
    >
      <AgGridReact<Held<T>>
        theme={theme}
        rowModelType="infinite"
        cacheBlockSize={BLOCK}
        maxBlocksInCache={40}
        maxConcurrentDatasourceRequests={2}
        cacheOverflowSize={0}
        infiniteInitialRowCount={Math.max(1, span.to - span.from)}
        datasource={initial}
        columnDefs={definitions}
        animateRows={false}
        scrollbarWidth={10}
        enableBrowserTooltips
        suppressColumnMoveAnimation
        suppressDragLeaveHidesColumns
        rowHeight={ROW_HEIGHT}
        headerHeight={28}
        enableCellTextSelection={false}
        rowSelection={{ mode: "singleRow", checkboxes: false, enableClickSelection: false }}
        onGridReady={(event) => {
          api.current = event.api;
          if (given.current !== initial) event.api.setGridOption("datasource", given.current);
          event.api.setRowCount(span.to - span.from, true);
          if (pending.current !== null) scrollTo(pending.current, "middle", false);
          pending.current = null;
        }}
        tabToNextCell={leave}
        tabToNextHeader={leave}
        focusGridInnerElement={enter}
        onCellFocused={onCellFocused}
        onCellKeyDown={onCellKeyDown}
        preventDefaultOnContextMenu={props.onMenu !== undefined}
        onCellContextMenu={onMenu}
        onColumnMoved={onColumns}
        onColumnResized={onColumns}
        rowClassRules={rowClassRules}
        onViewportChanged={onViewport}
        onModelUpdated={mark}
        onColumnHeaderClicked={(event) => {
          if ("getColId" in event.column) props.onSort?.(event.column.getColId());
        }}
      />
      {rows > ROWS_PER_WINDOW ? <WindowFoot window={at} rows={rows} cross={cross} /> : null}
    </section>
  );
}

// Every record of a source: filter, counts, the histogram as outer scroll bar, the grid, the inspector, and beside them
// what explores them: facets, quick find, the menu of a cell.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { RecordRow } from "../../shared/contract/records";
import type { SavedView } from "../../shared/contract/views";
import { AROUND_US, aroundMoment, filterByCell } from "../../shared/filter/cells";
import { ownFieldOf } from "../../shared/filter/fields";
import { InSideBar } from "../frame/side-slot";
import { app, type Source, say, showVerdict, useApp, useCase, useSource, useZone } from "../frame/store";
import { Grid } from "../parts/grid";
import { columnAt } from "../parts/grid-setup";
import { Button } from "../parts/parts";
import { PartialSign, RejectSign } from "../signs/icons";
import { whole } from "../signs/numbers";
import { displayZone } from "../signs/time-format";
import { Rich, t } from "../words/words";
import { type CellActions, type CellMenu, CellMenuView } from "./cell-menu";
import { columnsFor } from "./columns";
import { copyCell, copyOriginal, copyRow } from "./copy";
import { countable, FacetPanel, facetOf, firstFacets } from "./facet-panel";
import { FilterBar } from "./filter-bar";
import { FindBar } from "./find-bar";
import { GroupPanel } from "./group-panel";
import { cellsOf, fromSaved, movedColumns, shownColumns, useLayout } from "./layout";
import { toggleBookmark } from "./marks-panel";
import { NoMatch } from "./no-match";
import { type BytesAs, RecordInspector } from "./record-inspector";
import { type OpenDialog, RecordsDialogs } from "./records-dialogs";
import { Scrubber } from "./scrubber";
import { firstAxis, TimelineScreen } from "./timeline-screen";
import { useRecordCommands } from "./use-commands";
import { useSeenFields } from "./use-fields";
import { useRecordPlace } from "./use-place";
import { useRowColours } from "./use-row-colours";
import { useSavedViews } from "./use-saved-views";
import { useView } from "./use-view";
import { Waiting } from "./waiting";

const BUCKETS = 240;

export function RecordsScreen() {
  const source = useSource();
  const axis = useApp((s) => s.axis);
  if (axis && source) return <TimelineScreen axis={axis} />;
  if (source) return <Records key={source.name} source={source} />;
  return (
    <div className="main" data-pane="main">
      <div className="empty">
        <h1>{t("No records yet")}</h1>
        <p>{t("Add the server's log first; its records are shown here as soon as it is stored.")}</p>
        <Button onClick={() => app.set({ screen: "evidence" })}>{t("Go to Evidence")}</Button>
      </div>
    </div>
  );
}

function Records({ source }: { source: Source }) {
  const path = useCase();
  const { name, role } = source;
  const filter = useApp((s) => s.filter[name] ?? "");
  const [layout, setLayout] = useLayout(`${path}\n${name}`);
  const { sort, group } = layout;
  const { names, fields, digits, see, filterColumn } = useSeenFields(role);
  const facets = layout.facets ?? firstFacets(role);
  const saved = useSavedViews(path, name);
  const [bytesAs, setBytesAs] = useState<BytesAs>("text");
  const [open, setOpen] = useState<OpenDialog>(null);
  const [finds, setFinds] = useState(false);
  const [menu, setMenu] = useState<CellMenu<RecordRow> | null>(null);
  const filterRef = useRef<HTMLInputElement>(null);
  const findRef = useRef<HTMLInputElement>(null);
  const focused = useRef<string | null>(null);

  const question = useMemo(
    () => ({ case: path, source: name, filter, sort: sort ? [sort] : [] }),
    [path, name, filter, sort],
  );
  const view = useView(question, BUCKETS);
  const { rows, version } = view;
  const at = useRecordPlace(path, name, view);
  const colours = useRowColours(path, view.id, layout.colours);
  const { data, place } = at;

  const fetch = useCallback(
    async (from: number, to: number): Promise<readonly RecordRow[]> => {
      const page = await view.page(from, to);
      see(page);
      await colours.load(from, page);
      return page;
    },
    [view.page, colours.load, see],
  );
  const setFilter = (text: string) => app.set({ filter: { ...app.get().filter, [name]: text } });
  const change = (make: () => string | null, refusal: string) => {
    let text: string | null = null;
    try {
      text = make();
    } catch {
      // A filter that cannot be read is told under its line; no term is added to it.
      filterRef.current?.focus();
      return;
    }
    if (text === null) say({ kind: "say", text: refusal });
    else setFilter(text);
  };
  const focusedColumn = (): string | null => {
    const cell = columnAt(document.activeElement) ?? focused.current;
    focused.current = cell;
    return cell;
  };
  const onlyThis = (row: RecordRow | null, column: string | null, choice: "only" | "not") => {
    if (row && column)
      change(() => filterByCell(filter, row, column, choice), t("This column is none that a filter knows."));
  };
  const around = (row: RecordRow | null, us: number) => {
    if (row) change(() => aroundMoment(filter, row, us), t("This record has no time."));
  };
  const addFacet = (column: string | null) => {
    const field = column === null ? null : facetOf(filterColumn(column));
    if (field === null) say({ kind: "say", text: t("The values of this column cannot be counted.") });
    else {
      setLayout({ facets: [field, ...facets.filter((one) => one !== field)] });
      app.prefer({ folded: false });
    }
  };
  const orderOf = (column: string): string =>
    column === "corrected" ? "time" : column === "ports" ? "port" : filterColumn(column);
  const sortBy = (column: string) => {
    const field = orderOf(column);
    const descending = sort?.column === field && !sort.descending;
    setLayout({ sort: sort?.column === field && sort.descending ? null : { column: field, descending } });
  };
  /** Back to the last question that was answered; where none was, to all records in the file's order. */
  const giveUp = () => {
    view.cancel();
    setLayout({ sort: view.question?.sort[0] ?? null });
    setFilter(view.question?.filter ?? "");
  };
  const several = useApp((s) => s.sources.length > 1);
  const onAxis = () => {
    const first = firstAxis(app.get().sources, name);
    if (first) app.set({ axis: first });
    else say({ kind: "say", text: t("An axis needs two sources or more.") });
  };
  const find = () => {
    setFinds(true);
    setTimeout(() => findRef.current?.select(), 0);
  };

  const zoneKnown = source.zone !== "unknown";
  const zone = useZone();
  const calibrated = source.clock != null;
  const all = useMemo(
    () => columnsFor(role, names, zoneKnown, { digits, zone: displayZone(zone), calibrated }),
    [role, names, zoneKnown, digits, zone, calibrated],
  );
  const columns = useMemo(() => shownColumns(all, layout.columns), [all, layout.columns]);
  const groupBy = (column: string | null) => {
    const field = column === null ? null : facetOf(filterColumn(column));
    if (field === null || field === "tag")
      say({ kind: "say", text: t("The values of this column cannot be counted.") });
    else setLayout({ group: [field] });
  };
  const apply = (one: SavedView) => {
    setLayout(fromSaved(one));
    setFilter(one.filter);
    say({ kind: "say", text: t("View {{name}}.", { name: one.name }) });
  };
  const cell: CellActions<RecordRow> = {
    onlyThis,
    around,
    bookmark: (row) => void toggleBookmark({ path, source: name }, row),
    tag: () => setOpen("tag"),
    note: () => setOpen("note"),
    copyCell: (row, column) => void copyCell(columns.find((one) => one.id === column)?.text(row)),
    copyRow: (row) => void copyRow(cellsOf(row, columns), row.line),
    copyOriginal: (row) => void copyOriginal(path, name, row),
  };
  useRecordCommands({
    filter: () => filterRef.current?.focus(),
    find,
    goTo: () => setOpen("go-to"),
    help: () => setOpen("filter-help"),
    only: () => onlyThis(data, focusedColumn(), "only"),
    not: () => onlyThis(data, focusedColumn(), "not"),
    around: () => around(data, AROUND_US[1]),
    clear: () => setFilter(""),
    facet: () => addFacet(focusedColumn()),
    group: () => (group.length > 0 ? setLayout({ group: [] }) : groupBy(focusedColumn())),
    columns: () => setOpen("columns"),
    axis: onAxis,
    exportAll: () => setOpen("export"),
    colours: () => setOpen("colours"),
    views: () => setOpen("views"),
    saved: saved.views.map((one) => ({ name: one.name, run: () => apply(one) })),
    verdict: () => (data ? showVerdict(name, data) : say({ kind: "say", text: t("Choose a record first.") })),
    bytes: setBytesAs,
    cross: at.cross,
    first: () => at.go(0),
    last: () => at.go(rows - 1),
    sort: () => {
      const column = focusedColumn();
      if (column) sortBy(column);
    },
    unsort: () => setLayout({ sort: null }),
    copy: () => data && void copyRow(cellsOf(data, columns), data.line),
    copyOriginal: () => data && void copyOriginal(path, name, data),
    bookmark: () => data && void toggleBookmark({ path, source: name }, data),
    tag: () => data && setOpen("tag"),
    note: () => data && setOpen("note"),
  });
  // A key that asks for the next row must not act on a menu's row that is gone.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fresh view closes the menu of the last
  useEffect(() => setMenu(null), [version]);

  const rejects = source.files.reduce((sum, file) => sum + file.rejects, 0);
  const partial = source.files.reduce((sum, file) => sum + file.partial, 0);
  // The order of the rows that stand there, which is not yet the one asked for.
  const shown = view.question?.sort[0] ?? null;
  const stale = view.error !== null && view.question !== null;
  return (
    <>
      <InSideBar>
        <FacetPanel
          source={name}
          filter={filter}
          onFilter={setFilter}
          facets={facets}
          onFacets={(next) => setLayout({ facets: next })}
        />
      </InSideBar>
      <div className={`main ${stale ? "stale" : ""}`} data-pane="main">
        <div className="bar">
          <FilterBar
            inputRef={filterRef}
            label={t("Filter the records of {{name}}", { name })}
            source={name}
            fields={fields}
            value={filter}
            onApply={setFilter}
            onHelp={() => setOpen("filter-help")}
            error={view.error}
            placeholder={
              role === "nat"
                ? "publicIp in 203.0.113.0/24 and port = 41822"
                : "srcIp in 203.0.113.0/24 and srcPort >= 1024"
            }
          />
          {filter ? <Button onClick={() => setFilter("")}>{t("Clear")}</Button> : null}
          <Button title={t("Saved views (V)")} onClick={() => setOpen("views")}>
            {layout.view ?? t("Saved views")}
          </Button>
          <Button title={t("Columns (C)")} onClick={() => setOpen("columns")}>
            {t("Columns")}
          </Button>
          {several ? (
            <Button title={t("Several sources on one time axis (A)")} onClick={onAxis}>
              {t("One axis")}
            </Button>
          ) : null}
        </div>
        {finds ? (
          <FindBar
            inputRef={findRef}
            view={view.id}
            place={place}
            onGo={at.go}
            onClose={() => setFinds(false)}
          />
        ) : null}
        <div className="counts-line" role="status" aria-live="polite">
          <span>
            <Rich
              text="{{rows}} of {{count}} records"
              values={{ rows: <b data-testid="rows">{whole(rows)}</b>, count: source.rows }}
            />
          </span>
          <span>
            {shown
              ? t(shown.descending ? "sorted by {{column}}, falling" : "sorted by {{column}}", {
                  column: shown.column,
                })
              : t("in the file's order")}
          </span>
          {layout.colours.map((rule) => (
            <button
              key={`${rule.colour}${rule.filter}`}
              type="button"
              className="link row"
              title={t("Colour rows (Shift C)")}
              onClick={() => setOpen("colours")}
            >
              <span className={`rule-swatch rule-${rule.colour}`} />
              <span className="mono small">{rule.filter}</span>
            </button>
          ))}
          {stale ? <span className="mark">{t("before the error")}</span> : null}
          <Waiting view={view} onCancel={giveUp} />
          <span className="grow" />
          {rejects ? (
            <span className="row mark">
              <RejectSign /> {t("{{count}} rejects", { count: rejects })}
            </span>
          ) : null}
          {partial ? (
            <span className="row mark">
              <PartialSign /> {t("{{count}} partial", { count: partial })}
            </span>
          ) : null}
        </div>
        {view.histogram ? (
          <Scrubber histogram={view.histogram} rows={rows} window={at.window} place={place} onGo={at.go} />
        ) : (
          <div className="scrubber" style={{ height: 78 }} />
        )}
        {group.length > 0 ? (
          <GroupPanel
            source={name}
            filter={filter}
            by={group}
            fields={[...countable(role), ...Object.keys(fields).filter((one) => ownFieldOf(one) !== null)]}
            onBy={(by) => setLayout({ group: by })}
            onDrill={(text) => {
              setFilter(text);
              setLayout({ group: [] });
            }}
          />
        ) : view.question === null ? (
          <div className="grow" aria-busy={view.loading} />
        ) : rows > 0 ? (
          <Grid
            label={t("Records of {{name}}", { name })}
            columns={columns}
            rows={rows}
            version={version}
            refresh={view.refresh + colours.turn}
            rowClasses={colours.classes}
            onColumns={(shown) => setLayout({ columns: movedColumns(all, layout.columns, shown) })}
            fetch={fetch}
            selected={place}
            onSelect={at.onSelect}
            window={at.window}
            onWindow={at.setWindow}
            goTo={at.goTo}
            sort={shown && { ...shown, column: all.find(({ id }) => orderOf(id) === shown.column)?.id ?? "" }}
            onSort={sortBy}
            onMenu={(where, _, row, column) => row && setMenu({ at: where, row, column })}
          />
        ) : (
          <NoMatch
            filter={filter}
            all={source.rows}
            onEdit={() => filterRef.current?.focus()}
            onFilter={setFilter}
          />
        )}
      </div>
      <RecordInspector
        source={source}
        row={place}
        data={data}
        bytesAs={bytesAs}
        onBytesAs={setBytesAs}
        onMark={setOpen}
      />
      {menu ? (
        <CellMenuView
          menu={menu}
          does={cell}
          narrowing={[
            {
              id: "facet",
              title: t("Count this column's values"),
              keys: "F",
              run: () => addFacet(menu.column),
            },
            { id: "group", title: t("Group by this column"), keys: "G", run: () => groupBy(menu.column) },
          ]}
          onClose={() => setMenu(null)}
        />
      ) : null}
      <RecordsDialogs
        open={open}
        onClose={() => setOpen(null)}
        source={source}
        row={data}
        rows={rows}
        filter={filter}
        columns={all}
        layout={layout}
        onLayout={setLayout}
        saved={saved}
        onView={apply}
        onGo={at.goToTarget}
      />
    </>
  );
}

// Several sources on one time axis: what the server saw and what the operator's NAT did, in the order in which it happened.
// What the order rests on stands above it, and each record says by whose clock it has its place.
import { useCallback, useMemo, useRef, useState } from "react";
import type { TimelineRow } from "../../shared/contract/timeline";
import { AROUND_US, filterByCell } from "../../shared/filter/cells";
import { timelineFields } from "../../shared/filter/timeline-fields";
import { link } from "../client/link";
import { useCommands } from "../frame/commands";
import { InSideBar } from "../frame/side-slot";
import { type Axis, app, type Source, say, showVerdict, useApp, useCase, useZone } from "../frame/store";
import { Grid } from "../parts/grid";
import { columnAt } from "../parts/grid-setup";
import { Button } from "../parts/parts";
import { WarnSign } from "../signs/icons";
import { whole } from "../signs/numbers";
import { digitsOf, displayZone, timeText } from "../signs/time-format";
import { Rich, t } from "../words/words";
import { AxisDialog } from "./axis-dialog";
import { AxisPanel } from "./axis-panel";
import { type CellActions, type CellMenu, CellMenuView } from "./cell-menu";
import { copyCell, copyOriginal, copyRow } from "./copy";
import { ExportDialog } from "./export-dialog";
import { FilterBar } from "./filter-bar";
import { FilterHelp } from "./filter-help";
import { GoTo } from "./go-to";
import { cellsOf, movedColumns, shownColumns, useLayout } from "./layout";
import { ColumnsDialog, titled } from "./layout-dialogs";
import { NoteDialog, TagDialog, toggleBookmark } from "./marks-panel";
import { NoMatch } from "./no-match";
import { type BytesAs, RecordInspector } from "./record-inspector";
import { Scrubber } from "./scrubber";
import { fieldOfCell, timelineColumns } from "./timeline-columns";
import { AXIS, useTimeline } from "./use-timeline";
import { Waiting } from "./waiting";

const BUCKETS = 240;
const SAMPLE = "publicIp in 203.0.113.0/24 or srcIp in 203.0.113.0/24";
type Open = "axis" | "columns" | "export" | "go-to" | "filter-help" | "tag" | "note" | null;

/**
 * What an axis begins with: the source that is looked at and those that it is read together with, NAT logs and who had the
 * lines for a server's log, servers for a NAT's. Null where there is none.
 */
export function firstAxis(sources: readonly Source[], name: string): Axis | null {
  const own = sources.find((one) => one.name === name);
  const fits = (one: Source) =>
    one.name === name ||
    (own?.role === "server" ? one.role === "nat" || one.role === "subscriber" : one.role === "server");
  const chosen = sources.filter(fits).slice(0, 12);
  const others = chosen.length > 1 ? chosen : sources.slice(0, 12);
  return others.length > 1 ? { sources: others.map((one) => one.name) } : null;
}

export function TimelineScreen({ axis }: { axis: Axis }) {
  const path = useCase();
  const zone = useZone();
  const all = useApp((s) => s.sources);
  const filter = useApp((s) => s.filter[AXIS] ?? "");
  const [layout, setLayout] = useLayout(`${path}\n${AXIS}`);
  const [digits, setDigits] = useState(0);
  const [open, setOpen] = useState<Open>(null);
  const [menu, setMenu] = useState<CellMenu<TimelineRow> | null>(null);
  const [bytesAs, setBytesAs] = useState<BytesAs>("text");
  const filterRef = useRef<HTMLInputElement>(null);
  const { sources, clock, stretch } = axis;

  const question = useMemo(
    () => ({ case: path, sources, filter, ...(clock === undefined ? {} : { clock }), ...stretch }),
    [path, sources, filter, clock, stretch],
  );
  const { view, at } = useTimeline(question, BUCKETS);
  const { rows, answer } = view;
  const { data, place } = at;
  const fetch = useCallback(
    async (from: number, to: number) => {
      const page = await view.page(from, to);
      const finest = Math.max(0, ...page.map(({ record }) => digitsOf(record.precisionUs)));
      setDigits((before) => Math.max(before, finest));
      return page;
    },
    [view.page],
  );

  const setFilter = (text: string) => app.set({ filter: { ...app.get().filter, [AXIS]: text } });
  const setAxis = (next: Axis | null) => app.set({ axis: next });
  const unstretched = (): Axis => {
    const { stretch: _, ...rest } = axis;
    return rest;
  };
  /** Back to the last axis that was laid; where none was, to the records of one source. */
  const giveUp = () => {
    const { question: last } = view;
    view.cancel();
    if (last === null) return setAxis(null);
    const { fromUs, toUs } = last;
    setFilter(last.filter);
    setAxis({
      sources: last.sources,
      ...(last.clock === undefined ? {} : { clock: last.clock }),
      ...(fromUs === undefined || toUs === undefined ? {} : { stretch: { fromUs, toUs } }),
    });
  };
  const column = (): string | null => columnAt(document.activeElement);
  const onlyThis = (row: TimelineRow | null, cell: string | null, choice: "only" | "not") => {
    if (!row || !cell) return;
    const field = fieldOfCell(row, cell);
    const record = { ...row.record, source: row.source };
    const next = filterByCell(filter, record, field, choice);
    if (next === null) say({ kind: "say", text: t("This column is none that a filter knows.") });
    else setFilter(next);
  };
  const around = (row: TimelineRow | null, us: number) => {
    if (!row) return;
    if (row.atUs === null) say({ kind: "say", text: t("This record has no time.") });
    else {
      const { correctedFromUs, correctedToUs } = row.record;
      // The whole interval in which it took place, and so much on either side.
      const fromUs = Math.min(row.atUs, correctedFromUs ?? row.atUs) - us;
      const toUs = Math.max(row.atUs + 1, correctedToUs ?? row.atUs) + us;
      setAxis({ ...axis, stretch: { fromUs, toUs } });
    }
  };
  const inSource = ({ source, record }: TimelineRow) =>
    app.set({
      axis: null,
      source,
      filter: { ...app.get().filter, [source]: "" },
      place: { ...app.get().place, [source]: record.row },
    });
  const zoneKnown = useCallback(
    (name: string) => all.find((one) => one.name === name)?.zone !== "unknown",
    [all],
  );
  const every = useMemo(
    () => timelineColumns(sources, displayZone(zone), digits, zoneKnown),
    [sources, zone, digits, zoneKnown],
  );
  const columns = useMemo(() => shownColumns(every, layout.columns), [every, layout.columns]);
  const fields = useMemo(() => timelineFields({ name: sources[0] ?? "", role: "nat" }, sources), [sources]);
  const does: CellActions<TimelineRow> = {
    onlyThis,
    around,
    bookmark: (row) => void toggleBookmark({ path, source: row.source }, row.record),
    tag: () => setOpen("tag"),
    note: () => setOpen("note"),
    copyCell: (row, cell) => void copyCell(columns.find((one) => one.id === cell)?.text(row)),
    copyRow: (row) => void copyRow(cellsOf(row, columns), row.record.line),
    copyOriginal: (row) => void copyOriginal(path, row.source, row.record),
  };
  const withRow = (run: (row: TimelineRow) => void) => () => data && run(data);
  useCommands(
    [
      { id: "filter", title: t("Filter these records"), keys: "/", run: () => filterRef.current?.focus() },
      { id: "goto", title: t("Go to a row or a time"), keys: "Ctrl G", run: () => setOpen("go-to") },
      {
        id: "filter.help",
        title: t("The filter language"),
        keys: "Ctrl F1",
        run: () => setOpen("filter-help"),
      },
      { id: "axis", title: t("Sources and clock of the axis"), keys: "A", run: () => setOpen("axis") },
      { id: "axis.leave", title: t("Records of one source"), keys: "Shift A", run: () => setAxis(null) },
      { id: "only", title: t("Only this value"), keys: "=", run: () => onlyThis(data, column(), "only") },
      { id: "not", title: t("Not this value"), keys: "-", run: () => onlyThis(data, column(), "not") },
      {
        id: "around",
        title: t("Around this moment, ±1 min"),
        keys: ".",
        run: () => around(data, AROUND_US[1]),
      },
      { id: "stretch.all", title: t("The whole axis"), keys: "Shift W", run: () => setAxis(unstretched()) },
      { id: "clear", title: t("Clear the filter"), run: () => setFilter("") },
      { id: "in.source", title: t("Show it among its source's records"), keys: "O", run: withRow(inSource) },
      { id: "bytes", title: t("Original bytes"), keys: "B", run: () => setBytesAs("text") },
      { id: "hex", title: t("Original bytes in hex"), keys: "X", run: () => setBytesAs("hex") },
      { id: "window.next", title: t("Next window"), keys: "]", run: () => at.cross(1) },
      { id: "window.back", title: t("Previous window"), keys: "[", run: () => at.cross(-1) },
      { id: "first", title: t("First record"), keys: "Ctrl Home", run: () => at.go(0) },
      { id: "last", title: t("Last record"), keys: "Ctrl End", run: () => at.go(rows - 1) },
      { id: "columns", title: t("Columns"), keys: "C", run: () => setOpen("columns") },
      {
        id: "export",
        title: t("Write these records to a file"),
        keys: "Ctrl S",
        run: () => setOpen("export"),
      },
      { id: "copy", title: t("Copy this row"), keys: "Ctrl C", run: withRow(does.copyRow) },
      {
        id: "verdict",
        title: t("Verdict of this record"),
        keys: "Alt A",
        run: withRow((row) => showVerdict(row.source, row.record)),
      },
      {
        id: "copy.original",
        title: t("Copy the original bytes"),
        keys: "Ctrl Shift C",
        run: withRow(does.copyOriginal),
      },
      { id: "bookmark", title: t("Bookmark this record"), keys: "K", run: withRow(does.bookmark) },
      { id: "tag", title: t("Tag this record"), keys: "T", run: withRow(does.tag) },
      { id: "note", title: t("Put a note on this record"), keys: "N", run: withRow(does.note) },
    ].map((one) => ({ ...one, where: t("Records") })),
  );

  const source = data ? (all.find((one) => one.name === data.source) ?? null) : null;
  const total = all.filter((one) => sources.includes(one.name)).reduce((sum, one) => sum + one.rows, 0);
  const stale = view.error !== null && view.question !== null;
  const close = () => setOpen(null);
  return (
    <>
      <InSideBar>
        <AxisPanel answer={answer} />
      </InSideBar>
      <div className={`main ${stale ? "stale" : ""}`} data-pane="main">
        <div className="bar">
          <FilterBar
            inputRef={filterRef}
            label={t("Filter the records on the axis")}
            source={null}
            fields={fields}
            value={filter}
            onApply={setFilter}
            onHelp={() => setOpen("filter-help")}
            error={view.error}
            placeholder={SAMPLE}
          />
          {filter ? <Button onClick={() => setFilter("")}>{t("Clear")}</Button> : null}
          <Button title={t("Sources and clock of the axis (A)")} onClick={() => setOpen("axis")}>
            {t("Sources and clock")}
          </Button>
          <Button title={t("Columns (C)")} onClick={() => setOpen("columns")}>
            {t("Columns")}
          </Button>
          <Button title={t("Records of one source (Shift A)")} onClick={() => setAxis(null)}>
            {t("One source")}
          </Button>
        </div>
        <div className="counts-line" role="status" aria-live="polite">
          <span>
            <Rich
              text="{{rows}} of {{count}} records"
              values={{ rows: <b data-testid="rows">{whole(rows)}</b>, count: total }}
            />
          </span>
          {answer?.axis === "recorded" ? (
            <span className="row mark">
              <WarnSign /> {t("no two of these clocks were compared: their order shows nothing")}
            </span>
          ) : answer ? (
            <span>
              {answer.axis === "true-time"
                ? t("in true time")
                : t("in the clock of {{name}}", { name: answer.clock ?? "" })}
            </span>
          ) : null}
          {stretch ? (
            <button
              type="button"
              className="chip chip-button"
              title={t("Show the whole axis (Shift W)")}
              onClick={() => setAxis(unstretched())}
            >
              {timeText(stretch.fromUs, 3, zone)} – {timeText(stretch.toUs, 3, zone)}
              <span aria-hidden="true"> ×</span>
              <span className="hidden-text">{t("show the whole axis")}</span>
            </button>
          ) : null}
          {stale ? <span className="mark">{t("before the error")}</span> : null}
          <Waiting view={view} onCancel={giveUp} />
        </div>
        {view.histogram ? (
          <Scrubber histogram={view.histogram} rows={rows} window={at.window} place={place} onGo={at.go} />
        ) : (
          <div className="scrubber" style={{ height: 78 }} />
        )}
        {view.question === null ? (
          <div className="grow" aria-busy={view.loading} />
        ) : rows > 0 ? (
          <Grid
            label={t("Records on the axis")}
            columns={columns}
            rows={rows}
            version={view.version}
            refresh={view.refresh}
            onColumns={(shown) => setLayout({ columns: movedColumns(every, layout.columns, shown) })}
            fetch={fetch}
            selected={place}
            onSelect={at.onSelect}
            window={at.window}
            onWindow={at.setWindow}
            goTo={at.goTo}
            onMenu={(where, _, row, cell) => row && setMenu({ at: where, row, column: cell })}
          />
        ) : (
          <NoMatch
            filter={filter || t("this stretch of the axis")}
            all={total}
            onEdit={() => filterRef.current?.focus()}
            onFilter={(text) => {
              setFilter(text);
              setAxis(unstretched());
            }}
          />
        )}
      </div>
      {source && data ? (
        <RecordInspector
          key={source.name}
          source={source}
          row={place}
          data={data.record}
          placed={data.placed}
          bytesAs={bytesAs}
          onBytesAs={setBytesAs}
          onMark={setOpen}
        />
      ) : (
        <RecordInspector
          source={all[0]!}
          row={null}
          data={null}
          bytesAs={bytesAs}
          onBytesAs={setBytesAs}
          onMark={setOpen}
        />
      )}
      {menu ? (
        <CellMenuView
          menu={menu}
          does={does}
          elsewhere={[
            {
              id: "source",
              title: t("Show it among the records of {{name}}", { name: menu.row.source }),
              keys: "O",
              apart: true,
              run: () => inSource(menu.row),
            },
          ]}
          onClose={() => setMenu(null)}
        />
      ) : null}
      {open === "axis" ? <AxisDialog axis={axis} onChange={setAxis} onClose={close} /> : null}
      {open === "columns" ? (
        <ColumnsDialog
          columns={every}
          layout={layout.columns}
          onChange={(next) => setLayout({ columns: next })}
          onClose={close}
        />
      ) : null}
      {open === "export" ? (
        <ExportDialog
          name={sources.join("+")}
          rows={rows}
          write={(to, io) =>
            link.request(
              "timeline.export",
              { ...question, sources: [...sources], columns: titled(columns), zone, ...to },
              io,
            )
          }
          onClose={close}
        />
      ) : null}
      {open === "go-to" ? (
        <GoTo
          rows={rows}
          onGo={(target) =>
            void at.goToTarget(target).then((there) => {
              if (!there) say({ kind: "say", text: t("No record of this view stands there.") });
            })
          }
          onClose={close}
        />
      ) : null}
      {open === "filter-help" ? <FilterHelp onClose={close} /> : null}
      {open === "tag" && data ? (
        <TagDialog source={data.source} row={data.record} filter="" rows={null} onClose={close} />
      ) : null}
      {open === "note" && data ? <NoteDialog source={data.source} row={data.record} onClose={close} /> : null}
    </>
  );
}

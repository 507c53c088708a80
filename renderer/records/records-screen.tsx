// Every record of a source: filter, counts, the histogram as outer scroll bar, the grid, the inspector.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { RecordRow } from "../../shared/contract/records";
import { useCommands } from "../frame/commands";
import { app, say, useApp, useCase, useSource, useZone } from "../frame/store";
import { Grid, type Place } from "../parts/grid";
import { Button, Dialog, Key, TextField } from "../parts/parts";
import { windowOf, windowSpan } from "../parts/windows";
import { PartialSign, RejectSign } from "../signs/icons";
import { whole } from "../signs/numbers";
import { digitsOf } from "../signs/time-format";
import { Rich, t } from "../words/words";
import { columnsFor, fieldNamesOf, fieldText, filterName } from "./columns";
import { FilterBar } from "./filter-bar";
import { type BytesAs, RecordInspector } from "./record-inspector";
import { Scrubber } from "./scrubber";
import { type Sort, useView } from "./use-view";

const BUCKETS = 240;

export function RecordsScreen() {
  const path = useCase();
  const source = useSource();
  const name = source?.name ?? "";
  const filter = useApp((s) => s.filter[name] ?? "");
  const place = useApp((s) => s.place[name] ?? null);
  const [sort, setSort] = useState<Sort | null>(null);
  const [window, setWindow] = useState(0);
  const [goTo, setGoTo] = useState<Place | null>(null);
  const [data, setData] = useState<RecordRow | null>(null);
  const [names, setNames] = useState<readonly string[]>([]);
  const [digits, setDigits] = useState(0);
  const [bytesAs, setBytesAs] = useState<BytesAs>("text");
  const [asksRow, setAsksRow] = useState(false);
  const filterRef = useRef<HTMLInputElement>(null);
  const focused = useRef<string | null>(null);

  const question = useMemo(
    () => (name ? { case: path, source: name, filter, sort: sort ? [sort] : [] } : null),
    [path, name, filter, sort],
  );
  const view = useView(question, BUCKETS);
  const { rows, version } = view;

  // A place that is remembered for this source is gone to when its view opens, once; the row's data come with it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: for each fresh view, not for each step in it
  useEffect(() => {
    if (version === "0") return;
    const target = place !== null && place < rows ? place : null;
    setWindow(target === null ? 0 : windowOf(target));
    if (target === null) {
      setData(null);
      return;
    }
    setGoTo((before) => ({ row: target, turn: (before?.turn ?? 0) + 1 }));
    view.page(target, target + 1).then(
      ([row]) => setData(row ?? null),
      () => {},
    );
  }, [version]);

  const fetch = useCallback(
    async (from: number, to: number): Promise<readonly RecordRow[]> => {
      const page = await view.page(from, to);
      const finest = Math.max(0, ...page.map((row) => (row.timeUs === null ? 0 : digitsOf(row.precisionUs))));
      setDigits((before) => Math.max(before, finest));
      setNames((before) => {
        const found = fieldNamesOf(page);
        const more = found.filter((one) => !before.includes(one));
        return more.length && before.length < 10 ? [...before, ...more].slice(0, 10) : before;
      });
      return page;
    },
    [view.page],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another source has other fields
  useEffect(() => {
    setNames([]);
    setDigits(0);
  }, [name]);

  const go = useCallback(
    (row: number) => {
      const target = Math.min(Math.max(0, row), Math.max(0, rows - 1));
      setWindow(windowOf(target));
      setGoTo((before) => ({ row: target, turn: (before?.turn ?? 0) + 1 }));
      app.set({ place: { ...app.get().place, [name]: target } });
      view.page(target, target + 1).then(
        ([row]) => setData(row ?? null),
        () => {},
      );
    },
    [rows, name, view.page],
  );
  const onSelect = useCallback(
    (row: number, chosen: RecordRow | null) => {
      app.set({ place: { ...app.get().place, [name]: row } });
      if (chosen) setData(chosen);
      else
        view.page(row, row + 1).then(
          ([one]) => setData(one ?? null),
          () => {},
        );
    },
    [name, view.page],
  );
  const setFilter = (text: string) => {
    app.set({ filter: { ...app.get().filter, [name]: text }, place: { ...app.get().place, [name]: 0 } });
  };
  const focusedColumn = (): string | null => {
    const cell = document.activeElement?.closest(".ag-cell")?.getAttribute("col-id") ?? focused.current;
    focused.current = cell;
    return cell;
  };
  const onlyThis = (not: boolean) => {
    const column = focusedColumn();
    if (!data || !column) return;
    const value = cellValue(data, column);
    if (value === null) return;
    // A format's own fields stand in the bytes alone; there the filter language can only look for text.
    const field = filterName(column);
    const test = column.startsWith("field.")
      ? `text ~ ${JSON.stringify(value)}`
      : field && `${field} = ${/^[\w.:/-]+$/.test(value) ? value : JSON.stringify(value)}`;
    if (!test) return;
    const term = not ? `not ${test}` : test;
    setFilter(filter ? `(${filter}) and ${term}` : term);
  };
  const sortBy = (column: string) => {
    const field = column === "corrected" ? "time" : column.replace(/^field\./, "");
    setSort((before) =>
      before?.column === field
        ? before.descending
          ? null
          : { ...before, descending: true }
        : { column: field, descending: false },
    );
  };
  const crossTo = (step: 1 | -1) => {
    const next = window + step;
    if (next < 0 || next > windowOf(Math.max(0, rows - 1))) return;
    const span = windowSpan(next, rows);
    go(step === 1 ? span.from : span.to - 1);
  };

  useCommands([
    {
      id: "filter",
      title: t("Filter these records"),
      keys: "/, Ctrl F",
      where: t("Records"),
      run: () => filterRef.current?.focus(),
    },
    { id: "goto", title: t("Go to a row"), keys: "Ctrl G", where: t("Records"), run: () => setAsksRow(true) },
    { id: "only", title: t("Only this value"), keys: "=", where: t("Records"), run: () => onlyThis(false) },
    { id: "not", title: t("Not this value"), keys: "-", where: t("Records"), run: () => onlyThis(true) },
    { id: "clear", title: t("Clear the filter"), where: t("Records"), run: () => setFilter("") },
    {
      id: "bytes",
      title: t("Original bytes"),
      keys: "B",
      where: t("Records"),
      run: () => setBytesAs("text"),
    },
    {
      id: "hex",
      title: t("Original bytes in hex"),
      keys: "X",
      where: t("Records"),
      run: () => setBytesAs("hex"),
    },
    { id: "window.next", title: t("Next window"), keys: "]", where: t("Records"), run: () => crossTo(1) },
    {
      id: "window.back",
      title: t("Previous window"),
      keys: "[",
      where: t("Records"),
      run: () => crossTo(-1),
    },
    { id: "first", title: t("First record"), keys: "Ctrl Home", where: t("Records"), run: () => go(0) },
    { id: "last", title: t("Last record"), keys: "Ctrl End", where: t("Records"), run: () => go(rows - 1) },
    {
      id: "sort",
      title: t("Sort by this column"),
      keys: "S",
      where: t("Records"),
      run: () => {
        const column = focusedColumn();
        if (column) sortBy(column);
      },
    },
    {
      id: "unsort",
      title: t("Order of the file"),
      keys: "Shift S",
      where: t("Records"),
      run: () => setSort(null),
    },
    {
      id: "verdict",
      title: t("Verdict of this record"),
      keys: "Alt A",
      where: t("Records"),
      run: () => app.set({ screen: "attribution" }),
    },
    {
      id: "copy",
      title: t("Copy this row"),
      keys: "Ctrl C",
      where: t("Records"),
      run: () => {
        if (data)
          void copyRow(
            data,
            columns.map((column) => column.text(data)),
          );
      },
    },
  ]);

  const zoneKnown = source?.zone !== "unknown";
  const role = source?.role ?? "server";
  const utc = useZone() === "UTC";
  const calibrated = source?.clock != null;
  const columns = useMemo(
    () => columnsFor(role, names, zoneKnown, { digits, utc, calibrated }),
    [role, names, zoneKnown, digits, utc, calibrated],
  );
  if (!source)
    return (
      <div className="main" data-pane="main">
        <div className="empty">
          <h1>{t("No records yet")}</h1>
          <p>{t("Add the server's log first; its records are shown here as soon as it is stored.")}</p>
          <Button onClick={() => app.set({ screen: "evidence" })}>{t("Go to Evidence")}</Button>
        </div>
      </div>
    );
  const rejects = source.files.reduce((sum, file) => sum + file.rejects, 0);
  const partial = source.files.reduce((sum, file) => sum + file.partial, 0);
  const stale = view.error !== null && view.question !== null;
  return (
    <>
      <div className={`main ${stale ? "stale" : ""}`} data-pane="main">
        <div className="bar">
          <FilterBar
            inputRef={filterRef}
            label={t("Filter the records of {{name}}", { name })}
            value={filter}
            onApply={setFilter}
            error={view.error}
            placeholder={
              role === "nat"
                ? "publicIp in 203.0.113.0/24 and port = 41822"
                : "srcIp in 203.0.113.0/24 and srcPort >= 1024"
            }
          />
          {filter ? <Button onClick={() => setFilter("")}>{t("Clear")}</Button> : null}
        </div>
        <div className="counts-line" role="status" aria-live="polite">
          <span>
            <Rich
              text="{{rows}} of {{count}} records"
              values={{ rows: <b data-testid="rows">{whole(rows)}</b>, count: source.rows }}
            />
          </span>
          <span>
            {sort
              ? t(sort.descending ? "sorted by {{column}}, falling" : "sorted by {{column}}", {
                  column: sort.column,
                })
              : t("in the file's order")}
          </span>
          {stale ? <span className="mark">{t("before the error")}</span> : null}
          {view.loading ? <span>{t("asking…")}</span> : null}
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
          <Scrubber histogram={view.histogram} rows={rows} window={window} place={place} onGo={go} />
        ) : (
          <div className="scrubber" style={{ height: 78 }} />
        )}
        {view.question === null ? (
          <div className="grow" aria-busy={view.loading} />
        ) : rows > 0 ? (
          <Grid
            label={t("Records of {{name}}", { name })}
            columns={columns}
            rows={rows}
            version={version}
            fetch={fetch}
            selected={place}
            onSelect={onSelect}
            window={window}
            onWindow={setWindow}
            goTo={goTo}
            sort={sort}
            onSort={sortBy}
          />
        ) : (
          <div className="empty">
            <h1>{t("No record matches.")}</h1>
            <p>
              <Rich
                text="{{count}} records, {{filter}} keeps none."
                values={{ count: source.rows, filter: <span className="mono">{filter}</span> }}
              />
            </p>
            <div className="row">
              <Button onClick={() => filterRef.current?.focus()}>{t("Edit filter")}</Button>
              <Button onClick={() => setFilter("")}>{t("Clear")}</Button>
            </div>
          </div>
        )}
      </div>
      <RecordInspector source={source} row={place} data={data} bytesAs={bytesAs} onBytesAs={setBytesAs} />
      {asksRow ? <GoToRow rows={rows} onGo={go} onClose={() => setAsksRow(false)} /> : null}
    </>
  );
}

function cellValue(row: RecordRow, column: string): string | null {
  if (column.startsWith("field.")) return fieldText(row, column.slice(6)) || null;
  if (column === "ports") return row.portLow === null ? null : String(row.portLow);
  if (column === "time") return row.timeUs === null ? null : new Date(row.timeUs / 1000).toISOString();
  const value = (row as unknown as Record<string, unknown>)[column];
  return value === null || value === undefined ? null : String(value);
}

async function copyRow(row: RecordRow, cells: readonly string[]): Promise<void> {
  try {
    await navigator.clipboard.writeText(cells.join("\t"));
    say({ kind: "good", text: t("Line {{line}} is copied as shown.", { line: row.line }) });
  } catch {
    say({
      kind: "bad",
      text: t("The clipboard refused the text."),
      mend: t("Allow it for this window, or copy from the inspector."),
    });
  }
}

function GoToRow({
  rows,
  onGo,
  onClose,
}: {
  rows: number;
  onGo: (row: number) => void;
  onClose: () => void;
}) {
  const [typed, setTyped] = useState("");
  const number = Number(typed.replace(/[,\s]/g, ""));
  const blocked =
    Number.isInteger(number) && number >= 1 && number <= rows
      ? null
      : t("A row from 1 to {{rows}}.", { rows });
  const submit = () => {
    if (blocked) return;
    onGo(number - 1);
    onClose();
  };
  return (
    <Dialog
      title={t("Go to a row")}
      onClose={onClose}
      foot={
        <>
          <Button kind="primary" blocked={blocked} onClick={submit}>
            {t("Go")}
          </Button>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <span className="small muted">
            <Key keys="Ctrl G" />
          </span>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextField label={t("Row, 1 to {{rows}}", { rows })} mono value={typed} onChange={setTyped} />
      </form>
    </Dialog>
  );
}

// Verdicts: six counts that filter, the events, who could hold, where it flips, and the sentence of the chosen one.
import { useCallback, useEffect, useMemo, useState } from "react";
import { type AttributionRow, VERDICTS, type Verdict } from "../../shared/contract/attribution";
import { link } from "../client/link";
import { asProductError, useRequest } from "../client/use-request";
import { afterAct } from "../frame/case-actions";
import { useCommands } from "../frame/commands";
import { app, say, sayError, useApp, useCase } from "../frame/store";
import { type Column, Grid } from "../parts/grid";
import { Button, Fault, Scroll } from "../parts/parts";
import { RoleSign, VerdictWord } from "../signs/icons";
import { protocolName, shareText, whole } from "../signs/numbers";
import { Corrected, Evidence } from "../signs/text";
import { offsetWords } from "../signs/time-format";
import { FlipStrip, HoldsPlot } from "./holds-plot";
import { RunDialog, type RunQuestion } from "./run-dialog";
import { lineText } from "./sentence";
import { VerdictInspector } from "./verdict-inspector";

const COLUMNS: readonly Column<AttributionRow>[] = [
  {
    id: "line",
    title: "Line",
    width: 72,
    right: true,
    text: (row) => String(row.line),
    cell: (row) => <span className="faint">{whole(row.line)}</span>,
  },
  {
    id: "corrected",
    title: "Interval, ± s",
    width: 222,
    clock: true,
    text: (row) => `${row.intervalFromUs ?? ""}..${row.intervalToUs ?? ""}`,
    cell: (row) => <Corrected fromUs={row.intervalFromUs} toUs={row.intervalToUs} />,
  },
  {
    id: "srcIp",
    title: "Source address",
    width: 118,
    text: (row) => row.srcIp ?? "",
    cell: (row) => <Evidence text={row.srcIp ?? ""} />,
  },
  {
    id: "srcPort",
    title: "Port",
    width: 62,
    right: true,
    text: (row) => (row.srcPort === null ? "none" : String(row.srcPort)),
  },
  {
    id: "verdict",
    title: "Verdict",
    width: 116,
    text: (row) => row.verdict,
    cell: (row) => <VerdictWord verdict={row.verdict} />,
  },
  { id: "rule", title: "Rule", width: 92, text: (row) => row.rule },
  {
    id: "subscriber",
    title: "Subscriber line",
    width: 104,
    flex: true,
    text: lineText,
    cell: (row) => <Evidence text={lineText(row)} />,
  },
  {
    id: "flip",
    title: "Flips at",
    width: 84,
    right: true,
    text: (row) => (row.flipUs === null ? "none" : offsetWords(row.flipUs)),
    cell: (row) =>
      row.flipUs === null ? (
        <span className="muted">none</span>
      ) : (
        <span title={`${row.flipUs} µs`}>{offsetWords(row.flipUs)}</span>
      ),
  },
];

export function AttributionScreen() {
  const path = useCase();
  const acts = useApp((s) => s.acts);
  const turn = useApp((s) => s.engineTurn);
  const sources = useApp((s) => s.sources);
  const readOnly = useApp((s) => s.caseInfo?.readOnly ?? false);
  const [chosenRun, setChosenRun] = useState<string | null>(null);
  const [verdicts, setVerdicts] = useState<readonly Verdict[]>([]);
  const [selected, setSelected] = useState<number | null>(null);
  const [data, setData] = useState<AttributionRow | null>(null);
  const [window, setWindow] = useState(0);
  const [asks, setAsks] = useState(false);
  const [busy, setBusy] = useState<string | null>(null);
  const [controller, setController] = useState<AbortController | null>(null);

  const runs = useRequest("attribution.list", { case: path }, `${acts}/${turn}`);
  const run = runs.data?.find((one) => one.id === chosenRun) ?? runs.data?.[runs.data.length - 1] ?? null;
  const filterKey = verdicts.join(",");
  const narrowed = verdicts.length ? [...verdicts] : undefined;
  const first = useRequest(
    "attribution.page",
    run ? { case: path, id: run.id, from: 0, to: 1, ...(narrowed ? { verdicts: narrowed } : {}) } : null,
    turn,
  );
  const total = first.data?.total ?? 0;
  const detail = useRequest(
    "attribution.detail",
    run && data ? { case: path, id: run.id, row: data.row } : null,
    turn,
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: another run or filter has other rows
  useEffect(() => {
    setSelected(null);
    setData(null);
    setWindow(0);
  }, [run?.id, filterKey]);
  // The first row is looked at from the start, so that the screen never opens half empty.
  useEffect(() => {
    const row = first.data?.rows[0];
    if (row && selected === null) {
      setSelected(0);
      setData(row);
    }
  }, [first.data, selected]);

  const runId = run?.id;
  const fetch = useCallback(
    async (from: number, to: number) => {
      if (!runId) return [];
      const wanted = filterKey ? (filterKey.split(",") as Verdict[]) : undefined;
      return (
        await link.request("attribution.page", {
          case: path,
          id: runId,
          from,
          to,
          ...(wanted ? { verdicts: wanted } : {}),
        })
      ).rows;
    },
    [path, runId, filterKey],
  );

  const start = async (question: RunQuestion): Promise<void> => {
    const abort = new AbortController();
    setController(abort);
    setBusy("Attributing");
    try {
      const done = await link.request(
        "attribution.run",
        {
          case: path,
          events: question.events,
          nat: [...question.nat],
          ...(question.subscribers ? { subscribers: question.subscribers } : {}),
          filter: question.filter,
        },
        {
          signal: abort.signal,
          progress: (p) =>
            setBusy(`${p.doing}${p.total ? ` ${Math.floor((100 * p.done) / p.total)} %` : ""}`),
        },
      );
      setVerdicts([]);
      setChosenRun(done.id);
      await afterAct();
      say({ kind: "good", text: `${whole(done.events)} events are attributed, ${done.id}.` });
    } catch (thrown) {
      sayError(asProductError(thrown));
    } finally {
      setBusy(null);
      setController(null);
    }
  };
  const toggle = (verdict: Verdict) =>
    setVerdicts((before) =>
      before.includes(verdict) ? before.filter((one) => one !== verdict) : [...before, verdict],
    );
  const showRecord = useCallback(() => {
    if (!run || !data) return;
    app.set({
      screen: "records",
      source: run.events,
      filter: { ...app.get().filter, [run.events]: "" },
      place: { ...app.get().place, [run.events]: data.row },
    });
  }, [run, data]);

  const blocked = readOnly ? "This case is open read-only." : busy ? "It is being computed." : null;
  useCommands([
    {
      id: "attribute",
      title: "Attribute events",
      keys: "Ctrl Enter",
      where: "Attribution",
      run: () => {
        if (!blocked) setAsks(true);
      },
    },
    { id: "bytes", title: "Original bytes of this event", keys: "B", where: "Attribution", run: showRecord },
    {
      id: "exhibit",
      title: "Export these results",
      keys: "E",
      where: "Attribution",
      run: () => app.set({ screen: "exhibit" }),
    },
    ...VERDICTS.map((verdict) => ({
      id: `only.${verdict}`,
      title: `Show only ${verdict}`,
      where: "Attribution",
      run: () => setVerdicts([verdict]),
    })),
  ]);
  const columns = useMemo(() => COLUMNS, []);
  const roleOf = (name: string) => sources.find((one) => one.name === name)?.role ?? "nat";

  return (
    <>
      <div className="main" data-pane="main">
        <div className="bar">
          {run ? (
            <>
              <span className="chip">
                <RoleSign of="server" />
                {run.events}
              </span>
              <span className="muted">against</span>
              {[...run.nat, ...(run.subscribers ? [run.subscribers] : [])].map((name) => (
                <span key={name} className="chip">
                  <RoleSign of={roleOf(name)} />
                  {name}
                </span>
              ))}
              {run.filter ? <span className="mono small">{run.filter}</span> : null}
              {(runs.data?.length ?? 0) > 1 ? (
                <select
                  className="select"
                  style={{ width: "auto" }}
                  aria-label="Run"
                  value={run.id}
                  onChange={(event) => setChosenRun(event.target.value)}
                >
                  {runs.data?.map((one) => (
                    <option key={one.id} value={one.id}>
                      {one.id}, {whole(one.total)} events
                    </option>
                  ))}
                </select>
              ) : null}
            </>
          ) : (
            <span className="muted">
              Which subscriber line was behind an address and port, and how sure can we be
            </span>
          )}
          <span className="grow" />
          {busy ? (
            <>
              <span className="muted">{busy}</span>
              <Button onClick={() => controller?.abort()}>Cancel</Button>
            </>
          ) : (
            <Button kind={run ? "" : "primary"} keys="Ctrl ⏎" blocked={blocked} onClick={() => setAsks(true)}>
              Attribute events
            </Button>
          )}
        </div>
        {runs.error ? <Fault error={runs.error} /> : null}
        {run ? (
          <>
            <fieldset className="verdict-counts" aria-label="Verdicts; each filters">
              {VERDICTS.map((verdict) => (
                <button
                  key={verdict}
                  type="button"
                  aria-pressed={verdicts.includes(verdict)}
                  title={`Show only ${verdict}`}
                  onClick={() => toggle(verdict)}
                >
                  <VerdictWord verdict={verdict} />
                  <span className="figure">
                    <b>{whole(run.counts[verdict] ?? 0)}</b>{" "}
                    <span className="muted small">{shareText(run.counts[verdict] ?? 0, run.total)}</span>
                  </span>
                </button>
              ))}
            </fieldset>
            <div className="hidden-text" role="status" aria-live="polite">
              {whole(total)} of {whole(run.total)} events shown
            </div>
            {total > 0 ? (
              <Grid
                label="Events and their verdicts"
                columns={columns}
                rows={total}
                version={`${run.id}/${filterKey}/${turn}`}
                fetch={fetch}
                selected={selected}
                onSelect={(row, chosen) => {
                  setSelected(row);
                  if (chosen) setData(chosen);
                }}
                window={window}
                onWindow={setWindow}
                onOpen={showRecord}
              />
            ) : (
              <div className="empty grow">
                <p>{first.loading ? "Counting…" : "No event has this verdict."}</p>
                {verdicts.length ? <Button onClick={() => setVerdicts([])}>Show all</Button> : null}
              </div>
            )}
            <Scroll label="Who could hold" className="who scroll">
              {detail.data ? (
                <>
                  <div className="plot-head">
                    <h2>
                      Who could hold {detail.data.result.srcIp ?? ""} port {detail.data.result.srcPort ?? "?"}{" "}
                      {protocolName(detail.data.result.protocol).toUpperCase()}
                    </h2>
                    <span className="grow" />
                    <span className="legend small muted">
                      <i className="legend-certain" /> certainly holds
                      <i className="legend-possible" /> possibly holds
                      <i className="legend-bracket" /> interval of the event
                    </span>
                  </div>
                  <HoldsPlot detail={detail.data} />
                  <FlipStrip detail={detail.data} />
                </>
              ) : detail.error ? (
                <Fault error={detail.error} />
              ) : null}
            </Scroll>
          </>
        ) : runs.data ? (
          <div className="empty">
            <h1>Nothing is attributed yet</h1>
            <p>
              Choose the events and the operator's records. A line is named only where the records show that
              it alone held the port; every other answer says why it cannot.
            </p>
            <Button kind="primary" blocked={blocked} onClick={() => setAsks(true)}>
              Attribute events
            </Button>
          </div>
        ) : null}
      </div>
      <VerdictInspector row={data} detail={detail.data} run={run} onBytes={showRecord} />
      {asks ? (
        <RunDialog filter="" onClose={() => setAsks(false)} onRun={(question) => void start(question)} />
      ) : null}
    </>
  );
}

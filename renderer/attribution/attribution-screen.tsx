// Verdicts: six counts that filter, the events, who could hold, where it flips, and the sentence of the chosen one.
import { useCallback, useEffect, useState } from "react";
import { type AttributionRow, VERDICTS, type Verdict } from "../../shared/contract/attribution";
import { link } from "../client/link";
import { asProductError, useRequest } from "../client/use-request";
import { afterAct } from "../frame/case-actions";
import { useCommands } from "../frame/commands";
import { app, say, sayError, useApp, useCase } from "../frame/store";
import { Grid } from "../parts/grid";
import { Button, Fault, Scroll } from "../parts/parts";
import { windowOf } from "../parts/windows";
import { RoleSign, VerdictWord } from "../signs/icons";
import { protocolName, shareText, whole } from "../signs/numbers";
import { doingText } from "../words/said";
import { t } from "../words/words";
import { ActorsView } from "./actors-view";
import { COLUMNS } from "./columns";
import { FlipStrip, HoldsPlot } from "./holds-plot";
import { RunDialog, type RunQuestion } from "./run-dialog";
import { useWanted } from "./use-wanted";
import { VerdictInspector } from "./verdict-inspector";

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
  const [byActor, setByActor] = useState(false);
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

  // What was asked for from another screen is chosen last, over the first row.
  const wanted = useWanted(path, runs.data);
  useEffect(() => {
    if (!wanted) return;
    setChosenRun(wanted.run);
    setVerdicts([]);
    setByActor(false);
  }, [wanted]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once its run and all of its events are shown
  useEffect(() => {
    if (!wanted || run?.id !== wanted.run || filterKey !== "") return;
    setSelected(wanted.at);
    setData(wanted.event);
    setWindow(windowOf(wanted.at));
  }, [wanted, run?.id]);

  const runId = run?.id;
  const fetch = useCallback(
    async (from: number, to: number) => {
      if (!runId) return [];
      const narrow = filterKey ? (filterKey.split(",") as Verdict[]) : undefined;
      return (
        await link.request("attribution.page", {
          case: path,
          id: runId,
          from,
          to,
          ...(narrow ? { verdicts: narrow } : {}),
        })
      ).rows;
    },
    [path, runId, filterKey],
  );

  const start = async (question: RunQuestion): Promise<void> => {
    const abort = new AbortController();
    setController(abort);
    setBusy(t("Attributing"));
    try {
      const done = await link.request(
        "attribution.run",
        {
          case: path,
          events: question.events,
          nat: [...question.nat],
          ...(question.subscribers ? { subscribers: question.subscribers } : {}),
          filter: question.filter,
          ...(question.actor ? { actor: question.actor } : {}),
        },
        {
          signal: abort.signal,
          progress: (p) => setBusy(doingText(p)),
        },
      );
      setVerdicts([]);
      setChosenRun(done.id);
      await afterAct();
      say({
        kind: "good",
        text: t("{{count}} events are attributed, {{id}}.", { count: done.events, id: done.id }),
      });
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
  const showRow = useCallback(
    (row: number) => {
      if (!run) return;
      app.set({
        screen: "records",
        source: run.events,
        filter: { ...app.get().filter, [run.events]: "" },
        place: { ...app.get().place, [run.events]: row },
      });
    },
    [run],
  );
  const showRecord = useCallback(() => {
    if (data) showRow(data.row);
  }, [showRow, data]);

  const blocked = readOnly ? t("This case is open read-only.") : busy ? t("It is being computed.") : null;
  useCommands([
    {
      id: "attribute",
      title: t("Attribute events"),
      keys: "Ctrl Enter",
      where: t("Attribution"),
      run: () => {
        if (!blocked) setAsks(true);
      },
    },
    {
      id: "bytes",
      title: t("Original bytes of this event"),
      keys: "B",
      where: t("Attribution"),
      run: showRecord,
    },
    {
      id: "exhibit",
      title: t("Export these results"),
      keys: "E",
      where: t("Attribution"),
      run: () => app.set({ screen: "exhibit" }),
    },
    ...VERDICTS.map((verdict) => ({
      id: `only.${verdict}`,
      title: t("Show only {{verdict}}", { verdict }),
      where: t("Attribution"),
      run: () => setVerdicts([verdict]),
    })),
  ]);
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
              <span className="muted">{t("against")}</span>
              {[...run.nat, ...(run.subscribers ? [run.subscribers] : [])].map((name) => (
                <span key={name} className="chip">
                  <RoleSign of={roleOf(name)} />
                  {name}
                </span>
              ))}
              {run.actor ? (
                <span className="segmented">
                  {[false, true].map((on) => (
                    <button
                      key={String(on)}
                      type="button"
                      aria-pressed={byActor === on}
                      onClick={() => setByActor(on)}
                    >
                      {on ? t("Actors") : t("Events")}
                    </button>
                  ))}
                </span>
              ) : null}
              {run.filter ? <span className="mono small">{run.filter}</span> : null}
              {(runs.data?.length ?? 0) > 1 ? (
                <select
                  className="select"
                  style={{ width: "auto" }}
                  aria-label={t("Run")}
                  value={run.id}
                  onChange={(event) => setChosenRun(event.target.value)}
                >
                  {runs.data?.map((one) => (
                    <option key={one.id} value={one.id}>
                      {`${one.id}, ${t("{{count}} events", { count: one.total })}`}
                    </option>
                  ))}
                </select>
              ) : null}
            </>
          ) : (
            <span className="muted">
              {t("Which subscriber line was behind an address and port, and how sure can we be")}
            </span>
          )}
          <span className="grow" />
          {busy ? (
            <>
              <span className="muted">{busy}</span>
              <Button onClick={() => controller?.abort()}>{t("Cancel")}</Button>
            </>
          ) : (
            <Button kind={run ? "" : "primary"} keys="Ctrl ⏎" blocked={blocked} onClick={() => setAsks(true)}>
              {t("Attribute events")}
            </Button>
          )}
        </div>
        {runs.error ? <Fault error={runs.error} /> : null}
        {run?.actor && byActor ? (
          <ActorsView path={path} run={run.id} onEvent={showRow} />
        ) : run ? (
          <>
            <fieldset className="verdict-counts" aria-label={t("Verdicts; each filters")}>
              {VERDICTS.map((verdict) => (
                <button
                  key={verdict}
                  type="button"
                  aria-pressed={verdicts.includes(verdict)}
                  title={t("Show only {{verdict}}", { verdict })}
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
              {t("{{shown}} of {{count}} events shown", { shown: total, count: run.total })}
            </div>
            {total > 0 ? (
              <Grid
                label={t("Events and their verdicts")}
                columns={COLUMNS}
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
                goTo={
                  wanted && wanted.run === run.id && filterKey === "" ? { row: wanted.at, turn: 0 } : null
                }
                onOpen={showRecord}
              />
            ) : (
              <div className="empty grow">
                <p>{first.loading ? t("Counting…") : t("No event has this verdict.")}</p>
                {verdicts.length ? <Button onClick={() => setVerdicts([])}>{t("Show all")}</Button> : null}
              </div>
            )}
            <Scroll label={t("Who could hold")} className="who scroll">
              {detail.data ? (
                <>
                  <div className="plot-head">
                    <h2>
                      {t("Who could hold {{address}} port {{port}} {{protocol}}", {
                        address: detail.data.result.srcIp ?? "",
                        port: String(detail.data.result.srcPort ?? "?"),
                        protocol: protocolName(detail.data.result.protocol).toUpperCase(),
                      })}
                    </h2>
                    <span className="grow" />
                    <span className="legend small muted">
                      <i className="legend-certain" /> {t("certainly holds")}
                      <i className="legend-possible" /> {t("possibly holds")}
                      <i className="legend-bracket" /> {t("interval of the event")}
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
            <h1>{t("Nothing is attributed yet")}</h1>
            <p>
              {t(
                "Choose the events and the operator's records. A line is named only where the records show that it alone held the port; every other answer says why it cannot.",
              )}
            </p>
            <Button kind="primary" blocked={blocked} onClick={() => setAsks(true)}>
              {t("Attribute events")}
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

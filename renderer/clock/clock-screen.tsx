// A source's clock against another: look first (a preview), accept then, undo alone. Every try stays in the ledger.
import { useEffect, useState } from "react";
import type { Reply, Request } from "../../shared/contract/contract";
import type { ProductError } from "../../shared/errors";
import { link } from "../client/link";
import { asProductError, useRequest } from "../client/use-request";
import { afterAct } from "../frame/case-actions";
import { useCommands } from "../frame/commands";
import { Inspector } from "../frame/inspector";
import { app, say, sayError, useApp, useCase, useSource } from "../frame/store";
import { Button, Fault, Panel } from "../parts/parts";
import { RoleSign, VerdictWord } from "../signs/icons";
import { doingText } from "../words/said";
import { Rich, t, text } from "../words/words";
import type { MovedBorder } from "./border-handles";
import { BorderDialog, CsvDialog, DeclareDialog, Refusal } from "./clock-dialogs";
import { Consequences } from "./consequences";
import { OffsetPlot } from "./offset-plot";
import { markedPairs } from "./reference-event";
import { METHODS, StatementPanels } from "./statement-panels";

type Calibration = Reply<"clock.calibrate">;
const STATES = {
  accepted: text("accepted"),
  preview: text("preview"),
  refused: text("refused"),
  undone: text("undone"),
} as const;
type Asked = Omit<Request<"clock.calibrate">, "case" | "source" | "preview">;
/** What a calibration is computed from: the name of a source, or one of the others. */
type Means = "pairs" | "self" | "ntp" | "declare" | `against:${string}`;

export function ClockScreen() {
  const path = useCase();
  const source = useSource();
  const sources = useApp((s) => s.sources);
  const acts = useApp((s) => s.acts);
  const turn = useApp((s) => s.engineTurn);
  const readOnly = useApp((s) => s.caseInfo?.readOnly ?? false);
  const nextAct = useApp((s) => (s.caseInfo?.acts ?? 0) + 1);
  const name = source?.name ?? "";
  const others = sources.filter((one) => one.name !== name && one.role !== "subscriber");
  const [means, setMeans] = useState<Means | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [preview, setPreview] = useState<Calibration | null>(null);
  const [error, setError] = useState<ProductError | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const [controller, setController] = useState<AbortController | null>(null);
  const marked = useApp((s) => s.referencePairs[name]);
  const [border, setBorder] = useState<MovedBorder | null>(null);
  const [dialog, setDialog] = useState<"pairs" | "declare" | "ntp" | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another source is another clock
  useEffect(() => {
    setPreview(null);
    setAsked(null);
    setError(null);
    setMeans(null);
    setBorder(null);
  }, [name]);

  const best = others.find((one) => one.role === "nat") ?? others[0];
  const current: Means | null =
    means ?? (source?.role === "nat" && !best ? "self" : best ? `against:${best.name}` : "self");
  const history = useRequest("clock.history", name ? { case: path, source: name } : null, `${acts}/${turn}`);
  const accepted = [...(history.data ?? [])].reverse().find((one) => one.state === "accepted") ?? null;
  const shown = preview ?? accepted?.calibration ?? null;
  const against = preview ? preview.against : (accepted?.calibration.against ?? null);
  const residuals = useRequest(
    "clock.residuals",
    shown?.segments.length
      ? {
          case: path,
          source: name,
          ...(preview ? (preview.against ? { against: preview.against } : {}) : { id: shown.id }),
          limit: 10_000,
        }
      : null,
    `${acts}/${turn}/${preview ? "p" : "a"}`,
  );

  const ask = async (body: Asked, isPreview: boolean): Promise<void> => {
    if (!source || busy) return;
    const abort = new AbortController();
    setController(abort);
    setBusy(isPreview ? t("Comparing the clocks") : t("Writing the calibration"));
    setError(null);
    try {
      const result = await link.request(
        "clock.calibrate",
        { case: path, source: name, ...body, preview: isPreview },
        {
          signal: abort.signal,
          progress: (p) => setBusy(doingText(p)),
        },
      );
      // The answer is there: what is done next must not wait for the side bar to be refreshed.
      setBusy(null);
      setAsked(body);
      if (isPreview || !result.segments.length) setPreview(result);
      else {
        setPreview(null);
        const act = Number(/\d+/.exec(result.id)?.[0] ?? 0);
        say({
          kind: "good",
          text: t("Calibration accepted, act {{act}}.", { act: act || nextAct }),
          action: { label: t("Undo"), run: () => void undo(result.id) },
        });
      }
      await afterAct();
    } catch (thrown) {
      setError(asProductError(thrown));
    } finally {
      setBusy(null);
      setController(null);
    }
  };
  const undo = async (id: string): Promise<void> => {
    try {
      const done = await link.request("clock.undo", { case: path, id });
      say({ kind: "good", text: t("The calibration {{id}} is undone, act {{act}}.", { id, act: done.act }) });
      await afterAct();
    } catch (thrown) {
      sayError(asProductError(thrown));
    }
  };
  const compute = (): void => {
    if (!current) return;
    if (current === "pairs" || current === "ntp" || current === "declare") setDialog(current);
    else if (current === "self") void ask({ self: true }, true);
    else void ask({ against: current.slice("against:".length) }, true);
  };
  const accept = (): void => {
    if (asked && preview?.segments.length) void ask(asked, false);
  };
  const discard = (): void => {
    setPreview(null);
    setAsked(null);
  };
  const blocked = readOnly ? t("This case is open read-only.") : busy ? t("It is being computed.") : null;

  useCommands([
    { id: "recompute", title: t("Compare the clocks"), keys: "R", where: t("Clock"), run: compute },
    {
      id: "pairs",
      title: t("Add pairs that you know"),
      keys: "P",
      where: t("Clock"),
      run: () => setDialog("pairs"),
    },
    {
      id: "accept",
      title: t("Accept the calibration"),
      keys: "Ctrl Enter",
      where: t("Clock"),
      run: () => (preview?.segments.length ? accept() : compute()),
    },
    { id: "discard", title: t("Discard the preview"), where: t("Clock"), run: discard },
    {
      id: "undo",
      title: t("Undo the last calibration of this source"),
      keys: "Ctrl Z",
      where: t("Clock"),
      run: () => {
        if (accepted) void undo(accepted.calibration.id);
      },
    },
  ]);

  if (!source)
    return (
      <div className="main" data-pane="main">
        <div className="empty">
          <h1>{t("No clock to compare yet")}</h1>
          <p>{t("Add the server's log and the operator's NAT records; their clocks are compared here.")}</p>
          <Button onClick={() => app.set({ screen: "evidence" })}>{t("Go to Evidence")}</Button>
        </div>
      </div>
    );

  const segments = shown?.segments ?? [];
  const movedSegment = border ? segments[border.segment] : undefined;
  const refused = shown !== null && segments.length === 0;
  const total = residuals.data?.total ?? 0;
  const intervals = residuals.data?.points.some((point) => point.pointUs === null) ?? false;
  return (
    <>
      <div className="main" data-pane="main">
        <div className="bar">
          <span className="chip">
            <RoleSign of={source.role} />
            {name}
          </span>
          <span className="muted">{t("against")}</span>
          <select
            className="select"
            style={{ width: "auto", maxWidth: 260 }}
            aria-label={t("What it is compared with")}
            value={current ?? ""}
            onChange={(event) => {
              setMeans(event.target.value as Means);
              discard();
            }}
          >
            {others.map((one) => (
              <option key={one.name} value={`against:${one.name}`}>
                {one.name}
              </option>
            ))}
            <option value="self">{t("the records' own second clock")}</option>
            <option value="pairs">{t("pairs that you know")}</option>
            <option value="ntp">{t("NTP statistics")}</option>
            <option value="declare">{t("an offset that you declare")}</option>
          </select>
          <span className="grow" />
          {preview?.segments.length ? <span className="clock">{t("Preview, not applied")}</span> : null}
          {busy ? (
            <>
              <span className="muted">{busy}</span>
              <Button onClick={() => controller?.abort()}>{t("Cancel")}</Button>
            </>
          ) : (
            <>
              <Button keys="P" blocked={blocked} onClick={() => setDialog("pairs")}>
                {t("Add pairs")}
              </Button>
              <Button keys="R" blocked={blocked} onClick={compute}>
                {shown ? t("Recompute") : t("Compare the clocks")}
              </Button>
            </>
          )}
        </div>
        {error ? <Fault error={error} /> : null}
        {refused && shown ? (
          <Refusal calibration={shown} onPairs={() => setDialog("pairs")} />
        ) : segments.length ? (
          <>
            <div className="plot-head">
              <h2>{t("Offset over {{name}}'s own clock, s", { name })}</h2>
              <span className="muted small">{t("positive: {{name}} is fast", { name })}</span>
              <span className="grow" />
              <span className="legend small muted">
                <i className={intervals ? "legend-caps" : "legend-point"} />{" "}
                {intervals
                  ? t("ends of {{count}} intervals", { count: total })
                  : t("{{count}} pairs", { count: total })}
                <i className="legend-line" /> {t("segment")}
                <i className="legend-band" /> {t("95 % band")}
              </span>
            </div>
            <div className="plot-box large">
              <OffsetPlot
                kind="offset"
                points={residuals.data?.points ?? []}
                segments={segments}
                {...(readOnly || busy ? {} : { onBorder: setBorder })}
                label={t("Offset of {{name}} over its own clock: {{statement}}", {
                  name,
                  statement: shown?.statement ?? "",
                })}
              />
            </div>
            <div className="plot-head">
              <h2>{t("Residuals, s")}</h2>
              <span className="muted small">
                {intervals
                  ? t(
                      "what each connection allows, from the segment; the offset lies above the one end and below the other",
                    )
                  : t("distance from the segment; delay pushes points up, never down")}
              </span>
            </div>
            <div className="plot-box">
              <OffsetPlot
                kind="residual"
                points={residuals.data?.points ?? []}
                segments={segments}
                label={t("Residuals of {{count}} pairs", { count: total })}
              />
            </div>
            {residuals.error ? <Fault error={residuals.error} /> : null}
          </>
        ) : (
          <div className="empty">
            <h1>{t("{{name}} has no accepted calibration", { name })}</h1>
            <p>
              {t(
                "Its recorded times are shown as they were written, and no event of it is named before its clock is compared.",
              )}
            </p>
            <Button kind="primary" keys="Ctrl ⏎" blocked={blocked} onClick={compute}>
              {t("Compare the clocks")}
            </Button>
          </div>
        )}
      </div>
      <Inspector label={t("Calibration")}>
        <StatementPanels shown={shown} preview={preview !== null} against={against} name={name} />
        <Panel title={t("Tried so far")} note={t("all stand in the report")}>
          {history.error ? <Fault error={history.error} /> : null}
          {history.data?.length === 0 && !preview ? <p className="muted">{t("Nothing yet.")}</p> : null}
          <ol className="stack" style={{ gap: 2 }}>
            {(history.data ?? []).map((one) => (
              <li key={one.act} className="row" style={{ gap: 10 }}>
                <span className="mono muted">{t("act {{act}}", { act: one.act })}</span>
                <span className="grow" title={one.calibration.statement || one.calibration.reason}>
                  {one.calibration.against
                    ? t("against {{against}}", { against: one.calibration.against })
                    : t(METHODS[one.calibration.method])}
                </span>
                <span
                  className={one.state === "accepted" ? "good" : one.state === "preview" ? "clock" : "muted"}
                >
                  {t(STATES[one.state])}
                </span>
                {one.state === "accepted" && !readOnly ? (
                  <button type="button" className="link" onClick={() => void undo(one.calibration.id)}>
                    {t("Undo")}
                  </button>
                ) : null}
              </li>
            ))}
          </ol>
        </Panel>
        {preview?.segments.length && !readOnly ? (
          <Consequences path={path} source={name} version={`${acts}/${turn}`} />
        ) : null}
        {preview?.segments.length ? (
          <section className="panel stack">
            <p className="small muted">
              {t("Accepting adds act {{nextAct}}. It can be undone; the undo is an act too.", { nextAct })}
            </p>
            <div className="row wrap">
              <Button kind="primary" keys="Ctrl ⏎" blocked={blocked} onClick={accept}>
                {t("Accept calibration")}
              </Button>
              <Button onClick={discard}>{t("Discard")}</Button>
            </div>
          </section>
        ) : null}
        {preview && !preview.segments.length ? (
          <section className="panel stack">
            <p className="muted">
              <Rich
                text="Until its clock is known, every event of {{name}} stays {{verdict}}."
                values={{ name, verdict: <VerdictWord verdict="out-of-range" /> }}
              />
            </p>
          </section>
        ) : null}
      </Inspector>
      {dialog === "pairs" ? (
        <CsvDialog
          title={t("Pairs that you know")}
          initial={markedPairs(marked)}
          label={"recorded,reference[,uncertaintyUs][,note]"}
          placeholder={"2026-03-21 18:41:45,2026-03-21T17:41:08Z\n"}
          note={t("recorded is in the source's own clock; reference carries its offset.")}
          onClose={() => setDialog(null)}
          onDone={(csv) => void ask({ pairs: { csv, name: "typed" } }, true)}
        />
      ) : null}
      {dialog === "ntp" ? (
        <CsvDialog
          title={t("NTP statistics")}
          label={t("chrony tracking.log, or ntpd loopstats or peerstats")}
          placeholder=""
          note={t("The lines as the daemon wrote them.")}
          onClose={() => setDialog(null)}
          onDone={(lines) => void ask({ ntp: { text: lines, name: "typed" } }, true)}
        />
      ) : null}
      {border && shown && movedSegment ? (
        <BorderDialog
          id={shown.id}
          border={border}
          segment={movedSegment}
          onClose={() => setBorder(null)}
          onDone={(fromUs, toUs, reason) =>
            void ask({ narrow: { id: shown.id, segment: border.segment + 1, fromUs, toUs }, reason }, true)
          }
        />
      ) : null}
      {dialog === "declare" ? (
        <DeclareDialog
          onClose={() => setDialog(null)}
          onDone={(declare, reason) => void ask({ declare, reason }, true)}
        />
      ) : null}
    </>
  );
}

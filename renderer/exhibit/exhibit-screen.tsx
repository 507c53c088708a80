// What leaves the lab: what goes in, what it cannot say, then the export, which ends verified.
import { type ReactNode, useState } from "react";
import { VERDICTS } from "../../shared/contract/attribution";
import type { Reply } from "../../shared/contract/contract";
import type { ProductError } from "../../shared/errors";
import { link } from "../client/link";
import { asProductError, useRequest } from "../client/use-request";
import { afterAct } from "../frame/case-actions";
import { useCommands } from "../frame/commands";
import { choosePaths } from "../frame/file-browser";
import { Inspector } from "../frame/inspector";
import { app, useApp, useCase } from "../frame/store";
import { Button, Check, Facts, Fault, Panel, Scroll, TextField } from "../parts/parts";
import { VerdictWord, WarnSign } from "../signs/icons";
import { groups, shareText, sizeText, whole } from "../signs/numbers";
import { Evidence } from "../signs/text";
import { t } from "../words/words";
import { DatasetPanel } from "./dataset-panel";
import { Outcome } from "./outcome";

type Exported = Reply<"exhibit.export">;
type Verified = Reply<"custody.verify">;

export function ExhibitScreen() {
  const path = useCase();
  const acts = useApp((s) => s.acts);
  const info = useApp((s) => s.caseInfo);
  const sources = useApp((s) => s.sources);
  const separator = useApp((s) => s.host?.separator ?? "/");
  const runs = useRequest("attribution.list", { case: path }, acts);
  const run = runs.data?.[runs.data.length - 1] ?? null;
  const [events, setEvents] = useState("");
  const [identify, setIdentify] = useState(false);
  const [authority, setAuthority] = useState("");
  const [recipients, setRecipients] = useState("");
  const parent = path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")));
  const suggested = `${parent}${separator}${(path.slice(parent.length + 1) || "case").replace(/\.case$/, "")}-exhibit-${info?.acts ?? 0}`;
  const [given, setOut] = useState<string | null>(null);
  const out = given ?? suggested;
  const [done, setDone] = useState<Exported | null>(null);
  const [report, setReport] = useState<Verified | null>(null);
  const [error, setError] = useState<ProductError | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const [controller, setController] = useState<AbortController | null>(null);

  const blocked = !run
    ? t("Attribute events first.")
    : identify && !authority.trim()
      ? t("Identifying the other parties needs the authority for it.")
      : !out.trim()
        ? t("It needs a place.")
        : busy
          ? t("It is being written.")
          : null;

  const exportIt = async (): Promise<void> => {
    if (blocked) return;
    const abort = new AbortController();
    setController(abort);
    setError(null);
    setReport(null);
    setDone(null);
    setBusy(t("Writing the exhibit"));
    try {
      const made = await link.request(
        "exhibit.export",
        {
          case: path,
          out: out.trim(),
          ...(events.trim() ? { events: events.trim() } : {}),
          identify,
          ...(identify ? { authority: authority.trim() } : {}),
          encryptTo: recipients.split(/[\s,]+/).filter((one) => one !== ""),
        },
        {
          signal: abort.signal,
          progress: (p) =>
            setBusy(`${p.doing}${p.total ? ` ${Math.floor((100 * p.done) / p.total)} %` : ""}`),
        },
      );
      setDone(made);
      setBusy(t("Verifying the exhibit"));
      setReport(await link.request("custody.verify", { path: made.path }, { signal: abort.signal }));
      await afterAct();
    } catch (thrown) {
      setError(asProductError(thrown));
    } finally {
      setBusy(null);
      setController(null);
    }
  };
  const verifyOther = async (): Promise<void> => {
    const [bag] = await choosePaths("save", t("Which exhibit to verify"), done?.path ?? out);
    if (!bag) return;
    setError(null);
    setBusy(t("Verifying the exhibit"));
    try {
      setDone(null);
      setReport(await link.request("custody.verify", { path: bag }));
      await afterAct();
    } catch (thrown) {
      setError(asProductError(thrown));
    } finally {
      setBusy(null);
    }
  };
  useCommands([
    {
      id: "export",
      title: t("Export the exhibit"),
      keys: "Ctrl Enter",
      where: t("Exhibit"),
      run: () => void exportIt(),
    },
    { id: "verify.bag", title: t("Verify an exhibit"), where: t("Exhibit"), run: () => void verifyOther() },
  ]);
  const files = sources.reduce((n, source) => n + source.files.length, 0);
  return (
    <>
      <div className="main" data-pane="main">
        <div className="bar">
          <b className="strong">{t("Exhibit")}</b>
          <span className="muted">{t("a sealed bag that can be verified without this program")}</span>
          <span className="grow" />
          {busy ? (
            <>
              <span className="muted">{busy}</span>
              <Button onClick={() => controller?.abort()}>{t("Cancel")}</Button>
            </>
          ) : (
            <Button onClick={() => void verifyOther()}>{t("Verify an exhibit")}</Button>
          )}
        </div>
        <Scroll label={t("What goes in")} className="scroll grow exhibit-body">
          <div className="exhibit-columns">
            <section className="stack" style={{ gap: 16 }}>
              <div>
                <h2>{t("What goes in")}</h2>
                {run ? (
                  <table className="table" style={{ marginTop: 4 }}>
                    <tbody>
                      {VERDICTS.map((verdict) => (
                        <tr key={verdict}>
                          <td>
                            <VerdictWord verdict={verdict} />
                          </td>
                          <td className="num mono">{whole(run.counts[verdict] ?? 0)}</td>
                          <td className="num muted">{shareText(run.counts[verdict] ?? 0, run.total)}</td>
                        </tr>
                      ))}
                      <tr>
                        <td className="muted">{t("events of {{name}}", { name: run.events })}</td>
                        <td className="num mono strong">{whole(run.total)}</td>
                        <td />
                      </tr>
                    </tbody>
                  </table>
                ) : (
                  <p className="muted">
                    {t("Nothing is attributed yet.")}{" "}
                    <button type="button" className="link" onClick={() => app.set({ screen: "attribution" })}>
                      {t("Attribute events")}
                    </button>
                  </p>
                )}
              </div>
              <TextField
                label={t("Only events that match")}
                mono
                placeholder={t("all of them")}
                value={events}
                onChange={setEvents}
                note={t(
                  "The filter language of Records. The mappings that meet the chosen events go with them; nothing else does.",
                )}
              />
              <div className="stack" style={{ gap: 4 }}>
                <Check
                  label={t("Identify the other parties instead of pseudonyms")}
                  checked={identify}
                  onChange={setIdentify}
                />
                {identify ? (
                  <TextField
                    label={t("Authority")}
                    value={authority}
                    onChange={setAuthority}
                    placeholder={t("order, file number, date")}
                  />
                ) : (
                  <p className="small muted">
                    {t("Parties other than that of a unique or only result stand as Party A, Party B.")}
                  </p>
                )}
              </div>
              <TextField
                label={t("Also encrypted for transport, to these age recipients")}
                mono
                placeholder="age1..."
                value={recipients}
                onChange={setRecipients}
                note={t(
                  "A copy of the bag is written beside it, which only the holders of these keys can open. The bag itself stays as it is.",
                )}
              />
              <div className="row" style={{ alignItems: "flex-end" }}>
                <div className="grow">
                  <TextField
                    label={t("Place of the bag; it must not exist")}
                    mono
                    value={out}
                    onChange={setOut}
                  />
                </div>
                <Button
                  onClick={() =>
                    void choosePaths("save", t("Where to write the exhibit"), out).then(([chosen]) => {
                      if (chosen) setOut(chosen);
                    })
                  }
                >
                  {t("Choose")}
                </Button>
              </div>
              <div className="row wrap">
                <Button kind="primary" keys="Ctrl ⏎" blocked={blocked} onClick={() => void exportIt()}>
                  {t("Export the exhibit")}
                </Button>
                {blocked ? <span className="small muted">{blocked}</span> : null}
              </div>
              {error ? <Fault error={error} /> : null}
              {report ? <Outcome done={done} report={report} /> : null}
            </section>
            <section className="page" aria-label={t("First page of the report")}>
              <div className="page-sheet paper">
                <div className="page-title">{info?.title}</div>
                <div className="page-line">
                  <b>{t("What this exhibit answers.")}</b>{" "}
                  {t(
                    "Which subscriber line was behind a shared address, on a source port, at a moment - and how sure the records let us be.",
                  )}
                </div>
                {run ? (
                  <div className="page-line">
                    {t("{{count}} events of {{name}} against {{nat}}: {{verdicts}}.", {
                      count: run.total,
                      name: run.events,
                      nat: run.nat.join(", "),
                      verdicts: VERDICTS.filter((one) => run.counts[one])
                        .map((one) => `${whole(run.counts[one] ?? 0)} ${one}`)
                        .join(", "),
                    })}
                  </div>
                ) : null}
                <div className="page-limits">
                  <b>{t("What it does not say.")}</b>{" "}
                  {t(
                    "A result names a subscriber line, not a person or a device. Times are as the records give them and as the calibrations correct them. What happened to the files before they were added was told, not seen.",
                  )}
                </div>
                <div className="page-foot mono">
                  {t("head {{digits}}", { digits: groups((info?.head ?? "").slice(0, 16)) })}
                </div>
              </div>
            </section>
          </div>
        </Scroll>
      </div>
      <Inspector label={t("Exhibit")}>
        <Panel title={t("The bag")}>
          <Facts
            rows={[
              [t("Case"), info?.title ?? ""],
              [t("Acts"), whole(info?.acts ?? 0)],
              [t("Sources"), whole(sources.length)],
              [t("Files"), whole(files)],
              [
                t("Calibrations"),
                run?.calibrations.length ? (
                  <span key="249.44" className="mono">
                    {run.calibrations.join(", ")}
                  </span>
                ) : (
                  ""
                ),
              ],
              [t("Program"), info?.program ?? ""],
            ]}
          />
        </Panel>
        <Panel title={t("Limits")}>
          <p className="row" style={{ alignItems: "flex-start" }}>
            <span className="mark">
              <WarnSign />
            </span>
            <span>
              {t(
                "A result names a subscriber line, not a person or a device. The report's first page says so, and says what was assumed.",
              )}
            </span>
          </p>
        </Panel>
        <Panel title={t("How it is checked")}>
          <p className="small muted">
            {t(
              "The bag holds its own verifier, which needs nothing but Node and shares no code with this program. A verifier out of the bag proves nothing against whoever replaced it: the statement beside the bag is meant to travel another way.",
            )}
          </p>
        </Panel>
        <DatasetPanel />
        {done ? (
          <Panel title={t("Written")}>
            <Facts
              rows={[
                [
                  t("Bag"),
                  <span key="b" className="mono">
                    <Evidence text={done.path} />
                  </span>,
                ],
                [
                  t("Statement"),
                  done.statement ? (
                    <span key="s" className="mono">
                      <Evidence text={done.statement} />
                    </span>
                  ) : (
                    ""
                  ),
                ],
                ...(done.encrypted
                  ? ([
                      [
                        t("Encrypted copy"),
                        <span key="c" className="mono">
                          <Evidence text={done.encrypted.path} />
                        </span>,
                      ],
                    ] as [string, ReactNode][])
                  : []),
                [t("Events"), whole(done.events)],
                [t("Mappings"), whole(done.mappings)],
                [t("Pseudonyms"), whole(done.pseudonyms)],
                [t("Files"), `${whole(done.files)}, ${sizeText(done.bytes)}`],
                [
                  t("Manifest"),
                  <span key="m" className="mono">
                    {groups(done.manifest)}
                  </span>,
                ],
                [
                  t("Seal"),
                  <span key="e" className="mono">
                    {groups(done.seal)}
                  </span>,
                ],
              ]}
            />
          </Panel>
        ) : null}
      </Inspector>
    </>
  );
}

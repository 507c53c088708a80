// The case's files: those stored, with their figures, and those on their way in; below, the chosen one.
import { useState } from "react";
import { useRequest } from "../client/use-request";
import { openDemo } from "../frame/case-actions";
import { useCommands } from "../frame/commands";
import { CaseSteps, NextStep } from "../frame/steps";
import { app, useApp } from "../frame/store";
import { Bar, Button } from "../parts/parts";
import { CheckSign, QuestionSign, WarnSign } from "../signs/icons";
import { sizeText } from "../signs/numbers";
import { Evidence } from "../signs/text";
import { saidText } from "../words/said";
import { t } from "../words/words";
import { conserves } from "./conservation";
import { DraftInspector } from "./draft-inspector";
import { PreviewPane } from "./preview-pane";
import {
  addFiles,
  blockedBecause,
  cancelImport,
  chooseDraft,
  type Draft,
  drop,
  holdImports,
  importDraft,
  useQueue,
} from "./queue";
import { SourceInspector, StoredPane, type StoredTab } from "./stored-pane";

const fileName = (path: string): string => path.split(/[\\/]/).pop() ?? path;

export function EvidenceScreen() {
  const sources = useApp((s) => s.sources);
  const chosenSource = useApp((s) => s.source);
  const readOnly = useApp((s) => s.caseInfo?.readOnly ?? false);
  const { drafts, chosen, held } = useQueue();
  const formats = useRequest("formats.list", {});
  const draft = drafts.find((one) => one.id === chosen) ?? null;
  const source = sources.find((one) => one.name === chosenSource) ?? null;
  const [tab, setTab] = useState<StoredTab>("conservation");
  const waiting = drafts.filter((one) => one.state === "ready" && blockedBecause(one) === null);
  useCommands([
    { id: "add", title: t("Add files"), keys: "Ctrl O", where: t("Evidence"), run: () => void addFiles() },
    {
      id: "import",
      title: t("Import the chosen file"),
      keys: "Ctrl Enter",
      where: t("Evidence"),
      run: () => {
        if (draft) void importDraft(draft.id);
      },
    },
    {
      id: "hold",
      title: held ? t("Let the imports go on") : t("Pause the imports"),
      where: t("Evidence"),
      run: () => void holdImports(!held),
    },
    {
      id: "question",
      title: t("Next open question"),
      keys: "F8",
      where: t("Evidence"),
      run: () => {
        const open = drafts.find((one) => blockedBecause(one) !== null);
        if (open) chooseDraft(open.id);
        setTimeout(() => document.querySelector<HTMLElement>("[data-question] input")?.focus(), 0);
      },
    },
  ]);
  const empty = sources.length === 0 && drafts.length === 0;
  const titleOf = (format: string): string =>
    formats.data?.find((known) => known.id === format)?.title ?? format;
  return (
    <>
      <div className="main" data-pane="main">
        <div className="bar">
          <Button
            keys="Ctrl O"
            blocked={readOnly ? t("This case is open read-only.") : null}
            onClick={() => void addFiles()}
          >
            {t("Add files")}
          </Button>
          <span className="muted small">{t("or drop them anywhere in this window")}</span>
          {held || drafts.some((one) => one.state === "importing") ? (
            <Button onClick={() => void holdImports(!held)}>{held ? t("Go on") : t("Pause")}</Button>
          ) : null}
          {sources.length ? <NextStep onAdd={() => void addFiles()} /> : null}
          <span className="grow" />
          {waiting.length > 1 ? (
            <Button
              onClick={async () => {
                for (const one of waiting) await importDraft(one.id);
              }}
            >
              {t("Import {{count}} files", { count: waiting.length })}
            </Button>
          ) : null}
        </div>
        {empty ? (
          <FirstSteps />
        ) : (
          <>
            <div className="scroll evidence-list">
              <table className="table evidence-table">
                <thead>
                  <tr>
                    <th>{t("File as received")}</th>
                    <th className="num">{t("Size")}</th>
                    <th>{t("Format found")}</th>
                    <th>{t("Conservation")}</th>
                    <th>{t("State")}</th>
                  </tr>
                </thead>
                <tbody>
                  {sources.flatMap((one) =>
                    one.files.map((file) => (
                      <tr
                        key={`${one.name}/${file.path}/${file.member ?? ""}`}
                        aria-selected={draft === null && one.name === chosenSource}
                        onClick={() => {
                          chooseDraft(null);
                          app.set({ source: one.name });
                        }}
                      >
                        <td className="mono">
                          <button
                            type="button"
                            className="cell-button mono"
                            title={file.path}
                            onClick={() => {
                              chooseDraft(null);
                              app.set({ source: one.name });
                            }}
                          >
                            <Evidence text={fileName(file.path)} />
                            {file.member ? ` : ${file.member}` : ""}
                          </button>
                        </td>
                        <td className="num mono" title={t("{{count}} bytes", { count: file.bytes })}>
                          {sizeText(file.bytes)}
                        </td>
                        <td className="format-cell" title={`${titleOf(file.format)} (${file.format})`}>
                          {titleOf(file.format)}
                        </td>
                        <td>
                          {conserves(file) ? (
                            <span className="row" style={{ gap: 5 }}>
                              <span className="good" style={{ display: "grid" }}>
                                <CheckSign size={12} />
                              </span>
                              {t("{{count}} lines", { count: file.lines })},{" "}
                              {file.rejects ? (
                                <span className="mark">
                                  {t("{{count}} rejects", { count: file.rejects })}
                                </span>
                              ) : (
                                <span className="muted">{t("no reject")}</span>
                              )}
                            </span>
                          ) : (
                            <span className="danger">{t("lines do not add up")}</span>
                          )}
                        </td>
                        <td>
                          {one.present ? (
                            <span className="row good" style={{ gap: 5 }}>
                              <CheckSign size={12} /> {t("stored as {{name}}", { name: one.name })}
                            </span>
                          ) : (
                            <span className="danger row">
                              <WarnSign size={12} /> {t("not where it was")}
                            </span>
                          )}
                        </td>
                      </tr>
                    )),
                  )}
                  {drafts.map((one) => (
                    <DraftRow key={one.id} draft={one} chosen={one.id === chosen} held={held} />
                  ))}
                </tbody>
              </table>
            </div>
            {draft ? (
              <PreviewPane draft={draft} />
            ) : source ? (
              <StoredPane source={source} tab={tab} onTab={setTab} />
            ) : null}
          </>
        )}
      </div>
      {draft ? <DraftInspector draft={draft} /> : source ? <SourceInspector source={source} /> : null}
    </>
  );
}

function DraftRow({ draft, chosen, held }: { draft: Draft; chosen: boolean; held: boolean }) {
  const blocked = blockedBecause(draft);
  const candidate = draft.preview?.candidates.find((one) => one.format === draft.preview?.chosen);
  const { progress } = draft;
  const share = progress?.total ? progress.done / progress.total : null;
  const seconds = (performance.now() - draft.startedMs) / 1000;
  const rate = progress && progress.unit === "bytes" && seconds > 0.3 ? progress.done / seconds : null;
  return (
    <tr aria-selected={chosen} onClick={() => chooseDraft(draft.id)}>
      <td>
        <button
          type="button"
          className="cell-button mono"
          title={draft.path}
          onClick={() => chooseDraft(draft.id)}
        >
          <Evidence text={fileName(draft.path)} />
        </button>
      </td>
      <td className="num mono">{draft.preview ? sizeText(draft.preview.bytes) : ""}</td>
      <td>
        {draft.error ? (
          <span className="danger">{t("could not be read")}</span>
        ) : candidate ? (
          candidate.title
        ) : draft.preview ? (
          draft.preview.candidates.length ? (
            t("{{count}} candidates", { count: draft.preview.candidates.length })
          ) : (
            t("none fits")
          )
        ) : (
          <span className="muted">{t("looking…")}</span>
        )}
      </td>
      <td className="muted">
        {progress?.lines !== undefined
          ? t("{{lines}} lines so far: {{records}} records, {{rejects}} rejects", {
              lines: progress.lines,
              records: progress.records ?? 0,
              rejects: progress.rejects ?? 0,
            })
          : draft.state === "importing"
            ? t("counted at the end")
            : t("not imported yet")}
      </td>
      <td>
        {draft.state === "importing" ? (
          <span className="row">
            <Bar share={share} />
            <span>
              {share === null
                ? progress
                  ? saidText(progress.doing, "doing")
                  : t("Starting")
                : `${Math.floor(share * 100)} %`}
            </span>
            {held ? <span className="mark">{t("paused")}</span> : null}
            {rate && !held ? <span className="muted">{`${sizeText(rate)}/s`}</span> : null}
            {rate && !held && progress?.total ? (
              <span className="muted">
                {t("{{seconds}} s left", { seconds: Math.ceil((progress.total - progress.done) / rate) })}
              </span>
            ) : null}
            <button type="button" className="link" onClick={() => cancelImport(draft.id)}>
              {t("Cancel, keeps nothing")}
            </button>
          </span>
        ) : blocked ? (
          <span className="row mark" style={{ gap: 6 }}>
            <QuestionSign /> {blocked}
          </span>
        ) : (
          <span className="row">
            <button type="button" className="link" onClick={() => void importDraft(draft.id)}>
              {t("Import")}
            </button>
            <button type="button" className="link" onClick={() => drop(draft.id)}>
              {t("Skip")}
            </button>
          </span>
        )}
      </td>
    </tr>
  );
}

function FirstSteps() {
  const job = useApp((s) => s.job);
  return (
    <div className="empty first-steps">
      <h1>{t("Who was behind an address and port?")}</h1>
      <CaseSteps onAdd={() => void addFiles()} />
      <div className="row wrap">
        <Button kind="primary" keys="Ctrl O" onClick={() => void addFiles()}>
          {t("Add files")}
        </Button>
        <Button blocked={job ? t("It is being made.") : null} onClick={() => void openDemo()}>
          {t("Open the demo case")}
        </Button>
      </div>
      <p className="small muted">
        {t(
          "The demo is a made-up world with logs, NAT records and clocks that are wrong; nothing in it is real.",
        )}
      </p>
    </div>
  );
}

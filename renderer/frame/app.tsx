// The window's frame: tabs above, sources at the left, the screen, the status strip below. It owns what spans the screens:
// keys, the theme, the drop of files, the line to the engine.
import { type DragEvent, type ReactNode, useEffect, useState } from "react";
import { AttributionScreen } from "../attribution/attribution-screen";
import { link } from "../client/link";
import { ClockScreen } from "../clock/clock-screen";
import { CustodyScreen } from "../custody/custody-screen";
import { EvidenceScreen } from "../evidence/evidence-screen";
import { clearQueue, dropFiles } from "../evidence/queue";
import { ExhibitScreen } from "../exhibit/exhibit-screen";
import { ReadinessScreen } from "../readiness/readiness-screen";
import { RecordsScreen } from "../records/records-screen";
import { CloseSign, WarnSign } from "../signs/icons";
import { setLanguage, t } from "../words/words";
import { engineIsBack } from "./case-actions";
import { onKey } from "./commands";
import { FileBrowser } from "./file-browser";
import { Help } from "./help";
import { NewCase } from "./new-case";
import { Palette } from "./palette";
import { SideBar } from "./side-bar";
import { StatusStrip } from "./status-strip";
import { app, type Screen, say, useApp } from "./store";
import { Tabs } from "./tabs";
import { useTheme } from "./theme";
import { Welcome } from "./welcome";

const SCREEN_PARTS: Readonly<Record<Screen, () => ReactNode>> = {
  evidence: EvidenceScreen,
  records: RecordsScreen,
  clock: ClockScreen,
  attribution: AttributionScreen,
  readiness: ReadinessScreen,
  custody: CustodyScreen,
  exhibit: ExhibitScreen,
};

export function App() {
  useTheme();
  useEffect(() => {
    window.addEventListener("keydown", onKey);
    const off = link.onState((state, again) => {
      app.set({ engine: state });
      if (again) void engineIsBack();
      if (state === "lost")
        say({
          kind: "bad",
          text: t("The engine stopped and could not be started again."),
          mend: t("Close this window and start Portwitness again. Nothing in the ledger is affected."),
        });
    });
    link.wake();
    link.host("host.info", {}).then(
      (host) => app.set({ host }),
      () => {},
    );
    return () => {
      window.removeEventListener("keydown", onKey);
      off();
    };
  }, []);
  const casePath = useApp((s) => s.caseInfo?.path ?? null);
  // Files on their way in belong to the case that they were chosen for, never to the next one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another case is another queue
  useEffect(() => clearQueue, [casePath]);
  const language = useApp((s) => s.prefs.language);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  // Before anything below is drawn; another language draws all of it afresh.
  setLanguage(language);
  return <Frame key={language} />;
}

function Frame() {
  const hasCase = useApp((s) => s.caseInfo !== null);
  const screen = useApp((s) => s.screen);
  const dialog = useApp((s) => s.dialog);
  const Part = SCREEN_PARTS[screen];
  return (
    <DropArea>
      <div className="frame">
        <Tabs />
        <div className="body">
          {hasCase ? <SideBar /> : null}
          <main className="work">
            {hasCase ? (
              <div className="work" role="tabpanel" id="screen" aria-labelledby={`tab-${screen}`}>
                <Part key={screen} />
              </div>
            ) : (
              <Welcome />
            )}
          </main>
        </div>
        <Notices />
        <StatusStrip />
      </div>
      {dialog?.kind === "palette" ? <Palette /> : null}
      {dialog?.kind === "help" ? <Help /> : null}
      {dialog?.kind === "new-case" ? <NewCase /> : null}
      <FileBrowser />
    </DropArea>
  );
}

/** Messages have a line of their own above the status strip: nothing is covered, and no row changes its place. */
function Notices() {
  const notice = useApp((s) => s.notice);
  useEffect(() => {
    if (notice?.kind !== "good") return;
    const timer = setTimeout(() => say(null), 8_000);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <div className="notices" role="status" aria-live="polite" data-testid="notice">
      {notice ? (
        <div className={`notice ${notice.kind === "bad" ? "bad" : notice.kind === "good" ? "ok" : ""}`}>
          {notice.kind === "bad" ? <WarnSign /> : null}
          <span className="grow">
            {notice.text} {notice.mend ? <span className="mend">{notice.mend}</span> : null}
          </span>
          {notice.action ? (
            <button type="button" className="link" onClick={notice.action.run}>
              {notice.action.label}
            </button>
          ) : null}
          <button
            type="button"
            className="icon-button"
            aria-label={t("Close this message")}
            onClick={() => say(null)}
          >
            <CloseSign />
          </button>
        </div>
      ) : null}
    </div>
  );
}

function DropArea({ children }: { children: ReactNode }) {
  const [over, setOver] = useState(false);
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the mouse's way to what "Add files" does by keyboard
    <div
      style={{ height: "100%" }}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (event.relatedTarget === null) setOver(false);
      }}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(false);
        void dropFiles([...event.dataTransfer.files]);
      }}
    >
      {children}
      {over ? (
        <div className="drop-veil">{t("Drop to add as evidence. The files stay where they are.")}</div>
      ) : null}
    </div>
  );
}

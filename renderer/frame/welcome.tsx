// No case is open: the job in four steps, and the three ways in.
import { Button } from "../parts/parts";
import { t } from "../words/words";
import { openCase, openDemo } from "./case-actions";
import { chooseCase } from "./choose-case";
import { useCommands } from "./commands";
import { JobSteps } from "./steps";
import { app, useApp } from "./store";

export function Welcome() {
  const recent = useApp((s) => s.prefs.recentCases);
  const job = useApp((s) => s.job);
  const makeNew = () => app.set({ dialog: { kind: "new-case" } });
  useCommands([
    { id: "case.open", title: t("Open a case"), keys: "Ctrl O", run: () => void chooseCase() },
    { id: "case.new", title: t("New case"), keys: "Ctrl Enter", run: makeNew },
    { id: "case.demo", title: t("Open the demo case"), run: () => void openDemo() },
  ]);
  return (
    <div className="welcome" data-pane="main">
      <h1>{t("Who was behind an address and port?")}</h1>
      <JobSteps />
      <div className="row wrap">
        <Button kind="primary" keys="Ctrl ⏎" onClick={makeNew}>
          {t("New case")}
        </Button>
        <Button keys="Ctrl O" onClick={() => void chooseCase()}>
          {t("Open a case")}
        </Button>
        <Button blocked={job ? t("It is being made.") : null} onClick={() => void openDemo()}>
          {t("Open the demo case")}
        </Button>
        {job ? <span className="muted small">{job}…</span> : null}
      </div>
      {recent.length ? (
        <div className="stack" style={{ gap: 2 }}>
          <h2 className="muted">{t("Opened lately")}</h2>
          {recent.map((path) => (
            <button key={path} type="button" className="link mono" onClick={() => void openCase(path)}>
              {path}
            </button>
          ))}
        </div>
      ) : null}
      <p className="small muted" style={{ maxWidth: 640 }}>
        {t("Nothing leaves this machine. A result names a subscriber line, not a person or a device.")}
      </p>
    </div>
  );
}

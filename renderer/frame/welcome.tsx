// No case is open: the job in four steps, and the three ways in.
import { Button } from "../parts/parts";
import { t, text } from "../words/words";
import { openCase, openDemo } from "./case-actions";
import { useCommands } from "./commands";
import { choosePaths } from "./file-browser";
import { app, useApp } from "./store";

const STEPS = [
  [
    text("Add the server's log."),
    text("Apache, nginx, sshd, Postfix and many more, in the files as they came."),
  ],
  [
    text("Add the operator's NAT records."),
    text("Syslog, CSV or IPFIX; who held which port block, and when."),
  ],
  [text("Compare their clocks."), text("Connections that both logs saw show how far one ran ahead.")],
  [text("Attribute."), text("One line is named only where the records show that it was the only one.")],
] as const;

async function chooseCase(): Promise<void> {
  const [path] = await choosePaths("case", t("Open a case"));
  if (path) await openCase(path);
}

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
      <ol className="steps">
        {STEPS.map(([title, how], i) => (
          <li key={title.kept}>
            <div className="step">{i + 1}</div>
            <div className="strong">{t(title)}</div>
            <div className="small muted">{t(how)}</div>
          </li>
        ))}
      </ol>
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

// No case is open: the job in four steps, and the three ways in.
import { Button } from "../parts/parts";
import { openCase, openDemo } from "./case-actions";
import { useCommands } from "./commands";
import { choosePaths } from "./file-browser";
import { app, useApp } from "./store";

const STEPS = [
  ["Add the server's log.", "Apache, nginx, sshd, Postfix and many more, in the files as they came."],
  ["Add the operator's NAT records.", "Syslog, CSV or IPFIX; who held which port block, and when."],
  ["Compare their clocks.", "Connections that both logs saw show how far one ran ahead."],
  ["Attribute.", "One line is named only where the records show that it was the only one."],
] as const;

async function chooseCase(): Promise<void> {
  const [path] = await choosePaths("case", "Open a case");
  if (path) await openCase(path);
}

export function Welcome() {
  const recent = useApp((s) => s.prefs.recentCases);
  const job = useApp((s) => s.job);
  const makeNew = () => app.set({ dialog: { kind: "new-case" } });
  useCommands([
    { id: "case.open", title: "Open a case", keys: "Ctrl O", run: () => void chooseCase() },
    { id: "case.new", title: "New case", keys: "Ctrl Enter", run: makeNew },
    { id: "case.demo", title: "Open the demo case", run: () => void openDemo() },
  ]);
  return (
    <div className="welcome" data-pane="main">
      <h1>Who was behind an address and port?</h1>
      <ol className="steps">
        {STEPS.map(([title, text], i) => (
          <li key={title}>
            <div className="step">{i + 1}</div>
            <div className="strong">{title}</div>
            <div className="small muted">{text}</div>
          </li>
        ))}
      </ol>
      <div className="row wrap">
        <Button kind="primary" keys="Ctrl ⏎" onClick={makeNew}>
          New case
        </Button>
        <Button keys="Ctrl O" onClick={() => void chooseCase()}>
          Open a case
        </Button>
        <Button blocked={job ? "It is being made." : null} onClick={() => void openDemo()}>
          Open the demo case
        </Button>
        {job ? <span className="muted small">{job}…</span> : null}
      </div>
      {recent.length ? (
        <div className="stack" style={{ gap: 2 }}>
          <h2 className="muted">Opened lately</h2>
          {recent.map((path) => (
            <button key={path} type="button" className="link mono" onClick={() => void openCase(path)}>
              {path}
            </button>
          ))}
        </div>
      ) : null}
      <p className="small muted" style={{ maxWidth: 640 }}>
        Nothing leaves this machine. A result names a subscriber line, not a person or a device.
      </p>
    </div>
  );
}

// The whole job in four steps: what each is for, which are done in this case, and the one that comes next. A step leads to
// its screen whether or not its turn has come; the screen says what is missing.
import { useRequest } from "../client/use-request";
import { CheckSign } from "../signs/icons";
import { type Kept, t, text } from "../words/words";
import { app, type Screen, useApp } from "./store";

const STEPS: readonly { readonly title: Kept; readonly how: Kept; readonly screen: Screen }[] = [
  {
    title: text("Add the server's log."),
    how: text("Apache, nginx, sshd, Postfix and many more, in the files as they came."),
    screen: "evidence",
  },
  {
    title: text("Add the operator's NAT records."),
    how: text("Syslog, CSV or IPFIX; who held which port block, and when."),
    screen: "evidence",
  },
  {
    title: text("Compare their clocks."),
    how: text("Connections that both logs saw show how far one ran ahead."),
    screen: "clock",
  },
  {
    title: text("Attribute."),
    how: text("One line is named only where the records show that it was the only one."),
    screen: "attribution",
  },
];

/** Which of the four steps this case has behind it. */
function useDone(): readonly boolean[] {
  const path = useApp((s) => s.caseInfo?.path ?? null);
  const sources = useApp((s) => s.sources);
  const acts = useApp((s) => s.acts);
  const runs = useRequest("attribution.list", path === null ? null : { case: path }, `steps/${acts}`);
  const servers = sources.filter((one) => one.role === "server");
  return [
    servers.length > 0,
    sources.some((one) => one.role === "nat"),
    servers.some((one) => one.clock !== null),
    (runs.data?.length ?? 0) > 0,
  ];
}

/** The steps as they are read before a case is open. */
export function JobSteps() {
  return (
    <ol className="steps">
      {STEPS.map(({ title, how }, i) => (
        <li key={title.kept}>
          <div className="step">{i + 1}</div>
          <div className="strong">{t(title)}</div>
          <div className="small muted">{t(how)}</div>
        </li>
      ))}
    </ol>
  );
}

/** The steps of an open case; a press leads to the step's screen, the first two to the choice of files. */
export function CaseSteps({ onAdd }: { onAdd: () => void }) {
  const done = useDone();
  const next = done.indexOf(false);
  return (
    <ol className="steps">
      {STEPS.map(({ title, how, screen }, i) => (
        <li key={title.kept}>
          <button
            type="button"
            className={i === next ? "next" : ""}
            aria-current={i === next ? "step" : undefined}
            onClick={() => (screen === "evidence" ? onAdd() : app.set({ screen }))}
          >
            <span className="step">
              {i + 1} {done[i] ? <CheckSign size={12} /> : null}
              {done[i] ? <span className="hidden-text">{t("done")}</span> : null}
            </span>
            <span className="strong">{t(title)}</span>
            <span className="small muted">{t(how)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

/** One line with the step that comes next, until the last is done. */
export function NextStep({ onAdd }: { onAdd: () => void }) {
  const done = useDone();
  const next = done.indexOf(false);
  const step = STEPS[next];
  if (!step) return null;
  return (
    <button
      type="button"
      className="link next-step"
      title={t(step.how)}
      onClick={() => (step.screen === "evidence" ? onAdd() : app.set({ screen: step.screen }))}
    >
      {t("Next, step {{step}} of 4: {{title}}", { step: next + 1, title: t(step.title) })}
    </button>
  );
}

// The ledger as it is: every act in order, the head large enough to read aloud, and what a ledger cannot show beside it.
import { useCallback, useState } from "react";
import type { Reply } from "../../shared/contract/contract";
import { link } from "../client/link";
import { useRequest } from "../client/use-request";
import { verifyCase } from "../frame/case-actions";
import { useCommands } from "../frame/commands";
import { Inspector } from "../frame/inspector";
import { app, useApp, useCase } from "../frame/store";
import { type Column, Grid } from "../parts/grid";
import { Button, Facts, Fault, Panel, Scroll } from "../parts/parts";
import { CheckSign, WarnSign } from "../signs/icons";
import { groups, whole } from "../signs/numbers";
import { Evidence } from "../signs/text";
import { Said, saidText } from "../words/said";
import { t, text } from "../words/words";
import { KeyPanel } from "./key-panel";
import { ReviewPanel } from "./review-panel";
import { StampPanel } from "./stamp-panel";

type Act = Reply<"custody.ledger">["acts"][number];

/** JSON on one line, with its keys as they stand in the ledger. */
export const brief = (value: unknown): string => {
  if (value === null || value === undefined) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text === "{}" || text === "[]" ? "" : text;
};

const COLUMNS: readonly Column<Act>[] = [
  {
    id: "seq",
    title: text("Act"),
    width: 88,
    right: true,
    text: (act) => String(act.seq),
    cell: (act) => <span className="faint">{whole(act.seq)}</span>,
  },
  { id: "time", title: text("Time as claimed"), width: 190, text: (act) => act.time },
  {
    id: "examiner",
    title: text("Examiner"),
    width: 120,
    text: (act) => act.examiner,
    cell: (act) => <Evidence text={act.examiner} />,
  },
  {
    id: "action",
    title: text("Action"),
    width: 200,
    text: (act) => saidText(act.action, "action"),
    cell: (act) => (
      <span title={act.action}>
        <Said kind="action" text={act.action} />
      </span>
    ),
  },
  {
    id: "inputs",
    title: text("Inputs"),
    width: 240,
    flex: true,
    text: (act) => brief(act.inputs),
    cell: (act) => <Evidence text={brief(act.inputs)} />,
  },
  { id: "result", title: text("Result"), width: 90, text: (act) => saidText(act.result, "result") },
];

/** The parts of an act that differ from kind to kind. */
const PARTS = [
  ["inputs", text("Inputs")],
  ["parameters", text("Parameters")],
  ["outputs", text("Outputs")],
] as const;

export function CustodyScreen() {
  const path = useCase();
  const acts = useApp((s) => s.acts);
  const turn = useApp((s) => s.engineTurn);
  const info = useApp((s) => s.caseInfo);
  const verified = useApp((s) => s.verified);
  const job = useApp((s) => s.job);
  const [selected, setSelected] = useState<number | null>(null);
  const [data, setData] = useState<Act | null>(null);
  const [window, setWindow] = useState(0);
  const ledger = useRequest("custody.ledger", { case: path, from: 0, to: 1 }, `${acts}/${turn}`);
  const fetch = useCallback(
    async (from: number, to: number) => (await link.request("custody.ledger", { case: path, from, to })).acts,
    [path],
  );
  const verify = () => {
    if (!job) void verifyCase();
  };
  useCommands([
    { id: "verify.here", title: t("Verify this case"), keys: "Ctrl Enter", where: t("Custody"), run: verify },
  ]);
  if (!info) return null;
  return (
    <>
      <div className="main" data-pane="main">
        <div className="bar">
          <b className="strong">{t("Ledger")}</b>
          <span className="muted">
            {t("{{count}} acts, in the order they were done", { count: info.acts })}
          </span>
          <span className="grow" />
          {job ? <span className="muted">{job}</span> : null}
          <Button
            kind="primary"
            keys="Ctrl ⏎"
            blocked={job ? t("It is being verified.") : null}
            onClick={verify}
          >
            {t("Verify the case")}
          </Button>
        </div>
        <div className="head-band">
          <div>
            <div className="small muted">{t("Head of the ledger, SHA-256 of its last line")}</div>
            <div className="mono read-aloud">{groups(info.head)}</div>
          </div>
          {ledger.data?.fingerprint ? (
            <div>
              <div className="small muted">{t("Fingerprint of the examiner's key")}</div>
              <div className="mono read-aloud">{groups(ledger.data.fingerprint)}</div>
            </div>
          ) : null}
        </div>
        {verified ? (
          <div className={`notice ${verified.ok ? "ok" : "bad"}`} role="status">
            {verified.ok ? (
              <span className="row good">
                <CheckSign />{" "}
                {t("Every line, checkpoint and signature was checked to act {{act}}.", {
                  act: verified.acts,
                })}
              </span>
            ) : (
              <span className="row">
                <WarnSign />{" "}
                {t("The case does not verify. Its results are not to be relied on until this is explained.")}
              </span>
            )}
          </div>
        ) : null}
        {ledger.error ? <Fault error={ledger.error} /> : null}
        {ledger.data ? (
          <Grid
            label={t("Acts of the ledger")}
            columns={COLUMNS}
            rows={ledger.data.total}
            version={`${acts}/${turn}`}
            fetch={fetch}
            selected={selected}
            onSelect={(row, act) => {
              setSelected(row);
              setData(act);
            }}
            window={window}
            onWindow={setWindow}
          />
        ) : (
          <div className="grow" />
        )}
      </div>
      <Inspector label={t("Act")}>
        {data ? (
          <>
            <div className="panel">
              <h1>
                {t("Act {{seq}}, {{action}}", { seq: data.seq, action: saidText(data.action, "action") })}
              </h1>
              <p className="muted">
                <span className="mono">{data.action}</span>, <Said kind="result" text={data.result} />
              </p>
            </div>
            <Panel title={t("Done")}>
              <Facts
                rows={[
                  [
                    t("Time"),
                    <span key="t" className="mono">
                      {data.time}
                    </span>,
                  ],
                  [t("Examiner"), <Evidence key="e" text={data.examiner} />],
                  [
                    t("Account"),
                    <span key="a" className="mono">
                      <Evidence text={data.account} />
                    </span>,
                  ],
                  [
                    t("Host"),
                    <span key="h" className="mono">
                      <Evidence text={data.host} />
                    </span>,
                  ],
                  [
                    t("Program"),
                    <span key="p" className="mono">
                      {data.tool}
                    </span>,
                  ],
                ]}
              />
            </Panel>
            {PARTS.map(([key, title]) => {
              const text = brief(data[key]) ? JSON.stringify(data[key], null, 1) : "";
              return text ? (
                <Panel key={key} title={t(title)}>
                  <Scroll label={t(title)} className="bytes">
                    {text.split("\n").map((line, i) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: lines of one fixed text
                      <div key={i}>
                        <Evidence text={line} />
                      </div>
                    ))}
                  </Scroll>
                </Panel>
              ) : null;
            })}
            {info.readOnly ? null : <ReviewPanel key={data.seq} path={path} act={data} />}
            <Panel title={t("Chain")}>
              <Facts
                rows={[
                  [
                    t("Previous"),
                    <span key="p" className="mono">
                      {groups(data.previous)}
                    </span>,
                  ],
                ]}
              />
            </Panel>
          </>
        ) : (
          <Panel title={t("No act chosen")}>
            <p className="muted">{t("Choose an act to see all that its line says.")}</p>
          </Panel>
        )}
        {info.readOnly ? null : <StampPanel path={path} />}
        {info.readOnly || !ledger.data?.fingerprint ? null : (
          <KeyPanel path={path} fingerprint={ledger.data.fingerprint} />
        )}
        <Panel title={t("What a ledger cannot show")}>
          <p className="small muted">
            {t(
              "Its times are this workstation's own claim. A rollback that removes the checkpoints too, or a rewrite by the holder of the key, shows only against something outside: a printed head, a time stamp, an earlier exhibit. Custody before the files were added is what you were told.",
            )}
          </p>
          <div style={{ height: 8 }} />
          <Button onClick={() => app.set({ screen: "exhibit" })}>{t("Export an exhibit")}</Button>
        </Panel>
      </Inspector>
    </>
  );
}

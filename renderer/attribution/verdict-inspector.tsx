// One verdict: its sentence, why, all candidates in order of time and without a ranking, and what would settle it.
import type { AttributionRow } from "../../shared/contract/attribution";
import type { Reply } from "../../shared/contract/contract";
import { Inspector } from "../frame/inspector";
import { app } from "../frame/store";
import { Button, Facts, Panel } from "../parts/parts";
import { RoleSign, VerdictSign } from "../signs/icons";
import { whole } from "../signs/numbers";
import { Evidence, HalfWidth, Instant, Offset } from "../signs/text";
import { offsetWords } from "../signs/time-format";
import { t } from "../words/words";
import type { Detail } from "./holds-plot";
import { sentenceOf, settles } from "./sentence";

type Run = Reply<"attribution.list">[number];

export function VerdictInspector({
  row,
  detail,
  run,
  onBytes,
}: {
  row: AttributionRow | null;
  detail: Detail | null;
  run: Run | null;
  onBytes: () => void;
}) {
  if (!row || !run)
    return (
      <Inspector label={t("Verdict")}>
        <div className="empty">
          <h1>{t("No event chosen")}</h1>
          <p>{t("Choose an event to see its verdict and what it rests on.")}</p>
        </div>
      </Inspector>
    );
  const same = detail?.result.row === row.row ? detail : null;
  const beyond =
    row.flipUs === null
      ? null
      : same?.curve.find(
          (piece) =>
            piece.fromUs <= (row.flipUs ?? 0) &&
            piece.toUs > (row.flipUs ?? 0) &&
            !(piece.fromUs <= 0 && piece.toUs > 0),
        );
  const named = row.verdict === "unique" || row.verdict === "only";
  const settle = settles(row);
  return (
    <Inspector label={t("Verdict")}>
      <div className="panel">
        <div className="row">
          <h1 className={`verdict verdict-${row.verdict}`}>
            <VerdictSign verdict={row.verdict} size={18} />
            {row.verdict}
          </h1>
          <span className="grow" />
          <span className="chip">
            <RoleSign of="server" />
            {run.events}
          </span>
          <span className="mono">{whole(row.line)}</span>
        </div>
        <p style={{ marginTop: 8 }} role="status">
          {sentenceOf(row, same?.doubtful ?? false)}
        </p>
      </div>
      {named ? (
        <Panel title={t("Subscriber line")}>
          <Facts
            rows={[
              [
                t("Line"),
                row.subscriber ? (
                  <span key="74.19" className="mono strong">
                    <Evidence text={row.subscriber} />
                  </span>
                ) : (
                  ""
                ),
              ],
              [
                t("Inside"),
                row.insideIp ? (
                  <span key="84.19" className="mono">
                    <Evidence text={row.insideIp} />
                  </span>
                ) : (
                  ""
                ),
              ],
            ]}
          />
          <p className="small muted" style={{ marginTop: 6 }}>
            {t("A subscriber line, not a person or a device.")}
          </p>
        </Panel>
      ) : null}
      <Panel title={t("Why")}>
        <Facts
          rows={[
            [
              t("Rule"),
              <span key="r" className="mono">
                {row.rule}
              </span>,
            ],
            [
              t("Flips at"),
              row.flipUs === null ? (
                t("nowhere within 26 h")
              ) : (
                <span key="f" className="mono clock">
                  {offsetWords(row.flipUs)}
                  {beyond
                    ? `, ${t("to {{verdict}}", { verdict: beyond.verdict })}${beyond.party ? ` ${same?.party[beyond.party] ?? ""}` : ""}`
                    : ""}
                </span>
              ),
            ],
            [
              t("Clock"),
              same?.offsetUs != null ? (
                <span key="c">
                  <Offset us={same.offsetUs} /> {same.guardUs === null ? "" : <HalfWidth us={same.guardUs} />}{" "}
                  <span className="muted">{t("guard")}</span>
                </span>
              ) : (
                ""
              ),
            ],
            [
              t("Rests on"),
              run.calibrations.length ? (
                <span key="k" className="mono">
                  {run.calibrations.join(", ")}
                </span>
              ) : (
                t("no calibration")
              ),
            ],
            [
              t("From"),
              row.intervalFromUs === null ? "" : <Instant key="i" us={row.intervalFromUs} digits={6} />,
            ],
            [
              t("until before"),
              row.intervalToUs === null ? "" : <Instant key="j" us={row.intervalToUs} digits={6} />,
            ],
          ]}
        />
      </Panel>
      {row.candidates.length ? (
        <Panel
          title={t("Candidates")}
          note={t("all {{total}}, in order of time", { total: row.candidates.length })}
        >
          <ol className="stack">
            {row.candidates.map((one, i) => {
              const hold = same?.holds.find(
                (h) => h.natSource === one.natSource && h.natLine === one.natLine,
              );
              const party = hold ? same?.party[hold.party] : undefined;
              return (
                <li key={`${one.natSource}${one.natLine}`}>
                  <div className="row">
                    <b className="strong">
                      {party ?? (named ? t("The party") : t("Candidate {{number}}", { number: i + 1 }))}
                    </b>
                    <span className="grow" />
                    <span className="mono muted small">
                      {`${one.natSource} ${t("line {{line}}", { line: one.natLine })}`}
                    </span>
                  </div>
                  <Facts
                    rows={[
                      [
                        t("Line"),
                        one.subscriber ? (
                          <span key="177.27" className="mono">
                            <Evidence text={one.subscriber} />
                          </span>
                        ) : (
                          ""
                        ),
                      ],
                      [
                        t("Inside"),
                        one.insideIp ? (
                          <span key="187.27" className="mono">
                            <Evidence text={one.insideIp} />
                          </span>
                        ) : (
                          ""
                        ),
                      ],
                      [t("Held from"), <Instant key="f" us={one.fromUs} />],
                      [t("until before"), <Instant key="t" us={one.toUs} />],
                    ]}
                  />
                </li>
              );
            })}
          </ol>
          <p className="small muted" style={{ marginTop: 8 }}>
            {t("An exhibit shows them as pseudonyms unless the ledger holds an authority to identify them.")}
          </p>
        </Panel>
      ) : null}
      {settle ? (
        <Panel title={t("What would settle it")}>
          <p>{settle}</p>
        </Panel>
      ) : null}
      <Panel title={t("Evidence")}>
        <Facts
          rows={[
            [
              t("Event"),
              <span key="e" className="mono">
                {t("line {{line}}, offset {{offset}}", { line: row.line, offset: row.offset })}
              </span>,
            ],
            ...(same?.holds ?? [])
              .slice(0, 4)
              .map(
                (hold) =>
                  [
                    t("Mapping"),
                    <span key={hold.natLine} className="mono">
                      {t("line {{line}}, offset {{offset}}", { line: hold.natLine, offset: hold.natOffset })}
                    </span>,
                  ] as const,
              )
              .map(([name, value], i) => [i ? `${name} ${i + 1}` : name, value] as const),
          ]}
        />
        <div className="row wrap" style={{ marginTop: 10 }}>
          <Button keys="B" onClick={onBytes}>
            {t("Show bytes")}
          </Button>
          <Button keys="E" onClick={() => app.set({ screen: "exhibit" })}>
            {t("To the exhibit")}
          </Button>
        </div>
      </Panel>
    </Inspector>
  );
}

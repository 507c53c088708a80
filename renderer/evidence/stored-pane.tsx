import { Inspector } from "../frame/inspector";
import { app, type Source } from "../frame/store";
import { Button, Facts, Panel, Scroll } from "../parts/parts";
import { CheckSign, ROLE_WORDS, RoleSign } from "../signs/icons";
import { groups, shareText, shortHash, sizeText, whole } from "../signs/numbers";
import { Evidence, HalfWidth, Instant, Offset } from "../signs/text";
import { t, text } from "../words/words";
import { Completeness } from "./completeness-pane";
import { conserves } from "./conservation";
import { Rejects } from "./rejects-pane";
import { Triage } from "./triage-pane";

const TABS = {
  conservation: text("Conservation"),
  rejects: text("Rejects"),
  completeness: text("Completeness"),
  triage: text("Worth asking"),
  custody: text("Custody before us"),
} as const;
export type StoredTab = keyof typeof TABS;

/** The tabs that say something of a source of this role. */
const tabsOf = (source: Source): readonly StoredTab[] =>
  source.role === "nat"
    ? ["conservation", "rejects", "completeness", "custody"]
    : source.role === "server"
      ? ["conservation", "rejects", "triage", "custody"]
      : ["conservation", "rejects", "custody"];

export function StoredPane({
  source,
  tab: wanted,
  onTab,
}: {
  source: Source;
  tab: StoredTab;
  onTab: (tab: StoredTab) => void;
}) {
  const tabs = tabsOf(source);
  const tab = tabs.includes(wanted) ? wanted : "conservation";
  return (
    <>
      <div className="bar">
        <b className="strong">{source.name}</b>
        <span className="segmented">
          {tabs.map((id) => (
            <button key={id} type="button" aria-pressed={tab === id} onClick={() => onTab(id)}>
              {t(TABS[id])}
            </button>
          ))}
        </span>
      </div>
      {tab === "conservation" ? <Conservation source={source} /> : null}
      {tab === "rejects" ? <Rejects key={source.name} source={source} /> : null}
      {tab === "completeness" ? <Completeness key={source.name} source={source} /> : null}
      {tab === "triage" ? <Triage key={source.name} source={source} /> : null}
      {tab === "custody" ? (
        <div className="pane-note">
          <p>
            {t(
              "What happened to these files before they were added is what you were told; Portwitness did not see it. From the moment of adding on, their SHA-256 is checked in every read.",
            )}
          </p>
        </div>
      ) : null}
    </>
  );
}

function Conservation({ source }: { source: Source }) {
  return (
    <Scroll label={t("Conservation of {{name}}", { name: source.name })} className="scroll grow">
      <table className="table">
        <thead>
          <tr>
            <th>{t("File")}</th>
            <th className="num">{t("Lines")}</th>
            <th className="num">{t("in records")}</th>
            <th className="num">{t("rejects")}</th>
            <th className="num">{t("blank")}</th>
            <th className="num">{t("headers")}</th>
            <th className="num">{t("partial")}</th>
            <th className="num">{t("Records")}</th>
            <th className="num">{t("with a port")}</th>
            <th>{t("Sum")}</th>
          </tr>
        </thead>
        <tbody>
          {source.files.map((file) => (
            <tr key={file.path + (file.member ?? "")}>
              <td className="mono" title={file.path}>
                <Evidence
                  text={(file.path.split(/[\\/]/).pop() ?? "") + (file.member ? ` : ${file.member}` : "")}
                />
              </td>
              <td className="num mono">{whole(file.lines)}</td>
              <td className="num mono">{whole(file.recordLines)}</td>
              <td className={`num mono ${file.rejects ? "mark" : ""}`}>{whole(file.rejects)}</td>
              <td className="num mono">{whole(file.blank)}</td>
              <td className="num mono">{whole(file.headers)}</td>
              <td className={`num mono ${file.partial ? "mark" : ""}`}>{whole(file.partial)}</td>
              <td className="num mono">{whole(file.records)}</td>
              <td className="num mono">
                {whole(file.withPort)} <span className="muted">{shareText(file.withPort, file.records)}</span>
              </td>
              <td>
                {conserves(file) ? (
                  <span className="row good" style={{ gap: 4 }}>
                    <CheckSign size={12} /> {t("adds up")}
                  </span>
                ) : (
                  <span className="danger">
                    {t("{{lines}} accounted for", {
                      lines: file.recordLines + file.rejects + file.blank + file.headers,
                    })}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {source.files.some((file) => !conserves(file)) ? (
        <div className="notice bad" role="alert">
          {t(
            "Results from this source are withheld. Import it again; if it repeats, send the report of this file.",
          )}
        </div>
      ) : null}
      {source.files.some((file) => file.lost || file.noTemplate) ? (
        <div className="pane-note small mark">
          {t("{{lost}} records lost by sequence number, {{untold}} without a template.", {
            lost: source.files.reduce((n, f) => n + f.lost, 0),
            untold: source.files.reduce((n, f) => n + f.noTemplate, 0),
          })}
        </div>
      ) : null}
    </Scroll>
  );
}

export function SourceInspector({ source }: { source: Source }) {
  const first = source.files[0];
  const rejects = source.files.reduce((n, f) => n + f.rejects, 0);
  return (
    <Inspector label={t("Source {{name}}", { name: source.name })}>
      <div className="panel">
        <div className="row">
          <span className="chip">
            <RoleSign of={source.role} />
            {source.name}
          </span>
          <span className="muted">{t(ROLE_WORDS[source.role])}</span>
        </div>
      </div>
      <Panel title={t("Source")}>
        <Facts
          rows={[
            [t("Records"), whole(source.rows)],
            [
              t("Rejects"),
              rejects ? (
                <span key="194.35" className="mark">
                  {whole(rejects)}
                </span>
              ) : (
                t("none")
              ),
            ],
            [t("Format"), source.format],
            [
              t("Zone given"),
              source.zone === "unknown" ? (
                <span key="198.43" className="open-part">
                  {t("zone?")}
                </span>
              ) : (
                (source.zone ?? "")
              ),
            ],
            [t("Writer"), source.writes === "rounds" ? t("rounds") : t("truncates")],
            [
              t("Extent"),
              source.extent === "query"
                ? t("an extract, never complete by itself")
                : source.role === "nat"
                  ? t("the whole log")
                  : "",
            ],
            [
              t("From"),
              first?.firstTimeUs != null ? (
                <Instant
                  key="212.17"
                  us={Math.min(...source.files.map((f) => f.firstTimeUs ?? Number.MAX_SAFE_INTEGER))}
                />
              ) : (
                ""
              ),
            ],
            [
              t("To"),
              first?.lastTimeUs != null ? (
                <Instant key="222.17" us={Math.max(...source.files.map((f) => f.lastTimeUs ?? 0))} />
              ) : (
                ""
              ),
            ],
          ]}
        />
      </Panel>
      <Panel title={t("Clock")}>
        {source.clock ? (
          <Facts
            rows={[
              [
                t("Offset"),
                <span key="o">
                  <Offset us={source.clock.offsetUs} /> <HalfWidth us={source.clock.uncertaintyUs} />
                </span>,
              ],
              [t("Against"), source.clock.against ?? ""],
              [t("Segments"), String(source.clock.segments)],
              [
                t("Calibration"),
                <span key="c" className="mono">
                  {source.clock.id}
                </span>,
              ],
            ]}
          />
        ) : (
          <p className="muted">
            {t("Not calibrated. Nothing of it can be unique before its clock is compared.")}
          </p>
        )}
        <div style={{ height: 8 }} />
        <div className="row wrap">
          <Button onClick={() => app.set({ screen: "clock" })}>{t("Compare its clock")}</Button>
          <Button onClick={() => app.set({ screen: "records" })}>{t("Show records")}</Button>
        </div>
      </Panel>
      {source.files.map((file) => (
        <Panel
          key={file.path + (file.member ?? "")}
          title={<Evidence text={file.path.split(/[\\/]/).pop() ?? ""} />}
        >
          <Facts
            rows={[
              [t("Size"), `${t("{{count}} bytes", { count: file.bytes })} (${sizeText(file.bytes)})`],
              [
                "SHA-256",
                <span key="s" className="mono" title={file.sha256}>
                  {shortHash(file.sha256)}
                </span>,
              ],
              [t("Member"), file.member ? <Evidence key="m" text={file.member} /> : ""],
              [
                t("Member's SHA-256"),
                file.memberSha256 ? (
                  <span key="ms" className="mono" title={groups(file.memberSha256)}>
                    {shortHash(file.memberSha256)}
                  </span>
                ) : (
                  ""
                ),
              ],
              [
                t("Place"),
                <span key="p" className="mono">
                  <Evidence text={file.path} />
                </span>,
              ],
            ]}
          />
        </Panel>
      ))}
    </Inspector>
  );
}

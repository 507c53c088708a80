// A stored source: how its lines are accounted for, its rejects, and what is known of it before it came here.
import { useCallback, useState } from "react";
import type { Reply } from "../../shared/contract/contract";
import { link } from "../client/link";
import { useRequest } from "../client/use-request";
import { Inspector } from "../frame/inspector";
import { app, type Source, useApp, useCase } from "../frame/store";
import { type Column, Grid } from "../parts/grid";
import { Button, Facts, Fault, Panel, Scroll } from "../parts/parts";
import { windowOf } from "../parts/windows";
import { CheckSign, PartialSign, RejectSign, ROLE_WORDS, RoleSign } from "../signs/icons";
import { groups, shareText, shortHash, sizeText, whole } from "../signs/numbers";
import { Evidence, HalfWidth, Instant, Offset } from "../signs/text";
import { t } from "../words/words";
import { conserves } from "./conservation";

type Reject = Reply<"evidence.rejects">["rejects"][number];
const TABS = [
  ["conservation", "Conservation"],
  ["rejects", "Rejects"],
  ["custody", "Custody before us"],
] as const;

export function StoredPane({
  source,
  tab,
  onTab,
}: {
  source: Source;
  tab: (typeof TABS)[number][0];
  onTab: (tab: (typeof TABS)[number][0]) => void;
}) {
  return (
    <>
      <div className="bar">
        <b className="strong">{source.name}</b>
        <span className="segmented">
          {TABS.map(([id, title]) => (
            <button key={id} type="button" aria-pressed={tab === id} onClick={() => onTab(id)}>
              {title}
            </button>
          ))}
        </span>
      </div>
      {tab === "conservation" ? <Conservation source={source} /> : null}
      {tab === "rejects" ? <Rejects source={source} /> : null}
      {tab === "custody" ? (
        <div className="pane-note">
          <p>
            What happened to these files before they were added is what you were told; Portwitness did not see
            it. From the moment of adding on, their SHA-256 is checked in every read.
          </p>
        </div>
      ) : null}
    </>
  );
}

function Conservation({ source }: { source: Source }) {
  return (
    <Scroll label={`Conservation of ${source.name}`} className="scroll grow">
      <table className="table">
        <thead>
          <tr>
            <th>File</th>
            <th className="num">Lines</th>
            <th className="num">in records</th>
            <th className="num">rejects</th>
            <th className="num">blank</th>
            <th className="num">headers</th>
            <th className="num">partial</th>
            <th className="num">Records</th>
            <th className="num">with a port</th>
            <th>Sum</th>
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
                    <CheckSign size={12} /> adds up
                  </span>
                ) : (
                  <span className="danger">
                    {whole(file.recordLines + file.rejects + file.blank + file.headers)} accounted for
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {source.files.some((file) => !conserves(file)) ? (
        <div className="notice bad" role="alert">
          Results from this source are withheld. Import it again; if it repeats, send the report of this file.
        </div>
      ) : null}
      {source.files.some((file) => file.lost || file.noTemplate) ? (
        <div className="pane-note small mark">
          {whole(source.files.reduce((n, f) => n + f.lost, 0))} records lost by sequence number,{" "}
          {whole(source.files.reduce((n, f) => n + f.noTemplate, 0))} without a template.
        </div>
      ) : null}
    </Scroll>
  );
}

const REJECT_COLUMNS: readonly Column<Reject>[] = [
  {
    id: "line",
    title: "Line",
    width: 110,
    right: true,
    text: (row) => String(row.line),
    cell: (row) => (
      <span className="mark" title={`line ${row.line}`}>
        {row.partial ? <PartialSign /> : <RejectSign />} <span className="faint">{whole(row.line)}</span>
      </span>
    ),
  },
  { id: "kind", title: "Kind", width: 80, text: (row) => (row.partial ? "partial" : "reject") },
  { id: "offset", title: "Offset", width: 120, right: true, text: (row) => whole(row.offset) },
  { id: "length", title: "Length", width: 76, right: true, text: (row) => whole(row.length) },
  { id: "reason", title: "Reason", width: 300, flex: true, text: (row) => row.reason },
];

function Rejects({ source }: { source: Source }) {
  const path = useCase();
  const acts = useApp((s) => s.acts);
  const [selected, setSelected] = useState<number | null>(null);
  const [window, setWindow] = useState(0);
  const first = useRequest("evidence.rejects", { case: path, source: source.name, from: 0, to: 1 }, acts);
  const fetch = useCallback(
    async (from: number, to: number) =>
      (await link.request("evidence.rejects", { case: path, source: source.name, from, to })).rejects,
    [path, source.name],
  );
  if (first.error) return <Fault error={first.error} />;
  if (!first.data) return <p className="pane-note muted">Counting…</p>;
  if (first.data.total === 0)
    return <p className="pane-note">No line of this source was rejected, and none was read in part.</p>;
  return (
    <Grid
      label={`Rejects of ${source.name}`}
      columns={REJECT_COLUMNS}
      rows={first.data.total}
      version={`${source.name}/${acts}`}
      fetch={fetch}
      selected={selected}
      onSelect={(row) => {
        setSelected(row);
        setWindow(windowOf(row));
      }}
      window={window}
      onWindow={setWindow}
    />
  );
}

export function SourceInspector({ source }: { source: Source }) {
  const first = source.files[0];
  const rejects = source.files.reduce((n, f) => n + f.rejects, 0);
  return (
    <Inspector label={`Source ${source.name}`}>
      <div className="panel">
        <div className="row">
          <span className="chip">
            <RoleSign of={source.role} />
            {source.name}
          </span>
          <span className="muted">{t(ROLE_WORDS[source.role])}</span>
        </div>
      </div>
      <Panel title="Source">
        <Facts
          rows={[
            ["Records", whole(source.rows)],
            [
              "Rejects",
              rejects ? (
                <span key="194.35" className="mark">
                  {whole(rejects)}
                </span>
              ) : (
                "none"
              ),
            ],
            ["Format", source.format],
            [
              "Zone given",
              source.zone === "unknown" ? (
                <span key="198.43" className="open-part">
                  zone?
                </span>
              ) : (
                (source.zone ?? "")
              ),
            ],
            ["Writer", source.writes],
            [
              "Extent",
              source.extent === "query"
                ? "an extract, never complete by itself"
                : source.role === "nat"
                  ? "the whole log"
                  : "",
            ],
            [
              "From",
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
              "To",
              first?.lastTimeUs != null ? (
                <Instant key="222.17" us={Math.max(...source.files.map((f) => f.lastTimeUs ?? 0))} />
              ) : (
                ""
              ),
            ],
          ]}
        />
      </Panel>
      <Panel title="Clock">
        {source.clock ? (
          <Facts
            rows={[
              [
                "Offset",
                <span key="o">
                  <Offset us={source.clock.offsetUs} /> <HalfWidth us={source.clock.uncertaintyUs} />
                </span>,
              ],
              ["Against", source.clock.against ?? ""],
              ["Segments", String(source.clock.segments)],
              [
                "Calibration",
                <span key="c" className="mono">
                  {source.clock.id}
                </span>,
              ],
            ]}
          />
        ) : (
          <p className="muted">Not calibrated. Nothing of it can be unique before its clock is compared.</p>
        )}
        <div style={{ height: 8 }} />
        <div className="row wrap">
          <Button onClick={() => app.set({ screen: "clock" })}>Compare its clock</Button>
          <Button onClick={() => app.set({ screen: "records" })}>Show records</Button>
        </div>
      </Panel>
      {source.files.map((file) => (
        <Panel
          key={file.path + (file.member ?? "")}
          title={<Evidence text={file.path.split(/[\\/]/).pop() ?? ""} />}
        >
          <Facts
            rows={[
              ["Size", `${whole(file.bytes)} bytes (${sizeText(file.bytes)})`],
              [
                "SHA-256",
                <span key="s" className="mono" title={file.sha256}>
                  {shortHash(file.sha256)}
                </span>,
              ],
              ["Member", file.member ? <Evidence key="m" text={file.member} /> : ""],
              [
                "Member's",
                file.memberSha256 ? (
                  <span key="ms" className="mono" title={groups(file.memberSha256)}>
                    {shortHash(file.memberSha256)}
                  </span>
                ) : (
                  ""
                ),
              ],
              [
                "Place",
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

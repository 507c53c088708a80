// Can a source be attributed: its port, zone, precision and clock, each with what is found and what is needed. No score.
import type { ReactNode } from "react";
import { useRequest } from "../client/use-request";
import { Inspector } from "../frame/inspector";
import { app, type Source, useApp, useSource } from "../frame/store";
import { Button, Facts, Panel, Scroll } from "../parts/parts";
import { CheckSign, RoleSign, WarnSign } from "../signs/icons";
import { shareText, whole } from "../signs/numbers";
import { halfWidth, offsetWords } from "../signs/time-format";

interface Line {
  readonly what: string;
  readonly good: boolean;
  readonly found: ReactNode;
  readonly needed: string;
  readonly asks: string;
}

/** What can be told from the stored figures alone; the rest is asked of the format's own description. */
export function linesOf(source: Source, format: { precision: string; zone: string } | undefined): Line[] {
  const records = source.files.reduce((n, file) => n + file.records, 0);
  const withPort = source.files.reduce((n, file) => n + file.withPort, 0);
  const rejects = source.files.reduce((n, file) => n + file.rejects, 0);
  return [
    {
      what: "Source port",
      good: records > 0 && withPort === records,
      found: `${whole(withPort)} of ${whole(records)} records, ${shareText(withPort, records)}`,
      needed: "every record; behind a shared address a line without its port can be of anybody",
      asks: "RFC 6302, section 2",
    },
    {
      what: "Zone",
      good: source.zone !== "unknown",
      found:
        source.zone === "unknown" ? (
          <span className="open-part">zone?</span>
        ) : source.zone === null ? (
          "written in each record"
        ) : (
          `${source.zone}, given by the analyst`
        ),
      needed: "UTC or an offset in each time",
      asks: "RFC 6302, section 2",
    },
    {
      what: "Precision",
      good: format !== undefined && !/^1 s/.test(format.precision),
      found: format?.precision ?? "not known",
      needed: "finer than the shortest time in which a port changes hands",
      asks: "RFC 5424, section 6.2.3",
    },
    {
      what: "Clock",
      good: source.clock !== null,
      found: source.clock ? (
        <>
          <span className="mono clock strong">{offsetWords(source.clock.offsetUs)}</span>{" "}
          {halfWidth(source.clock.uncertaintyUs)}
        </>
      ) : (
        "not calibrated"
      ),
      needed: "a calibration against the operator's clock, or NTP statistics of these hours",
      asks: "RFC 6302, section 2; RFC 5905",
    },
    {
      what: "Lines",
      good: rejects === 0,
      found: rejects ? `${whole(rejects)} rejects` : "all accounted for, no reject",
      needed: "each line read, or its reject explained",
      asks: "rule of evidence 1",
    },
  ];
}

export function ReadinessScreen() {
  const sources = useApp((s) => s.sources);
  const chosen = useSource();
  const formats = useRequest("formats.list", {});
  return (
    <>
      <div className="main" data-pane="main">
        <div className="bar">
          <b className="strong">Readiness</b>
          <span className="muted">what each source can carry, and what it lacks</span>
        </div>
        <Scroll label="Readiness of the sources" className="scroll grow">
          {sources.map((source) => (
            <section key={source.name} className="ready">
              <h2 className="row">
                <RoleSign of={source.role} /> {source.name}
              </h2>
              <table className="table">
                <thead>
                  <tr>
                    <th>What</th>
                    <th>Found</th>
                    <th>Needed</th>
                    <th>Asked for by</th>
                  </tr>
                </thead>
                <tbody>
                  {linesOf(
                    source,
                    formats.data?.find((one) => one.id === source.format),
                  ).map((line) => (
                    <tr key={line.what}>
                      <td>
                        <span className={`row ${line.good ? "good" : "mark"}`} style={{ gap: 6 }}>
                          {line.good ? <CheckSign size={12} /> : <WarnSign size={12} />}
                          {line.what}
                        </span>
                      </td>
                      <td>{line.found}</td>
                      <td className="muted" style={{ whiteSpace: "normal" }}>
                        {line.needed}
                      </td>
                      <td className="muted">{line.asks}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          ))}
          {sources.length === 0 ? (
            <div className="empty">
              <h1>No source yet</h1>
              <Button onClick={() => app.set({ screen: "evidence" })}>Go to Evidence</Button>
            </div>
          ) : null}
        </Scroll>
      </div>
      <Inspector label="Format">
        {chosen ? (
          <Panel title={chosen.name}>
            {(() => {
              const format = formats.data?.find((one) => one.id === chosen.format);
              return format ? (
                <Facts
                  rows={[
                    ["Format", format.title],
                    ["Port", format.port],
                    ["Precision", format.precision],
                    ["Time means", format.timeMeans],
                    ["Writer", format.writes],
                    ["Zone", format.zone],
                    ["Stands in", format.source],
                  ]}
                />
              ) : (
                <p className="muted">{chosen.format}</p>
              );
            })()}
          </Panel>
        ) : null}
      </Inspector>
    </>
  );
}

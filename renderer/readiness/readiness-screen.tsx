// Can a source be attributed: its port, zone, precision and clock, each with what is found and what is needed. No score.
// A server's log is judged by the engine (readiness.source), so that window, command line and report say the same.
import type { ReactNode } from "react";
import type { Reply } from "../../shared/contract/contract";
import { useRequest } from "../client/use-request";
import { Inspector } from "../frame/inspector";
import { app, type Source, useApp, useSource } from "../frame/store";
import { Button, Facts, Panel, Scroll } from "../parts/parts";
import { MEANS } from "../records/record-inspector";
import { CheckSign, RoleSign, WarnSign } from "../signs/icons";
import { shareText } from "../signs/numbers";
import { durationText, halfWidth, offsetWords } from "../signs/time-format";
import { Said } from "../words/said";
import { type Kept, t, text } from "../words/words";

interface Line {
  readonly what: string;
  readonly good: boolean;
  readonly found: ReactNode;
  readonly needed: string;
  readonly asks: string;
}

type Judged = Reply<"readiness.source">;

/** The levels of the draft on logging source ports, and the engine's answers to them. */
const LEVELS: Readonly<Record<Judged["levels"][number]["level"], Kept>> = {
  Possible: text("Possible"),
  Feasible: text("Feasible"),
  Default: text("By default"),
  Manageable: text("Manageable"),
  Accessible: text("Accessible"),
};
const ANSWERS: Readonly<Record<Judged["levels"][number]["answer"], Kept>> = {
  yes: text("yes"),
  partly: text("partly"),
  no: text("no"),
  unknown: text("not known"),
};

/** Whether a format writes something. */
const HAS: Readonly<Record<string, Kept>> = {
  always: text("always"),
  "when-configured": text("where it is configured"),
  never: text("never"),
};
const oneOf = (words: Readonly<Record<string, Kept>>, word: string): string => {
  const known = Object.hasOwn(words, word) ? words[word] : undefined;
  return known ? t(known) : word;
};

/** What the engine judged of a server's log; of another role what its stored figures and its format's description say. */
function linesOf(
  source: Source,
  format: { precision: string; zone: string } | undefined,
  judged: Judged | null,
): Line[] {
  const records = judged?.records ?? source.files.reduce((n, file) => n + file.records, 0);
  const withPort = judged?.withPort ?? source.files.reduce((n, file) => n + file.withPort, 0);
  const precision = judged?.precisionUs ?? null;
  const rejects = source.files.reduce((n, file) => n + file.rejects, 0);
  return [
    {
      what: t("Source port"),
      good: judged ? judged.port === "yes" : records > 0 && withPort === records,
      found: t("{{some}} of {{records}} records, {{share}}", {
        some: withPort,
        records,
        share: shareText(withPort, records),
      }),
      needed: t("every record; behind a shared address a line without its port can be of anybody"),
      asks: "RFC 6302, section 2",
    },
    {
      what: t("Zone"),
      good: source.zone !== "unknown",
      found:
        source.zone === "unknown" ? (
          <span className="open-part">{t("zone?")}</span>
        ) : source.zone === null ? (
          t("written in each record")
        ) : (
          t("{{zone}}, given by the analyst", { zone: source.zone })
        ),
      needed: t("UTC or an offset in each time"),
      asks: "RFC 6302, section 2",
    },
    {
      what: t("Precision"),
      good:
        precision !== null ? precision < 1_000_000 : format !== undefined && !/^1 s/.test(format.precision),
      found: precision !== null ? durationText(precision) : (format?.precision ?? t("not known")),
      needed: t("finer than the shortest time in which a port changes hands"),
      asks: "RFC 5424, section 6.2.3",
    },
    {
      what: t("Clock"),
      good: source.clock !== null,
      found: source.clock ? (
        <>
          <span className="mono clock strong">{offsetWords(source.clock.offsetUs)}</span>{" "}
          {halfWidth(source.clock.uncertaintyUs)}
        </>
      ) : (
        t("not calibrated")
      ),
      needed: t("a calibration against the operator's clock, or NTP statistics of these hours"),
      asks: "RFC 6302, section 2; RFC 5905",
    },
    {
      what: t("Lines"),
      good: rejects === 0,
      found: rejects ? t("{{count}} rejects", { count: rejects }) : t("all accounted for, no reject"),
      needed: t("each line read, or its reject explained"),
      asks: t("rule of evidence 1"),
    },
  ];
}

/** One source: the table, and below it the engine's levels with their reasons and what stands in the way. */
function Ready({
  source,
  format,
}: {
  source: Source;
  format: { precision: string; zone: string } | undefined;
}) {
  const path = useApp((s) => s.caseInfo?.path ?? null);
  const acts = useApp((s) => s.acts);
  const judgedRole = source.role === "server" || source.role === "nat";
  const asked = judgedRole && path !== null ? { case: path, source: source.name } : null;
  const { data, error } = useRequest("readiness.source", asked, acts);
  return (
    <section className="ready">
      <h2 className="row">
        <RoleSign of={source.role} /> {source.name}
      </h2>
      <table className="table">
        <thead>
          <tr>
            <th>{t("What")}</th>
            <th>{t("Found")}</th>
            <th>{t("Needed")}</th>
            <th>{t("Asked for by")}</th>
          </tr>
        </thead>
        <tbody>
          {linesOf(source, format, data).map((line) => (
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
      {error ? (
        <p className="mark" role="alert">
          {error.message} {error.mend}
        </p>
      ) : null}
      {data ? (
        <>
          <p>
            <Said text={data.statement} />
          </p>
          <Facts
            rows={data.levels.map((one) => [
              `${t(LEVELS[one.level])}: ${t(ANSWERS[one.answer])}`,
              <Said key={one.level} text={one.why} />,
            ])}
          />
          {data.items.length > 0 ? (
            <table className="table">
              <thead>
                <tr>
                  <th>{t("What")}</th>
                  <th>{t("Found")}</th>
                  <th>{t("Asked for by")}</th>
                </tr>
              </thead>
              <tbody>
                {data.items.map((one) => (
                  <tr key={one.item}>
                    <td>
                      <Said text={one.item} />
                    </td>
                    <td style={{ whiteSpace: "normal" }}>
                      {t(ANSWERS[one.answer])}: <Said text={one.why} />
                    </td>
                    <td className="muted">{one.asks}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          ) : null}
          {data.missing.length > 0 ? (
            <ul>
              {data.missing.map((one) => (
                <li key={one}>
                  <Said text={one} />
                </li>
              ))}
            </ul>
          ) : null}
        </>
      ) : null}
    </section>
  );
}

export function ReadinessScreen() {
  const sources = useApp((s) => s.sources);
  const chosen = useSource();
  const formats = useRequest("formats.list", {});
  return (
    <>
      <div className="main" data-pane="main">
        <div className="bar">
          <b className="strong">{t("Readiness")}</b>
          <span className="muted">{t("what each source can carry, and what it lacks")}</span>
        </div>
        <Scroll label={t("Readiness of the sources")} className="scroll grow">
          {sources.map((source) => (
            <Ready
              key={source.name}
              source={source}
              format={formats.data?.find((one) => one.id === source.format)}
            />
          ))}
          {sources.length === 0 ? (
            <div className="empty">
              <h1>{t("No source yet")}</h1>
              <Button onClick={() => app.set({ screen: "evidence" })}>{t("Go to Evidence")}</Button>
            </div>
          ) : null}
        </Scroll>
      </div>
      <Inspector label={t("Format")}>
        {chosen ? (
          <Panel title={chosen.name}>
            {(() => {
              const format = formats.data?.find((one) => one.id === chosen.format);
              return format ? (
                <Facts
                  rows={[
                    [t("Format"), format.title],
                    [t("Port"), oneOf(HAS, format.port)],
                    [t("Precision"), format.precision],
                    [t("Time means"), oneOf(MEANS, format.timeMeans)],
                    [t("Writer"), format.writes === "rounds" ? t("rounds") : t("truncates")],
                    [t("Zone"), oneOf(HAS, format.zone)],
                    [t("Stands in"), format.source],
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

// What is known of a NAT source's completeness: what the operator gave, what its own numbering shows to be lost, and what
// other connections showed in the attributions so far (rule of evidence 8). Nothing here is assumed.
import { useRequest } from "../client/use-request";
import { app, type Source, useApp, useCase } from "../frame/store";
import { Button, Facts, Fault, Scroll } from "../parts/parts";
import { Instant } from "../signs/text";
import { Said } from "../words/said";
import { Rich, t } from "../words/words";

export function Completeness({ source }: { source: Source }) {
  const path = useCase();
  const acts = useApp((s) => s.acts);
  const runs = useRequest("attribution.list", { case: path }, acts);
  const sum = (key: "lost" | "noTemplate" | "rejects" | "partial"): number =>
    source.files.reduce((n, file) => n + file[key], 0);
  const mine = (runs.data ?? []).filter((run) => run.nat.includes(source.name)).reverse();
  return (
    <Scroll label={t("Completeness of {{name}}", { name: source.name })} className="scroll grow">
      <div className="pane-note stack">
        <Facts
          rows={[
            [
              t("What the operator gave"),
              source.extent === "query" ? (
                <span key="e" className="mark">
                  {t("an extract, never complete by itself")}
                </span>
              ) : (
                t("the whole log")
              ),
            ],
            [
              t("Searched by the operator"),
              source.windowFromUs === null ? null : (
                <Rich
                  key="w"
                  text="{{from}} to {{to}}"
                  values={{
                    from: <Instant us={source.windowFromUs} />,
                    to: <Instant us={source.windowToUs} />,
                  }}
                />
              ),
            ],
            [t("Lines without a record"), t("{{count}} rejects", { count: sum("rejects") })],
            [t("Lost by sequence numbers"), t("{{count}} records", { count: sum("lost") })],
            [
              t("Without a template"),
              sum("noTemplate") ? t("{{count}} records", { count: sum("noTemplate") }) : null,
            ],
            ...(source.mappings === null
              ? []
              : ([
                  [t("Mappings"), t("{{count}} mappings", { count: source.mappings.mappings })],
                  [t("Without a recorded end"), t("{{count}} mappings", { count: source.mappings.openEnds })],
                  [
                    t("Without a recorded start"),
                    t("{{count}} mappings", { count: source.mappings.lostStarts }),
                  ],
                  [
                    t("Overlapping another party's"),
                    t("{{count}} mappings", { count: source.mappings.overlaps }),
                  ],
                ] as [string, string][])),
          ]}
        />
        {runs.error ? <Fault error={runs.error} /> : null}
        {mine.map((run) => (
          <section key={run.id}>
            <h2>
              {t("As other connections show it, {{id}} for the events of {{name}}", {
                id: run.id,
                name: run.events,
              })}
            </h2>
            <ul className="stack completeness">
              {run.completeness
                .filter((sentence) => sentence.startsWith(`${source.name},`))
                .map((sentence) => (
                  <li key={sentence}>
                    <Said text={sentence} />
                  </li>
                ))}
            </ul>
          </section>
        ))}
        {runs.data && mine.length === 0 ? (
          <>
            <p>
              {t(
                "Other connections of the same server show whether mappings are missing. They are weighed with an attribution; none has used this source yet.",
              )}
            </p>
            <span>
              <Button onClick={() => app.set({ screen: "attribution" })}>{t("Attribute events")}</Button>
            </span>
          </>
        ) : null}
      </div>
    </Scroll>
  );
}

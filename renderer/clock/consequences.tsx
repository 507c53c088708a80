// What the calibration that is shown would change, were it accepted: counted before the act, not found out after it.
import { VERDICTS } from "../../shared/contract/attribution";
import { useRequest } from "../client/use-request";
import { Fault, Panel } from "../parts/parts";
import { VerdictWord } from "../signs/icons";
import { whole } from "../signs/numbers";
import { t } from "../words/words";

/** `version` goes up with every preview. */
export function Consequences({ path, source, version }: { path: string; source: string; version: string }) {
  const would = useRequest("attribution.consequences", { case: path, source }, version);
  return (
    <Panel title={t("If it were accepted")}>
      {would.error ? <Fault error={would.error} /> : null}
      {would.loading ? <p className="muted">{t("Counting…")}</p> : null}
      {!would.loading && would.data?.runs.length === 0 ? (
        <p className="muted">{t("No attribution rests on this clock yet.")}</p>
      ) : null}
      {(would.loading ? [] : (would.data?.runs ?? [])).map((run) => (
        <table key={run.id} className="consequences">
          <caption>
            {t("{{id}}, {{events}}: {{changed}} of {{total}} answers would be others", {
              id: run.id,
              events: run.events,
              changed: whole(run.changed),
              total: whole(run.total),
            })}
          </caption>
          <thead>
            <tr>
              <th>{t("Verdict")}</th>
              <th className="right">{t("now")}</th>
              <th className="right">{t("if accepted")}</th>
            </tr>
          </thead>
          <tbody>
            {VERDICTS.map((verdict) => (
              <tr key={verdict}>
                <td>
                  <VerdictWord verdict={verdict} />
                </td>
                <td className="right">{whole(run.before[verdict] ?? 0)}</td>
                <td className="right">{whole(run.after[verdict] ?? 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </Panel>
  );
}

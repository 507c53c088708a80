// What stands on the axis: each source with its records and what its place rests on.

import { RoleSign } from "../signs/icons";
import { whole } from "../signs/numbers";
import { t } from "../words/words";
import type { OpenTimeline } from "./use-timeline";

export function AxisPanel({ answer }: { answer: OpenTimeline | null }) {
  return (
    <section className="facets axis-panel" aria-label={t("On the axis")}>
      <section className="facet">
        <div className="facet-head">
          <h2>{t("On the axis")}</h2>
        </div>
        {answer ? (
          <ul className="facet-values">
            {answer.sources.map((one) => (
              <li key={one.source} className="axis-source">
                <span className="row">
                  <RoleSign of={one.role} />
                  <span className="grow strong">{one.source}</span>
                  <span className="muted">{whole(one.rows)}</span>
                </span>
                <span className="small">
                  {one.clock === "calibrated" ? (
                    <span className="clock">{t("corrected by {{id}}", { id: one.calibration ?? "" })}</span>
                  ) : one.clock === "reference" ? (
                    <span className="muted">{t("the axis is its clock")}</span>
                  ) : (
                    <span className="mark">{t("not compared, at its recorded times")}</span>
                  )}
                </span>
                {one.outside > 0 ? (
                  <span className="small mark">
                    {t("{{count}} outside its calibration", { count: one.outside })}
                  </span>
                ) : null}
                {one.untimed > 0 ? (
                  <span className="small mark">
                    {t("{{count}} without a time, at the end", { count: one.untimed })}
                  </span>
                ) : null}
              </li>
            ))}
          </ul>
        ) : null}
      </section>
    </section>
  );
}

// A calibration in words and figures: its statement, its segments, and what it rests on.
import type { Reply } from "../../shared/contract/contract";
import { Facts, Panel } from "../parts/parts";
import { WarnSign } from "../signs/icons";
import { whole } from "../signs/numbers";
import { Instant, Offset } from "../signs/text";
import { durationText, halfWidth, offsetWords } from "../signs/time-format";
import { Said } from "../words/said";
import { type Kept, Rich, t, text } from "../words/words";

type Calibration = Reply<"clock.calibrate">;

export const METHODS: Readonly<Record<Calibration["method"], Kept>> = {
  connections: text("connections seen in both logs"),
  blocks: text("port blocks that were in use"),
  pairs: text("pairs given by the analyst"),
  self: text("two clocks in each record"),
  ntp: text("NTP statistics"),
  declared: text("declared by the analyst"),
};

export function StatementPanels({
  shown,
  preview,
  against,
  name,
}: {
  shown: Calibration | null;
  preview: boolean;
  against: string | null;
  name: string;
}) {
  const segments = shown?.segments ?? [];
  return (
    <>
      {shown ? (
        <>
          <Panel title={t("Statement")} note={shown.id === "preview" || preview ? t("preview") : shown.id}>
            <p>
              <Said text={shown.statement} />
            </p>
            {shown.neverUnique ? (
              <p className="mark row" style={{ alignItems: "flex-start" }}>
                <WarnSign /> {t("never unique: this offset lies outside the computed interval.")}
              </p>
            ) : null}
          </Panel>
          {segments.length ? (
            <Panel title={t("Segments")} note={t("offset, ppm, ±95 %")}>
              <ol className="stack" style={{ gap: 6 }}>
                {segments.map((segment, i) => (
                  <li key={segment.fromUs}>
                    <div className="row wrap" style={{ gap: "0 10px" }}>
                      <span className="faint mono">{i + 1}</span>
                      <Offset us={segment.offsetUs} />
                      <span className="mono">
                        {segment.skewPpm >= 0 ? "+" : ""}
                        {segment.skewPpm.toFixed(2)}
                      </span>
                      <span className="grow" />
                      <span className="mono">{halfWidth(segment.uncertaintyUs)}</span>
                      <span className="mono faint">
                        {t("guard {{guard}}", { guard: halfWidth(segment.guardUs) })}
                      </span>
                    </div>
                    <div className="muted segment-span">
                      <Rich
                        text="{{from}} to {{to}}"
                        values={{ from: <Instant us={segment.fromUs} />, to: <Instant us={segment.toUs} /> }}
                      />
                    </div>
                  </li>
                ))}
              </ol>
            </Panel>
          ) : null}
          <Panel title={t("Rests on")}>
            <Facts
              rows={[
                [t("Method"), t(METHODS[shown.method])],
                [t("Against"), against ?? ""],
                [t("Pairs"), whole(shown.pairs)],
                [
                  t("Confidence"),
                  shown.confidence === null
                    ? ""
                    : t("{{nats}} nats above chance", { nats: shown.confidence.toFixed(1) }),
                ],
                [
                  t("Zone fault"),
                  shown.zoneFaultUs ? (
                    <span key="326.23" className="mark">
                      {offsetWords(shown.zoneFaultUs, 0)}
                    </span>
                  ) : (
                    t("no whole quarter-hour in the offset")
                  ),
                ],
                [
                  t("Valid"),
                  shown.validFromUs === null ? (
                    ""
                  ) : (
                    <span key="v">
                      <Rich
                        text="{{from}} to {{to}}"
                        values={{
                          from: <Instant us={shown.validFromUs} />,
                          to: <Instant us={shown.validToUs} />,
                        }}
                      />
                    </span>
                  ),
                ],
                [
                  t("Span"),
                  shown.validFromUs !== null && shown.validToUs !== null
                    ? durationText(shown.validToUs - shown.validFromUs)
                    : "",
                ],
              ]}
            />
          </Panel>
        </>
      ) : (
        <Panel title={t("Statement")}>
          <p className="muted">{t("Nothing is computed yet for {{name}}.", { name })}</p>
        </Panel>
      )}
    </>
  );
}

// A calibration in words and figures: its statement, its segments, and what it rests on.
import type { Reply } from "../../shared/contract/contract";
import { Facts, Panel } from "../parts/parts";
import { WarnSign } from "../signs/icons";
import { whole } from "../signs/numbers";
import { Instant, Offset } from "../signs/text";
import { durationText, halfWidth, offsetWords } from "../signs/time-format";

type Calibration = Reply<"clock.calibrate">;

export const METHODS: Readonly<Record<Calibration["method"], string>> = {
  connections: "connections seen in both logs",
  blocks: "port blocks that were in use",
  pairs: "pairs given by the analyst",
  self: "two clocks in each record",
  ntp: "NTP statistics",
  declared: "declared by the analyst",
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
          <Panel title="Statement" note={shown.id === "preview" || preview ? "preview" : shown.id}>
            <p>{shown.statement}</p>
            {shown.neverUnique ? (
              <p className="mark row" style={{ alignItems: "flex-start" }}>
                <WarnSign /> never unique: this offset lies outside the computed interval.
              </p>
            ) : null}
          </Panel>
          {segments.length ? (
            <Panel title="Segments" note="offset, ppm, ±95 %">
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
                      <span className="mono faint">guard {halfWidth(segment.guardUs)}</span>
                    </div>
                    <div className="muted segment-span">
                      <Instant us={segment.fromUs} /> to <Instant us={segment.toUs} />
                    </div>
                  </li>
                ))}
              </ol>
            </Panel>
          ) : null}
          <Panel title="Rests on">
            <Facts
              rows={[
                ["Method", METHODS[shown.method]],
                ["Against", against ?? ""],
                ["Pairs", whole(shown.pairs)],
                [
                  "Confidence",
                  shown.confidence === null ? "" : `${shown.confidence.toFixed(1)} nats above chance`,
                ],
                [
                  "Zone fault",
                  shown.zoneFaultUs ? (
                    <span key="326.23" className="mark">
                      {offsetWords(shown.zoneFaultUs, 0)}
                    </span>
                  ) : (
                    "no whole quarter-hour in the offset"
                  ),
                ],
                [
                  "Valid",
                  shown.validFromUs === null ? (
                    ""
                  ) : (
                    <span key="v">
                      <Instant us={shown.validFromUs} /> to <Instant us={shown.validToUs} />
                    </span>
                  ),
                ],
                [
                  "Span",
                  shown.validFromUs !== null && shown.validToUs !== null
                    ? durationText(shown.validToUs - shown.validFromUs)
                    : "",
                ],
              ]}
            />
          </Panel>
        </>
      ) : (
        <Panel title="Statement">
          <p className="muted">Nothing is computed yet for {name}.</p>
        </Panel>
      )}
    </>
  );
}

// Evidence as it is shown in a cell or a panel: hidden characters boxed, times with their zone, offsets in the clock's hue.
import { memo } from "react";
import { useZone } from "../frame/store";
import { t } from "../words/words";
import { escaped, isPlain, piecesOf } from "./escape";
import { around, digitsOf, halfWidth, offsetWords, secondsText, timeParts, timeText } from "./time-format";

/** Text out of evidence, isolated from the direction of what stands around it, whole on hover. */
export const Evidence = memo(function Evidence({ text }: { text: string }) {
  if (isPlain(text)) return <bdi title={text}>{text}</bdi>;
  return (
    <bdi title={escaped(text)}>
      {piecesOf(text).map((piece, i) => {
        const key = `${i}${piece.kind}`;
        if (piece.kind === "plain") return <span key={key}>{piece.text}</span>;
        if (piece.kind === "escape")
          return (
            <span key={key} className="esc">
              {piece.name}
            </span>
          );
        return (
          <span key={key} className="foreign">
            {piece.text}
            <span className="esc">{piece.name}</span>
          </span>
        );
      })}
    </bdi>
  );
});

/** A recorded time, in the digits that it was written with. `zoneKnown` false: a dashed box instead of a zone. */
export function Recorded({
  us,
  precisionUs,
  zoneKnown = true,
}: {
  us: number | null;
  precisionUs: number | null;
  zoneKnown?: boolean;
}) {
  const zone = useZone();
  if (us === null) return <span className="faint">{t("no time")}</span>;
  const parts = timeParts(us, digitsOf(precisionUs), zoneKnown ? zone : "UTC");
  return (
    <time
      className="mono"
      title={zoneKnown ? `${parts.date} ${parts.time}${parts.zone}` : t("The zone is not known.")}
    >
      <span className="muted">{parts.date}</span> {parts.time}
      {zoneKnown ? (
        <span className="muted">{parts.zone}</span>
      ) : (
        <span className="open-part">{t("zone?")}</span>
      )}
    </time>
  );
}

/** The interval that attribution uses, as its middle and half-width; the printed figures contain it. */
export function Corrected({
  fromUs,
  toUs,
  plain = false,
}: {
  fromUs: number | null;
  toUs: number | null;
  /** No calibration made it: the interval is the source's own. */
  plain?: boolean;
}) {
  const zone = useZone();
  if (fromUs === null || toUs === null) return <span className="faint">{t("not calibrated")}</span>;
  const { middleUs, halfUs, digits } = around(fromUs, toUs);
  const shown = Math.max(digits, 0);
  return (
    <time
      className={plain ? "mono" : "mono clock strong"}
      title={t("from {{fromUs}} until before {{toUs}}", {
        fromUs: timeText(fromUs, 6, zone),
        toUs: timeText(toUs, 6, zone),
      })}
    >
      {timeText(middleUs, shown, zone)} ±{secondsText(halfUs, shown)}
    </time>
  );
}

export function Instant({
  us,
  digits = 0,
  className = "",
}: {
  us: number | null;
  digits?: number;
  className?: string;
}) {
  const zone = useZone();
  if (us === null) return <span className="faint">{t("not shown")}</span>;
  return <time className={`mono ${className}`}>{timeText(us, digits, zone)}</time>;
}

export const Offset = ({ us, digits = 2 }: { us: number; digits?: number }) => (
  <span className="mono clock strong">{offsetWords(us, digits)}</span>
);
export const HalfWidth = ({ us }: { us: number }) => <span className="mono clock">{halfWidth(us)}</span>;

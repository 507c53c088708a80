// The sentence of a verdict: what the records show and no more. The same words stand in the report.
import type { ReactNode } from "react";
import type { AttributionRow, Rule } from "../../shared/contract/attribution";
import { durationText } from "../signs/time-format";
import { type Kept, Rich, t, text } from "../words/words";

const NOT_ASKED: Readonly<Partial<Record<Rule, Kept>>> = {
  uncalibrated: text("The records were not asked: the source has no accepted calibration."),
  validity: text("The records were not asked: the event lies outside the validity of the calibration."),
  coverage: text("The records were not asked: no loaded NAT log covers this time."),
  address: text("The records were not asked: no loaded pool covers this address."),
  retention: text("The records were not asked: the operator no longer kept them for this time."),
};

/** `doubtful`: as the event's detail says; false until it is there. */
export function sentenceOf(row: AttributionRow, doubtful: boolean): ReactNode {
  switch (row.verdict) {
    case "unique":
      return row.rule === "alone"
        ? t("One line alone meets the interval, and the operator's records are shown to be complete here.")
        : t("One subscriber line held this port for the whole interval.");
    case "only":
      if (doubtful)
        return t(
          "One party is all that was found, and it may be a stranger: the run's findings doubt every match of this address pool at this time.",
        );
      return t(
        "One party is all that was found. The records are not shown to be complete here, so another may have held the port.",
      );
    case "ambiguous":
      return (
        <Rich
          text="{{count}} parties possibly held this port while the event took place. The records cannot tell which. <b>Neither is named.</b>"
          values={{
            count:
              new Set(row.candidates.map((c) => c.subscriber ?? c.insideIp ?? "")).size ||
              row.candidates.length,
          }}
        />
      );
    case "none":
      return `${t("No mapping meets the interval.")} ${nearestWords(row)}`;
    case "out-of-range":
      return t(NOT_ASKED[row.rule] ?? text("The records were not asked."));
    case "no-port":
      return [
        t("The log has no source port here."),
        row.sharedBy === null
          ? ""
          : t("{{count}} parties shared this address then.", { count: row.sharedBy }),
      ].join(" ");
  }
}

/** The holders either side, apart by time; neither is a candidate. */
function nearestWords(row: AttributionRow): string {
  const words: string[] = [];
  for (const one of row.nearest) {
    if (row.intervalFromUs !== null && one.toUs !== null && one.toUs <= row.intervalFromUs)
      words.push(
        t("Before it: line {{natLine}}, ended {{duration}} earlier.", {
          natLine: one.natLine,
          duration: durationText(row.intervalFromUs - one.toUs),
        }),
      );
    else if (row.intervalToUs !== null && one.fromUs !== null && one.fromUs >= row.intervalToUs)
      words.push(
        t("After it: line {{natLine}}, began {{duration}} later.", {
          natLine: one.natLine,
          duration: durationText(one.fromUs - row.intervalToUs),
        }),
      );
  }
  return words.length ? `${words.join(" ")} ${t("Neither is a candidate.")}` : "";
}

export const settles = (row: AttributionRow): string => {
  switch (row.verdict) {
    case "ambiguous":
      return t(
        "A log with milliseconds, or NAT records with sub-second times. Either may narrow the bracket below the hand-over.",
      );
    case "only":
      return t(
        "The operator's whole log of these hours, or its own count over it: completeness is shown by both, never assumed.",
      );
    case "none":
      return t("A NAT log that covers this pool, or a clock that is better known.");
    case "no-port":
      return t(
        "A log format that writes the source port (RFC 6302), or a parallel log of the same connections.",
      );
    case "out-of-range":
      return row.rule === "uncalibrated" || row.rule === "validity"
        ? t("A calibration of this source's clock for this time.")
        : t("The operator's records for this pool and this time.");
    case "unique":
      return "";
  }
};

/** What a row says of the subscriber line, without naming anybody whom the verdict does not name. */
export function lineText(row: AttributionRow): string {
  if (row.verdict === "unique" || row.verdict === "only") return row.subscriber ?? row.insideIp ?? "";
  if (row.verdict === "ambiguous") {
    const parties = new Set(row.candidates.map((c) => c.subscriber ?? c.insideIp ?? "")).size;
    return t("{{count}} parties", { count: parties });
  }
  if (row.verdict === "no-port")
    return row.sharedBy === null ? "" : t("{{count}} parties", { count: row.sharedBy });
  return "";
}

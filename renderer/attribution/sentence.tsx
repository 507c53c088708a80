// The sentence of a verdict: what the records show and no more. The same words stand in the report.
import type { ReactNode } from "react";
import type { AttributionRow, Rule } from "../../shared/contract/attribution";
import { whole } from "../signs/numbers";
import { durationText } from "../signs/time-format";

const NOT_ASKED: Readonly<Partial<Record<Rule, string>>> = {
  uncalibrated: "The records were not asked: the source has no accepted calibration.",
  validity: "The records were not asked: the event lies outside the validity of the calibration.",
  coverage: "The records were not asked: no loaded NAT log covers this time.",
  address: "The records were not asked: no loaded pool covers this address.",
  retention: "The records were not asked: the operator no longer kept them for this time.",
};

export function sentenceOf(row: AttributionRow): ReactNode {
  switch (row.verdict) {
    case "unique":
      return row.rule === "alone"
        ? "One line alone meets the interval, and the operator's records are shown to be complete here."
        : "One subscriber line held this port for the whole interval.";
    case "only":
      return "One party is all that was found. The records are not shown to be complete here, so another may have held the port.";
    case "ambiguous":
      return (
        <>
          {whole(
            new Set(row.candidates.map((c) => c.subscriber ?? c.insideIp ?? "")).size ||
              row.candidates.length,
          )}{" "}
          parties possibly held this port while the event took place. The records cannot tell which.{" "}
          <b>Neither is named.</b>
        </>
      );
    case "none":
      return <>No mapping meets the interval. {nearestWords(row)}</>;
    case "out-of-range":
      return NOT_ASKED[row.rule] ?? "The records were not asked.";
    case "no-port":
      return (
        <>
          The log has no source port here.
          {row.sharedBy === null ? "" : ` ${whole(row.sharedBy)} parties shared this address then.`}
        </>
      );
  }
}

/** The holders either side, apart by time; neither is a candidate. */
function nearestWords(row: AttributionRow): string {
  const words: string[] = [];
  for (const one of row.nearest) {
    if (row.intervalFromUs !== null && one.toUs !== null && one.toUs <= row.intervalFromUs)
      words.push(
        `Before it: line ${whole(one.natLine)}, ended ${durationText(row.intervalFromUs - one.toUs)} earlier.`,
      );
    else if (row.intervalToUs !== null && one.fromUs !== null && one.fromUs >= row.intervalToUs)
      words.push(
        `After it: line ${whole(one.natLine)}, began ${durationText(one.fromUs - row.intervalToUs)} later.`,
      );
  }
  return words.length ? `${words.join(" ")} Neither is a candidate.` : "";
}

export const settles = (row: AttributionRow): string => {
  switch (row.verdict) {
    case "ambiguous":
      return "A log with milliseconds, or NAT records with sub-second times. Either may narrow the bracket below the hand-over.";
    case "only":
      return "The operator's whole log of these hours, or its own count over it: completeness is shown by both, never assumed.";
    case "none":
      return "A NAT log that covers this pool, or a clock that is better known.";
    case "no-port":
      return "A log format that writes the source port (RFC 6302), or a parallel log of the same connections.";
    case "out-of-range":
      return row.rule === "uncalibrated" || row.rule === "validity"
        ? "A calibration of this source's clock for this time."
        : "The operator's records for this pool and this time.";
    case "unique":
      return "";
  }
};

/** What a row says of the subscriber line, without naming anybody whom the verdict does not name. */
export function lineText(row: AttributionRow): string {
  if (row.verdict === "unique" || row.verdict === "only") return row.subscriber ?? row.insideIp ?? "";
  if (row.verdict === "ambiguous") {
    const parties = new Set(row.candidates.map((c) => c.subscriber ?? c.insideIp ?? "")).size;
    return `${parties} parties`;
  }
  if (row.verdict === "no-port") return row.sharedBy === null ? "" : `${whole(row.sharedBy)} parties`;
  return "";
}

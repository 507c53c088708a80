// The draft's five levels for a configured server: what its software can do today, and what this configuration makes of it.
import type { ConfigJudgement } from "./judge";
import type { Level } from "./source";
import { rowOf } from "./table";

export function configLevels(judgement: ConfigJudgement): Level[] {
  const { today } = rowOf(judgement.server)!;
  return [
    { level: "Possible", answer: today.possible, why: `${today.how}. (${today.source})` },
    {
      level: "Feasible",
      answer: judgement.port === "yes" ? "yes" : today.feasible,
      why:
        judgement.port === "yes"
          ? "This configuration does it, without verbose or debug logging."
          : today.feasible === "no"
            ? "Only by tracing or verbose logging, or not at all."
            : "By the lines advised, without verbose or debug logging.",
    },
    {
      level: "Default",
      answer: today.strict,
      why: `Generous, a shipped format or option offers it: ${today.generous}. Strict, on when installed: ${today.strict}.`,
    },
    {
      level: "Manageable",
      answer: "unknown",
      why: "The operator's answer: is it rotated, kept and searchable for the stated period?",
    },
    {
      level: "Accessible",
      answer: "unknown",
      why: "The operator's answer: can it be produced to an authority, with its provenance?",
    },
  ];
}

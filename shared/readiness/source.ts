// A source of the case judged: does what it holds suffice to ask a NAT operator, and if not, what is missing? Facts come
// from the records; how the log is kept and produced (Manageable, Accessible) only the operator can say.
import type { Answer } from "./model";

export interface SourceFacts {
  readonly name: string;
  readonly format: string;
  readonly formatTitle: string;
  readonly records: number;
  /** Records with a client address, and with a client source port. */
  readonly withAddress: number;
  readonly withPort: number;
  readonly withTime: number;
  /** The coarsest and the finest precision of a time; null where no record has one. */
  readonly coarsestUs: number | null;
  readonly finestUs: number | null;
  /** Records whose time the file settles to a choice only (an unknown zone, a DST fold). */
  readonly ambiguousTimes: number;
  /** Zone that was given for times without one; null where the records carry it. */
  readonly zoneGiven: string | null;
  readonly timeMeans: readonly string[];
  /** The accepted calibration: its half-width (95 %), null where there is none. */
  readonly uncertaintyUs: number | null;
  /** What the format can give at best. */
  readonly gives: "always" | "when-configured" | "never";
}

export type LevelName = "Possible" | "Feasible" | "Default" | "Manageable" | "Accessible";

export interface Level {
  readonly level: LevelName;
  readonly answer: Answer;
  readonly why: string;
}

export interface SourceJudgement {
  readonly port: Answer;
  readonly statement: string;
  readonly levels: readonly Level[];
  /** What stands between this source and an attribution, in the order in which it should be mended. */
  readonly missing: readonly string[];
}

const SECOND_US = 1_000_000;

export function judgeSource(f: SourceFacts): SourceJudgement {
  const port: Answer =
    f.records === 0 ? "unknown" : f.withPort === 0 ? "no" : f.withPort === f.records ? "yes" : "partly";
  const share = f.records === 0 ? 0 : Math.floor((f.withPort * 1000) / f.records) / 10;
  const missing: string[] = [];
  if (f.records === 0) missing.push("It holds no record.");
  else {
    if (port === "no") {
      missing.push(
        f.gives === "never"
          ? `The client's source port: ${f.formatTitle} never has it. Look for a parallel log (portwitness join).`
          : "The client's source port: the server was not set up to log it. Look for a parallel log (portwitness join).",
      );
    } else if (port === "partly") {
      missing.push(
        `The client's source port in ${f.records - f.withPort} of ${f.records} records (${share} % have it).`,
      );
    }
    if (f.withAddress < f.records)
      missing.push(`The client's address in ${f.records - f.withAddress} records.`);
    if (f.withTime < f.records) missing.push(`A time in ${f.records - f.withTime} records.`);
    if (f.coarsestUs !== null && f.coarsestUs > SECOND_US) {
      missing.push(
        `A time to the second: some are written to ${f.coarsestUs / SECOND_US} s (RFC 6302 asks for one second).`,
      );
    }
    if (f.ambiguousTimes > 0) missing.push(`A settled zone: ${f.ambiguousTimes} times are open to a choice.`);
    if (f.uncertaintyUs === null)
      missing.push("A calibrated clock: nothing is attributed from it before (portwitness calibrate).");
  }
  const levels: Level[] = [
    {
      level: "Possible",
      answer: f.withPort > 0 || f.gives !== "never" ? "yes" : "no",
      why:
        f.withPort > 0
          ? `${f.withPort} of ${f.records} records have the port.`
          : f.gives === "never"
            ? `${f.formatTitle} has no place for it.`
            : `${f.formatTitle} can have it, where it is set up.`,
    },
    {
      level: "Feasible",
      answer: f.withPort > 0 ? "yes" : f.gives === "never" ? "no" : "unknown",
      why:
        f.withPort > 0
          ? "This server logs it in normal operation."
          : "Its configuration tells (portwitness readiness --config).",
    },
    {
      level: "Default",
      answer: f.gives === "always" ? "yes" : f.gives === "never" ? "no" : "unknown",
      why:
        f.gives === "always"
          ? "The format has it without any setting."
          : "A log does not show whether its server was set up by hand; see the table of servers.",
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
  const ready = missing.length === 0;
  return {
    port,
    levels,
    missing,
    statement: ready
      ? `${f.name} holds what attribution needs: address, port and a calibrated time in all of its ${f.records} records.`
      : port === "no"
        ? `${f.name} cannot name a line behind a shared address: no record has the client's source port.`
        : `${f.name} is not ready as it stands: ${missing.length === 1 ? "one thing is" : `${missing.length} things are`} missing.`,
  };
}

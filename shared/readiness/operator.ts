// A NAT operator's source judged by what RFC 6888 asks of a carrier-grade NAT's log: section 4's items in each record, the
// requirements on what is logged and how much (REQ-12 to REQ-15), and what attribution needs beside them, a clock and a
// retention. Facts come from the records; what only a device's configuration shows is "unknown", never assumed.
import type { Answer } from "./model";

export interface OperatorFacts {
  readonly name: string;
  /** Records that say something of a translation, and of these the ones with each part. */
  readonly records: number;
  readonly withAddress: number;
  readonly withPort: number;
  /** Of those with a port, the ones that name more than one. */
  readonly withBlock: number;
  readonly withProtocol: number;
  readonly withInside: number;
  readonly withDestination: number;
  readonly withTime: number;
  readonly coarsestUs: number | null;
  /** Records whose time the file settles to a choice only. */
  readonly ambiguousTimes: number;
  /** Mappings, and those whose start or end no record shows. */
  readonly mappings: number;
  readonly lostStarts: number;
  readonly openEnds: number;
  /** The accepted calibration's half-width (95 %), null where there is none. */
  readonly uncertaintyUs: number | null;
  readonly retentionUs: number | null;
  /** True: an answer to a query, which shows nothing of the whole log. */
  readonly extract: boolean;
}

export interface OperatorItem {
  readonly item: string;
  /** Where it is asked for. */
  readonly asks: string;
  readonly answer: Answer;
  readonly why: string;
}

export interface OperatorJudgement {
  readonly port: Answer;
  readonly statement: string;
  readonly items: readonly OperatorItem[];
  readonly missing: readonly string[];
}

const SECOND_US = 1_000_000;
const DAY_US = 86_400 * SECOND_US;

const share = (some: number, all: number): Answer =>
  all === 0 ? "unknown" : some === 0 ? "no" : some === all ? "yes" : "partly";

export function judgeOperator(f: OperatorFacts): OperatorJudgement {
  const { records } = f;
  const has = (some: number): string => `${some} of ${records} records have it.`;
  const port = share(f.withPort, records);
  const section = "RFC 6888, section 4";
  const blocks = share(f.withBlock, f.withPort);
  const timed = f.withTime === records && f.ambiguousTimes === 0;
  const coarse = f.coarsestUs !== null && f.coarsestUs > SECOND_US;
  const both = f.mappings - Math.max(f.lostStarts, f.openEnds);
  const items: OperatorItem[] = [
    {
      item: "Transport protocol",
      asks: section,
      answer: f.withProtocol < records && f.withBlock > 0 ? "partly" : share(f.withProtocol, records),
      why:
        f.withProtocol < records && f.withBlock > 0
          ? `${f.withProtocol} of ${records} records have it; a block without one holds for every protocol.`
          : has(f.withProtocol),
    },
    {
      item: "Subscriber: inside address or tunnel",
      asks: section,
      answer: share(f.withInside, records),
      why: has(f.withInside),
    },
    {
      item: "External address",
      asks: section,
      answer: share(f.withAddress, records),
      why: has(f.withAddress),
    },
    {
      item: "External port or port block",
      asks: section,
      answer: port,
      why: `${f.withPort} of ${records} records have it, ${f.withBlock} of them as a block.`,
    },
    {
      item: "Time",
      asks: "RFC 6888, section 4; RFC 6302, section 2",
      answer: records === 0 ? "unknown" : f.withTime === 0 ? "no" : timed && !coarse ? "yes" : "partly",
      why: coarse
        ? `${f.withTime} of ${records} records have it; some are written to ${f.coarsestUs! / SECOND_US} s.`
        : f.ambiguousTimes > 0
          ? `${f.withTime} of ${records} records have it; ${f.ambiguousTimes} are open to a choice.`
          : has(f.withTime),
    },
    {
      item: "Start and end of a mapping",
      asks: "RFC 6888, section 4",
      answer: f.mappings === 0 ? "unknown" : both <= 0 ? "no" : both === f.mappings ? "yes" : "partly",
      why: `Of ${f.mappings} mappings ${f.lostStarts} have no recorded start and ${f.openEnds} no recorded end.`,
    },
    {
      item: "Destinations are not logged",
      asks: "RFC 6888, REQ-12",
      answer:
        records === 0
          ? "unknown"
          : f.withDestination === 0
            ? "yes"
            : f.withDestination === records
              ? "no"
              : "partly",
      why:
        f.withDestination === 0
          ? "No record names a destination."
          : `${f.withDestination} of ${records} records name a destination, which needs a law or an administrative reason.`,
    },
    {
      item: "The ports are used well",
      asks: "RFC 6888, REQ-13",
      answer: "unknown",
      why: "A log does not show it; the device's configuration does.",
    },
    {
      item: "Few records: blocks in place of sessions",
      asks: "RFC 6888, REQ-14",
      answer: f.withPort === 0 ? "unknown" : blocks,
      why:
        f.withPort === 0
          ? "No record names a port."
          : `${f.withBlock} of ${f.withPort} records name a block of ports.`,
    },
    {
      item: "Ports are hard to guess",
      asks: "RFC 6888, REQ-15",
      answer: "unknown",
      why: "A log does not show it; the device's configuration does.",
    },
    {
      item: "Clock",
      asks: "RFC 6302, section 2",
      answer: f.uncertaintyUs === null ? "unknown" : "yes",
      why: f.uncertaintyUs === null ? "It is not calibrated (portwitness calibrate)." : "It is calibrated.",
    },
    {
      item: "Retention",
      asks: "RFC 6888, section 4",
      answer: f.retentionUs === null ? "unknown" : "yes",
      why:
        f.retentionUs === null
          ? "The operator's answer: how long is it kept? (portwitness add --retention)"
          : `The operator keeps it for ${Math.floor(f.retentionUs / DAY_US)} days.`,
    },
  ];
  const missing = missingOf(f, items);
  return {
    port,
    items,
    missing,
    statement:
      records === 0
        ? `${f.name} holds no record of a translation.`
        : port === "no"
          ? `${f.name} cannot name a line behind a shared address: no record has the external port.`
          : missing.length === 0
            ? `${f.name} holds what RFC 6888 asks of a log in all of its ${records} records.`
            : `${f.name} lacks ${missing.length} of what RFC 6888 asks of a log.`,
  };
}

/** What stands between this source and an attribution; requirements that only the operator can answer do not. */
function missingOf(f: OperatorFacts, items: readonly OperatorItem[]): string[] {
  const out: string[] = [];
  if (f.records === 0) return ["It holds no record."];
  for (const { item, asks, answer } of items) {
    if (!asks.includes("section 4") || item === "Retention") continue;
    if (answer === "no") out.push(`${item}: no record has it.`);
    else if (answer === "partly" && item !== "Transport protocol") out.push(`${item}: not in every record.`);
  }
  if (f.extract) out.push("The whole log: an extract shows nothing of what it left out.");
  return out;
}
